//! The signals that ask a server to stop.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C, `SIGTERM`, or the terminal being closed.
///
/// # Errors
/// If the system does not let the process listen for them.
pub async fn stop_signal() -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}

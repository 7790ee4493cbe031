//! The signals that ask a server to stop.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Listens for Ctrl-C, `SIGTERM` and the terminal being closed, from now on; the future ends with the first of them.
///
/// # Errors
/// If the system does not let the process listen for them.
pub fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

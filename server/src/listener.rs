//! The listening socket: how connections are accepted, and when one that makes no progress is given up.
//!
//! A stream may be silent for long and its reader may be gone without a word, so what tells a live connection from a
//! dead one is whether written bytes leave. Two limits see to that. The system gives a connection up when bytes stay
//! unacknowledged (`TCP_USER_TIMEOUT`: the peer vanished). The [`Connection`] gives itself up when a write makes no
//! progress (the peer is there but does not read). Both are counted.

mod connection;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};

pub use connection::Connection;

/// How much the kernel takes beyond what the network takes: a reader who stalls is noticed early, and what waits for
/// a slow one waits in the shared log.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 16 * 1024;

/// How long to wait before the next try when the process is out of file descriptors or memory.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// When a connection is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SocketLimits {
    /// For how long a write may make no progress.
    pub write_stall: Duration,
    /// For how long sent bytes may stay unacknowledged, where the system can tell.
    pub unacknowledged: Duration,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self { write_stall: Duration::from_secs(20), unacknowledged: Duration::from_secs(10) }
    }
}

/// Counts connections that were given up because their writes made no progress.
#[derive(Clone, Debug, Default)]
pub struct Stalls(Arc<AtomicU64>);

impl Stalls {
    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Accepts connections that end themselves when they stall.
#[derive(Debug)]
pub struct Listener {
    inner: TcpListener,
    limits: SocketLimits,
    stalls: Stalls,
}

impl Listener {
    /// Accepts from `inner`, counting given-up connections in `stalls`.
    #[must_use]
    pub fn new(inner: TcpListener, limits: SocketLimits, stalls: Stalls) -> Self {
        Self { inner, limits, stalls }
    }

    fn adopt(&self, stream: TcpStream) -> Connection {
        // A socket without these options still works, only less well.
        if let Err(error) = set_options(&stream, self.limits) {
            tracing::debug!(%error, "could not set the options of an accepted socket");
        }
        Connection::new(stream, self.limits.write_stall, self.stalls.clone())
    }
}

impl axum::serve::Listener for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let mut waiting = false;
        loop {
            match self.inner.accept().await {
                Ok((stream, peer)) => return (self.adopt(stream), peer),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if !std::mem::replace(&mut waiting, true) {
                        tracing::warn!(%error, "no connection can be accepted right now; waiting for better times");
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

/// Whether the error is about the connection that was to be accepted: the next one may be fine at once.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn set_options(stream: &TcpStream, limits: SocketLimits) -> io::Result<()> {
    let socket = SockRef::from(stream);
    // Messages are small and each should leave at once.
    socket.set_tcp_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_user_timeout(Some(limits.unacknowledged))?;
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = limits;
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::serve::Listener as _;

    use super::*;

    #[tokio::test]
    async fn an_accepted_socket_sends_at_once_and_gives_a_vanished_peer_up() {
        let inner = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let limits = SocketLimits { unacknowledged: Duration::from_secs(7), ..SocketLimits::default() };
        let mut listener = Listener::new(inner, limits, Stalls::default());
        let address = listener.local_addr().expect("an address");
        let (_client, (accepted, _)) = tokio::join!(TcpStream::connect(address), listener.accept());
        let socket = SockRef::from(accepted.get_ref());
        assert!(socket.tcp_nodelay().expect("an option"));
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_user_timeout().expect("an option"), Some(limits.unacknowledged));
            assert_eq!(socket.tcp_notsent_lowat().expect("an option"), UNSENT_BYTES);
        }
    }

    #[test]
    fn both_limits_close_a_dead_connection_within_thirty_seconds() {
        let limits = SocketLimits::default();
        let heartbeat = crate::sse::StreamOptions::default().heartbeat;
        assert!(limits.write_stall <= Duration::from_secs(30));
        assert!(
            heartbeat + limits.unacknowledged <= Duration::from_secs(30),
            "a heartbeat is what goes unacknowledged"
        );
    }
}

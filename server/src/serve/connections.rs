//! Connections: accepted, answered, and ended.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    serve::Listener,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long connections may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// For the head of a request, and between two requests.
    pub(super) head: Duration,
    /// To end, once the server stops.
    pub(super) grace: Duration,
}

/// Answers what comes in until `shutdown`; then lets open requests end, and cuts off what does not.
pub(super) async fn serve<L>(mut listener: L, router: Router, shutdown: CancellationToken, limits: Limits)
where
    L: Listener<Addr = SocketAddr>,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = shutdown.cancelled() => break,
            // Collected as they end: a set keeps what nobody asked for.
            Some(_) = connections.join_next() => {}
            (io, peer) = listener.accept() => {
                connections.spawn(answer(TokioIo::new(io), peer, router.clone(), shutdown.clone(), limits.head));
            }
        }
    }
    drop(listener);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.grace, all_ended).await.is_err() {
        tracing::debug!("connections were cut off");
    }
    connections.shutdown().await;
}

async fn answer<Io>(
    io: TokioIo<Io>,
    peer: SocketAddr,
    router: Router,
    shutdown: CancellationToken,
    head: Duration,
) where
    TokioIo<Io>: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        // The connection keeps room for this as long as it lives, and a stream's lives long.
        Box::pin(router.clone().oneshot(request))
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head);
    let mut connection = pin!(builder.serve_connection(io, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = shutdown.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::trace!(%peer, "a connection broke: {error}");
    }
}

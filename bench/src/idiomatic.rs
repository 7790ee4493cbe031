//! What everyone writes with axum: `Sse` over a `tokio::sync::broadcast` channel, with the keep-alive of the library.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use axum::routing::{get, post};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt as _};

/// How it is run: as it is.
#[derive(Debug, clap::Args)]
pub struct Options {}

#[derive(Clone)]
struct Server {
    events: broadcast::Sender<(u64, String)>,
    count: Arc<AtomicU64>,
}

/// Serves until it is killed; its first line of output is its address.
///
/// # Errors
/// If it can't listen.
pub fn run(_: &Options) -> io::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve())
}

async fn serve() -> io::Result<()> {
    let server = Server { events: broadcast::Sender::new(1024), count: Arc::default() };
    let router =
        Router::new().route("/events", get(events)).route("/publish", post(publish)).with_state(server);
    let listener = super::roles::listen()?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    super::roles::announce(&listener.local_addr()?)?;
    axum::serve(
        axum::serve::ListenerExt::tap_io(listener, |stream| {
            // Without it small events wait for acknowledgements.
            let _ = stream.set_nodelay(true);
        }),
        router,
    )
    .await
}

async fn publish(State(server): State<Server>, body: String) -> StatusCode {
    let number = server.count.fetch_add(1, Ordering::Relaxed);
    // Nobody listens: then nobody misses it.
    let _ = server.events.send((number, body));
    StatusCode::ACCEPTED
}

async fn events(State(server): State<Server>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // Who lags loses what was overwritten: the channel says so, and goes on.
    let events = BroadcastStream::new(server.events.subscribe()).filter_map(Result::ok);
    let events = events
        .map(|(number, data)| Ok(Event::default().id(number.to_string()).event("board_patch").data(data)));
    Sse::new(events).keep_alive(KeepAlive::default())
}

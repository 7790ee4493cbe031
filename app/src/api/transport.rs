//! How a call travels: the browser's `fetch`, for a bounded time.

use gloo_net::http::{Request, RequestBuilder, Response};
use gloo_timers::callback::Timeout;
use web_sys::AbortController;

use super::call::{Call, Method, RawAnswer};

/// After this many milliseconds without a whole answer a call counts as unanswered.
const PATIENCE_MS: u32 = 30_000;

/// `None` if no answer came.
pub(super) async fn send(call: Call) -> Option<RawAnswer> {
    let abort = AbortController::new().ok()?;
    let request = builder(&call).abort_signal(Some(&abort.signal()));
    let request = match call.body {
        Some(body) => request.header("Content-Type", "application/json").body(body),
        None => request.build(),
    };
    // Dropped, and so cleared, as soon as the answer is here or the caller lost interest.
    let _patience = Timeout::new(PATIENCE_MS, move || abort.abort());
    read(request.ok()?.send().await.ok()?).await
}

fn builder(call: &Call) -> RequestBuilder {
    let builder = match call.method {
        Method::Get => Request::get(&call.url),
        Method::Post => Request::post(&call.url),
        Method::Patch => Request::patch(&call.url),
        Method::Delete => Request::delete(&call.url),
    };
    let builder = builder.header("Accept", "application/json");
    match call.if_match {
        Some(revision) => builder.header("If-Match", &format!("\"{revision}\"")),
        None => builder,
    }
}

async fn read(response: Response) -> Option<RawAnswer> {
    let status = response.status();
    let event_id = response.headers().get("Mainstay-Event-Id");
    let etag = response.headers().get("ETag");
    let body = response.text().await.ok()?;
    Some(RawAnswer { status, event_id, etag, body })
}

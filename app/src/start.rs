//! How the client starts in a browser.

use leptos::prelude::set_timeout;
use wasm_bindgen_futures::spawn_local;

use crate::App;
use crate::browser;
use crate::chunk::{ChunkName, NotFetched};
use crate::live::backoff;

/// Hydrates the page that the server rendered, once all is here that it was made with.
pub fn start() {
    try_to_start(0);
}

/// Until it succeeds, the page can be read.
fn try_to_start(made: u32) {
    spawn_local(async move {
        match fetch_rendered().await {
            Ok(()) => {
                leptos::mount::hydrate_body(App);
                // So that nobody waits who opens a card.
                browser::when_idle(|| fetch_ahead(ChunkName::Inspector));
            }
            Err(NotFetched) => set_timeout(move || try_to_start(made + 1), backoff::delay(made, 0.0)),
        }
    });
}

async fn fetch_rendered() -> Result<(), NotFetched> {
    for chunk in browser::rendered_chunks() {
        chunk.fetch().await?;
    }
    Ok(())
}

/// Whoever needs it later tells if it can't be had.
fn fetch_ahead(chunk: ChunkName) {
    spawn_local(async move {
        let _ = chunk.fetch().await;
    });
}

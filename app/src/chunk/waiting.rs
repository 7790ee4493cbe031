//! What is shown until a chunk is here, and when it does not come.

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Chunk;

/// A chunk that is waited for; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Waiting {
    stage: RwSignal<Stage>,
    fetch: StoredValue<Fetch>,
}

/// Fetches, and says whether the chunk is here.
type Fetch = Box<dyn Fn() -> Pin<Box<dyn Future<Output = bool>>> + Send + Sync>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// It is fetched for the first time, or again.
    Fetching {
        again: bool,
    },
    Failed,
    Here,
}

impl Waiting {
    fn begin(fetch: Fetch) -> Self {
        let waiting = Self { stage: RwSignal::new(Stage::Failed), fetch: StoredValue::new(fetch) };
        waiting.fetch(false);
        waiting
    }

    /// Whether a try failed; also while the next one is under way. Tracks it.
    #[must_use]
    pub fn has_failed(self) -> bool {
        matches!(self.stage.get(), Stage::Failed | Stage::Fetching { again: true })
    }

    /// Whether it is being fetched. Tracks it.
    #[must_use]
    pub fn is_fetching(self) -> bool {
        matches!(self.stage.get(), Stage::Fetching { .. })
    }

    /// Tries again, after a try failed.
    pub fn try_again(self) {
        if self.stage.get_untracked() == Stage::Failed {
            self.fetch(true);
        }
    }

    fn fetch(self, again: bool) {
        self.stage.set(Stage::Fetching { again });
        let fetch = self.fetch.with_value(|fetch| fetch());
        spawn_local(async move {
            let stage = if fetch.await { Stage::Here } else { Stage::Failed };
            // By now, it may be that nobody waits any more.
            self.stage.try_set(stage);
        });
    }
}

/// The view of a chunk, at once if that is here, else as soon as it is; `meanwhile` stands in its place until then.
///
/// `props` is told whether something stood there before.
pub fn view_of<P: 'static>(
    chunk: &'static Chunk<P>,
    props: impl FnOnce(bool) -> P + Send + Sync + 'static,
    meanwhile: impl Fn(Waiting) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    if let Some(make) = chunk.here() {
        return make(props(false));
    }
    let props = StoredValue::new(Some(props));
    let view = move || {
        let (make, props) = (chunk.here()?, props.try_update_value(Option::take).flatten()?);
        Some(make(props(true)))
    };
    let fetch = move || -> Pin<Box<dyn Future<Output = bool>>> {
        Box::pin(async move { chunk.fetch().await.is_ok() })
    };
    wait(Waiting::begin(Box::new(fetch)), Box::new(view), Box::new(meanwhile))
}

/// What does not depend on the chunk's type, once for all of them.
fn wait(
    waiting: Waiting,
    view: Box<dyn Fn() -> Option<AnyView> + Send + Sync>,
    meanwhile: Box<dyn Fn(Waiting) -> AnyView + Send + Sync>,
) -> AnyView {
    let is_here = Memo::new(move |_| waiting.stage.get() == Stage::Here);
    let shown = move || if is_here.get() { view() } else { Some(meanwhile(waiting)) };
    view! { {move || shown()} }.into_any()
}

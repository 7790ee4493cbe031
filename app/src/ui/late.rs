//! Places on a page for what is fetched after it.

use std::sync::Arc;

use leptos::prelude::*;

/// What stands in such a place, once it was fetched.
pub type Late = RwSignal<Option<Arc<dyn Fn() -> AnyView + Send + Sync>>>;

/// Puts something into a place.
pub fn fill(place: Late, make: impl Fn() -> AnyView + Send + Sync + 'static) {
    place.set(Some(Arc::new(make)));
}

/// Such a place: nothing until it is filled.
#[must_use]
pub fn late(place: Option<Late>) -> AnyView {
    let made = move || place.and_then(|place| place.get()).map(|make| make());
    view! { {move || made()} }.into_any()
}

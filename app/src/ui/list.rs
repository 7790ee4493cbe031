//! Lists whose entries keep their elements when others come, go or move.

mod rows;
mod staying;

use std::sync::Arc;

use leptos::prelude::*;

use rows::{Entry, Rows};

/// A list of views, one for each thing. A thing whose key was there before keeps the view it has.
#[component]
pub fn List<T, V>(
    /// The things.
    #[prop(into)]
    each: Signal<Vec<T>>,
    /// What tells them apart.
    key: fn(T) -> String,
    /// The view of one.
    children: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let children = Arc::new(children);
    let entry = move |thing: &T| {
        let (children, thing) = (children.clone(), thing.clone());
        Entry { key: key(thing.clone()), view: Arc::new(move || children(thing.clone()).into_any()) }
    };
    entries(Signal::derive(move || each.with(|all| all.iter().map(&entry).collect())))
}

/// A list once nothing depends on the type of its things: keyed lists are large code, and so there is one.
fn entries(each: Signal<Vec<Entry>>) -> AnyView {
    let owner = Owner::current().unwrap_or_default();
    (move || Rows::new(each.get(), owner.clone())).into_any()
}

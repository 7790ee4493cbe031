//! Dialogs over the page, for what undo can't help with and for small forms.

use leptos::task::{spawn_local, tick};
use leptos::{html, prelude::*};

use crate::browser;

/// A dialog about things of one kind; a handle that is copied freely.
pub struct Dialog<T: Send + Sync + 'static> {
    of: RwSignal<Option<T>>,
    node: NodeRef<html::Dialog>,
}

impl<T: Send + Sync + 'static> Clone for Dialog<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Dialog<T> {}

impl<T: Clone + Send + Sync + 'static> Dialog<T> {
    /// A closed dialog.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes signals, which belong to an owner")]
    pub fn new() -> Self {
        Self { of: RwSignal::new(None), node: NodeRef::new() }
    }

    /// Opens it about a thing.
    pub fn open(self, of: T) {
        self.of.set(Some(of));
        // Once what it says is rendered, and before the next key, which its first field takes.
        spawn_local(async move {
            tick().await;
            if let Some(node) = self.node.try_get_untracked().flatten().filter(|_| self.is_here()) {
                browser::open_dialog(&node);
            }
        });
    }

    /// Whether it is open, or about to be. Tracks it.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.of.with(Option::is_some)
    }

    /// Whether it is open, and its page still shown. Tracks nothing.
    #[must_use]
    pub fn is_here(self) -> bool {
        self.of.try_with_untracked(Option::is_some) == Some(true)
    }

    /// Closes it; the focus goes back to where it came from.
    pub fn close(self) {
        // What was asked of the server may be answered after the page was left.
        if let Some(node) = self.node.try_get_untracked().flatten() {
            browser::close_dialog(&node);
        }
    }
}

/// The box of a dialog; once per dialog, anywhere on the page.
#[component]
pub fn DialogBox<T, F, V>(
    /// The dialog.
    dialog: Dialog<T>,
    /// What it is called.
    label: &'static str,
    /// What it says about a thing.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <dialog class="dialog" aria-label=label node_ref=dialog.node on:close=move |_| _ = dialog.of.try_set(None)>
            {move || dialog.of.get().map(|of| children(of).into_any())}
        </dialog>
    }
}

//! The rows of a list in the document, each known by its key.
//!
//! Leptos has a keyed list of its own (`For`). When a row moves, that one takes every row that it passed out of the
//! document and puts it back, and a row loses the focus and its reader's place with that. Here nothing is touched but the
//! rows that come, go or move, and of those that move as few as possible.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::reactive_graph::OwnedView;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::{Element, Node, Placeholder};
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::any_view::{AnyView, AnyViewState};
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};

use super::staying::staying;

/// A row that is to be shown.
#[derive(Clone)]
pub struct Entry {
    /// What tells it from the others.
    pub key: String,
    /// Makes its view.
    pub view: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

/// Rows that are to be shown, in order.
pub struct Rows {
    entries: Vec<Entry>,
    /// The owner of the list: a row lives until it goes, however often the list changes before.
    owner: Owner,
}

impl Rows {
    /// These rows, in a list of this owner. Of several with one key only the first is shown.
    pub fn new(mut entries: Vec<Entry>, owner: Owner) -> Self {
        let mut known = HashSet::new();
        entries.retain(|entry| known.insert(entry.key.clone()));
        Self { entries, owner }
    }

    fn view(&self, entry: &Entry) -> AnyView {
        let owner = self.owner.with(Owner::new);
        let view = owner.with(|| (entry.view)());
        OwnedView::new_with_owner(view, owner).into_any()
    }

    /// All are made before the first is rendered: the server and the browser count what they make in the same order.
    fn views(&self) -> Vec<AnyView> {
        self.entries.iter().map(|entry| self.view(entry)).collect()
    }
}

/// The rows in the document.
pub struct Shown {
    rows: Vec<Row>,
    /// Stands behind the last one.
    marker: Placeholder,
}

struct Row {
    key: String,
    view: AnyViewState,
}

impl Shown {
    fn new(entries: Vec<Entry>, views: impl Iterator<Item = AnyViewState>, marker: Placeholder) -> Self {
        let rows = entries.into_iter().zip(views).map(|(entry, view)| Row { key: entry.key, view });
        Self { rows: rows.collect(), marker }
    }
}

impl Render for Rows {
    type State = Shown;

    fn build(self) -> Shown {
        let views: Vec<_> = self.views().into_iter().map(Render::build).collect();
        Shown::new(self.entries, views.into_iter(), Rndr::create_placeholder())
    }

    fn rebuild(self, state: &mut Shown) {
        let mut before: Vec<Option<Row>> = std::mem::take(&mut state.rows).into_iter().map(Some).collect();
        let places: HashMap<String, usize> =
            before.iter().flatten().enumerate().map(|(place, row)| (row.key.clone(), place)).collect();
        // Where each row was, if it was.
        let was: Vec<Option<usize>> =
            self.entries.iter().map(|entry| places.get(&entry.key).copied()).collect();
        let stays = staying(&was);
        let kept: Vec<Option<Row>> = was.into_iter().map(|place| before[place?].take()).collect();
        // What goes has gone, with all that it owned, before anything new is made.
        for mut gone in before.into_iter().flatten() {
            gone.view.unmount();
        }
        let row = |(entry, kept): (&Entry, Option<Row>)| {
            kept.unwrap_or_else(|| Row { key: entry.key.clone(), view: self.view(entry).build() })
        };
        let mut rows: Vec<Row> = self.entries.iter().zip(kept).map(row).collect();
        // From the end, so that what a row is put before stands already where it belongs.
        for place in (0..rows.len()).rev().filter(|place| !stays[*place]) {
            let (head, tail) = rows.split_at_mut(place + 1);
            let Some(row) = head.last_mut() else { continue };
            let is_put = tail.first().is_some_and(|next| next.view.insert_before_this(&mut row.view));
            if !is_put {
                state.marker.insert_before_this(&mut row.view);
            }
        }
        state.rows = rows;
    }
}

impl Mountable for Shown {
    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.rows.iter_mut().for_each(|row| row.view.mount(parent, marker));
        self.marker.mount(parent, marker);
    }

    fn unmount(&mut self) {
        self.rows.iter_mut().for_each(|row| row.view.unmount());
        self.marker.unmount();
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.rows.iter().any(|row| row.view.insert_before_this(child))
            || self.marker.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.rows.iter().flat_map(|row| row.view.elements()).collect()
    }
}

leptos::tachys::no_attrs!(Rows);

/// In markup it is what a plain list of views is: one after the other, and a marker.
impl RenderHtml for Rows {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.views().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        let views = self.views();
        views.to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Shown {
        let views = self.views().into_iter().map(|view| view.hydrate::<FROM_SERVER>(cursor, position));
        let views: Vec<_> = views.collect();
        let marker = cursor.next_placeholder(position);
        position.set(Position::NextChild);
        Shown::new(self.entries, views.into_iter(), marker)
    }

    async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> Shown {
        let mut views = Vec::new();
        for view in self.views() {
            views.push(view.hydrate_async(cursor, position).await);
        }
        let marker = cursor.next_placeholder(position);
        position.set(Position::NextChild);
        Shown::new(self.entries, views.into_iter(), marker)
    }

    fn into_owned(self) -> Self {
        self
    }
}

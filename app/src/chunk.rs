//! The parts of the client that a browser fetches on their own, when they are first needed.
//!
//! A chunk is code: [`split`] names the functions that one begins with, and what only they lead to is in it. The server
//! has all of them in place. A browser fetches what its first page needs before it hydrates that page, so that it finds
//! the elements that were rendered; later on, [`view_of`] shows something else until a chunk is here.

mod split;
mod waiting;

use std::{future::Future, pin::Pin, sync::OnceLock};

use leptos::prelude::*;
use wasm_split_helpers::SplitLoaderError;

use crate::address::{self, BoardRest};
use crate::board::menus::PanelsFor;
use crate::card::inspector::InspectorProps;

pub use waiting::{Waiting, view_of};

/// The inbox.
pub static INBOX: Chunk<()> = Chunk::new(|| Box::pin(split::inbox()));
/// The projects.
pub static PROJECTS: Chunk<()> = Chunk::new(|| Box::pin(split::projects()));
/// The inspector of cards.
pub static INSPECTOR: Chunk<InspectorProps> = Chunk::new(|| Box::pin(split::inspector()));

/// The menus of a board, keys and the palette.
pub static MENUS: Chunk<PanelsFor> = Chunk::new(|| Box::pin(split::menus()));

/// A part of the client that is fetched on its own; it makes views from `P`.
pub struct Chunk<P: 'static> {
    fetch: fn() -> Fetch<P>,
    make: OnceLock<Make<P>>,
}

type Make<P> = fn(P) -> AnyView;
type Fetch<P> = Pin<Box<dyn Future<Output = Result<Make<P>, NotFetched>>>>;

/// A chunk did not come; it may come when it is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a part of the client could not be fetched")]
pub struct NotFetched;

impl From<SplitLoaderError> for NotFetched {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

impl<P> Chunk<P> {
    const fn new(fetch: fn() -> Fetch<P>) -> Self {
        Self { fetch, make: OnceLock::new() }
    }

    /// Fetches the chunk, unless it is here.
    ///
    /// # Errors
    /// [`NotFetched`] if the server did not answer, or has another version of the client by now.
    pub async fn fetch(&self) -> Result<(), NotFetched> {
        if self.make.get().is_none() {
            let make = (self.fetch)().await?;
            self.make.get_or_init(|| make);
        }
        Ok(())
    }

    /// A view of it, if it is here.
    pub fn view(&self, props: P) -> Option<AnyView> {
        self.here().map(|make| make(props))
    }

    /// What makes its views, if it is here.
    fn here(&self) -> Option<Make<P>> {
        if cfg!(not(target_arch = "wasm32")) {
            at_once(self.fetch());
        }
        self.make.get().copied()
    }
}

/// Where nothing is split off, nothing is waited for: one poll is enough.
fn at_once(fetch: impl Future) {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let _ = std::pin::pin!(fetch).poll(&mut context);
}

/// A chunk by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkName {
    /// [`INBOX`]
    Inbox,
    /// [`PROJECTS`]
    Projects,
    /// [`INSPECTOR`]
    Inspector,
}

impl ChunkName {
    /// The chunk that the page at this path is most likely made with: the page may yet fail.
    #[must_use]
    pub fn of_page(path: &str) -> Option<Self> {
        match path.trim_end_matches('/') {
            "" => Some(Self::Inbox),
            address::PROJECTS => Some(Self::Projects),
            path => {
                let (_board, rest) = path.strip_prefix("/boards/")?.split_once('/')?;
                BoardRest::parse(rest).card().map(|_| Self::Inspector)
            }
        }
    }

    /// The name, as its file has it, and the element of a rendered page that it made.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Projects => "projects",
            Self::Inspector => "inspector",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Inbox, Self::Projects, Self::Inspector].into_iter().find(|one| one.as_str() == name)
    }

    /// Fetches the chunk, unless it is here.
    ///
    /// # Errors
    /// As [`Chunk::fetch`].
    pub async fn fetch(self) -> Result<(), NotFetched> {
        match self {
            Self::Inbox => INBOX.fetch().await,
            Self::Projects => PROJECTS.fetch().await,
            Self::Inspector => INSPECTOR.fetch().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_chunk_that_it_is_made_with() {
        assert_eq!(ChunkName::of_page("/"), Some(ChunkName::Inbox));
        assert_eq!(ChunkName::of_page("/projects"), Some(ChunkName::Projects));
        assert_eq!(ChunkName::of_page("/boards/b1/cards/c1"), Some(ChunkName::Inspector));
        assert_eq!(ChunkName::of_page("/projects/"), Some(ChunkName::Projects));
        for path in
            ["/boards/b1", "/boards/b1/", "/boards/b1/nowhere", "/boards/b1/cards/c1/more", "/nowhere"]
        {
            assert_eq!(ChunkName::of_page(path), None, "{path}");
        }
    }

    #[test]
    fn where_nothing_is_split_off_every_chunk_is_here() {
        assert!(INBOX.here().is_some() && PROJECTS.here().is_some() && INSPECTOR.here().is_some());
    }
}

//! What a page starts from: data as of one position in the message log.
//!
//! The server reads it through its [`Backend`] and embeds it in the rendered page; a browser that goes to another page
//! by itself reads the same through the JSON API. Either way the hooks of [`crate::live`] go on from that position, so
//! nothing is fetched twice and nothing is missed.

use std::future::Future;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use shared::{
    attempt::Attempt,
    board::{BoardState, BoardSummary},
    card::CardDetail,
    conversation::ConversationItem,
    dashboard::DashboardOverview,
    ids::{AttemptId, BoardId, CardId, EventId},
    page::Page,
};

use crate::api::Unread;
#[cfg(target_arch = "wasm32")]
use crate::api::{self, Answer, ApiFailure, FailureKind};
use crate::board::strips::Strips;

/// Data as of one position in the message log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot<T> {
    /// The position; without one a stream starts from a snapshot of its own.
    pub at: Option<EventId>,
    /// The data.
    pub data: T,
}

impl<T: DeserializeOwned> Snapshot<Unread<T>> {
    /// What it holds, if that can be read.
    #[must_use]
    pub fn read(&self) -> Option<Snapshot<T>> {
        Some(Snapshot { at: self.at.clone(), data: self.data.read().ok()? })
    }
}

/// The attempts at a card, and the newest of what was said in the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardAttempts {
    /// The card.
    pub card: CardId,
    /// Its attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// The one that is shown; `None` if there is none.
    pub shown: Option<AttemptId>,
    /// The newest page of its conversation.
    pub conversation: Page<ConversationItem>,
}

/// Why a page has nothing to show, in words for its reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PageError {
    /// What the address names does not exist (any more).
    #[error("{0}")]
    NotFound(String),
    /// The reader has to sign in.
    #[error("{0}")]
    SignedOut(String),
    /// It could not be read just now.
    #[error("{0}")]
    Failed(String),
}

/// Where the server's pages read; provided as `Arc<dyn Backend>` by context.
///
/// The futures own what they need, so that a page's resource may outlive the request that began it.
#[cfg(not(target_arch = "wasm32"))]
pub trait Backend: Send + Sync {
    /// All projects.
    fn projects(&self) -> Reading<Vec<BoardSummary>>;
    /// A board.
    fn board(&self, board: BoardId) -> Reading<BoardState>;
    /// A card with its description.
    fn card(&self, board: BoardId, card: CardId) -> Reading<CardDetail>;
    /// The attempts at a card, with the conversation of the one that is wanted, else of the newest.
    fn attempts(&self, board: BoardId, card: CardId, wanted: Option<AttemptId>) -> Reading<CardAttempts>;
    /// The cards of a board whose key, title or description hold these words.
    fn search(&self, board: BoardId, words: String) -> Reading<Vec<CardId>>;
    /// The dashboard.
    fn dashboard(&self) -> Reading<DashboardOverview>;
}

/// A snapshot that is being read.
#[cfg(not(target_arch = "wasm32"))]
pub type Reading<T> = std::pin::Pin<Box<dyn Future<Output = Result<Snapshot<T>, PageError>> + Send>>;

/// All projects. Call it where the page's context is, as a resource's fetcher does.
pub fn projects() -> impl Future<Output = Result<Snapshot<Vec<BoardSummary>>, PageError>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return asked(async { api::boards().await });
    #[cfg(not(target_arch = "wasm32"))]
    read(|backend| backend.projects())
}

/// A board. Call it where the page's context is, as a resource's fetcher does.
pub fn board(
    board: BoardId,
) -> impl Future<Output = Result<Snapshot<BoardState>, PageError>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return asked(async move { api::board(&board).await });
    #[cfg(not(target_arch = "wasm32"))]
    read(|backend| backend.board(board))
}

/// A card with its description, which the inspector reads. Call it where the page's context is, as a resource's fetcher
/// does.
pub fn card(
    board: BoardId,
    card: CardId,
) -> impl Future<Output = Result<Snapshot<Unread<CardDetail>>, PageError>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return asked(async move { api::card(&board, &card).await });
    #[cfg(not(target_arch = "wasm32"))]
    {
        let reading = read(|backend| backend.card(board, card));
        async move {
            let Snapshot { at, data } = reading.await?;
            let unread = |_| PageError::Failed("The card could not be written down.".to_owned());
            Ok(Snapshot { at, data: Unread::of(&data).map_err(unread)? })
        }
    }
}

/// The attempts at a card, for a page that the server renders: a browser's inspector asks for them itself.
pub fn attempts(
    board: BoardId,
    card: CardId,
    wanted: Option<AttemptId>,
) -> impl Future<Output = Option<Unread<Snapshot<CardAttempts>>>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return async move {
        let _ = (board, card, wanted);
        None
    };
    #[cfg(not(target_arch = "wasm32"))]
    {
        let reading = read(|backend| backend.attempts(board, card, wanted));
        // The page is worth having without them.
        async move { Unread::of(&reading.await.ok()?).ok() }
    }
}

/// The cards whose descriptions hold words, for a page that the server renders: in a browser the filter asks by itself.
pub fn found(board: BoardId, words: String) -> impl Future<Output = Option<Vec<CardId>>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return async move {
        let _ = (board, words);
        None
    };
    #[cfg(not(target_arch = "wasm32"))]
    {
        let reading = (!words.is_empty()).then(|| read(|backend| backend.search(board, words)));
        // What fits by its title is worth having without them.
        async move { reading?.await.ok().map(|found| found.data) }
    }
}

/// The columns that are strips. Call it where the page's context is, as a resource's fetcher does.
#[must_use]
pub fn strips() -> Strips {
    #[cfg(target_arch = "wasm32")]
    return Strips::from_cookies(&crate::browser::cookies());
    #[cfg(not(target_arch = "wasm32"))]
    leptos::prelude::use_context().unwrap_or_default()
}

/// The dashboard. Call it where the page's context is, as a resource's fetcher does.
pub fn dashboard() -> impl Future<Output = Result<Snapshot<DashboardOverview>, PageError>> + Send + 'static {
    #[cfg(target_arch = "wasm32")]
    return asked(async { api::dashboard().await });
    #[cfg(not(target_arch = "wasm32"))]
    read(|backend| backend.dashboard())
}

/// Begins to read from the backend in context.
#[cfg(not(target_arch = "wasm32"))]
fn read<T: Send + 'static>(begin: impl FnOnce(&dyn Backend) -> Reading<T>) -> Reading<T> {
    match leptos::prelude::use_context::<std::sync::Arc<dyn Backend>>() {
        Some(backend) => begin(&*backend),
        None => {
            Box::pin(async { Err(PageError::Failed("The page was rendered without its data.".to_owned())) })
        }
    }
}

/// An answer of the JSON API as a snapshot. The browser has one thread, which the wrapper holds it to.
#[cfg(target_arch = "wasm32")]
fn asked<T: 'static>(
    answer: impl Future<Output = Result<Answer<T>, ApiFailure>> + 'static,
) -> impl Future<Output = Result<Snapshot<T>, PageError>> + Send + 'static {
    send_wrapper::SendWrapper::new(async move {
        let Answer { at, value } = answer.await?;
        Ok(Snapshot { at, data: value })
    })
}

#[cfg(target_arch = "wasm32")]
impl From<ApiFailure> for PageError {
    fn from(failure: ApiFailure) -> Self {
        match failure.kind {
            FailureKind::Gone => Self::NotFound(failure.sentence),
            FailureKind::SignedOut => Self::SignedOut(failure.sentence),
            _ => Self::Failed(failure.sentence),
        }
    }
}

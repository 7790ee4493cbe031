//! A board to try commands on, in a store of its own.

use std::sync::Arc;

use shared::board::{BoardState, BoardSummary, ColumnKey};
use shared::card::CardDetail;
use shared::ids::{BoardId, CardId, ColumnId};
use shared::patch::BoardPatch;
use shared::requests::{CreateBoard, CreateCard, MoveCard, Patch, PatchCard};
use shared::sse::{Decoded, SseMsg};
use shared::time::Timestamp;
use tempfile::TempDir;

use super::{CommandResult, cards, projects};
use crate::clock::Clock;
use crate::events::Events;
use crate::sse::hub::Hub;
use crate::sse::message::{Channel, Published};
use crate::store::{Store, StoreOptions, boards, messages};

/// A board, and everything to change it with. Its clock stands still until it is set.
pub(crate) struct Fixture {
    pub events: Events,
    pub clock: Clock,
    pub board: BoardId,
    pub folder: TempDir,
}

impl Fixture {
    /// A board without cards.
    pub async fn new() -> Self {
        Self::with(StoreOptions::default()).await
    }

    /// A board without cards, in a store that is opened in this way.
    pub async fn with(options: StoreOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-07-01T09:30:00.000Z".parse().unwrap());
        let events = open(&folder, options, clock.clone()).await;
        let mut fixture = Self { events, clock, board: BoardId::from(""), folder };
        fixture.board = fixture.project("website").await.unwrap().value.board_id;
        fixture
    }

    /// Opens the same database again, as after a restart.
    pub async fn reopen(&mut self) {
        self.events.store().close().await;
        self.events = open(&self.folder, StoreOptions::default(), self.clock.clone()).await;
    }

    /// Adds a project in a folder of this name.
    pub async fn project(&self, name: &str) -> CommandResult<BoardSummary> {
        let path = self.folder.path().join(name);
        let repository_path = path.to_str().unwrap().to_owned();
        let body =
            CreateBoard { name: name.to_owned(), repository_path, initialize: true, ..Default::default() };
        projects::create(&self.events, body).await
    }

    /// Lets this many milliseconds pass.
    pub fn pass(&self, millis: i64) {
        self.clock.set(Timestamp::from_millis(self.clock.now().as_millis() + millis));
    }

    /// The board as it is read.
    pub async fn state(&self) -> BoardState {
        let mut read = self.events.store().read().await.unwrap();
        boards::state(&mut read, &self.board).await.unwrap().unwrap()
    }

    /// The column with this meaning.
    pub async fn column(&self, key: ColumnKey) -> ColumnId {
        self.state().await.keyed_column(key).unwrap().id.clone()
    }

    /// The titles of the cards in a column, from top to bottom.
    pub async fn titles(&self, column: &ColumnId) -> Vec<String> {
        let state = self.state().await;
        state.columns[column].card_ids.iter().map(|id| state.cards[id].title.clone()).collect()
    }

    /// Adds a card to the backlog.
    pub async fn card(&self, title: &str) -> CardDetail {
        self.card_after(title, &[]).await
    }

    /// Adds a card that depends on others to the backlog.
    pub async fn card_after(&self, title: &str, depends_on: &[&CardDetail]) -> CardDetail {
        let depends_on = depends_on.iter().map(|detail| detail.card.id.clone()).collect();
        let body = CreateCard { title: title.to_owned(), depends_on, ..Default::default() };
        cards::create(&self.events, &self.board, body).await.unwrap().value
    }

    /// Moves a card to the end of the column with this meaning.
    pub async fn move_to(&self, card: &CardId, key: ColumnKey) -> CommandResult<shared::card::Card> {
        let body = MoveCard { column_id: self.column(key).await, index: None, before_card_id: Patch::Null };
        cards::move_card(&self.events, &self.board, card, None, body).await
    }

    /// Makes this what a card depends on.
    pub async fn rewire(&self, card: &CardId, depends_on: &[&CardId]) -> CommandResult<CardDetail> {
        let depends_on = Patch::Value(depends_on.iter().map(|id| (*id).clone()).collect());
        let body = PatchCard { depends_on, ..Default::default() };
        cards::patch(&self.events, &self.board, card, None, body).await
    }

    /// The number of the newest message.
    pub async fn head(&self) -> u64 {
        self.events.store().read().await.unwrap().position().seq
    }

    /// The board's messages after this number.
    pub async fn messages_since(&self, after: u64) -> Vec<Published> {
        let mut read = self.events.store().read().await.unwrap();
        let channels = [Channel::Board(self.board.clone())];
        let limit = messages::Limit { messages: 1000, bytes: u64::MAX };
        messages::since(&mut read, after, &channels, limit).await.unwrap().messages
    }

    /// The board's patches after this number.
    pub async fn patches_since(&self, after: u64) -> Vec<BoardPatch> {
        self.messages_since(after).await.iter().map(patch).collect()
    }
}

async fn open(folder: &TempDir, options: StoreOptions, clock: Clock) -> Events {
    let store = Store::open(&folder.path().join("mainstay.db"), options).await.unwrap();
    let head = store.read().await.unwrap().position().seq;
    let hub = Arc::new(Hub::new(head, store.epoch().clone()));
    Events::new(store, hub, clock)
}

/// What a message says, which must be a patch.
fn patch(message: &Published) -> BoardPatch {
    match SseMsg::decode(&message.event, &message.payload) {
        Decoded::Msg(SseMsg::BoardPatch(patch)) => patch,
        other => panic!("not a patch: {other:?}"),
    }
}

//! Cards and boards for tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use futures_util::StreamExt as _;
use leptos::prelude::*;
use leptos_router::location::RequestUrl;
use shared::attempt::{Attempt, AttemptStatus, Link};
use shared::board::{BoardState, BoardSummary, Column, ColumnHead, ColumnKey};
use shared::card::{Card, CardDetail};
use shared::dashboard::{BoardOverview, DashboardOverview, Range, Totals};
use shared::ids::{AttemptId, BoardId, CardId};
use shared::page::Page;
use shared::time::Timestamp;

use crate::App;
use crate::board::strips::Strips;
use crate::shell::ResponseStatus;
use crate::snapshot::{Backend, CardAttempts, PageError, Reading, Snapshot};

/// A card of key `MAI-1` (after the digits of its id) with nothing special about it.
pub fn card(id: &str, title: &str) -> Card {
    let number = id.trim_start_matches(|c: char| !c.is_ascii_digit());
    Card {
        id: id.into(),
        key: format!("MAI-{number}"),
        revision: 1,
        title: title.to_owned(),
        has_description: false,
        card_type: None,
        priority: None,
        labels: vec![],
        depends_on: vec![],
        blocked_by: vec![],
        attempt: None,
        created_at: Timestamp::from_millis(1_782_898_200_000),
        updated_at: Timestamp::from_millis(1_782_898_200_000),
    }
}

/// An attempt at the card `c1`, of this number and with the id `a` and its number.
pub fn attempt(number: u32, status: AttemptStatus) -> Attempt {
    Attempt {
        attempt_id: AttemptId::new(format!("a{number}")),
        card_id: "c1".into(),
        board_id: "b1".into(),
        number,
        status,
        link: Link::Attached,
        agent: "demo".into(),
        profile_id: None,
        branch: format!("mainstay/mai-1-first-{number}"),
        base_branch: "main".to_owned(),
        worktree: None,
        session_id: None,
        created_at: Timestamp::from_millis(1_782_898_200_000),
        started_at: None,
        ended_at: None,
        reason: None,
        todos: None,
        diff: None,
        pr: None,
        waiting: Vec::new(),
    }
}

/// A board with a backlog and a done column that hold these cards.
pub fn board(backlog: Vec<Card>, done: Vec<Card>) -> BoardState {
    let column = |id: &str, key, title: &str, cards: &[Card]| {
        let head = ColumnHead {
            id: id.into(),
            key: Some(key),
            revision: 1,
            title: title.to_owned(),
            wip_limit: None,
        };
        Column { card_ids: cards.iter().map(|card| card.id.clone()).collect(), ..Column::new(head) }
    };
    let columns = [
        column("backlog", ColumnKey::Backlog, "Backlog", &backlog),
        column("done", ColumnKey::Done, "Done", &done),
    ];
    BoardState {
        board_id: "b1".into(),
        name: "lodestar".to_owned(),
        revision: 1,
        meta_revision: 1,
        column_order: columns.iter().map(|column| column.id.clone()).collect(),
        columns: columns.into_iter().map(|column| (column.id.clone(), column)).collect(),
        cards: backlog.into_iter().chain(done).map(|card| (card.id.clone(), card)).collect(),
    }
}

/// A backend that knows one board, and the attempts at one of its cards.
pub struct OneBoard {
    pub board: BoardState,
    pub attempts: Option<CardAttempts>,
}

impl From<BoardState> for OneBoard {
    fn from(board: BoardState) -> Self {
        Self { board, attempts: None }
    }
}

impl OneBoard {
    fn snapshot<T: Send + 'static>(found: Option<T>) -> Reading<T> {
        let found = found.ok_or_else(|| PageError::NotFound("There is no such thing.".to_owned()));
        Box::pin(async { found.map(|data| Snapshot { at: None, data }) })
    }
}

impl Backend for OneBoard {
    fn projects(&self) -> Reading<Vec<BoardSummary>> {
        Self::snapshot(Some(vec![]))
    }

    fn board(&self, board: BoardId) -> Reading<BoardState> {
        Self::snapshot(Some(self.board.clone()).filter(|state| state.board_id == board))
    }

    fn card(&self, _: BoardId, card: CardId) -> Reading<CardDetail> {
        let card = self.board.cards.get(&card).cloned();
        Self::snapshot(card.map(|card| CardDetail { card, description: Some("It *matters*.".to_owned()) }))
    }

    fn attempts(&self, _: BoardId, card: CardId, _: Option<AttemptId>) -> Reading<CardAttempts> {
        let known = self.attempts.clone().filter(|known| known.card == card);
        Self::snapshot(Some(known.unwrap_or_else(|| no_attempts(card))))
    }

    fn search(&self, _: BoardId, words: String) -> Reading<Vec<CardId>> {
        let cards = self.board.cards.keys().filter(|_| "it *matters*.".contains(&words));
        Self::snapshot(Some(cards.cloned().collect()))
    }

    fn dashboard(&self) -> Reading<DashboardOverview> {
        let counts = self.board.counts();
        let overview = DashboardOverview {
            as_of: Timestamp::UNIX_EPOCH,
            range: Range { preset: None, from: Timestamp::UNIX_EPOCH, to: Timestamp::UNIX_EPOCH },
            totals: Totals { boards: 1, cards: counts.cards, ..Totals::default() },
            needs_you: vec![],
            running: vec![],
            boards: vec![BoardOverview {
                board_id: self.board.board_id.clone(),
                name: self.board.name.clone(),
                cards: counts.cards,
                open_cards: counts.open_cards,
                running: counts.running,
                needs_you: counts.needs_you,
            }],
        };
        Self::snapshot(Some(overview))
    }
}

/// What a card has that nobody has worked on.
fn no_attempts(card: CardId) -> CardAttempts {
    let conversation = Page { items: vec![], next_cursor: None };
    CardAttempts { card, attempts: vec![], shown: None, conversation }
}

/// A backend that knows how the projects stand, and no board.
#[derive(Clone)]
pub struct Overview {
    pub dashboard: DashboardOverview,
    pub projects: Vec<BoardSummary>,
}

impl Default for Overview {
    fn default() -> Self {
        Self { dashboard: overview(&[]), projects: vec![] }
    }
}

impl Backend for Overview {
    fn projects(&self) -> Reading<Vec<BoardSummary>> {
        OneBoard::snapshot(Some(self.projects.clone()))
    }

    fn board(&self, _: BoardId) -> Reading<BoardState> {
        OneBoard::snapshot(None)
    }

    fn card(&self, _: BoardId, _: CardId) -> Reading<CardDetail> {
        OneBoard::snapshot(None)
    }

    fn attempts(&self, _: BoardId, card: CardId, _: Option<AttemptId>) -> Reading<CardAttempts> {
        OneBoard::snapshot(Some(no_attempts(card)))
    }

    fn search(&self, _: BoardId, _: String) -> Reading<Vec<CardId>> {
        OneBoard::snapshot(Some(vec![]))
    }

    fn dashboard(&self) -> Reading<DashboardOverview> {
        OneBoard::snapshot(Some(self.dashboard.clone()))
    }
}

/// How boards stand, each by id, name, cards, and open ones among them.
pub fn overview(boards: &[(&str, &str, u64, u64)]) -> DashboardOverview {
    let board = |&(id, name, cards, open_cards): &(&str, &str, u64, u64)| BoardOverview {
        board_id: id.into(),
        name: name.to_owned(),
        cards,
        open_cards,
        running: 0,
        needs_you: 0,
    };
    DashboardOverview {
        as_of: Timestamp::UNIX_EPOCH,
        range: Range { preset: None, from: Timestamp::UNIX_EPOCH, to: Timestamp::UNIX_EPOCH },
        totals: Totals::default(),
        needs_you: vec![],
        running: vec![],
        boards: boards.iter().map(board).collect(),
    }
}

/// A board's page as the server renders it.
pub async fn page(board: BoardState, address: &str) -> (u16, String) {
    rendered(OneBoard::from(board), address).await
}

/// A page as the server renders it: its status and its body, without the comments that hydration goes by.
pub async fn rendered(backend: impl Backend + 'static, address: &str) -> (u16, String) {
    rendered_with(backend, address, Strips::default()).await
}

/// As [`rendered`], for a browser that keeps these strips.
pub async fn rendered_with(backend: impl Backend + 'static, address: &str, strips: Strips) -> (u16, String) {
    // A second test finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let status = Arc::new(AtomicU16::new(200));
    let told = status.clone();
    let owner = Owner::new();
    let stream = owner.with(|| {
        let backend: Arc<dyn Backend> = Arc::new(backend);
        provide_context(backend);
        provide_context(RequestUrl::new(address));
        provide_context(strips);
        provide_context(ResponseStatus::new(move |status| told.store(status, Ordering::Relaxed)));
        App().to_html_stream_in_order()
    });
    let html = stream.collect::<String>().await;
    drop(owner);
    (status.load(Ordering::Relaxed), without_comments(&html))
}

fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, rest)| rest))
}

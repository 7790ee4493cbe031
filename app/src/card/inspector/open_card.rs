//! The card that the inspector is open on, as its parts share it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::board::ColumnKey;
use shared::card::{Card, CardDetail};
use shared::ids::{BoardId, CardId};
use shared::requests::PatchCard;

use super::detail::{Ask, Detail};
use super::edit::Version;
use crate::api::{self, Answer, ApiFailure};
use crate::board::context::BoardContext;
use crate::live::{Done, Freshness, Kanban, Operation};
use crate::snapshot::Snapshot;
use crate::tab::TabMemory;

/// The card that the inspector is open on; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct OpenCard {
    kanban: Kanban,
    memory: Option<TabMemory>,
    names: StoredValue<Names>,
    detail: RwSignal<Detail>,
}

#[derive(Clone)]
struct Names {
    board: BoardId,
    card: CardId,
}

/// Another card, as a card that waits for it or that it waits for shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Whether it is done.
    pub is_done: bool,
}

impl OpenCard {
    pub(super) fn new(
        kanban: Kanban,
        board: BoardId,
        card: CardId,
        initial: Option<Snapshot<CardDetail>>,
    ) -> Self {
        let initial = initial.filter(|initial| initial.data.card.id == card);
        let detail = RwSignal::new(Detail::new(initial));
        let names = StoredValue::new(Names { board, card });
        Self { kanban, memory: use_context(), names, detail }
    }

    /// The live board.
    pub fn kanban(self) -> Kanban {
        self.kanban
    }

    /// The card's id.
    pub fn id(self) -> CardId {
        self.names.with_value(|names| names.card.clone())
    }

    /// What is known of the description. Tracks it.
    pub fn with_detail<R>(self, look: impl FnOnce(&Detail) -> R) -> R {
        self.detail.with(look)
    }

    /// The newest description that is known.
    pub fn description(self) -> Memo<Option<Version>> {
        Memo::new(move |_| self.detail.with(|detail| detail.description().cloned()))
    }

    /// Asks for the description whenever the board shows another revision of the card, and again once the server can be
    /// reached again.
    pub(super) fn follow(self, card: RwSignal<Card>) {
        let revision = Memo::new(move |_| card.with(|card| card.revision));
        Effect::new(move || {
            let revision = revision.get();
            self.step(|detail| detail.show(revision));
        });
        let status = self.kanban.status();
        Effect::new(move || {
            if status.get() == Freshness::Live {
                self.retry();
            }
        });
    }

    /// Asks again for a description that could not be read.
    pub fn retry(self) {
        self.step(Detail::retry);
    }

    /// Takes a step, and asks the server if it says so. Nothing happens once the inspector is closed.
    fn step(self, step: impl FnOnce(&mut Detail) -> Ask) {
        if self.detail.try_update(step) == Some(Ask::Now) {
            spawn_local(self.ask());
        }
    }

    async fn ask(self) {
        let answer = self.read().await.map(|Answer { at, value }| (at, value));
        self.step(|detail| detail.answered(answer.map_err(|failure| failure.sentence)));
    }

    async fn read(self) -> Result<Answer<CardDetail>, ApiFailure> {
        let Names { board, card } = self.names.try_get_value().ok_or_else(ApiFailure::unreachable)?;
        let Answer { at, value } = api::card(&board, &card).await?;
        Ok(Answer { at, value: value.read()? })
    }

    /// The card as the server has it now.
    ///
    /// # Errors
    /// As [`ApiFailure`] tells.
    pub(super) async fn look(self) -> Result<CardDetail, ApiFailure> {
        let Answer { at, value } = self.read().await?;
        self.detail.try_update(|detail| detail.take(at.as_ref(), value.clone()));
        Ok(value)
    }

    /// Brings back the card after it was deleted.
    ///
    /// # Errors
    /// As [`ApiFailure`] tells.
    pub(super) async fn restore(self) -> Result<CardDetail, ApiFailure> {
        let Names { board, card } = self.names.try_get_value().ok_or_else(ApiFailure::unreachable)?;
        let Answer { at, value } = api::restore_card(&board, &card, None).await?;
        let value = value.read()?;
        self.detail.try_update(|detail| detail.take(at.as_ref(), value.clone()));
        Ok(value)
    }

    /// Changes what is written on the card; the board tells if it comes to nothing.
    pub fn patch(self, change: PatchCard) {
        self.kanban.act_then(self.operation(change), None, move |outcome| self.learn(&outcome));
    }

    /// Changes what is written on the card, if it is still at `revision` (if one is given); the caller tells what became
    /// of it.
    pub fn try_patch(
        self,
        change: PatchCard,
        revision: Option<u64>,
        then: impl FnOnce(Result<Done, ApiFailure>) + 'static,
    ) {
        self.kanban.try_act(self.operation(change), revision, move |outcome| {
            self.learn(&outcome);
            then(outcome);
        });
    }

    fn operation(self, change: PatchCard) -> Operation {
        // The board doesn't know the description, and what is undone has to be known before.
        if let Some(memory) = self.memory.filter(|_| !change.description.is_absent()) {
            let known = self.detail.with_untracked(|detail| Some(detail.description()?.text.clone()));
            memory.note_description(known.map(|text| (self.id(), text)));
        }
        Operation::PatchCard { card_id: self.id(), change: Box::new(change) }
    }

    /// The answer to a change carries the description too: it need not be asked for.
    fn learn(self, outcome: &Result<Done, ApiFailure>) {
        let Ok(Done { card: Some(card), .. }) = outcome else { return };
        if let Ok(card) = card.read() {
            self.detail.try_update(|detail| detail.take(None, card));
        }
    }
}

/// Another card of the board, as long as it is there.
pub fn other(board: BoardContext, id: CardId) -> Memo<Option<Other>> {
    Memo::new(move |_| {
        let column = board.column_of(&id)?;
        let signals = board.kanban.board();
        let is_done =
            signals.column(&column).is_some_and(|head| head.with(|head| head.key == Some(ColumnKey::Done)));
        let card = signals.card(&id)?;
        Some(card.with(|card| Other { key: card.key.clone(), title: card.title.clone(), is_done }))
    })
}

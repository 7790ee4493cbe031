//! What pages read: the same as the JSON API answers, in one transaction with the position that the stream goes on from.

use app::snapshot::{Backend, CardAttempts, PageError, Reading, Snapshot};
use shared::{
    board::{BoardState, BoardSummary},
    card::CardDetail,
    dashboard::DashboardOverview,
    ids::{AttemptId, BoardId, CardId},
    page::Page,
    requests::validate,
    words::Words,
};

use crate::{
    clock::Clock,
    dashboard,
    error::ApiError,
    store::{ReadTx, Store, StoreError, attempts, boards, cards, items, search},
};

/// Reads for pages from the store.
#[derive(Clone, Debug)]
pub(super) struct StoreReading {
    store: Store,
    clock: Clock,
}

impl StoreReading {
    pub(super) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}

impl Backend for StoreReading {
    fn projects(&self) -> Reading<Vec<BoardSummary>> {
        let store = self.store.clone();
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let summaries = boards::summaries(&mut tx).await.map_err(failed)?;
            Ok(as_of(&tx, summaries))
        })
    }

    fn board(&self, board: BoardId) -> Reading<BoardState> {
        let store = self.store.clone();
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let state = boards::state(&mut tx, &board).await.map_err(failed)?;
            Ok(as_of(&tx, state.ok_or_else(|| gone("There is no such board. It may have been removed."))?))
        })
    }

    fn card(&self, board: BoardId, card: CardId) -> Reading<CardDetail> {
        let store = self.store.clone();
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let detail = cards::detail(&mut tx, &board, &card).await.map_err(failed)?;
            Ok(as_of(
                &tx,
                detail
                    .ok_or_else(|| gone("There is no such card on this board. It may have been deleted."))?,
            ))
        })
    }

    fn attempts(&self, board: BoardId, card: CardId, wanted: Option<AttemptId>) -> Reading<CardAttempts> {
        let store = self.store.clone();
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let found = cards::stored(&mut tx, &board, &card).await.map_err(failed)?;
            found.ok_or_else(|| gone("There is no such card on this board. It may have been deleted."))?;
            let data = attempts_of(&mut tx, card, wanted).await.map_err(failed)?;
            Ok(as_of(&tx, data))
        })
    }

    fn search(&self, board: BoardId, words: String) -> Reading<Vec<CardId>> {
        let store = self.store.clone();
        Box::pin(async move {
            let words =
                validate::query(&words).map(|words| Words::parse(&words)).map_err(PageError::Failed)?;
            let mut tx = begin(&store).await?;
            let mut found: Vec<_> =
                search::cards(&mut tx, &board, &words).await.map_err(failed)?.into_iter().collect();
            // The same page is the same text.
            found.sort();
            Ok(as_of(&tx, found))
        })
    }

    fn dashboard(&self) -> Reading<DashboardOverview> {
        let (store, now) = (self.store.clone(), self.clock.now());
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let overview = dashboard::overview(&mut tx, now).await.map_err(failed)?;
            Ok(as_of(&tx, overview))
        })
    }
}

/// How much of a conversation a page begins with.
const FIRST_ITEMS: u32 = 100;

async fn attempts_of(
    tx: &mut ReadTx,
    card: CardId,
    wanted: Option<AttemptId>,
) -> Result<CardAttempts, StoreError> {
    let mut known = Vec::new();
    for stored in attempts::of_card(tx, &card).await? {
        known.push(attempts::shown(tx, stored).await?);
    }
    let wanted = known.iter().find(|attempt| Some(&attempt.attempt_id) == wanted.as_ref());
    let newest = known.iter().max_by_key(|attempt| attempt.number);
    let shown = wanted.or(newest).map(|attempt| attempt.attempt_id.clone());
    let mut conversation = Page { items: Vec::new(), next_cursor: None };
    if let Some(attempt) = &shown {
        let page = items::page(tx, attempt, None, FIRST_ITEMS).await?;
        conversation = Page { items: page.items, next_cursor: page.next.map(|number| number.to_string()) };
    }
    Ok(CardAttempts { card, attempts: known, shown, conversation })
}

async fn begin(store: &Store) -> Result<ReadTx, PageError> {
    store.read().await.map_err(failed)
}

fn as_of<T>(tx: &ReadTx, data: T) -> Snapshot<T> {
    Snapshot { at: Some(tx.position().clone()), data }
}

fn gone(sentence: &str) -> PageError {
    PageError::NotFound(sentence.to_owned())
}

/// The same words that the JSON API has for it; the cause goes to the log.
fn failed(error: StoreError) -> PageError {
    PageError::Failed(ApiError::from(error).sentences())
}

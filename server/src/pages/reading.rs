//! What pages read: the same as the JSON API answers, in one transaction with the position that the stream goes on from.

use app::snapshot::{Backend, PageError, Reading, Snapshot};
use shared::{
    board::{BoardState, BoardSummary},
    card::CardDetail,
    dashboard::DashboardOverview,
    ids::{BoardId, CardId},
};

use crate::{
    clock::Clock,
    dashboard,
    error::ApiError,
    store::{ReadTx, Store, StoreError, boards, cards},
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

    fn dashboard(&self) -> Reading<DashboardOverview> {
        let (store, now) = (self.store.clone(), self.clock.now());
        Box::pin(async move {
            let mut tx = begin(&store).await?;
            let overview = dashboard::overview(&mut tx, now).await.map_err(failed)?;
            Ok(as_of(&tx, overview))
        })
    }
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

//! How a stream begins: where its reader was, or with a fresh snapshot.

use std::sync::Arc;

use bytes::Bytes;
use shared::{
    ids::{BoardId, EventId},
    sse::Hello,
};
use tokio::time::Instant;

use super::{Source, Stream};
use crate::{
    sse::{
        opening,
        refusal::Refusal,
        replay::{self, Resumption},
        snapshot::BoardSnapshot,
        topic::Topic,
    },
    store::StoreError,
};

/// Why a stream has no opening.
#[derive(Debug, thiserror::Error)]
pub(super) enum CantOpen {
    #[error("the board is gone")]
    Gone,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<serde_json::Error> for CantOpen {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<CantOpen> for Refusal {
    fn from(error: CantOpen) -> Self {
        match error {
            CantOpen::Gone => Self::NoSuchBoard,
            CantOpen::Store(error) => Self::Store(error),
        }
    }
}

impl Stream {
    /// Goes on where the reader was, if that is possible.
    pub(super) async fn resume(&mut self) -> Result<bool, CantOpen> {
        let Some(from) = self.request.last_event.take() else { return Ok(false) };
        let portion = match replay::resume(self.streams.store(), &self.request.topic, &from).await? {
            Resumption::Resumed(portion) => portion,
            Resumption::Fresh => return Ok(false),
            Resumption::Gone => return Err(CantOpen::Gone),
        };
        let footing = self.subscription.footing();
        let mut frames = Vec::new();
        if let (Topic::Board(board), false) = (self.request.topic.clone(), self.request.patches) {
            frames.push(self.read_state(&board, footing.newest).await?.state.clone());
        }
        frames.extend(self.read_overview().await?);
        let hello = self.hello(footing.head.max(portion.through), true);
        (self.promised, self.told) = (hello.seq, from.seq);
        self.push_all(opening::resumed(hello, &from, frames)?);
        self.pass_portion(portion)?;
        Ok(true)
    }

    /// Begins with a fresh snapshot, at the beginning or after a lag.
    pub(super) async fn start_over(&mut self) -> Result<(), CantOpen> {
        let footing = self.subscription.footing();
        let mut seq = footing.head;
        let (mut frames, mut statuses) = (Vec::new(), Vec::new());
        if let Topic::Board(board) = self.request.topic.clone() {
            // A snapshot with this channel's newest message is as good as one of the head: nothing of it lies between.
            let snapshot = self.read_state(&board, footing.newest).await?;
            frames.push(snapshot.state.clone());
            statuses.clone_from(&snapshot.statuses);
            seq = seq.max(self.state_seq);
        }
        frames.extend(self.read_overview().await?);
        frames.extend(statuses);
        let position = EventId::new(self.streams.hub().epoch().clone(), seq);
        (self.promised, self.told) = (seq, seq);
        self.push_all(opening::fresh(self.hello(seq, false), &position, frames)?);
        self.subscription.go_on_after(seq);
        self.source = Source::Memory;
        Ok(())
    }

    /// The board, with everything up to `seq` in it.
    pub(super) async fn read_state(
        &mut self,
        board: &BoardId,
        seq: u64,
    ) -> Result<Arc<BoardSnapshot>, CantOpen> {
        let (snapshots, now) = (self.subscription.snapshots(), self.streams.clock().now());
        let snapshot = snapshots.at_least(seq, self.streams.store(), board, now, self.metrics()).await?;
        let snapshot = snapshot.ok_or(CantOpen::Gone)?;
        self.state.answer(Instant::now());
        self.state_seq = snapshot.seq;
        Ok(snapshot)
    }

    async fn read_overview(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some(reader) = &mut self.overview else { return Ok(None) };
        let overview = self.streams.overview().at_least(self.subscription.footing().head).await?;
        reader.has_shown(&overview);
        Ok(Some(overview.frame.clone()))
    }

    fn hello(&self, seq: u64, resumed: bool) -> Hello {
        Hello {
            server_time: self.streams.clock().now(),
            epoch: self.streams.hub().epoch().clone(),
            seq,
            resumed,
            heartbeat_ms: u64::try_from(self.streams.options().heartbeat.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

//! What a reader has missed, from the log on disk, in portions: a long absence must not be in memory at once.

use shared::ids::{Epoch, EventId};

use super::{frame::Frame, message::Channel, topic::Topic};
use crate::store::{
    ReadTx, Store, StoreError, boards,
    messages::{self, Limit, Page},
};

/// How large a portion may be. A message may be larger than any usual one, so their number alone bounds nothing.
const PORTION: Limit = Limit { messages: 64, bytes: 1024 * 1024 };

/// Some of what was missed, in order.
#[derive(Debug)]
pub struct Portion {
    /// The messages, before any filter.
    pub frames: Vec<Frame>,
    /// Everything up to here is in this portion or was passed before.
    pub through: u64,
    /// Whether it reached the log's head; if not, there is more.
    pub complete: bool,
}

/// Whether a reader can go on where it was.
#[derive(Debug)]
pub enum Resumption {
    /// It can: this is what it missed, or the first of it.
    Resumed(Portion),
    /// It can't, and has to start over.
    Fresh,
    /// What it reads is gone.
    Gone,
}

/// Looks whether a reader who was at `from` can go on there.
///
/// # Errors
/// If the database can't be read.
pub async fn resume(store: &Store, topic: &Topic, from: &EventId) -> Result<Resumption, StoreError> {
    if from.epoch != *store.epoch() {
        return Ok(Resumption::Fresh);
    }
    let mut tx = store.read().await?;
    if let Topic::Board(board) = topic
        && !boards::exists(&mut tx, board).await?
    {
        return Ok(Resumption::Gone);
    }
    let portion = read(tx, store.epoch(), topic, from.seq).await?;
    Ok(portion.map_or(Resumption::Fresh, Resumption::Resumed))
}

/// The next messages after number `after`; `None` if the log no longer reaches back to it, so that any answer would be
/// a partial one.
///
/// # Errors
/// If the database can't be read.
pub async fn portion(store: &Store, topic: &Topic, after: u64) -> Result<Option<Portion>, StoreError> {
    read(store.read().await?, store.epoch(), topic, after).await
}

async fn read(
    mut tx: ReadTx,
    epoch: &Epoch,
    topic: &Topic,
    after: u64,
) -> Result<Option<Portion>, StoreError> {
    let kept = messages::kept(&mut tx).await?;
    if !kept.reaches_back_to(after) {
        return Ok(None);
    }
    let Page { messages, complete } = messages::since(&mut tx, after, &channels(topic), PORTION).await?;
    drop(tx);
    let frames: Vec<Frame> = messages.iter().map(|message| Frame::encode(epoch, message, None)).collect();
    let through = match frames.last() {
        Some(last) if !complete => last.seq,
        _ => kept.head,
    };
    Ok(Some(Portion { frames, through, complete }))
}

fn channels(topic: &Topic) -> Vec<Channel> {
    match topic {
        Topic::Board(board) => vec![Channel::Board(board.clone()), Channel::Everyone],
        Topic::Dashboard => vec![Channel::Everyone],
    }
}

#[cfg(test)]
mod tests {
    use shared::agent::AgentRegistered;
    use shared::sse::SseMsg;
    use shared::time::Timestamp;
    use tempfile::TempDir;

    use super::*;
    use crate::sse::listeners::Logged;
    use crate::store::StoreOptions;

    /// A store with messages for everyone, of this many bytes each and a few more.
    async fn store(sizes: &[usize]) -> (TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("mainstay.db"), StoreOptions::default()).await.unwrap();
        let logged = sizes.iter().map(|bytes| {
            let msg =
                SseMsg::AgentRegistered(AgentRegistered { agent: "x".repeat(*bytes).into(), label: None });
            Logged { channel: Channel::Everyone, msg }
        });
        let mut tx = store.write().await.unwrap();
        messages::append(&mut tx, logged.collect(), Timestamp::UNIX_EPOCH).await.unwrap();
        drop(tx.commit().await.unwrap());
        (folder, store)
    }

    #[tokio::test]
    async fn a_portion_is_bounded_by_bytes_too_and_nothing_is_left_out_between_two() {
        const MIB: usize = 1024 * 1024;
        // The large ones are larger than any portion, and still go, one at a time.
        let sizes =
            [10, MIB / 4, MIB / 4, 3 * MIB, MIB / 4, 3 * MIB, 3 * MIB, 10, 10, MIB / 2, MIB / 2, MIB / 2, 10];
        let (_folder, store) = store(&sizes).await;
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let portion = portion(&store, &Topic::Dashboard, after).await.unwrap().unwrap();
            let bytes: Vec<usize> =
                portion.frames.iter().map(|frame| sizes[usize::try_from(frame.seq).unwrap() - 1]).collect();
            let (last, others) = bytes.split_last().unwrap_or((&0, &[]));
            assert!(others.iter().sum::<usize>() < MIB, "{bytes:?} and then {last}");
            seen.extend(portion.frames.iter().map(|frame| frame.seq));
            after = portion.through;
            if portion.complete {
                break;
            }
        }
        assert_eq!(seen, (1..=13).collect::<Vec<u64>>());
        assert_eq!(after, 13);
    }
}

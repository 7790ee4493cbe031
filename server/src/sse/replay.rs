//! What a reader has missed, from the log on disk, in portions: a long absence must not be in memory at once.

use shared::ids::{Epoch, EventId};

use super::{frame::Frame, message::Channel, topic::Topic};
use crate::store::{ReadTx, Store, StoreError, boards, messages};

/// The most messages of one portion.
const PORTION: u32 = 64;

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
    let messages = messages::since(&mut tx, after, &channels(topic), PORTION).await?;
    drop(tx);
    let frames: Vec<Frame> = messages.iter().map(|message| Frame::encode(epoch, message, None)).collect();
    let more = frames.last().filter(|_| frames.len() >= PORTION as usize).map(|last| last.seq);
    Ok(Some(Portion { frames, through: more.unwrap_or(kept.head), complete: more.is_none() }))
}

fn channels(topic: &Topic) -> Vec<Channel> {
    match topic {
        Topic::Board(board) => vec![Channel::Board(board.clone()), Channel::Everyone],
        Topic::Dashboard => vec![Channel::Everyone],
    }
}

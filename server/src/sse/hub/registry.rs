//! Who listens to what, and the messages that wait for them: the hub's state, without its locks.
//!
//! Messages lie in one log that is bounded for all; each channel has the list of those that concern it. A reader is a
//! number, the newest message it has passed, so a slow one costs nothing and is found out when the log has moved on.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use shared::{ids::BoardId, sse::ByeReason};

use super::{HubLimits, NotJoined, Open, seat::Seat};
use crate::sse::{frame::Frame, message::Channel, snapshot::SnapshotCache, topic::Topic};

/// How much one reader takes at a time: enough to catch up fast, little enough that a slow one pins little memory.
const TAKE_FRAMES: usize = 16;
const TAKE_BYTES: usize = 64 * 1024;

/// How many ended sessions are remembered. A request that was let in just before its session ended joins just after; by
/// the time that so many more have ended, it has long done so.
const ENDED_SESSIONS: usize = 256;

/// The readers that have something to look at.
pub(super) type Concerned = Vec<Arc<Seat>>;

/// What there is for a reader.
#[derive(Debug)]
pub enum Taken {
    /// The next messages, perhaps none, and the position that the reader has passed with them.
    Frames(Vec<Arc<Frame>>),
    /// The log in memory has moved on without it.
    Lagged,
    /// Its stream ends for this reason; nothing follows.
    Ended(ByeReason),
}

/// The hub's state.
#[derive(Debug)]
pub(super) struct Registry {
    limits: HubLimits,
    /// The newest message that was published.
    head: u64,
    /// Every message in memory, oldest first.
    log: VecDeque<Logged>,
    log_bytes: usize,
    /// Only those that somebody listens to.
    channels: HashMap<Topic, ChannelEntry>,
    readers: usize,
    next_reader: u64,
    /// The sessions that ended last.
    ended_sessions: VecDeque<String>,
    /// Whether the server stops: then nobody joins any more.
    is_stopping: bool,
}

/// A message in memory, and whom it reaches: so that only their channels are looked at when it goes.
#[derive(Debug)]
pub(super) struct Logged {
    pub(super) channel: Channel,
    pub(super) frame: Arc<Frame>,
}

/// A channel: who listens to it, and which messages of the log are its own.
#[derive(Debug)]
struct ChannelEntry {
    ring: VecDeque<Arc<Frame>>,
    /// The newest of its messages that is not in the ring any more, or as good as that; a reader before it has missed
    /// something.
    evicted: u64,
    readers: HashMap<u64, Arc<Seat>>,
    snapshots: Arc<SnapshotCache>,
}

/// Where a reader joins: it misses nothing that comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footing {
    /// The newest message of all.
    pub head: u64,
    /// The newest message of its channel, or the head if that is not known: a snapshot that contains it is as good as
    /// one of the head.
    pub newest: u64,
}

/// A new reader.
#[derive(Debug)]
pub(super) struct Joined {
    pub reader: u64,
    pub seat: Arc<Seat>,
    pub footing: Footing,
    pub snapshots: Arc<SnapshotCache>,
}

impl ChannelEntry {
    fn new(head: u64) -> Self {
        Self { ring: VecDeque::new(), evicted: head, readers: HashMap::new(), snapshots: Arc::default() }
    }

    fn newest(&self) -> u64 {
        self.ring.back().map_or(self.evicted, |frame| frame.seq)
    }
}

impl Registry {
    pub(super) fn new(head: u64, limits: HubLimits) -> Self {
        Self {
            limits,
            head,
            log: VecDeque::new(),
            log_bytes: 0,
            channels: HashMap::new(),
            readers: 0,
            next_reader: 0,
            ended_sessions: VecDeque::new(),
            is_stopping: false,
        }
    }

    pub(super) fn head(&self) -> u64 {
        self.head
    }

    pub(super) fn limits(&self) -> HubLimits {
        self.limits
    }

    pub(super) fn bytes(&self) -> usize {
        self.log_bytes
    }

    pub(super) fn open(&self) -> Open {
        let dashboards = self.channels.get(&Topic::Dashboard).map_or(0, |entry| entry.readers.len());
        Open { boards: self.readers - dashboards, dashboards, channels: self.channels.len() }
    }

    pub(super) fn footing(&self, topic: &Topic) -> Footing {
        let newest = self.channels.get(topic).map_or(self.head, ChannelEntry::newest);
        Footing { head: self.head, newest }
    }

    /// Adds a reader, unless there are as many as there may be, its session has ended or the server stops.
    pub(super) fn join(&mut self, topic: &Topic, session: Option<String>) -> Result<Joined, NotJoined> {
        if self.is_stopping {
            return Err(NotJoined::Stopping);
        }
        if self.readers >= self.limits.streams {
            return Err(NotJoined::Full);
        }
        if session.as_ref().is_some_and(|session| self.ended_sessions.contains(session)) {
            return Err(NotJoined::SignedOut);
        }
        let reader = self.next_reader;
        self.next_reader += 1;
        self.readers += 1;
        let entry = self.channels.entry(topic.clone()).or_insert_with(|| ChannelEntry::new(self.head));
        let seat = Arc::new(Seat::new(session));
        entry.readers.insert(reader, Arc::clone(&seat));
        Ok(Joined {
            reader,
            seat,
            footing: Footing { head: self.head, newest: entry.newest() },
            snapshots: Arc::clone(&entry.snapshots),
        })
    }

    /// Removes a reader, and its channel with the last one.
    pub(super) fn leave(&mut self, topic: &Topic, reader: u64) {
        let Some(entry) = self.channels.get_mut(topic) else { return };
        if entry.readers.remove(&reader).is_none() {
            return;
        }
        self.readers -= 1;
        if entry.readers.is_empty() {
            self.channels.remove(topic);
        }
    }

    /// Takes the messages of one commit in; returns the channels that they concern.
    pub(super) fn publish(&mut self, messages: Vec<Logged>) -> HashSet<Channel> {
        let mut concerned = HashSet::new();
        for message in messages {
            debug_assert!(message.frame.seq > self.head, "messages arrive in the order of their numbers");
            self.head = message.frame.seq;
            let mut listening = reached_by(&message.channel, &mut self.channels).peekable();
            if listening.peek().is_none() {
                continue;
            }
            listening.for_each(|entry| entry.ring.push_back(Arc::clone(&message.frame)));
            concerned.insert(message.channel.clone());
            self.log_bytes += message.frame.bytes.len();
            self.log.push_back(message);
        }
        self.evict();
        concerned
    }

    /// The readers of these channels.
    pub(super) fn readers_of(&mut self, channels: &HashSet<Channel>) -> Concerned {
        if channels.contains(&Channel::Everyone) {
            return self.everyone();
        }
        let mut readers = Vec::new();
        for channel in channels {
            reached_by(channel, &mut self.channels)
                .for_each(|it| readers.extend(it.readers.values().cloned()));
        }
        readers
    }

    /// All readers.
    pub(super) fn everyone(&self) -> Concerned {
        self.channels.values().flat_map(|entry| entry.readers.values()).cloned().collect()
    }

    /// Drops the oldest messages until the log keeps to its limits. The newest one always stays: it was just promised.
    fn evict(&mut self) {
        let limits = self.limits.memory;
        while self.log.len() > 1 && (self.log.len() > limits.messages || self.log_bytes > limits.bytes) {
            let Some(oldest) = self.log.pop_front() else { return };
            let seq = oldest.frame.seq;
            self.log_bytes -= oldest.frame.bytes.len();
            for entry in reached_by(&oldest.channel, &mut self.channels) {
                // A channel that somebody began to listen to later has it not.
                if entry.ring.front().is_some_and(|first| first.seq == seq) {
                    entry.ring.pop_front();
                    entry.evicted = seq;
                }
            }
        }
    }

    /// What there is for a reader that has passed `passed`, which moves on with what it is given. It is quiet then,
    /// unless there is more.
    pub(super) fn take(&self, topic: &Topic, seat: &Seat, passed: &mut u64) -> Taken {
        seat.bell.quieten();
        let Some(entry) = self.channels.get(topic) else { return Taken::Ended(ByeReason::Shutdown) };
        let ending = seat.ending();
        // Who loses the board gets what was said before; for all others it ends at once.
        if let Some(reason @ (ByeReason::SignedOut | ByeReason::Shutdown)) = ending {
            return Taken::Ended(reason);
        }
        if *passed < entry.evicted {
            return ending.map_or(Taken::Lagged, Taken::Ended);
        }
        let first = entry.ring.partition_point(|frame| frame.seq <= *passed);
        let frames = portion(entry.ring.range(first..));
        if let (true, Some(reason)) = (frames.is_empty(), ending) {
            return Taken::Ended(reason);
        }
        let is_more = first + frames.len() < entry.ring.len();
        *passed = match frames.last() {
            Some(last) if is_more => last.seq,
            // Everything up to the head was either given out or is none of this channel's business.
            _ => self.head.max(*passed),
        };
        if is_more || ending.is_some() {
            seat.bell.go_on();
        }
        Taken::Frames(frames)
    }

    /// Ends the streams that rest on a session; returns whom it concerns.
    pub(super) fn end_session(&mut self, session: &str) -> Concerned {
        if self.ended_sessions.len() == ENDED_SESSIONS {
            self.ended_sessions.pop_front();
        }
        self.ended_sessions.push_back(session.to_owned());
        let mut concerned = self.everyone();
        concerned.retain(|seat| seat.rests_on(session));
        end(concerned, ByeReason::SignedOut)
    }

    /// Ends the streams of a board that is gone; returns whom it concerns.
    pub(super) fn end_board(&mut self, board: &BoardId) -> Concerned {
        let Some(entry) = self.channels.get(&Topic::Board(board.clone())) else { return Vec::new() };
        end(entry.readers.values().cloned().collect(), ByeReason::BoardDeleted)
    }

    /// Ends all streams, because the server stops; returns whom it concerns.
    pub(super) fn end_all(&mut self) -> Concerned {
        self.is_stopping = true;
        end(self.everyone(), ByeReason::Shutdown)
    }
}

fn end(concerned: Concerned, reason: ByeReason) -> Concerned {
    concerned.iter().for_each(|seat| seat.end(reason));
    concerned
}

/// The channels that such a message reaches, of those that anybody listens to.
fn reached_by<'a>(
    channel: &Channel,
    channels: &'a mut HashMap<Topic, ChannelEntry>,
) -> impl Iterator<Item = &'a mut ChannelEntry> + use<'a> {
    let (one, all) = match channel {
        Channel::Board(board) => (channels.get_mut(&Topic::Board(board.clone())), None),
        Channel::Everyone => (None, Some(channels.values_mut())),
    };
    one.into_iter().chain(all.into_iter().flatten())
}

/// As many frames as one reader takes at a time; at least one, if there is one.
fn portion<'a>(frames: impl Iterator<Item = &'a Arc<Frame>>) -> Vec<Arc<Frame>> {
    let mut bytes = 0;
    frames
        .take(TAKE_FRAMES)
        .take_while(|frame| {
            let fits = bytes < TAKE_BYTES;
            bytes += frame.bytes.len();
            fits
        })
        .cloned()
        .collect()
}

//! What an open stream sends after its opening, as it finds it in the log or by the clock, and its last words.

use std::{
    future::Future as _,
    task::{Context, Poll, ready},
};

use shared::sse::{Bye, ByeReason, Heartbeat, SseMsg};
use tokio::time::{Instant, sleep_until};

use super::{End, Errand, Source, Stream, beginning::CantOpen};
use crate::{
    sse::{
        encode::encode,
        frame::{Frame, FrameKind},
        hub::Taken,
        overview::OverviewReader,
        replay::{self, Portion},
        retry,
        topic::Topic,
    },
    store::StoreError,
};

impl Stream {
    /// Finds out what goes out next, and tells what has to be read for it; pending if there is nothing.
    pub(super) fn poll_advance(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Errand>, serde_json::Error>> {
        // Others have their turn while a long stretch is left out.
        let turn = ready!(tokio::task::coop::poll_proceed(cx));
        let may_be_more = self.subscription.poll_wait(cx).is_ready();
        let beats = self.heartbeat.as_mut().poll(cx).is_ready();
        let state_is_due = self.poll_state_due(cx).is_ready();
        let overview = self.overview.as_mut().and_then(OverviewReader::take);
        if !(may_be_more || beats || state_is_due || overview.is_some() || self.source == Source::Disk) {
            return Poll::Pending;
        }
        turn.made_progress();
        Poll::Ready(self.take(may_be_more || beats).and_then(|errand| {
            if self.end != End::Open || errand == Some(Errand::Reset) {
                return Ok(errand);
            }
            if let Some(overview) = overview {
                self.push(overview.frame.clone(), None);
            }
            if beats {
                self.heartbeat.as_mut().reset(Instant::now() + self.streams.options().heartbeat);
                self.send_heartbeat()?;
            }
            Ok(state_is_due.then_some(Errand::State).or(errand))
        }))
    }

    /// Takes a portion of what there is, unless it has to be read.
    fn take(&mut self, may_be_more: bool) -> Result<Option<Errand>, serde_json::Error> {
        match self.source {
            Source::Disk => match self.subscription.ending() {
                Some(reason) => self.say_bye(reason).map(|()| None),
                None => Ok(Some(Errand::Replay)),
            },
            Source::Memory if may_be_more => match self.subscription.take() {
                Taken::Frames(frames) => {
                    frames.iter().for_each(|frame| self.pass(frame));
                    Ok(None)
                }
                Taken::Lagged => Ok(Some(Errand::Reset)),
                Taken::Ended(reason) => self.say_bye(reason).map(|()| None),
            },
            Source::Memory => Ok(None),
        }
    }

    /// Ready when a whole state is due.
    fn poll_state_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.state.is_triggered() {
            return Poll::Pending;
        }
        let Some(due_at) = self.state.due_at(Instant::now()) else { return Poll::Pending };
        let sleep = self.state_due.get_or_insert_with(|| Box::pin(sleep_until(due_at)));
        if sleep.deadline() != due_at {
            sleep.as_mut().reset(due_at);
        }
        sleep.as_mut().poll(cx)
    }

    /// Does what takes a reading of the database, and comes back.
    pub(super) async fn run(mut self: Box<Self>, errand: Errand) -> Box<Self> {
        let done = match errand {
            Errand::Replay => self.replay().await,
            Errand::Reset => self.reset().await,
            Errand::State => self.send_state().await,
        };
        if let Err(error) = done {
            self.fail(&error);
        }
        self
    }

    async fn replay(&mut self) -> Result<(), StoreError> {
        let after = self.subscription.passed().seq;
        match replay::portion(self.streams.store(), &self.request.topic, after).await? {
            Some(portion) => Ok(self.pass_portion(portion)?),
            // What comes next has been removed meanwhile: better a new start than a hole.
            None => self.reset().await,
        }
    }

    pub(super) fn pass_portion(&mut self, portion: Portion) -> Result<(), serde_json::Error> {
        for frame in &portion.frames {
            self.pass(frame);
        }
        self.subscription.go_on_after(portion.through);
        self.source = if portion.complete { Source::Memory } else { Source::Disk };
        // What lies between may concern others, and then nothing else would tell the reader that it has caught up.
        if portion.complete && self.told < self.promised { self.send_heartbeat() } else { Ok(()) }
    }

    /// Sends a message, or notes what it asks for, or leaves it out.
    fn pass(&mut self, frame: &Frame) {
        if self.request.carries(&frame.kind) {
            self.told = frame.seq;
            self.push(frame.bytes.clone(), frame.published_at);
        } else if frame.kind == FrameKind::Patch && frame.seq > self.state_seq {
            self.newest_patch = frame.seq;
            self.state.trigger();
        }
    }

    /// Sends the newest state. It carries no id: what it contains may be ahead of what else was sent.
    async fn send_state(&mut self) -> Result<(), StoreError> {
        let Topic::Board(board) = self.request.topic.clone() else { return Ok(()) };
        // If the board is gone, the stream is about to learn it.
        match self.read_state(&board, self.newest_patch).await {
            Ok(snapshot) => self.push(snapshot.state.clone(), None),
            Err(CantOpen::Gone) => {}
            Err(CantOpen::Store(error)) => return Err(error),
        }
        Ok(())
    }

    fn send_heartbeat(&mut self) -> Result<(), serde_json::Error> {
        let ts = self.streams.clock().now();
        let position = self.subscription.passed();
        self.told = position.seq;
        let id = position.to_string();
        let frame = encode(Some(&id), &SseMsg::Heartbeat(Heartbeat { ts }), None)?;
        self.push(frame, None);
        Ok(())
    }

    /// Starts over in the middle, because the reader has fallen behind what can be sent.
    async fn reset(&mut self) -> Result<(), StoreError> {
        self.metrics().lag_resets.increment();
        self.subscription.rejoin();
        match self.start_over().await {
            Ok(()) => Ok(()),
            Err(CantOpen::Gone) => Ok(self.say_bye(ByeReason::BoardDeleted)?),
            Err(CantOpen::Store(error)) => Err(error),
        }
    }

    fn say_bye(&mut self, reason: ByeReason) -> Result<(), serde_json::Error> {
        let retry_ms = (reason == ByeReason::Shutdown).then(retry::individual_ms);
        let id = self.subscription.passed().to_string();
        let frame = encode(Some(&id), &SseMsg::Bye(Bye { reason, retry_ms }), None)?;
        self.push(frame, None);
        self.end = End::Bye(reason);
        Ok(())
    }
}

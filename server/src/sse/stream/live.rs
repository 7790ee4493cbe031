//! What an open stream sends after its opening, as it finds it in the log or by the clock, and its last words.

use shared::sse::{Bye, ByeReason, Heartbeat, SseMsg};
use tokio::time::Instant;

use super::{End, Source, Stream, beginning::CantOpen};
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
    /// Finds out what goes out next, or waits until there may be something.
    pub(super) async fn advance(&mut self) -> Result<(), StoreError> {
        if self.streams.shutdown().is_cancelled() {
            return self.say_bye(ByeReason::Shutdown);
        }
        let may_be_more = match self.source {
            Source::Disk => {
                self.take_from_disk().await?;
                true
            }
            Source::Memory => self.take_from_memory().await?,
        };
        if self.end == End::Open {
            self.send_what_is_due().await?;
        }
        // What was taken may all have been left out: whoever waits then, waits beside what comes after it.
        if self.pending.is_empty() && !may_be_more {
            self.wait().await;
        }
        Ok(())
    }

    /// Takes a portion, and says whether there may be more.
    async fn take_from_memory(&mut self) -> Result<bool, StoreError> {
        // Others have their turn while a long stretch is left out.
        tokio::task::coop::consume_budget().await;
        match self.subscription.take() {
            Taken::Frames(frames) => {
                for frame in &frames {
                    self.pass(frame);
                }
                Ok(!frames.is_empty())
            }
            Taken::Lagged => self.reset().await.map(|()| true),
            Taken::Ended(reason) => self.say_bye(reason).map(|()| true),
        }
    }

    async fn take_from_disk(&mut self) -> Result<(), StoreError> {
        if let Some(reason) = self.subscription.ending() {
            return self.say_bye(reason);
        }
        let after = self.subscription.passed().seq;
        match replay::portion(self.streams.store(), &self.request.topic, after).await? {
            Some(portion) => self.pass_portion(portion),
            // What comes next has been removed meanwhile: better a new start than a hole.
            None => self.reset().await,
        }
    }

    pub(super) fn pass_portion(&mut self, portion: Portion) -> Result<(), StoreError> {
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

    async fn send_what_is_due(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        if self.state.is_due(now) {
            self.send_state().await?;
        }
        if let Some(overview) = self.overview.as_mut().and_then(OverviewReader::take) {
            self.push(overview.frame.clone(), None);
        }
        if self.heartbeat.deadline() <= now {
            self.heartbeat.as_mut().reset(now + self.streams.options().heartbeat);
            self.send_heartbeat()?;
        }
        Ok(())
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

    fn send_heartbeat(&mut self) -> Result<(), StoreError> {
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
            Err(CantOpen::Gone) => self.say_bye(ByeReason::BoardDeleted),
            Err(CantOpen::Store(error)) => Err(error),
        }
    }

    fn say_bye(&mut self, reason: ByeReason) -> Result<(), StoreError> {
        let retry_ms = (reason == ByeReason::Shutdown).then(retry::individual_ms);
        let id = self.subscription.passed().to_string();
        let frame = encode(Some(&id), &SseMsg::Bye(Bye { reason, retry_ms }), None)?;
        self.push(frame, None);
        self.end = End::Bye(reason);
        Ok(())
    }

    /// Waits for whatever may be the reason to send something.
    async fn wait(&mut self) {
        let state_due = self.state.due_at(Instant::now());
        let state = async {
            match state_due {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let overview = async {
            match &mut self.overview {
                Some(reader) => reader.changed().await,
                None => std::future::pending().await,
            }
        };
        // In order, because whatever comes first leads to a look at everything.
        tokio::select! {
            biased;
            () = self.subscription.wait() => {}
            () = overview => {}
            () = state => {}
            () = &mut self.heartbeat => {}
            () = &mut self.shutdown => {}
        }
    }
}

//! When a page opens its stream, closes it, waits and gives up: a pure function of what happened and when.
//!
//! [`Connection::step`] takes an [`Event`] and the moment it happened, and says what to do about it as [`Effect`]s.
//! Between events nothing happens by itself: the shell sends [`Event::Tick`] at [`Connection::deadline`], and a tick
//! that comes early, late or twice does no harm, because everything is measured by the clock that each step is given.

use std::time::Duration;

use shared::{ids::EventId, sse::ByeReason, time::Timestamp};

use super::{Freshness, backoff};

mod event;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod tests;

pub use event::{Effect, Event, Frame, Moment, Ticket, Verdict};

/// Until a server says otherwise, a heartbeat comes this often.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What a server may say: anything else would spin the watchdog, or never wake it.
const HEARTBEATS: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(600));
/// Shown again after so long hidden, a page opens a new stream: the old one may have died without a sign.
const LONG_HIDDEN: Duration = Duration::from_secs(5);
/// Hidden for so long, a page closes its stream: a browser has only six connections for all its pages.
const REST_AFTER: Duration = Duration::from_secs(60);
/// While nothing can be streamed, the page is read anew this often.
const REFRESH_EVERY: Duration = Duration::from_secs(30);
/// A question to the JSON API that is not answered by then counts as failed.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A visible page looks at the clock this often, so that a jump is noticed soon.
const PULSE: Duration = Duration::from_secs(5);
/// A clock that is this much off what was expected has jumped: the machine slept, or the clock was set.
const JUMP: Duration = Duration::from_secs(5);
/// Two reasons to open a new stream within this time are one.
const JUST_OPENED: Duration = Duration::from_secs(1);

/// The state of a page's connection to its server.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    phase: Phase,
    /// How many times in a row the stream was opened again, or is waiting to be.
    attempts: u32,
    /// How often a heartbeat comes, as the server said last.
    heartbeat: Duration,
    /// Since when the page is hidden; `None` while it is visible.
    hidden_since: Option<Timestamp>,
    /// Whether this page is the one of its browser that keeps its stream while it is hidden.
    holds_lock: bool,
    /// When the server was last heard of.
    contact: Timestamp,
    /// The moment of the last step, and when the next one was due.
    now: Timestamp,
    due: Option<Timestamp>,
    last_ticket: u64,
    effects: Vec<Effect>,
}

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    /// A stream was opened; its `hello` is awaited.
    Connecting {
        stream: Ticket,
        since: Timestamp,
        /// It takes the place of one that was live a moment ago.
        was_live: bool,
    },
    /// The stream said `hello`.
    Open(Stream),
    /// A stream died before its `hello`, and the JSON API was asked why.
    Probing {
        question: Ticket,
        since: Timestamp,
    },
    /// The next attempt comes then.
    Waiting {
        until: Timestamp,
    },
    /// All attempts failed.
    Offline(Refresh),
    /// Nobody sees the page, so it has no stream.
    Resting,
    SignedOut,
    Gone,
    Released,
}

#[derive(Clone, Debug, PartialEq)]
struct Stream {
    ticket: Ticket,
    /// The log's head when it began.
    head: EventId,
    /// When it reached that.
    live_since: Option<Timestamp>,
    /// When it last brought a frame.
    heard: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
enum Refresh {
    Due(Timestamp),
    Asked { question: Ticket, since: Timestamp },
}

impl Connection {
    /// A page that has just appeared: it opens a stream.
    #[must_use]
    pub fn start(is_visible: bool, moment: Moment) -> (Self, Vec<Effect>) {
        let mut connection = Self {
            phase: Phase::Resting,
            attempts: 0,
            heartbeat: HEARTBEAT,
            hidden_since: (!is_visible).then_some(moment.now),
            holds_lock: false,
            contact: moment.now,
            now: moment.now,
            due: None,
            last_ticket: 0,
            effects: Vec::new(),
        };
        connection.open();
        let effects = connection.finish();
        (connection, effects)
    }

    /// Takes what happened, and says what to do about it, in this order.
    pub fn step(&mut self, event: Event, moment: Moment) -> Vec<Effect> {
        if self.phase == Phase::Released {
            return Vec::new();
        }
        if self.has_jumped(moment.now) {
            self.now = moment.now;
            self.hidden_since = self.hidden_since.map(|since| since.min(moment.now));
            self.start_over();
        }
        self.now = moment.now;
        self.take(event, moment.chance);
        self.finish()
    }

    /// When a [`Event::Tick`] is wanted, unless another step comes before.
    #[must_use]
    pub fn deadline(&self) -> Option<Timestamp> {
        self.due
    }

    /// Whether this question's answer is still wanted; if not, its snapshot is out of date.
    #[must_use]
    pub fn awaits(&self, ticket: Ticket) -> bool {
        match &self.phase {
            Phase::Probing { question, .. } | Phase::Offline(Refresh::Asked { question, .. }) => {
                *question == ticket
            }
            _ => false,
        }
    }

    /// What a person may see of it, as of the last step.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        match &self.phase {
            Phase::Open(stream) if stream.live_since.is_some() => Freshness::Live,
            Phase::Connecting { since, was_live: true, .. } if self.now < after(*since, JUST_OPENED) => {
                Freshness::Live
            }
            Phase::Open(_) => Freshness::CatchingUp,
            Phase::Waiting { until } => Freshness::Reconnecting { seconds: whole_seconds(self.now, *until) },
            Phase::Connecting { .. } | Phase::Probing { .. } if self.attempts > 0 => {
                Freshness::Reconnecting { seconds: 0 }
            }
            Phase::Connecting { .. } | Phase::Probing { .. } | Phase::Resting | Phase::Released => {
                Freshness::Connecting
            }
            Phase::Offline(_) => Freshness::Offline { since: self.contact },
            Phase::SignedOut => Freshness::SignedOut,
            Phase::Gone => Freshness::Gone,
        }
    }

    fn take(&mut self, event: Event, chance: f64) {
        match event {
            Event::Frame { stream, id, frame } if self.stream() == Some(stream) => {
                self.hear(stream, id, frame, chance);
            }
            Event::Distrusted { stream } if self.stream() == Some(stream) => self.distrust(chance),
            Event::Failed { stream } if self.stream() == Some(stream) => self.lose(self.now, chance),
            Event::Answered { question, verdict } if self.awaits(question) => self.judge(verdict, chance),
            // What an earlier stream or question brought too late.
            Event::Frame { .. }
            | Event::Distrusted { .. }
            | Event::Failed { .. }
            | Event::Answered { .. } => {}
            Event::Tick => self.tick(chance),
            Event::Hidden => self.hidden_since = self.hidden_since.or(Some(self.now)),
            Event::Shown => self.shown(),
            Event::Left => self.rest(),
            Event::CameBack | Event::Online | Event::Reconnect => self.start_over(),
            Event::Readdressed => self.readdress(),
            Event::LockGained => {
                self.holds_lock = true;
                if self.phase == Phase::Resting {
                    self.start_over();
                }
            }
            Event::LockLost => self.holds_lock = false,
            Event::Released => {
                self.close();
                self.phase = Phase::Released;
            }
        }
    }

    fn finish(&mut self) -> Vec<Effect> {
        self.due = self.next_deadline();
        std::mem::take(&mut self.effects)
    }

    // What the stream does.

    fn hear(&mut self, ticket: Ticket, id: Option<EventId>, frame: Frame, chance: f64) {
        self.contact = self.now;
        match frame {
            Frame::Hello { head, heartbeat } => {
                self.heartbeat = heartbeat.clamp(HEARTBEATS.0, HEARTBEATS.1);
                self.phase = Phase::Open(Stream { ticket, head, live_since: None, heard: self.now });
                self.reach(id);
            }
            Frame::Bye { reason: ByeReason::Shutdown, retry } => {
                self.count_anew_if_lived(self.now);
                self.wait_or_give_up(retry, chance);
            }
            Frame::Bye { reason: ByeReason::SignedOut, .. } => self.end(Phase::SignedOut),
            Frame::Bye { reason: ByeReason::BoardDeleted, .. } => self.end(Phase::Gone),
            Frame::Other => self.reach(id),
        }
    }

    /// The stream has brought a frame, and come this far with it.
    fn reach(&mut self, id: Option<EventId>) {
        let Phase::Open(stream) = &mut self.phase else { return };
        stream.heard = self.now;
        let is_head = |id: EventId| id.epoch == stream.head.epoch && id.seq >= stream.head.seq;
        if stream.live_since.is_none() && id.is_some_and(is_head) {
            stream.live_since = Some(self.now);
        }
    }

    /// The stream is lost; it was there until `end`.
    fn lose(&mut self, end: Timestamp, chance: f64) {
        if matches!(self.phase, Phase::Connecting { .. }) {
            // An EventSource does not say why it failed, but the JSON API does.
            self.close();
            let question = self.ask();
            self.phase = Phase::Probing { question, since: self.now };
        } else {
            self.count_anew_if_lived(end);
            self.wait_or_give_up(None, chance);
        }
    }

    /// At once the first time; a server that keeps sending what can't be trusted is not asked in a tight circle.
    fn distrust(&mut self, chance: f64) {
        self.count_anew_if_lived(self.now);
        if self.attempts == 0 {
            self.attempts = 1;
            self.open();
        } else {
            self.wait_or_give_up(None, chance);
        }
    }

    /// Attempts are counted anew once a stream has been live for a whole heartbeat.
    fn count_anew_if_lived(&mut self, end: Timestamp) {
        let Phase::Open(stream) = &self.phase else { return };
        if stream.live_since.is_some_and(|since| end >= after(since, self.heartbeat)) {
            self.attempts = 0;
        }
    }

    fn wait_or_give_up(&mut self, retry: Option<Duration>, chance: f64) {
        self.close();
        if self.attempts >= backoff::ATTEMPTS {
            self.phase = Phase::Offline(Refresh::Due(after(self.now, REFRESH_EVERY)));
            return;
        }
        let wait = match retry {
            Some(retry) => retry.min(backoff::LONGEST),
            None => backoff::delay(self.attempts, chance),
        };
        self.attempts += 1;
        self.phase = Phase::Waiting { until: after(self.now, wait) };
    }

    // What the JSON API says.

    fn judge(&mut self, verdict: Verdict, chance: f64) {
        match verdict {
            Verdict::SignedOut => self.end(Phase::SignedOut),
            Verdict::Gone => self.end(Phase::Gone),
            Verdict::Fresh | Verdict::Failed => {
                if verdict == Verdict::Fresh {
                    self.contact = self.now;
                }
                match self.phase {
                    Phase::Offline(_) if verdict == Verdict::Fresh => self.start_over(),
                    Phase::Offline(_) => {
                        self.phase = Phase::Offline(Refresh::Due(after(self.now, REFRESH_EVERY)));
                    }
                    _ => self.wait_or_give_up(None, chance),
                }
            }
        }
    }

    // What the clock and the page do.

    fn tick(&mut self, chance: f64) {
        if !self.may_stream() {
            self.rest();
        }
        let Some(due) = self.phase_deadline() else { return };
        if self.now < due {
            return;
        }
        match &self.phase {
            Phase::Connecting { .. } => self.lose(self.now, chance),
            // It may have died any time after its last sign.
            Phase::Open(stream) => self.lose(stream.heard, chance),
            Phase::Waiting { .. } => self.open(),
            Phase::Probing { .. } | Phase::Offline(Refresh::Asked { .. }) => {
                self.judge(Verdict::Failed, chance);
            }
            Phase::Offline(Refresh::Due(_)) => {
                let question = self.ask();
                self.phase = Phase::Offline(Refresh::Asked { question, since: self.now });
            }
            Phase::Resting | Phase::SignedOut | Phase::Gone | Phase::Released => {}
        }
    }

    fn shown(&mut self) {
        let Some(since) = self.hidden_since.take() else { return };
        if self.phase == Phase::Resting || self.now >= after(since, LONG_HIDDEN) {
            self.start_over();
        }
    }

    /// Whether the clock is far from where it should be at the next step.
    fn has_jumped(&self, now: Timestamp) -> bool {
        let is_back = after(now, JUMP) < self.now;
        // Timers of a hidden page are late as a rule.
        let is_ahead = self.hidden_since.is_none() && self.due.is_some_and(|due| now > after(due, JUMP));
        is_back || is_ahead
    }

    /// A page that can't be seen has a stream for a while only, unless it is the one that keeps it.
    fn may_stream(&self) -> bool {
        let is_hidden_long = self.hidden_since.is_some_and(|since| self.now >= after(since, REST_AFTER));
        self.holds_lock || !is_hidden_long
    }

    // What follows.

    /// A new stream, and all attempts to come.
    fn start_over(&mut self) {
        let is_final = matches!(self.phase, Phase::Gone | Phase::Released);
        if is_final || self.has_just_opened() {
            return;
        }
        if self.may_stream() {
            self.attempts = 0;
            self.open();
        } else {
            self.rest();
        }
    }

    /// A new stream in the place of the one that is open. What is shown is no staler for it.
    fn readdress(&mut self) {
        if self.stream().is_some() {
            let live = self.freshness() == Freshness::Live;
            self.open();
            if let Phase::Connecting { was_live, .. } = &mut self.phase {
                *was_live = live;
            }
        }
    }

    fn has_just_opened(&self) -> bool {
        let Phase::Connecting { since, .. } = self.phase else { return false };
        self.attempts == 0 && since <= self.now && self.now < after(since, JUST_OPENED)
    }

    fn open(&mut self) {
        self.close();
        let stream = self.ticket();
        self.effects.push(Effect::Open(stream));
        self.phase = Phase::Connecting { stream, since: self.now, was_live: false };
    }

    fn rest(&mut self) {
        if !matches!(self.phase, Phase::SignedOut | Phase::Gone | Phase::Released) {
            self.end(Phase::Resting);
        }
    }

    fn end(&mut self, phase: Phase) {
        self.close();
        self.phase = phase;
    }

    fn close(&mut self) {
        if self.stream().is_some() {
            self.effects.push(Effect::Close);
            self.phase = Phase::Resting;
        }
    }

    fn ask(&mut self) -> Ticket {
        let question = self.ticket();
        self.effects.push(Effect::Ask(question));
        question
    }

    fn ticket(&mut self) -> Ticket {
        self.last_ticket += 1;
        Ticket(self.last_ticket)
    }

    /// The stream that is open.
    fn stream(&self) -> Option<Ticket> {
        match &self.phase {
            Phase::Connecting { stream, .. } => Some(*stream),
            Phase::Open(stream) => Some(stream.ticket),
            _ => None,
        }
    }

    // When to look again.

    fn next_deadline(&self) -> Option<Timestamp> {
        let phase = self.phase_deadline()?;
        let rest = self.hidden_since.filter(|_| !self.holds_lock).map(|since| after(since, REST_AFTER));
        let pulse = self.hidden_since.is_none().then(|| after(self.now, PULSE));
        let second = self.next_second();
        let calm = self.end_of_calm();
        [Some(phase), rest, pulse, second, calm].into_iter().flatten().min()
    }

    /// When the phase ends if nothing happens; `None` if it never does.
    fn phase_deadline(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Connecting { since, .. } => Some(after(*since, self.longest_silence())),
            Phase::Open(stream) => Some(after(stream.heard, self.longest_silence())),
            Phase::Probing { since, .. } | Phase::Offline(Refresh::Asked { since, .. }) => {
                Some(after(*since, ANSWER_WITHIN))
            }
            Phase::Waiting { until } => Some(*until),
            Phase::Offline(Refresh::Due(at)) => Some(*at),
            Phase::Resting | Phase::SignedOut | Phase::Gone | Phase::Released => None,
        }
    }

    /// When the seconds that a person sees change next.
    fn next_second(&self) -> Option<Timestamp> {
        let Phase::Waiting { until } = &self.phase else { return None };
        if self.hidden_since.is_some() {
            return None;
        }
        let left = whole_seconds(self.now, *until).saturating_sub(1);
        Some(Timestamp::from_millis(until.as_millis() - 1000 * i64::from(left)))
    }

    /// When a stream in the place of a live one has taken too long to pass for live.
    fn end_of_calm(&self) -> Option<Timestamp> {
        let Phase::Connecting { since, was_live: true, .. } = self.phase else { return None };
        Some(after(since, JUST_OPENED)).filter(|end| *end > self.now)
    }

    /// After two and a half heartbeats without a frame a stream is dead, whatever the socket says.
    fn longest_silence(&self) -> Duration {
        self.heartbeat * 5 / 2
    }
}

/// The moment this much later.
fn after(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(at.as_millis().saturating_add(wait))
}

/// Seconds from `now` to `until`, a begun one counted whole.
fn whole_seconds(now: Timestamp, until: Timestamp) -> u32 {
    let millis = until.millis_since(now).max(0);
    u32::try_from((millis + 999) / 1000).unwrap_or(u32::MAX)
}

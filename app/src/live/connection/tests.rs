//! Each rule of the connection, one by one; and a page for the tests to try them on.

mod answers;
mod attempts;
mod offline;
mod opening;
mod readdressing;
mod visibility;
mod watchdog;

use super::*;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;

/// A connection under a clock that the test moves.
pub(super) struct Page {
    pub(super) connection: Connection,
    pub(super) now: i64,
    pub(super) chance: f64,
    /// The streams that were opened, in order.
    pub(super) opened: Vec<Ticket>,
    /// The stream that is open.
    pub(super) open: Option<Ticket>,
    /// The questions that were asked, in order.
    pub(super) asked: Vec<Ticket>,
}

impl Page {
    fn new() -> Self {
        Self::start(true)
    }

    pub(super) fn start(is_visible: bool) -> Self {
        let now = 1_800_000_000_000;
        let moment = Moment { now: Timestamp::from_millis(now), chance: 0.0 };
        let (connection, effects) = Connection::start(is_visible, moment);
        let mut page =
            Self { connection, now, chance: 0.0, opened: Vec::new(), open: None, asked: Vec::new() };
        page.carry_out(effects);
        page
    }

    /// A page whose stream is live.
    fn live() -> Self {
        let mut page = Self::new();
        page.hello();
        assert_eq!(page.freshness(), Freshness::Live);
        page
    }

    pub(super) fn step(&mut self, event: Event) {
        let moment = Moment { now: Timestamp::from_millis(self.now), chance: self.chance };
        let effects = self.connection.step(event, moment);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Open(ticket) => {
                    assert_eq!(self.open, None, "a stream was opened while another was open");
                    self.open = Some(ticket);
                    self.opened.push(ticket);
                }
                Effect::Close => assert!(self.open.take().is_some(), "nothing was open"),
                Effect::Ask(ticket) => self.asked.push(ticket),
            }
        }
    }

    /// Lets time pass, with a tick at each deadline.
    fn pass(&mut self, millis: i64) {
        let end = self.now + millis;
        while let Some(due) = self.connection.deadline().map(Timestamp::as_millis).filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.step(Event::Tick);
        }
        self.now = end;
    }

    /// Lets time pass on a stream that brings its heartbeats.
    fn pass_with_heartbeats(&mut self, millis: i64) {
        let end = self.now + millis;
        while self.now + 15 * SECOND <= end {
            self.pass(15 * SECOND);
            self.heartbeat();
        }
        self.pass(end - self.now);
    }

    fn stream(&self) -> Ticket {
        self.open.expect("a stream is open")
    }

    pub(super) fn frame(&mut self, id: Option<u64>, frame: Frame) {
        let stream = self.stream();
        self.step(Event::Frame { stream, id: id.map(id_of), frame });
    }

    /// A resumed `hello` of a page that missed nothing.
    pub(super) fn hello(&mut self) {
        self.frame(Some(7), Frame::Hello { head: id_of(7), heartbeat: HEARTBEAT });
    }

    fn heartbeat(&mut self) {
        self.frame(Some(7), Frame::Other);
    }

    fn bye(&mut self, reason: ByeReason, retry: Option<u64>) {
        self.frame(Some(7), Frame::Bye { reason, retry: retry.map(Duration::from_millis) });
    }

    pub(super) fn fail(&mut self) {
        let stream = self.stream();
        self.step(Event::Failed { stream });
    }

    pub(super) fn answer(&mut self, verdict: Verdict) {
        let question = *self.asked.last().expect("something was asked");
        self.step(Event::Answered { question, verdict });
    }

    /// The stream dies before its `hello`, and the JSON API has nothing to say about it.
    fn fail_to_open(&mut self) {
        self.fail();
        self.answer(Verdict::Failed);
    }

    pub(super) fn freshness(&self) -> Freshness {
        self.connection.freshness()
    }

    /// How long until the next stream is opened, if nothing but time passes.
    fn wait(&mut self) -> i64 {
        let (begin, opened) = (self.now, self.opened.len());
        while self.opened.len() == opened {
            let due = self.connection.deadline().expect("an attempt is to come").as_millis();
            self.now = self.now.max(due);
            self.step(Event::Tick);
        }
        self.now - begin
    }

    /// All eight attempts fail.
    fn go_offline(&mut self) {
        self.fail_to_open();
        for _ in 0..8 {
            self.wait();
            self.fail_to_open();
        }
        assert!(matches!(self.freshness(), Freshness::Offline { .. }));
    }
}

pub(super) fn id_of(seq: u64) -> EventId {
    format!("e1.{seq}").parse().expect("an event id")
}

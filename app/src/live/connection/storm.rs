//! The connection in any weather: whatever happens in whatever order, some things hold.

use proptest::prelude::*;

use super::tests::{Page, id_of};
use super::*;

/// Something that the world does.
#[derive(Clone, Debug)]
enum Turn {
    /// Nothing, for a while; the ticks come.
    Pass(i64),
    /// Nothing, and no tick comes either: the machine sleeps.
    Sleep(i64),
    /// The clock is set.
    SetClock(i64),
    /// The stream says `hello`, and has missed so much.
    Hello {
        missed: bool,
        fresh: bool,
    },
    Frame,
    Heartbeats(u8),
    Distrust,
    Fail,
    Bye(ByeReason, Option<u64>),
    Answer(Verdict),
    /// Something happens to the page.
    Page(Event),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let bye = prop_oneof![
        4 => Just(ByeReason::Shutdown),
        1 => Just(ByeReason::SignedOut),
    ];
    let verdict = prop_oneof![
        2 => Just(Verdict::Fresh),
        4 => Just(Verdict::Failed),
        1 => Just(Verdict::SignedOut),
    ];
    let page = prop_oneof![
        Just(Event::Hidden),
        Just(Event::Shown),
        Just(Event::Left),
        Just(Event::CameBack),
        Just(Event::Online),
        Just(Event::Reconnect),
        Just(Event::LockGained),
        Just(Event::LockLost),
    ];
    let turn = prop_oneof![
        6 => (0_i64..20_000).prop_map(Turn::Pass),
        1 => (0_i64..10_000_000).prop_map(Turn::Sleep),
        1 => (-10_000_000_i64..10_000_000).prop_map(Turn::SetClock),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(missed, fresh)| Turn::Hello { missed, fresh }),
        2 => Just(Turn::Frame),
        2 => (1_u8..4).prop_map(Turn::Heartbeats),
        1 => Just(Turn::Distrust),
        6 => Just(Turn::Fail),
        1 => (bye, prop::option::of(any::<u64>())).prop_map(|(reason, retry)| Turn::Bye(reason, retry)),
        5 => verdict.prop_map(Turn::Answer),
        2 => page.prop_map(Turn::Page),
    ];
    prop::collection::vec(turn, 0..100)
}

/// A page in the storm, and what was counted on it.
struct Storm {
    page: Page,
    /// Streams opened since the last reason to begin counting: the first one and the attempts.
    opened_in_a_row: u32,
    /// How far the clock was set since the last step. A timer goes by the time that passes, not by the clock.
    set_since: i64,
}

impl Storm {
    fn new(is_visible: bool) -> Self {
        Self { page: Page::start(is_visible), opened_in_a_row: 1, set_since: 0 }
    }

    fn step(&mut self, event: Event) {
        let opened = self.page.opened.len();
        let attempts = self.page.connection.attempts;
        self.page.step(event);
        self.set_since = 0;
        let connection = &self.page.connection;
        // A count that fell is a count that began anew.
        if connection.attempts < attempts || connection.attempts == 0 {
            self.opened_in_a_row = 0;
        }
        self.opened_in_a_row += u32::try_from(self.page.opened.len() - opened).expect("a few");
        assert!(self.opened_in_a_row <= 1 + backoff::ATTEMPTS, "more than eight attempts");
        if let Phase::Waiting { until } = &connection.phase {
            let wait = until.millis_since(Timestamp::from_millis(self.page.now));
            assert!(wait <= 12_000, "a wait of {wait} ms");
        }
        assert_eq!(self.page.open, connection.stream(), "the open stream is the one that it knows of");
        let is_waiting_for_good =
            matches!(connection.phase, Phase::Resting | Phase::SignedOut | Phase::Gone | Phase::Released);
        assert_eq!(connection.deadline().is_none(), is_waiting_for_good, "what goes on has a deadline");
    }

    fn take(&mut self, turn: Turn) {
        match turn {
            Turn::Pass(millis) => self.pass(millis),
            Turn::Sleep(millis) => {
                self.page.now += millis;
                self.step(Event::Tick);
            }
            Turn::SetClock(millis) => {
                self.page.now += millis;
                self.set_since += millis;
            }
            Turn::Hello { missed, fresh } => {
                let head = id_of(if missed { 9 } else { 7 });
                let frame = Frame::Hello { head, heartbeat: HEARTBEAT };
                self.on_stream(|stream| Event::Frame { stream, id: (!fresh).then(|| id_of(7)), frame });
            }
            Turn::Frame => self.frame(Frame::Other),
            Turn::Heartbeats(count) => {
                for _ in 0..count {
                    self.pass(15_000);
                    self.frame(Frame::Other);
                }
            }
            Turn::Distrust => self.on_stream(|stream| Event::Distrusted { stream }),
            Turn::Fail => self.on_stream(|stream| Event::Failed { stream }),
            Turn::Bye(reason, retry) => {
                self.frame(Frame::Bye { reason, retry: retry.map(Duration::from_millis) });
            }
            Turn::Answer(verdict) => {
                if let Some(question) = self.page.asked.last().copied() {
                    self.step(Event::Answered { question, verdict });
                }
            }
            Turn::Page(event) => self.step(event),
        }
    }

    fn frame(&mut self, frame: Frame) {
        self.on_stream(|stream| Event::Frame { stream, id: Some(id_of(9)), frame });
    }

    fn on_stream(&mut self, event: impl FnOnce(Ticket) -> Event) {
        if let Some(stream) = self.page.open {
            self.step(event(stream));
        }
    }

    fn pass(&mut self, millis: i64) {
        let end = self.page.now + millis;
        while let Some(due) = self.timer().filter(|due| *due <= end) {
            self.page.now = self.page.now.max(due);
            self.step(Event::Tick);
        }
        self.page.now = end;
    }

    /// What the clock will show when the timer rings.
    fn timer(&self) -> Option<i64> {
        self.page.connection.deadline().map(|due| due.as_millis() + self.set_since)
    }

    /// The server is well, and answers all that it is asked.
    fn pass_in_fair_weather(&mut self, millis: i64) {
        let end = self.page.now + millis;
        while self.page.now < end {
            if self.page.open.is_some() {
                self.take(Turn::Hello { missed: false, fresh: false });
            } else {
                self.take(Turn::Answer(Verdict::Fresh));
            }
            self.pass(1000);
        }
    }
}

proptest! {
    #[test]
    fn a_page_ends_live_once_it_is_visible_and_the_server_is_well(is_visible: bool, turns in turns()) {
        let mut storm = Storm::new(is_visible);
        for turn in turns {
            storm.take(turn);
        }
        storm.take(Turn::Page(Event::CameBack));
        storm.take(Turn::Page(Event::Shown));
        storm.pass_in_fair_weather(60_000);
        prop_assert_eq!(storm.page.freshness(), Freshness::Live);
    }

    #[test]
    fn a_page_comes_back_by_itself_unless_it_rests_or_was_signed_out(turns in turns()) {
        let mut storm = Storm::new(true);
        for turn in turns {
            storm.take(turn);
        }
        let is_waiting_for_good = storm.page.connection.deadline().is_none();
        storm.pass_in_fair_weather(60_000);
        let is_resting = storm.page.connection.deadline().is_none();
        prop_assert!(is_waiting_for_good || is_resting || storm.page.freshness() == Freshness::Live);
    }

    #[test]
    fn a_release_in_any_weather_leaves_nothing_behind(turns in turns(), later in turns()) {
        let mut storm = Storm::new(true);
        for turn in turns {
            storm.take(turn);
        }
        storm.step(Event::Released);
        let (opened, asked) = (storm.page.opened.len(), storm.page.asked.len());
        for turn in later {
            storm.take(turn);
        }
        prop_assert_eq!(storm.page.open, None);
        prop_assert_eq!((storm.page.opened.len(), storm.page.asked.len()), (opened, asked));
    }
}

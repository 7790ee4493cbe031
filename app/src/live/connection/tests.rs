//! Each rule of the connection, one by one.

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

#[test]
fn a_page_opens_one_stream_when_it_appears() {
    let page = Page::new();
    assert_eq!(page.opened.len(), 1);
    assert_eq!(page.freshness(), Freshness::Connecting);
}

#[test]
fn a_page_that_appears_hidden_opens_its_stream_too() {
    assert_eq!(Page::start(false).opened.len(), 1);
}

#[test]
fn a_stream_is_catching_up_until_it_reaches_the_head_that_its_hello_named() {
    let mut page = Page::new();
    page.frame(Some(3), Frame::Hello { head: id_of(7), heartbeat: HEARTBEAT });
    assert_eq!(page.freshness(), Freshness::CatchingUp);
    page.frame(Some(6), Frame::Other);
    assert_eq!(page.freshness(), Freshness::CatchingUp);
    page.frame(Some(7), Frame::Other);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_fresh_opening_is_catching_up_until_its_last_frame() {
    let mut page = Page::new();
    page.frame(None, Frame::Hello { head: id_of(7), heartbeat: HEARTBEAT });
    page.frame(None, Frame::Other);
    assert_eq!(page.freshness(), Freshness::CatchingUp);
    page.frame(Some(9), Frame::Other);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_position_of_another_epoch_does_not_end_the_catching_up() {
    let mut page = Page::new();
    page.frame(None, Frame::Hello { head: id_of(7), heartbeat: HEARTBEAT });
    let (stream, id) = (page.stream(), "e2.9".parse().ok());
    page.step(Event::Frame { stream, id, frame: Frame::Other });
    assert_eq!(page.freshness(), Freshness::CatchingUp);
}

#[test]
fn a_reset_by_the_server_catches_up_again() {
    let mut page = Page::live();
    page.frame(None, Frame::Hello { head: id_of(90), heartbeat: HEARTBEAT });
    assert_eq!(page.freshness(), Freshness::CatchingUp);
    page.frame(Some(90), Frame::Other);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_stream_is_closed_at_its_first_error_and_a_new_one_opened_after_a_wait() {
    let mut page = Page::live();
    page.fail();
    assert_eq!(page.open, None);
    assert_eq!(page.wait(), 1500);
    assert_eq!(page.opened.len(), 2);
}

#[test]
fn eight_attempts_wait_1500_3000_6000_and_five_times_12000_milliseconds() {
    let mut page = Page::live();
    page.fail();
    let mut waits = Vec::new();
    for _ in 0..8 {
        waits.push(page.wait());
        page.fail_to_open();
    }
    assert_eq!(waits, [1500, 3000, 6000, 12_000, 12_000, 12_000, 12_000, 12_000]);
    assert!(matches!(page.freshness(), Freshness::Offline { .. }));
}

#[test]
fn chance_shortens_a_wait() {
    let mut page = Page::live();
    page.chance = 1.0;
    page.fail();
    assert_eq!(page.wait(), 1200);
}

#[test]
fn a_bye_says_when_the_first_attempt_comes() {
    let mut page = Page::live();
    page.bye(ByeReason::Shutdown, Some(333));
    assert_eq!(page.wait(), 333);
    page.fail_to_open();
    assert_eq!(page.wait(), 3000);
}

#[test]
fn a_bye_without_a_wait_leaves_the_usual_one() {
    let mut page = Page::live();
    page.bye(ByeReason::Shutdown, None);
    assert_eq!(page.wait(), 1500);
}

#[test]
fn a_bye_can_not_ask_for_more_than_12_seconds() {
    let mut page = Page::live();
    page.bye(ByeReason::Shutdown, Some(3_600_000));
    assert_eq!(page.wait(), 12_000);
}

#[test]
fn the_count_starts_again_once_a_stream_was_live_for_a_whole_heartbeat() {
    let mut page = Page::live();
    page.fail();
    page.wait();
    page.hello();
    page.pass(15 * SECOND);
    page.fail();
    assert_eq!(page.wait(), 1500);
}

#[test]
fn the_count_goes_on_if_a_stream_was_live_for_less_than_a_heartbeat() {
    let mut page = Page::live();
    page.fail();
    page.wait();
    page.hello();
    page.pass(15 * SECOND - 1);
    page.fail();
    assert_eq!(page.wait(), 3000);
}

#[test]
fn a_stream_that_never_caught_up_does_not_start_the_count_again() {
    let mut page = Page::live();
    page.fail();
    page.wait();
    page.frame(None, Frame::Hello { head: id_of(7), heartbeat: HEARTBEAT });
    page.pass(30 * SECOND);
    page.fail();
    assert_eq!(page.wait(), 3000);
}

#[test]
fn the_seconds_left_are_counted_down() {
    let mut page = Page::live();
    page.fail();
    page.wait();
    page.fail_to_open();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(page.freshness());
        page.pass(SECOND);
    }
    let left = |seconds| Freshness::Reconnecting { seconds };
    assert_eq!(seen, [left(3), left(2), left(1)]);
    assert_eq!(page.freshness(), left(0), "the attempt is under way");
}

#[test]
fn a_hidden_page_does_not_wake_to_count_seconds() {
    let mut page = Page::live();
    page.fail();
    page.wait();
    page.fail_to_open();
    page.step(Event::Hidden);
    assert_eq!(page.connection.deadline().map(Timestamp::as_millis), Some(page.now + 3000));
}

#[test]
fn after_the_eighth_failure_the_page_is_offline_since_the_server_was_last_heard_of() {
    let mut page = Page::live();
    let heard = Timestamp::from_millis(page.now);
    page.pass(4 * SECOND);
    page.fail();
    page.wait();
    page.go_offline_from_here();
    assert_eq!(page.freshness(), Freshness::Offline { since: heard });
}

impl Page {
    /// The remaining attempts fail.
    fn go_offline_from_here(&mut self) {
        while !matches!(self.freshness(), Freshness::Offline { .. }) {
            if self.open.is_none() {
                self.wait();
            }
            self.fail_to_open();
        }
    }
}

#[test]
fn an_offline_page_is_read_anew_every_30_seconds() {
    let mut page = Page::new();
    page.go_offline();
    let asked = page.asked.len();
    page.pass(30 * SECOND - 1);
    assert_eq!(page.asked.len(), asked);
    page.pass(1);
    assert_eq!(page.asked.len(), asked + 1);
    page.answer(Verdict::Failed);
    page.pass(30 * SECOND);
    assert_eq!(page.asked.len(), asked + 2);
}

#[test]
fn a_refresh_that_succeeds_starts_the_stream_over() {
    let mut page = Page::new();
    page.go_offline();
    page.pass(30 * SECOND);
    page.answer(Verdict::Fresh);
    assert!(page.open.is_some());
    page.fail_to_open();
    assert_eq!(page.wait(), 1500, "all attempts are there again");
}

#[test]
fn a_refresh_that_is_never_answered_is_asked_again() {
    let mut page = Page::new();
    page.go_offline();
    let asked = page.asked.len();
    page.pass(30 * SECOND + 10 * SECOND + 30 * SECOND);
    assert_eq!(page.asked.len(), asked + 2);
}

#[test]
fn an_offline_page_starts_over_with_the_network_the_cache_or_a_click() {
    for event in [Event::Online, Event::CameBack, Event::Reconnect] {
        let mut page = Page::new();
        page.go_offline();
        page.step(event.clone());
        assert!(page.open.is_some(), "{event:?}");
        page.fail_to_open();
        assert_eq!(page.wait(), 1500, "{event:?}");
    }
}

#[test]
fn a_click_does_not_wait_for_the_next_attempt() {
    let mut page = Page::live();
    page.fail();
    page.step(Event::Reconnect);
    assert!(page.open.is_some());
}

#[test]
fn a_stream_silent_for_two_and_a_half_heartbeats_is_lost() {
    let mut page = Page::live();
    page.pass(37_499);
    assert_eq!(page.freshness(), Freshness::Live);
    page.pass(1);
    assert_eq!(page.open, None);
    assert_eq!(page.wait(), 1500);
}

#[test]
fn any_frame_keeps_the_watchdog_quiet() {
    let mut page = Page::live();
    page.pass_with_heartbeats(10 * MINUTE);
    assert_eq!(page.freshness(), Freshness::Live);
    assert_eq!(page.opened.len(), 1);
}

#[test]
fn the_watchdog_goes_by_the_heartbeat_that_the_hello_named() {
    let mut page = Page::new();
    page.frame(Some(7), Frame::Hello { head: id_of(7), heartbeat: Duration::from_secs(2) });
    page.pass(4999);
    assert!(page.open.is_some());
    page.pass(1);
    assert_eq!(page.open, None);
}

#[test]
fn an_absurd_heartbeat_neither_spins_nor_stops_the_watchdog() {
    for heartbeat in [Duration::ZERO, Duration::MAX] {
        let mut page = Page::new();
        page.frame(Some(7), Frame::Hello { head: id_of(7), heartbeat });
        assert!(page.open.is_some());
        page.step(Event::Hidden);
        page.step(Event::LockGained);
        let due = page.connection.deadline().expect("a watchdog").as_millis() - page.now;
        assert!((50..=30 * MINUTE).contains(&due), "{due}");
    }
}

#[test]
fn a_watchdog_woken_late_in_a_hidden_tab_still_goes_by_the_wall_clock() {
    let mut page = Page::live();
    page.step(Event::LockGained);
    page.step(Event::Hidden);
    page.now += 10 * MINUTE;
    page.step(Event::Tick);
    assert_eq!(page.open, None);
}

#[test]
fn a_stream_that_says_nothing_at_all_is_asked_about() {
    let mut page = Page::new();
    page.pass(37_500);
    assert_eq!(page.open, None);
    assert_eq!(page.asked.len(), 1);
}

#[test]
fn becoming_visible_after_5_seconds_hidden_opens_a_new_stream() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.pass(5 * SECOND);
    page.step(Event::Shown);
    assert_eq!(page.opened.len(), 2);
}

#[test]
fn becoming_visible_after_less_than_5_seconds_keeps_the_stream() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.pass(5 * SECOND - 1);
    page.step(Event::Shown);
    assert_eq!(page.opened.len(), 1);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_jump_of_the_clock_opens_a_new_stream() {
    for jump in [MINUTE, -MINUTE] {
        let mut page = Page::live();
        page.now += jump;
        page.step(Event::Tick);
        assert_eq!(page.opened.len(), 2, "{jump}");
        page.hello();
        page.pass_with_heartbeats(MINUTE);
        assert_eq!(page.opened.len(), 2, "{jump}");
    }
}

#[test]
fn a_jump_is_noticed_within_seconds_of_waking() {
    let page = Page::live();
    let due = page.connection.deadline().expect("a pulse").as_millis() - page.now;
    assert!(due <= 5 * SECOND, "{due}");
}

#[test]
fn a_frame_that_comes_first_after_a_sleep_does_not_hide_the_jump() {
    let mut page = Page::live();
    page.now += 30 * MINUTE;
    page.heartbeat();
    assert_eq!(page.opened.len(), 2);
    assert_eq!(page.freshness(), Freshness::Connecting);
}

#[test]
fn a_clock_set_back_while_hidden_does_not_hold_the_watchdog_off() {
    let mut page = Page::live();
    page.step(Event::LockGained);
    page.step(Event::Hidden);
    page.now -= 60 * MINUTE;
    page.heartbeat();
    assert_eq!(page.opened.len(), 2);
    page.hello();
    page.pass(37_500);
    assert_eq!(page.open, None);
}

#[test]
fn a_tab_hidden_for_60_seconds_closes_its_stream_and_resumes_when_visible() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.pass_with_heartbeats(59 * SECOND);
    assert!(page.open.is_some());
    page.pass(SECOND);
    assert_eq!(page.open, None);
    assert_eq!(page.connection.deadline(), None, "nothing wakes it");
    page.pass(60 * MINUTE);
    page.step(Event::Shown);
    assert!(page.open.is_some());
}

#[test]
fn the_tab_that_holds_the_lock_keeps_its_stream_while_hidden() {
    let mut page = Page::live();
    page.step(Event::LockGained);
    page.step(Event::Hidden);
    page.pass_with_heartbeats(30 * MINUTE);
    assert_eq!(page.opened.len(), 1);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_resting_tab_that_gains_the_lock_opens_a_stream_again() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.pass(2 * MINUTE);
    assert_eq!(page.open, None);
    page.step(Event::LockGained);
    assert!(page.open.is_some());
}

#[test]
fn a_hidden_tab_that_loses_the_lock_closes_its_stream() {
    let mut page = Page::live();
    page.step(Event::LockGained);
    page.step(Event::Hidden);
    page.pass_with_heartbeats(2 * MINUTE);
    page.step(Event::LockLost);
    page.pass(SECOND);
    assert_eq!(page.open, None);
}

#[test]
fn a_resting_tab_is_not_woken_by_the_network() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.pass(2 * MINUTE);
    page.step(Event::Online);
    assert_eq!(page.open, None);
}

#[test]
fn a_page_in_the_back_forward_cache_has_no_stream_until_it_comes_back() {
    let mut page = Page::live();
    page.step(Event::Left);
    assert_eq!(page.open, None);
    page.step(Event::CameBack);
    assert!(page.open.is_some());
}

#[test]
fn coming_back_and_becoming_visible_at_once_opens_one_stream() {
    let mut page = Page::live();
    page.step(Event::Hidden);
    page.step(Event::Left);
    page.pass(MINUTE);
    page.step(Event::CameBack);
    page.step(Event::Shown);
    assert_eq!(page.opened.len(), 2);
}

#[test]
fn a_stream_that_dies_before_its_hello_is_asked_about() {
    let mut page = Page::new();
    page.fail();
    assert_eq!((page.open, page.asked.len()), (None, 1));
    assert_eq!(page.freshness(), Freshness::Connecting);
}

#[test]
fn a_404_means_that_the_board_is_gone() {
    let mut page = Page::new();
    page.fail();
    page.answer(Verdict::Gone);
    assert_eq!(page.freshness(), Freshness::Gone);
    assert_eq!(page.connection.deadline(), None);
}

#[test]
fn a_401_means_signed_out() {
    let mut page = Page::new();
    page.fail();
    page.answer(Verdict::SignedOut);
    assert_eq!(page.freshness(), Freshness::SignedOut);
    assert_eq!(page.connection.deadline(), None);
}

#[test]
fn any_other_answer_means_to_back_off() {
    for verdict in [Verdict::Failed, Verdict::Fresh] {
        let mut page = Page::new();
        page.fail();
        page.answer(verdict);
        assert_eq!(page.wait(), 1500, "{verdict:?}");
    }
}

#[test]
fn a_question_that_is_never_answered_counts_as_failed() {
    let mut page = Page::new();
    page.fail();
    assert_eq!(page.wait(), 10 * SECOND + 1500);
}

#[test]
fn an_answer_that_comes_too_late_is_not_wanted() {
    let mut page = Page::new();
    page.fail();
    let question = page.asked[0];
    assert!(page.connection.awaits(question));
    page.step(Event::Reconnect);
    assert!(!page.connection.awaits(question));
    page.step(Event::Answered { question, verdict: Verdict::Gone });
    assert_eq!(page.freshness(), Freshness::Connecting);
}

#[test]
fn what_an_earlier_stream_brings_too_late_is_not_heard() {
    let mut page = Page::live();
    let stream = page.stream();
    page.pass(2 * SECOND);
    page.step(Event::Reconnect);
    let before = page.connection.clone();
    page.step(Event::Failed { stream });
    page.step(Event::Distrusted { stream });
    page.step(Event::Frame { stream, id: Some(id_of(8)), frame: Frame::Other });
    assert_eq!(page.connection, before);
}

#[test]
fn a_bye_that_says_signed_out_or_deleted_is_the_end() {
    let mut page = Page::live();
    page.bye(ByeReason::SignedOut, None);
    assert_eq!((page.open, page.freshness()), (None, Freshness::SignedOut));
    let mut page = Page::live();
    page.bye(ByeReason::BoardDeleted, None);
    assert_eq!((page.open, page.freshness()), (None, Freshness::Gone));
}

#[test]
fn a_deleted_board_stays_deleted() {
    let mut page = Page::live();
    page.bye(ByeReason::BoardDeleted, None);
    for event in [Event::Online, Event::CameBack, Event::Reconnect, Event::Hidden, Event::Shown, Event::Left]
    {
        page.pass(MINUTE);
        page.step(event);
    }
    assert_eq!((page.opened.len(), page.freshness()), (1, Freshness::Gone));
}

#[test]
fn a_person_who_signed_in_again_can_reconnect() {
    let mut page = Page::live();
    page.bye(ByeReason::SignedOut, None);
    page.step(Event::Reconnect);
    assert!(page.open.is_some());
}

#[test]
fn what_can_not_be_trusted_opens_a_new_stream_at_once() {
    let mut page = Page::live();
    let stream = page.stream();
    page.step(Event::Distrusted { stream });
    assert_eq!(page.opened.len(), 2);
}

#[test]
fn a_server_that_keeps_sending_what_can_not_be_trusted_is_backed_off_from() {
    let mut page = Page::live();
    for waits in [0, 3000, 6000] {
        let stream = page.stream();
        page.step(Event::Distrusted { stream });
        if waits > 0 {
            assert_eq!(page.wait(), waits);
        }
        page.hello();
    }
}

#[test]
fn a_release_closes_the_stream_and_ends_everything() {
    let mut page = Page::live();
    let stream = page.stream();
    page.step(Event::Released);
    assert_eq!((page.open, page.connection.deadline()), (None, None));
    for event in [Event::Tick, Event::Reconnect, Event::Shown, Event::Failed { stream }] {
        page.step(event);
    }
    assert_eq!(page.opened.len(), 1);
}

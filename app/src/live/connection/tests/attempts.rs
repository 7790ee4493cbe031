//! A stream that is lost: when the next one is opened, and what counts as a row of attempts.

use super::*;

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

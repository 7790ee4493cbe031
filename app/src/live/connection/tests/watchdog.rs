//! A stream that says nothing.

use super::*;

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

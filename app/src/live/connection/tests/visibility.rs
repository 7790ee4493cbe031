//! A page that is hidden, asleep or put aside, and comes back.

use super::*;

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

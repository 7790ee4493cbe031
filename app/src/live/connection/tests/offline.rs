//! A page without a stream: how it is read anew, and what starts its stream over.

use super::*;

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

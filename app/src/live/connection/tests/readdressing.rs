//! A page that wants something else of its stream: a new one takes the place of the old one.

use super::*;

#[test]
fn a_readdressed_stream_is_opened_anew_and_stays_live_to_the_eye() {
    let mut page = Page::live();
    let first = page.open;
    page.step(Event::Readdressed);
    assert!(page.open.is_some() && page.open != first);
    assert_eq!(page.freshness(), Freshness::Live, "nothing blinks");
    page.hello();
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn one_that_takes_its_time_does_not_pass_for_live() {
    let mut page = Page::live();
    page.step(Event::Readdressed);
    page.pass(SECOND);
    assert_eq!(page.freshness(), Freshness::Connecting);
}

#[test]
fn readdressed_twice_at_once_the_second_counts() {
    let mut page = Page::live();
    page.step(Event::Readdressed);
    let second = page.open;
    page.step(Event::Readdressed);
    assert_ne!(page.open, second);
    assert_eq!(page.freshness(), Freshness::Live);
}

#[test]
fn a_page_that_waits_or_has_given_up_goes_on_doing_so() {
    let mut page = Page::live();
    page.step(Event::Left);
    let opened = page.opened.len();
    page.step(Event::Readdressed);
    assert_eq!((page.opened.len(), page.freshness()), (opened, Freshness::Connecting));
}

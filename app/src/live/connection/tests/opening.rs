//! A stream that begins, and when its reader counts as up to date.

use super::*;

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

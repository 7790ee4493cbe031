//! What a server says by its answers, its farewells and what can not be trusted, and the end of a page.

use super::*;

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

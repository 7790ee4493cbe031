//! A conversation is whole, whatever the stream and the answers do to each other.

use proptest::prelude::*;
use shared::conversation::{ItemAppend, PermissionDecision, PermissionRequest, Role};
use shared::time::Timestamp;

use super::*;

fn item(number: u64, text: &str) -> ConversationItem {
    let kind = ItemKind::Message { role: Role::Agent, text: text.to_owned() };
    ConversationItem {
        id: ItemId::new(format!("i{number}")),
        timestamp: Timestamp::from_millis(i64::try_from(number).unwrap()),
        kind,
    }
}

fn put(number: u64, text: &str) -> ItemChange {
    ItemChange::Item { item: Box::new(item(number, text)) }
}

fn append(number: u64, at: usize, more: &str) -> ItemChange {
    ItemChange::Append(ItemAppend { item_id: ItemId::new(format!("i{number}")), at, append: more.to_owned() })
}

fn at(seq: u64) -> Option<EventId> {
    Some(format!("e.{seq}").parse().unwrap())
}

fn page(seq: u64, numbers: Range<u64>, cursor: Option<&str>) -> Snapshot<Page<ConversationItem>> {
    let items = numbers.map(|number| item(number, "text")).collect();
    Snapshot { at: at(seq), data: Page { items, next_cursor: cursor.map(str::to_owned) } }
}

fn texts(timeline: &Timeline) -> Vec<String> {
    let text = |item: &ConversationItem| format!("{} {}", item.id, item.growing_text().unwrap_or_default());
    timeline.span().filter_map(|ordinal| timeline.item(ordinal)).map(text).collect()
}

#[test]
fn what_the_page_brought_along_is_not_asked_for_again() {
    let mut timeline = Timeline::new(Some(page(7, 1..3, None)));
    assert_eq!(timeline.begin(), Step::default());
    assert_eq!(timeline.hear(at(5).as_ref(), false), Step::default(), "the stream begins before");
    assert_eq!(timeline.take(at(7), append(2, 4, "!")), Step::default(), "it is part of what was read");
    assert_eq!(timeline.take(at(8), append(2, 4, "!")).changed, [1]);
    assert_eq!(texts(&timeline), ["i1 text", "i2 text!"]);
}

#[test]
fn a_stream_that_begins_after_what_was_read_leaves_a_gap_that_is_read() {
    let mut timeline = Timeline::new(Some(page(7, 1..3, None)));
    assert!(timeline.hear(at(9).as_ref(), false).ask);
    assert_eq!(timeline.take(at(10), put(4, "four")), Step::default(), "it waits for the answer");
    let step = timeline.answered(Ok(page(9, 1..4, None)));
    assert_eq!((step.rows, step.ask), (true, false));
    assert_eq!(texts(&timeline), ["i1 text", "i2 text", "i3 text", "i4 four"]);
}

#[test]
fn an_answer_from_before_the_stream_is_asked_for_again() {
    let mut timeline = Timeline::default();
    assert!(timeline.begin().ask);
    assert_eq!(timeline.hear(at(9).as_ref(), false), Step::default(), "a question is under way");
    assert!(timeline.answered(Ok(page(8, 1..3, None))).ask);
    assert!(!timeline.answered(Ok(page(9, 1..4, None))).ask);
    assert_eq!(timeline.span(), 0..3);
}

#[test]
fn after_a_fresh_opening_the_conversation_is_read_anew_and_what_is_known_stays() {
    let mut timeline = Timeline::new(Some(page(7, 1..3, Some("c"))));
    assert_eq!(timeline.hear(at(7).as_ref(), false), Step::default());
    assert_eq!(timeline.hear(None, true), Step::default(), "its snapshot is still to come");
    assert!(timeline.hear(at(20).as_ref(), false).ask);
    assert_eq!(timeline.span(), 0..2);
    let step = timeline.answered(Ok(page(21, 2..5, Some("d"))));
    assert_eq!((step.rows, timeline.span()), (true, 0..4));
    assert_eq!(
        timeline.older(),
        &Older::More("c".to_owned()),
        "what came before is still to be read from there"
    );
}

#[test]
fn pages_that_do_not_meet_are_not_joined() {
    let mut timeline = Timeline::new(Some(page(7, 1..3, None)));
    timeline.skip();
    assert!(timeline.hear(at(900).as_ref(), false).ask);
    assert!(timeline.answered(Ok(page(900, 50..53, Some("c")))).rows);
    assert_eq!(timeline.span(), 2..5, "other items have other ordinals");
    assert_eq!(timeline.older(), &Older::More("c".to_owned()));
}

#[test]
fn older_items_come_in_front_and_no_ordinal_changes() {
    let mut timeline = Timeline::new(Some(page(7, 10..12, Some("10"))));
    let before = timeline.item(0).cloned();
    assert_eq!(timeline.read_older(), Some("10".to_owned()));
    assert_eq!(timeline.read_older(), None, "one question at a time");
    assert!(timeline.older_answered("10", Ok(page(8, 7..10, None))).rows);
    assert_eq!((timeline.span(), timeline.item(0).cloned()), (-3..2, before));
    assert_eq!(timeline.older(), &Older::Nothing);
}

#[test]
fn what_could_not_be_read_can_be_tried_again() {
    let mut timeline = Timeline::new(Some(page(7, 10..12, Some("10"))));
    assert!(timeline.read_older().is_some());
    assert_eq!(timeline.older_answered("10", Err("no answer".to_owned())), Step::default());
    assert_eq!(timeline.older(), &Older::Failed("10".to_owned(), "no answer".to_owned()));
    assert_eq!(timeline.read_older(), Some("10".to_owned()));
    let mut unread = Timeline::default();
    assert!(unread.begin().ask);
    assert!(!unread.answered(Err("no answer".to_owned())).ask);
    assert_eq!(unread.failure(), Some("no answer"));
    assert!(unread.retry().ask);
}

#[test]
fn what_came_while_the_newest_could_not_be_read_is_in_its_place_once_they_are() {
    let mut timeline = Timeline::new(Some(page(2, 1..3, None)));
    timeline.skip();
    assert!(timeline.hear(at(4).as_ref(), false).ask);
    assert!(!timeline.answered(Err("no answer".to_owned())).ask);
    assert_eq!(timeline.take(at(5), put(5, "five")), Step::default(), "three and four are missing");
    assert!(timeline.retry().ask);
    assert_eq!(timeline.take(at(6), put(6, "six")), Step::default());
    assert!(timeline.answered(Ok(page(5, 1..6, None))).rows);
    assert_eq!(texts(&timeline), ["i1 text", "i2 text", "i3 text", "i4 text", "i5 text", "i6 six"]);
}

#[test]
fn what_nothing_is_missing_before_is_not_held_back() {
    let mut timeline = Timeline::new(Some(page(2, 1..3, None)));
    assert!(timeline.ask().ask);
    assert_eq!(timeline.take(at(3), put(3, "three")), Step::default());
    let step = timeline.answered(Err("no answer".to_owned()));
    assert_eq!((step.rows, step.ask), (true, false));
    assert!(timeline.take(at(4), put(4, "four")).rows);
    assert_eq!(texts(&timeline), ["i1 text", "i2 text", "i3 three", "i4 four"]);
    assert!(timeline.retry().ask);
}

#[test]
fn a_page_has_the_last_word_on_the_order() {
    let mut timeline = Timeline::new(Some(page(1, 1..3, None)));
    let _ = timeline.take(at(2), put(5, "text"));
    assert!(timeline.ask().ask);
    let step = timeline.answered(Ok(page(6, 2..6, None)));
    assert_eq!((step.rows, step.changed), (true, vec![2]), "the third row is another item");
    assert_eq!(texts(&timeline), ["i1 text", "i2 text", "i3 text", "i4 text", "i5 text"]);
    assert!(timeline.ask().ask);
    assert_eq!(timeline.answered(Ok(page(6, 2..5, None))), Step::default(), "nothing is taken back");
}

#[test]
fn of_two_items_of_one_moment_the_ids_tell_which_came_first() {
    let of_one_moment = |number: u64| {
        let item = ConversationItem { timestamp: Timestamp::from_millis(5), ..item(number, "text") };
        ItemChange::Item { item: Box::new(item) }
    };
    let mut timeline = Timeline::default();
    let _ = timeline.begin();
    let ItemChange::Item { item: first } = of_one_moment(5) else { unreachable!("it is an item") };
    let data = Page { items: vec![*first], next_cursor: Some("5".to_owned()) };
    let _ = timeline.answered(Ok(Snapshot { at: at(7), data }));
    assert_eq!(timeline.take(at(8), of_one_moment(4)), Step::default());
    assert_eq!(timeline.span(), 0..1, "it is from before what is known");
    assert!(timeline.take(at(9), of_one_moment(6)).rows);
}

#[test]
fn a_change_of_an_older_item_is_not_a_new_item() {
    let mut timeline = Timeline::new(Some(page(7, 10..12, Some("10"))));
    assert_eq!(timeline.take(at(8), append(3, 4, "!")), Step::default());
    assert_eq!(timeline.take(at(9), put(3, "three")), Step::default());
    assert_eq!(timeline.span(), 0..2);
    assert!(timeline.read_older().is_some());
    assert_eq!(timeline.take(at(11), append(9, 4, "!")), Step::default());
    assert!(timeline.older_answered("10", Ok(page(10, 8..10, None))).rows);
    assert_eq!(texts(&timeline)[..2], ["i8 text", "i9 text!"], "what came while it was read counts");
}

#[test]
fn a_text_that_misses_something_is_read_anew() {
    let mut timeline = Timeline::new(Some(page(7, 1..3, None)));
    assert!(timeline.take(at(8), append(2, 9, "!")).ask);
}

fn question(number: u64, decision: Option<PermissionDecision>) -> ConversationItem {
    let kind = ItemKind::Permission(PermissionRequest {
        request_id: "r".into(),
        tool_call_id: None,
        title: "Edit".to_owned(),
        options: vec![],
        decision,
    });
    ConversationItem { kind, ..item(number, "") }
}

#[test]
fn the_open_questions_are_those_without_a_decision() {
    let ask = |number, decision| ItemChange::Item { item: Box::new(question(number, decision)) };
    let mut timeline = Timeline::new(Some(page(7, 1..3, None)));
    let _ = timeline.take(at(8), ask(3, None));
    let _ = timeline.take(at(9), ask(4, Some(PermissionDecision::Cancelled)));
    assert_eq!(timeline.open_questions(), [2]);
    let _ = timeline.take(at(10), ask(3, Some(PermissionDecision::Cancelled)));
    assert_eq!(timeline.open_questions(), Vec::<i64>::new());
}

#[test]
fn an_open_question_is_found_in_what_is_read_too() {
    let of = |seq, items, cursor: Option<&str>| Snapshot {
        at: at(seq),
        data: Page { items, next_cursor: cursor.map(str::to_owned) },
    };
    let mut timeline = Timeline::new(Some(of(7, vec![item(5, "text")], Some("5"))));
    assert!(timeline.read_older().is_some());
    let _ = timeline.older_answered("5", Ok(of(7, vec![question(3, None), item(4, "text")], None)));
    assert_eq!(timeline.open_questions(), [-2]);
    assert!(timeline.ask().ask);
    let _ = timeline.answered(Ok(of(9, vec![item(5, "text"), question(6, None)], None)));
    assert_eq!(timeline.open_questions(), [-2, 1]);
    assert!(timeline.ask().ask);
    let _ = timeline.answered(Ok(of(99, vec![item(90, "text")], None)));
    assert_eq!(timeline.open_questions(), Vec::<i64>::new(), "all are other items");
}

proptest! {
    /// The log has one item per position. Whenever the stream begins, and however often the newest items can't be read, in
    /// the end all is there once and in order. An answer may be older than the stream's begin, but not than what the
    /// stream had brought when it was asked for: that was committed before.
    #[test]
    fn a_conversation_is_whole_in_the_end(
        begins in 0..20_u64,
        reads in prop::collection::vec(prop::option::of(0..20_u64), 1..6),
        newest in 20..40_u64,
    ) {
        let mut timeline = Timeline::default();
        let mut asked = timeline.begin().ask;
        let hello = at(begins);
        asked |= timeline.hear(hello.as_ref(), false).ask;
        let mut reads = reads.into_iter().chain(std::iter::repeat(Some(newest)));
        let mut seq = begins;
        let mut seq_when_asked = 0;
        while asked || seq < newest || timeline.failure().is_some() {
            if asked {
                let answer = match reads.next().flatten() {
                    Some(read) => {
                        let read = read.max(seq_when_asked);
                        Ok(page(read, 1..read + 1, None))
                    }
                    None => Err("no answer".to_owned()),
                };
                asked = timeline.answered(answer).ask;
            } else {
                asked = timeline.retry().ask;
            }
            seq_when_asked = seq;
            if seq < newest {
                seq += 1;
                asked |= timeline.take(at(seq), put(seq, "text")).ask;
            }
        }
        let expected: Vec<_> = (1..=newest).map(|number| format!("i{number} text")).collect();
        prop_assert_eq!(texts(&timeline), expected);
    }
}

#[test]
fn the_use_of_a_tool_that_a_person_was_asked_about_is_known() {
    use shared::conversation::{ToolKind, ToolStatus, ToolUse};
    let tool = |number: u64, id: &str| {
        let kind = ItemKind::Tool(ToolUse {
            tool_call_id: id.into(),
            name: "Edit".to_owned(),
            kind: ToolKind::Edit,
            status: ToolStatus::Pending,
            input: None,
            output: None,
            diff: vec![],
            terminal_ids: vec![],
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
        });
        ConversationItem { kind, ..item(number, "") }
    };
    let question = |number: u64, id: &str| {
        let kind = ItemKind::Permission(PermissionRequest {
            request_id: "q".into(),
            tool_call_id: Some(id.into()),
            title: "Edit".to_owned(),
            options: vec![],
            decision: Some(PermissionDecision::Cancelled),
        });
        ConversationItem { kind, ..item(number, "") }
    };
    let read = |items: Vec<ConversationItem>| Snapshot { at: at(7), data: Page { items, next_cursor: None } };
    let asked =
        |timeline: &Timeline| timeline.span().filter(|it| timeline.has_asked(*it)).collect::<Vec<_>>();
    let mut timeline =
        Timeline::new(Some(read(vec![tool(1, "a"), question(2, "a"), tool(3, "b"), tool(4, "c")])));
    assert_eq!(asked(&timeline), [0]);
    assert!(timeline.take(at(8), ItemChange::Item { item: Box::new(question(5, "c")) }).rows);
    assert_eq!(asked(&timeline), [0, 3]);
}

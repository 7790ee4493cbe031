//! How conversations grow.

use proptest::prelude::*;
use shared::conversation::{
    Appended, Automation, AutomationStage, AutomationStatus, Conversation, ConversationItem,
    ConversationOutcome, ItemAppend, ItemChange, ItemKind, Role,
};

use crate::sample::ts;

fn item(id: &str, kind: ItemKind) -> ConversationItem {
    ConversationItem { id: id.into(), timestamp: ts(0), kind }
}

fn message(id: &str, text: &str) -> ConversationItem {
    item(id, ItemKind::Message { role: Role::Agent, text: text.into() })
}

fn more(id: &str, at: usize, append: &str) -> ItemAppend {
    ItemAppend { item_id: id.into(), at, append: append.into() }
}

#[test]
fn an_append_counts_in_bytes() {
    let mut item = message("i", "é");
    assert_eq!(item.append(&more("i", 1, "x")), Appended::Ignored, "longer than `at`: it is there already");
    assert_eq!(item.append(&more("i", 3, "x")), Appended::Refetch, "shorter than `at`: something is missing");
    assert_eq!(item.append(&more("i", 2, "🦀")), Appended::Applied);
    assert_eq!(item, message("i", "é🦀"));
    assert_eq!(item.append(&more("other", 6, "x")), Appended::Refetch, "it is for another item");
}

#[test]
fn output_grows_from_nothing() {
    let automation = |output: Option<&str>| {
        item(
            "i",
            ItemKind::Automation(Automation {
                stage: AutomationStage::Setup,
                command: "npm ci".into(),
                status: AutomationStatus::Running,
                exit_code: None,
                output: output.map(Into::into),
            }),
        )
    };
    let mut item = automation(None);
    assert_eq!(item.append(&more("i", 5, "x")), Appended::Refetch);
    assert_eq!(item, automation(None), "what could not be applied leaves no trace");
    assert_eq!(item.append(&more("i", 0, "added")), Appended::Applied);
    assert_eq!(item, automation(Some("added")));
}

#[test]
fn some_items_never_grow() {
    let mut error = item("i", ItemKind::Error { text: String::new() });
    assert_eq!(error.append(&more("i", 0, "x")), Appended::Refetch);
    assert_eq!(error.growing_text(), None);
}

#[test]
fn a_conversation_adds_replaces_and_appends() {
    let mut conversation = Conversation::default();
    let put = |item: ConversationItem| ItemChange::Item { item: Box::new(item) };
    assert_eq!(conversation.take(put(message("1", "a"))), ConversationOutcome::Added(0));
    assert_eq!(conversation.take(put(message("2", "b"))), ConversationOutcome::Added(1));
    assert_eq!(conversation.take(put(message("1", "A"))), ConversationOutcome::Changed(0));
    assert_eq!(conversation.take(put(message("1", "A"))), ConversationOutcome::Ignored);
    assert_eq!(conversation.take(ItemChange::Append(more("2", 1, "c"))), ConversationOutcome::Changed(1));
    assert_eq!(conversation.take(ItemChange::Append(more("2", 1, "c"))), ConversationOutcome::Ignored);
    assert_eq!(conversation.take(ItemChange::Append(more("2", 9, "c"))), ConversationOutcome::Refetch);
    assert_eq!(conversation.take(ItemChange::Append(more("3", 0, "c"))), ConversationOutcome::Refetch);
    assert_eq!(conversation.items, [message("1", "A"), message("2", "bc")]);
}

proptest! {
    #[test]
    fn any_snapshot_and_all_appends_make_the_whole_text(
        pieces in prop::collection::vec(".{1,5}", 0..8),
        seen in 0..8_usize,
    ) {
        let seen = seen.min(pieces.len());
        let mut item = message("i", &pieces[..seen].concat());
        let mut at = 0;
        for (n, piece) in pieces.iter().enumerate() {
            let expected = if n < seen { Appended::Ignored } else { Appended::Applied };
            prop_assert_eq!(item.append(&more("i", at, piece)), expected);
            at += piece.len();
        }
        prop_assert_eq!(item, message("i", &pieces.concat()));
    }
}

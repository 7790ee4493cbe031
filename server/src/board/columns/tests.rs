//! Tests of what can be done to columns.

use shared::board::ColumnKey;
use shared::patch::PatchOp;
use shared::requests::Patch;

use super::*;
use crate::board::CommandErrorKind;
use crate::board::cards as card_commands;
use crate::board::fixture::Fixture;
use crate::ids;

fn titled(title: &str) -> CreateColumn {
    CreateColumn { title: title.to_owned(), ..Default::default() }
}

async fn add(it: &Fixture, body: CreateColumn) -> Column {
    create(&it.events, &it.board, None, body).await.unwrap().value
}

async fn headings(it: &Fixture) -> Vec<String> {
    it.state().await.ordered_columns().map(|column| column.title.clone()).collect()
}

#[tokio::test]
async fn a_new_column_stands_at_its_index_or_at_the_right_end() {
    let it = Fixture::new().await;
    add(&it, titled("End")).await;
    add(&it, CreateColumn { index: Some(1), wip_limit: Some(3), ..titled("Ready") }).await;
    add(&it, CreateColumn { index: Some(99), ..titled("Far") }).await;
    assert_eq!(headings(&it).await, ["Backlog", "Ready", "In Progress", "Review", "Done", "End", "Far"]);
}

#[tokio::test]
async fn a_new_column_stands_at_the_right_end_for_everyone_whatever_went_before() {
    let it = Fixture::new().await;
    let (first, second) = (add(&it, titled("First")).await, add(&it, titled("Second")).await);
    add(&it, titled("Third")).await;
    for column in [first, second] {
        delete(&it.events, &it.board, &column.id, None, None).await.unwrap();
    }
    let (mut reader, head) = (it.state().await, it.head().await);
    add(&it, titled("New")).await;
    assert_eq!(headings(&it).await, ["Backlog", "In Progress", "Review", "Done", "Third", "New"]);
    for patch in it.patches_since(head).await {
        reader.apply(&patch).unwrap();
    }
    assert_eq!(reader, it.state().await);
}

#[tokio::test]
async fn changes_of_the_order_raise_the_meta_revision_and_not_the_columns() {
    let it = Fixture::new().await;
    let column = add(&it, titled("Ready")).await;
    let (before, head) = (it.state().await, it.head().await);
    assert_eq!(before.meta_revision, 2);
    let body = PatchColumn { index: Some(0), ..Default::default() };
    let moved = patch(&it.events, &it.board, &column.id, Some(1), body).await.unwrap().value;
    assert_eq!((moved.revision, headings(&it).await[0].as_str()), (1, "Ready"));
    let patches = it.patches_since(head).await;
    assert_eq!(patches[0].meta_revision, Some(3));
    assert!(matches!(patches[0].ops[..], [PatchOp::OrderColumns { .. }]));
}

#[tokio::test]
async fn title_and_limit_raise_the_columns_revision_and_not_the_meta_revision() {
    let it = Fixture::new().await;
    it.card("card").await;
    let backlog = it.column(ColumnKey::Backlog).await;
    let body =
        PatchColumn { title: Some(" Ideas ".to_owned()), wip_limit: Patch::Value(5), ..Default::default() };
    let changed = patch(&it.events, &it.board, &backlog, Some(1), body).await.unwrap().value;
    assert_eq!((changed.title.as_str(), changed.wip_limit, changed.revision), ("Ideas", Some(5), 2));
    assert_eq!((changed.key, changed.card_ids.len()), (Some(ColumnKey::Backlog), 1));
    let body = PatchColumn { wip_limit: Patch::Null, ..Default::default() };
    let cleared = patch(&it.events, &it.board, &backlog, Some(2), body).await.unwrap().value;
    assert_eq!((cleared.wip_limit, it.state().await.meta_revision), (None, 1));
}

#[tokio::test]
async fn a_column_that_stays_as_it_is_has_no_new_revision() {
    let it = Fixture::new().await;
    let (state, head) = (it.state().await, it.head().await);
    let same = PatchColumn { title: Some("Review".to_owned()), wip_limit: Patch::Null, index: Some(2) };
    let review = it.column(ColumnKey::Review).await;
    let answer = patch(&it.events, &it.board, &review, None, same).await.unwrap();
    assert_eq!((answer.at.seq, it.state().await), (head, state));
}

#[tokio::test]
async fn the_four_columns_with_a_meaning_can_not_be_deleted() {
    let it = Fixture::new().await;
    for key in [ColumnKey::Backlog, ColumnKey::InProgress, ColumnKey::Review, ColumnKey::Done] {
        let error = delete(&it.events, &it.board, &it.column(key).await, None, None).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::Invalid);
    }
}

#[tokio::test]
async fn a_column_with_cards_is_deleted_only_when_they_have_somewhere_to_go() {
    let it = Fixture::new().await;
    let column = add(&it, titled("Ready")).await.id;
    let (first, second) = (it.card("first").await, it.card("second").await);
    let after = it.card_after("after", &[&first]).await;
    let done = it.column(ColumnKey::Done).await;
    for card in [&first, &second] {
        let body = shared::requests::MoveCard {
            column_id: column.clone(),
            index: None,
            before_card_id: Patch::Null,
        };
        card_commands::move_card(&it.events, &it.board, &card.card.id, None, body).await.unwrap();
    }
    let head = it.head().await;
    let refused = delete(&it.events, &it.board, &column, None, None).await.unwrap_err();
    assert_eq!(refused.kind, CommandErrorKind::Conflict);
    for nowhere in [column.clone(), "nothing".into()] {
        let error = delete(&it.events, &it.board, &column, None, Some(&nowhere)).await.unwrap_err();
        assert_eq!(error.errors[0].field, "moveTo");
    }
    assert_eq!(it.head().await, head);
    delete(&it.events, &it.board, &column, None, Some(&done)).await.unwrap();
    assert_eq!(it.titles(&done).await, ["first", "second"]);
    assert_eq!(it.patches_since(head).await.len(), 1);
    let state = it.state().await;
    assert_eq!(state.cards[&after.card.id].blocked_by.len(), 0, "done cards block nobody");
    assert_eq!(state.cards[&first.card.id].revision, 3, "each card was moved twice");
}

/// Two columns: one with a card that depends on one of the other, which has `cards` of its own, out of the order in which
/// they were made; below what is in the first there is the place of a deleted card.
async fn two_columns(it: &Fixture, cards: usize) -> (ColumnId, ColumnId, shared::ids::CardId) {
    let (source, target) = (add(it, titled("Source")).await.id, it.column(ColumnKey::Review).await);
    let place = async |card: &shared::ids::CardId, column: &ColumnId, before_card_id| {
        let body = shared::requests::MoveCard { column_id: column.clone(), index: None, before_card_id };
        card_commands::move_card(&it.events, &it.board, card, None, body).await.unwrap();
    };
    let (there, gone) = (it.card("there").await.card.id, it.card("gone").await.card.id);
    place(&there, &target, Patch::Null).await;
    place(&gone, &target, Patch::Null).await;
    card_commands::delete(&it.events, &it.board, &gone, None).await.unwrap();
    let mut above = Patch::Null;
    for number in 0..cards {
        let card = it.card(&format!("card {number}")).await;
        place(&card.card.id, &source, above).await;
        // Each second one goes above the one before, so that the order is not that of making.
        above = if number % 2 == 0 { Patch::Value(card.card.id.clone()) } else { Patch::Null };
        if number == 7 {
            it.rewire(&there, &[&card.card.id]).await.unwrap();
        }
    }
    (source, target, gone)
}

#[tokio::test]
async fn emptying_a_column_ends_as_if_its_cards_were_moved_one_by_one() {
    const CARDS: usize = 200;
    let (at_once, one_by_one) = (Fixture::new().await, Fixture::new().await);
    let (source, target, gone) = two_columns(&at_once, CARDS).await;
    let expected_order = [vec!["there".to_owned()], at_once.titles(&source).await].concat();
    let (before, head) = (at_once.state().await, at_once.head().await);
    at_once.pass(1000);
    delete(&at_once.events, &at_once.board, &source, None, Some(&target)).await.unwrap();
    assert_eq!(at_once.titles(&target).await, expected_order);

    let state = at_once.state().await;
    let now = at_once.clock.now();
    for id in &before.columns[&source].card_ids {
        let (was, is) = (&before.cards[id], &state.cards[id]);
        assert_eq!((is.revision, is.updated_at), (was.revision + 1, now), "{}", is.title);
    }
    let mut follower = before;
    let patches = at_once.patches_since(head).await;
    assert_eq!(patches.len(), 1);
    follower.apply(&patches[0]).unwrap();
    assert_eq!(follower, state, "who follows the patch has what the database has");

    let (source, one_target, one_gone) = two_columns(&one_by_one, CARDS).await;
    for card in &one_by_one.state().await.columns[&source].card_ids {
        let body = shared::requests::MoveCard {
            column_id: one_target.clone(),
            index: None,
            before_card_id: Patch::Null,
        };
        card_commands::move_card(&one_by_one.events, &one_by_one.board, card, None, body).await.unwrap();
    }
    assert_eq!(one_by_one.titles(&one_target).await, expected_order);
    for (it, gone) in [(&at_once, gone), (&one_by_one, one_gone)] {
        card_commands::restore(&it.events, &it.board, &gone, None).await.unwrap();
        let titles = it.titles(&it.column(ColumnKey::Review).await).await;
        assert_eq!(titles[..3], ["there".to_owned(), "gone".to_owned(), expected_order[1].clone()]);
    }
}

#[tokio::test]
async fn a_column_is_emptied_into_one_that_has_no_room_left_at_its_end() {
    let it = Fixture::new().await;
    let (source, target, _) = two_columns(&it, 5).await;
    let expected = [vec!["there".to_owned()], it.titles(&source).await].concat();
    let mut tx = it.events.store().write().await.unwrap();
    let there = it.state().await.columns[&target].card_ids[0].clone();
    let mut card = cards::stored(&mut tx, &it.board, &there).await.unwrap().unwrap();
    card.position = i64::MAX - 1;
    cards::update(&mut tx, &card).await.unwrap();
    drop(tx.commit().await.unwrap());
    delete(&it.events, &it.board, &source, None, Some(&target)).await.unwrap();
    assert_eq!(it.titles(&target).await, expected);
}

#[tokio::test]
async fn a_column_is_not_emptied_into_in_progress_over_blocked_cards() {
    let it = Fixture::new().await;
    let column = add(&it, titled("Ready")).await.id;
    let first = it.card("first").await;
    let blocked = it.card_after("blocked", &[&first]).await;
    let body = shared::requests::MoveCard {
        column_id: column.clone(),
        index: Some(0),
        before_card_id: Patch::Absent,
    };
    card_commands::move_card(&it.events, &it.board, &blocked.card.id, None, body).await.unwrap();
    let target = it.column(ColumnKey::InProgress).await;
    let error = delete(&it.events, &it.board, &column, None, Some(&target)).await.unwrap_err();
    assert!(error.message.contains("WEB-1"), "{error}");
    assert_eq!(it.titles(&column).await, ["blocked"]);
}

#[tokio::test]
async fn a_card_deleted_from_a_column_that_has_gone_comes_back_to_the_backlog() {
    let it = Fixture::new().await;
    let column = add(&it, titled("Ready")).await.id;
    let card = it.card("card").await.card.id;
    it.card("other").await;
    let body = shared::requests::MoveCard {
        column_id: column.clone(),
        index: Some(0),
        before_card_id: Patch::Absent,
    };
    card_commands::move_card(&it.events, &it.board, &card, None, body).await.unwrap();
    card_commands::delete(&it.events, &it.board, &card, None).await.unwrap();
    delete(&it.events, &it.board, &column, None, None).await.unwrap();
    card_commands::restore(&it.events, &it.board, &card, None).await.unwrap();
    assert_eq!(it.titles(&it.column(ColumnKey::Backlog).await).await, ["other", "card"]);
}

#[tokio::test]
async fn stale_revisions_of_columns_and_boards_change_nothing() {
    let it = Fixture::new().await;
    let column = add(&it, titled("Ready")).await;
    let head = it.head().await;
    let body = PatchColumn { title: Some("late".to_owned()), ..Default::default() };
    let refused = [
        patch(&it.events, &it.board, &column.id, Some(9), body).await.unwrap_err(),
        delete(&it.events, &it.board, &column.id, Some(9), None).await.unwrap_err(),
        create(&it.events, &it.board, Some(1), titled("late")).await.unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error.kind, CommandErrorKind::Stale { .. }), "{error}");
    }
    assert_eq!(it.head().await, head);
}

#[tokio::test]
async fn a_column_asked_for_twice_is_made_once() {
    let it = Fixture::new().await;
    let body = CreateColumn { id: Some(ids::new_id()), ..titled("Ready") };
    let first = add(&it, body.clone()).await;
    assert_eq!(add(&it, body.clone()).await, first);
    let other = create(&it.events, &it.board, None, CreateColumn { title: "x".to_owned(), ..body }).await;
    assert_eq!(other.unwrap_err().kind, CommandErrorKind::Conflict);
    assert_eq!(it.state().await.columns.len(), 5);
}

#[tokio::test]
async fn bad_columns_are_refused() {
    let it = Fixture::new().await;
    let create = |body| create(&it.events, &it.board, None, body);
    assert_eq!(create(titled("\n")).await.unwrap_err().errors[0].field, "title");
    let negative = CreateColumn { index: Some(-1), ..titled("x") };
    assert_eq!(create(negative).await.unwrap_err().kind, CommandErrorKind::Malformed);
    let unknown = patch(&it.events, &it.board, &"nothing".into(), None, PatchColumn::default()).await;
    assert_eq!(unknown.unwrap_err().kind, CommandErrorKind::NotFound);
}

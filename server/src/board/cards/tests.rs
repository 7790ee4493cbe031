//! Tests of what can be done to cards.

use shared::board::ColumnKey;
use shared::card::{CardType, DeletedCard, Priority};
use shared::ids::{CardId, ColumnId};
use shared::patch::PatchOp;
use shared::requests::{CreateCard, MoveCard, Patch, PatchCard};

use super::*;
use crate::board::CommandErrorKind;
use crate::board::fixture::Fixture;
use crate::ids;
use crate::store::cards::deleted;

fn titled(title: &str) -> CreateCard {
    CreateCard { title: title.to_owned(), ..Default::default() }
}

async fn add(it: &Fixture, body: CreateCard) -> CommandResult<CardDetail> {
    create(&it.events, &it.board, body).await
}

fn above(column: &ColumnId, card: &CardId) -> MoveCard {
    MoveCard { column_id: column.clone(), index: None, before_card_id: Patch::Value(card.clone()) }
}

fn at(column: &ColumnId, index: i64) -> MoveCard {
    MoveCard { column_id: column.clone(), index: Some(index), before_card_id: Patch::Absent }
}

#[tokio::test]
async fn a_new_card_is_the_last_of_the_backlog_unless_it_names_a_column() {
    let it = Fixture::new().await;
    let (first, second) = (it.card("first").await, it.card("second").await);
    assert_eq!((first.card.key.as_str(), second.card.key.as_str()), ("WEB-1", "WEB-2"));
    let review = it.column(ColumnKey::Review).await;
    let body = CreateCard { column_id: Some(review.clone()), ..titled("third") };
    add(&it, body).await.unwrap();
    assert_eq!(it.titles(&it.column(ColumnKey::Backlog).await).await, ["first", "second"]);
    assert_eq!(it.titles(&review).await, ["third"]);
}

#[tokio::test]
async fn a_card_keeps_every_field_that_it_was_created_with() {
    let it = Fixture::new().await;
    let other = it.card("other").await;
    let body = CreateCard {
        title: "  trimmed ".to_owned(),
        description: Some("line\n\tline <b>".to_owned()),
        card_type: Some(CardType::Bug),
        priority: Some(Priority::Urgent),
        labels: vec!["ui".to_owned(), "ui".to_owned(), "später".to_owned()],
        depends_on: vec![other.card.id.clone(), other.card.id.clone()],
        ..Default::default()
    };
    let made = add(&it, body).await.unwrap().value;
    assert_eq!(made.card.title, "trimmed");
    assert_eq!(made.description.as_deref(), Some("line\n\tline <b>"));
    assert_eq!((made.card.card_type, made.card.priority), (Some(CardType::Bug), Some(Priority::Urgent)));
    assert_eq!(made.card.labels, ["ui", "später"]);
    let others = [other.card.id];
    assert_eq!((&made.card.depends_on[..], &made.card.blocked_by[..]), (&others[..], &others[..]));
    let mut read = it.events.store().read().await.unwrap();
    assert_eq!(cards::detail(&mut read, &it.board, &made.card.id).await.unwrap(), Some(made));
}

#[tokio::test]
async fn numbers_are_never_given_twice_not_even_after_deletion_refusal_or_restart() {
    let mut it = Fixture::new().await;
    let first = it.card("first").await;
    delete(&it.events, &it.board, &first.card.id, None).await.unwrap();
    it.clock.set(shared::time::Timestamp::MAX);
    assert_eq!(purge(&it.events, shared::time::Timestamp::MAX).await.unwrap(), 1);
    let unknown = CreateCard { depends_on: vec!["nothing".into()], ..titled("refused") };
    add(&it, unknown).await.unwrap_err();
    it.reopen().await;
    assert_eq!(it.card("second").await.card.key, "WEB-2");
}

#[tokio::test]
async fn a_refused_body_names_every_field_that_is_wrong() {
    let it = Fixture::new().await;
    let head = it.head().await;
    let body = CreateCard {
        title: " ".to_owned(),
        description: Some("bell \u{7}".to_owned()),
        labels: vec!["x".repeat(51)],
        ..Default::default()
    };
    let error = add(&it, body).await.unwrap_err();
    assert_eq!(error.kind, CommandErrorKind::Invalid);
    let fields: Vec<&str> = error.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(fields, ["title", "description", "labels"]);
    assert_eq!(it.head().await, head);
}

#[tokio::test]
async fn the_same_creation_asked_twice_is_done_once() {
    let it = Fixture::new().await;
    let id: CardId = ids::new_id();
    let body = CreateCard { id: Some(id.clone()), ..titled("once") };
    let first = add(&it, body.clone()).await.unwrap();
    let edit = PatchCard { title: Some("changed since".to_owned()), ..Default::default() };
    let edited = patch(&it.events, &it.board, &id, None, edit).await.unwrap();
    let second = add(&it, body).await.unwrap();
    assert_eq!(first.value.card.id, id);
    assert_eq!(second.value, first.value, "a repetition gets the first answer");
    assert_eq!(second.at, edited.at, "and changes nothing");
    assert_eq!(it.state().await.cards.len(), 1);
}

#[tokio::test]
async fn an_id_that_was_used_for_something_else_is_a_conflict() {
    let it = Fixture::new().await;
    let id: CardId = ids::new_id();
    add(&it, CreateCard { id: Some(id.clone()), ..titled("one") }).await.unwrap();
    let other = add(&it, CreateCard { id: Some(id), ..titled("another") }).await.unwrap_err();
    assert_eq!(other.kind, CommandErrorKind::Conflict);
    let named_by_server = it.card("by the server").await.card.id;
    let taken = add(&it, CreateCard { id: Some(named_by_server), ..titled("x") }).await.unwrap_err();
    assert_eq!(taken.kind, CommandErrorKind::Conflict);
}

#[tokio::test]
async fn an_id_that_is_not_a_uuid_of_version_7_is_refused() {
    let it = Fixture::new().await;
    for id in ["", "card-1", "0197C0DE-0000-7000-8000-00000000ABCD"] {
        let error = add(&it, CreateCard { id: Some(id.into()), ..titled("x") }).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::Invalid);
        assert_eq!(error.errors[0].field, "id");
    }
}

#[tokio::test]
async fn a_change_is_one_revision_one_message_and_its_position() {
    let it = Fixture::new().await;
    let made = it.card("card").await;
    let (before, head) = (it.state().await, it.head().await);
    let body = PatchCard {
        title: Some("new".to_owned()),
        priority: Patch::Value(Priority::Low),
        ..Default::default()
    };
    let answer = patch(&it.events, &it.board, &made.card.id, Some(1), body).await.unwrap();
    let patches = it.patches_since(head).await;
    assert_eq!(patches.len(), 1);
    assert_eq!((patches[0].from_revision, patches[0].revision), (before.revision, before.revision + 1));
    assert_eq!(patches[0].meta_revision, None);
    assert_eq!(patches[0].ops, [PatchOp::UpsertCard { card: Box::new(answer.value.card.clone()) }]);
    assert_eq!((answer.value.card.revision, answer.at.seq), (2, head + 1));
}

#[tokio::test]
async fn a_change_that_changes_nothing_has_no_revision_and_no_message() {
    let it = Fixture::new().await;
    let other = it.card("other").await;
    let made = it.card_after("card", &[&other]).await;
    let (before, head) = (it.state().await, it.head().await);
    it.pass(1000);
    let same = PatchCard {
        title: Some(" card ".to_owned()),
        description: Patch::Value("  ".to_owned()),
        column_id: Some(it.column(ColumnKey::Backlog).await),
        card_type: Patch::Null,
        priority: Patch::Null,
        labels: Patch::Value(Vec::new()),
        depends_on: Patch::Value(vec![other.card.id.clone()]),
    };
    let answer = patch(&it.events, &it.board, &made.card.id, None, same).await.unwrap();
    assert_eq!((answer.value, answer.at.seq), (made.clone(), head));
    for place in [at(&before.column_order[0], 1), at(&before.column_order[0], i64::MAX)] {
        let answer = move_card(&it.events, &it.board, &made.card.id, None, place).await.unwrap();
        assert_eq!((answer.value, answer.at.seq), (made.card.clone(), head));
    }
    let on_itself = above(&before.column_order[0], &made.card.id);
    move_card(&it.events, &it.board, &made.card.id, None, on_itself).await.unwrap();
    restore(&it.events, &it.board, &made.card.id, None).await.unwrap();
    assert_eq!((it.state().await, it.head().await), (before, head));
}

#[tokio::test]
async fn null_clears_a_field_and_an_absent_one_stays() {
    let it = Fixture::new().await;
    let body = CreateCard {
        description: Some("text".to_owned()),
        priority: Some(Priority::High),
        labels: vec!["a".to_owned()],
        ..titled("card")
    };
    let made = add(&it, body).await.unwrap().value;
    let clear = PatchCard { description: Patch::Null, labels: Patch::Null, ..Default::default() };
    let cleared = patch(&it.events, &it.board, &made.card.id, None, clear).await.unwrap().value;
    assert_eq!((cleared.description, cleared.card.has_description), (None, false));
    assert_eq!((cleared.card.labels.len(), cleared.card.priority), (0, Some(Priority::High)));
    assert_eq!(cleared.card.title, "card");
}

#[tokio::test]
async fn a_stale_revision_changes_nothing() {
    let it = Fixture::new().await;
    let made = it.card("card").await;
    let id = &made.card.id;
    it.move_to(id, ColumnKey::Review).await.unwrap();
    let (before, head) = (it.state().await, it.head().await);
    let body = PatchCard { title: Some("late".to_owned()), ..Default::default() };
    let column = it.column(ColumnKey::Done).await;
    let refused = [
        patch(&it.events, &it.board, id, Some(1), body).await.unwrap_err(),
        move_card(&it.events, &it.board, id, Some(1), at(&column, 0)).await.unwrap_err(),
        delete(&it.events, &it.board, id, Some(1)).await.unwrap_err(),
        restore(&it.events, &it.board, id, Some(1)).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, CommandErrorKind::Stale { current: 2 }, "{error}");
    }
    assert_eq!((it.state().await, it.head().await), (before, head));
}

#[tokio::test]
async fn edit_move_delete_and_restore_raise_a_cards_revision() {
    let it = Fixture::new().await;
    let id = it.card("card").await.card.id;
    let body = PatchCard { title: Some("edited".to_owned()), ..Default::default() };
    patch(&it.events, &it.board, &id, Some(1), body).await.unwrap();
    let moved =
        move_card(&it.events, &it.board, &id, Some(2), at(&it.column(ColumnKey::Review).await, 0)).await;
    assert_eq!(moved.unwrap().value.revision, 3);
    delete(&it.events, &it.board, &id, Some(3)).await.unwrap();
    let restored = restore(&it.events, &it.board, &id, Some(4)).await.unwrap().value;
    assert_eq!(restored.card.revision, 5);
}

#[tokio::test]
async fn a_card_moves_to_an_index_counted_without_itself() {
    let it = Fixture::new().await;
    let mut ids = Vec::new();
    for title in ["a", "b", "c", "d"] {
        ids.push(it.card(title).await.card.id);
    }
    let backlog = it.column(ColumnKey::Backlog).await;
    let go = |card: usize, place: MoveCard| {
        let (it, ids) = (&it, &ids);
        async move { move_card(&it.events, &it.board, &ids[card], None, place).await.unwrap() }
    };
    go(0, at(&backlog, 2)).await;
    assert_eq!(it.titles(&backlog).await, ["b", "c", "a", "d"]);
    go(3, at(&backlog, 0)).await;
    assert_eq!(it.titles(&backlog).await, ["d", "b", "c", "a"]);
    go(3, above(&backlog, &ids[2])).await;
    assert_eq!(it.titles(&backlog).await, ["b", "d", "c", "a"]);
    go(1, at(&backlog, 99)).await;
    assert_eq!(it.titles(&backlog).await, ["d", "c", "a", "b"]);
    let end = MoveCard { column_id: backlog.clone(), index: Some(0), before_card_id: Patch::Null };
    go(3, end).await;
    assert_eq!(it.titles(&backlog).await, ["c", "a", "b", "d"], "beforeCardId wins over index");
}

#[tokio::test]
async fn a_move_above_a_card_that_has_left_the_column_goes_to_its_end() {
    let it = Fixture::new().await;
    let (a, b) = (it.card("a").await, it.card("b").await);
    let (review, done) = (it.column(ColumnKey::Review).await, it.column(ColumnKey::Done).await);
    it.move_to(&a.card.id, ColumnKey::Done).await.unwrap();
    move_card(&it.events, &it.board, &b.card.id, None, above(&review, &a.card.id)).await.unwrap();
    assert_eq!(it.titles(&review).await, ["b"]);
    assert_eq!(it.titles(&done).await, ["a"]);
}

#[tokio::test]
async fn a_place_that_is_not_on_the_board_is_refused() {
    let it = Fixture::new().await;
    let id = it.card("card").await.card.id;
    let backlog = it.column(ColumnKey::Backlog).await;
    let other = it.project("other").await.unwrap().value.board_id;
    let mut read = it.events.store().read().await.unwrap();
    let elsewhere =
        crate::store::boards::state(&mut read, &other).await.unwrap().unwrap().column_order[0].clone();
    drop(read);
    let go = |place| move_card(&it.events, &it.board, &id, None, place);
    assert_eq!(go(at(&elsewhere, 0)).await.unwrap_err().errors[0].field, "columnId");
    assert_eq!(go(above(&backlog, &"nothing".into())).await.unwrap_err().errors[0].field, "beforeCardId");
    assert_eq!(go(at(&backlog, -1)).await.unwrap_err().kind, CommandErrorKind::Malformed);
    let nowhere = MoveCard { column_id: backlog, index: None, before_card_id: Patch::Absent };
    assert_eq!(go(nowhere).await.unwrap_err().kind, CommandErrorKind::Malformed);
    let unknown = move_card(&it.events, &it.board, &"nothing".into(), None, at(&elsewhere, 0)).await;
    assert_eq!(unknown.unwrap_err().kind, CommandErrorKind::NotFound);
    let of_other = move_card(&it.events, &other, &id, None, at(&elsewhere, 0)).await;
    assert_eq!(
        of_other.unwrap_err().kind,
        CommandErrorKind::NotFound,
        "a card is found on its own board only"
    );
}

#[tokio::test]
async fn hundreds_of_cards_moved_to_one_place_stay_in_order() {
    let it = Fixture::new().await;
    let backlog = it.column(ColumnKey::Backlog).await;
    let top = it.card("top").await;
    let pair = [it.card("a").await, it.card("b").await];
    let bottom = it.card("bottom").await.card.id;
    for turn in 0..300 {
        // They take turns right above the bottom, so the gap there halves every time.
        let (card, other) = (&pair[turn % 2].card, &pair[(turn + 1) % 2].card);
        move_card(&it.events, &it.board, &card.id, None, above(&backlog, &bottom)).await.unwrap();
        assert_eq!(it.titles(&backlog).await, ["top", &other.title, &card.title, "bottom"], "turn {turn}");
    }
    assert_eq!(it.state().await.cards[&top.card.id].revision, 1, "making room is nobody's change");
}

#[tokio::test]
async fn a_blocked_card_can_not_enter_in_progress_and_is_told_its_blockers() {
    let it = Fixture::new().await;
    let (first, second) = (it.card("first").await, it.card("second").await);
    let blocked = it.card_after("blocked", &[&first, &second]).await;
    it.move_to(&second.card.id, ColumnKey::Done).await.unwrap();
    let head = it.head().await;
    let in_progress = it.column(ColumnKey::InProgress).await;
    let refused = [
        it.move_to(&blocked.card.id, ColumnKey::InProgress).await.unwrap_err(),
        patch(
            &it.events,
            &it.board,
            &blocked.card.id,
            None,
            PatchCard { column_id: Some(in_progress.clone()), ..Default::default() },
        )
        .await
        .unwrap_err(),
        add(
            &it,
            CreateCard {
                column_id: Some(in_progress.clone()),
                depends_on: vec![first.card.id.clone()],
                ..titled("new")
            },
        )
        .await
        .unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, CommandErrorKind::Conflict);
        assert!(error.message.contains("WEB-1 \"first\"") && !error.message.contains("WEB-2"), "{error}");
    }
    assert_eq!(it.head().await, head);
    it.move_to(&first.card.id, ColumnKey::Done).await.unwrap();
    it.move_to(&blocked.card.id, ColumnKey::InProgress).await.unwrap();
    assert_eq!(it.titles(&in_progress).await, ["blocked"]);
}

#[tokio::test]
async fn a_card_in_progress_may_move_there_even_when_it_became_blocked() {
    let it = Fixture::new().await;
    let (other, card, mate) = (it.card("other").await, it.card("card").await, it.card("mate").await);
    it.move_to(&card.card.id, ColumnKey::InProgress).await.unwrap();
    it.move_to(&mate.card.id, ColumnKey::InProgress).await.unwrap();
    it.rewire(&card.card.id, &[&other.card.id]).await.unwrap();
    it.move_to(&card.card.id, ColumnKey::InProgress).await.unwrap();
    assert_eq!(it.titles(&it.column(ColumnKey::InProgress).await).await, ["mate", "card"]);
}

#[tokio::test]
async fn entering_and_leaving_done_tells_the_dependents() {
    let it = Fixture::new().await;
    let first = it.card("first").await;
    let second = it.card_after("second", &[&first]).await;
    for (to, blocked_by) in [
        (ColumnKey::Review, vec![first.card.id.clone()]),
        (ColumnKey::Done, vec![]),
        (ColumnKey::Backlog, vec![first.card.id.clone()]),
    ] {
        let head = it.head().await;
        it.move_to(&first.card.id, to).await.unwrap();
        let told = it.patches_since(head).await[0].ops.iter().any(
            |op| matches!(op, PatchOp::UpsertCard { card } if card.id == second.card.id && card.blocked_by == blocked_by),
        );
        assert_eq!(told, to != ColumnKey::Review, "{to:?}");
        let now = it.state().await.cards[&second.card.id].clone();
        assert_eq!((now.blocked_by, now.revision), (blocked_by, 1), "{to:?}");
    }
}

#[tokio::test]
async fn a_deleted_card_blocks_nobody_until_it_is_restored() {
    let it = Fixture::new().await;
    let first = it.card("first").await;
    let second = it.card_after("second", &[&first]).await;
    delete(&it.events, &it.board, &first.card.id, None).await.unwrap();
    let alone = it.state().await.cards[&second.card.id].clone();
    assert_eq!((alone.depends_on.as_slice(), alone.blocked_by.len()), (&[first.card.id.clone()][..], 0));
    restore(&it.events, &it.board, &first.card.id, None).await.unwrap();
    assert_eq!(it.state().await.cards[&second.card.id].blocked_by, [first.card.id]);
}

#[tokio::test]
async fn dependencies_that_can_not_be_are_refused() {
    let it = Fixture::new().await;
    let other = it.project("other").await.unwrap().value.board_id;
    let stranger = create(&it.events, &other, titled("stranger")).await.unwrap().value.card.id;
    let gone = it.card("gone").await.card.id;
    delete(&it.events, &it.board, &gone, None).await.unwrap();
    let card = it.card("card").await.card.id;
    for wrong in [&stranger, &gone, &card, &"nothing".into()] {
        let error = it.rewire(&card, &[wrong]).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::Invalid, "{error}");
        assert_eq!(error.errors[0].field, "dependsOn");
    }
}

#[tokio::test]
async fn a_circle_is_refused_by_the_keys_in_it() {
    let it = Fixture::new().await;
    let first = it.card("first").await;
    let second = it.card_after("second", &[&first]).await;
    let third = it.card_after("third", &[&second]).await;
    let error = it.rewire(&first.card.id, &[&third.card.id]).await.unwrap_err();
    assert_eq!(error.kind, CommandErrorKind::Conflict);
    assert!(error.message.contains("WEB-1 → WEB-3 → WEB-2 → WEB-1"), "{error}");
}

#[tokio::test]
async fn a_dependency_on_a_deleted_card_may_stay_in_the_list() {
    let it = Fixture::new().await;
    let (gone, other) = (it.card("gone").await, it.card("other").await);
    let card = it.card_after("card", &[&gone]).await;
    delete(&it.events, &it.board, &gone.card.id, None).await.unwrap();
    let both = it.rewire(&card.card.id, &[&gone.card.id, &other.card.id]).await.unwrap().value;
    assert_eq!(both.card.blocked_by, [other.card.id]);
}

#[tokio::test]
async fn a_restored_card_drops_the_dependencies_that_would_make_a_circle() {
    let it = Fixture::new().await;
    let (base, first) = (it.card("base").await, it.card("first").await);
    let second = it.card_after("second", &[&first, &base]).await;
    delete(&it.events, &it.board, &second.card.id, None).await.unwrap();
    let third = it.card("third").await;
    it.rewire(&first.card.id, &[&third.card.id]).await.unwrap();
    it.rewire(&third.card.id, &[]).await.unwrap();
    // While second is deleted nobody can come to depend on it, so the circle closes over an edge that it left behind.
    let fourth = it.card("fourth").await;
    let fifth = it.card_after("fifth", &[&fourth]).await;
    let sixth = it.card_after("sixth", &[&fifth]).await;
    delete(&it.events, &it.board, &fifth.card.id, None).await.unwrap();
    it.rewire(&fourth.card.id, &[&sixth.card.id]).await.unwrap();
    let restored = restore(&it.events, &it.board, &fifth.card.id, None).await.unwrap().value;
    assert_eq!(restored.card.depends_on, Vec::<CardId>::new());
    let restored = restore(&it.events, &it.board, &second.card.id, None).await.unwrap().value;
    assert_eq!(restored.card.depends_on, [first.card.id, base.card.id]);
}

#[tokio::test]
async fn a_restored_card_goes_back_to_its_old_place() {
    let it = Fixture::new().await;
    let (_, b, _) = (it.card("a").await, it.card("b").await, it.card("c").await);
    let backlog = it.column(ColumnKey::Backlog).await;
    delete(&it.events, &it.board, &b.card.id, None).await.unwrap();
    for title in ["d", "e"] {
        let id = it.card(title).await.card.id;
        move_card(&it.events, &it.board, &id, None, at(&backlog, 1)).await.unwrap();
    }
    let head = it.head().await;
    restore(&it.events, &it.board, &b.card.id, None).await.unwrap();
    assert_eq!(it.titles(&backlog).await, ["a", "b", "e", "d", "c"]);
    assert!(matches!(
        it.patches_since(head).await[0].ops[..],
        [PatchOp::UpsertCard { .. }, PatchOp::MoveCard { index: 1, .. }]
    ));
}

#[tokio::test]
async fn a_deleted_card_is_listed_as_it_is() {
    let it = Fixture::new().await;
    let (open, done) = (it.card("open").await, it.card("done").await);
    it.move_to(&done.card.id, ColumnKey::Done).await.unwrap();
    let (one, other) = (it.card_after("one", &[&open, &done]).await, it.card_after("other", &[&open]).await);
    let body = CreateCard { description: Some("more".to_owned()), ..titled("plain") };
    let plain = create(&it.events, &it.board, body).await.unwrap().value;
    let all = [&one.card.id, &other.card.id, &plain.card.id, &open.card.id];
    for card in all {
        it.pass(1);
        delete(&it.events, &it.board, card, None).await.unwrap();
    }
    let mut read = it.events.store().read().await.unwrap();
    let mut expected = Vec::new();
    for card in all.into_iter().rev() {
        let card = cards::stored(&mut read, &it.board, card).await.unwrap().unwrap();
        let (deleted_at, column_id) = (card.deleted_at.unwrap(), card.column.clone());
        let card = cards::with_dependencies(&mut read, card).await.unwrap().card;
        expected.push(DeletedCard { card, deleted_at, column_id });
    }
    assert_eq!(expected[3].card.depends_on, [open.card.id.clone(), done.card.id.clone()]);
    assert!(expected[1].card.has_description);
    assert_eq!(expected[1].column_id, Some(it.column(ColumnKey::Backlog).await));
    assert_eq!(deleted(&mut read, &it.board, None).await.unwrap(), expected);
    drop(read);

    restore(&it.events, &it.board, &open.card.id, None).await.unwrap();
    let listed = deleted(&mut it.events.store().read().await.unwrap(), &it.board, None).await.unwrap();
    let blocked_by: Vec<_> = listed.iter().map(|it| it.card.blocked_by.clone()).collect();
    assert_eq!(blocked_by, [vec![], vec![open.card.id.clone()], vec![open.card.id.clone()]]);
}

#[tokio::test]
async fn deleted_cards_are_listed_until_they_are_forgotten_after_their_time() {
    let it = Fixture::new().await;
    let (first, second) = (it.card("first").await, it.card("second").await);
    let after = it.card_after("after", &[&first]).await;
    delete(&it.events, &it.board, &first.card.id, None).await.unwrap();
    it.pass(1000);
    delete(&it.events, &it.board, &second.card.id, None).await.unwrap();
    let listed = async || {
        let mut read = it.events.store().read().await.unwrap();
        let cards = deleted(&mut read, &it.board, None).await.unwrap();
        cards.into_iter().map(|it| it.card.title).collect::<Vec<_>>()
    };
    assert_eq!(listed().await, ["second", "first"]);
    let head = it.head().await;
    assert_eq!(purge(&it.events, it.clock.now()).await.unwrap(), 1);
    assert_eq!(listed().await, ["second"]);
    let gone = restore(&it.events, &it.board, &first.card.id, None).await.unwrap_err();
    assert_eq!(gone.kind, CommandErrorKind::NotFound);
    let left = it.state().await.cards[&after.card.id].clone();
    assert_eq!((left.depends_on.len(), left.revision), (0, 1));
    assert_eq!(it.patches_since(head).await.len(), 1, "who depended on it is told");
}

#[tokio::test]
async fn a_deleted_card_can_only_be_restored() {
    let it = Fixture::new().await;
    let id = it.card("card").await.card.id;
    delete(&it.events, &it.board, &id, None).await.unwrap();
    let refused = [
        delete(&it.events, &it.board, &id, None).await.unwrap_err(),
        patch(&it.events, &it.board, &id, None, PatchCard::default()).await.unwrap_err(),
        it.move_to(&id, ColumnKey::Done).await.unwrap_err(),
    ];
    for error in refused {
        assert_eq!(error.kind, CommandErrorKind::NotFound);
        assert!(!error.hints.is_empty(), "{error}");
    }
}

#[tokio::test]
async fn a_board_that_does_not_exist_is_not_found() {
    let it = Fixture::new().await;
    let error = create(&it.events, &"nothing".into(), titled("card")).await.unwrap_err();
    assert_eq!(error.kind, CommandErrorKind::NotFound);
}

//! Tests of what can be done to projects.

use shared::ids::BoardId;

use super::*;
use crate::board::CommandErrorKind;
use crate::board::cards;
use crate::board::fixture::Fixture;

fn named(name: &str, path: &str) -> CreateBoard {
    CreateBoard { name: name.to_owned(), repository_path: path.to_owned(), ..Default::default() }
}

#[tokio::test]
async fn a_new_project_has_a_board_of_four_columns() {
    let it = Fixture::new().await;
    let state = it.state().await;
    let columns: Vec<_> = state.ordered_columns().map(|it| (it.key, it.title.as_str())).collect();
    assert_eq!(columns, COLUMNS.map(|(key, title)| (Some(key), title)));
    assert_eq!((state.name.as_str(), state.revision, state.meta_revision), ("website", 1, 1));
}

#[tokio::test]
async fn a_summary_counts_the_cards_that_are_not_done() {
    let it = Fixture::new().await;
    let (a, b, _) = (it.card("a").await, it.card("b").await, it.card("c").await);
    it.move_to(&a.card.id, ColumnKey::Done).await.unwrap();
    cards::delete(&it.events, &it.board, &b.card.id, None).await.unwrap();
    it.project("other").await.unwrap();
    let mut read = it.events.store().read().await.unwrap();
    let listed = boards::summaries(&mut read).await.unwrap();
    let found: Vec<_> =
        listed.iter().map(|it| (it.name.as_str(), it.key_prefix.as_str(), it.open_cards)).collect();
    assert_eq!(found, [("website", "WEB", 1), ("other", "OTH", 0)]);
    let overview = crate::dashboard::overview(&mut read, it.clock.now()).await.unwrap();
    assert_eq!((overview.totals.boards, overview.totals.cards, overview.boards[0].open_cards), (2, 2, 1));
}

#[tokio::test]
async fn a_boards_own_summary_is_the_one_in_the_list() {
    let it = Fixture::new().await;
    it.card("a").await;
    it.move_to(&it.card("b").await.card.id, ColumnKey::Done).await.unwrap();
    it.project("other").await.unwrap();
    let mut read = it.events.store().read().await.unwrap();
    let listed = boards::summaries(&mut read).await.unwrap();
    assert_eq!(listed.len(), 2);
    for summary in listed {
        let own = boards::summary(&mut read, &summary.board_id).await.unwrap();
        assert_eq!(own, Some(summary));
    }
    assert_eq!(boards::summary(&mut read, &"nothing".into()).await.unwrap(), None);
}

#[tokio::test]
async fn a_work_tree_is_one_project_by_whichever_path() {
    let it = Fixture::new().await;
    let path = it.folder.path().join("website");
    let link = it.folder.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for path in [path, link] {
        let error = create(&it.events, named("again", path.to_str().unwrap())).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::Conflict);
        assert!(error.message.contains("\"website\""), "{error}");
    }
}

#[tokio::test]
async fn a_path_that_can_not_be_a_project_is_refused_with_a_hint() {
    let it = Fixture::new().await;
    let folder = it.folder.path();
    std::fs::write(folder.join("file"), "").unwrap();
    std::fs::create_dir(folder.join("plain")).unwrap();
    let of = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let long = format!("/{}", "x".repeat(PATH_BYTES));
    for path in [
        of("nothing"),
        of("file"),
        of("plain"),
        "relative".to_owned(),
        " ".to_owned(),
        "/a\0b".to_owned(),
        long,
    ] {
        let error = create(&it.events, named("x", &path)).await.unwrap_err();
        assert_eq!(error.kind, CommandErrorKind::Invalid, "{path}");
        assert_eq!(error.errors[0].field, "repositoryPath");
    }
    for (path, fields) in [
        ("nothing", &["repositoryPath", "initialize"][..]),
        ("plain", &["repositoryPath", "initialize"]),
        ("file", &["repositoryPath"]),
        ("nothing/below", &["repositoryPath"]),
    ] {
        let error = create(&it.events, named("x", &of(path))).await.unwrap_err();
        let named: Vec<&str> = error.errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, fields, "initialize is named where it would help: {path}");
    }
    let hinted = create(&it.events, named("x", &of("plain"))).await.unwrap_err();
    assert!(hinted.hints[0].contains("initialize"), "{hinted:?}");
}

#[tokio::test]
async fn a_path_may_begin_with_the_home_folder() {
    let home = std::env::home_dir().unwrap();
    assert_eq!(absolute_path("~/code/x").unwrap(), home.join("code/x"));
    assert!(absolute_path("~other/x").is_err());
}

#[tokio::test]
async fn a_project_asked_for_twice_is_added_once_whatever_became_of_its_folder() {
    let it = Fixture::new().await;
    let path = it.folder.path().join("new");
    let body =
        CreateBoard { id: Some(ids::new_id()), initialize: true, ..named("new", path.to_str().unwrap()) };
    let first = create(&it.events, body.clone()).await.unwrap();
    std::fs::remove_dir_all(&path).unwrap();
    let second = create(&it.events, body.clone()).await.unwrap();
    assert_eq!(second, first);
    let other = create(&it.events, CreateBoard { name: "else".to_owned(), ..body }).await.unwrap_err();
    assert_eq!(other.kind, CommandErrorKind::Conflict);
}

#[tokio::test]
async fn a_rename_raises_the_meta_revision_and_keeps_the_prefix() {
    let it = Fixture::new().await;
    let head = it.head().await;
    let body = PatchBoard { name: Some("Shop".to_owned()), settings: None };
    let renamed = patch(&it.events, &it.board, Some(1), body.clone()).await.unwrap();
    assert_eq!((renamed.value.name.as_str(), renamed.value.key_prefix.as_str()), ("Shop", "WEB"));
    let patches = it.patches_since(head).await;
    assert_eq!((patches[0].meta_revision, patches[0].ops.len()), (Some(2), 1));
    let same = patch(&it.events, &it.board, None, body.clone()).await.unwrap();
    assert_eq!(same.at, renamed.at);
    let late = patch(&it.events, &it.board, Some(1), body).await.unwrap_err();
    assert_eq!(late.kind, CommandErrorKind::Stale { current: 2 });
}

#[tokio::test]
async fn a_removed_project_takes_everything_on_its_board_and_leaves_the_repository() {
    let it = Fixture::new().await;
    let (a, gone) = (it.card("a").await, it.card("gone").await);
    it.card_after("b", &[&a]).await;
    cards::delete(&it.events, &it.board, &gone.card.id, None).await.unwrap();
    let stale = delete(&it.events, &it.board, Some(7)).await.unwrap_err();
    assert_eq!(stale.kind, CommandErrorKind::Stale { current: 1 });
    delete(&it.events, &it.board, Some(1)).await.unwrap();
    let mut read = it.events.store().read().await.unwrap();
    assert_eq!(boards::state(&mut read, &it.board).await.unwrap(), None);
    assert!(crate::store::cards::stored(&mut read, &it.board, &a.card.id).await.unwrap().is_none());
    drop(read);
    assert!(it.folder.path().join("website/.git").exists());
    let again = delete(&it.events, &it.board, None).await.unwrap_err();
    assert_eq!(again.kind, CommandErrorKind::NotFound);
    assert_eq!(
        it.project("website").await.unwrap().value.key_prefix,
        "WEB",
        "the path and prefix are free again"
    );
}

#[tokio::test]
async fn two_boards_of_one_name_have_different_prefixes() {
    let it = Fixture::new().await;
    let path = it.folder.path().join("second");
    let body = CreateBoard { initialize: true, ..named("website", path.to_str().unwrap()) };
    assert_eq!(create(&it.events, body).await.unwrap().value.key_prefix, "WEBA");
}

#[tokio::test]
async fn a_board_of_this_id_must_exist() {
    let it = Fixture::new().await;
    let error = patch(&it.events, &BoardId::from("nothing"), None, PatchBoard::default()).await.unwrap_err();
    assert_eq!(error.kind, CommandErrorKind::NotFound);
}

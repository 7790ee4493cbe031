//! `/api/v1/boards/{boardId}/columns`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

const ID: &str = "0197c0de-0000-7000-8000-0000000000c1";

#[tokio::test]
async fn a_column_is_created_at_its_place_changed_and_deleted() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let columns = format!("/boards/{}/columns", board.id);
    let made = app.post(&columns, json!({"id": ID, "title": " QA ", "wipLimit": 3, "index": 1})).await;
    let column = json!({"id": ID, "revision": 1, "title": "QA", "wipLimit": 3, "cardIds": []});
    assert_eq!((made.status, &made.json), (201, &column));
    assert_eq!(made.headers["location"], format!("/api/v1{columns}/{ID}"));
    assert_eq!(made.headers["etag"], "\"1\"");
    assert_eq!(app.board_state(&board.id).await.column_order[1].as_str(), ID);

    let path = format!("{columns}/{ID}");
    let changed = app.patch(&path, json!({"title": "Test", "wipLimit": null, "index": 99})).await;
    let column = json!({"id": ID, "revision": 2, "title": "Test", "cardIds": []});
    assert_eq!((changed.status, &changed.json), (200, &column));
    assert_eq!(changed.headers["etag"], "\"2\"");
    let state = app.board_state(&board.id).await;
    assert_eq!(state.column_order.last().unwrap().as_str(), ID);
    assert_eq!((state.revision, state.meta_revision), (3, 3));

    let unchanged = app.patch(&path, json!({"title": "Test"})).await.ok();
    assert_eq!(unchanged.position(), changed.position(), "an absent field is left alone");
    assert_eq!(app.delete(&path).await.status, 204);
    assert_eq!(app.board_state(&board.id).await.columns.len(), 4);
    assert_eq!(app.delete(&path).await.status, 404);
}

#[tokio::test]
async fn a_creation_that_is_repeated_makes_one_column() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let columns = format!("/boards/{}/columns", board.id);
    let first = app.post(&columns, json!({"id": ID, "title": "QA"})).await;
    let again = app.post(&columns, json!({"id": ID, "title": "QA"})).await;
    assert_eq!((again.status, again.json), (201, first.json));
    assert_eq!(app.post(&columns, json!({"id": ID, "title": "Other"})).await.status, 409);
    assert_eq!(app.board_state(&board.id).await.columns.len(), 5);
}

#[tokio::test]
async fn a_column_with_cards_is_deleted_only_if_they_have_somewhere_to_go() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let columns = format!("/boards/{}/columns", board.id);
    let qa = app.post(&columns, json!({"title": "QA"})).await.ok().text("id");
    let card = json!({"title": "One", "columnId": qa});
    let card = app.post(&format!("/boards/{}/cards", board.id), card).await.ok().text("id");

    let refused = app.delete(&format!("{columns}/{qa}")).await;
    assert_eq!(refused.status, 409);
    assert!(refused.json["hints"][0].as_str().unwrap().contains("moveTo"), "{}", refused.json);
    for nowhere in [qa.as_str(), "nothing", ID] {
        let refused = app.delete(&format!("{columns}/{qa}?moveTo={nowhere}")).await;
        assert_eq!(refused.status, 422, "{}", refused.json);
    }
    assert_eq!(app.delete(&format!("{columns}/{qa}?moveTo=")).await.status, 422);
    assert_eq!(
        app.delete(&format!("{columns}/{qa}?moveto={}", board.columns[0])).await.status,
        400,
        "a typo"
    );
    assert_eq!(app.delete(&format!("{columns}/{qa}?moveTo={}", board.columns[0])).await.status, 204);
    let state = app.board_state(&board.id).await;
    let lane = &state.columns[board.columns[0].as_str()].card_ids;
    assert_eq!(lane.iter().map(|id| id.as_str()).collect::<Vec<_>>(), [card]);
}

#[tokio::test]
async fn the_four_columns_with_a_meaning_can_be_renamed_and_moved_but_not_deleted() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    for id in &board.columns {
        let path = format!("/boards/{}/columns/{id}", board.id);
        assert_eq!(app.patch(&path, json!({"title": format!("Renamed {id}"), "index": 0})).await.status, 200);
        let refused = app.delete(&path).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.json["hints"].as_array().unwrap().is_empty());
    }
    assert_eq!(app.board_state(&board.id).await.columns.len(), 4);
}

#[tokio::test]
async fn a_column_is_guarded_by_its_own_revision_and_a_new_one_by_the_boards() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let columns = format!("/boards/{}/columns", board.id);
    let column = format!("{columns}/{}", board.columns[0]);
    let send = async |method: Method, path: &str, revision: u64, body: Value| {
        let request = http.api(method, path).header("if-match", format!("\"{revision}\"")).json(&body);
        Reply::to(request).await
    };
    assert_eq!(send(Method::PATCH, &column, 1, json!({"title": "Inbox"})).await.status, 200);
    send(Method::PATCH, &column, 1, json!({"title": "Other"})).await.refused(412);
    send(Method::POST, &columns, 7, json!({"title": "QA"})).await.refused(412);
    let meta_revision = app.board_state(&board.id).await.meta_revision;
    assert_eq!(send(Method::POST, &columns, meta_revision, json!({"title": "QA"})).await.status, 201);
    let state = app.board_state(&board.id).await;
    assert_eq!(state.columns[board.columns[0].as_str()].title, "Inbox");
}

#[tokio::test]
async fn a_column_is_only_found_on_its_own_board() {
    let app = TestApp::start().await;
    let (one, other) = (app.board("one").await, app.board("other").await);
    let path = format!("/boards/{}/columns/{}", one.id, other.columns[0]);
    assert_eq!(app.patch(&path, json!({"title": "Mine"})).await.status, 404);
    assert_eq!(app.delete(&path).await.status, 404);
    assert_eq!(app.board_state(&other.id).await.columns[other.columns[0].as_str()].title, "Backlog");
}

//! `/api/v1/boards/{boardId}/cards`.

use reqwest::Method;
use serde_json::{Value, json};
use server::clock::Clock;
use shared::{board::BoardState, time::Timestamp};

use crate::{
    app::TestApp,
    client::{Answer, TestBoard},
    http::{Http, Reply},
};

const ID: &str = "0197c0de-0000-7000-8000-0000000000ca";
const NOW: &str = "2026-07-10T12:00:00.000Z";

/// A server whose clock stands still, and a board.
async fn start() -> (TestApp, TestBoard, String) {
    let clock = Clock::fixed(NOW.parse::<Timestamp>().unwrap());
    let app = TestApp::with(|config| config.clock = clock).await;
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    (app, board, cards)
}

/// The titles of a column's cards from top to bottom.
fn lane(state: &BoardState, column: &str) -> Vec<String> {
    state.columns[column].card_ids.iter().map(|id| state.cards[id].title.clone()).collect()
}

fn if_match(http: &Http, method: Method, path: &str, revision: u64) -> reqwest::RequestBuilder {
    http.api(method, path).header("if-match", format!("\"{revision}\""))
}

#[track_caller]
fn refused(answer: &Answer, status: u16, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.json);
    assert!(answer.json["detail"].as_str().unwrap().contains(words), "{}", answer.json);
}

#[tokio::test]
async fn a_card_is_created_with_everything_it_can_have() {
    let (app, board, cards) = start().await;
    let first = app.create_card(&board.id, "First").await.text("id");
    let body = json!({
        "id": ID, "title": " Sign-in <b>fails</b> ", "description": "# Why\n\n\t1. <script>", "columnId": board.columns[2],
        "type": "bug", "priority": "urgent", "labels": ["ui", " auth "], "dependsOn": [first],
    });
    let made = app.post(&cards, body).await;
    let mut card = json!({
        "id": ID, "key": "WEB-2", "revision": 1, "title": "Sign-in <b>fails</b>", "hasDescription": true, "type": "bug",
        "priority": "urgent", "labels": ["ui", "auth"], "dependsOn": [first], "blockedBy": [first], "createdAt": NOW,
        "updatedAt": NOW, "description": "# Why\n\n\t1. <script>",
    });
    assert_eq!((made.status, &made.json), (201, &card));
    assert_eq!(made.headers["location"], format!("/api/v1{cards}/{ID}"));
    assert_eq!(made.headers["etag"], "\"1\"");

    let shown = app.get(&format!("{cards}/{ID}")).await;
    assert_eq!((shown.status, &shown.json), (200, &card));
    assert_eq!(shown.headers["etag"], "\"1\"");
    assert_eq!(shown.position(), made.position());

    card.as_object_mut().unwrap().remove("description");
    let list = app.get(&cards).await.json;
    assert_eq!(list[1], card, "column by column, Backlog first");
    assert_eq!(list[0]["title"], "First");
}

#[tokio::test]
async fn a_card_with_a_title_alone_goes_to_the_end_of_the_backlog() {
    let (app, board, cards) = start().await;
    app.create_card(&board.id, "First").await;
    let made = app.post(&cards, json!({"title": "Second"})).await;
    let card = json!({
        "id": made.json["id"], "key": "WEB-2", "revision": 1, "title": "Second", "hasDescription": false, "labels": [],
        "dependsOn": [], "blockedBy": [], "createdAt": NOW, "updatedAt": NOW,
    });
    assert_eq!((made.status, &made.json), (201, &card));
    assert_eq!(lane(&app.board_state(&board.id).await, &board.columns[0]), ["First", "Second"]);
}

#[tokio::test]
async fn a_creation_that_is_repeated_makes_one_card() {
    let (app, board, cards) = start().await;
    let first = app.post(&cards, json!({"id": ID, "title": "One"})).await;
    app.patch(&format!("{cards}/{ID}"), json!({"title": "Changed"})).await.ok();
    let again = app.post(&cards, json!({"id": ID, "title": "One"})).await;
    assert_eq!((again.status, &again.json), (201, &first.json));
    refused(&app.post(&cards, json!({"id": ID, "title": "Two"})).await, 409, ID);
    let other = app.board("other").await;
    refused(
        &app.post(&format!("/boards/{}/cards", other.id), json!({"id": ID, "title": "One"})).await,
        409,
        ID,
    );
    assert_eq!(app.board_state(&board.id).await.cards.len(), 1);

    for id in ["", "1", "0197C0DE-0000-7000-8000-0000000000CA", "0197c0de-0000-4000-8000-0000000000ca"] {
        let answer = app.post(&cards, json!({"id": id, "title": "One"})).await;
        assert_eq!((answer.status, &answer.json["errors"][0]["field"]), (422, &json!("id")), "{id:?}");
    }
}

#[tokio::test]
async fn an_id_stays_taken_after_its_answer_was_forgotten() {
    let (app, board, cards) = start().await;
    app.post(&cards, json!({"id": ID, "title": "One"})).await.ok();
    let later = Timestamp::from_millis(app.state.clock.now().as_millis() + 31 * 86_400_000);
    server::upkeep::once(&app.state, later).await.unwrap();
    assert_eq!(app.post(&cards, json!({"id": ID, "title": "One"})).await.status, 409);
    assert_eq!(app.board_state(&board.id).await.cards.len(), 1);
}

#[tokio::test]
async fn null_clears_a_field_and_an_absent_one_is_left_alone() {
    let (app, _, cards) = start().await;
    let body =
        json!({"title": "One", "description": "More", "type": "chore", "priority": "low", "labels": ["ui"]});
    let card = format!("{cards}/{}", app.post(&cards, body).await.ok().text("id"));

    let renamed = app.patch(&card, json!({"title": "Two"})).await.ok().json;
    let kept = |json: &Value| {
        [&json["description"], &json["type"], &json["priority"], &json["labels"][0]].map(Value::clone)
    };
    assert_eq!(kept(&renamed), [json!("More"), json!("chore"), json!("low"), json!("ui")]);
    assert_eq!(renamed["revision"], 2);

    let clear =
        json!({"description": null, "type": null, "priority": null, "labels": null, "dependsOn": null});
    let cleared = app.patch(&card, clear.clone()).await.ok();
    assert_eq!(kept(&cleared.json), [Value::Null, Value::Null, Value::Null, Value::Null]);
    assert_eq!(cleared.json["labels"], json!([]));
    assert_eq!((&cleared.json["hasDescription"], &cleared.json["revision"]), (&json!(false), &json!(3)));
    let again = app.patch(&card, clear).await.ok();
    assert_eq!(
        (again.position(), &again.json["revision"]),
        (cleared.position(), &json!(3)),
        "nothing changed"
    );

    for what in [json!({"title": null}), json!({"columnId": null})] {
        assert_eq!(app.patch(&card, what.clone()).await.status, 400, "{what}: this can't be cleared");
    }
}

#[tokio::test]
async fn a_stale_if_match_changes_nothing() {
    let (app, board, cards) = start().await;
    let http = Http::of(&app);
    let card = format!("{cards}/{}", app.create_card(&board.id, "One").await.text("id"));
    let (there, away) = (json!({"columnId": board.columns[2], "index": 0}), format!("{card}/move"));
    assert_eq!(Reply::to(if_match(&http, Method::POST, &away, 1).json(&there)).await.status, 200);
    let back = json!({"columnId": board.columns[0], "index": 0});
    Reply::to(if_match(&http, Method::POST, &away, 1).json(&back)).await.refused(412);
    Reply::to(if_match(&http, Method::PATCH, &card, 1).json(&json!({"title": "Two"}))).await.refused(412);
    Reply::to(if_match(&http, Method::DELETE, &card, 1)).await.refused(412);
    let state = app.board_state(&board.id).await;
    assert_eq!(lane(&state, &board.columns[2]), ["One"]);
    assert_eq!(Reply::to(if_match(&http, Method::DELETE, &card, 2)).await.status, 204);
    let restore = format!("{card}/restore");
    Reply::to(if_match(&http, Method::POST, &restore, 2)).await.refused(412);
    assert_eq!(Reply::to(if_match(&http, Method::POST, &restore, 3)).await.status, 200);
}

#[tokio::test]
async fn an_if_match_that_names_no_revision_is_malformed() {
    let (app, board, cards) = start().await;
    let http = Http::of(&app);
    let card = format!("{cards}/{}", app.create_card(&board.id, "One").await.text("id"));
    for value in ["1", "W/\"1\"", "\"\"", "\"x\"", "\"1\", \"2\"", ""] {
        let request = http.api(Method::PATCH, &card).header("if-match", value).json(&json!({"title": "Two"}));
        let problem = Reply::to(request).await.refused(400);
        assert!(problem.hints[0].contains("If-Match"), "{value}: {problem:?}");
    }
    let request = if_match(&http, Method::POST, &cards, 1).json(&json!({"title": "Two"}));
    Reply::to(request).await.refused(400);
    assert_eq!(app.get(&card).await.json["revision"], 1);
}

#[tokio::test]
async fn a_card_moves_to_an_index_above_a_card_or_to_the_end() {
    let (app, board, cards) = start().await;
    let mut ids = Vec::new();
    for title in ["A", "B", "C", "D"] {
        ids.push(app.create_card(&board.id, title).await.text("id"));
    }
    let backlog = &board.columns[0];
    let moved = async |card: usize, place: Value| {
        let mut body = json!({"columnId": backlog});
        body.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        let answer = app.post(&format!("{cards}/{}/move", ids[card]), body).await.ok();
        assert_eq!((answer.status, &answer.json["id"]), (200, &json!(ids[card])));
        assert_eq!(answer.json.get("description"), None);
        assert_eq!(answer.headers["etag"], format!("\"{}\"", answer.json["revision"]));
        lane(&app.board_state(&board.id).await, backlog).concat()
    };
    assert_eq!(moved(3, json!({"index": 0})).await, "DABC");
    assert_eq!(moved(3, json!({"index": 2})).await, "ABDC", "counted after it was taken out");
    assert_eq!(moved(0, json!({"index": 99})).await, "BDCA");
    assert_eq!(moved(2, json!({"beforeCardId": ids[1]})).await, "CBDA");
    assert_eq!(moved(2, json!({"beforeCardId": null})).await, "BDAC");
    assert_eq!(moved(2, json!({"beforeCardId": ids[0], "index": 0})).await, "BDCA", "beforeCardId wins");

    let position = app.get(&cards).await.position();
    assert_eq!(moved(0, json!({"index": 3})).await, "BDCA");
    assert_eq!(app.get(&cards).await.position(), position, "to where it is: no message");
}

#[tokio::test]
async fn undoing_a_deletion_is_guarded_by_the_revision_that_its_answer_names() {
    let (app, board, cards) = start().await;
    let http = Http::of(&app);
    let card = app.create_card(&board.id, "One").await.text("id");
    let path = format!("{cards}/{card}");
    let remove = async || {
        let gone = app.delete(&path).await;
        assert_eq!((gone.status, &gone.json), (204, &Value::Null));
        gone.headers["etag"].to_str().unwrap().to_owned()
    };
    let restore = async |revision: &str| {
        let request = http.api(Method::POST, &format!("{path}/restore"));
        Reply::to(request.header("if-match", revision)).await
    };
    let first = remove().await;
    assert_eq!(first, "\"2\"");
    assert_eq!(restore(&first).await.status, 200);
    // Somebody else deletes it after that; the first one's undo is not meant for this deletion.
    assert_eq!(remove().await, "\"4\"");
    let problem = restore(&first).await.refused(412);
    assert!(problem.detail.contains("WEB-1 \"One\" was changed by someone since"), "{problem:?}");
    assert!(!problem.hints.is_empty());
    assert_eq!(app.get(&path).await.status, 404, "it stays deleted");
}

#[tokio::test]
async fn a_move_without_a_place_or_to_no_place_of_the_board_is_refused() {
    let (app, board, cards) = start().await;
    let other = app.board("other").await;
    let card = app.create_card(&board.id, "One").await.text("id");
    let foreign = app.create_card(&other.id, "Two").await.text("id");
    let path = format!("{cards}/{card}/move");
    let to = async |body: Value| app.post(&path, body).await;
    refused(&to(json!({"columnId": board.columns[1]})).await, 400, "place");
    refused(&to(json!({"columnId": board.columns[1], "index": -1})).await, 400, "index");
    refused(&to(json!({"columnId": board.columns[1], "index": 1.5})).await, 400, "shape");
    refused(&to(json!({"index": 0})).await, 400, "columnId");
    refused(&to(json!({"columnId": other.columns[1], "index": 0})).await, 422, "stays on its board");
    refused(&to(json!({"columnId": "nothing", "index": 0})).await, 422, "no column");
    refused(&to(json!({"columnId": board.columns[1], "beforeCardId": foreign})).await, 422, "no card");
    let answer =
        app.post(&format!("{cards}/{foreign}/move"), json!({"columnId": board.columns[1], "index": 0})).await;
    refused(&answer, 404, "no card");
    let answer = app.patch(&format!("{cards}/{card}"), json!({"columnId": other.columns[1]})).await;
    refused(&answer, 422, "stays on its board");
    assert_eq!(lane(&app.board_state(&board.id).await, &board.columns[0]), ["One"]);
    assert_eq!(app.get(&format!("{cards}/{card}")).await.json["revision"], 1);
}

#[tokio::test]
async fn a_blocked_card_can_not_enter_in_progress_and_is_told_by_what() {
    let (app, board, cards) = start().await;
    let first = app.create_card(&board.id, "First").await.text("id");
    let second = app.post(&cards, json!({"title": "Second", "dependsOn": [first]})).await.ok().text("id");
    let start = json!({"columnId": board.columns[1], "index": 0});
    let answer = app.post(&format!("{cards}/{second}/move"), start.clone()).await;
    refused(&answer, 409, "WEB-1 \"First\"");
    assert!(!answer.json["hints"].as_array().unwrap().is_empty());
    let answer = app.patch(&format!("{cards}/{second}"), json!({"columnId": board.columns[1]})).await;
    refused(&answer, 409, "WEB-1");

    let done = json!({"columnId": board.columns[3], "index": 0});
    app.post(&format!("{cards}/{first}/move"), done).await.ok();
    let moved = app.post(&format!("{cards}/{second}/move"), start).await;
    assert_eq!((moved.status, &moved.json["blockedBy"]), (200, &json!([])));
}

#[tokio::test]
async fn dependencies_in_a_circle_are_a_conflict_that_names_the_way() {
    let (app, board, cards) = start().await;
    let a = app.create_card(&board.id, "A").await.text("id");
    let b = app.post(&cards, json!({"title": "B", "dependsOn": [a]})).await.ok().text("id");
    let c = app.post(&cards, json!({"title": "C", "dependsOn": [b]})).await.ok().text("id");
    let depends =
        async |card: &str, on: &[&str]| app.patch(&format!("{cards}/{card}"), json!({"dependsOn": on})).await;
    refused(&depends(&a, &[&c]).await, 409, "WEB-1 → WEB-3 → WEB-2 → WEB-1");
    refused(&depends(&a, &[&a]).await, 422, "itself");
    refused(&depends(&a, &["nothing"]).await, 422, "nothing");
    let other = app.board("other").await;
    let foreign = app.create_card(&other.id, "Foreign").await.text("id");
    refused(&depends(&a, &[&foreign]).await, 422, &foreign);
    assert_eq!(app.get(&format!("{cards}/{a}")).await.json["revision"], 1);
    let once = depends(&c, &[&a, &b, &a]).await;
    assert_eq!((once.status, &once.json["dependsOn"]), (200, &json!([a, b])));
}

#[tokio::test]
async fn a_deleted_card_is_listed_and_comes_back_to_its_old_place() {
    let (app, board, cards) = start().await;
    let mut ids = Vec::new();
    for title in ["A", "B", "C"] {
        ids.push(app.create_card(&board.id, title).await.text("id"));
    }
    let card = format!("{cards}/{}", ids[1]);
    let gone = app.delete(&card).await;
    assert_eq!((gone.status, &gone.json), (204, &Value::Null));
    let refused_get = app.get(&card).await;
    refused(&refused_get, 404, "no card");
    assert!(refused_get.json["hints"].to_string().contains("deleted=true"));
    assert_eq!(app.delete(&card).await.status, 404);
    assert_eq!(app.patch(&card, json!({"title": "b"})).await.status, 404);

    let deleted = app.get(&format!("{cards}?deleted=true")).await;
    let b = json!({
        "id": ids[1], "key": "WEB-2", "revision": 2, "title": "B", "hasDescription": false, "labels": [],
        "dependsOn": [], "blockedBy": [], "createdAt": NOW, "updatedAt": NOW, "deletedAt": NOW,
        "columnId": board.columns[0],
    });
    assert_eq!((deleted.status, deleted.json), (200, json!([b])));
    let titles =
        |list: Value| list.as_array().unwrap().iter().map(|it| it["title"].clone()).collect::<Vec<_>>();
    assert_eq!(titles(app.get(&cards).await.json), ["A", "C"]);
    assert_eq!(titles(app.get(&format!("{cards}?deleted=false")).await.json), ["A", "C"]);
    assert_eq!(app.get(&format!("{cards}?deleted=yes")).await.status, 400);

    let restored = app.post(&format!("{card}/restore"), json!({})).await;
    assert_eq!((restored.status, &restored.json["revision"]), (200, &json!(3)));
    assert_eq!(lane(&app.board_state(&board.id).await, &board.columns[0]), ["A", "B", "C"]);
    let http = Http::of(&app);
    let bare = Reply::to(http.api(Method::POST, &format!("{card}/restore"))).await;
    assert_eq!(
        (bare.status, &bare.json()["revision"]),
        (200, &json!(3)),
        "needs no body, and nothing changed"
    );
    assert_eq!(app.post(&format!("{cards}/nothing/restore"), json!({})).await.status, 404);
}

#[tokio::test]
async fn of_a_list_of_cards_the_first_so_many_can_be_asked_for() {
    let (app, board, cards) = start().await;
    for title in ["A", "B", "Bb"] {
        app.create_card(&board.id, title).await;
    }
    let titles = async |query: &str| {
        let list = app.get(&format!("{cards}?{query}")).await.ok().json;
        list.as_array().unwrap().iter().map(|it| it["title"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(titles("limit=2").await, ["A", "B"]);
    assert_eq!(titles("limit=9").await, ["A", "B", "Bb"]);
    let state = app.board_state(&board.id).await;
    for id in &state.columns[board.columns[0].as_str()].card_ids {
        app.delete(&format!("{cards}/{id}")).await.ok();
    }
    assert_eq!(titles("deleted=true&limit=2").await, ["Bb", "B"], "the last deleted first");
    assert_eq!(titles("deleted=true&limit=1&q=b").await, ["Bb"], "of those that fit");
    for wrong in ["limit=0", "limit=-1", "limit=many"] {
        assert_eq!(app.get(&format!("{cards}?deleted=true&{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_deleted_card_whose_column_has_gone_is_listed_without_it() {
    let (app, board, cards) = start().await;
    let column =
        app.post(&format!("/boards/{}/columns", board.id), json!({"title": "Later"})).await.text("id");
    let card = app.post(&cards, json!({"title": "One", "columnId": column})).await.text("id");
    app.delete(&format!("{cards}/{card}")).await.ok();
    app.delete(&format!("/boards/{}/columns/{column}", board.id)).await.ok();
    let listed = app.get(&format!("{cards}?deleted=true")).await.json;
    assert_eq!((&listed[0]["title"], &listed[0]["columnId"]), (&json!("One"), &Value::Null));
}

#[tokio::test]
async fn a_deleted_card_is_forgotten_after_thirty_days() {
    let (app, board, cards) = start().await;
    let card = app.create_card(&board.id, "One").await.text("id");
    app.delete(&format!("{cards}/{card}")).await.ok();
    let days = |days: i64| Timestamp::from_millis(app.state.clock.now().as_millis() + days * 86_400_000);
    let listed = async || app.get(&format!("{cards}?deleted=true")).await.json.as_array().unwrap().len();
    server::upkeep::once(&app.state, days(29)).await.unwrap();
    assert_eq!(listed().await, 1);
    server::upkeep::once(&app.state, days(31)).await.unwrap();
    assert_eq!(listed().await, 0);
    assert_eq!(app.post(&format!("{cards}/{card}/restore"), json!({})).await.status, 404);
}

#[tokio::test]
async fn a_card_is_only_found_on_its_own_board() {
    let (app, board, _) = start().await;
    let other = app.board("other").await;
    let card = app.create_card(&board.id, "One").await.text("id");
    let path = format!("/boards/{}/cards/{card}", other.id);
    assert_eq!(app.get(&path).await.status, 404);
    assert_eq!(app.patch(&path, json!({"title": "Mine"})).await.status, 404);
    assert_eq!(app.delete(&path).await.status, 404);
    assert_eq!(app.post(&format!("{path}/restore"), json!({})).await.status, 404);
    assert_eq!(app.board_state(&board.id).await.cards.len(), 1);
}

#[tokio::test]
async fn wip_limits_never_refuse_a_card() {
    let (app, board, cards) = start().await;
    let column = format!("/boards/{}/columns/{}", board.id, board.columns[1]);
    app.patch(&column, json!({"wipLimit": 1})).await.ok();
    for title in ["One", "Two"] {
        let body = json!({"title": title, "columnId": board.columns[1]});
        assert_eq!(app.post(&cards, body).await.status, 201);
    }
}

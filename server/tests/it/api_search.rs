//! `GET /api/v1/boards/{boardId}/cards?q=…`.

use serde_json::json;

use crate::app::TestApp;

/// The titles of the cards that are found.
async fn found(app: &TestApp, cards: &str, query: &str) -> Vec<String> {
    let query: String = query.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer = app.get(&format!("{cards}?q={query}")).await.ok();
    answer.position();
    answer.json.as_array().unwrap().iter().map(|card| card["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn words_are_found_in_titles_and_descriptions_whatever_their_case() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    let described = json!({"title": "Sleeves", "description": "Sew the ÄRMEL\nwith 100% care_"});
    app.post(&cards, described).await.ok();
    app.post(&cards, json!({"title": "Ärmel", "columnId": board.columns[2]})).await.ok();
    let gone = app.create_card(&board.id, "Ärmel, deleted").await.text("id");
    app.delete(&format!("{cards}/{gone}")).await.ok();

    assert_eq!(found(&app, &cards, "ärmel").await, ["Sleeves", "Ärmel"]);
    assert_eq!(found(&app, &cards, "sew sleeves").await, ["Sleeves"]);
    assert_eq!(found(&app, &cards, "\"sew the\" web-1").await, ["Sleeves"]);
    assert_eq!(found(&app, &cards, "\"the sew\"").await, Vec::<String>::new());
    assert_eq!(found(&app, &cards, "100%").await, ["Sleeves"], "a mark of the database's is a character");
    assert_eq!(found(&app, &cards, "a%e").await, Vec::<String>::new());
    assert_eq!(found(&app, &cards, "care_").await, ["Sleeves"]);
    let deleted = app.get(&format!("{cards}?deleted=true&q=%C3%84rmel")).await.ok().json;
    assert_eq!(deleted[0]["title"], "Ärmel, deleted");
}

#[tokio::test]
async fn what_can_not_be_searched_for_is_refused() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    for query in ["", "%20", "a%00b", "a%0Ab", &"x".repeat(501)] {
        let answer = app.get(&format!("{cards}?q={query}")).await;
        assert_eq!((answer.status, &answer.json["errors"][0]["field"]), (422, &json!("q")), "{query}");
    }
    assert_eq!(app.get("/boards/none/cards?q=a").await.status, 404);
}

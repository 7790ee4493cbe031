//! `POST /api/v1/boards/{boardId}/cards/bulk`, and what the board's stream tells of it.

use reqwest::Method;
use serde_json::{Value, json};
use shared::fold::{BoardFold, Outcome};

use crate::{
    app::TestApp,
    client::{Answer, TestBoard},
    http::{Http, Reply},
    sse_reader::SseReader,
    workshop::Workshop,
};

/// A board with cards, and a reader who folds what its stream brings.
struct Watched {
    app: TestApp,
    board: TestBoard,
    stream: SseReader,
    fold: BoardFold,
}

impl Watched {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let board = app.board("Web").await;
        let mut stream = app.stream(&format!("boardId={}&patch=1", board.id)).await;
        let mut fold = BoardFold::default();
        for frame in stream.opening().await {
            frame.fold_into(&mut fold);
        }
        Self { app, board, stream, fold }
    }

    /// Adds a card, and passes its patch over.
    async fn card(&mut self, body: Value) -> String {
        let answer = self.app.post(&format!("/boards/{}/cards", self.board.id), body).await.ok();
        self.stream.next().await.fold_into(&mut self.fold);
        answer.text("id")
    }

    async fn cards<const N: usize>(&mut self) -> [String; N] {
        let mut ids = Vec::new();
        for number in 1..=N {
            ids.push(self.card(json!({ "title": format!("card {number}") })).await);
        }
        ids.try_into().unwrap()
    }

    async fn bulk(&self, operations: Value) -> Answer {
        let body = json!({ "operations": operations });
        self.app.post(&format!("/boards/{}/cards/bulk", self.board.id), body).await
    }

    /// The one patch that a bulk brought; the reader then has what the server has.
    async fn patch_of(&mut self, answer: &Answer) -> Value {
        let before = self.fold.state.as_ref().unwrap().revision;
        let frame = self.stream.next().await;
        assert_eq!((frame.event.as_str(), frame.position()), ("board_patch", answer.position()));
        let outcome = frame.fold_into(&mut self.fold);
        assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?} at {frame:?}");
        assert_eq!(self.fold.state, Some(self.app.board_state(&self.board.id).await), "{frame:?}");
        let patch = frame.json();
        assert_eq!((&patch["fromRevision"], &patch["revision"]), (&json!(before), &json!(before + 1)));
        patch
    }

    /// A bulk that must be refused, with nothing left of it: neither on the board nor on the stream.
    async fn refused(&mut self, status: u16, operations: Value) -> Value {
        let before = self.app.board_state(&self.board.id).await;
        let head = self.app.get(&format!("/boards/{}", self.board.id)).await.position();
        let answer = self.bulk(operations).await;
        assert_eq!(answer.status, status, "{}", answer.json);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        assert_eq!(answer.position(), head, "nothing was logged");
        assert_eq!(self.app.board_state(&self.board.id).await, before);
        // The next message of the stream is that of the next change.
        let marker = self.card(json!({ "title": "marker" })).await;
        assert!(self.fold.state.as_ref().unwrap().cards.contains_key(marker.as_str()));
        answer.json
    }

    fn lane(&self, column: usize) -> Vec<String> {
        let state = self.fold.state.as_ref().unwrap();
        let ids = &state.columns[self.board.columns[column].as_str()].card_ids;
        ids.iter().map(|id| state.cards[id].title.clone()).collect()
    }
}

fn field(problem: &Value) -> &str {
    problem["errors"][0]["field"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_bulk_of_all_actions_is_done_in_order_with_one_revision_and_one_patch() {
    let mut watched = Watched::start().await;
    let [one, two, three, four] = watched.cards().await;
    watched.app.delete(&format!("/boards/{}/cards/{four}", watched.board.id)).await.ok();
    watched.stream.next().await.fold_into(&mut watched.fold);
    let review = watched.board.columns[2].clone();
    let answer = watched
        .bulk(json!([
            { "cardId": two, "revision": 1, "action": "move", "columnId": review, "beforeCardId": null },
            { "cardId": one, "action": "move", "columnId": review, "index": 0 },
            { "cardId": one, "action": "patch", "title": "first", "labels": ["ui"], "priority": "high" },
            { "cardId": three, "revision": 1, "action": "delete" },
            { "cardId": four, "revision": 2, "action": "restore" },
        ]))
        .await
        .ok();
    let revisions: Vec<(&Value, &Value)> =
        answer.json["cards"].as_array().unwrap().iter().map(|it| (&it["cardId"], &it["revision"])).collect();
    assert_eq!(
        revisions,
        [
            (&json!(two), &json!(2)),
            (&json!(one), &json!(3)),
            (&json!(three), &json!(2)),
            (&json!(four), &json!(3))
        ]
    );
    assert_eq!(answer.json["cards"][1]["card"]["labels"], json!(["ui"]));
    assert_eq!(answer.json["cards"][2].get("card"), None, "deleted");
    watched.patch_of(&answer).await;
    assert_eq!(watched.lane(2), ["first", "card 2"]);
    assert_eq!(watched.lane(0), ["card 4"]);
}

#[tokio::test]
async fn one_card_may_be_named_more_than_once_and_its_revision_is_that_before_the_bulk() {
    let mut watched = Watched::start().await;
    let [one] = watched.cards().await;
    let done = watched.board.columns[3].clone();
    let answer = watched
        .bulk(json!([
            { "cardId": one, "revision": 1, "action": "patch", "title": "renamed" },
            { "cardId": one, "revision": 1, "action": "delete" },
            { "cardId": one, "revision": 1, "action": "restore" },
            { "cardId": one, "revision": 1, "action": "move", "columnId": done, "index": 0 },
        ]))
        .await
        .ok();
    assert_eq!(answer.json["cards"].as_array().unwrap().len(), 1);
    assert_eq!(answer.json["cards"][0]["revision"], 5);
    watched.patch_of(&answer).await;
    assert_eq!(watched.lane(3), ["renamed"]);
}

#[tokio::test]
async fn stale_revisions_are_412_and_name_each_card() {
    let mut watched = Watched::start().await;
    let [one, two, three] = watched.cards().await;
    let problem = watched
        .refused(
            412,
            json!([
                { "cardId": two, "revision": 1, "action": "delete" },
                { "cardId": one, "revision": 7, "action": "delete" },
                { "cardId": three, "revision": 9, "action": "patch", "title": "x" },
            ]),
        )
        .await;
    assert_eq!(problem["detail"], "WEB-1 \"card 1\", WEB-3 \"card 3\" were changed by someone since.");
    let fields: Vec<&Value> = problem["errors"].as_array().unwrap().iter().map(|it| &it["field"]).collect();
    assert_eq!(fields, ["operations[1].revision", "operations[2].revision"]);
}

#[tokio::test]
async fn a_refusal_in_the_middle_leaves_nothing_of_what_came_before() {
    let mut watched = Watched::start().await;
    let [one, two] = watched.cards().await;
    let blocked = watched.card(json!({ "title": "blocked", "dependsOn": [one] })).await;
    let progress = watched.board.columns[1].clone();
    let moved = |card: &str, column: &str| json!({ "cardId": card, "action": "move", "columnId": column, "beforeCardId": null });
    let problem = watched.refused(409, json!([moved(&two, &progress), moved(&blocked, &progress)])).await;
    assert_eq!(field(&problem), "operations[1]");
    assert!(problem["detail"].as_str().unwrap().contains("blocked by WEB-1"), "{problem}");

    let problem = watched.refused(422, json!([moved(&two, &progress), moved(&one, "nowhere")])).await;
    assert_eq!(field(&problem), "operations[1].columnId");
    let rename = json!({ "cardId": one, "action": "patch", "title": " " });
    let problem = watched.refused(422, json!([moved(&two, &progress), rename])).await;
    assert_eq!(field(&problem), "operations[1].title");
    assert!(problem["detail"].as_str().unwrap().starts_with("WEB-1 \"card 1\": The title"), "{problem}");
    let absent = json!({ "cardId": "absent", "action": "delete" });
    let problem = watched.refused(422, json!([moved(&two, &progress), absent])).await;
    assert_eq!(field(&problem), "operations[1].cardId");
    let twice = json!([{ "cardId": one, "action": "delete" }, { "cardId": one, "action": "delete" }]);
    let problem = watched.refused(422, twice).await;
    assert_eq!(field(&problem), "operations[1].cardId");
}

#[tokio::test]
async fn in_order_a_blocker_that_is_done_first_lets_the_blocked_go() {
    let mut watched = Watched::start().await;
    let [one] = watched.cards().await;
    let blocked = watched.card(json!({ "title": "blocked", "dependsOn": [one] })).await;
    let (progress, done) = (watched.board.columns[1].clone(), watched.board.columns[3].clone());
    let answer = watched
        .bulk(json!([
            { "cardId": one, "action": "move", "columnId": done, "beforeCardId": null },
            { "cardId": blocked, "action": "move", "columnId": progress, "beforeCardId": null },
        ]))
        .await
        .ok();
    watched.patch_of(&answer).await;
    assert_eq!(watched.lane(1), ["blocked"]);
}

#[tokio::test]
async fn what_does_not_have_the_shape_is_400_and_named_with_its_place() {
    let mut watched = Watched::start().await;
    let [one] = watched.cards().await;
    let cases = [
        (json!({ "cardId": one, "action": "patch", "titel": "x" }), "operations[0].titel"),
        (json!({ "cardId": one, "action": "patch", "title": 5 }), "operations[0].title"),
        (json!({ "cardId": one, "action": "delete", "title": "x" }), "operations[0].title"),
        (json!({ "cardId": one, "action": "patch", "index": 1 }), "operations[0].index"),
        (json!({ "cardId": one, "action": "move", "index": 1 }), "operations[0].columnId"),
        (
            json!({ "cardId": one, "action": "move", "columnId": watched.board.columns[1] }),
            "operations[0].index",
        ),
        (json!({ "cardId": one, "action": "explode" }), "operations[0].action"),
        (json!({ "cardId": one, "action": "delete", "revision": null }), "operations[0].revision"),
    ];
    for (operation, expected) in cases {
        let problem = watched.refused(400, json!([operation])).await;
        assert_eq!(field(&problem), expected, "{problem}");
    }
    let problem = watched.refused(400, json!("nothing")).await;
    assert_eq!(field(&problem), "operations");
}

#[tokio::test]
async fn five_hundred_operations_fit_and_one_more_does_not() {
    let mut watched = Watched::start().await;
    let [one] = watched.cards().await;
    let rename =
        |number: usize| json!({ "cardId": one, "action": "patch", "title": format!("name {number}") });
    let many = |count: usize| Value::from((0..count).map(rename).collect::<Vec<_>>());
    let problem = watched.refused(422, many(501)).await;
    assert_eq!(field(&problem), "operations");
    let answer = watched.bulk(many(500)).await.ok();
    let patch = watched.patch_of(&answer).await;
    assert_eq!(patch["ops"].as_array().unwrap().len(), 1, "each card is sent once");
    assert_eq!(watched.lane(0)[0], "name 499");
}

#[tokio::test]
async fn a_bulk_that_changes_nothing_has_no_revision_and_no_message() {
    let mut watched = Watched::start().await;
    let [one] = watched.cards().await;
    let before = watched.app.board_state(&watched.board.id).await;
    let same = json!([{ "cardId": one, "action": "patch", "title": "card 1" }]);
    for operations in [json!([]), same] {
        watched.bulk(operations).await.ok();
    }
    assert_eq!(watched.app.board_state(&watched.board.id).await, before);
    watched.card(json!({ "title": "marker" })).await;
}

#[tokio::test]
async fn a_bulk_may_name_the_boards_meta_revision_and_knows_one_method() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let card = app.create_card(&board.id, "One").await.text("id");
    let http = Http::of(&app);
    let path = format!("/boards/{}/cards/bulk", board.id);
    let body = json!({ "operations": [{ "cardId": card, "action": "delete" }] });
    let stale = http.api(Method::POST, &path).header("if-match", "\"99\"").json(&body);
    Reply::to(stale).await.refused(412);
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        Reply::to(http.api(method, &path)).await.refused(405);
    }
    let nowhere = http.api(Method::POST, "/boards/nowhere/cards/bulk").json(&body);
    Reply::to(nowhere).await.refused(404);
    assert_eq!(app.board_state(&board.id).await.cards.len(), 1);
}

#[tokio::test]
async fn a_card_that_an_agent_works_on_is_not_deleted_and_nothing_else_is() {
    let app = TestApp::start().await;
    let workshop = Workshop::open(&app, app.folder()).await;
    let (busy, idle) = (workshop.card("Busy", "ask").await, workshop.card("Idle", "ask").await);
    let attempt = workshop.start(&busy).await;
    workshop.becomes(&attempt, "waiting").await;
    let delete = |card: &str| json!({ "cardId": card, "action": "delete" });
    let body = json!({ "operations": [delete(&idle), delete(&busy)] });
    let answer = app.post(&format!("/boards/{}/cards/bulk", workshop.board.id), body).await;
    assert_eq!((answer.status, field(&answer.json)), (409, "operations[1]"), "{}", answer.json);
    assert!(answer.json["detail"].as_str().unwrap().contains("\"Busy\""), "{}", answer.json);
    assert_eq!(app.board_state(&workshop.board.id).await.cards.len(), 2);
    workshop.stop(&attempt).await;
}

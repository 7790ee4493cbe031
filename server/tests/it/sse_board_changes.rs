//! Each kind of change of a board, on the stream: the one patch it brings, step by step, and where that leads.

use serde_json::{Value, json};
use shared::fold::{BoardFold, Outcome};

use crate::{
    app::TestApp,
    client::{Answer, TestBoard},
    sse_reader::SseReader,
};

/// A board with a reader who folds what the stream brings.
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

    /// An address on the board.
    fn path(&self, rest: &str) -> String {
        format!("/boards/{}{rest}", self.board.id)
    }

    /// The patch that a change brought: it is the next frame, at the position that the answer names, and the reader then
    /// has what the server has.
    async fn patch_of(&mut self, answer: Answer) -> Value {
        let at = answer.ok().position();
        let frame = self.stream.next().await;
        assert_eq!((frame.event.as_str(), frame.position()), ("board_patch", at));
        let outcome = frame.fold_into(&mut self.fold);
        assert!(!matches!(outcome, Outcome::NeedsSnapshot(_)), "{outcome:?} at {frame:?}");
        assert_eq!(self.fold.state, Some(self.app.board_state(&self.board.id).await), "{frame:?}");
        frame.json()
    }

    /// The steps of the patch of a change that leaves name, settings and column order alone.
    async fn steps_of(&mut self, answer: Answer) -> Value {
        let patch = self.patch_of(answer).await;
        assert_eq!(patch.get("metaRevision"), None, "{patch}");
        patch["ops"].clone()
    }

    /// Adds a card, and passes its patch over.
    async fn card(&mut self, body: Value) -> String {
        let answer = self.app.post(&self.path("/cards"), body).await;
        self.patch_of(answer.clone()).await;
        answer.text("id")
    }

    async fn move_to(&mut self, card: &str, column: usize) -> Answer {
        let body = json!({ "columnId": self.board.columns[column], "index": 0 });
        self.app.post(&self.path(&format!("/cards/{card}/move")), body).await
    }

    /// A card as `GET` of the board has it.
    async fn shown(&self, card: &str) -> Value {
        self.app.get(&self.path("")).await.json["cards"][card].clone()
    }

    /// The step that writes a card as it is now.
    async fn upsert(&self, card: &str) -> Value {
        json!({ "op": "upsertCard", "card": self.shown(card).await })
    }

    /// The step that puts a card into one of the first four columns.
    fn placed(&self, card: &str, column: usize, index: usize) -> Value {
        json!({ "op": "moveCard", "cardId": card, "columnId": self.board.columns[column], "index": index })
    }
}

/// The step that writes a column that was answered.
fn upsert_column(answer: &Answer) -> Value {
    let mut column = answer.json.clone();
    column.as_object_mut().unwrap().remove("cardIds").expect("an answer has the cards");
    json!({ "op": "upsertColumn", "column": column })
}

#[tokio::test]
async fn a_new_card_is_written_and_placed() {
    let mut watched = Watched::start().await;
    watched.card(json!({ "title": "first" })).await;
    let body =
        json!({ "title": "second", "description": "x", "type": "bug", "labels": ["a"], "priority": "high" });
    let answer = watched.app.post(&watched.path("/cards"), body).await;
    let card = answer.text("id");
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([watched.upsert(&card).await, watched.placed(&card, 0, 1)]));
}

#[tokio::test]
async fn an_edited_card_is_written() {
    let mut watched = Watched::start().await;
    let card = watched.card(json!({ "title": "one" })).await;
    let body = json!({ "title": "other", "description": "more", "priority": "low" });
    let answer = watched.app.patch(&watched.path(&format!("/cards/{card}")), body).await;
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([watched.upsert(&card).await]));
    assert_eq!(steps[0]["card"]["revision"], 2);
}

#[tokio::test]
async fn a_moved_card_is_placed_and_written() {
    let mut watched = Watched::start().await;
    let card = watched.card(json!({ "title": "one" })).await;
    let answer = watched.move_to(&card, 2).await;
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([watched.placed(&card, 2, 0), watched.upsert(&card).await]));
}

#[tokio::test]
async fn a_deleted_card_is_removed_and_a_restored_one_written_and_placed() {
    let mut watched = Watched::start().await;
    let card = watched.card(json!({ "title": "upper" })).await;
    watched.card(json!({ "title": "lower" })).await;
    let answer = watched.app.delete(&watched.path(&format!("/cards/{card}"))).await;
    assert_eq!(watched.steps_of(answer).await, json!([{ "op": "removeCard", "cardId": card }]));
    let answer = watched.app.post(&watched.path(&format!("/cards/{card}/restore")), json!({})).await;
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([watched.upsert(&card).await, watched.placed(&card, 0, 0)]));
}

#[tokio::test]
async fn a_new_column_is_written_and_ordered() {
    let mut watched = Watched::start().await;
    let [backlog, progress, review, done] = <[String; 4]>::try_from(watched.board.columns.clone()).unwrap();
    let answer = watched
        .app
        .post(&watched.path("/columns"), json!({ "title": "Ideas", "wipLimit": 4, "index": 1 }))
        .await;
    let ideas = answer.text("id");
    let patch = watched.patch_of(answer.clone()).await;
    let order = json!({ "op": "orderColumns", "columnOrder": [backlog, ideas, progress, review, done] });
    assert_eq!(patch["ops"], json!([upsert_column(&answer), order]));
    assert_eq!(patch["metaRevision"], 2);

    let answer = watched.app.post(&watched.path("/columns"), json!({ "title": "At the end" })).await;
    let patch = watched.patch_of(answer.clone()).await;
    assert_eq!((&patch["ops"], &patch["metaRevision"]), (&json!([upsert_column(&answer)]), &json!(3)));
}

#[tokio::test]
async fn a_renamed_and_a_limited_column_is_written() {
    let mut watched = Watched::start().await;
    let column = watched.path(&format!("/columns/{}", watched.board.columns[1]));
    for (body, revision) in
        [(json!({ "title": "Doing" }), 2), (json!({ "wipLimit": 3 }), 3), (json!({ "wipLimit": null }), 4)]
    {
        let answer = watched.app.patch(&column, body).await;
        let steps = watched.steps_of(answer.clone()).await;
        assert_eq!(steps, json!([upsert_column(&answer)]));
        assert_eq!(steps[0]["column"]["revision"], revision);
    }
}

#[tokio::test]
async fn reordered_columns_are_ordered() {
    let mut watched = Watched::start().await;
    let [backlog, progress, review, done] = <[String; 4]>::try_from(watched.board.columns.clone()).unwrap();
    let answer = watched.app.patch(&watched.path(&format!("/columns/{done}")), json!({ "index": 0 })).await;
    let patch = watched.patch_of(answer).await;
    let order = json!({ "op": "orderColumns", "columnOrder": [done, backlog, progress, review] });
    assert_eq!((&patch["ops"], &patch["metaRevision"]), (&json!([order]), &json!(2)));
}

#[tokio::test]
async fn a_deleted_columns_cards_are_placed_elsewhere_before_it_is_removed() {
    let mut watched = Watched::start().await;
    let answer = watched.app.post(&watched.path("/columns"), json!({ "title": "Spare" })).await;
    let spare = answer.text("id");
    watched.patch_of(answer).await;
    let card = watched.card(json!({ "title": "one", "columnId": spare })).await;
    let target = watched.board.columns[2].clone();
    let answer = watched.app.delete(&watched.path(&format!("/columns/{spare}?moveTo={target}"))).await;
    let patch = watched.patch_of(answer).await;
    let removed = json!({ "op": "removeColumn", "columnId": spare });
    assert_eq!(patch["ops"], json!([watched.placed(&card, 2, 0), removed, watched.upsert(&card).await]));
    assert_eq!(patch["metaRevision"], 3);
}

#[tokio::test]
async fn a_renamed_board_is_named() {
    let mut watched = Watched::start().await;
    let answer = watched.app.patch(&watched.path(""), json!({ "name": "Shop" })).await;
    let patch = watched.patch_of(answer).await;
    assert_eq!(patch["ops"], json!([{ "op": "setName", "name": "Shop" }]));
    assert_eq!(patch["metaRevision"], 2);
}

#[tokio::test]
async fn what_blocks_a_card_changes_on_the_board_with_the_card_that_blocks() {
    let mut watched = Watched::start().await;
    let blocker = watched.card(json!({ "title": "first" })).await;
    let blocked = watched.card(json!({ "title": "then" })).await;
    let body = json!({ "dependsOn": [blocker] });
    let answer = watched.app.patch(&watched.path(&format!("/cards/{blocked}")), body).await;
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([watched.upsert(&blocked).await]));
    assert_eq!(
        (&steps[0]["card"]["blockedBy"], &steps[0]["card"]["revision"]),
        (&json!([blocker]), &json!(2))
    );

    // Done, and not done again.
    for (column, blockers) in [(3, json!([])), (0, json!([blocker]))] {
        let answer = watched.move_to(&blocker, column).await;
        let steps = watched.steps_of(answer).await;
        assert_eq!(steps[0], watched.placed(&blocker, column, 0));
        let mut written = steps.as_array().unwrap()[1..].to_vec();
        written.sort_by_key(|step| step["card"]["title"].to_string());
        assert_eq!(written, [watched.upsert(&blocker).await, watched.upsert(&blocked).await]);
        assert_eq!(written[1]["card"]["blockedBy"], blockers);
        assert_eq!(written[1]["card"]["revision"], 2, "nobody changed the card itself");
    }

    let answer = watched.app.delete(&watched.path(&format!("/cards/{blocker}"))).await;
    let steps = watched.steps_of(answer).await;
    assert_eq!(steps, json!([{ "op": "removeCard", "cardId": blocker }, watched.upsert(&blocked).await]));
    assert_eq!(steps[1]["card"]["blockedBy"], json!([]));
    let answer = watched.app.post(&watched.path(&format!("/cards/{blocker}/restore")), json!({})).await;
    let steps = watched.steps_of(answer).await;
    let written = watched.upsert(&blocker).await;
    assert_eq!(steps, json!([written, watched.placed(&blocker, 0, 0), watched.upsert(&blocked).await]));
    assert_eq!(steps[2]["card"]["blockedBy"], json!([blocker]));
}

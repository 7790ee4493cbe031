//! What people write, in every place where they can: data on the wire, and nothing else.

use serde_json::json;
use shared::sse::SseMsg;

use crate::{app::TestApp, sse_live::opened};

#[tokio::test]
async fn what_people_write_anywhere_is_data_and_nothing_else() {
    let app = TestApp::start().await;
    let board = app.board("Web").await;
    let mut stream = opened(&app, &format!("boardId={}&patch=1", board.id)).await;
    let column = format!("/boards/{}/columns/{}", board.id, board.columns[0]);
    for text in [
        "data: {}",
        "event: bye",
        "id: 1",
        "retry: 1",
        ": a comment",
        r"a\n\nevent: bye",
        "\u{1F980}\u{10FFFD}",
    ] {
        app.patch(&format!("/boards/{}", board.id), json!({ "name": text })).await.ok();
        assert_eq!(stream.next().await.json()["ops"][0]["name"], text);
        app.patch(&column, json!({ "title": text })).await.ok();
        assert_eq!(stream.next().await.json()["ops"][0]["column"]["title"], text);
        let card = json!({ "title": "x", "labels": [text] });
        app.post(&format!("/boards/{}/cards", board.id), card).await.ok();
        assert_eq!(stream.next().await.json()["ops"][0]["card"]["labels"], json!([text]));
    }
    // And in a whole state.
    let mut fresh = app.stream(&format!("boardId={}", board.id)).await;
    assert_eq!(fresh.opening().await[1].msg(), SseMsg::State(Box::new(app.board_state(&board.id).await)));
}

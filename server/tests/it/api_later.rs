//! Routes of capabilities that are not there yet: they do not exist.

use reqwest::Method;
use serde_json::json;

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

/// What there will be.
const ROUTES: [(&str, &[&str]); 15] = [
    ("/agents/profiles", &["GET", "POST"]),
    ("/agents/profiles/profile", &["PATCH", "DELETE"]),
    ("/attempts/attempt/git/status", &["GET"]),
    ("/attempts/attempt/git/diff", &["GET"]),
    ("/attempts/attempt/git/diff?path=a", &["GET"]),
    ("/attempts/attempt/git/commit", &["POST"]),
    ("/attempts/attempt/git/push", &["POST"]),
    ("/attempts/attempt/git/rebase", &["POST"]),
    ("/attempts/attempt/land", &["POST"]),
    ("/attempts/attempt/pull-request", &["POST"]),
    ("/attempts/attempt/workspace/delete", &["POST"]),
    ("/tokens", &["GET", "POST"]),
    ("/metrics", &["GET"]),
    ("/openapi.json", &["GET"]),
    ("/docs", &["GET"]),
];

#[tokio::test]
async fn a_route_of_a_later_capability_does_not_exist_yet() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("Web").await.id;
    app.create_card(&board, "stays as it is").await;
    let before = app.board_state(&board).await;
    for (path, methods) in ROUTES {
        for method in methods {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let reply = Reply::to(http.api(method.clone(), path).json(&json!({"operations": []}))).await;
            assert_eq!(reply.status, 404, "{method} {path}: {reply:?}");
            let problem = reply.refused(404);
            assert!(!problem.hints.is_empty(), "{method} {path}: {problem:?}");
            assert_eq!(reply.header("allow"), None, "{method} {path}");
        }
    }
    for path in ["/api/openapi.json", "/api/docs"] {
        Reply::to(http.request(Method::GET, path).bearer_auth(&app.token)).await.refused(404);
    }
    assert_eq!(app.board_state(&board).await, before);
}

//! What every request must pass, whatever it proves: `Host`, `Origin`, `Sec-Fetch-Site`.

use reqwest::Method;
use serde_json::json;

use crate::{
    app::TestApp,
    http::{Http, Reply},
};
use server::auth::checks::AllowedHosts;

/// The paths of everything that is served, signed in or not.
const PATHS: [&str; 6] = ["/", "/sign-in", "/healthz", "/client/app.js", "/api/v1/boards", "/api/v1/sse"];

#[tokio::test]
async fn a_foreign_host_is_refused_everywhere_even_with_the_owner_token() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for path in PATHS {
        let request = http.request(Method::GET, path).bearer_auth(&app.token).header("host", "evil.example");
        let problem = Reply::to(request).await.refused(403);
        assert!(problem.hints[0].contains("--allow-host evil.example"), "{problem:?}");
    }
}

#[tokio::test]
async fn localhost_addresses_and_allowed_names_are_answered_whatever_the_port() {
    let board = "board.example.org".parse().unwrap();
    let app = TestApp::with(|config| config.allowed_hosts = AllowedHosts::new([board])).await;
    let http = Http::of(&app);
    for host in ["localhost", "localhost:1", "192.168.7.7:4747", "[::1]:4747", "Board.Example.org"] {
        let request = http.api(Method::GET, "/boards").header("host", host);
        assert_eq!(Reply::to(request).await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn a_request_without_one_clear_host_is_malformed() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let requests = [
        "GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n",
        "GET /healthz HTTP/1.0\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nhost: user@localhost\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    ];
    for request in requests {
        let answer = http.raw(request.as_bytes()).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 ") || answer.starts_with("HTTP/1.0 400 "),
            "{request:?}: {answer}"
        );
        assert!(answer.contains("application/problem+json"), "{answer}");
    }
}

#[tokio::test]
async fn a_cross_site_post_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let http = Http::of(&app);
    let cards = format!("/boards/{}/cards", board.id);
    let foreign = [
        ("origin", "http://evil.example"),
        ("origin", "null"),
        ("origin", "http://127.0.0.1:1"),
        ("sec-fetch-site", "cross-site"),
    ];
    for (header, value) in foreign {
        let request = http.api(Method::POST, &cards).json(&json!({"title": "a"})).header(header, value);
        let problem = Reply::to(request).await.refused(403);
        assert!(!problem.hints.is_empty());
    }
    assert!(app.board_state(&board.id).await.cards.is_empty());
}

#[tokio::test]
async fn our_own_pages_and_scripts_may_post() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let http = Http::of(&app);
    let cards = format!("/boards/{}/cards", board.id);
    let own = format!("http://{}", app.address);
    for (header, value) in [("origin", own.as_str()), ("sec-fetch-site", "same-origin"), ("accept", "*/*")] {
        let request = http.api(Method::POST, &cards).json(&json!({"title": "a"})).header(header, value);
        assert_eq!(Reply::to(request).await.status, 201, "{header}: {value}");
    }
}

#[tokio::test]
async fn a_link_from_another_site_leads_to_a_page_but_no_frame_image_or_answer_does() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let cross = async |method: Method, path: &str, mode: &str, dest: &str| {
        let request = http.request(method, path).bearer_auth(&app.token);
        let request = request.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", mode);
        Reply::to(request.header("sec-fetch-dest", dest)).await.status
    };
    assert_eq!(cross(Method::GET, "/", "navigate", "document").await, 200);
    assert_eq!(cross(Method::GET, "/", "navigate", "iframe").await, 403);
    assert_eq!(cross(Method::GET, "/", "no-cors", "image").await, 403);
    assert_eq!(cross(Method::GET, "/api/v1/boards", "navigate", "document").await, 403);
    assert_eq!(cross(Method::POST, "/sign-in", "navigate", "document").await, 403);
}

#[tokio::test]
async fn no_answer_lets_another_site_read_frame_or_keep_it() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for path in PATHS {
        let request = http.request(Method::GET, path).bearer_auth(&app.token);
        let response = request.send().await.unwrap();
        let headers = response.headers();
        assert!(!headers.contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(headers["cache-control"].to_str().unwrap().starts_with("no-store"), "{path}");
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
    }
}

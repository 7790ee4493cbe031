//! The rendered pages, as a browser without a script gets them.

use reqwest::Method;
use serde_json::json;

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

/// A page, for who is signed in.
async fn page(app: &TestApp, path: &str) -> Reply {
    Reply::to(Http::of(app).request(Method::GET, path).bearer_auth(&app.token)).await
}

/// The nonce that a page's policy lets run.
#[track_caller]
fn nonce(reply: &Reply) -> String {
    let policy = reply.header("content-security-policy").expect("a policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("a nonce in {policy}"));
    rest.split('\'').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_page_shows_what_the_api_answers() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    let card = app.create_card(&board.id, "Resume streams").await.text("id");
    let path = app.get("/boards").await.json[0]["repositoryPath"].as_str().unwrap().to_owned();
    for (address, texts) in [
        ("/".to_owned(), [">lodestar</a>", "<dt>Cards</dt><dd>1</dd>"]),
        ("/projects".to_owned(), [">lodestar</a>", &path]),
        (format!("/boards/{}", board.id), ["In Progress", "Resume streams"]),
        (format!("/boards/{}/cards/{card}", board.id), ["lodestar", "Resume streams"]),
    ] {
        let reply = page(&app, &address).await;
        assert_eq!(reply.status, 200, "{address}");
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
        for text in texts {
            assert!(without_comments(&reply.body).contains(text), "{text} at {address} in {}", reply.body);
        }
    }
}

#[tokio::test]
async fn a_page_embeds_the_position_that_its_data_is_of() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    app.create_card(&board.id, "First").await;
    for address in ["/".to_owned(), "/projects".to_owned(), format!("/boards/{}", board.id)] {
        let position = app.get("/boards").await.position().to_string();
        let reply = page(&app, &address).await;
        let scripts: Vec<_> = reply.body.split("<script").skip(1).collect();
        assert!(scripts.iter().any(|script| script.contains(&position)), "{position} in {scripts:?}");
    }
}

#[tokio::test]
async fn without_a_project_inbox_and_projects_are_the_first_run() {
    let app = TestApp::start().await;
    for address in ["/", "/projects"] {
        let reply = page(&app, address).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains("<h2>Put a repository on the board</h2>"), "{}", reply.body);
    }
}

#[tokio::test]
async fn what_is_not_there_answers_404_with_a_page_that_leads_on() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    let (id, long) = (&board.id, "x".repeat(65));
    for address in [
        "/nowhere".to_owned(),
        "/projects/more".to_owned(),
        "/boards".to_owned(),
        "/boards/unknown".to_owned(),
        format!("/boards/{long}"),
        "/boards/%00".to_owned(),
        "/boards/%FF".to_owned(),
        format!("/boards/{id}/cards/unknown"),
        format!("/boards/{id}/cards/%00"),
        format!("/boards/{id}/cards"),
        format!("/boards/{id}/cards/unknown/more"),
    ] {
        let reply = page(&app, &address).await;
        assert_eq!(reply.status, 404, "{address}");
        assert!(reply.body.contains("href=\"/projects\""), "{address}: {}", reply.body);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn a_page_is_read_and_nothing_else() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let reply = Reply::to(http.request(method.clone(), "/projects").bearer_auth(&app.token)).await;
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.header("allow"), Some("GET,HEAD"));
    }
    let head = Reply::to(http.request(Method::HEAD, "/projects").bearer_auth(&app.token)).await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
}

#[tokio::test]
async fn a_page_is_kept_by_nobody() {
    let app = TestApp::start().await;
    let reply = page(&app, "/").await;
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_page_runs_only_the_scripts_that_the_server_has_sent() {
    let app = TestApp::start().await;
    app.board("lodestar").await;
    for address in ["/", "/projects", "/nowhere"] {
        let reply = page(&app, address).await;
        let nonce = nonce(&reply);
        let policy = reply.header("content-security-policy").unwrap();
        for part in [
            "default-src 'self'",
            &format!("script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
            &format!("style-src 'self' 'nonce-{nonce}'"),
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.split("; ").any(|it| it == part), "{part} in {policy}");
        }
        let marked = format!("nonce=\"{nonce}\"");
        for script in reply.body.split("<script").skip(1) {
            assert!(script.split('>').next().unwrap().contains(&marked), "{script}");
        }
        assert!(!reply.body.contains(" style=\""), "{}", reply.body);
    }
    assert_ne!(nonce(&page(&app, "/").await), nonce(&page(&app, "/").await), "a nonce is for once");
}

#[tokio::test]
async fn names_and_titles_are_never_markup() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    let script = "</script></title><script>alert(1)</script><!--\"'&";
    app.patch(&format!("/boards/{}", board.id), json!({ "name": script })).await.ok();
    let card = json!({ "title": script, "description": script, "labels": [script] });
    let card = app.post(&format!("/boards/{}/cards", board.id), card).await.ok().text("id");
    let at_board = format!("/boards/{}", board.id);
    for address in ["/", "/projects", &at_board, &format!("{at_board}/cards/{card}")] {
        let reply = page(&app, address).await;
        assert_eq!(reply.status, 200);
        assert!(!reply.body.contains("<script>"), "{address}: {}", reply.body);
        assert!(reply.body.contains("&lt;script&gt;alert(1)"), "{address}: {}", reply.body);
    }
}

#[tokio::test]
async fn a_chosen_theme_is_in_the_document_from_the_start() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for (cookie, root) in [
        ("mainstay_theme=dark", "<html lang=\"en\" data-theme=\"dark\">"),
        ("other=1; mainstay_theme=light", "<html lang=\"en\" data-theme=\"light\">"),
        ("mainstay_theme=\"><script>", "<html lang=\"en\">"),
        ("", "<html lang=\"en\">"),
    ] {
        let request = http.request(Method::GET, "/").bearer_auth(&app.token).header("cookie", cookie);
        let reply = Reply::to(request).await;
        assert!(reply.body.contains(root), "{root} in {}", reply.body);
        let sign_in = Reply::to(http.request(Method::GET, "/sign-in").header("cookie", cookie)).await;
        assert!(sign_in.body.contains(root), "{root} in {}", sign_in.body);
    }
}

#[tokio::test]
async fn a_board_comes_with_its_strips_as_they_were_left() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    let columns = app.get(&format!("/boards/{}", board.id)).await.json["columnOrder"].clone();
    let strips = |cookie: String| {
        let request = Http::of(&app).request(Method::GET, &format!("/boards/{}", board.id));
        let request = request.bearer_auth(&app.token).header("cookie", cookie);
        async move { Reply::to(request).await.body.matches("is-strip").count() }
    };
    assert_eq!(strips(String::new()).await, 0);
    let two = format!("{}!{}", columns[0].as_str().unwrap(), columns[2].as_str().unwrap());
    assert_eq!(strips(format!("other=1; mainstay_strips=elsewhere!{two}")).await, 2);
}

#[tokio::test]
async fn a_board_that_is_filtered_comes_with_what_descriptions_hold() {
    let app = TestApp::start().await;
    let board = app.board("lodestar").await;
    app.post(
        &format!("/boards/{}/cards", board.id),
        json!({"title": "Hull", "description": "A coat of tar."}),
    )
    .await;
    app.create_card(&board.id, "Sail").await;
    for (query, shown) in [("tar", 1), ("%22coat+of%22", 1), ("feathers", 0), ("", 2), (&"x".repeat(600), 0)]
    {
        let reply = page(&app, &format!("/boards/{}?q={query}", board.id)).await;
        assert_eq!((reply.status, reply.body.matches("data-card=").count()), (200, shown), "{query}");
    }
}

#[tokio::test]
async fn a_chosen_density_and_width_are_in_the_document_from_the_start() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let with_cookie = async |cookie: &str| {
        Reply::to(http.request(Method::GET, "/").bearer_auth(&app.token).header("cookie", cookie)).await
    };
    let chosen = with_cookie("mainstay_density=comfortable; mainstay_inspector=500").await;
    assert!(chosen.body.contains("<html lang=\"en\" data-density=\"comfortable\">"), "{}", chosen.body);
    let style = format!("<style nonce=\"{}\">:root{{--inspector-chosen:500px}}</style>", nonce(&chosen));
    assert!(without_comments(&chosen.body).contains(&style), "{style} in {}", chosen.body);
    let nothing = with_cookie("mainstay_density=\"><script>; mainstay_inspector=5}*{color:red").await;
    assert!(
        nothing.body.contains("<html lang=\"en\">") && !nothing.body.contains("<style"),
        "{}",
        nothing.body
    );
}

#[tokio::test]
async fn the_sign_in_page_may_run_nothing() {
    let app = TestApp::start().await;
    let reply = Http::of(&app).get("/sign-in").await;
    let policy = reply.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("script-src"), "{policy}");
    assert!(reply.body.contains("<title>Sign in · Mainstay</title>"), "{}", reply.body);
    assert!(reply.body.contains("mainstay link"), "{}", reply.body);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

/// The text without the comments that hydration goes by.
fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, rest)| rest))
}

//! Signing in and out: owner token, sign-in link, typed token, sessions.

use std::time::Duration;

use reqwest::{Client, Method, redirect::Policy};
use serde_json::json;
use server::clock::Clock;
use shared::time::Timestamp;

use crate::{
    app::{TestApp, eventually},
    http::{Http, Reply},
    process::Process,
};

/// The cookie that an answer sets, as a request sends it back.
#[track_caller]
fn cookie(reply: &Reply) -> String {
    reply.header("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned()
}

/// Follows the sign-in link; gives the session's cookie.
async fn sign_in(app: &TestApp, http: &Http) -> String {
    let code = app.state.auth.code().reveal();
    cookie(&http.get(&format!("/sign-in?code={code}")).await)
}

#[tokio::test]
async fn without_sign_in_the_api_refuses_and_pages_lead_to_the_sign_in_page() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for path in ["/api/v1/boards", "/api/v1/sse", "/api/v1/nothing", "/api/v1/session"] {
        let reply = http.get(path).await;
        let problem = reply.refused(401);
        assert!(problem.hints[0].contains("mainstay link"), "{problem:?}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Bearer"));
        assert_eq!(reply.header("mainstay-event-id"), None, "strangers learn nothing of what goes on");
    }
    let reply = http.get("/boards/1?all=1").await;
    assert_eq!(
        (reply.status, reply.header("location")),
        (303, Some("/sign-in?next=%2Fboards%2F1%3Fall%3D1"))
    );
    let reply = http.get("/").await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/sign-in")));
    Reply::to(http.request(Method::POST, "/boards/1")).await.refused(401);
    for path in ["/healthz", "/readyz", "/sign-in"] {
        assert_eq!(http.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_whatever_its_form() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let nearly = format!("Bearer {}x", app.token);
    for wrong in ["Bearer wrong", "Bearer ", "Bearer", "", "Basic dXNlcjp0b2tlbg==", &nearly, &app.token] {
        let request = http.request(Method::GET, "/api/v1/boards").header("authorization", wrong);
        Reply::to(request).await.refused(401);
    }
    let any_case =
        http.request(Method::GET, "/api/v1/boards").header("authorization", format!("bearer {}", app.token));
    assert_eq!(Reply::to(any_case).await.status, 200);
}

#[tokio::test]
async fn the_link_signs_a_browser_in_and_leads_to_a_clean_address() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let code = app.state.auth.code().reveal();
    let reply = http.get(&format!("/sign-in?code={code}")).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/")));

    let set = reply.header("set-cookie").unwrap();
    let (name, attributes) = set.split_once('=').unwrap();
    assert!(name.starts_with("mainstay_") && name.len() == "mainstay_".len() + 8, "{name}");
    assert!(attributes.ends_with("; Path=/; Max-Age=34560000; HttpOnly; SameSite=Lax"), "{attributes}");
    assert!(!set.contains(code), "the code is not the session's token");

    let request = http.request(Method::GET, "/api/v1/boards").header("cookie", cookie(&reply));
    assert_eq!(Reply::to(request).await.status, 200);
    let again = http.get(&format!("/sign-in?code={code}&next=%2Fboards%2F1")).await;
    assert_eq!(
        (again.status, again.header("location")),
        (303, Some("/boards/1")),
        "the code works until the end"
    );
}

#[tokio::test]
async fn only_following_the_link_begins_a_session_and_asking_about_it_does_not() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let path = format!("/sign-in?code={}", app.state.auth.code().reveal());
    let asked = Reply::to(http.request(Method::HEAD, &path)).await;
    assert_eq!((asked.status, asked.header("set-cookie")), (200, None));
    assert!(http.get(&path).await.header("set-cookie").is_some());
}

#[tokio::test]
async fn after_sign_in_nobody_is_led_to_another_site() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let code = app.state.auth.code().reveal();
    for next in [
        "//evil.example",
        "/%5Cevil.example",
        "https://evil.example",
        "/%0d%0aset-cookie:a=b",
        "%2F%09%2Fevil",
    ] {
        let reply = http.get(&format!("/sign-in?code={code}&next={next}")).await;
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")), "{next}");
    }
}

#[tokio::test]
async fn a_wrong_code_shows_the_sign_in_page_with_a_sentence() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let reply = http.get("/sign-in?code=wrong").await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.header("set-cookie"), None);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(reply.body.contains("That is not the token or code of this server."), "{}", reply.body);
    assert!(reply.body.contains("<form method=\"post\" action=\"/sign-in\""), "{}", reply.body);
}

#[tokio::test]
async fn the_form_takes_the_owner_token_without_a_script() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let page = http.get("/sign-in?next=%2Fboards%2F1").await;
    assert!(page.body.contains("<input type=\"hidden\" name=\"next\" value=\"/boards/1\">"), "{}", page.body);
    assert!(!page.body.contains("<script"), "{}", page.body);

    let submit = async |form: &[(&str, &str)]| {
        let own = format!("http://{}", app.address);
        Reply::to(http.request(Method::POST, "/sign-in").header("origin", own).form(form)).await
    };
    let reply = submit(&[("token", &format!(" {}\n", app.token)), ("next", "/boards/1")]).await;
    assert_eq!((reply.status, reply.header("location")), (303, Some("/boards/1")));
    let request = http.request(Method::GET, "/api/v1/boards").header("cookie", cookie(&reply));
    assert_eq!(Reply::to(request).await.status, 200);

    for wrong in [&[("token", "wrong")][..], &[("token", "")]] {
        let reply = submit(wrong).await;
        assert_eq!(reply.status, 401);
        assert!(reply.body.contains("role=\"alert\""), "{}", reply.body);
    }
    assert_eq!(submit(&[("nothing", "here")]).await.status, 400);
    let json = http.request(Method::POST, "/sign-in").json(&json!({"token": app.token}));
    assert_eq!(Reply::to(json).await.status, 400);
}

#[tokio::test]
async fn what_a_stranger_sends_is_never_markup_on_the_sign_in_page() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let reply = http.get("/sign-in?next=%2F%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert_eq!(reply.status, 200);
    assert!(!reply.body.contains("<script"), "{}", reply.body);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_its_streams() {
    let app = TestApp::with(|config| config.streams.heartbeat = Duration::from_millis(50)).await;
    let http = Http::of(&app);
    let (mine, other) = (sign_in(&app, &http).await, sign_in(&app, &http).await);
    let stream = async |cookie: &str| {
        let request = crate::sse_reader::Request::get("/api/v1/sse").header("cookie", cookie);
        app.stream_by(&request).await
    };
    let (mut my_stream, mut other_stream) = (stream(&mine).await, stream(&other).await);
    my_stream.opening().await;
    other_stream.opening().await;

    let reply = Reply::to(http.request(Method::DELETE, "/api/v1/session").header("cookie", &mine)).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert!(reply.header("set-cookie").unwrap().contains("=; Path=/; Max-Age=0;"), "{reply:?}");
    assert!(reply.header("mainstay-event-id").is_some());
    let bye = my_stream.next_of("bye").await;
    assert_eq!(bye.json()["reason"], "signedOut");

    Reply::to(http.request(Method::GET, "/api/v1/boards").header("cookie", &mine)).await.refused(401);
    let request = http.request(Method::GET, "/api/v1/boards").header("cookie", &other);
    assert_eq!(Reply::to(request).await.status, 200, "other browsers stay signed in");
    other_stream.next_of("heartbeat").await;
}

#[tokio::test]
async fn who_uses_the_owner_token_has_no_session_to_end() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let reply = Reply::to(http.api(Method::DELETE, "/session")).await;
    assert_eq!((reply.status, reply.header("set-cookie")), (204, None));
    assert_eq!(app.get("/boards").await.status, 200);
}

#[tokio::test]
async fn a_session_survives_a_restart_and_a_sign_in_code_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(folder.path());
    let links = std::fs::read_to_string(folder.path().join("server.json")).unwrap();
    let links: serde_json::Value = serde_json::from_str(&links).unwrap();
    // Each on a connection of its own: a kept one ends with the server.
    let get = |url: &str| Client::builder().no_proxy().redirect(Policy::none()).build().unwrap().get(url);
    let link = links["links"][0].as_str().unwrap();
    let cookie = cookie(&Reply::to(get(link)).await);

    let server = server.kill_and_restart();
    let boards = format!("http://{}/api/v1/boards", server.address);
    assert_eq!(Reply::to(get(&boards).header("cookie", cookie)).await.status, 200);
    assert_eq!(Reply::to(get(link)).await.status, 401);
}

#[tokio::test]
async fn a_session_that_was_not_used_for_a_year_has_ended() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let cookie = sign_in(&app, &http).await;
    let status = async || {
        Reply::to(http.request(Method::GET, "/api/v1/boards").header("cookie", &cookie)).await.status
    };
    let days = |days: i64| Timestamp::from_millis(app.state.clock.now().as_millis() + days * 86_400_000);
    server::upkeep::once(&app.state, days(364)).await.unwrap();
    assert_eq!(status().await, 200);
    server::upkeep::once(&app.state, days(366)).await.unwrap();
    assert_eq!(status().await, 401);
}

#[tokio::test]
async fn a_session_that_is_used_goes_on() {
    let start = Timestamp::from_millis(1_800_000_000_000);
    let days = |days: i64| Timestamp::from_millis(start.as_millis() + days * 86_400_000);
    let clock = Clock::fixed(start);
    let app = TestApp::with(|config| config.clock = clock.clone()).await;
    let http = Http::of(&app);
    let mine = sign_in(&app, &http).await;
    let request = async || {
        let reply = Reply::to(http.request(Method::GET, "/api/v1/boards").header("cookie", &mine)).await;
        (reply.status, reply.headers.contains_key("set-cookie").then(|| cookie(&reply)))
    };
    assert_eq!(request().await, (200, None));
    clock.set(days(300));
    assert_eq!(request().await, (200, Some(mine.clone())), "the browser keeps it on, too");
    eventually("the use is noted", async || request().await == (200, None)).await;
    clock.set(days(600));
    assert_eq!(request().await.0, 200);
    eventually("the use is noted", async || request().await == (200, None)).await;
    clock.set(days(600 + 366));
    assert_eq!(request().await.0, 401);
}

#[tokio::test]
async fn two_servers_on_one_host_do_not_sign_each_other_out() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let (one_http, other_http) = (Http::of(&one), Http::of(&other));
    let cookies = format!("{}; {}", sign_in(&one, &one_http).await, sign_in(&other, &other_http).await);
    for http in [one_http, other_http] {
        let request = http.request(Method::GET, "/api/v1/boards").header("cookie", &cookies);
        assert_eq!(Reply::to(request).await.status, 200);
    }
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let code = app.state.auth.code().reveal();
    let request =
        http.request(Method::GET, &format!("/sign-in?code={code}")).header("x-forwarded-proto", "https");
    assert!(Reply::to(request).await.header("set-cookie").unwrap().ends_with("; Secure"));
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down_and_a_session_is_not() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let cookie = sign_in(&app, &http).await;
    let guess = async || Reply::to(http.request(Method::GET, "/api/v1/boards").bearer_auth("guess")).await;
    let mut refused = 0;
    let limited = loop {
        let reply = guess().await;
        if reply.status == 429 {
            break reply;
        }
        reply.refused(401);
        refused += 1;
        assert!(refused < 1000, "nobody stops the guessing");
    };
    assert!(refused >= 10, "a few wrong tries are nothing special");
    limited.refused(429);
    let wait: u64 = limited.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    let form = http.request(Method::POST, "/sign-in").form(&[("token", "guess")]);
    let page = Reply::to(form).await;
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").is_some() && page.body.contains("role=\"alert\""));

    let request = http.request(Method::GET, "/api/v1/boards").header("cookie", cookie);
    assert_eq!(Reply::to(request).await.status, 200);
}

#[tokio::test]
async fn the_owner_token_in_the_data_folder_opens_the_api() {
    let app = TestApp::with(|config| config.owner_token = None).await;
    let token = std::fs::read_to_string(app.folder().join("data/owner-token")).unwrap();
    let http = Http::of(&app);
    let request = http.request(Method::GET, "/api/v1/boards").bearer_auth(token.trim());
    assert_eq!(Reply::to(request).await.status, 200);
    Reply::to(http.api(Method::GET, "/boards")).await.refused(401);
}

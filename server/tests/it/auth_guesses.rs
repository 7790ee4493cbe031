//! What wrong guesses do, and to whom: pages of other sites can make a browser send some, too.

use reqwest::{Method, RequestBuilder};

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

/// More wrong tries than anybody has free.
const MANY: usize = 60;

/// A link to the sign-in page, as a page of another site makes a browser follow it.
fn led_there(http: &Http, code: &str) -> RequestBuilder {
    http.request(Method::GET, &format!("/sign-in?code={code}"))
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document")
}

#[tokio::test]
async fn a_page_of_another_site_can_lock_nobody_out() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    for _ in 0..MANY {
        assert_eq!(Reply::to(led_there(&http, "guess")).await.status, 401);
    }
    assert_eq!(app.get("/boards").await.status, 200, "a script with the owner token");
    assert_eq!(Reply::to(led_there(&http, app.state.auth.code().reveal())).await.status, 303, "the link");
    let form = http.request(Method::POST, "/sign-in").form(&[("token", app.token.as_str())]);
    assert_eq!(Reply::to(form).await.status, 303, "the form");
}

#[tokio::test]
async fn whoever_guesses_the_owner_token_does_not_shut_the_sign_in_link() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let submit = async |token: &str| {
        Reply::to(http.request(Method::POST, "/sign-in").form(&[("token", token)])).await.status
    };
    for _ in 0..MANY {
        submit("guess").await;
    }
    assert_eq!(submit("guess").await, 429);
    let code = app.state.auth.code().reveal();
    assert_eq!(http.get(&format!("/sign-in?code={code}")).await.status, 303);
    assert_eq!(submit(code).await, 303, "the code may be typed, too");
}

//! What a browser needs before anybody is signed in, and what it gets only after.

use server::assets::Assets;

use crate::{app::TestApp, http::Http};

#[tokio::test]
async fn the_clients_files_need_no_sign_in_and_pages_do() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    // None, if the server was built without the client.
    let assets = Assets::load();
    let files = assets.files();
    let scripts = files.script.iter().chain(&files.loader);
    let modules = files.wasm.iter().chain(&files.chunks);
    for file in files.styles.iter().chain(scripts).chain(modules).chain(&files.icon) {
        let reply = http.get(file).await;
        assert_eq!((reply.status, reply.header("location")), (200, None), "{file}");
    }
    let missing = http.get("/client/no-such-file.js").await;
    assert_eq!((missing.status, missing.header("location")), (404, None), "sign-in would not help");

    for page in ["/", "/projects", "/boards/a", "/boards/a/cards/b", "/client", "/no-such-page"] {
        let reply = http.get(page).await;
        let leads_to = reply.header("location").unwrap_or_default();
        assert!(reply.status == 303 && leads_to.starts_with("/sign-in"), "{page}: {reply:?}");
    }
}

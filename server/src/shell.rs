//! The HTML documents around what is shown: a page with the client that brings it to life, and signing in without one.

use std::iter;

use app::{
    App,
    card::inspector::width::{PROPERTY, Width},
    chunk::ChunkName,
    density::Density,
    shell::ClientFiles,
    sign_in::SignInForm,
    theme::Theme,
    ui::icon::Sprite,
};
use axum::http::{HeaderMap, header, request::Parts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The document of a page: the client's files linked, and the page for the current address in its body.
pub fn document(files: &ClientFiles) -> impl IntoView + use<> {
    let request = use_context::<Parts>();
    let theme = request.as_ref().map(|parts| theme_of(&parts.headers)).unwrap_or_default();
    let density = request.as_ref().map(|parts| density_of(&parts.headers)).unwrap_or_default();
    let width = request.as_ref().and_then(|parts| width_of(&parts.headers));
    let chunk = request.and_then(|parts| ChunkName::of_page(parts.uri.path()));
    let unbuilt = files.script.is_none().then(|| {
        view! {
            <p class="note is-ask" role="alert">
                "This server was built without the client, so pages can be read but not worked with. "
                "Run " <code>"make client"</code> ", then build the server again."
            </p>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.attribute() data-density=density.attribute()>
            <head>
                {common_head(files)}
                {width.map(chosen_width)}
                {start(files, chunk)}
                <MetaTags/>
            </head>
            <body>
                // First: the browser takes the app's elements from the body's beginning.
                <App/>
                <Sprite/>
                {unbuilt}
            </body>
        </html>
    }
}

/// The document to sign in with. It has no script: nothing in it needs one.
pub fn sign_in_document(files: &ClientFiles, theme: Theme, next: &str, refusal: Option<String>) -> String {
    let next = next.to_owned();
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en" data-theme=theme.attribute()>
                <head>
                    {common_head(files)}
                    <title>"Sign in · Mainstay"</title>
                </head>
                <body>
                    <Sprite/>
                    <SignInForm next refusal/>
                </body>
            </html>
        }
        .to_html()
    })
}

/// The theme that somebody has chosen.
pub fn theme_of(headers: &HeaderMap) -> Theme {
    cookies(headers).map(Theme::from_cookies).find(|theme| *theme != Theme::System).unwrap_or_default()
}

/// The density that somebody has chosen.
fn density_of(headers: &HeaderMap) -> Density {
    cookies(headers).map(Density::from_cookies).find(|it| *it != Density::default()).unwrap_or_default()
}

/// The width of the inspector that somebody has chosen.
fn width_of(headers: &HeaderMap) -> Option<Width> {
    cookies(headers).find_map(Width::from_cookies)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok())
}

/// The chosen width as a style of this document's own, so that nothing moves once the client starts.
fn chosen_width(width: Width) -> impl IntoView {
    let rule = format!(":root{{{PROPERTY}:{}}}", Width::property(Some(width)));
    view! { <style nonce=use_nonce()>{rule}</style> }
}

/// What every document says about itself.
fn common_head(files: &ClientFiles) -> impl IntoView + use<> {
    let styles =
        files.styles.iter().map(|href| view! { <link rel="stylesheet" href=href.clone()/> }).collect_view();
    let icon = files.icon.clone().map(|href| view! { <link rel="icon" type="image/svg+xml" href=href/> });
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        {icon}
        {styles}
    }
}

/// What starts the client, if there is one, and what that will ask for first.
fn start(files: &ClientFiles, chunk: Option<ChunkName>) -> Option<impl IntoView + use<>> {
    let (Some(script), Some(wasm)) = (files.script.clone(), files.wasm.clone()) else { return None };
    let text = format!("import init from \"{script}\";init({{module_or_path:\"{wasm}\"}});");
    let loader = files.loader.clone().map(|href| view! { <link rel="modulepreload" href=href/> });
    let chunk = chunk.into_iter().flat_map(|chunk| files.of_chunk(chunk)).cloned();
    let modules = iter::once(wasm).chain(chunk).map(|href| {
        view! { <link rel="preload" r#as="fetch" r#type="application/wasm" crossorigin="" href=href/> }
    });
    Some(view! {
        <link rel="modulepreload" href=script/>
        {loader}
        {modules.collect_view()}
        <script type="module" nonce=use_nonce()>{text}</script>
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};

    use super::*;

    /// The document of an address that names no page, for a client of these files.
    async fn document_of(files: ClientFiles) -> String {
        document_at("/nowhere", files).await
    }

    /// The document of an address, for a client of these files.
    async fn document_at(address: &str, files: ClientFiles) -> String {
        answered(Request::get(address).body(Body::empty()).unwrap(), files).await
    }

    /// The document that answers a request, for a client of these files.
    async fn answered(request: Request<Body>, files: ClientFiles) -> String {
        _ = any_spawner::Executor::init_tokio();
        let render = leptos_axum::render_app_async(move || document(&files));
        let bytes = axum::body::to_bytes(render(request).await.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_document_starts_the_client() {
        let html = document_of(ClientFiles {
            script: Some("/client/app-1.js".to_owned()),
            wasm: Some("/client/app-1_bg.wasm".to_owned()),
            icon: Some("/client/favicon-1.svg".to_owned()),
            styles: vec!["/client/tokens-1.css".to_owned(), "/client/base-1.css".to_owned()],
            ..ClientFiles::default()
        })
        .await;
        assert!(html.contains("import init from \"/client/app-1.js\";"), "{html}");
        assert!(
            html.contains("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/client/favicon-1.svg\">"),
            "{html}"
        );
        assert!(html.find("tokens-1.css") < html.find("base-1.css"), "{html}");
        assert!(!html.contains("make client"), "{html}");
    }

    #[tokio::test]
    async fn a_document_asks_ahead_for_the_chunks_of_its_page_alone() {
        let files = ClientFiles {
            script: Some("/client/app-1.js".to_owned()),
            wasm: Some("/client/app-1_bg.wasm".to_owned()),
            loader: Some("/client/chunks-1.js".to_owned()),
            chunks: ["inbox", "inspector", "inbox.projects"]
                .map(|name| format!("/client/{name}-1.wasm"))
                .to_vec(),
            ..ClientFiles::default()
        };
        let asks =
            |html: &str, name: &str| html.contains(&format!("crossorigin=\"\" href=\"/client/{name}-1"));
        let inbox = document_at("/", files.clone()).await;
        assert!(inbox.contains("<link rel=\"modulepreload\" href=\"/client/chunks-1.js\">"), "{inbox}");
        assert!(asks(&inbox, "app") && asks(&inbox, "inbox") && asks(&inbox, "inbox.projects"), "{inbox}");
        assert!(!asks(&inbox, "inspector"), "{inbox}");
        let nowhere = document_at("/nowhere", files).await;
        assert!(asks(&nowhere, "app") && !asks(&nowhere, "inbox"), "{nowhere}");
    }

    #[tokio::test]
    async fn without_the_client_a_document_has_no_script_of_it_and_says_how_to_build_it() {
        let html = document_of(ClientFiles::default()).await;
        assert!(html.contains("<code>make client</code>"), "{html}");
        assert!(html.contains(">There is no such page<"), "{html}");
        assert!(!html.contains("type=\"module\"") && !html.contains("rel=\"stylesheet\""), "{html}");
    }

    #[tokio::test]
    async fn a_document_comes_as_wide_as_its_inspector_was_left() {
        let with_cookie = async |cookie: &str| {
            let request = Request::get("/nowhere").header(header::COOKIE, cookie).body(Body::empty());
            answered(request.unwrap(), ClientFiles::default()).await
        };
        let html = with_cookie("other=1; mainstay_inspector=500").await;
        assert!(html.contains(">:root{--inspector-chosen:500px}</style>"), "{html}");
        assert!(html.contains("<style nonce="), "{html}");
        for nothing in ["mainstay_inspector=usual", "mainstay_inspector=5;}", "mainstay_inspector=</style>"] {
            let html = with_cookie(nothing).await;
            assert!(!html.contains("<style"), "{nothing}: {html}");
        }
    }
}

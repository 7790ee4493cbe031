//! What is shown where a page has nothing to show: why, and a way on.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use crate::chunk::Waiting;
use crate::frame::{Frame, Here, Skeleton};
use crate::shell::ResponseStatus;
use crate::snapshot::PageError;
use crate::title::entitle;
use crate::ui::icon::{Glyph, Icon};
use crate::{address, api, browser};

/// How often a page that could not be read asks whether the server is back.
const ASK_EVERY: Duration = Duration::from_secs(4);

/// What is said where a part of the client did not come.
const NOT_FETCHED: &str = "This part of Mainstay could not be fetched";

/// A page that could not be made.
#[component]
pub fn FailedPage(
    /// Why.
    error: PageError,
) -> impl IntoView {
    let (status, heading, way_on) = match &error {
        PageError::NotFound(_) => (404, "There is no such page", WayOn::Projects),
        PageError::SignedOut(_) => (401, "You are signed out", WayOn::SignIn),
        PageError::Failed(_) => (503, "This page could not be read", WayOn::Again),
    };
    ResponseStatus::set(status);
    view! { <Dead heading reason=error.to_string() way_on/> }
}

/// The page at an address that names none.
#[component]
pub fn NoPage() -> impl IntoView {
    ResponseStatus::set(404);
    let reason = "Nothing is at this address. It may be mistyped, or what was here is gone.".to_owned();
    view! { <Dead heading="There is no such page" reason way_on=WayOn::Projects/> }
}

/// Where someone goes from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WayOn {
    Projects,
    SignIn,
    Again,
}

#[component]
fn Dead(heading: &'static str, reason: String, way_on: WayOn) -> impl IntoView {
    let way_on = match way_on {
        WayOn::Projects => {
            view! { <a class="button" href=address::PROJECTS>"Go to the projects"</a> }.into_any()
        }
        WayOn::SignIn => {
            let here = use_location();
            let (path, search) = (here.pathname, here.search);
            let href = move || path.with(|path| search.with(|search| address::sign_in(path, search)));
            view! { <a class="button" href=href rel="external">"Sign in"</a> }.into_any()
        }
        WayOn::Again => {
            reload_when_the_server_is_back();
            view! { <a class="button" href="" rel="external">"Try again"</a> }.into_any()
        }
    };
    entitle(move || heading.to_owned());
    view! {
        <Frame here=Here::Elsewhere projects=Vec::new()>
            <main class="main is-plain" id="main">
                <div class="empty">
                    <Glyph icon=Icon::Mast/>
                    <h1 tabindex="-1">{heading}</h1>
                    <p>{reason}</p>
                    {way_on}
                </div>
            </main>
        </Frame>
    }
}

/// Reads the page anew once the server answers again. Of one that answers now the failure has another cause, which a page
/// that reads itself anew for ever would not mend.
fn reload_when_the_server_is_back() {
    let is_down = RwSignal::new(false);
    Effect::new(move || {
        spawn_local(async move {
            let _ = is_down.try_set(api::dashboard().await.is_err());
        });
    });
    Effect::new(move || {
        if is_down.get()
            && let Ok(timer) = set_interval_with_handle(reload_if_it_answers, ASK_EVERY)
        {
            on_cleanup(move || timer.clear());
        }
    });
}

fn reload_if_it_answers() {
    spawn_local(async {
        if api::dashboard().await.is_ok() {
            browser::reload();
        }
    });
}

/// What stands in a page's place while the chunk that makes it is fetched, and when that doesn't come.
pub fn waiting_page(waiting: Waiting) -> AnyView {
    let has_failed = Memo::new(move |_| waiting.has_failed());
    let shown = move || {
        if has_failed.get() {
            entitle(|| NOT_FETCHED.to_owned());
            reload_when_the_server_is_back();
            view! {
                <Frame here=Here::Elsewhere projects=Vec::new()>
                    <main class="main is-plain" id="main"><NotFetched waiting/></main>
                </Frame>
            }
            .into_any()
        } else {
            view! { <Skeleton/> }.into_any()
        }
    };
    view! { {move || shown()} }.into_any()
}

/// A part of the client did not come: why that may be, and another try.
#[component]
pub fn NotFetched(
    /// What is waited for.
    waiting: Waiting,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon=Icon::Warn/>
            <h2>{NOT_FETCHED}</h2>
            <p role="alert">"The server did not answer, or was updated since this page was opened."</p>
            <button
                class="button"
                type="button"
                aria-disabled=move || waiting.is_fetching().then_some("true")
                on:click=move |_| waiting.try_again()
            >
                "Try again"
            </button>
            <a class="button is-quiet" href="" rel="external">"Reload the page"</a>
        </div>
    }
}

//! The repositories that were found nearby, to pick one from.

use leptos::task::spawn_local;
use leptos::{ev, html, prelude::*};
use shared::repository::FoundRepository;
use shared::words::Words;

use super::draft::{Draft, Refusal};
use crate::api;
use crate::browser::{self, Step};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;

/// Past so many repositories the list can be filtered.
const FEW: usize = 6;

/// How the search stands.
#[derive(Clone, Debug, PartialEq)]
enum Search {
    Going,
    Done(Vec<FoundRepository>),
    Failed(String),
}

/// The list of repositories nearby. Whoever picks one has its path in the form.
#[component]
pub(super) fn Nearby(draft: RwSignal<Draft>, refusal: RwSignal<Refusal>) -> impl IntoView {
    let search = RwSignal::new(Search::Going);
    let filter = RwSignal::new(String::new());
    let look = move || {
        search.set(Search::Going);
        spawn_local(async move {
            let outcome = match api::repositories().await {
                Ok(answer) => Search::Done(answer.value),
                Err(failure) => Search::Failed(failure.sentence),
            };
            // The form may be gone by now.
            let _ = search.try_set(outcome);
        });
    };
    Effect::new(move || look());
    let shown = Memo::new(move |_| {
        let words = Words::parse(&filter.read());
        search.with(|search| match search {
            Search::Done(found) => {
                let fits = |it: &&FoundRepository| words.are_in(&[&it.path]);
                let mut fitting: Vec<_> = found.iter().filter(fits).cloned().collect();
                // What can be picked comes first; of that, as before, what was used last.
                fitting.sort_by_key(|it| it.board_id.is_some());
                fitting
            }
            Search::Going | Search::Failed(_) => Vec::new(),
        })
    });
    let count =
        Memo::new(move |_| search.with(|it| if let Search::Done(found) = it { found.len() } else { 0 }));
    let state = move || {
        match search.get() {
        Search::Going => Some(said("Looking for repositories nearby…", true)),
        Search::Done(found) if found.is_empty() => {
            Some(said("No git repository was found nearby. Type the path of one.", false))
        }
        Search::Done(_) if shown.with(Vec::is_empty) => Some(said("None of them is called so.", false)),
        Search::Done(_) => None,
        Search::Failed(why) => Some(
            view! {
                <p class="field__hint" role="status">
                    {why}
                    " "
                    <button class="button is-quiet is-small" type="button" on:click=move |_| look()>"Look again"</button>
                </p>
            }
            .into_any(),
        ),
    }
    };
    let field = move || {
        (count.get() > FEW).then(|| {
            view! {
                <label class="input">
                    <Glyph icon=Icon::Search/>
                    <input
                        type="search"
                        aria-label="Filter the repositories"
                        placeholder="Filter by name or folder"
                        autocomplete="off"
                        prop:value=move || filter.get()
                        on:input=move |event| filter.set(event_target_value(&event))
                        on:keydown=|event| if event.key() == "Enter" { event.prevent_default() }
                    />
                </label>
            }
            .into_any()
        })
    };
    let list = NodeRef::<html::Div>::new();
    let keys = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            _ => return,
        };
        event.prevent_default();
        if let Some(list) = list.get_untracked() {
            browser::step_focus(&list, ".repo:not([aria-disabled])", step);
        }
    };
    let choices = move || {
        shown.with(|shown| !shown.is_empty()).then(|| {
            view! {
                <div class="panel repos" role="radiogroup" aria-label="Repositories found nearby" node_ref=list on:keydown=keys>
                    <List each=shown key=|it| it.path let:repository>
                        <Choice repository draft refusal shown/>
                    </List>
                </div>
            }
            .into_any()
        })
    };
    view! {
        <div class="nearby">
            <p class="field__hint">"Found nearby, the last used first"</p>
            {move || field()}
            {move || choices()}
            {move || state()}
        </div>
    }
}

fn said(words: &'static str, waits: bool) -> AnyView {
    view! {
        <p class="field__hint nearby__state" role="status">
            {waits.then(|| view! { <Glyph icon=Icon::Ring small=true turning=true/> })}
            <span>{words}</span>
        </p>
    }
    .into_any()
}

/// A repository to pick. One that is a project already can't be.
#[component]
fn Choice(
    repository: FoundRepository,
    draft: RwSignal<Draft>,
    refusal: RwSignal<Refusal>,
    shown: Memo<Vec<FoundRepository>>,
) -> impl IntoView {
    let FoundRepository { path, name, branch, used_at, board_id } = repository;
    let is_project = board_id.is_some();
    let own = path.clone();
    let is_on = Memo::new(move |_| draft.with(|draft| draft.path().trim() == own));
    let own = path.clone();
    // One stop on the way of the Tab key: the one that is picked, else the first that can be.
    let is_stop = Memo::new(move |_| {
        let stop = shown.with(|shown| {
            let can_be = |it: &&FoundRepository| it.board_id.is_none();
            let picked = draft.with(|draft| draft.path().trim().to_owned());
            let on = shown.iter().filter(can_be).find(|it| it.path == picked);
            on.or_else(|| shown.iter().find(can_be)).map(|it| it.path.clone())
        });
        stop.as_ref() == Some(&own)
    });
    let place = branch.map_or_else(|| path.clone(), |branch| format!("{path} · {branch}"));
    let title = place.clone();
    let pick = move |_| {
        if !is_project {
            draft.update(|draft| draft.set_path(path.clone()));
            refusal.set(Refusal::default());
        }
    };
    let icon = move || {
        let icon = if is_on.get() { Icon::Check } else { Icon::Folder };
        view! { <Glyph icon small=true/> }.into_any()
    };
    let note = if is_project {
        view! { <span class="repo__note">"A project already"</span> }.into_any()
    } else {
        view! { <span class="repo__note">{used_at.map(|at| view! { <Age at/> })}</span> }.into_any()
    };
    view! {
        <button
            class="repo"
            class:is-on=move || is_on.get()
            class:is-off=is_project
            type="button"
            role="radio"
            aria-checked=move || is_on.get().to_string()
            aria-disabled=is_project.then_some("true")
            tabindex=move || if is_stop.get() { "0" } else { "-1" }
            title=title
            on:click=pick
        >
            {move || icon()}
            <span class="repo__name u-cut">{name}<small class="u-cut">{place}</small></span>
            {note}
        </button>
    }
}

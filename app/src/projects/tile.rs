//! The tile of a project.

use leptos::prelude::*;
use shared::dashboard::BoardOverview;
use shared::ids::BoardId;

use super::roster::Project;
use crate::address;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::{Menu, MenuButton};
use crate::words::counted;

/// The tile of a project: a link to its board, its repository, and how the board stands.
#[component]
pub(super) fn Tile(id: BoardId, project: Memo<Option<Project>>, menu: Menu<BoardId>) -> impl IntoView {
    let href = address::board(&id);
    let name = Memo::new(move |_| {
        project.with(|it| it.as_ref().map(|it| it.board.name.clone())).unwrap_or_default()
    });
    let place = Memo::new(move |_| project.with(|it| it.as_ref().map(place)).unwrap_or_default());
    let board = Memo::new(move |_| project.with(|it| it.as_ref().map(|it| it.board.clone())));
    let menu_label = Signal::derive(move || format!("Menu of {}", name.get()));
    view! {
        <li class="tile">
            <div class="tile__head">
                <h3 class="u-cut"><a class="tile__link" href=href>{move || name.get()}</a></h3>
                <span class="u-end"></span>
                <MenuButton menu of=id label=menu_label/>
            </div>
            <p class="tile__path u-cut" title=move || place.get()>{move || place.get()}</p>
            {move || board.get().map(|board| view! { <Standing board/> }.into_any())}
        </li>
    }
}

/// Where the work tree is, and its branch.
fn place(project: &Project) -> String {
    let Some(repository) = &project.repository else { return String::new() };
    match &repository.branch {
        Some(branch) => format!("{} · {branch}", repository.path),
        None => repository.path.clone(),
    }
}

/// How a board stands: its parts as a bar and in numbers, and whether it needs a person.
#[component]
fn Standing(board: BoardOverview) -> impl IntoView {
    let BoardOverview { cards, open_cards, running, needs_you, .. } = board;
    let done = cards.saturating_sub(open_cards);
    let foot = if needs_you > 0 {
        let text = counted(needs_you, "card needs you", "cards need you");
        view! {
            <p class="state is-chip is-ask"><Glyph icon=Icon::Ask/><span class="state__text">{text}</span></p>
        }
        .into_any()
    } else {
        let text = if cards == 0 { "No cards yet" } else { "Nothing needs you" };
        view! { <p class="state is-chip is-idle"><span class="state__text">{text}</span></p> }.into_any()
    };
    view! {
        <Bar parts=[("is-run", running), ("is-todo", open_cards.saturating_sub(running)), ("is-done", done)]/>
        <p class="tile__counts">
            <span><b>{open_cards.to_string()}</b>" open"</span>
            <span><b>{running.to_string()}</b>" running"</span>
            <span><b>{done.to_string()}</b>" done"</span>
        </p>
        <div class="tile__foot">{foot}</div>
    }
}

/// A bar of parts. The numbers below it say the same, so a screen reader passes over it.
#[component]
fn Bar(parts: [(&'static str, u64); 3]) -> impl IntoView {
    let whole = parts.iter().map(|(_, count)| count).sum::<u64>();
    let part = |start: u64, class: &'static str, count: u64| {
        view! { <rect class=class x=percent(start, whole) width=percent(count, whole) height="100%"/> }
    };
    let mut start = 0;
    let parts = parts.into_iter().filter(|(_, count)| *count > 0).map(|(class, count)| {
        let part = part(start, class, count);
        start += count;
        part
    });
    view! { <svg class="tile__bar" aria-hidden="true">{parts.collect_view()}</svg> }
}

/// Such a part of a whole, to a hundredth of a percent: `12.34%`.
fn percent(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole.max(1));
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_bar_are_percents_of_the_whole() {
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(percent(3, 3), "100.00%");
        assert_eq!(percent(0, 0), "0.00%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.00%");
    }
}

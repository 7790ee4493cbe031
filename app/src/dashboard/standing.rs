//! How everything stands in numbers: over all projects, and project by project.

use leptos::prelude::*;
use shared::dashboard::{BoardOverview, DashboardOverview, Totals};
use shared::ids::BoardId;

use crate::address;
use crate::ui::list::List;

/// The counts over all projects.
#[component]
pub(super) fn TotalsPanel(overview: Signal<DashboardOverview>) -> impl IntoView {
    let totals = Memo::new(move |_| overview.with(|it| it.totals));
    let figure = move |name: &'static str, of: fn(&Totals) -> u64| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{move || totals.with(of).to_string()}</dd>
            </div>
        }
    };
    view! {
        <section class="section" aria-labelledby="all-projects">
            <header class="section__head"><h2 id="all-projects">"All projects"</h2></header>
            <dl class="totals panel">
                {figure("Boards", |it| it.boards)}
                {figure("Cards", |it| it.cards)}
                {figure("Running", |it| it.running)}
                {figure("Queued", |it| it.queued)}
                {figure("Waiting", |it| it.waiting)}
            </dl>
        </section>
    }
}

/// The projects, each with the way to its board.
#[component]
pub(super) fn ProjectTable(overview: Signal<DashboardOverview>) -> impl IntoView {
    let boards = Memo::new(move |_| overview.with(|it| it.boards.clone()));
    let ids =
        Memo::new(move |_| boards.with(|all| all.iter().map(|it| it.board_id.clone()).collect::<Vec<_>>()));
    view! {
        <section class="section" aria-labelledby="projects">
            <header class="section__head">
                <h2 id="projects">"Projects"</h2>
                <span class="count">{move || ids.with(Vec::len).to_string()}</span>
            </header>
            <div class="panel">
                <table class="table is-tight">
                    <thead>
                        <tr>
                            <th scope="col">"Project"</th>
                            <th scope="col" class="u-num">"Needs you"</th>
                            <th scope="col" class="u-num">"Running"</th>
                            <th scope="col" class="u-num">"Open"</th>
                            <th scope="col" class="u-num">"Cards"</th>
                        </tr>
                    </thead>
                    <tbody>
                        <List each=ids key=String::from let:id>
                            <ProjectRow id boards/>
                        </List>
                    </tbody>
                </table>
            </div>
        </section>
    }
}

#[component]
fn ProjectRow(id: BoardId, boards: Memo<Vec<BoardOverview>>) -> impl IntoView {
    let href = address::board(&id);
    let board = Memo::new(move |_| boards.with(|all| all.iter().find(|it| it.board_id == id).cloned()));
    let name = move || board.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default());
    let count = move |of: fn(&BoardOverview) -> u64| board.with(|it| it.as_ref().map_or(0, of)).to_string();
    view! {
        <tr>
            <th scope="row"><a class="u-cut" href=href>{move || name()}</a></th>
            <td class="u-num">{move || count(|it| it.needs_you)}</td>
            <td class="u-num">{move || count(|it| it.running)}</td>
            <td class="u-num">{move || count(|it| it.open_cards)}</td>
            <td class="u-num">{move || count(|it| it.cards)}</td>
        </tr>
    }
}

//! A column: its head with count and limit, its cards, and the field that adds one.

use leptos::prelude::*;
use shared::board::{ColumnHead, ColumnKey};
use shared::ids::{CardId, ColumnId};

use super::context::{BoardContext, FIRST_CARDS};
use super::dragging::OpenSlot;
use super::face::CardItem;
use super::quick_add::QuickAdd;
use super::rows::{Row, rows};
use super::seen::{MOST, whole};
use crate::address::{self, BoardQuery};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::menu::MenuButton;

/// A column of the board.
#[component]
pub fn ColumnView(
    /// The column.
    id: ColumnId,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let signals = board.kanban.board();
    let head = RwSignal::from(signals.column(&id)?);
    let lane = RwSignal::from(signals.lane(&id)?);

    let shown = Memo::from(board.shown_in(&id));
    let slot = board.dragging.slot_in(id.clone());
    let carried = board.dragging.carried();
    let (strip_id, window_id) = (id.clone(), id.clone());
    let is_strip = Memo::new(move |_| board.is_strip(&strip_id));
    // A long column renders its first cards, until it is followed where it is scrolled to.
    let rendered = move |shown: &[CardId]| match board.windows.get() {
        _ if is_strip.get() => Vec::new(),
        Some(windows) if board.all.get() => windows(&window_id, shown),
        _ if board.all.get() && (shown.len() <= MOST || board.query.read().all) => whole(shown.len()),
        _ => whole(shown.len().min(FIRST_CARDS)),
    };
    let ranges = Memo::new(move |_| shown.with(|shown| rendered(shown)));
    let rows = Memo::new(move |_| {
        let has_gaps = board.windows.with(Option::is_some) && !is_strip.get();
        shown.with(|shown| ranges.with(|ranges| rows(shown, ranges, has_gaps, slot.get().as_ref())))
    });
    let is_whole = move || {
        board.windows.with(Option::is_some)
            || ranges.with(|it| it.iter().any(|it| it.len() == shown.with(Vec::len)))
    };
    let hidden = move || if is_whole() { 0 } else { shown.with(Vec::len).saturating_sub(FIRST_CARDS) };
    let done = Memo::new(move |_| head.with(|head| head.key == Some(ColumnKey::Done)));
    let adding = RwSignal::new(false);

    let heading = format!("column-{id}");
    let (heading_id, column_id, menu_id) = (heading.clone(), id.to_string(), id.clone());
    let (head_id, strip_id) = (format!("head-{id}"), id.clone());
    let add_label = move || format!("Add a card to {}", head.read().title);
    let strip = move || board.on_strip.get().filter(|_| is_strip.get()).map(|make| make(strip_id.clone()));
    Some(view! {
        <section
            class="column"
            class:is-target=move || slot.with(Option::is_some)
            class:is-strip=move || is_strip.get()
            data-column=column_id
            aria-labelledby=heading
        >
            <header class="column__head" id=head_id>
                {move || strip()}
                <h2 id=heading_id class="u-cut">{move || head.read().title.clone()}</h2>
                <Tally head lane/>
                <span class="u-end"></span>
                <MenuButton
                    menu=board.column_menu
                    of=menu_id
                    label=Signal::derive(move || format!("Actions for the column {}", head.read().title))
                />
                <button
                    class="button is-icon is-quiet is-small needs-script"
                    type="button"
                    aria-label=move || add_label()
                    title=move || add_label()
                    on:click=move |_| adding.set(true)
                >
                    <Glyph icon=Icon::Plus/>
                </button>
            </header>
            <ol class="column__cards">
                <List each=rows key=Row::key let:row>
                    {match row {
                        Row::Card(id) => view! { <CardItem id done carried/> }.into_any(),
                        Row::Slot => view! { <OpenSlot/> }.into_any(),
                        Row::Gap { cards, .. } => view! {
                            <li class="column__gap" aria-hidden="true" style=("--cards", cards.to_string())></li>
                        }
                        .into_any(),
                    }}
                </List>
                {move || (hidden() > 0).then(|| view! { <ShowAll count=shown.with(Vec::len)/> }.into_any())}
                <QuickAdd column=id adding/>
            </ol>
        </section>
    })
}

/// How many cards a column holds, of how many it should.
#[component]
fn Tally(head: RwSignal<ColumnHead>, lane: RwSignal<Vec<CardId>>) -> impl IntoView {
    let count = Memo::new(move |_| lane.read().len());
    let limit = Memo::new(move |_| head.read().wip_limit.and_then(|limit| usize::try_from(limit).ok()));
    let tally = move || match limit.get() {
        None => view! {
            <span class="column__count">
                {move || count.get()}
                <span class="u-hidden">{move || if count.get() == 1 { " card" } else { " cards" }}</span>
            </span>
        }
        .into_any(),
        Some(limit) => {
            let words = move || limit_words(count.get(), limit);
            view! {
                <span
                    class="column__limit"
                    class:is-full=move || count.get() == limit
                    class:is-over=move || limit < count.get()
                    title=move || format!("{} of at most {limit} cards{}", count.get(), words())
                >
                    <Glyph icon=Icon::Limit/>
                    <span>{move || format!("{}/{limit}", count.get())}</span>
                    <span class:u-hidden=move || count.get() <= limit>{move || words()}</span>
                </span>
            }
            .into_any()
        }
    };
    view! { {move || tally()} }
}

fn limit_words(count: usize, limit: usize) -> String {
    match count.checked_sub(limit) {
        None => String::new(),
        Some(0) => " limit reached".to_owned(),
        Some(over) => format!(" {over} over"),
    }
}

/// The way to the rest of a long column, for readers whose browser runs no script.
#[component]
fn ShowAll(count: usize) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let href = move || {
        let filter = board.query.read().filter.clone();
        address::board(&board.kanban.board_id())
            + &BoardQuery { filter, all: true, attempt: None }.to_search()
    };
    view! {
        <li>
            <a class="button is-quiet is-small column__add" href=href>{format!("Show all {count}")}</a>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn past_its_limit_a_column_says_by_how_much() {
        assert_eq!(limit_words(3, 4), "");
        assert_eq!(limit_words(4, 4), " limit reached");
        assert_eq!(limit_words(6, 4), " 2 over");
    }
}

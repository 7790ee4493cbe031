//! A column: its head with count and limit, its cards, and the field that adds one.

use leptos::prelude::*;
use shared::board::{ColumnHead, ColumnKey};
use shared::ids::{CardId, ColumnId};

use super::context::{BoardContext, FIRST_CARDS};
use super::dragging::OpenSlot;
use super::face::CardItem;
use super::quick_add::QuickAdd;
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

    let shown = Memo::new(move |_| board.shown(&lane.read()));
    let slot = board.dragging.slot_in(id.clone());
    let rows = Memo::new(move |_| {
        let limit = if board.all.get() { usize::MAX } else { FIRST_CARDS };
        shown.with(|shown| rows(shown, limit, slot.get().as_ref()))
    });
    let hidden = move || if board.all.get() { 0 } else { shown.with(Vec::len).saturating_sub(FIRST_CARDS) };
    let done = Memo::new(move |_| head.with(|head| head.key == Some(ColumnKey::Done)));
    let carried = board.dragging.carried();
    let adding = RwSignal::new(false);

    let heading = format!("column-{id}");
    let (heading_id, column_id, menu_id) = (heading.clone(), id.to_string(), id.clone());
    let add_label = move || format!("Add a card to {}", head.read().title);
    Some(view! {
        <section
            class="column"
            class:is-target=move || slot.with(Option::is_some)
            data-column=column_id
            aria-labelledby=heading
        >
            <header class="column__head">
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
                    }}
                </List>
                {move || (hidden() > 0).then(|| view! { <ShowAll count=shown.with(Vec::len)/> }.into_any())}
                <QuickAdd column=id adding/>
            </ol>
        </section>
    })
}

/// A place in a column's list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Row {
    Card(CardId),
    /// Where the card in the hand would go.
    Slot,
}

impl Row {
    fn key(self) -> String {
        match self {
            Self::Card(id) => id.into(),
            Self::Slot => String::new(),
        }
    }
}

/// The first cards of those that are shown, with the slot above its card, or at the end.
fn rows(shown: &[CardId], limit: usize, slot: Option<&Option<CardId>>) -> Vec<Row> {
    let mut rows = Vec::with_capacity(shown.len().min(limit) + 1);
    for id in shown.iter().take(limit) {
        if slot.is_some_and(|before| before.as_ref() == Some(id)) {
            rows.push(Row::Slot);
        }
        rows.push(Row::Card(id.clone()));
    }
    if slot.is_some() && !rows.contains(&Row::Slot) {
        rows.push(Row::Slot);
    }
    rows
}

/// How many cards a column holds, of how many it should.
#[component]
fn Tally(head: RwSignal<ColumnHead>, lane: RwSignal<Vec<CardId>>) -> impl IntoView {
    let count = Memo::new(move |_| lane.read().len());
    let limit = Memo::new(move |_| head.read().wip_limit.and_then(|limit| usize::try_from(limit).ok()));
    let tally = move || match limit.get() {
        None => view! {
            <span class="column__count">{move || count.get()}<span class="u-hidden">" cards"</span></span>
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
        address::board(&board.kanban.board_id()) + &BoardQuery { filter, all: true }.to_search()
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

    fn ids(ids: &[&str]) -> Vec<CardId> {
        ids.iter().map(|id| CardId::new(*id)).collect()
    }

    fn drawn(slot: Option<&Option<CardId>>) -> String {
        let word = |row: &Row| match row {
            Row::Card(id) => id.to_string(),
            Row::Slot => "_".to_owned(),
        };
        rows(&ids(&["a", "b", "c"]), 2, slot).iter().map(word).collect()
    }

    #[test]
    fn the_slot_opens_above_its_card_or_at_the_end_of_what_is_shown() {
        assert_eq!(drawn(None), "ab");
        assert_eq!(drawn(Some(&Some("b".into()))), "a_b");
        assert_eq!(drawn(Some(&None)), "ab_");
        assert_eq!(drawn(Some(&Some("c".into()))), "ab_");
    }

    #[test]
    fn past_its_limit_a_column_says_by_how_much() {
        assert_eq!(limit_words(3, 4), "");
        assert_eq!(limit_words(4, 4), " limit reached");
        assert_eq!(limit_words(6, 4), " 2 over");
    }
}

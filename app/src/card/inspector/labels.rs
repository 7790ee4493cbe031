//! The card's labels: take one off, add one.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::board::BoardState;
use shared::card::Card;
use shared::requests::{Patch, PatchCard, validate};

use super::open_card::OpenCard;
use super::suggest::{Chosen, Offer, Suggest};
use crate::board::context::BoardContext;
use crate::browser;
use crate::card::marks::LabelMark;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;

/// The most labels that are offered at a time.
const MAX_OFFERS: usize = 8;

/// The labels, and the field that adds one.
#[component]
pub fn Labels(card: RwSignal<Card>, open: OpenCard) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let labels = Memo::new(move |_| card.with(|card| card.labels.clone()));
    let error = RwSignal::new(None);
    let offer = move |typed: String| {
        let own = labels.get_untracked();
        let offers = board.kanban.with_board(|state| offers(state, &own, &typed)).unwrap_or_default();
        let offer = |label: String| Offer { value: label.clone(), key: None, words: label };
        offers.into_iter().map(offer).collect()
    };
    let add = Callback::new(move |chosen| {
        let label = match chosen {
            Chosen::Offered(label) => label,
            Chosen::Typed(typed) => {
                board.kanban.with_board(|state| as_spelled(state, &typed)).unwrap_or(typed)
            }
        };
        with_label(&labels.read_untracked(), &label)?;
        board.notices.say(format!("Label {} added", label.trim()));
        change(board, open, card, move |labels| with_label(labels, &label).ok());
        Ok(())
    });
    view! {
        <section class="inspector__part" id="inspector-labels" aria-labelledby="inspector-labels-name">
            <h3 id="inspector-labels-name">"Labels"</h3>
            <ul class="chips">
                <List each=labels key=String::from let:label>
                    <Chip label card open/>
                </List>
            </ul>
            <Suggest id="inspector-add-label" label="Add a label" offer choose=add error/>
        </section>
    }
}

#[component]
fn Chip(label: String, card: RwSignal<Card>, open: OpenCard) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let off = format!("Take off the label {label}");
    let mark = label.clone();
    let remove = move |_| {
        board.notices.say(format!("Label {label} taken off"));
        let label = label.clone();
        change(board, open, card, move |labels| without_label(labels, &label));
        // The button that was pressed is gone.
        browser::focus_in("inspector-labels", "button, input");
    };
    view! {
        <li class="chip">
            <LabelMark label=mark/>
            <button class="chip__off needs-script" type="button" aria-label=off.clone() title=off on:click=remove>
                <Glyph icon=Icon::Close/>
            </button>
        </li>
    }
}

/// Makes one change to the labels, whatever they are by then.
fn change(
    board: BoardContext,
    open: OpenCard,
    card: RwSignal<Card>,
    change: impl Fn(&[String]) -> Option<Vec<String>> + 'static,
) {
    let patch = move |card: &Card| {
        let labels = change(&card.labels)?;
        Some(PatchCard { labels: Patch::Value(labels), ..PatchCard::default() })
    };
    open.rework(&card.get_untracked(), patch, move |failure| {
        if let Some(failure) = failure {
            board.notices.failed(format!("Not saved: {failure}"));
        }
    });
}

/// These labels without one; `None` if it is not among them.
fn without_label(labels: &[String], label: &str) -> Option<Vec<String>> {
    let rest: Vec<String> = labels.iter().filter(|other| *other != label).cloned().collect();
    (rest.len() < labels.len()).then_some(rest)
}

/// These labels and one more.
fn with_label(labels: &[String], label: &str) -> Result<Vec<String>, String> {
    let label = validate::label(label)?;
    if labels.contains(&label) {
        return Err(format!("The card has the label {label} already."));
    }
    let mut wanted = labels.to_vec();
    wanted.push(label);
    validate::labels(&wanted)
}

/// The label as cards of the board spell it, if they do.
fn as_spelled(state: &BoardState, typed: &str) -> String {
    let typed = typed.trim();
    let is_it = |label: &&String| label.to_lowercase() == typed.to_lowercase();
    let known = || state.cards.values().flat_map(|card| &card.labels);
    let exact = known().any(|label| label == typed);
    let known = known().find(is_it).filter(|_| !exact);
    known.cloned().unwrap_or_else(|| typed.to_owned())
}

/// The labels in use on the board that contain what is typed, the most used first, without the card's own.
fn offers(state: &BoardState, own: &[String], typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let mut uses = BTreeMap::<&String, usize>::new();
    for label in state.cards.values().flat_map(|card| &card.labels) {
        if !own.contains(label) && label.to_lowercase().contains(&typed) {
            *uses.entry(label).or_default() += 1;
        }
    }
    let mut found: Vec<_> = uses.into_iter().collect();
    found.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
    found.into_iter().take(MAX_OFFERS).map(|(label, _)| label.clone()).collect()
}

#[cfg(test)]
mod tests {
    use shared::requests::limits;

    use super::*;
    use crate::samples;

    fn labelled(id: &str, labels: &[&str]) -> Card {
        Card { labels: labels.iter().map(|it| (*it).to_owned()).collect(), ..samples::card(id, "A card") }
    }

    fn state() -> BoardState {
        let cards =
            vec![labelled("c1", &["ui", "Docs"]), labelled("c2", &["ui"]), labelled("c3", &["build"])];
        samples::board(cards, vec![])
    }

    #[test]
    fn the_labels_in_use_are_offered_the_most_used_first() {
        assert_eq!(offers(&state(), &[], ""), ["ui", "Docs", "build"]);
        assert_eq!(offers(&state(), &["Docs".to_owned()], "U"), ["ui", "build"]);
        assert_eq!(offers(&state(), &[], "nothing like it"), Vec::<String>::new());
    }

    #[test]
    fn a_label_is_spelled_as_the_board_spells_it() {
        assert_eq!(as_spelled(&state(), " docs "), "Docs");
        assert_eq!(as_spelled(&state(), "new one"), "new one");
    }

    #[test]
    fn a_label_that_does_not_fit_is_told_about() {
        let own = vec!["ui".to_owned()];
        assert_eq!(with_label(&own, " new "), Ok(vec!["ui".to_owned(), "new".to_owned()]));
        assert_eq!(with_label(&own, "ui"), Err("The card has the label ui already.".to_owned()));
        assert!(with_label(&own, &"x".repeat(limits::LABEL_CHARS + 1)).is_err());
        let many: Vec<_> = (0..limits::LABELS).map(|number| number.to_string()).collect();
        assert!(with_label(&many, "one more").is_err());
    }

    #[test]
    fn a_label_that_is_off_already_is_no_change() {
        let own = vec!["ui".to_owned(), "Docs".to_owned()];
        assert_eq!(without_label(&own, "ui"), Some(vec!["Docs".to_owned()]));
        assert_eq!(without_label(&own, "build"), None);
    }
}

//! What a board's page shows of a card in the hand, from its first paint on. What lifts and moves cards comes with the
//! menus, a moment later.

mod effects;
mod events;
mod in_hand;
mod keys;
mod places;

use leptos::web_sys::HtmlDivElement;
use leptos::{html, prelude::*};
use shared::ids::{CardId, ColumnId};

use super::context::BoardContext;
use super::drag::Spot;
use super::face::CardFace;

pub use effects::Dragger;
pub use in_hand::InHand;

/// The card in the hand, as it is shown; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Dragging {
    shown: RwSignal<Option<Lifted>>,
    /// The element around the columns.
    area: NodeRef<html::Div>,
}

/// A card that is lifted.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lifted {
    card: CardId,
    /// The place that is open for it.
    spot: Spot,
    /// The how-manieth place of how many that is, from 1.
    place: (usize, usize),
    /// Whether the keyboard holds it: then it is seen in that place.
    is_by_keys: bool,
}

impl Dragging {
    /// An empty hand.
    pub(super) fn new() -> Self {
        Self { shown: RwSignal::new(None), area: NodeRef::new() }
    }

    /// The element around the columns, once it is there.
    #[must_use]
    pub fn area(self) -> Option<HtmlDivElement> {
        self.area.get_untracked()
    }

    /// The card that is being carried.
    #[must_use]
    pub fn carried(self) -> Memo<Option<CardId>> {
        Memo::new(move |_| self.shown.with(|shown| shown.as_ref().map(|lifted| lifted.card.clone())))
    }

    /// The place that is open in a column: above which card, or at its end.
    #[must_use]
    pub fn slot_in(self, column: ColumnId) -> Memo<Option<Option<CardId>>> {
        Memo::new(move |_| {
            self.shown.with(|shown| {
                let spot = shown.as_ref().map(|lifted| &lifted.spot);
                spot.filter(|spot| spot.column == column).map(|spot| spot.before.clone())
            })
        })
    }

    /// The open place, in words.
    fn place_words(self, board: BoardContext) -> Option<String> {
        self.shown.with(|shown| {
            let Lifted { spot, place: (number, count), .. } = shown.as_ref()?;
            Some(format!("{}, {number} of {count}", board.column_title(&spot.column)?))
        })
    }

    /// The card that the keyboard holds.
    fn held_by_keys(self) -> Option<CardId> {
        self.shown.with(|shown| shown.as_ref().filter(|it| it.is_by_keys).map(|it| it.card.clone()))
    }
}

/// The area that cards are moved in.
#[component]
pub fn DragArea(
    /// Whether what is shown is old enough to lose its colour.
    stale: Memo<bool>,
    /// The columns.
    children: Children,
) -> impl IntoView {
    let dragging = expect_context::<BoardContext>().dragging;
    view! {
        <div
            class="board"
            class:is-dragging=move || dragging.shown.with(Option::is_some)
            class:is-stale=move || stale.get()
            node_ref=dragging.area
        >
            {children()}
        </div>
    }
}

/// The id of the element of the open place.
const SLOT: &str = "slot";

/// The place that is open for the card in the hand. One that the keyboard carries is seen in it.
#[component]
pub fn OpenSlot() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let face = move || {
        let card = board.dragging.held_by_keys().and_then(|card| board.card(&card))?;
        Some(view! { <div class="card is-lifted"><CardFace card/></div> }.into_any())
    };
    let content = move || face().unwrap_or_else(|| (move || board.dragging.place_words(board)).into_any());
    view! { <li class="slot is-open" id=SLOT aria-hidden="true">{move || content()}</li> }
}

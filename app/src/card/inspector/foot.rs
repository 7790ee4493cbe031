//! The end of the inspector: when the card was made and changed, and how to delete it.

use leptos::prelude::*;
use shared::card::Card;

use crate::board::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::time::Moment;

/// When the card was made and last changed, and the button that deletes it.
#[component]
pub fn Foot(card: RwSignal<Card>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let created = Memo::new(move |_| card.with(|card| card.created_at));
    let updated = Memo::new(move |_| card.with(|card| card.updated_at));
    let delete = move |_| board.delete_card(&card.with_untracked(|card| card.id.clone()));
    view! {
        <footer class="inspector__foot">
            <p>"Created " <Moment at=created/></p>
            <p>"Changed " <Moment at=updated/></p>
            <button class="button is-small is-danger needs-script" type="button" on:click=delete>
                <Glyph icon=Icon::Trash/>
                "Delete the card"
            </button>
        </footer>
    }
}

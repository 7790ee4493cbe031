//! The card that a pointer carries, on a layer of its own over the page.

use leptos::prelude::*;

use super::Dragger;
use crate::board::face::CardFace;
use crate::browser::Grip;

/// The card in the hand, under the pointer. It is only moved by a transform: nothing else is laid out anew.
#[component]
pub fn InHand() -> impl IntoView {
    let dragger = expect_context::<Dragger>();
    let dragged = Memo::new(move |_| {
        dragger.board.dragging.shown.with(|shown| {
            shown.as_ref().filter(|lifted| !lifted.is_by_keys).map(|lifted| lifted.card.clone())
        })
    });
    let corner = move || {
        let (at, Grip { offset, .. }) = (dragger.at.get(), dragger.grip.get_value());
        format!("{}px {}px", at.x - offset.x, at.y - offset.y)
    };
    let lifted = move || {
        let card = dragged.get().and_then(|card| dragger.board.card(&card))?;
        let width = format!("{}px", dragger.grip.get_value().width);
        let layer = view! {
            <ol class="drag" aria-hidden="true" style:inline-size=width style:translate=move || corner()>
                <li class="card is-lifted">
                    <CardFace card/>
                </li>
            </ol>
        };
        Some(layer.into_any())
    };
    view! { {move || lifted()} }
}

//! What stands in the inspector when its card is not on the board (any more).

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::NAME;
use super::open_card::OpenCard;
use crate::board::context::BoardContext;
use crate::ui::icon::{Glyph, Icon};

/// The card is not on the board, and the ways on.
#[component]
pub fn Gone(
    /// The card's title, if it was seen here.
    title: Option<String>,
    open: OpenCard,
    /// Whether something was typed that is not saved.
    unsaved: bool,
    on_close: Callback<()>,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let failure = RwSignal::new(None);
    let restoring = RwSignal::new(false);
    let restore = move |_| {
        if restoring.get_untracked() {
            return;
        }
        restoring.set(true);
        spawn_local(async move {
            let outcome = open.restore().await;
            if let Ok(card) = &outcome {
                board.notices.say(format!("{} is back", card.card.key));
            }
            // Once it is back on the board, this is gone.
            restoring.try_set(false);
            failure.try_set(outcome.err().map(|failure| failure.sentence));
        });
    };
    let (heading, reason) = match title {
        Some(title) => ("This card was deleted", format!("“{title}” can be restored for 30 days.")),
        None => {
            ("There is no such card here", "If it was deleted, it can be restored for 30 days.".to_owned())
        }
    };
    view! {
        <div class="empty">
            <Glyph icon=Icon::Trash/>
            <h2 id=NAME tabindex="-1">{heading}</h2>
            <p>{reason}</p>
            {unsaved.then(|| view! { <p>"What you typed is kept: restore the card to go on."</p> }.into_any())}
            <p class="field__error" role="alert">{move || failure.get()}</p>
            <div class="inspector__acts">
                <button
                    class="button needs-script"
                    type="button"
                    aria-disabled=move || restoring.get().then_some("true")
                    on:click=restore
                >
                    <Glyph icon=Icon::Undo/>
                    "Restore it"
                </button>
                <button class="button is-quiet needs-script" type="button" on:click=move |_| on_close.run(())>
                    "Close"
                </button>
            </div>
        </div>
    }
}

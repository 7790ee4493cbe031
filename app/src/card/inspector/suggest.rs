//! A field that offers what fits to what is typed: a combobox with a list below.

use leptos::{ev, prelude::*};

use super::leave_field;

/// Something that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is chosen with it.
    pub value: String,
    /// What stands before its words, if it has a short name too.
    pub key: Option<String>,
    /// Its words.
    pub words: String,
}

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Something that was offered.
    Offered(String),
    /// What they typed.
    Typed(String),
}

/// The field.
#[component]
pub fn Suggest(
    /// Its id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// What fits to what is typed.
    #[prop(into)]
    offer: Callback<String, Vec<Offer>>,
    /// Whether Enter takes the first offer unless another is pointed at.
    #[prop(optional)]
    takes_first: bool,
    /// Takes what was chosen, or says why not.
    choose: Callback<Chosen, Result<(), String>>,
    /// Why something was not taken.
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let field = Field {
        typed: RwSignal::new(String::new()),
        listed: RwSignal::new(false),
        pointed: RwSignal::new(None),
        takes_first,
        choose,
        error,
    };
    let offers = Memo::new(move |_| {
        if field.listed.get() {
            offer.run(field.typed.with(|typed| typed.trim().to_owned()))
        } else {
            Vec::new()
        }
    });
    let any = Memo::new(move |_| offers.with(|offers| !offers.is_empty()));
    let option_id = move |index: usize| format!("{id}-{index}");
    let list_id = format!("{id}-list");
    let error_id = format!("{id}-error");
    let option = move |(index, offer): (usize, Offer)| {
        let chosen = offer.value.clone();
        view! {
            <li
                class="suggest__item"
                class:is-active=move || field.pointed.get() == Some(index)
                id=option_id(index)
                role="option"
                aria-selected=move || (field.pointed.get() == Some(index)).to_string()
                // The focus stays in the field.
                on:pointerdown=|event| event.prevent_default()
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| field.take(Chosen::Offered(chosen.clone()))
            >
                {offer.key.map(|key| view! { <span class="suggest__key">{format!("{key} ")}</span> }.into_any())}
                <span class="u-cut">{offer.words}</span>
            </li>
        }
        .into_any()
    };
    view! {
        <div class="suggest needs-script">
            <input
                class="input"
                class:is-invalid=move || error.with(Option::is_some)
                type="text"
                id=id
                role="combobox"
                aria-label=label
                placeholder=label
                aria-autocomplete="list"
                aria-expanded=move || any.get().to_string()
                aria-controls=list_id.clone()
                aria-activedescendant=move || field.pointed.get().filter(|_| any.get()).map(option_id)
                aria-describedby=error_id.clone()
                autocomplete="off"
                prop:value=move || field.typed.get()
                on:input:target=move |event| field.type_in(event.target().value())
                on:keydown=move |event| field.key(&event, &offers.read_untracked())
                on:focus=move |_| field.listed.set(true)
                on:blur=move |_| field.unlist()
            />
            <ul class="suggest__list" id=list_id role="listbox" aria-label=label hidden=move || !any.get()>
                {move || offers.get().into_iter().enumerate().map(option).collect_view()}
            </ul>
            <p class="field__error" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
}

/// What the field knows; a handle that is copied freely.
#[derive(Clone, Copy)]
struct Field {
    typed: RwSignal<String>,
    /// Whether the list may be there.
    listed: RwSignal<bool>,
    /// Which offer the keys point at.
    pointed: RwSignal<Option<usize>>,
    takes_first: bool,
    choose: Callback<Chosen, Result<(), String>>,
    error: RwSignal<Option<String>>,
}

impl Field {
    fn type_in(self, text: String) {
        let pointed = (self.takes_first && !text.trim().is_empty()).then_some(0);
        self.typed.set(text);
        self.listed.set(true);
        self.pointed.set(pointed);
        self.error.set(None);
    }

    fn unlist(self) {
        // The browser also tells of it when the field is taken off the page, after its signals.
        let _ = self.listed.try_set(false);
        let _ = self.pointed.try_set(None);
    }

    fn key(self, event: &ev::KeyboardEvent, offers: &[Offer]) {
        match event.key().as_str() {
            // The keys that end an input method's word are its own.
            _ if event.is_composing() => return,
            "ArrowDown" => self.point(next(self.pointed.get_untracked(), offers.len())),
            "ArrowUp" => self.point(previous(self.pointed.get_untracked(), offers.len())),
            "Enter" => self.enter(offers),
            "Escape" if !offers.is_empty() => self.unlist(),
            // What is typed stays: the next Escape closes the inspector.
            "Escape" if !self.typed.read_untracked().is_empty() => leave_field(),
            _ => return,
        }
        event.prevent_default();
    }

    fn point(self, at: Option<usize>) {
        self.listed.set(true);
        self.pointed.set(at);
    }

    fn enter(self, offers: &[Offer]) {
        let pointed = self.pointed.get_untracked().and_then(|index| offers.get(index));
        let typed = self.typed.get_untracked();
        match pointed {
            Some(offer) => self.take(Chosen::Offered(offer.value.clone())),
            None if typed.trim().is_empty() => {}
            None => self.take(Chosen::Typed(typed)),
        }
    }

    fn take(self, chosen: Chosen) {
        match self.choose.run(chosen) {
            Ok(()) => {
                self.typed.set(String::new());
                self.pointed.set(None);
                self.error.set(None);
            }
            Err(why) => self.error.set(Some(why)),
        }
    }
}

/// The offer below; from the last one back to the field, and on to the first.
fn next(pointed: Option<usize>, count: usize) -> Option<usize> {
    let below = pointed.map_or(0, |index| index + 1);
    (below < count).then_some(below)
}

/// The offer above; from the first one back to the field, and on to the last.
fn previous(pointed: Option<usize>, count: usize) -> Option<usize> {
    pointed.unwrap_or(count).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_go_round_by_way_of_the_field() {
        assert_eq!([next(None, 2), next(Some(0), 2), next(Some(1), 2)], [Some(0), Some(1), None]);
        assert_eq!([previous(None, 2), previous(Some(1), 2), previous(Some(0), 2)], [Some(1), Some(0), None]);
        assert_eq!((next(None, 0), previous(None, 0)), (None, None));
    }
}

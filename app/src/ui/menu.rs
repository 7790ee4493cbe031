//! Menus: one panel that many buttons open, each for its own thing.

use leptos::web_sys::{Element, EventTarget};
use leptos::{ev, html, prelude::*};
use send_wrapper::SendWrapper;

use super::icon::{Glyph, Icon};
use crate::browser::{self, Step};

/// A menu of things of one kind; a handle that is copied freely.
pub struct Menu<T: Send + Sync + 'static> {
    of: RwSignal<Option<T>>,
    panel: NodeRef<html::Div>,
    /// What it was open for when the pointer went down: the browser closes it before the click arrives.
    pressed: StoredValue<Option<T>>,
    /// What it is to be opened beside, as soon as its panel is there.
    wanted: RwSignal<Option<SendWrapper<Element>>>,
}

impl<T: Send + Sync + 'static> Clone for Menu<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Menu<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> Menu<T> {
    /// A closed menu.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes signals, which belong to an owner")]
    pub fn new() -> Self {
        Self {
            of: RwSignal::new(None),
            panel: NodeRef::new(),
            pressed: StoredValue::new(None),
            wanted: RwSignal::new(None),
        }
    }

    /// Somebody presses what opens it.
    pub fn press(self) {
        self.pressed.set_value(self.of.get_untracked());
    }

    /// Opens the menu for a thing beside what was clicked, or closes it if it was open for that.
    pub fn toggle(self, of: T, anchor: Element) {
        let was_open = self.pressed.try_update_value(Option::take).flatten();
        if let Some(panel) = self.panel.get_untracked() {
            browser::close_menu(&panel);
        }
        if was_open.as_ref() == Some(&of) {
            return;
        }
        self.of.set(Some(of));
        self.wanted.set(Some(SendWrapper::new(anchor)));
    }

    /// Opens it whenever it is wanted and its panel is there.
    fn open_when_wanted(self) {
        Effect::new(move || {
            let (Some(panel), Some(anchor)) = (self.panel.get(), self.wanted.get()) else { return };
            self.wanted.set(None);
            // The items are rendered before the next frame, and its place depends on their size.
            request_animation_frame(move || browser::open_menu(&panel, &anchor));
        });
    }

    /// Whether somebody waits for it to open. Tracks it.
    #[must_use]
    pub fn is_wanted(self) -> bool {
        self.wanted.with(Option::is_some)
    }

    /// Opens for nobody who waited. Says whether somebody did.
    pub fn give_up(self) -> bool {
        let was_wanted = self.wanted.try_update(Option::take).flatten().is_some();
        if was_wanted {
            self.of.set(None);
        }
        was_wanted
    }

    /// Whether it is open for this. Tracks it.
    #[must_use]
    pub fn is_open_for(self, thing: &T) -> bool {
        self.of.with(|open| open.as_ref() == Some(thing))
    }

    fn close(self) {
        if let Some(panel) = self.panel.try_get_untracked().flatten() {
            browser::close_menu(&panel);
        }
    }
}

/// A button that opens a menu for a thing.
#[component]
pub fn MenuButton<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The menu.
    menu: Menu<T>,
    /// The thing.
    of: T,
    /// What the button is called.
    #[prop(into)]
    label: Signal<String>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// Its icon.
    #[prop(default = Icon::Dots)]
    icon: Icon,
) -> impl IntoView {
    let own = of.clone();
    let expanded = move || menu.of.with(|open| open.as_ref() == Some(&own)).to_string();
    let toggle = move |event: ev::MouseEvent| {
        let anchor = event.current_target().or_else(|| event.target());
        if let Some(anchor) = anchor.and_then(|target| button_of(&target)) {
            menu.toggle(of.clone(), anchor);
        }
    };
    view! {
        <button
            class=format!("button is-icon is-quiet is-small needs-script {class}")
            type="button"
            aria-haspopup="menu"
            aria-expanded=expanded
            aria-label=move || label.get()
            title=move || label.get()
            on:pointerdown=move |_| menu.press()
            on:click=toggle
        >
            <Glyph icon/>
        </button>
    }
}

/// The nearest button around what an event hit.
fn button_of(target: &EventTarget) -> Option<Element> {
    use leptos::wasm_bindgen::JsCast;
    target.dyn_ref::<Element>()?.closest("button").ok().flatten()
}

/// The panel of a menu; once per menu, anywhere on the page.
#[component]
pub fn MenuPanel<T, F, V>(
    /// The menu.
    menu: Menu<T>,
    /// What the menu is called.
    label: &'static str,
    /// Its items for a thing.
    children: F,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    menu.open_when_wanted();
    let forget_if_closed = move |_| {
        // The browser tells of it later, when the menu may be gone.
        if menu.panel.try_get_untracked().flatten().is_some_and(|panel| !browser::is_open(&panel)) {
            menu.of.set(None);
        }
    };
    let keys = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => return menu.close(),
            _ => return,
        };
        event.prevent_default();
        if let Some(panel) = menu.panel.get_untracked() {
            browser::step_focus(&panel, "[role^=menuitem]", step);
        }
    };
    view! {
        <div
            class="menu"
            role="menu"
            aria-label=label
            popover="auto"
            node_ref=menu.panel
            on:toggle=forget_if_closed
            on:keydown=keys
            on:click=move |_| menu.close()
        >
            {move || menu.of.get().map(|of| children(of).into_any())}
        </div>
    }
}

/// An item of a menu.
#[component]
pub fn MenuItem(
    /// Its icon.
    icon: Icon,
    /// What it does.
    #[prop(into)]
    on_select: Callback<()>,
    /// It stops or discards something.
    #[prop(optional)]
    danger: bool,
    /// Why it can't be chosen now.
    #[prop(optional_no_strip, into)]
    refusal: Option<String>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let refused = refusal.is_some();
    let select = move |event: ev::MouseEvent| {
        if refused {
            event.stop_propagation();
        } else {
            on_select.run(());
        }
    };
    view! {
        <button
            class="menu__item"
            class:is-danger=danger && !refused
            class:is-disabled=refused
            type="button"
            role="menuitem"
            tabindex="-1"
            aria-disabled=refused.then_some("true")
            on:click=select
        >
            <Glyph icon small=true/>
            <span>{children()}</span>
            {refusal.map(|why| view! { <small>{why}</small> }.into_any())}
        </button>
    }
}

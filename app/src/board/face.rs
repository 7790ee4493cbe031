//! A card on the board: its face, of constant height.

use leptos::prelude::*;
use shared::card::{Card, DiffCount, Pr, PrState, TodoCount};
use shared::ids::{AgentId, CardId};

use super::context::{BoardContext, element_id};
use crate::attempt::words::initials;
use crate::card::face::FaceState;
use crate::card::marks::{DiffMark, LabelMark, PriorityMark, type_words};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::menu::MenuButton;
use crate::ui::time::Age;

/// The ids of what says of every card which keys it takes, and of a selected one that it is. It comes with the menus.
const HINT: &str = "card-keys";
const CHOSEN_HINT: &str = "card-selected card-keys";

/// A card in its column.
#[component]
pub fn CardItem(
    /// The card.
    id: CardId,
    /// Whether its column is the one for what is done.
    #[prop(into)]
    done: Signal<bool>,
    /// The card that is being carried.
    carried: Memo<Option<CardId>>,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let card = board.card(&id)?;
    let is_open = {
        let id = id.clone();
        move || board.open_card.with(|open| open.as_ref() == Some(&id))
    };
    let is_away = {
        let id = id.clone();
        move || carried.with(|carried| carried.as_ref() == Some(&id))
    };
    let is_selected = {
        let id = id.clone();
        move || board.selection.with(|selection| selection.contains(&id))
    };
    let label = Signal::derive(move || card.with(|card| format!("Actions for {}", card.key)));
    let (element, name) = (element_id(&id), id.to_string());
    Some(view! {
        <li
            class="card"
            class:is-open=is_open
            class:is-done=move || done.get()
            class:is-away=is_away
            class:is-selected=is_selected
            id=element
            data-card=name
        >
            <CardFace card linked=true done/>
            <MenuButton menu=board.card_menu of=id label class="card__menu"/>
        </li>
    })
}

/// The four lines of a card.
#[component]
pub fn CardFace(
    /// The card.
    card: RwSignal<Card>,
    /// Whether the title leads to the card.
    #[prop(optional)]
    linked: bool,
    /// Whether its column is the one for what is done: nothing blocks it there.
    #[prop(optional, into)]
    done: Signal<bool>,
) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let words = move || {
        view! {
            <span class="card__key">{move || card.with(|card| format!("{} ", card.key))}</span>
            {move || card.with(|card| card.title.clone())}
        }
    };
    let title = if linked {
        let id = card.with_untracked(|card| card.id.clone());
        let own = id.clone();
        let described = move || match board.selection.with(|selection| selection.contains(&own)) {
            true => CHOSEN_HINT,
            false => HINT,
        };
        let href = move || board.card_href(&id);
        view! { <a class="card__link" href=href draggable="false" aria-describedby=described>{words()}</a> }
            .into_any()
    } else {
        words().into_any()
    };
    let state = Memo::new(move |_| {
        card.with(|card| {
            let blockers = if done.get() { &[] } else { card.blocked_by.as_slice() };
            let unnamed = || "another card".to_owned();
            let keys: Vec<_> = blockers.iter().map(|id| board.key_of(id).unwrap_or_else(unnamed)).collect();
            FaceState::of(card, &keys)
        })
    });
    view! {
        <h3 class="card__title">{title}</h3>
        <StateLine state/>
        <Meta card/>
    }
}

/// The line of state. What an agent does changes by the second: only the words that differ are written anew.
#[component]
fn StateLine(state: Memo<FaceState>) -> impl IntoView {
    let look = Memo::new(move |_| state.with(|state| FaceState { text: String::new(), ..state.clone() }));
    let text = Memo::new(move |_| state.with(|state| state.text.clone()));
    let line = move || {
        let FaceState { class, icon, since, .. } = look.get();
        view! {
            <p class=format!("card__state state {class}")>
                {icon.map(|icon| view! { <Glyph icon turning=icon == Icon::Ring/> }.into_any())}
                <span class="state__text">{move || text.get()}</span>
                {since.map(|at| view! { <span class="state__age"><Age at/></span> }.into_any())}
            </p>
        }
        .into_any()
    };
    view! { {move || line()} }
}

#[component]
fn Meta(card: RwSignal<Card>) -> impl IntoView {
    let priority = Memo::new(move |_| card.with(|card| card.priority));
    let labels = Memo::new(move |_| card.with(|card| card.labels.clone()));
    let card_type = Memo::new(move |_| card.with(|card| card.card_type));
    let work = Memo::new(move |_| card.with(Work::of));
    view! {
        <div class="card__meta">
            {move || priority.get().map(|priority| view! { <PriorityMark priority/> }.into_any())}
            <span class="card__labels">
                {move || labels.get().into_iter().map(|label| view! { <LabelMark label/> }.into_any()).collect_view()}
            </span>
            {move || card_type.get().map(|it| view! { <span class="kind">{type_words(it)}</span> }.into_any())}
            {move || work.get().map(|work| view! { <WorkMarks work/> }.into_any())}
        </div>
    }
}

/// What the face shows of the newest attempt's work.
#[derive(Clone, PartialEq)]
struct Work {
    diff: Option<DiffCount>,
    todos: Option<TodoCount>,
    pr: Option<Pr>,
    agent: AgentId,
}

impl Work {
    fn of(card: &Card) -> Option<Self> {
        let attempt = card.attempt.as_ref()?;
        let (diff, todos) = (attempt.diff, attempt.todos);
        Some(Self { diff, todos, pr: attempt.pr.clone(), agent: attempt.agent.clone() })
    }
}

#[component]
fn WorkMarks(work: Work) -> impl IntoView {
    let Work { diff, todos, pr, agent } = work;
    let diff = diff.map(|diff| view! { <DiffMark diff/> });
    let todos = todos.map(|TodoCount { completed, total }| {
        view! {
            <span class="todos" title=format!("Plan: {completed} of {total} done")>
                <Glyph icon=Icon::Todo/>
                {format!("{completed}/{total}")}
            </span>
        }
    });
    let pr = pr.map(|pr| {
        let (icon, state) = match pr.state {
            PrState::Open => (Icon::Pr, "open"),
            PrState::Draft => (Icon::Pr, "draft"),
            PrState::Merged => (Icon::Merged, "merged"),
            PrState::Closed => (Icon::Close, "closed"),
        };
        view! {
            <span class="pr" title=format!("Pull request #{}, {state}", pr.number)>
                <Glyph icon/>
                {format!("#{}", pr.number)}
            </span>
        }
    });
    let names = expect_context::<BoardContext>().agent_names;
    let initials = initials(&agent);
    let name = Memo::new(move |_| names.of(&agent));
    view! {
        {diff}
        {todos}
        {pr}
        <span class="agent" role="img" aria-label=move || name.get() title=move || name.get()>{initials}</span>
    }
}

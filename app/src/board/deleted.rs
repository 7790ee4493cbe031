//! The cards of the board that were deleted and can be restored: a dialog over it, with an address of its own.
//!
//! It comes with the menus, after the page.

mod list;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::CardId;
use shared::requests::limits;

use super::context::BoardContext;
use crate::address;
use crate::api::{self, DeletedCard};
use crate::browser::{self, FocusPlace};
use crate::live::Freshness;
use crate::tab::TabMemory;
use crate::ui::dialog::{Dialog, DialogBox};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::list::List;
use crate::ui::time::Age;
use list::{DeletedList, MOST, Next};

/// How long nobody types before the server is asked, and how long it is left alone while the board changes.
const PAUSE: Duration = Duration::from_millis(250);
/// The id of the list with what is around it.
const ID: &str = "deleted-cards";

/// The deleted cards of a board, and where they are shown; a handle that is copied freely.
#[derive(Clone, Copy)]
struct Deleted {
    board: BoardContext,
    list: RwSignal<DeletedList>,
    dialog: Dialog<()>,
    /// What was done last, in words.
    said: RwSignal<Option<String>>,
    /// Why the last card was not restored.
    refusal: RwSignal<Option<String>>,
    memory: TabMemory,
}

/// The dialog; once per board. It is open while the address says so.
#[component]
pub(super) fn DeletedCards() -> impl IntoView {
    let deleted = Deleted {
        board: expect_context(),
        list: RwSignal::default(),
        dialog: Dialog::new(),
        said: RwSignal::new(None),
        refusal: RwSignal::new(None),
        memory: expect_context(),
    };
    deleted.go_by_the_address();
    deleted.keep_up();
    view! { <DialogBox dialog=deleted.dialog label="Deleted cards" children=move |()| deleted.content()/> }
}

impl BoardContext {
    /// The address of this board with the list of its deleted cards, and the present filter. With a card open, it keeps
    /// the attempt that is shown of it: closing the list goes back there.
    #[must_use]
    pub fn deleted_href(&self) -> String {
        let query = self.query.read();
        let search =
            if self.open_card.read().is_some() { query.to_search_of_card() } else { query.to_search() };
        address::deleted(&self.kanban.board_id()) + &search
    }
}

impl Deleted {
    fn go_by_the_address(self) {
        let Self { board, dialog, .. } = self;
        Effect::new(move || if board.lists_deleted.get() { dialog.open(()) } else { dialog.close() });
        Effect::new(move |was_open: Option<bool>| {
            let is_open = dialog.is_open();
            if was_open == Some(true) && !is_open {
                self.closed();
            }
            is_open
        });
    }

    /// Somebody has closed the dialog, or gone back.
    fn closed(self) {
        self.list.update(DeletedList::close);
        self.said.set(None);
        self.refusal.set(None);
        let board = self.board;
        if board.lists_deleted.get_untracked() {
            board.go(&untrack(|| board.href_with(&board.query.read().filter)), false);
        }
        // Where nothing opened it but the address, nothing gets the focus back.
        browser::catch_focus(&[".board [data-card] a", ".filter__field input"], || ());
    }

    /// Asks for the list when it opens, whenever the board has other cards, and once the server can be reached again.
    fn keep_up(self) {
        let board = self.board;
        let cards = Memo::new(move |_| self.dialog.is_open().then(|| fingerprint(board)));
        Effect::new(move || {
            if cards.get().is_some() {
                self.look();
            }
        });
        let status = board.kanban.status();
        Effect::new(move || {
            if status.get() == Freshness::Live && self.list.with_untracked(|list| list.failure().is_some()) {
                self.look();
            }
        });
        let words = Memo::new(move |_| self.list.with(|list| list.words().to_owned()));
        Effect::new(move |before: Option<String>| {
            let words = words.get();
            if before.is_some_and(|before| before != words)
                && let Ok(timer) = set_timeout_with_handle(move || self.look(), PAUSE)
            {
                on_cleanup(move || timer.clear());
            }
            words
        });
    }

    /// Asks for the list, if it is open.
    fn look(self) {
        if !untrack(|| self.dialog.is_open()) {
            return;
        }
        let Some(Next::Ask(words)) = self.list.try_update(DeletedList::look) else { return };
        // What is on its way may be a deletion: it is waited for.
        self.board.kanban.perform_in_turn(Box::new(move || {
            spawn_local(self.ask(words));
            None
        }));
    }

    async fn ask(self, words: String) {
        let Some(board) = self.board.kanban.id_while_shown() else { return };
        let answer = api::deleted_cards(&board, &words, MOST + 1).await;
        let answer = answer.map(|answer| answer.value).map_err(|failure| failure.sentence);
        let was_here = browser::focus_place(ID) == FocusPlace::There;
        let Some(Next::Ask(words)) = self.list.try_update(|list| list.answered(&words, answer)) else {
            // Somebody else may have restored the card whose button had the focus.
            if was_here {
                browser::keep_focus(ID, self.way_on());
            }
            return;
        };
        set_timeout(move || spawn_local(self.ask(words)), PAUSE);
    }

    async fn restore(self, card: DeletedCard) {
        let Some(board) = self.board.kanban.id_while_shown() else { return };
        let DeletedCard { id, key, column_id, .. } = card;
        match api::restore_card(&board, &id, None).await {
            Ok(_) => {
                let column = column_id.and_then(|column| untrack(|| self.board.column_title(&column)));
                let place = column.map_or_else(|| "on the board".to_owned(), |title| format!("in {title}"));
                let _ = self.refusal.try_set(None);
                let _ = self.said.try_set(Some(format!("{key} is back {place}")));
                self.take_off(&id);
            }
            Err(failure) => {
                let words = format!("{key} was not restored: {failure}");
                if self.dialog.is_here() {
                    self.refusal.set(Some(words));
                } else {
                    self.memory.tell_failure(self.board.notices, words);
                }
            }
        }
    }

    /// A restored card leaves the list. Whoever is at it goes on with the next one.
    fn take_off(self, card: &CardId) {
        let goes_on = browser::focus_place(&row_id(card)) != FocusPlace::Elsewhere;
        let Some(next) = self.list.try_update(|list| list.restored(card)) else { return };
        match next {
            Some(next) if goes_on => browser::focus_in(&row_id(&next), "button"),
            _ if goes_on => browser::focus_in(ID, self.way_on()),
            _ => {}
        }
    }

    /// Where the focus goes whose place has gone: to the first card, else to the filter, else to what closes the list.
    fn way_on(self) -> &'static str {
        let of_list = |list: &DeletedList| match list.cards() {
            Some([_, ..]) => ".deleted__list button",
            _ if list.is_long() => ".deleted__filter input",
            _ => "button",
        };
        self.list.try_with_untracked(of_list).unwrap_or("button")
    }

    fn content(self) -> impl IntoView {
        let list = self.list;
        let is_long = Memo::new(move |_| list.with(DeletedList::is_long));
        let is_known = Memo::new(move |_| list.with(|list| list.cards().is_some()));
        view! {
            <div class="deleted" id=ID>
                <header class="deleted__head">
                    <h2 tabindex="-1" autofocus=true>"Deleted cards"</h2>
                    <button class="button is-icon is-quiet is-small" type="button" aria-label="Close" title="Close, Esc" on:click=move |_| self.dialog.close()>
                        <Glyph icon=Icon::Close/>
                    </button>
                </header>
                <p>"Each can be restored for 30 days after it was deleted."</p>
                {move || is_long.get().then(|| self.filter())}
                {self.failures()}
                {move || if is_known.get() { self.rows() } else { self.reading() }}
                <p class="deleted__foot" role="status">{move || self.foot()}</p>
            </div>
        }
    }

    fn filter(self) -> AnyView {
        let typed = self.list.with_untracked(|list| list.words().to_owned());
        let type_in = move |words: String| {
            self.said.set(None);
            self.list.update(|list| list.type_in(words));
        };
        view! {
            <label class="input deleted__filter">
                <Glyph icon=Icon::Search/>
                <input
                    type="search"
                    aria-label="Filter the deleted cards"
                    placeholder="Words of the key, the title or the description"
                    autocomplete="off"
                    maxlength=limits::QUERY_CHARS.to_string()
                    value=typed
                    on:input:target=move |event| type_in(event.target().value())
                />
            </label>
        }
        .into_any()
    }

    /// What went wrong.
    fn failures(self) -> AnyView {
        let unread = Memo::new(move |_| self.list.with(|list| list.failure().map(str::to_owned)));
        let note = move |why: String| {
            view! {
                <div class="note is-fail">
                    <Glyph icon=Icon::Warn/>
                    <span>{format!("The deleted cards could not be read: {why}")}</span>
                    <button class="button is-small" type="button" on:click=move |_| self.look()>"Try again"</button>
                </div>
            }
            .into_any()
        };
        view! {
            <div role="status">{move || unread.get().map(note)}</div>
            <p class="field__error" role="alert">{move || self.refusal.get()}</p>
        }
        .into_any()
    }

    /// The cards are on their way. Where they could not be read, that is said instead.
    fn reading(self) -> AnyView {
        let bones = move || {
            self.list.with(|list| list.failure().is_none()).then(|| {
                view! {
                    <div class="inspector__bones u-late" role="status">
                        <span class="u-hidden">"Reading the deleted cards…"</span>
                        <span class="bone"></span>
                        <span class="bone"></span>
                    </div>
                }
                .into_any()
            })
        };
        view! { {move || bones()} }.into_any()
    }

    fn rows(self) -> AnyView {
        let cards = Signal::derive(move || self.list.with(|list| list.cards().unwrap_or_default().to_vec()));
        let is_empty = Memo::new(move |_| cards.with(Vec::is_empty));
        let nothing = move || is_empty.get().then(|| view! { <Nothing deleted=self/> }.into_any());
        view! {
            <ul class="deleted__list">
                <List each=cards key=|card| card.id.into() let:card>
                    <Row deleted=self card/>
                </List>
            </ul>
            {move || nothing()}
        }
        .into_any()
    }

    /// What was done last, or how many there are.
    fn foot(self) -> Option<String> {
        if let Some(said) = self.said.get() {
            return Some(said);
        }
        self.list.with(|list| match list.cards()?.len() {
            0 => None,
            count if list.has_more() => Some(format!("The last {count} are shown. Filter to find others.")),
            1 => Some("1 card".to_owned()),
            count => Some(format!("{count} cards")),
        })
    }
}

#[component]
fn Nothing(deleted: Deleted) -> impl IntoView {
    let words = move || match deleted.list.with(|list| list.words().is_empty()) {
        true => "No card was deleted in the last 30 days.",
        false => "No deleted card fits these words.",
    };
    view! {
        <div class="empty">
            <Glyph icon=Icon::Trash/>
            <p>{move || words()}</p>
        </div>
    }
}

#[component]
fn Row(deleted: Deleted, card: DeletedCard) -> impl IntoView {
    let DeletedCard { id, key, title, deleted_at, column_id } = card.clone();
    let board = deleted.board;
    let column = move || match column_id.as_ref().and_then(|column| board.column_title(column)) {
        Some(title) => format!("was in {title}"),
        None => "its column is gone".to_owned(),
    };
    let busy = RwSignal::new(false);
    let restore = move |_| {
        if !busy.get_untracked() {
            busy.set(true);
            let card = card.clone();
            spawn_local(async move {
                deleted.restore(card).await;
                busy.try_set(false);
            });
        }
    };
    view! {
        <li class="deleted__row" id=row_id(&id)>
            <div class="deleted__words">
                <p class="deleted__title"><span class="deleted__key">{key.clone()}</span>" "{title}</p>
                <p class="deleted__when">"Deleted "<Age at=Signal::derive(move || deleted_at)/>" ago · "{move || column()}</p>
            </div>
            <button
                class="button is-small"
                type="button"
                aria-label=format!("Restore {key}")
                aria-disabled=move || busy.get().then_some("true")
                on:click=restore
            >
                <Glyph icon=Icon::Undo/>
                "Restore"
            </button>
        </li>
    }
}

fn row_id(card: &CardId) -> String {
    format!("deleted-{card}")
}

/// Tells whether a board has other cards than before, wherever they lie. Tracks its columns' cards.
fn fingerprint(board: BoardContext) -> u64 {
    let signals = board.kanban.board();
    let of_card = |card: &CardId| {
        let mut hasher = DefaultHasher::new();
        card.hash(&mut hasher);
        hasher.finish()
    };
    let lanes = signals.order().get().into_iter().filter_map(|column| signals.lane(&column));
    lanes
        .map(|lane| lane.with(|cards| cards.iter().fold(0, |all, card| all ^ of_card(card))))
        .fold(0, |all, lane| all ^ lane)
}

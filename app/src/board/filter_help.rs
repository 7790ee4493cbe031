//! What helps whoever filters: tokens to choose from, descriptions that hold the words, and words where nothing fits.
//!
//! It comes with the menus, after the page: the filter works without it.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::card::Card;
use shared::ids::CardId;
use shared::requests::limits;

use super::context::{BoardContext, Found};
use super::filter::Filter;
use super::filter::token::{self, Ask};
use crate::api::{self, ApiFailure};
use crate::live::backoff;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::fill;

/// How long nobody types before the server is asked.
const PAUSE: Duration = Duration::from_millis(250);
/// The most tokens that are offered at a time.
const OFFERS: usize = 30;

/// Searches descriptions, offers tokens, and says what there is to say about the filter.
#[component]
pub(super) fn FilterHelp() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    search_descriptions(board);
    fill(board.below_filter, || Remarks().into_any());
    let offers = Memo::new(move |_| {
        let typed = board.query.read().filter.clone();
        board.kanban.with_board(|state| offers(&typed, state.cards.values())).unwrap_or_default()
    });
    let options = move || {
        offers
            .get()
            .into_iter()
            .map(|value| view! { <option value=value></option> }.into_any())
            .collect_view()
    };
    view! { <datalist id="filter-tokens">{move || options()}</datalist> }
}

/// What is asked of the server about descriptions, and when.
#[derive(Clone, Copy)]
struct Search {
    board: BoardContext,
    /// Which words are looked for: an answer to others comes too late.
    round: StoredValue<u64>,
    /// A question is on its way, or will be after the pause.
    is_asking: StoredValue<bool>,
    /// A card was changed since that question was put.
    is_outdated: StoredValue<bool>,
    failures: StoredValue<u32>,
}

/// Asks the server which descriptions hold the filter's words, once nobody types; what fits by its title is there
/// meanwhile. It is asked again when somebody changes a card, and after a while when it could not answer.
fn search_descriptions(board: BoardContext) {
    let search = Search {
        board,
        round: StoredValue::new(0),
        is_asking: StoredValue::new(false),
        is_outdated: StoredValue::new(false),
        failures: StoredValue::new(0),
    };
    // One memo of both: an effect that follows a memo and another one of that misses a change of the first.
    let wanted = Memo::new(move |_| {
        let words = board.filter.with(searched_words);
        let edits = if words.is_empty() { 0 } else { edits(board) };
        (words, edits)
    });
    Effect::new(move |before: Option<String>| {
        let (words, _) = wanted.get();
        if before.as_ref() == Some(&words) {
            search.ask_again(&words);
        } else {
            // The page may have come with what was found.
            let is_known = board.found.with_untracked(|found| has_answer(found.as_ref(), &words));
            search.begin(&words, before.is_none() && is_known);
        }
        words
    });
}

impl Search {
    /// Looks for other words.
    fn begin(self, words: &str, is_known: bool) {
        self.round.update_value(|round| *round += 1);
        self.failures.set_value(0);
        self.is_outdated.set_value(false);
        let is_asked = !words.is_empty() && !is_known;
        self.is_asking.set_value(is_asked);
        match is_asked {
            true => self.ask_after(PAUSE, words.to_owned()),
            false if words.is_empty() => self.board.found.set(None),
            false => {}
        }
    }

    /// Looks for the same words once more, as a card was changed. Constant edits neither put the question off nor lose
    /// its answer: there is one question at a time, and one more after it.
    fn ask_again(self, words: &str) {
        if words.is_empty() {
            return;
        }
        if self.is_asking.get_value() {
            self.is_outdated.set_value(true);
        } else {
            self.is_asking.set_value(true);
            self.ask_after(PAUSE, words.to_owned());
        }
    }

    fn ask_after(self, pause: Duration, words: String) {
        let round = self.round.get_value();
        set_timeout(move || self.ask(round, words), pause);
    }

    fn ask(self, round: u64, words: String) {
        // Whoever has gone on asks for something else, or for nothing.
        let is_meant = move || self.round.try_get_value() == Some(round);
        if !is_meant() {
            return;
        }
        self.is_outdated.set_value(false);
        spawn_local(async move {
            let found = api::search_cards(&self.board.kanban.board_id(), &words).await;
            if is_meant() {
                self.take(found, words);
            }
        });
    }

    fn take(self, answer: Result<BTreeSet<CardId>, ApiFailure>, words: String) {
        let found = self.board.found;
        let next = match answer {
            Ok(cards) => {
                self.failures.set_value(0);
                found.set(Some(Found { words: words.clone(), cards, failure: None }));
                self.is_outdated.get_value().then_some(PAUSE)
            }
            Err(why) => {
                let made = self.failures.get_value();
                self.failures.set_value(made.saturating_add(1));
                let will_try = why.may_pass();
                found.update(|found| {
                    *found = Some(unfound(found.take(), words.clone(), told(&why, will_try)))
                });
                will_try.then(|| backoff::delay(made, 0.0))
            }
        };
        self.is_asking.set_value(next.is_some());
        if let Some(pause) = next {
            self.ask_after(pause, words);
        }
    }
}

fn told(why: &ApiFailure, will_try: bool) -> String {
    let again = if will_try { ", which is tried again" } else { "" };
    format!("Descriptions could not be searched{again}: {why}")
}

/// The words that descriptions are searched for; empty if there are none, or too many for the server.
fn searched_words(filter: &Filter) -> String {
    if is_too_long(filter) { String::new() } else { filter.words() }
}

fn is_too_long(filter: &Filter) -> bool {
    filter.words().chars().count() > limits::QUERY_CHARS
}

/// How often all cards were changed. Tracks them.
fn edits(board: BoardContext) -> u64 {
    let signals = board.kanban.board();
    let lanes = signals.order().get().into_iter().filter_map(|column| signals.lane(&column));
    let cards = lanes.flat_map(|lane| lane.get()).filter_map(|card| signals.card(&card));
    cards.map(|card| card.with(|card| card.revision)).sum()
}

/// What was found before the search came to nothing, if it was for the same words.
fn unfound(before: Option<Found>, words: String, why: String) -> Found {
    let before = before.filter(|found| found.words == words);
    Found { words, failure: Some(why), ..before.unwrap_or_default() }
}

fn has_answer(found: Option<&Found>, words: &str) -> bool {
    found.is_some_and(|found| found.words == words)
}

impl BoardContext {
    /// Whether it is not known yet which descriptions hold the filter's words. Tracks it.
    #[must_use]
    pub(super) fn is_searching(&self) -> bool {
        let words = self.filter.with(searched_words);
        !words.is_empty() && !self.found.with(|found| has_answer(found.as_ref(), &words))
    }
}

/// What stands below the filter: what is no token, and the way on where nothing fits.
#[component]
fn Remarks() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let unknown = Memo::new(move |_| unknown(&board.query.read().filter));
    let failure = Memo::new(move |_| {
        if board.filter.with(is_too_long) {
            return Some(format!(
                "Descriptions are not searched for more than {} characters",
                limits::QUERY_CHARS
            ));
        }
        let words = board.filter.with(searched_words);
        board.found.with(|found| {
            let of_words = found.as_ref().filter(|found| found.words == words);
            of_words.and_then(|found| found.failure.clone())
        })
    });
    let emptiness = Memo::new(move |_| {
        let is_filtering = board.filter.with(|filter| !filter.is_empty());
        let columns = board.kanban.board().order().get();
        let is_empty = columns.iter().all(|column| board.shown_in(column).with(Vec::is_empty));
        is_empty.then_some(if is_filtering { Emptiness::Filtered } else { Emptiness::NoCards })
    });
    let remark = move || {
        let unknown = unknown.get().map(|word| {
            view! {
                <p class="filter__remark u-faint">
                    <Glyph icon=Icon::Info small=true/>
                    <span><b>{word}</b>" is no token, so cards are searched for it as a word"</span>
                </p>
            }
        });
        let nothing = emptiness.get().map(|emptiness| {
            if emptiness == Emptiness::NoCards {
                return view! { <NoCards/> }.into_any();
            }
            let words = move || match board.is_searching() {
                true => "No title fits; descriptions are being searched",
                false => "No card fits this filter",
            };
            view! {
                <div class="filter__none" role="status">
                    <span>{move || words()}</span>
                    <button class="button is-small" type="button" on:click=move |_| board.set_filter("")>
                        "Clear the filter"
                    </button>
                </div>
            }
            .into_any()
        });
        let failure = failure.get().map(|why| {
            view! {
                <p class="filter__remark u-faint" role="status">
                    <Glyph icon=Icon::Warn small=true/>
                    <span>{why}</span>
                </p>
            }
        });
        view! { {unknown} {failure} {nothing} }.into_any()
    };
    view! { <div class="filter__remarks">{move || remark()}</div> }
}

/// Why no card is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Emptiness {
    /// None fits the filter.
    Filtered,
    /// There is none.
    NoCards,
}

/// What a board without cards says.
#[component]
fn NoCards() -> impl IntoView {
    view! {
        <div class="filter__none" role="status">
            <span>"No cards yet"</span>
            <span class="u-faint">"Add one to any column; an agent can start on it from there."</span>
        </div>
    }
}

/// That descriptions are searched; where there is room for it, so that nothing moves for it.
#[component]
pub(super) fn Searching() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let sign = move || {
        board.is_searching().then(|| {
            view! {
                <span class="filter__searching" role="status">
                    <Glyph icon=Icon::Ring small=true turning=true/>
                    <span class="u-cut">"Searching descriptions…"</span>
                </span>
            }
            .into_any()
        })
    };
    view! { {move || sign()} }
}

/// The first word of what was typed that looks like a token and is none. What stands in quotation marks is meant as it
/// is.
fn unknown(typed: &str) -> Option<String> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
    let looks_like_one = |word: &str| {
        word.split_once(':')
            .is_some_and(|(name, value)| is_name(name) && !value.is_empty() && !value.starts_with("//"))
    };
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        let is_plain = !rest.starts_with(['"', '-']);
        let (ask, after) = token::first(rest.strip_prefix('-').unwrap_or(rest));
        if let Some(Ask::Word(word)) = ask
            && is_plain
            && looks_like_one(&word)
        {
            return Some(word);
        }
        rest = after.trim_start();
    }
    None
}

/// The texts that the filter could become: what was typed, with its last word made a token.
fn offers<'a>(typed: &str, cards: impl Iterator<Item = &'a Card>) -> Vec<String> {
    let start = typed.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    let (before, last) = typed.split_at(start.min(typed.len()));
    let (dash, last) = match last.strip_prefix('-') {
        Some(rest) => ("-", rest.to_lowercase()),
        None => ("", last.to_lowercase()),
    };
    // A name is offered first, and its values once it is there.
    let mut tokens: Vec<String> = Vec::new();
    if !last.contains(':') {
        let names = token::WORDS.iter().map(|(name, _)| *name).chain(token::FREE);
        tokens.extend(names.map(str::to_owned));
    }
    for (name, words) in token::WORDS {
        tokens.extend(words.iter().map(|word| format!("{name}{word}")));
    }
    let mut own = BTreeSet::new();
    for card in cards {
        own.extend(card.labels.iter().map(|label| written(token::FREE[0], label)));
        own.extend(card.attempt.iter().map(|attempt| written(token::FREE[1], attempt.agent.as_str())));
    }
    tokens.extend(own);
    let plain = |text: &str| text.replace('"', "").to_lowercase();
    let typed = plain(&last);
    let fits =
        |token: &String| !typed.is_empty() && plain(token).starts_with(&typed) && plain(token) != typed;
    tokens.into_iter().filter(fits).take(OFFERS).map(|token| format!("{before}{dash}{token}")).collect()
}

fn written(name: &str, value: &str) -> String {
    let value = value.replace('"', "");
    let quote = if value.contains(char::is_whitespace) { "\"" } else { "" };
    format!("{name}{quote}{value}{quote}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::card;

    fn offered(typed: &str) -> Vec<String> {
        let labels = ["ui".to_owned(), "needs care".to_owned()];
        offers(typed, [Card { labels: labels.into(), ..card("c1", "A card") }].iter())
    }

    #[test]
    fn the_last_word_can_become_a_token() {
        assert_eq!(
            offered("paint pri"),
            [
                "paint priority:",
                "paint priority:urgent",
                "paint priority:high",
                "paint priority:medium",
                "paint priority:low"
            ]
        );
        assert_eq!(offered("-is:bl"), ["-is:blocked"]);
        assert_eq!(offered("Label:n"), ["label:\"needs care\""]);
        assert_eq!(offered("label:\"needs"), ["label:\"needs care\""]);
        assert_eq!(offered("label:u"), ["label:ui"]);
        assert!(offered("label:ui").is_empty() && offered("").is_empty() && offered("paint ").is_empty());
    }

    #[test]
    fn what_looks_like_a_token_and_is_none_is_named() {
        assert_eq!(unknown("paint colour:red"), Some("colour:red".to_owned()));
        assert_eq!(unknown("is:odd"), Some("is:odd".to_owned()));
        for words in
            ["paint", "https://example.org", "12:30", ":", "a:", "label:ui", "is:idle -is:blocked", "is:run"]
        {
            assert_eq!(unknown(words), None, "{words}");
        }
    }

    #[test]
    fn what_is_quoted_is_no_token_and_nobody_took_it_for_one() {
        for words in ["\"label:ui\"", "\"is:odd\" paint", "-\"colour:red\"", "label:\"a b:c\"", "\"paint"] {
            assert_eq!(unknown(words), None, "{words}");
        }
        assert_eq!(unknown("\"label:ui\" is:odd"), Some("is:odd".to_owned()));
        assert_eq!(unknown("label:\"a b\" colour:red"), Some("colour:red".to_owned()));
    }

    #[test]
    fn a_search_that_came_to_nothing_leaves_what_was_found_for_the_same_words() {
        let found =
            || Found { words: "hull".to_owned(), cards: BTreeSet::from(["c1".into()]), failure: None };
        let kept = unfound(Some(found()), "hull".to_owned(), "No answer.".to_owned());
        assert_eq!(kept, Found { failure: Some("No answer.".to_owned()), ..found() });
        let other = unfound(Some(found()), "sail".to_owned(), "No answer.".to_owned());
        assert_eq!((other.words.as_str(), other.cards.len()), ("sail", 0));
    }
}

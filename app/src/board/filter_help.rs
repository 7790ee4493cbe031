//! What helps whoever filters: tokens to choose from, descriptions that hold the words, and words where nothing fits.
//!
//! It comes with the menus, after the page: the filter works without it.

use std::collections::BTreeSet;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::card::Card;
use shared::requests::limits;

use super::context::{BoardContext, Found};
use super::filter::token;
use crate::api;
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

/// Asks the server which descriptions hold the filter's words, once nobody types; what fits by its title is there
/// meanwhile.
fn search_descriptions(board: BoardContext) {
    let words = Memo::new(move |_| board.filter.with(|filter| filter.words()));
    Effect::new(move || {
        let words = words.get();
        if words.is_empty() || words.chars().count() > limits::QUERY_CHARS {
            board.found.set(None);
            board.searching.set(false);
            return;
        }
        board.searching.set(true);
        let search = move || {
            spawn_local(async move {
                let found = api::search_cards(&board.kanban.board_id(), &words).await;
                let is_current = board.filter.try_with_untracked(|filter| filter.words() == words);
                if is_current == Some(true) {
                    // Where the server does not answer, titles are all there is; the page says that it is not live.
                    board.found.set(found.ok().map(|cards| Found { words, cards }));
                    board.searching.set(false);
                }
            });
        };
        if let Ok(timer) = set_timeout_with_handle(search, PAUSE) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// What stands below the filter: what is no token, and the way on where nothing fits.
#[component]
fn Remarks() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let unknown = Memo::new(move |_| board.filter.with(|filter| unknown(&filter.words())));
    let is_empty = Memo::new(move |_| {
        let signals = board.kanban.board();
        let shows_none = |lane: ArcRwSignal<Vec<_>>| board.shown(&lane.read()).is_empty();
        let is_filtering = board.filter.with(|filter| !filter.is_empty());
        is_filtering && signals.order().get().iter().filter_map(|it| signals.lane(it)).all(shows_none)
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
        let nothing = is_empty.get().then(|| {
            let words = move || match board.searching.get() {
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
        });
        view! { {unknown} {nothing} }.into_any()
    };
    view! { <div class="filter__remarks">{move || remark()}</div> }
}

/// That descriptions are searched; where there is room for it, so that nothing moves for it.
#[component]
pub(super) fn Searching() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let sign = move || {
        board.searching.get().then(|| {
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

/// The first word that looks like a token and is none.
fn unknown(words: &str) -> Option<String> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase());
    let looks_like_one = |word: &&str| {
        word.split_once(':')
            .is_some_and(|(name, value)| is_name(name) && !value.is_empty() && !value.starts_with("//"))
    };
    words.split_whitespace().find(looks_like_one).map(str::to_owned)
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
        for words in ["paint", "https://example.org", "12:30", ":", "a:"] {
            assert_eq!(unknown(words), None, "{words}");
        }
    }
}

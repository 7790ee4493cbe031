//! The addresses of pages: how they are written into links, and what their query says.

use shared::ids::{AttemptId, BoardId, CardId};

use crate::percent::{decode, encode};

/// The dashboard.
pub const INBOX: &str = "/";
/// The projects.
pub const PROJECTS: &str = "/projects";
/// Where someone without a session signs in.
pub const SIGN_IN: &str = "/sign-in";

/// A board.
#[must_use]
pub fn board(board: &BoardId) -> String {
    format!("/boards/{}", encode(board.as_str()))
}

/// A card: its board with the inspector open.
#[must_use]
pub fn card(board: &BoardId, card: &CardId) -> String {
    format!("/boards/{}/cards/{}", encode(board.as_str()), encode(card.as_str()))
}

/// A board with the list of its deleted cards open.
#[must_use]
pub fn deleted(board_id: &BoardId) -> String {
    format!("{}/deleted", board(board_id))
}

/// A card with the inspector open on one of its attempts.
#[must_use]
pub fn attempt(board: &BoardId, card_id: &CardId, attempt: &AttemptId) -> String {
    format!("{}?{}", card(board, card_id), attempt_query(attempt))
}

/// The part of a card's query that names an attempt.
#[must_use]
pub fn attempt_query(attempt: &AttemptId) -> String {
    format!("attempt={}", encode(attempt.as_str()))
}

/// The attempt that a card's query names, with or without its question mark.
#[must_use]
pub fn attempt_in(search: &str) -> Option<AttemptId> {
    let pairs = search.trim_start_matches('?').split('&');
    let named = pairs.filter_map(|pair| pair.strip_prefix("attempt=")).next_back()?;
    (!named.is_empty()).then(|| AttemptId::new(decode(named)))
}

/// Where someone signs in who then comes back to this page.
#[must_use]
pub fn sign_in(path: &str, search: &str) -> String {
    let search = search.trim_start_matches('?');
    let mark = if search.is_empty() { "" } else { "?" };
    format!("{SIGN_IN}?next={}", encode(&format!("{path}{mark}{search}")))
}

/// What lies behind `/boards/{boardId}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoardRest {
    /// The board alone.
    Board,
    /// The board with this card open.
    Card(CardId),
    /// The board with the list of its deleted cards open.
    Deleted,
    /// No page.
    Nowhere,
}

impl BoardRest {
    /// Reads the rest of a path, such as `cards/0197…`.
    #[must_use]
    pub fn parse(rest: &str) -> Self {
        let rest = rest.trim_matches('/');
        match rest.strip_prefix("cards/") {
            _ if rest.is_empty() => Self::Board,
            _ if rest == "deleted" => Self::Deleted,
            Some(card) if !card.contains('/') => Self::Card(CardId::new(decode(card))),
            _ => Self::Nowhere,
        }
    }

    /// The card that is open.
    #[must_use]
    pub fn card(&self) -> Option<&CardId> {
        match self {
            Self::Card(card) => Some(card),
            Self::Board | Self::Deleted | Self::Nowhere => None,
        }
    }
}

/// The query of a board's address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoardQuery {
    /// `q`: the filter, as it was typed.
    pub filter: String,
    /// `all`: every card of each column, however many there are.
    pub all: bool,
    /// `attempt`: the attempt at the open card that is shown.
    pub attempt: Option<AttemptId>,
}

impl BoardQuery {
    /// Reads a query, with or without its question mark. What it does not know it leaves out.
    #[must_use]
    pub fn parse(search: &str) -> Self {
        let mut query = Self { attempt: attempt_in(search), ..Self::default() };
        for pair in search.trim_start_matches('?').split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "q" => query.filter = decode(&value.replace('+', " ")),
                "all" => query.all = value == "1",
                _ => {}
            }
        }
        query
    }

    /// The query with its question mark; empty when it says nothing. Of the attempt it says nothing: that belongs to the
    /// open card.
    #[must_use]
    pub fn to_search(&self) -> String {
        self.written(None)
    }

    /// As [`Self::to_search`], for the address of the open card.
    #[must_use]
    pub fn to_search_of_card(&self) -> String {
        self.written(self.attempt.as_ref())
    }

    fn written(&self, attempt: Option<&AttemptId>) -> String {
        let filter = self.filter.trim_start();
        let mut parts = Vec::new();
        if !filter.is_empty() {
            parts.push(format!("q={}", encode(filter)));
        }
        if self.all {
            parts.push("all=1".to_owned());
        }
        parts.extend(attempt.map(attempt_query));
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_is_read_as_forms_and_links_write_it() {
        let query = BoardQuery::parse("?q=label%3Aui+two%20words&all=1&other");
        assert_eq!(query, BoardQuery { filter: "label:ui two words".into(), all: true, attempt: None });
        assert_eq!(BoardQuery::parse("all=0&q="), BoardQuery::default());
        assert_eq!(BoardQuery::default().to_search(), "");
    }

    #[test]
    fn an_attempt_is_named_in_its_cards_address() {
        let address = attempt(&"b1".into(), &"c 1".into(), &"a&1".into());
        assert_eq!(address, "/boards/b1/cards/c%201?attempt=a%261");
        assert_eq!(attempt_in("?q=x&attempt=a%261"), Some("a&1".into()));
        assert_eq!((attempt_in("?q=x"), attempt_in("attempt=")), (None, None));
    }

    #[test]
    fn signing_in_leads_back_to_the_page() {
        assert_eq!(sign_in("/boards/b1", ""), "/sign-in?next=%2Fboards%2Fb1");
        assert_eq!(sign_in("/boards/b1", "?q=a%20b"), "/sign-in?next=%2Fboards%2Fb1%3Fq%3Da%2520b");
        assert_eq!(sign_in("/boards/b1", "q=a"), "/sign-in?next=%2Fboards%2Fb1%3Fq%3Da");
    }

    #[test]
    fn what_is_no_encoding_is_left_alone() {
        assert_eq!(BoardQuery::parse("q=100%&all=1").filter, "100%");
        assert_eq!(BoardQuery::parse("q=%zz%2").filter, "%zz%2");
        assert_eq!(BoardQuery::parse("q=%+5").filter, "% 5");
    }

    #[test]
    fn behind_a_board_lie_its_cards_and_nothing_else() {
        assert_eq!(BoardRest::parse(""), BoardRest::Board);
        assert_eq!(BoardRest::parse("/"), BoardRest::Board);
        assert_eq!(BoardRest::parse("cards/c1/"), BoardRest::Card(CardId::new("c1")));
        assert_eq!(BoardRest::parse("deleted"), BoardRest::Deleted);
        assert_eq!(BoardRest::parse("deleted/c1"), BoardRest::Nowhere);
        assert_eq!(BoardRest::parse("cards"), BoardRest::Nowhere);
        assert_eq!(BoardRest::parse("cards/c1/more"), BoardRest::Nowhere);
    }

    proptest! {
        #[test]
        fn a_query_comes_back_as_it_was_written(filter in "\\S.{0,40}", all: bool) {
            let query = BoardQuery { filter, all, attempt: Some("a&1".into()) };
            prop_assert_eq!(BoardQuery::parse(&query.to_search_of_card()), query.clone());
            prop_assert_eq!(BoardQuery::parse(&query.to_search()), BoardQuery { attempt: None, ..query });
        }
    }
}

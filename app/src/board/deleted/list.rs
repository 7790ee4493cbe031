//! What is known of a board's deleted cards: when to ask for them, which answer counts, and who is next in the list.
//!
//! The stream tells that the board has other cards than before, not which were deleted, so the list is asked for anew. One
//! question is under way at a time.

use shared::ids::CardId;

use crate::api::DeletedCard;

/// How many cards are shown at a time.
pub const MOST: usize = 100;
/// From how many on the list can be filtered.
const MANY: usize = 8;

/// What is known of the deleted cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeletedList {
    words: String,
    cards: Option<Vec<DeletedCard>>,
    /// There are more than are shown.
    has_more: bool,
    question: Question,
    /// What was restored while a question was under way: its answer may be from before.
    restored: Vec<CardId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    None,
    /// Asked; `again` if something has changed since.
    UnderWay { again: bool },
    /// Not answered, and why.
    Failed(String),
}

/// What is to be done now.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// To ask for the cards with these words.
    Ask(String),
    /// Nothing: all is known, or a question is under way.
    Nothing,
}

impl DeletedList {
    /// The words that a card must hold.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The cards, the last deleted first; `None` before they were read.
    #[must_use]
    pub fn cards(&self) -> Option<&[DeletedCard]> {
        self.cards.as_deref()
    }

    /// Whether there are more than are shown.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// Why the cards could not be read.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        match &self.question {
            Question::Failed(why) => Some(why),
            Question::None | Question::UnderWay { .. } => None,
        }
    }

    /// Whether there is enough to be filtered.
    #[must_use]
    pub fn is_long(&self) -> bool {
        !self.words.is_empty() || self.cards().is_some_and(|cards| cards.len() > MANY)
    }

    /// Takes the words that are typed; they are asked for with the next [`Self::look`].
    pub fn type_in(&mut self, words: String) {
        self.words = words;
    }

    /// Something has changed, or somebody wants it tried again.
    pub fn look(&mut self) -> Next {
        if let Question::UnderWay { again } = &mut self.question {
            *again = true;
            return Next::Nothing;
        }
        self.question = Question::UnderWay { again: false };
        Next::Ask(self.words.clone())
    }

    /// The list was closed: the next time it begins anew.
    pub fn close(&mut self) {
        let question = match self.question {
            Question::UnderWay { .. } => Question::UnderWay { again: true },
            Question::None | Question::Failed(_) => Question::None,
        };
        *self = Self { question, ..Self::default() };
    }

    /// Takes an answer to the question under way, which was asked with these words.
    pub fn answered(&mut self, asked: &str, answer: Result<Vec<DeletedCard>, String>) -> Next {
        let Question::UnderWay { again } = std::mem::take(&mut self.question) else { return Next::Nothing };
        let restored = std::mem::take(&mut self.restored);
        let is_ours = asked == self.words;
        match answer {
            Ok(mut cards) if is_ours => {
                cards.retain(|card| !restored.contains(&card.id));
                self.has_more = cards.len() > MOST;
                cards.truncate(MOST);
                self.cards = Some(cards);
            }
            Err(why) if is_ours && !again => self.question = Question::Failed(why),
            _ => {}
        }
        if again || !is_ours { self.look() } else { Next::Nothing }
    }

    /// A card was restored: it leaves the list. Tells which one is in its place, or before it.
    pub fn restored(&mut self, card: &CardId) -> Option<CardId> {
        if matches!(self.question, Question::UnderWay { .. }) {
            self.restored.push(card.clone());
        }
        let cards = self.cards.as_mut()?;
        let at = cards.iter().position(|it| it.id == *card)?;
        cards.remove(at);
        let next = cards.get(at).or_else(|| cards.last());
        next.map(|card| card.id.clone())
    }
}

#[cfg(test)]
mod tests {
    use shared::time::Timestamp;

    use super::*;

    fn cards(ids: &[&str]) -> Vec<DeletedCard> {
        let card = |id: &&str| DeletedCard {
            id: CardId::new(*id),
            key: format!("MAI-{id}"),
            title: (*id).to_owned(),
            deleted_at: Timestamp::UNIX_EPOCH,
            column_id: None,
        };
        ids.iter().map(card).collect()
    }

    fn shown(list: &DeletedList) -> Option<Vec<&str>> {
        Some(list.cards()?.iter().map(|card| card.id.as_str()).collect())
    }

    fn ask(words: &str) -> Next {
        Next::Ask(words.to_owned())
    }

    /// A list that was read.
    fn read(ids: &[&str]) -> DeletedList {
        let mut list = DeletedList::default();
        assert_eq!(list.look(), ask(""));
        assert_eq!(list.answered("", Ok(cards(ids))), Next::Nothing);
        list
    }

    #[test]
    fn one_question_is_under_way_and_then_one_more_for_what_changed_meanwhile() {
        let mut list = DeletedList::default();
        assert_eq!((list.look(), list.look(), list.look()), (ask(""), Next::Nothing, Next::Nothing));
        assert_eq!(list.answered("", Ok(cards(&["a"]))), ask(""));
        assert_eq!(shown(&list), Some(vec!["a"]), "what is known shows meanwhile");
        assert_eq!(list.answered("", Ok(cards(&["b", "a"]))), Next::Nothing);
        assert_eq!(shown(&list), Some(vec!["b", "a"]));
    }

    #[test]
    fn an_answer_to_other_words_counts_for_nothing() {
        let mut list = DeletedList::default();
        assert_eq!(list.look(), ask(""));
        list.type_in("hull".to_owned());
        assert_eq!(list.answered("", Ok(cards(&["a"]))), ask("hull"));
        assert_eq!(shown(&list), None);
        assert_eq!(list.answered("hull", Ok(cards(&["b"]))), Next::Nothing);
        assert_eq!(shown(&list), Some(vec!["b"]));
    }

    #[test]
    fn a_failure_leaves_what_is_known_and_can_be_tried_again() {
        let mut list = read(&["a"]);
        assert_eq!(list.look(), ask(""));
        assert_eq!(list.answered("", Err("no answer".to_owned())), Next::Nothing);
        assert_eq!((shown(&list), list.failure()), (Some(vec!["a"]), Some("no answer")));
        assert_eq!((list.look(), list.failure()), (ask(""), None));
    }

    #[test]
    fn the_focus_goes_to_what_takes_a_restored_cards_place_or_to_what_is_last() {
        let mut list = read(&["a", "b", "c"]);
        assert_eq!(list.restored(&"b".into()), Some("c".into()));
        assert_eq!(list.restored(&"c".into()), Some("a".into()));
        assert_eq!(list.restored(&"a".into()), None);
        assert_eq!(list.restored(&"a".into()), None, "it was restored already");
    }

    #[test]
    fn an_answer_from_before_does_not_bring_a_restored_card_into_the_list_again() {
        let mut list = read(&["a", "b"]);
        assert_eq!(list.look(), ask(""));
        list.restored(&"a".into());
        assert_eq!(list.look(), Next::Nothing);
        assert_eq!(list.answered("", Ok(cards(&["a", "b"]))), ask(""));
        assert_eq!(shown(&list), Some(vec!["b"]));
        // Somebody has deleted it once more.
        assert_eq!(list.answered("", Ok(cards(&["a", "b"]))), Next::Nothing);
        assert_eq!(shown(&list), Some(vec!["a", "b"]));
    }

    #[test]
    fn a_closed_list_begins_anew_and_takes_no_answer_from_before() {
        let mut list = read(&["a"]);
        list.type_in("hull".to_owned());
        assert_eq!(list.look(), ask("hull"));
        list.close();
        assert_eq!((shown(&list), list.words()), (None, ""));
        assert_eq!(list.look(), Next::Nothing);
        assert_eq!(list.answered("hull", Ok(cards(&["b"]))), ask(""));
        assert_eq!(shown(&list), None);
    }

    #[test]
    fn no_more_are_shown_than_a_page_bears() {
        let ids: Vec<_> = (0..=MOST).map(|id| id.to_string()).collect();
        let all: Vec<_> = ids.iter().map(String::as_str).collect();
        let list = read(&all);
        assert_eq!((list.cards().map(<[_]>::len), list.has_more()), (Some(MOST), true));
        assert!(!read(&all[1..]).has_more());
    }

    #[test]
    fn a_long_list_can_be_filtered_and_stays_so_while_it_is() {
        assert!(!read(&["a", "b"]).is_long());
        let mut list = read(&["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        assert!(list.is_long());
        list.type_in("1".to_owned());
        assert_eq!(list.look(), ask("1"));
        assert_eq!(list.answered("1", Ok(cards(&["1"]))), Next::Nothing);
        assert!(list.is_long());
    }
}

//! The bodies of the JSON API's changes, for the server that reads them and the client that writes them.
//!
//! An unknown field is refused, so that a typo can't be a silent no-op. An absent field leaves things as they
//! are, and where `null` can mean "clear this", the field is a [`Patch`].

mod attempts;
mod bulk;
mod characters;
pub mod limits;
pub mod validate;

use std::collections::BTreeMap;

pub use attempts::{AnswerPermission, PatchSettings, StartAttempt, WriteMessage};
pub use bulk::{Bulk, BulkAction, BulkCard, BulkDone, BulkOperation, Deed, Misplaced};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::agent::Protocol;
use crate::board::Place;
pub use crate::board_settings::BoardSettings;
use crate::card::{Card, CardType, Priority};
use crate::ids::{AgentId, BoardId, CardId, ColumnId, ViewId};
use crate::time::Timestamp;

/// A field of a change: absent, `null` or a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave it alone.
    #[default]
    Absent,
    /// Clear it.
    Null,
    /// Set it.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether it is left alone.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value it is set to.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The change it makes: `None` leaves alone, `Some(None)` clears.
    pub fn into_change(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }

    /// Makes the change to an optional value.
    pub fn apply_to(self, target: &mut Option<T>) {
        if let Some(change) = self.into_change() {
            *target = change;
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    /// `None` becomes `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // An absent field never gets here: `skip_serializing_if` leaves it out.
        self.value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

/// For a field that may be absent but can't be cleared: serde alone would take `null` for absent.
fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a list or map where absent and `null` both mean empty.
fn null_is_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// `POST /boards`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateBoard {
    /// The id that the client made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<BoardId>,
    /// Its name.
    pub name: String,
    /// A git work tree on the server's disk.
    pub repository_path: String,
    /// Whether to make a repository there first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub initialize: bool,
}

/// `PATCH /boards/{boardId}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchBoard {
    /// Its new name.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its settings.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub settings: Option<BoardSettings>,
}

/// `POST /boards/{boardId}/columns`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateColumn {
    /// The id that the client made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ColumnId>,
    /// Its heading.
    pub title: String,
    /// How many cards it should hold at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<u32>,
    /// Its place from the left, from 0; at the right end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
}

/// `PATCH /boards/{boardId}/columns/{columnId}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchColumn {
    /// Its new heading.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How many cards it should hold at most.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub wip_limit: Patch<u32>,
    /// Its place from the left, counted after it was taken out; beyond the end means at the end.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
}

/// `POST /boards/{boardId}/views`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateView {
    /// The id that the client made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ViewId>,
    /// What it is called.
    pub name: String,
    /// The filter.
    pub query: String,
}

/// `POST /boards/{boardId}/cards`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateCard {
    /// The id that the client made for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<CardId>,
    /// What is to be done.
    pub title: String,
    /// More about it, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The column at whose end it goes; the backlog if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_id: Option<ColumnId>,
    /// What kind of work it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub card_type: Option<CardType>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Free words to find it by.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The cards that should be done first.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<CardId>,
}

impl CreateCard {
    /// The card as the client can show it before the server answered: it has no ticket key and no revision
    /// yet.
    #[must_use]
    pub fn draft(&self, id: CardId, now: Timestamp) -> Card {
        Card {
            id,
            key: String::new(),
            revision: 0,
            title: self.title.clone(),
            has_description: self.description.as_ref().is_some_and(|text| !text.trim().is_empty()),
            card_type: self.card_type,
            priority: self.priority,
            labels: self.labels.clone(),
            depends_on: self.depends_on.clone(),
            blocked_by: Vec::new(),
            attempt: None,
            created_at: now,
            updated_at: now,
        }
    }
}

/// `PATCH /boards/{boardId}/cards/{cardId}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchCard {
    /// What is to be done.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// More about it, in Markdown.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<String>,
    /// The column at whose end it goes, if it isn't there yet.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub column_id: Option<ColumnId>,
    /// What kind of work it is.
    #[serde(rename = "type", default, skip_serializing_if = "Patch::is_absent")]
    pub card_type: Patch<CardType>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub priority: Patch<Priority>,
    /// Free words to find it by.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub labels: Patch<Vec<String>>,
    /// The cards that should be done first.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub depends_on: Patch<Vec<CardId>>,
}

/// `POST /boards/{boardId}/cards/{cardId}/move`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MoveCard {
    /// The column it goes to.
    pub column_id: ColumnId,
    /// Its place there, counted after it was taken out; beyond the end means at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
    /// The card it goes above, `null` for the end; it wins over `index`.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub before_card_id: Patch<CardId>,
}

/// Why a [`MoveCard`] names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// An index below 0.
    #[error("index counts from 0")]
    Negative,
    /// Neither of the two fields.
    #[error("a move names its place by index or by beforeCardId")]
    Missing,
}

impl MoveCard {
    /// The place in the column.
    ///
    /// # Errors
    /// If the body names none, or an impossible one.
    pub fn place(&self) -> Result<Place, PlaceError> {
        match (&self.before_card_id, self.index) {
            (Patch::Value(card), _) => Ok(Place::Before(card.clone())),
            (Patch::Null, _) => Ok(Place::End),
            (Patch::Absent, None) => Err(PlaceError::Missing),
            (Patch::Absent, Some(index)) if index < 0 => Err(PlaceError::Negative),
            (Patch::Absent, Some(index)) => Ok(Place::Index(usize::try_from(index).unwrap_or(usize::MAX))),
        }
    }
}

/// `POST /agents`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RegisterAgent {
    /// Its name, which nothing else may have.
    pub agent: AgentId,
    /// Its name for people.
    pub label: String,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The program and its arguments.
    pub command: Vec<String>,
    /// Variables for its environment. They may be secrets.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "BTreeMap::is_empty")]
    pub env: BTreeMap<String, String>,
}

/// `PATCH /agents/{agent}`
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PatchAgent {
    /// Its new name for people.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How it is spoken to.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// The program and its arguments.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub command: Option<Vec<String>>,
    /// All variables for its environment, or none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub env: Patch<BTreeMap<String, String>>,
}

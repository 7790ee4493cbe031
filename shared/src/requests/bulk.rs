//! Several changes of cards in one request: all of them are done, or none.

use serde::{Deserialize, Serialize};

use super::{MoveCard, Patch, PatchCard, not_null};
use crate::card::{Card, CardType, Priority};
use crate::ids::{CardId, ColumnId};

/// `POST /boards/{boardId}/cards/bulk`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bulk {
    /// What is done, in this order.
    pub operations: Vec<BulkOperation>,
}

/// What is done to one card.
///
/// It is one flat object, so that a field of the wrong shape is named with its place in the body; [`Self::deed`] knows
/// which fields belong to which action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BulkOperation {
    /// The card.
    pub card_id: CardId,
    /// The revision that it must have before the bulk.
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// What is done to it.
    pub action: BulkAction,
    /// As of [`MoveCard`] and of [`PatchCard`].
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub column_id: Option<ColumnId>,
    /// As of [`MoveCard`].
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
    /// As of [`MoveCard`].
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub before_card_id: Patch<CardId>,
    /// As of [`PatchCard`].
    #[serde(default, deserialize_with = "not_null", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// As of [`PatchCard`].
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub description: Patch<String>,
    /// As of [`PatchCard`].
    #[serde(rename = "type", default, skip_serializing_if = "Patch::is_absent")]
    pub card_type: Patch<CardType>,
    /// As of [`PatchCard`].
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub priority: Patch<Priority>,
    /// As of [`PatchCard`].
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub labels: Patch<Vec<String>>,
    /// As of [`PatchCard`].
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    pub depends_on: Patch<Vec<CardId>>,
}

/// The kinds of what can be done to a card in a bulk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum BulkAction {
    /// As `POST …/cards/{cardId}/move`.
    Move,
    /// As `PATCH …/cards/{cardId}`.
    Patch,
    /// As `DELETE …/cards/{cardId}`.
    Delete,
    /// As `POST …/cards/{cardId}/restore`.
    Restore,
}

/// What an operation does, as the routes of a single card have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Moves the card.
    Move(MoveCard),
    /// Changes the card.
    Patch(Box<PatchCard>),
    /// Deletes the card.
    Delete,
    /// Brings the card back.
    Restore,
}

/// A field of an operation that its action lacks, or has no use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// The action needs it.
    #[error("the action \"{}\" needs the field `{field}`", .action.as_str())]
    Missing {
        /// What was to be done.
        action: BulkAction,
        /// The field.
        field: &'static str,
    },
    /// The action has no use for it.
    #[error("the action \"{}\" has no field `{field}`", .action.as_str())]
    Foreign {
        /// What was to be done.
        action: BulkAction,
        /// The field.
        field: &'static str,
    },
}

impl Misplaced {
    /// The field's name.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Missing { field, .. } | Self::Foreign { field, .. } => field,
        }
    }
}

impl BulkAction {
    /// Its word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }

    fn takes(self, field: &str) -> bool {
        match self {
            Self::Move => matches!(field, "columnId" | "index" | "beforeCardId"),
            Self::Patch => !matches!(field, "index" | "beforeCardId"),
            Self::Delete | Self::Restore => false,
        }
    }
}

impl BulkOperation {
    /// A deed at a card, which must be at `revision`, if one is given.
    #[must_use]
    pub fn new(card_id: CardId, revision: Option<u64>, deed: Deed) -> Self {
        let bare = |action| Self::bare(card_id, revision, action);
        match deed {
            Deed::Move(MoveCard { column_id, index, before_card_id }) => {
                Self { column_id: Some(column_id), index, before_card_id, ..bare(BulkAction::Move) }
            }
            Deed::Patch(change) => {
                let PatchCard { title, description, column_id, card_type, priority, labels, depends_on } =
                    *change;
                let bare = bare(BulkAction::Patch);
                Self { title, description, column_id, card_type, priority, labels, depends_on, ..bare }
            }
            Deed::Delete => bare(BulkAction::Delete),
            Deed::Restore => bare(BulkAction::Restore),
        }
    }

    fn bare(card_id: CardId, revision: Option<u64>, action: BulkAction) -> Self {
        Self {
            card_id,
            revision,
            action,
            column_id: None,
            index: None,
            before_card_id: Patch::Absent,
            title: None,
            description: Patch::Absent,
            card_type: Patch::Absent,
            priority: Patch::Absent,
            labels: Patch::Absent,
            depends_on: Patch::Absent,
        }
    }

    /// What it does.
    ///
    /// # Errors
    /// If a field is there that its action has no use for, or one is missing that it needs.
    pub fn deed(self) -> Result<Deed, Misplaced> {
        let action = self.action;
        if let Some(field) = self.fields().find(|field| !action.takes(field)) {
            return Err(Misplaced::Foreign { action, field });
        }
        let Self { column_id, index, before_card_id, .. } = self;
        Ok(match action {
            BulkAction::Move => {
                let column_id = column_id.ok_or(Misplaced::Missing { action, field: "columnId" })?;
                Deed::Move(MoveCard { column_id, index, before_card_id })
            }
            BulkAction::Patch => Deed::Patch(Box::new(PatchCard {
                title: self.title,
                description: self.description,
                column_id,
                card_type: self.card_type,
                priority: self.priority,
                labels: self.labels,
                depends_on: self.depends_on,
            })),
            BulkAction::Delete => Deed::Delete,
            BulkAction::Restore => Deed::Restore,
        })
    }

    /// The fields that are there, beside those that every action has.
    fn fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        [
            ("columnId", self.column_id.is_some()),
            ("index", self.index.is_some()),
            ("beforeCardId", !self.before_card_id.is_absent()),
            ("title", self.title.is_some()),
            ("description", !self.description.is_absent()),
            ("type", !self.card_type.is_absent()),
            ("priority", !self.priority.is_absent()),
            ("labels", !self.labels.is_absent()),
            ("dependsOn", !self.depends_on.is_absent()),
        ]
        .into_iter()
        .filter_map(|(field, is_there)| is_there.then_some(field))
    }
}

/// What a bulk answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkDone {
    /// Each card that was named, once, in the order in which they were first named.
    pub cards: Vec<BulkCard>,
}

/// A card after a bulk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkCard {
    /// The card.
    pub card_id: CardId,
    /// Its revision by now, by which an undo can be guarded.
    pub revision: u64,
    /// The card as it is; absent if it is deleted by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Box<Card>>,
}

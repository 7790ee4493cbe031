//! How a step of a patch is read: all fields that any step has, then by its name those that it needs.
//!
//! Derived, the tagged enum would first keep each step as a tree of values and read it from that: twice the work for
//! the reader, and twice the code for every type that a step carries.

use serde::Deserialize;

use super::PatchOp;
use crate::board::ColumnHead;
use crate::card::Card;
use crate::ids::{CardId, ColumnId};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fields {
    op: String,
    card: Option<Box<Card>>,
    card_id: Option<CardId>,
    column: Option<ColumnHead>,
    column_id: Option<ColumnId>,
    column_order: Option<Vec<ColumnId>>,
    index: Option<usize>,
    name: Option<String>,
}

impl TryFrom<Fields> for PatchOp {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let Fields { op, card, card_id, column, column_id, column_order, index, name } = fields;
        let step = match op.as_str() {
            "upsertCard" => card.map(|card| Self::UpsertCard { card }),
            "removeCard" => card_id.map(|card_id| Self::RemoveCard { card_id }),
            "moveCard" => match (card_id, column_id, index) {
                (Some(card_id), Some(column_id), Some(index)) => {
                    Some(Self::MoveCard { card_id, column_id, index })
                }
                _ => None,
            },
            "upsertColumn" => column.map(|column| Self::UpsertColumn { column }),
            "removeColumn" => column_id.map(|column_id| Self::RemoveColumn { column_id }),
            "orderColumns" => column_order.map(|column_order| Self::OrderColumns { column_order }),
            "setName" => name.map(|name| Self::SetName { name }),
            _ => return Err(format!("there is no step {op}")),
        };
        step.ok_or_else(|| format!("a field of the step {op} is missing"))
    }
}

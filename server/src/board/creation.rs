//! Creations with an id of the client's: asked twice, they are done once.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use shared::time::Timestamp;
use sqlx::SqliteConnection;

use super::CommandError;
use crate::hex::hex;
use crate::ids;
use crate::store::StoreError;
use crate::store::creations::{self, Creation};

/// A creation that is asked for, perhaps not for the first time.
pub(crate) struct Asked {
    kind: &'static str,
    /// The id that the client gave; only with one can a repetition be told.
    id: Option<String>,
    body_hash: String,
}

impl Asked {
    /// A creation of this kind of thing, in a place and with a body.
    pub fn new(
        kind: &'static str,
        id: Option<&str>,
        place: &str,
        body: &impl Serialize,
    ) -> Result<Self, CommandError> {
        if id.is_some_and(|id| !ids::is_acceptable(id)) {
            return Err(CommandError::invalid("id", "The id is not a UUID of version 7 in lower case.")
                .hint("Leave the id out, or make one such as 0197c0de-0000-7000-8000-000000000000."));
        }
        let body = serde_json::to_vec(&(kind, place, body)).map_err(StoreError::from)?;
        let body_hash = hex(&Sha256::digest(body));
        Ok(Self { kind, id: id.map(str::to_owned), body_hash })
    }

    /// The id of what will be created.
    pub fn id<Id: From<String>>(&self) -> Id {
        self.id.clone().map_or_else(ids::new_id, Id::from)
    }

    /// What was answered the first time, if this is a repetition.
    pub async fn answered<T: DeserializeOwned>(
        &self,
        conn: &mut SqliteConnection,
    ) -> Result<Option<T>, CommandError> {
        let Some(id) = &self.id else { return Ok(None) };
        match creations::by_id(conn, id).await? {
            None => Ok(None),
            Some(first) if first.kind == self.kind && first.body_hash == self.body_hash => {
                Ok(Some(serde_json::from_str(&first.answer).map_err(StoreError::from)?))
            }
            Some(first) => Err(CommandError::conflict(format!(
                "The id {id} was used for another {} already.",
                first.kind
            ))
            .hint("Use a new id for each thing that you create.")),
        }
    }

    /// Keeps the answer for repetitions.
    pub async fn remember(
        self,
        conn: &mut SqliteConnection,
        answer: &impl Serialize,
        now: Timestamp,
    ) -> Result<(), CommandError> {
        let Some(id) = self.id else { return Ok(()) };
        let answer = serde_json::to_string(answer).map_err(StoreError::from)?;
        let creation = Creation { id, kind: self.kind.to_owned(), body_hash: self.body_hash, answer };
        Ok(creations::insert(conn, &creation, now).await?)
    }
}

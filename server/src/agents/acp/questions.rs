//! The questions of an agent that are open.

use std::collections::HashMap;

use agent_client_protocol::v1::schema::{
    RequestPermissionOutcome, RequestPermissionResponse, SelectedPermissionOutcome,
};
use serde_json::value::RawValue;
use shared::conversation::PermissionOption;
use shared::ids::{OptionId, RequestId};

use super::wire::{self, Message};

/// How many questions may be open at once.
const MAX_OPEN: usize = 64;

/// The questions that wait for an answer.
#[derive(Debug, Default)]
pub(super) struct Questions {
    open: HashMap<RequestId, Open>,
}

#[derive(Debug)]
struct Open {
    asked_as: wire::RequestId,
    options: Vec<PermissionOption>,
}

/// A question is open no more.
#[derive(Debug)]
pub(super) struct Settled {
    pub request_id: RequestId,
    pub option_id: Option<OptionId>,
    /// The answer for the agent.
    pub answer: Message,
}

impl Questions {
    /// Whether there is no room for another one.
    pub fn is_full(&self) -> bool {
        self.open.len() >= MAX_OPEN
    }

    /// A question is open.
    pub fn ask(&mut self, request_id: RequestId, asked_as: wire::RequestId, options: Vec<PermissionOption>) {
        self.open.insert(request_id, Open { asked_as, options });
    }

    /// Answers a question. None if it is not open, or the option was not offered.
    pub fn settle(&mut self, request_id: &RequestId, option_id: Option<OptionId>) -> Option<Settled> {
        let open = self.open.get(request_id)?;
        let offered = |id: &OptionId| open.options.iter().any(|option| option.option_id == *id);
        if option_id.as_ref().is_some_and(|id| !offered(id)) {
            tracing::warn!(%request_id, "an answer that was not offered is ignored");
            return None;
        }
        let open = self.open.remove(request_id)?;
        let outcome = match &option_id {
            Some(id) => RequestPermissionOutcome::Selected(SelectedPermissionOutcome::new(id.to_string())),
            None => RequestPermissionOutcome::Cancelled,
        };
        let answer = wire::answer(&open.asked_as, wire::done(&RequestPermissionResponse::new(outcome)));
        Some(Settled { request_id: request_id.clone(), option_id, answer })
    }

    /// Withdraws all questions.
    pub fn withdraw(&mut self) -> Vec<Settled> {
        let mut open: Vec<RequestId> = self.open.keys().cloned().collect();
        // In the order in which they were asked: ids grow.
        open.sort();
        open.iter().filter_map(|id| self.settle(id, None)).collect()
    }

    /// The question that the agent knows by this id.
    pub fn asked_as(&self, json: &RawValue) -> Option<RequestId> {
        self.open.iter().find(|(_, open)| open.asked_as.is(json)).map(|(id, _)| id.clone())
    }
}

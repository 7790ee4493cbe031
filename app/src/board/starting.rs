//! Starting an attempt at a card without opening it.

use leptos::task::spawn_local;
use shared::ids::{AttemptId, CardId};
use shared::requests::StartAttempt;

use super::context::BoardContext;
use crate::api;

/// Starts an attempt at a card by the agent that the server chooses, and says so; the card's face tells the rest.
pub fn start(board: BoardContext, card: CardId) {
    let Some(key) = board.key_of(&card) else { return };
    board.notices.say(format!("Starting {key}"));
    let id = board.kanban.board_id();
    spawn_local(async move {
        let body = StartAttempt { id: Some(AttemptId::new(api::new_id())), ..StartAttempt::default() };
        match api::start_attempt(&id, &card, &body).await {
            Ok(answer) => board.notices.say(format!("Started {key}: {}", answer.value.agent)),
            Err(why) => board.notices.failed(format!("{key} was not started: {why}")),
        }
    });
}

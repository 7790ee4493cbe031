//! A sample project: a small repository with a commit, and a board whose cards show what the demo agent can do.

mod cards;
mod files;

use std::path::Path;

use shared::board::BoardSummary;
use shared::ids::AgentId;
use shared::requests::{CreateBoard, StartAttempt};

use crate::attempts::commands;
use crate::board::{Answer, CommandError, CommandResult, cards as board_cards, projects};
use crate::events::Events;
use crate::git::first_commit::commit_all;
use crate::ids::random_name;
use crate::state::AppState;
use crate::store::boards;

/// The sample's name.
const NAME: &str = "Tide tables";

/// Makes a sample project in the data folder.
///
/// # Errors
/// If its repository can't be made; then nothing of it is left.
pub async fn create(events: &Events, data: &Path) -> CommandResult<BoardSummary> {
    let root = data.join("samples").join(format!("tide-tables-{}", &random_name()[..6]));
    match make(events, &root).await {
        Ok(made) => Ok(made),
        Err(error) => {
            // It was made here and holds nothing of anybody's.
            _ = tokio::fs::remove_dir_all(&root).await;
            Err(error)
        }
    }
}

/// The cards whose attempts a demonstration begins with: one that asks, and one that takes its time.
const AT_WORK: [&str; 2] = ["TT-2", "TT-4"];

/// Makes a sample project with agents at work.
///
/// # Errors
/// If it can't be made.
pub async fn demonstrate(state: &AppState) -> Result<(), CommandError> {
    let attempts = &state.attempts;
    let board = create(&state.events, attempts.data()).await?.value.board_id;
    let mut read = state.store.read().await?;
    let cards = boards::state(&mut read, &board).await?.map(|board| board.cards).unwrap_or_default();
    drop(read);
    for card in cards.values().filter(|card| AT_WORK.contains(&card.key.as_str())) {
        let body = StartAttempt { agent: Some(AgentId::new("demo")), ..StartAttempt::default() };
        commands::start(attempts, &board, &card.id, body).await?;
    }
    Ok(())
}

async fn make(events: &Events, root: &Path) -> CommandResult<BoardSummary> {
    let made = make_board(events, root).await?;
    let board = made.value.board_id.clone();
    let mut at = made.at;
    for card in cards::all() {
        at = board_cards::create(events, &board, card).await?.at;
    }
    let value = projects::summary(events, &board).await?;
    Ok(Answer { value, at })
}

async fn make_board(events: &Events, root: &Path) -> CommandResult<BoardSummary> {
    write_files(root).await.map_err(|error| {
        CommandError::unavailable(format!("The sample can't be written to {}: {error}.", root.display()))
            .hint("Make room on the disk of the data folder, and try again.")
    })?;
    let repository_path = root.to_string_lossy().into_owned();
    let body = CreateBoard { id: None, name: NAME.to_owned(), repository_path, initialize: true };
    let made = projects::create(events, body).await?;
    let committed = commit_all(root, "Begin the tide tables").await;
    if let Err(error) = committed {
        projects::delete(events, &made.value.board_id, None).await?;
        return Err(CommandError::unavailable(format!("The sample's first commit can't be made: {error}."))
            .hint("See that git works on this machine, and try again."));
    }
    Ok(made)
}

async fn write_files(root: &Path) -> std::io::Result<()> {
    tokio::fs::create_dir_all(root).await?;
    for (name, text) in files::ALL {
        tokio::fs::write(root.join(name), text).await?;
    }
    Ok(())
}

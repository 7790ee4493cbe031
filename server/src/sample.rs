//! A sample project: a small repository with a commit, and a board whose cards show what the demo agent can do.

mod cards;
mod files;

use std::path::{Path, PathBuf};

use shared::board::BoardSummary;
use shared::requests::CreateBoard;

use crate::board::{Answer, CommandError, CommandResult, cards as board_cards, projects};
use crate::events::Events;
use crate::git::first_commit::commit_all;
use crate::ids::random_name;

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

async fn make(events: &Events, root: &PathBuf) -> CommandResult<BoardSummary> {
    let made = make_board(events, root).await?;
    let board = made.value.board_id.clone();
    let mut at = made.at;
    for card in cards::all() {
        at = board_cards::create(events, &board, card).await?.at;
    }
    let value = projects::summary(events, &board).await?;
    Ok(Answer { value, at })
}

async fn make_board(events: &Events, root: &PathBuf) -> CommandResult<BoardSummary> {
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

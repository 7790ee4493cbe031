//! Projects, each with its board: add, change, remove.

mod making;

use std::path::PathBuf;

use shared::board::{BoardSummary, ColumnHead, ColumnKey};
use shared::ids::BoardId;
use shared::requests::{BoardSettings, CreateBoard, PatchBoard, validate};
use sqlx::SqliteConnection;

use super::creation::Asked;
use super::edit::{Edit, expect_revision};
use super::fields::Fields;
use super::ticket_key::key_prefix;
use super::{Answer, CommandError, CommandResult};
use crate::attempts::copy_files::Patterns;
use crate::events::{Change, DomainEvent, Events};
use crate::git::GitError;
use crate::git::branch::BranchTemplate;
use crate::git::work_tree::{self, WorkTree, WorkTreeError};
use crate::ids;
use crate::store::boards::StoredBoard;
use crate::store::{attempts, boards, columns};

/// The most bytes of a path; no system takes more.
const PATH_BYTES: usize = 4096;

/// The columns that every board begins with.
const COLUMNS: [(ColumnKey, &str); 4] = [
    (ColumnKey::Backlog, "Backlog"),
    (ColumnKey::InProgress, "In Progress"),
    (ColumnKey::Review, "Review"),
    (ColumnKey::Done, "Done"),
];

/// Adds the git repository at a path as a project, with a board of four columns.
///
/// # Errors
/// If the path is not a work tree, or is a project already.
pub async fn create(events: &Events, body: CreateBoard) -> CommandResult<BoardSummary> {
    let asked = Asked::new("board", body.id.as_ref().map(BoardId::as_str), "", &body)?;
    let mut fields = Fields::default();
    let name = fields.take("name", validate::board_name(&body.name));
    let path = fields.take("repositoryPath", absolute_path(&body.repository_path));
    fields.finish()?;
    let (Some(name), Some(path)) = (name, path) else {
        return Err(CommandError::broken("a body without complaints lacks a field"));
    };
    if let Some(first) = repeated(events, &asked).await? {
        return Ok(first);
    }
    // Git may take its time; nobody else has to wait for it.
    if body.initialize {
        making::create(events, asked, name, &path).await
    } else {
        let found = work_tree::find(&path).await.map_err(no_work_tree)?;
        create_on(events, asked, name, found).await
    }
}

/// The answer to a creation that was asked for before: what became of the path since does not matter.
async fn repeated(events: &Events, asked: &Asked) -> Result<Option<Answer<BoardSummary>>, CommandError> {
    let mut read = events.store().read().await?;
    let at = read.position().clone();
    Ok(asked.answered(&mut read).await?.map(|value| Answer { value, at }))
}

async fn create_on(
    events: &Events,
    asked: Asked,
    name: String,
    work_tree: WorkTree,
) -> CommandResult<BoardSummary> {
    let mut change = events.begin().await?;
    if let Some(value) = asked.answered(change.conn()).await? {
        return Ok(Answer { value, at: change.commit().await? });
    }
    refuse_taken(change.conn(), &work_tree.root).await?;
    let now = change.now();
    let board = StoredBoard {
        id: asked.id(),
        key_prefix: key_prefix(&name, &boards::key_prefixes(change.conn()).await?),
        name,
        repository_path: work_tree.root,
        default_branch: work_tree.default_branch,
        next_number: 1,
        revision: 1,
        meta_revision: 1,
        settings: BoardSettings::default(),
        created_at: now,
        updated_at: now,
    };
    insert(&mut change, &board).await?;
    let summary = boards::summary(change.conn(), &board.id).await?;
    let value = summary.ok_or_else(|| CommandError::broken("a board that was added is not there"))?;
    asked.remember(change.conn(), &value, now).await?;
    change.record(DomainEvent::BoardCreated { board_id: board.id });
    Ok(Answer { value, at: change.commit().await? })
}

/// Refuses a work tree that is a project already.
async fn refuse_taken(conn: &mut SqliteConnection, root: &str) -> Result<(), CommandError> {
    match boards::name_by_repository(conn, root).await? {
        None => Ok(()),
        Some(other) => Err(CommandError::conflict(format!("{root} is the project \"{other}\" already."))
            .hint("Open that project, or name another repository or worktree.")),
    }
}

async fn insert(change: &mut Change, board: &StoredBoard) -> Result<(), CommandError> {
    boards::insert(change.conn(), board).await?;
    for (place, (key, title)) in (0_u64..).zip(COLUMNS) {
        let head = ColumnHead {
            id: ids::new_id(),
            key: Some(key),
            revision: 1,
            title: title.to_owned(),
            wip_limit: None,
        };
        columns::insert(change.conn(), &board.id, &head, place).await?;
    }
    Ok(())
}

/// A board as the list of boards has it.
///
/// # Errors
/// If there is no such board.
pub async fn summary(events: &Events, board: &BoardId) -> Result<BoardSummary, CommandError> {
    let mut read = events.store().read().await?;
    boards::summary(&mut read, board).await?.ok_or_else(|| CommandError::no_board(board))
}

/// Changes a board's name or settings; `expected` is its `metaRevision`.
///
/// # Errors
/// If there is no such board, it has changed since, or the body is not allowed.
pub async fn patch(
    events: &Events,
    board: &BoardId,
    expected: Option<u64>,
    body: PatchBoard,
) -> CommandResult<BoardSummary> {
    let name = match body.name {
        Some(name) => {
            Some(validate::board_name(&name).map_err(|message| CommandError::invalid("name", message))?)
        }
        None => None,
    };
    let settings = body.settings.map(check_settings).transpose()?;
    let mut edit = Edit::begin(events, board).await?;
    edit.expect_meta(expected)?;
    if let Some(name) = name.filter(|name| *name != edit.board().name) {
        edit.rename(name);
    }
    if let Some(settings) = settings.filter(|settings| *settings != edit.board().settings) {
        edit.set_settings(settings);
    }
    edit.answer_summary().await
}

/// The settings in their normal form, if they make sense to those who will use them.
fn check_settings(settings: BoardSettings) -> Result<BoardSettings, CommandError> {
    let settings = settings.checked().map_err(CommandError::invalid_fields)?;
    if let Err(error) = Patterns::parse(&settings.copy_files) {
        return Err(CommandError::invalid("settings.copyFiles", error.to_string()));
    }
    if let Some(template) = &settings.branch_template
        && let Err(error) = BranchTemplate::parse(template)
    {
        return Err(CommandError::invalid("settings.branchTemplate", error.to_string()));
    }
    Ok(settings)
}

/// Refuses if there is no such board, or it changed since the `metaRevision` that was named.
///
/// # Errors
/// The refusal.
pub async fn expect_meta(
    events: &Events,
    board: &BoardId,
    expected: Option<u64>,
) -> Result<(), CommandError> {
    let mut read = events.store().read().await?;
    let found = boards::stored(&mut read, board).await?.ok_or_else(|| CommandError::no_board(board))?;
    expect_revision(expected, found.meta_revision, &format!("The board \"{}\"", found.name))
}

/// Removes a project with its board; `expected` is its `metaRevision`. The repository stays as it is.
///
/// # Errors
/// If there is no such board, or it has changed since.
pub async fn delete(events: &Events, board: &BoardId, expected: Option<u64>) -> CommandResult<()> {
    let mut change = events.begin().await?;
    let found = boards::stored(change.conn(), board).await?.ok_or_else(|| CommandError::no_board(board))?;
    expect_revision(expected, found.meta_revision, &format!("The board \"{}\"", found.name))?;
    if attempts::is_any_active(change.conn(), board, None).await? {
        return Err(CommandError::conflict(format!("Agents are working on cards of \"{}\".", found.name))
            .hint("Stop their attempts first, or wait for them to end."));
    }
    boards::delete(change.conn(), board).await?;
    change.record(DomainEvent::BoardDeleted { board_id: found.id });
    Ok(Answer { value: (), at: change.commit().await? })
}

/// A path as a person types it, without relying on where the server was started.
fn absolute_path(text: &str) -> Result<PathBuf, String> {
    if text.trim().is_empty() {
        return Err("The repository's path can't be empty.".to_owned());
    }
    if text.len() > PATH_BYTES {
        return Err(format!("The repository's path has {} bytes; at most {PATH_BYTES} fit.", text.len()));
    }
    if text.chars().any(char::is_control) {
        return Err("The repository's path contains a control character.".to_owned());
    }
    let path = match text.strip_prefix("~/") {
        Some(rest) => match std::env::home_dir() {
            Some(home) => home.join(rest),
            None => return Err("The server has no home folder that ~ could mean.".to_owned()),
        },
        None => PathBuf::from(text),
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("The repository's path {text} does not start at /."))
    }
}

/// Why a path can't become a project, and what to do. Where `initialize` would help, the refusal names that field too.
fn no_work_tree(error: WorkTreeError) -> CommandError {
    if let WorkTreeError::Git(error) = &error {
        return no_git(error);
    }
    let can_be_made = matches!(error, WorkTreeError::Missing(_) | WorkTreeError::NotARepository(_));
    let refused =
        CommandError::invalid("repositoryPath", sentence(&error.to_string())).hint(path_hint(&error));
    if !can_be_made {
        return refused;
    }
    refused.with_error("initialize", "With initialize, Mainstay makes a repository there.")
}

fn path_hint(error: &WorkTreeError) -> String {
    match error {
        WorkTreeError::Missing(_) | WorkTreeError::NotARepository(_) => {
            "Check the path, or let Mainstay make a repository there (initialize).".to_owned()
        }
        WorkTreeError::MissingParent(_) => "Check the path.".to_owned(),
        WorkTreeError::NotADirectory(_) => "Name the folder of a repository.".to_owned(),
        WorkTreeError::Bare(_) => {
            "Make a worktree of it (git worktree add), and name that; or name the folder above .git."
                .to_owned()
        }
        WorkTreeError::Unreadable(_) | WorkTreeError::Io { .. } => {
            "Let the user that runs Mainstay read that folder and those above it.".to_owned()
        }
        WorkTreeError::Untrusted(path) => format!(
            "If you trust it, run as the user of the server: git config --global --add safe.directory {}",
            path.display()
        ),
        WorkTreeError::NotText(_) => "Rename the folder so that its path is UTF-8.".to_owned(),
        WorkTreeError::NotInitialized { .. } => "Name a folder that the server may write.".to_owned(),
        WorkTreeError::Git(error) => git_hint(error).to_owned(),
    }
}

/// Git gave no answer: no path would be better, so it is not the path's fault.
fn no_git(error: &GitError) -> CommandError {
    CommandError::unavailable(sentence(&error.to_string())).hint(git_hint(error))
}

fn git_hint(error: &GitError) -> &'static str {
    match error {
        GitError::Missing => "Install git, or put it on the server's PATH.",
        GitError::TimedOut(_) | GitError::Stopped | GitError::Failed(_) => {
            "Try again; if it stays so, try git in that folder yourself."
        }
    }
}

/// Begins with a capital, unless it begins with a path, and ends with a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).chain(['.']).collect()
}

#[cfg(test)]
mod tests;

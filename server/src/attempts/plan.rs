//! Where an attempt begins and what its branch is called.

use std::path::Path;

use shared::ids::{BoardId, CardId};

use crate::board::CommandError;
use crate::git::GitError;
use crate::git::branch::{BranchTemplate, DEFAULT_TEMPLATE};
use crate::git::branches;
use crate::store::{Store, attempts, boards, cards};

/// The branches of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub branch: String,
    pub base_branch: String,
}

/// Draws up where an attempt at a card begins: at `base`, or the board's default branch.
///
/// # Errors
/// If there is no such card, or the repository has no commit there.
pub(super) async fn draw_up(
    store: &Store,
    board: &BoardId,
    card: &CardId,
    base: Option<String>,
) -> Result<Plan, CommandError> {
    let mut tx = store.read().await?;
    let stored = boards::stored(&mut tx, board).await?.ok_or_else(|| CommandError::no_board(board))?;
    let detail = cards::detail(&mut tx, board, card).await?;
    let card = detail.ok_or_else(|| CommandError::no_card(card))?.card;
    let before = attempts::newest_of_card(&mut tx, &card.id).await?;
    drop(tx);
    let root = Path::new(&stored.repository_path);
    let base_branch = base_branch(root, base, stored.default_branch).await?;
    let number = before.map_or(1, |before| before.attempt.number + 1);
    let template = stored.settings.branch_template.as_deref().unwrap_or(DEFAULT_TEMPLATE);
    let branch = free_branch(root, template, &card.key, &card.title, number).await?;
    Ok(Plan { branch, base_branch })
}

async fn base_branch(
    root: &Path,
    named: Option<String>,
    default: Option<String>,
) -> Result<String, CommandError> {
    let is_default = named.is_none();
    let base = match named.or(default) {
        Some(base) => base,
        None => branches::checked_out(root).await.map_err(no_git)?.ok_or_else(no_base)?,
    };
    if branches::has_commit(root, &base).await.map_err(no_git)? {
        return Ok(base);
    }
    if is_default {
        return Err(CommandError::refused(format!(
            "The repository {} has no commit on {base}, so there is nothing to start from.",
            root.display()
        ))
        .hint("Make a first commit there, or name another branch to start from."));
    }
    Err(CommandError::invalid("baseBranch", format!("The repository has no branch \"{base}\"."))
        .hint("Name a branch that exists, such as main or origin/main."))
}

/// The first name that no branch has: an attempt after the first carries its number.
async fn free_branch(
    root: &Path,
    template: &str,
    key: &str,
    title: &str,
    number: u32,
) -> Result<String, CommandError> {
    let template = BranchTemplate::parse(template)
        .map_err(|error| CommandError::broken(format!("the branch template \"{template}\": {error}")))?;
    let first = template.name(key, title);
    let skipped = usize::try_from(number - 1).unwrap_or_default();
    for candidate in first.variants().skip(skipped).take(MOST_VARIANTS) {
        if !branches::exists(root, &candidate).await.map_err(no_git)? {
            return Ok(candidate.as_str().to_owned());
        }
    }
    Err(CommandError::conflict(format!("Too many branches are called like \"{}\".", first.as_str()))
        .hint("Remove those that are not needed any more."))
}

/// How many names are tried.
const MOST_VARIANTS: usize = 50;

fn no_base() -> CommandError {
    CommandError::refused("The repository has no branch checked out to start from.")
        .hint("Name the branch to start from, or check one out.")
}

fn no_git(error: GitError) -> CommandError {
    CommandError::unavailable(format!("The repository can't be read: {error}."))
        .hint("Install git, or see what keeps it from answering, and try again.")
}

//! Worktrees: the folders that attempts work in, each with a branch of its own.

mod base;
mod create;
mod folder;
mod leftover;
mod list;
mod place;
mod refusal;
mod remove;
mod submodules;
mod turn;

pub(super) use base::commit as base_commit;
pub use create::{CreateError, NewWorktree, Worktree, create};
pub use place::worktree_path;
pub use refusal::RepositoryError;
pub use remove::{OnWork, Removal, RemoveError, Work, remove};

//! Worktrees: the folders that attempts work in, each with a branch of its own.

mod list;
mod place;

pub use place::worktree_path;

//! The git command line behind typed outcomes. Nothing else starts git.

pub mod branch;
pub mod branches;
mod component;
pub mod diff_count;
pub mod first_commit;
#[cfg(test)]
pub(crate) mod fixture;
mod index_copy;
pub mod initialize;
mod ref_format;
mod run;
pub mod snapshot;
pub mod status;
pub mod work_tree;
pub mod worktree;

pub use run::{GitError, REDIRECTIONS};

//! The git command line behind typed outcomes. Nothing else starts git.

pub mod branch;
mod component;
pub mod initialize;
mod ref_format;
mod run;
pub mod work_tree;
pub mod worktree;

pub use run::{GitError, REDIRECTIONS};

//! The git command line behind typed outcomes. Nothing else starts git.

pub mod initialize;
mod run;
pub mod work_tree;

pub use run::GitError;

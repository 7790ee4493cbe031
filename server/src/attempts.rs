//! Attempts: one agent's tries at cards, each in its own worktree and branch.

pub mod copy_files;
pub mod host;
pub mod machine;
pub mod script;

//! Running git.

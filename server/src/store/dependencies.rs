//! The table `dependencies`.

//! The table `columns`.

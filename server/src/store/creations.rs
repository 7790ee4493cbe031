//! The table `creations`.

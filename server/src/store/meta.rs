//! The table `meta`: which database this is, and how far its message log goes.

//! Which requests become a stream, and what the others are told.

//! How much fits into which field.

/// The most characters of a title, be it of a card, a column or a board.
pub const TITLE_CHARS: usize = 500;
/// The most bytes of a description.
pub const DESCRIPTION_BYTES: usize = 64 * 1024;
/// The most labels of a card.
pub const LABELS: usize = 20;
/// The most characters of a label.
pub const LABEL_CHARS: usize = 50;
/// The most bytes of a prompt.
pub const PROMPT_BYTES: usize = 256 * 1024;

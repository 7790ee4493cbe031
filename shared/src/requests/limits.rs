//! How much fits into which field.

/// The most characters of a title, be it of a card, a column or a board.
pub const TITLE_CHARS: usize = 500;
/// The most bytes of a description.
pub const DESCRIPTION_BYTES: usize = 64 * 1024;
/// The most labels of a card.
pub const LABELS: usize = 20;
/// The most characters of a label.
pub const LABEL_CHARS: usize = 50;
/// The most characters of a saved view's name.
pub const VIEW_NAME_CHARS: usize = 100;
/// The most characters of a filter: of a saved view, and of a search.
pub const QUERY_CHARS: usize = 500;
/// The most views of a board.
pub const VIEWS: usize = 100;
/// The most bytes of a prompt.
pub const PROMPT_BYTES: usize = 256 * 1024;
/// The most characters of an agent's name.
pub const AGENT_CHARS: usize = 64;
/// The most words of an agent's command.
pub const COMMAND_WORDS: usize = 100;
/// The most bytes of an agent's command, all words together.
pub const COMMAND_BYTES: usize = 32 * 1024;
/// The most variables of an agent.
pub const VARIABLES: usize = 100;
/// The most bytes of a variable's name.
pub const VARIABLE_NAME_BYTES: usize = 200;
/// The most bytes of an agent's variables, names and values together.
pub const VARIABLES_BYTES: usize = 64 * 1024;
/// The most operations of a bulk.
pub const BULK_OPERATIONS: usize = 500;

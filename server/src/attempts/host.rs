//! What the detached process that keeps an attempt's agent alive shares with the server: the journal that it writes, and
//! the lines that the two exchange.
//!
//! The host owns the agent. It journals each of the agent's updates under the next number before it tells the server, and
//! each of the server's commands before it acts on it. So either side may die or be replaced at any moment: what the other
//! one missed is told again, and what it knows already is recognised by its number or id.

pub mod exchange;
pub mod journal;
pub mod protocol;

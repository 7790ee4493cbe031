//! The detached process that keeps an attempt's agent alive, and what it shares with the server: the journal that it
//! writes, and the lines that the two exchange.
//!
//! The host owns the agent. It journals each of the agent's updates under the next number before it tells the server, and
//! each of the server's commands before it acts on it. So either side may die or be replaced at any moment: what the other
//! one missed is told again, and what it knows already is recognised by its number or id.

mod connection;
pub mod exchange;
pub mod folder;
pub mod journal;
pub mod journal_file;
mod lifetime;
pub mod lines;
pub mod protocol;
pub mod run;

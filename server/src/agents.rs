//! Agents: the programs that do the work on cards, and how they are run.
//!
//! A driver runs one agent for one attempt: [`driver::Launch`] says how, [`driver::Order`]s go in, [`update::Update`]s come
//! out, untranslated. Drivers know neither attempts nor the store: their home is the attempt's host process. What an update
//! means is read elsewhere and later, as [`said::Said`].

pub mod acp;
mod decoder;
pub mod driver;
mod lines;
mod process_group;
pub mod said;
mod stderr;
pub mod update;

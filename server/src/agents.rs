//! Agents: the programs that do the work on cards, and how they are run.
//!
//! A driver runs one agent for one attempt: [`driver::Launch`] says how, [`driver::Order`]s go in, [`update::Update`]s come
//! out, untranslated. Drivers know neither attempts nor the store: their home is the attempt's host process. What an update
//! means is read elsewhere and later, as [`said::Said`].

pub mod acp;
pub mod catalog;
pub mod command;
pub mod demo;
pub mod driver;
pub mod ending;
pub mod environment;
pub mod last_words;
pub mod lines;
pub mod program;
pub mod said;
pub mod update;

use tokio::sync::mpsc;

use driver::{Launch, Order, Protocol};
use update::Update;

/// Runs an agent until it ends. It is ended when there can be no more orders.
pub async fn run(launch: Launch, orders: mpsc::Receiver<Order>, updates: mpsc::Sender<Update>) {
    match launch.protocol {
        Protocol::Acp => {
            let patience = acp::Patience { answer: launch.answer, ..acp::Patience::default() };
            acp::run(launch, patience, orders, updates).await;
        }
        Protocol::Command => command::run(launch, orders, updates).await,
    }
}

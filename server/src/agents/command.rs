//! The driver for any coding tool with a command line: one run of it for each prompt, and its output as lines.
//!
//! The prompt takes the place of `{prompt}` in the arguments; without such a place it comes on the standard input. A tool
//! like that has no session of its own that could be gone on with: whatever it remembers, it remembers in the worktree.

mod turn;

use std::collections::VecDeque;
use std::pin::pin;
use std::time::Duration;

use shared::ids::SessionId;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::turn::Turn;
use super::driver::{Launch, Order};
use super::update::Update;
use crate::ids::new_id;

/// The most prompts that wait for the one before to be done; after them, orders stay where they are.
const WAITING_PROMPTS: usize = 16;

/// How long a tool is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After it was asked to end, before it is killed.
    pub with_its_end: Duration,
    /// After it has ended, with children that hold its output, before they are killed.
    pub with_its_children: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { with_its_end: Duration::from_secs(5), with_its_children: Duration::from_secs(1) }
    }
}

/// Runs a tool for each prompt until there are no more orders, or nobody takes its updates. Dropped, it leaves nothing
/// running.
pub async fn run(launch: Launch, orders: mpsc::Receiver<Order>, updates: mpsc::Sender<Update>) {
    run_with(launch, orders, updates, Patience::default()).await;
}

/// Like [`run`], with other patience.
pub async fn run_with(
    launch: Launch,
    mut orders: mpsc::Receiver<Order>,
    updates: mpsc::Sender<Update>,
    patience: Patience,
) {
    if updates.send(session(&launch)).await.is_err() {
        return;
    }
    let mut waiting = VecDeque::new();
    while let Some(prompt) = next_prompt(&mut waiting, &mut orders).await {
        let cancel = CancellationToken::new();
        let turn = Turn { launch: &launch, updates: &updates, patience, cancel: &cancel };
        let mut turn = pin!(turn.play(&prompt));
        let end = loop {
            tokio::select! {
                end = &mut turn => break end,
                order = orders.recv(), if waiting.len() < WAITING_PROMPTS => match order {
                    Some(Order::Prompt { text }) => waiting.push_back(text),
                    Some(Order::Cancel) => cancel.cancel(),
                    Some(Order::Decide { .. }) => {} // It asks nothing.
                    None => return,
                },
                () = updates.closed() => return,
            }
        };
        if updates.send(Update::TurnEnded(end)).await.is_err() {
            return;
        }
    }
}

fn session(launch: &Launch) -> Update {
    let session_id = launch.session.clone().unwrap_or_else(new_id::<SessionId>);
    // Each run begins without a memory of those before.
    Update::Session { session_id, is_continued: false }
}

/// The prompt whose turn it is; none when there are no more orders.
async fn next_prompt(waiting: &mut VecDeque<String>, orders: &mut mpsc::Receiver<Order>) -> Option<String> {
    if let Some(prompt) = waiting.pop_front() {
        return Some(prompt);
    }
    loop {
        if let Order::Prompt { text } = orders.recv().await? {
            return Some(text);
        }
    }
}

//! One terminal, from the start of its command to the last word of its output.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::tail::Tail;
use crate::agents::update::Update;
use crate::process_group::{ProcessGroup, Signal};
use crate::text_decoder::TextDecoder;

/// How much of a terminal's output is told at most.
const MAX_TOLD: usize = 16 << 20;
/// How much is held back at most until a tool names the terminal.
const MAX_HELD: usize = 1 << 20;
/// How long the output of a command that has ended is waited for: somebody who left its group may still hold it open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What is wanted of a terminal by now; nothing is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// The use of a tool was told that names it.
    pub is_named: bool,
    /// Its command should end.
    pub ends: bool,
}

/// A terminal that is tended.
pub(super) struct Tended {
    id: String,
    updates: mpsc::Sender<Update>,
    patience: Duration,
    /// What was printed before a tool named the terminal: until then nobody would know whose it is. None once it was named.
    held: Option<String>,
    told: usize,
}

impl Tended {
    /// A terminal whose command is about to run.
    pub fn new(id: String, updates: mpsc::Sender<Update>, patience: Duration) -> Self {
        Self { id, updates, patience, held: Some(String::new()), told: 0 }
    }

    /// Tends it until its command has ended and it is named or released. `wishes` is closed when it is released.
    pub async fn run(
        mut self,
        mut group: ProcessGroup,
        mut output: pipe::Receiver,
        mut wishes: watch::Receiver<Wish>,
        tail: Arc<Mutex<Tail>>,
        ended: watch::Sender<Option<ExitStatus>>,
    ) {
        let mut decoder = TextDecoder::default();
        let mut buffer = vec![0; 16 << 10];
        let mut status = None;
        let mut is_open = true;
        let (mut is_released, mut was_asked) = (false, false);
        let mut deadline = None;
        while is_open || status.is_none() {
            tokio::select! {
                read = output.read(&mut buffer), if is_open => match read {
                    Ok(0) | Err(_) => is_open = false,
                    Ok(read) => self.printed(&decoder.push(&buffer[..read]), &tail).await,
                },
                end = group.ended(), if status.is_none() => {
                    // It can't be known how, if the system can't say: not well.
                    status = Some(end.unwrap_or(ExitStatus::from_raw(Signal::KILL.as_raw())));
                    deadline = Some(Instant::now() + LAST_WORDS);
                }
                changed = wishes.changed(), if !is_released => {
                    let wish = *wishes.borrow_and_update();
                    if wish.is_named {
                        self.named().await;
                    }
                    if changed.is_err() {
                        is_released = true;
                        group.kill();
                    } else if wish.ends && !was_asked {
                        was_asked = true;
                        group.signal(Signal::TERM);
                        deadline.get_or_insert(Instant::now() + self.patience);
                    }
                },
                () = until(deadline) => match status {
                    Some(_) => is_open = false,
                    None => {
                        deadline = None;
                        group.kill();
                    }
                },
            }
        }
        self.printed(&decoder.finish(), &tail).await;
        ended.send_replace(status);
        if !is_released {
            // Or it is released.
            _ = wishes.wait_for(|wish| wish.is_named).await;
        }
        self.named().await;
        let exit_code = status.and_then(|status| status.code());
        self.send(Update::TerminalEnded { terminal_id: self.id.clone(), exit_code }).await;
    }

    async fn printed(&mut self, text: &str, tail: &Mutex<Tail>) {
        if text.is_empty() {
            return;
        }
        tail.lock().unwrap_or_else(PoisonError::into_inner).push(text);
        match &mut self.held {
            None => self.tell(text.to_owned()).await,
            Some(held) => {
                held.push_str(text);
                if held.len() > MAX_HELD {
                    self.named().await;
                }
            }
        }
    }

    async fn named(&mut self) {
        if let Some(held) = self.held.take().filter(|held| !held.is_empty()) {
            self.tell(held).await;
        }
    }

    async fn tell(&mut self, mut output: String) {
        if self.told > MAX_TOLD {
            return;
        }
        self.told += output.len();
        if self.told > MAX_TOLD {
            output = "\n[the output goes on; it was too long to be kept]\n".to_owned();
        }
        self.send(Update::Terminal { terminal_id: self.id.clone(), output }).await;
    }

    async fn send(&self, update: Update) {
        // Nobody listens any more: the driver finds out, and ends.
        let _ = self.updates.send(update).await;
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

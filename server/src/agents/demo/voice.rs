//! How a turn tells what it does: step by step, at the agent's pace, and no further once it is cancelled.

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::edit::Edit;
use super::pace::Pace;
use super::wire::{
    ChoiceOption, Location, Outcome, PlanEntry, Question, Text, ToolCall, ToolContent, Update, Updated,
};
use crate::ids::new_id;

const ALLOW: &str = "allow-once";
const REJECT: &str = "reject-once";

/// Why a turn goes no further.
#[derive(Debug)]
pub(super) enum Stop {
    /// It was cancelled.
    Cancelled,
    /// It failed, for this reason.
    Failed(String),
    /// There is nobody to tell.
    Unheard,
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Unheard
    }
}

/// A session's voice, for one turn.
#[derive(Clone)]
pub(super) struct Voice {
    pub client: Client,
    pub session_id: String,
    pub pace: Pace,
    pub cancel: CancellationToken,
}

/// A use of a tool that was told.
pub(super) struct Tool<'a> {
    voice: &'a Voice,
    id: String,
}

impl Voice {
    /// The same voice, in a turn that nobody can cancel.
    pub fn deaf(&self) -> Self {
        Self { cancel: CancellationToken::new(), ..self.clone() }
    }

    /// Prints a line on the standard error.
    pub async fn log(&self, line: &str) {
        let mut stderr = tokio::io::stderr();
        // Whoever does not want it has closed it.
        _ = stderr.write_all(format!("demo agent: {line}\n").as_bytes()).await;
        _ = stderr.flush().await;
    }

    /// Says something, word by word.
    pub async fn say(&self, text: &str) -> Result<(), Stop> {
        for word in text.split_inclusive(' ') {
            self.say_at_once(word).await?;
            self.pause(self.pace.step).await?;
        }
        Ok(())
    }

    /// Says something as one token, without a pause.
    pub async fn say_at_once(&self, text: &str) -> Result<(), Stop> {
        self.tell(Update::AgentMessageChunk { content: Text { text } }).await
    }

    /// Thinks something, a few words at a time.
    pub async fn think(&self, text: &str) -> Result<(), Stop> {
        for words in text.split_inclusive([',', '.']) {
            self.tell(Update::AgentThoughtChunk { content: Text { text: words } }).await?;
            self.pause(self.pace.step).await?;
        }
        Ok(())
    }

    /// Shows a plan of which so many entries are done.
    pub async fn plan(&self, entries: &[&str], done: usize) -> Result<(), Stop> {
        let status = |at: usize| match at.cmp(&done) {
            std::cmp::Ordering::Less => "completed",
            std::cmp::Ordering::Equal => "in_progress",
            std::cmp::Ordering::Greater => "pending",
        };
        let entry = |(at, &content)| PlanEntry { content, priority: "medium", status: status(at) };
        self.tell(Update::Plan { entries: entries.iter().enumerate().map(entry).collect() }).await?;
        self.pause(self.pace.step).await
    }

    /// Begins to use a tool.
    pub async fn tool(
        &self,
        kind: &'static str,
        title: &str,
        path: Option<&Path>,
        content: Option<ToolContent<'_>>,
    ) -> Result<Tool<'_>, Stop> {
        // An id of before would be taken for the same use, if the session was loaded in another process.
        let tool = Tool { voice: self, id: format!("call-{}", new_id::<String>()) };
        let call = ToolCall {
            tool_call_id: &tool.id,
            title: Some(title),
            kind: Some(kind),
            status: Some("pending"),
            locations: path.map(|path| [Location { path }]),
            content: content.map(|content| [content]),
        };
        self.tell(Update::ToolCall(call)).await?;
        self.pause(self.pace.step).await?;
        Ok(tool)
    }

    /// Rests, unless it is cancelled.
    pub async fn pause(&self, rest: Duration) -> Result<(), Stop> {
        self.client.flush().await?;
        if rest.is_zero() {
            tokio::task::yield_now().await;
        } else {
            self.cancel.run_until_cancelled(tokio::time::sleep(rest)).await;
        }
        self.check()
    }

    fn check(&self) -> Result<(), Stop> {
        if self.cancel.is_cancelled() { Err(Stop::Cancelled) } else { Ok(()) }
    }

    async fn tell(&self, update: Update<'_>) -> Result<(), Stop> {
        self.check()?;
        Ok(self.client.tell(Updated { session_id: &self.session_id, update }).await?)
    }
}

impl Tool<'_> {
    /// It is at work, or has come so far.
    pub async fn goes_on(&self, content: Option<ToolContent<'_>>) -> Result<(), Stop> {
        self.change("in_progress", content).await?;
        self.voice.pause(self.voice.pace.step).await
    }

    /// It is done.
    pub async fn is_done(&self, content: ToolContent<'_>) -> Result<(), Stop> {
        self.change("completed", Some(content)).await?;
        self.voice.pause(self.voice.pace.step).await
    }

    /// It was not done.
    pub async fn is_left_undone(&self) -> Result<(), Stop> {
        self.change("failed", None).await
    }

    /// Asks whether an edit may be made.
    pub async fn ask(&self, title: &str, edit: &Edit) -> Result<bool, Stop> {
        let tool_call = ToolCall {
            tool_call_id: &self.id,
            title: Some(title),
            kind: Some("edit"),
            status: Some("pending"),
            locations: None,
            content: Some([diff(edit)]),
        };
        let options = [
            ChoiceOption { option_id: ALLOW, name: "Allow", kind: "allow_once" },
            ChoiceOption { option_id: REJECT, name: "Reject", kind: "reject_once" },
        ];
        let question = Question { session_id: &self.voice.session_id, tool_call, options };
        let answer = self.voice.client.ask(question).await?;
        let answer = self.voice.cancel.run_until_cancelled(answer).await.ok_or(Stop::Cancelled)?;
        match answer.ok().flatten() {
            Some(Outcome::Selected { option_id }) if option_id == ALLOW => Ok(true),
            Some(Outcome::Selected { option_id }) if option_id == REJECT => Ok(false),
            Some(Outcome::Selected { option_id }) => {
                Err(Stop::Failed(format!("the client chose `{option_id}`, which was not offered")))
            }
            Some(Outcome::Cancelled) => Err(Stop::Cancelled),
            None => Err(Stop::Failed("the client did not answer the question".to_owned())),
        }
    }

    async fn change(&self, status: &'static str, content: Option<ToolContent<'_>>) -> Result<(), Stop> {
        let content = content.map(|content| [content]);
        let call = ToolCall { tool_call_id: &self.id, status: Some(status), content, ..ToolCall::default() };
        self.voice.tell(Update::ToolCallChange(call)).await
    }
}

/// An edit as a tool shows it.
pub(super) fn diff(edit: &Edit) -> ToolContent<'_> {
    ToolContent::Diff { path: &edit.path, old_text: edit.old.as_deref(), new_text: &edit.new }
}

/// Text as a tool shows it.
pub(super) fn text(text: &str) -> ToolContent<'_> {
    ToolContent::Content { content: Text { text } }
}

//! The client, as the agent sees it: somebody who is told things and asked questions, over the standard output.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncWriteExt as _, BufWriter, Stdout};
use tokio::sync::oneshot;

use super::wire::{Call, Decided, Granted, Outcome, Question, Refusal, RpcError, Said, Updated};

/// How much of what was told is sent at once, at the latest.
const OUTPUT_BUFFER: usize = 64 * 1024;

/// The client.
#[derive(Clone)]
pub(super) struct Client {
    output: Arc<tokio::sync::Mutex<BufWriter<Stdout>>>,
    questions: Arc<Mutex<Questions>>,
}

#[derive(Default)]
struct Questions {
    last: u64,
    open: HashMap<u64, oneshot::Sender<Option<Outcome>>>,
}

impl Client {
    pub fn new() -> Self {
        let output =
            Arc::new(tokio::sync::Mutex::new(BufWriter::with_capacity(OUTPUT_BUFFER, tokio::io::stdout())));
        Self { output, questions: Arc::default() }
    }

    /// Answers a request.
    ///
    /// # Errors
    /// If the client is gone.
    pub async fn answer(&self, id: Value, answer: Result<Value, RpcError>) -> io::Result<()> {
        match answer {
            Ok(result) => self.write(Granted { id, result }).await?,
            Err(error) => self.write(Refusal { id, error }).await?,
        }
        self.flush().await
    }

    /// Tells an update; it leaves with the next flush, or when many have come together.
    ///
    /// # Errors
    /// If the client is gone.
    pub async fn tell(&self, params: Updated<'_>) -> io::Result<()> {
        self.write(Call { id: None, method: "session/update", params }).await
    }

    /// Asks for permission. The receiver gets what the client says: none if it refuses to say anything.
    ///
    /// # Errors
    /// If the client is gone.
    pub async fn ask(&self, params: Question<'_>) -> io::Result<oneshot::Receiver<Option<Outcome>>> {
        let (sender, answer) = oneshot::channel();
        let id = self.questions().open(sender);
        self.write(Call { id: Some(id), method: "session/request_permission", params }).await?;
        self.flush().await?;
        Ok(answer)
    }

    /// Takes the answer to a question. One that was not asked, or is not waited for any more, changes nothing.
    pub fn settle(&self, id: &Value, result: Option<&RawValue>) {
        let question = id.as_u64().and_then(|id| self.questions().open.remove(&id));
        let outcome = result.and_then(|result| serde_json::from_str::<Decided>(result.get()).ok());
        if let Some(question) = question {
            _ = question.send(outcome.map(|decided| decided.outcome));
        }
    }

    /// Sends what was told.
    ///
    /// # Errors
    /// If the client is gone.
    pub async fn flush(&self) -> io::Result<()> {
        self.output.lock().await.flush().await
    }

    /// Writes a whole line: whoever calls this must not stop waiting for it.
    async fn write(&self, body: impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(&Said::new(body))?;
        line.push(b'\n');
        self.output.lock().await.write_all(&line).await
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Questions {
    fn open(&mut self, question: oneshot::Sender<Option<Outcome>>) -> u64 {
        // A client may leave questions of cancelled turns without an answer.
        self.open.retain(|_, question| !question.is_closed());
        self.last += 1;
        self.open.insert(self.last, question);
        self.last
    }
}

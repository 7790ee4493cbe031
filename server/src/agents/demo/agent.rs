//! The agent: the methods it knows, and the sessions it has.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::pace::Pace;
use super::script::Script;
use super::stubbornness::Stubbornness;
use super::voice::{Stop, Voice};
use super::wire::{self, Heard, Named, Opened, Prompted, RpcError};
use crate::agents::lines::{Lines, TooLong};
use crate::ids::new_id;

/// The most bytes of a message.
const MAX_MESSAGE: usize = 4 << 20;

/// The most sessions of one process.
const MAX_SESSIONS: usize = 100;

/// The agent, while its client is there.
pub(super) struct Agent {
    client: Client,
    pace: Pace,
    sessions: HashMap<String, Session>,
    turns: JoinSet<Ended>,
    stubbornness: Stubbornness,
}

struct Session {
    folder: PathBuf,
    /// What cancels its turn, while it has one.
    turn: Option<CancellationToken>,
}

/// A turn that is over.
struct Ended {
    request: Value,
    session_id: String,
    outcome: Result<(), Stop>,
}

impl Agent {
    pub fn new(stubbornness: Stubbornness) -> Self {
        Self {
            client: Client::new(),
            pace: Pace::from_environment(),
            sessions: HashMap::new(),
            turns: JoinSet::new(),
            stubbornness,
        }
    }

    /// Answers the client until it is gone.
    pub async fn serve(mut self) -> io::Result<()> {
        let outcome = self.listen().await;
        self.stubbornness.ended().await;
        outcome
    }

    async fn listen(&mut self) -> io::Result<()> {
        let mut input = Lines::new(tokio::io::stdin(), MAX_MESSAGE, TooLong::InPieces);
        loop {
            tokio::select! {
                line = input.next() => match line? {
                    Some(line) => self.hear(&line.text).await?,
                    None => return Ok(()),
                },
                Some(ended) = self.turns.join_next() => self.end_turn(ended).await?,
            }
        }
    }

    async fn hear(&mut self, line: &str) -> io::Result<()> {
        match wire::read(line) {
            Ok(Heard::Request { id, method, params }) if method == "session/prompt" => {
                match self.begin_turn(id.clone(), params.as_deref()) {
                    Ok(()) => Ok(()),
                    Err(error) => self.client.answer(id, Err(error)).await,
                }
            }
            Ok(Heard::Request { id, method, params }) => {
                let answer = self.request(&method, params.as_deref()).await?;
                self.client.answer(id, answer).await
            }
            Ok(Heard::Notification { method, params }) => {
                self.notification(&method, params.as_deref());
                Ok(())
            }
            Ok(Heard::Answer { id, result }) => {
                self.client.settle(&id, result.as_deref());
                Ok(())
            }
            Err(error) => self.client.answer(Value::Null, Err(error)).await,
        }
    }

    async fn request(
        &mut self,
        method: &str,
        params: Option<&RawValue>,
    ) -> io::Result<Result<Value, RpcError>> {
        Ok(match method {
            "initialize" => Ok(wire::capabilities()),
            "session/new" => {
                let id: String = new_id();
                self.open(&id, params).map(|()| json!({ "sessionId": id }))
            }
            "session/load" => match wire::params::<Named>(params) {
                Ok(Named { session_id }) => match self.open(&session_id, params) {
                    Ok(()) => {
                        self.remember(&session_id).await?;
                        Ok(json!({}))
                    }
                    Err(error) => Err(error),
                },
                Err(error) => Err(error),
            },
            _ => Err(RpcError::unknown_method(method)),
        })
    }

    fn notification(&self, method: &str, params: Option<&RawValue>) {
        // There is nobody to tell that a notification was not understood.
        if method == "session/cancel"
            && let Ok(Named { session_id }) = wire::params(params)
            && let Some(turn) = self.sessions.get(&session_id).and_then(|session| session.turn.as_ref())
        {
            turn.cancel();
        }
    }

    fn open(&mut self, id: &str, params: Option<&RawValue>) -> Result<(), RpcError> {
        let Opened { cwd } = wire::params(params)?;
        if !cwd.is_absolute() {
            return Err(RpcError::invalid_params("`cwd` is not an absolute path"));
        }
        if self.sessions.get(id).is_some_and(|session| session.turn.is_some()) {
            return Err(RpcError::invalid_request("a turn of this session is running"));
        }
        if self.sessions.len() >= MAX_SESSIONS && !self.sessions.contains_key(id) {
            return Err(RpcError::invalid_request(format!(
                "the demo agent has at most {MAX_SESSIONS} sessions"
            )));
        }
        self.sessions.insert(id.to_owned(), Session { folder: cwd, turn: None });
        Ok(())
    }

    /// Tells what was said in a session before: the agent keeps nothing, so it is always the same.
    async fn remember(&self, session_id: &str) -> io::Result<()> {
        let content = wire::Text { text: "I remember this session." };
        let update = wire::Update::AgentMessageChunk { content };
        self.client.tell(wire::Updated { session_id, update }).await
    }

    /// A prompt is answered when its turn is over.
    fn begin_turn(&mut self, request: Value, params: Option<&RawValue>) -> Result<(), RpcError> {
        let prompted: Prompted = wire::params(params)?;
        let prompt = prompted.text();
        let session_id = prompted.session_id;
        let session = self
            .sessions
            .get_mut(&session_id)
            .ok_or_else(|| RpcError::invalid_params("there is no such session; load it first"))?;
        if session.turn.is_some() {
            return Err(RpcError::invalid_request("a turn of this session is running"));
        }
        let cancel = CancellationToken::new();
        session.turn = Some(cancel.clone());
        let (client, pace) = (self.client.clone(), self.pace);
        let (folder, stubbornness) = (session.folder.clone(), self.stubbornness.clone());
        self.turns.spawn(async move {
            let voice = Voice { client, session_id, pace, cancel };
            let script =
                Script { voice: &voice, folder: &folder, prompt: &prompt, stubbornness: &stubbornness };
            let outcome = script.play().await;
            Ended { request, session_id: voice.session_id, outcome }
        });
        Ok(())
    }

    async fn end_turn(&mut self, ended: Result<Ended, JoinError>) -> io::Result<()> {
        let Ended { request, session_id, outcome } = ended.map_err(io::Error::other)?;
        if let Some(session) = self.sessions.get_mut(&session_id) {
            session.turn = None;
        }
        let answer = match outcome {
            Ok(()) => Ok(json!({ "stopReason": "end_turn" })),
            Err(Stop::Cancelled) => Ok(json!({ "stopReason": "cancelled" })),
            Err(Stop::Failed(reason)) => Err(RpcError::failed(reason)),
            Err(Stop::Unheard) => return Err(io::ErrorKind::BrokenPipe.into()),
        };
        self.client.answer(request, answer).await
    }
}

//! The conversation with an agent by the protocol: one task, which reads what the agent sends, obeys orders, and tells what
//! happened in the order in which it did.

mod opening;

use std::collections::VecDeque;
use std::io;
use std::process::ExitStatus;

use agent_client_protocol::v1::schema::{
    CancelNotification, ContentBlock, Error, ErrorCode, PromptRequest, PromptResponse, StopReason,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use shared::ids::{OptionId, RequestId, SessionId};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::questions::{Questions, Settled};
use super::serving::Serving;
use super::terminals::Terminals;
use super::wire::{self, Incoming, Outbox, Request};
use super::{LAST_WORDS, MAX_LINE, Patience, files, policy, reading};
use crate::agents::acp::stderr::Measured;
use crate::agents::driver::{Launch, Order};
use crate::agents::lines::{Line, Lines, TooLong};
use crate::agents::said::Said;
use crate::agents::update::{TurnEnd, Update};
use crate::ids::new_id;
use crate::process_group::ProcessGroup;
use opening::Opening;

/// How many prompts may wait for the session, or the turn before.
const MAX_PROMPTS: usize = 16;
/// How much of a line is shown that is no message.
const MAX_STRAY: usize = 500;

/// Why the conversation is over.
#[derive(Debug, thiserror::Error)]
pub(super) enum End {
    #[error("The agent ended by itself.")]
    Exited(ExitStatus),
    #[error("The agent was ended.")]
    Told,
    #[error("Nobody listens to the agent any more.")]
    Unheard,
    #[error("The agent did not answer: {0}.")]
    Silent(String),
    #[error("The agent closed its output, but went on running.")]
    Closed,
    #[error("The agent could not be spoken to: {0}.")]
    Pipe(#[from] io::Error),
    #[error("The agent sent a line of more than {} MiB.", MAX_LINE >> 20)]
    LineTooLong,
    #[error("{0}")]
    Refused(String),
}

/// How far the conversation is.
enum Stage {
    /// There is no session yet.
    Opening(Opening),
    /// It takes prompts.
    Open { session: SessionId, turn: Option<Turn> },
}

/// A turn that is under way.
struct Turn {
    /// The prompt's number.
    request: u64,
    is_cancelled: bool,
}

/// The conversation with an agent.
pub(super) struct Connection<'a> {
    launch: &'a Launch,
    patience: Patience,
    updates: mpsc::Sender<Update>,
    stray: Measured,
    outbox: Outbox,
    last_request: u64,
    stage: Stage,
    prompts: VecDeque<String>,
    questions: Questions,
    serving: Serving,
}

impl<'a> Connection<'a> {
    /// A conversation that is to begin.
    pub fn new(launch: &'a Launch, patience: Patience, updates: mpsc::Sender<Update>) -> Self {
        let terminals = Terminals::new(launch, updates.clone(), patience.end);
        Self {
            launch,
            patience,
            stray: Measured::new(updates.clone()),
            updates,
            outbox: Outbox::default(),
            last_request: 0,
            stage: Stage::Opening(Opening::new(patience.answer)),
            prompts: VecDeque::new(),
            questions: Questions::default(),
            serving: Serving::new(launch.worktree.clone(), terminals),
        }
    }

    /// Speaks until there is nobody to speak to or for.
    pub async fn hold(
        &mut self,
        agent: &mut ProcessGroup,
        input: ChildStdin,
        output: ChildStdout,
        orders: mpsc::Receiver<Order>,
    ) -> End {
        self.initialize();
        match self.converse(agent, input, output, orders).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    /// Ends what the agent runs through us.
    pub async fn close(mut self) {
        self.serving.terminals.end().await;
        self.stray.tell_what_was_left_out().await;
    }

    async fn converse(
        &mut self,
        agent: &mut ProcessGroup,
        mut input: ChildStdin,
        output: ChildStdout,
        mut orders: mpsc::Receiver<Order>,
    ) -> Result<std::convert::Infallible, End> {
        let mut lines = Lines::new(output, MAX_LINE, TooLong::Cut);
        let mut status = None;
        // Its process ends, its output is closed, or it stops listening: the others follow at once, or something is wrong.
        let mut is_open = true;
        let mut listens = true;
        let mut parting = None;
        while is_open || status.is_none() {
            let due = self.due();
            let hears = is_open && self.outbox.has_room() && self.serving.has_room();
            tokio::select! {
                order = orders.recv() => self.obey(order.ok_or(End::Told)?).await?,
                line = lines.next(), if hears => match line? {
                    Some(line) => self.hear(line).await?,
                    None => is_open = false,
                },
                answer = self.serving.answer() => self.outbox.push(answer),
                sent = self.outbox.send_some(&mut input), if listens && !self.outbox.is_empty() => {
                    listens = sent.is_ok();
                }
                ended = agent.ended(), if status.is_none() => status = Some(ended?),
                () = until(parting) => return Err(status.map_or(End::Closed, End::Exited)),
                () = until(due) => return Err(End::Silent(self.awaited())),
            }
            if !listens {
                // Nothing that waits will ever leave; what the agent still says is heard.
                self.outbox.clear();
            }
            if !is_open || !listens || status.is_some() {
                parting.get_or_insert(Instant::now() + LAST_WORDS);
            }
        }
        Err(status.map_or(End::Closed, End::Exited))
    }

    async fn tell(&self, update: Update) -> Result<(), End> {
        self.updates.send(update).await.map_err(|_| End::Unheard)
    }

    fn request(&mut self, method: &str, params: &impl serde::Serialize) -> u64 {
        self.last_request += 1;
        self.outbox.push(wire::request(self.last_request, method, params));
        self.last_request
    }

    // What the agent sends.

    async fn hear(&mut self, line: Line) -> Result<(), End> {
        if line.is_cut {
            return Err(End::LineTooLong);
        }
        let text = line.text;
        match wire::read(&text) {
            Some(Incoming::Answer { id, outcome }) => self.answered(id, outcome).await,
            Some(Incoming::Notice { method, params }) => self.noticed(&method, &params).await,
            Some(Incoming::Request(request)) if request.method == "session/request_permission" => {
                self.asked(request).await
            }
            Some(Incoming::Request(request)) => {
                if let Some(answer) = self.serving.serve(request) {
                    self.outbox.push(answer);
                }
                Ok(())
            }
            // A stray word must not cost a turn.
            None if text.trim().is_empty() => Ok(()),
            None => {
                let shown: String = text.chars().take(MAX_STRAY).collect();
                self.stray.tell(format!("[no message of the protocol] {shown}")).await;
                Ok(())
            }
        }
    }

    async fn answered(&mut self, id: u64, outcome: Result<Box<RawValue>, Error>) -> Result<(), End> {
        match &self.stage {
            Stage::Opening(_) => self.opened(id, outcome).await,
            Stage::Open { turn: Some(turn), .. } if turn.request == id => {
                let end = turn_end(outcome, turn.is_cancelled);
                self.end_turn(end).await
            }
            // An answer that nobody waits for.
            Stage::Open { .. } => Ok(()),
        }
    }

    async fn noticed(&mut self, method: &str, params: &RawValue) -> Result<(), End> {
        match method {
            "session/update" => self.reported(params).await,
            "$/cancel_request" => self.withdrawn(params).await,
            _ => Ok(()),
        }
    }

    async fn reported(&mut self, params: &RawValue) -> Result<(), End> {
        #[derive(Deserialize)]
        struct Params {
            update: Box<RawValue>,
        }
        if let Stage::Opening(opening) = &mut self.stage
            && opening.is_replaying()
        {
            // What was said before is known; that it is said again shows that the agent is at work.
            opening.wait_on(self.patience.answer);
            return Ok(());
        }
        let Ok(Params { update }) = serde_json::from_str(params.get()) else {
            let shown: String = params.get().chars().take(MAX_STRAY).collect();
            self.stray.tell(format!("[an update without its content] {shown}")).await;
            return Ok(());
        };
        let terminals = terminals_in(&update);
        self.tell(Update::Said(update)).await?;
        // Only now, so that what they printed follows the use of the tool that they belong to.
        terminals.iter().for_each(|id| self.serving.terminals.named(id));
        Ok(())
    }

    async fn asked(&mut self, request: Request) -> Result<(), End> {
        if self.questions.is_full() {
            let why = Error::new(-32603, "too many questions are open: wait for some answers");
            self.outbox.push(wire::answer(&request.id, Err(why)));
            return Ok(());
        }
        let question = reading::read_question(&request.params);
        let paths = question.tool.as_ref().and_then(|tool| tool.paths.as_deref()).unwrap_or_default();
        let is_inside = files::are_inside(&self.launch.worktree, paths);
        let decision = policy::decide(self.launch.policy, &question, is_inside);
        let terminals = terminals_in(&request.params);
        let request_id: RequestId = new_id();
        self.questions.ask(request_id.clone(), request.id, question.options);
        self.tell(Update::Asked { request_id: request_id.clone(), question: request.params }).await?;
        terminals.iter().for_each(|id| self.serving.terminals.named(id));
        // A person is only asked within a turn: nobody would answer, and the agent would wait for ever.
        if decision.is_some() || self.is_cancelled() || !self.is_in_turn() {
            let decision = decision.filter(|_| !self.is_cancelled());
            self.decide(&request_id, decision).await?;
        }
        Ok(())
    }

    async fn withdrawn(&mut self, params: &RawValue) -> Result<(), End> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Params {
            request_id: Box<RawValue>,
        }
        let params: Option<Params> = serde_json::from_str(params.get()).ok();
        match params.and_then(|it| self.questions.asked_as(&it.request_id)) {
            Some(request_id) => self.decide(&request_id, None).await,
            None => Ok(()),
        }
    }

    // What the agent is told.

    async fn obey(&mut self, order: Order) -> Result<(), End> {
        match order {
            Order::Prompt { text } if self.prompts.len() < MAX_PROMPTS => {
                self.prompts.push_back(text);
                self.prompt();
                Ok(())
            }
            Order::Prompt { .. } => {
                let reason = format!("{MAX_PROMPTS} prompts are waiting for the agent already.");
                self.tell(Update::TurnEnded(TurnEnd::Failed { reason })).await
            }
            Order::Decide { request_id, option_id } => self.decide(&request_id, option_id).await,
            Order::Cancel => self.cancel().await,
        }
    }

    /// Begins a turn with the prompt that waits, if one does and nothing is in the way.
    fn prompt(&mut self) {
        let Stage::Open { session, turn: None } = &self.stage else { return };
        let Some(text) = self.prompts.pop_front() else { return };
        let session = session.clone();
        let params = PromptRequest::new(session.to_string(), vec![ContentBlock::from(text)]);
        let request = self.request("session/prompt", &params);
        self.stage = Stage::Open { session, turn: Some(Turn { request, is_cancelled: false }) };
    }

    async fn cancel(&mut self) -> Result<(), End> {
        match &mut self.stage {
            Stage::Open { session, turn: Some(turn) } => {
                if !turn.is_cancelled {
                    turn.is_cancelled = true;
                    let params = CancelNotification::new(session.to_string());
                    self.outbox.push(wire::notice("session/cancel", &params));
                }
                self.withdraw_questions().await
            }
            // The turn is one that has not begun: the agent never hears of it.
            _ if self.prompts.pop_front().is_some() => self.tell(Update::TurnEnded(TurnEnd::Cancelled)).await,
            _ => Ok(()),
        }
    }

    async fn decide(&mut self, request_id: &RequestId, option_id: Option<OptionId>) -> Result<(), End> {
        match self.questions.settle(request_id, option_id) {
            Some(settled) => self.settled(settled).await,
            None => Ok(()),
        }
    }

    async fn withdraw_questions(&mut self) -> Result<(), End> {
        for settled in self.questions.withdraw() {
            self.settled(settled).await?;
        }
        Ok(())
    }

    async fn settled(&mut self, settled: Settled) -> Result<(), End> {
        let Settled { request_id, option_id, answer } = settled;
        self.outbox.push(answer);
        self.tell(Update::Settled { request_id, option_id }).await
    }

    async fn end_turn(&mut self, end: TurnEnd) -> Result<(), End> {
        // A question that outlives its turn is nobody's.
        self.withdraw_questions().await?;
        self.tell(Update::TurnEnded(end)).await?;
        if let Stage::Open { turn, .. } = &mut self.stage {
            *turn = None;
        }
        self.prompt();
        Ok(())
    }

    fn is_in_turn(&self) -> bool {
        matches!(&self.stage, Stage::Open { turn: Some(_), .. })
    }

    fn is_cancelled(&self) -> bool {
        matches!(&self.stage, Stage::Open { turn: Some(turn), .. } if turn.is_cancelled)
    }
}

/// The terminals that a message names. Most name none, and are not read for it.
fn terminals_in(json: &RawValue) -> Vec<String> {
    if !json.get().contains("terminalId") {
        return Vec::new();
    }
    let tool = match reading::read_said(json) {
        Said::Tool(tool) => Some(tool),
        _ => reading::read_question(json).tool,
    };
    tool.and_then(|tool| tool.content).map(|content| content.terminals).unwrap_or_default()
}

fn turn_end(outcome: Result<Box<RawValue>, Error>, is_cancelled: bool) -> TurnEnd {
    let failed = |reason: String| TurnEnd::Failed { reason };
    let answer = match outcome {
        Ok(answer) => answer,
        // Not every agent knows another way to say that it stopped.
        Err(_) if is_cancelled => return TurnEnd::Cancelled,
        Err(error) if error.code == ErrorCode::AuthRequired => {
            return failed("The agent asks to be signed in: run its own login, then try again.".to_owned());
        }
        Err(error) => return failed(format!("The agent gave up: {}.", in_words(&error))),
    };
    match serde_json::from_str::<PromptResponse>(answer.get()).map(|it| it.stop_reason) {
        Ok(StopReason::EndTurn) => TurnEnd::Done,
        Ok(StopReason::Cancelled) => TurnEnd::Cancelled,
        Ok(StopReason::Refusal) => failed("The agent refused to go on.".to_owned()),
        Ok(StopReason::MaxTokens) => failed("The agent reached its limit of tokens.".to_owned()),
        Ok(StopReason::MaxTurnRequests) => {
            failed("The agent reached its limit of requests to its model in one turn.".to_owned())
        }
        _ => {
            let shown: String = answer.get().chars().take(MAX_STRAY).collect();
            failed(format!("The agent ended its turn in a way that is not understood: {shown}"))
        }
    }
}

/// What an error says, without its code.
fn in_words(error: &Error) -> String {
    let details = match &error.data {
        Some(serde_json::Value::String(text)) => Some(text.clone()),
        Some(serde_json::Value::Object(fields)) => {
            let of = |name: &str| fields.get(name).and_then(|it| it.as_str()).map(str::to_owned);
            of("details").or_else(|| of("message"))
        }
        _ => None,
    };
    let text = details.map_or_else(|| error.message.clone(), |it| format!("{}: {it}", error.message));
    text.chars().take(MAX_STRAY).collect::<String>().trim_end_matches('.').to_owned()
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

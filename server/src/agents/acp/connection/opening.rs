//! The way to a session: who is who, and then the session that there was or a new one.

use std::time::Duration;

use agent_client_protocol::schema::ProtocolVersion;
use agent_client_protocol::v1::schema::{
    AuthMethod, ClientCapabilities, Error, ErrorCode, FileSystemCapabilities, Implementation,
    InitializeRequest, InitializeResponse, LoadSessionRequest, NewSessionRequest, NewSessionResponse,
};
use serde_json::value::RawValue;
use shared::ids::SessionId;
use tokio::time::Instant;

use super::{Connection, End, MAX_STRAY, Stage, in_words};
use crate::agents::update::Update;

/// What is waited for.
#[derive(Clone, Debug)]
enum Step {
    Initialize,
    New,
    Load(SessionId),
}

/// How far the opening is.
pub(super) struct Opening {
    step: Step,
    due: Instant,
    /// The number of the request that is to be answered.
    request: u64,
    /// How the agent can be signed in to, in its own words.
    logins: Vec<String>,
}

impl Opening {
    /// An opening that begins now.
    pub fn new(patience: Duration) -> Self {
        Self { step: Step::Initialize, due: Instant::now() + patience, request: 0, logins: Vec::new() }
    }

    /// Whether the agent tells again what it told in an earlier session.
    pub fn is_replaying(&self) -> bool {
        matches!(self.step, Step::Load(_))
    }

    /// Waits so long from now on.
    pub fn wait_on(&mut self, patience: Duration) {
        self.due = Instant::now() + patience;
    }
}

impl Connection<'_> {
    /// When the agent must have answered, if it has to.
    pub(super) fn due(&self) -> Option<Instant> {
        match &self.stage {
            Stage::Opening(opening) => Some(opening.due),
            Stage::Open { .. } => None,
        }
    }

    /// What was waited for in vain.
    pub(super) fn awaited(&self) -> String {
        let what = match &self.stage {
            Stage::Opening(Opening { step: Step::New, .. }) => "it was asked for a session",
            Stage::Opening(Opening { step: Step::Load(_), .. }) => {
                "it was asked for the session that there was"
            }
            _ => "it was greeted by the Agent Client Protocol, which it may not speak",
        };
        format!("{what}, and said nothing for {} s", self.patience.answer.as_secs_f32())
    }

    /// Greets the agent.
    pub(super) fn initialize(&mut self) {
        let files = FileSystemCapabilities::new().read_text_file(true).write_text_file(true);
        let params = InitializeRequest::new(ProtocolVersion::V1)
            .client_capabilities(ClientCapabilities::new().fs(files).terminal(true))
            .client_info(
                Implementation::new("mainstay", env!("CARGO_PKG_VERSION")).title("Mainstay".to_owned()),
            );
        self.step(Step::Initialize, "initialize", &params);
    }

    /// The agent answered on the way to its session.
    pub(super) async fn opened(&mut self, id: u64, outcome: Result<Box<RawValue>, Error>) -> Result<(), End> {
        let Stage::Opening(opening) = &self.stage else { return Ok(()) };
        if opening.request != id {
            return Ok(());
        }
        match (opening.step.clone(), outcome) {
            (_, Err(error)) if error.code == ErrorCode::AuthRequired => Err(self.login_required()),
            (Step::Initialize, Ok(answer)) => self.initialized(&answer),
            (Step::New, Ok(answer)) => {
                let response: NewSessionResponse = understood(&answer)?;
                self.open(response.session_id.0.as_ref().into(), false).await
            }
            (Step::Load(session), Ok(_)) => self.open(session, true).await,
            (Step::Load(_), Err(error)) => {
                let note =
                    format!("[the session that there was is gone, a new one is begun: {}]", in_words(&error));
                self.stray.tell(note).await;
                self.begin_session();
                Ok(())
            }
            (Step::Initialize | Step::New, Err(error)) => {
                Err(End::Refused(format!("The agent could not begin: {}.", in_words(&error))))
            }
        }
    }

    fn initialized(&mut self, answer: &RawValue) -> Result<(), End> {
        let response: InitializeResponse = understood(answer)?;
        if response.protocol_version != ProtocolVersion::V1 {
            return Err(End::Refused(format!(
                "The agent speaks version {} of the Agent Client Protocol, and Mainstay version 1: update the older of the two.",
                response.protocol_version
            )));
        }
        if let Stage::Opening(opening) = &mut self.stage {
            opening.logins = response.auth_methods.iter().map(login).collect();
        }
        match &self.launch.session {
            Some(session) if response.agent_capabilities.load_session => {
                let params = LoadSessionRequest::new(session.to_string(), &self.launch.worktree);
                self.step(Step::Load(session.clone()), "session/load", &params);
            }
            _ => self.begin_session(),
        }
        Ok(())
    }

    fn begin_session(&mut self) {
        let params = NewSessionRequest::new(&self.launch.worktree);
        self.step(Step::New, "session/new", &params);
    }

    fn step(&mut self, step: Step, method: &str, params: &impl serde::Serialize) {
        let request = self.request(method, params);
        let due = Instant::now() + self.patience.answer;
        if let Stage::Opening(opening) = &mut self.stage {
            (opening.step, opening.request, opening.due) = (step, request, due);
        }
    }

    async fn open(&mut self, session: SessionId, is_continued: bool) -> Result<(), End> {
        self.stage = Stage::Open { session: session.clone(), turn: None };
        self.tell(Update::Session { session_id: session, is_continued }).await?;
        self.prompt();
        Ok(())
    }

    fn login_required(&self) -> End {
        let logins = match &self.stage {
            Stage::Opening(opening) => opening.logins.join("; "),
            Stage::Open { .. } => String::new(),
        };
        let offers = if logins.is_empty() { String::new() } else { format!(" It offers: {logins}.") };
        End::Refused(format!(
            "The agent asks to be signed in: run its own login in a terminal, then start it again.{offers}"
        ))
    }
}

fn understood<'de, Answer: serde::Deserialize<'de>>(answer: &'de RawValue) -> Result<Answer, End> {
    serde_json::from_str(answer.get()).map_err(|error| {
        let shown: String = answer.get().chars().take(MAX_STRAY).collect();
        End::Refused(format!("The agent answered something that is not understood ({error}): {shown}"))
    })
}

fn login(method: &AuthMethod) -> String {
    let (name, description) = match method {
        AuthMethod::Terminal(it) => (&it.name, &it.description),
        AuthMethod::Agent(it) => (&it.name, &it.description),
        _ => return "another way".to_owned(),
    };
    match description.as_deref().filter(|text| !text.is_empty()) {
        Some(description) => format!("{name} ({})", description.trim_end_matches('.')),
        None => name.clone(),
    }
}

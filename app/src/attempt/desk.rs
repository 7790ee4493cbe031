//! The attempts of the card that the inspector is open on, as its parts share them.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_url;
use shared::attempt::{Attempt, AttemptSession, AttemptStarted, AttemptStatusChanged, AttemptTodos, Link};
use shared::card::Card;
use shared::ids::{AgentId, AttemptId, BoardId, CardId, EventId};
use shared::requests::StartAttempt;
use shared::sse::{Decoded, Hello, Payload, SseMsg};

use super::agents::{Agents, Question};
use super::open_attempt::OpenAttempt;
use super::roster::{Ask, Roster};
use crate::address;
use crate::api::{self, Answer, ApiFailure, KnownAgent, Unread};
use crate::board::context::BoardContext;
use crate::browser;
use crate::live::{Freshness, Kanban, Told};
use crate::snapshot::{CardAttempts, Snapshot};
use crate::ui::clicks::Clicks;

/// How often it is looked whether an agent's process was found again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The answers to what the agent asks.
pub const ANSWERS: &str = "#inspector .request__acts button";

/// The attempts of the card that the inspector is open on; a handle that is copied freely.
#[derive(Clone, Copy)]
pub struct Desk {
    kanban: Kanban,
    board: BoardContext,
    names: StoredValue<(BoardId, CardId)>,
    roster: RwSignal<Roster>,
    shown: Memo<Option<AttemptId>>,
    open: StoredValue<Option<OpenAttempt>>,
    /// What the page brought along of a conversation.
    first: StoredValue<Option<CardAttempts>>,
    first_at: StoredValue<Option<EventId>>,
    panel: RwSignal<Panel>,
    message: RwSignal<String>,
    agents: RwSignal<Agents>,
    /// Somebody pressed a button that goes once it was of use.
    pressed: StoredValue<bool>,
    /// Those on what the agent asks.
    clicks: Clicks,
    busy: RwSignal<Option<Busy>>,
    failure: RwSignal<Option<String>>,
}

/// A part of the inspector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// What was said and done in the attempt that is shown.
    Conversation,
    /// Its log.
    Log,
    /// The card itself.
    Card,
}

/// What the server was asked to do with an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// To start one.
    Starting,
    /// To stop it.
    Stopping,
    /// To go on with it.
    Resuming,
}

/// The attempts that a page brought along for the card it begins with; in context.
#[derive(Clone, Copy)]
pub struct FirstAttempts {
    brought: RwSignal<Option<Unread<Snapshot<CardAttempts>>>>,
}

impl FirstAttempts {
    /// Gives them to the components below.
    pub fn provide(brought: Option<Unread<Snapshot<CardAttempts>>>) {
        provide_context(Self { brought: RwSignal::new(brought) });
    }

    /// Takes out what is for this card: it is of the moment that the page began.
    fn take(self, card: &CardId) -> Option<Snapshot<CardAttempts>> {
        let brought = self.brought.try_update_untracked(Option::take).flatten()?.read().ok()?;
        Some(brought).filter(|brought| brought.data.card == *card)
    }
}

impl Desk {
    /// The attempts of a card; `message` is what was typed to its agent and not sent.
    pub fn new(kanban: Kanban, board: BoardId, card: CardId, message: String) -> Self {
        let context = use_context::<FirstAttempts>();
        let brought = context.and_then(|first| first.take(&card));
        let url = use_url();
        let named = Memo::new(move |_| address::attempt_in(url.read().search()));
        let face = kanban.board().card(&card).and_then(|card| {
            card.with_untracked(|card| card.attempt.as_ref().map(|attempt| attempt.attempt_id.clone()))
        });
        let panel = if face.is_some() { Panel::Conversation } else { Panel::Card };
        let at = brought.as_ref().and_then(|brought| brought.at.clone());
        let first = brought.map(|brought| brought.data);
        let attempts = first.as_ref().map(|first| Snapshot { at: at.clone(), data: first.attempts.clone() });
        let roster = RwSignal::new(Roster::new(attempts, named.get_untracked().or(face)));
        let desk = Self {
            kanban,
            board: expect_context::<BoardContext>(),
            names: StoredValue::new((board, card)),
            roster,
            shown: Memo::new(move |_| roster.with(|roster| roster.shown_id().cloned())),
            open: StoredValue::new(None),
            first: StoredValue::new(first),
            first_at: StoredValue::new(at),
            panel: RwSignal::new(panel),
            message: RwSignal::new(message),
            agents: RwSignal::new(Agents::default()),
            pressed: StoredValue::new(false),
            clicks: Clicks::new(),
            busy: RwSignal::new(None),
            failure: RwSignal::new(None),
        };
        desk.keep_up(named);
        desk
    }

    /// Listens to the stream, and has it bring the details of the attempt that is shown.
    fn keep_up(self, named: Memo<Option<AttemptId>>) {
        self.kanban.listen(move |told| self.hear(told));
        // Before the stream is opened for the first time, so that it need not be opened twice.
        self.kanban.follow(self.shown.get_untracked());
        Effect::new(move || self.kanban.follow(self.shown.get()));
        Effect::new(move || {
            if let Some(named) = named.get() {
                self.step(|roster| {
                    roster.choose(named);
                    Ask::No
                });
            }
        });
        let shown = self.attempt();
        let is_verifying = Memo::new(move |_| {
            shown.with(|it| it.as_ref().is_some_and(|it| it.link == Link::Verifying && it.status.is_active()))
        });
        // No message tells when it is found out.
        Effect::new(move || {
            let ask = move || self.step(Roster::ask);
            if is_verifying.get()
                && let Ok(timer) = set_interval_with_handle(ask, LOOK_AGAIN)
            {
                on_cleanup(move || timer.clear());
            }
        });
        let status = self.kanban.status();
        Effect::new(move || {
            if status.get() == Freshness::Live {
                self.step(Roster::retry);
                self.with_open(OpenAttempt::retry);
            }
        });
    }

    /// Follows the card's face: it tells of an attempt first.
    pub fn follow(self, card: RwSignal<Card>) {
        let newest = Memo::new(move |_| {
            card.with(|card| card.attempt.as_ref().map(|attempt| attempt.attempt_id.clone()))
        });
        Effect::new(move || {
            let newest = newest.get();
            self.step(|roster| roster.face(newest.as_ref()));
        });
    }

    fn hear(self, told: Told<'_>) {
        // What was written to the agent no longer waits once it is part of the conversation.
        let mut is_prompt = false;
        self.with_open(|open| is_prompt = open.hear(told));
        let Told::Frame { id, event, data, .. } = told else { return };
        let id: Option<EventId> = id.parse().ok();
        let id = id.as_ref();
        let decode: fn(&str) -> Decoded = match event {
            Hello::EVENT => return self.step(|roster| roster.hello(id)),
            AttemptStatusChanged::EVENT => AttemptStatusChanged::decode,
            AttemptStarted::EVENT => AttemptStarted::decode,
            AttemptSession::EVENT => AttemptSession::decode,
            AttemptTodos::EVENT => AttemptTodos::decode,
            _ if is_prompt => return self.step(|roster| roster.changed(id)),
            _ => return,
        };
        let Decoded::Msg(msg) = decode(data) else { return };
        let Some(card) = self.names.try_with_value(|(_, card)| card.clone()) else { return };
        match msg {
            SseMsg::AttemptStatus(told) if told.card_id == card => {
                self.step(|roster| roster.status(id, &told))
            }
            SseMsg::AttemptTodos(told) if told.card_id == card => self.step(|roster| {
                roster.todos(id, told);
                Ask::No
            }),
            SseMsg::AttemptStarted(AttemptStarted { card_id, .. })
            | SseMsg::AttemptSession(AttemptSession { card_id, .. })
                if card_id == card =>
            {
                self.step(|roster| roster.changed(id));
            }
            _ => {}
        }
    }

    /// Takes a step, and asks the server if it says so. Nothing happens once the inspector is closed.
    fn step(self, step: impl FnOnce(&mut Roster) -> Ask) {
        let mut ask = Ask::No;
        // Most of what the stream tells changes nothing here.
        let _ = self.roster.try_maybe_update(|roster| {
            let before = roster.clone();
            ask = step(roster);
            (before != *roster, ())
        });
        if ask == Ask::Now {
            self.look();
        }
    }

    // Not part of `step`, of which there is one for each way to call it.
    fn look(self) {
        spawn_local(async move {
            let answer = self.read().await.map(|Answer { at, value }| Snapshot { at, data: value });
            self.step(|roster| roster.answered(answer.map_err(|failure| failure.sentence)));
        });
    }

    async fn read(self) -> Result<Answer<Vec<Attempt>>, ApiFailure> {
        let (board, card) = self.names.try_get_value().ok_or_else(ApiFailure::unreachable)?;
        api::attempts(&board, &card).await
    }

    /// Asks again for what could not be read.
    pub fn retry(self) {
        self.step(Roster::retry);
    }

    // What is shown.

    /// What is known of the attempts. Tracks it.
    pub fn with_roster<R>(self, look: impl FnOnce(&Roster) -> R) -> R {
        self.roster.with(look)
    }

    /// The attempt that is shown, by its id.
    pub fn shown(self) -> Memo<Option<AttemptId>> {
        self.shown
    }

    /// The attempt that is shown, once it was read.
    pub fn attempt(self) -> Memo<Option<Attempt>> {
        Memo::new(move |_| self.roster.with(|roster| roster.shown().cloned()))
    }

    /// The attempt of this id, made known to the stream's ear.
    pub fn open(self, id: AttemptId) -> OpenAttempt {
        let first = self.first.try_update_value(Option::take).flatten();
        let first = first.filter(|first| first.shown.as_ref() == Some(&id));
        let at = self.first_at.get_value();
        let open = OpenAttempt::new(id, first.map(|first| Snapshot { at, data: first.conversation }));
        self.open.set_value(Some(open));
        open
    }

    fn with_open(self, tell: impl FnOnce(OpenAttempt)) {
        if let Some(open) = self.open.try_get_value().flatten() {
            tell(open);
        }
    }

    /// The address that shows this attempt.
    pub fn href(self, attempt: &AttemptId) -> String {
        let href = self.names.with_value(|(_, card)| self.board.card_href(card));
        let mark = if href.contains('?') { '&' } else { '?' };
        format!("{href}{mark}{}", address::attempt_query(attempt))
    }

    /// The part that is in front.
    pub fn panel(self) -> RwSignal<Panel> {
        self.panel
    }

    /// What was typed to the agent and not sent.
    pub fn message(self) -> RwSignal<String> {
        self.message
    }

    /// The agents that can be asked to work.
    pub fn agents(self) -> RwSignal<Agents> {
        self.agents
    }

    /// What the server was asked to do and has not answered.
    pub fn busy(self) -> Signal<Option<Busy>> {
        self.busy.into()
    }

    /// Why what was asked for last came to nothing.
    pub fn failure(self) -> RwSignal<Option<String>> {
        self.failure
    }

    /// What an agent is called. Tracks it.
    pub fn name_of(self, agent: &AgentId) -> String {
        self.board.agent_names.of(agent)
    }

    // What a person asks for.

    /// Learns which agents there are.
    pub fn look_for_agents(self) {
        self.learn_agents(api::agents());
    }

    /// Has the server look for agents once more.
    pub fn discover_agents(self) {
        self.agents.update(|agents| agents.question = Question::Asked);
        self.learn_agents(api::discover_agents());
    }

    fn learn_agents(
        self,
        answer: impl Future<Output = Result<Answer<Vec<KnownAgent>>, ApiFailure>> + 'static,
    ) {
        spawn_local(async move {
            let answer = answer.await;
            let answer = answer.map(|answer| answer.value).map_err(|failure| failure.sentence);
            if let Ok(known) = &answer {
                self.board.agent_names.learn(known);
            }
            let _ = self.agents.try_maybe_update(|agents| {
                let before = agents.clone();
                agents.answered(answer);
                (before != *agents, ())
            });
        });
    }

    /// Starts an attempt. Unless an agent is named, the server chooses.
    pub fn start(self, agent: Option<AgentId>) {
        let Some((board, card)) = self.names.try_get_value() else { return };
        self.ask(Busy::Starting, async move {
            let body =
                StartAttempt { id: Some(AttemptId::new(api::new_id())), agent, ..StartAttempt::default() };
            let answer = api::start_attempt(&board, &card, &body).await;
            if let Ok(Answer { value, .. }) = &answer {
                self.show_started(&value.attempt_id, &card);
            }
            answer
        });
    }

    /// The address names the attempt too: else it would still name the one that was shown before.
    fn show_started(self, id: &AttemptId, card: &CardId) {
        let is_open = self.panel.try_set(Panel::Conversation).is_none();
        if is_open && self.board.open_card.get_untracked().as_ref() == Some(card) {
            self.step(|roster| {
                roster.choose(id.clone());
                Ask::No
            });
            self.board.go(&untrack(|| self.href(id)), true);
        }
    }

    /// Stops the attempt that is shown.
    pub fn stop(self, attempt: AttemptId) {
        self.ask(Busy::Stopping, async move { api::stop_attempt(&attempt).await });
    }

    /// Has the attempt that is shown go on where it broke off.
    pub fn resume(self, attempt: AttemptId) {
        self.ask(Busy::Resuming, async move { api::resume_attempt(&attempt).await });
    }

    fn ask(self, busy: Busy, answer: impl Future<Output = Result<Answer<Attempt>, ApiFailure>> + 'static) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(busy));
        self.press();
        self.failure.set(None);
        spawn_local(async move {
            let answer = answer.await;
            let _ = self.busy.try_set(None);
            match answer {
                Ok(answer) => self.learn(answer),
                Err(failure) => {
                    self.release();
                    let _ = self.failure.try_set(Some(failure.sentence));
                }
            }
        });
    }

    /// Takes note of an attempt as an answer tells it.
    pub fn learn(self, Answer { at, value }: Answer<Attempt>) {
        self.step(|roster| {
            roster.put(Snapshot { at, data: value });
            Ask::No
        });
    }

    /// The clicks on what the agent asks.
    pub fn clicks(self) -> Clicks {
        self.clicks
    }

    // Where the focus goes.

    /// Whether somebody has come to answer what this card's agent asks. Tracks it.
    pub fn is_answering(self) -> bool {
        let answering = self.board.answering.get();
        answering.is_some() && answering == self.names.try_with_value(|(_, card)| card.clone())
    }

    /// The questions are here: the focus goes to the answers.
    pub fn go_to_answers(self) {
        self.leave_answers();
        // They may be here on a panel that is hidden.
        let _ = self.panel.try_set(Panel::Conversation);
        browser::focus(ANSWERS);
    }

    /// Whoever came to answer has gone.
    pub fn leave_answers(self) {
        let names = self.names.try_with_value(|(_, card)| card.clone());
        let _ = self.board.answering.try_maybe_update(|answering| {
            let is_meant = answering.is_some() && *answering == names;
            if is_meant {
                *answering = None;
            }
            (is_meant, ())
        });
    }

    /// Somebody presses a button that goes once it was of use.
    pub fn press(self) {
        self.pressed.set_value(true);
    }

    /// What was asked for by a button was refused, and the button stays.
    pub fn release(self) {
        let _ = self.pressed.try_set_value(false);
    }

    /// Buttons went or came: if the one that was pressed is gone, the focus goes on to what is asked next, or else to the
    /// conversation. It is nobody's otherwise, and Escape would close the inspector from there.
    pub fn catch_focus(self) {
        if self.pressed.try_get_value() == Some(true) {
            // Wherever the focus is then: what goes or comes later has nothing to do with that press.
            browser::catch_focus(&[ANSWERS, "#inspector .timeline", "#inspector-title"], move || {
                self.release()
            });
        }
    }
}

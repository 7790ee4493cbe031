//! In touch with a host: its updates go to the intake, and it is told what it has to be told.

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::time::Duration;

use serde_json::value::RawValue;
use shared::attempt::{Link, LogLevel};
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};

use super::Tender;
use super::batch::Batch;
use super::pause::Pause;
use crate::attempts::case::Case;
use crate::attempts::host::folder::HostFolder;
use crate::attempts::host::journal::Record;
use crate::attempts::host::journal_file::JournalReader;
use crate::attempts::host::lines::{self, Reader, Writer};
use crate::attempts::host::protocol::{CommandId, HostLine, ServerLine, VERSION};
use crate::attempts::intake::Delivery;
use crate::attempts::leftovers;
use crate::attempts::machine::{Event, State, TurnOutcome};
use crate::attempts::translation::{Change, Translation};
use crate::board::CommandError;
use crate::store::attempts::{self, StoredAttempt};
use crate::store::hosts::{self, StoredHost};
use crate::store::items;

/// How often to look whether a host that is only just starting has come so far.
const LOOK: Duration = Duration::from_millis(100);
/// How long a host may take until it says which process it is.
const START: Duration = Duration::from_secs(10);

/// After how long a host that lives and can't be reached is worth a word.
const UNREACHED: Duration = Duration::from_secs(10);

/// How a connection to a host ended.
enum Parting {
    /// It is gone from the other end, or broke.
    Cut {
        /// Whether anything that the host told has become part of the database.
        got_on: bool,
    },
    /// The host does not end though it should have by now.
    Overdue,
    /// The agent does not end its turn though that was cancelled for a message.
    Unheeding,
}

/// Since when a host can't be reached.
#[derive(Debug)]
struct Reach {
    lost_at: Option<Instant>,
    is_told: bool,
}

impl Reach {
    fn new() -> Self {
        Self { lost_at: None, is_told: false }
    }

    /// Takes note of a try, and says for how long there was no other, if that has to be told: once each time.
    fn is_worth_a_word(&mut self, is_reached: bool, now: Instant) -> Option<Duration> {
        if is_reached {
            *self = Self::new();
            return None;
        }
        let since = now - *self.lost_at.get_or_insert(now);
        let is_due = since >= UNREACHED && !self.is_told;
        self.is_told |= is_due;
        is_due.then_some(since)
    }
}

impl Tender {
    /// Stays in touch with the attempt's host until it is gone.
    pub(super) async fn keep_in_touch(&self, host: &StoredHost) -> Result<(), CommandError> {
        let folder = HostFolder::of(self.attempts.data(), &host.name);
        let began = Instant::now();
        // A host that is called again reads its journal again, and the database may be in trouble already.
        let mut pause = Pause::new();
        let mut reach = Reach::new();
        loop {
            let socket = folder.socket();
            let connected = UnixStream::connect(&socket).await;
            if let Some(since) = reach.is_worth_a_word(connected.is_ok(), Instant::now()) {
                tracing::warn!(
                    attempt = %self.attempt,
                    "the host of an attempt was not reached for {} s at {}; it is tried again as long as it lives",
                    since.as_secs(),
                    socket.display(),
                );
                self.set_link(Link::Verifying).await?;
            }
            if let Ok(stream) = connected {
                match self.talk(&host.name, stream).await? {
                    Parting::Cut { got_on: true } => pause.reset(),
                    Parting::Cut { got_on: false } => {}
                    Parting::Overdue => break,
                    Parting::Unheeding => return self.replace(host, &folder).await,
                }
            }
            let wait = match is_gone(&folder).await {
                Some(true) => break,
                Some(false) => pause.next(),
                // It may be starting still.
                None if began.elapsed() < START && folder.exists() && !folder.was_seen_to_end() => LOOK,
                None => break,
            };
            if self.is_overdue().await? {
                break;
            }
            sleep(wait).await;
        }
        self.bury(host, &folder).await?;
        // The intake need not keep in mind what it told.
        drop(self.deliver(&host.name, Vec::new()).await);
        // All of it is in the database now.
        leftovers::remove_folder(&folder).await;
        Ok(())
    }

    async fn set_link(&self, link: Link) -> Result<(), CommandError> {
        let is_known = self.standing().await?.is_none_or(|standing| standing.it.attempt.link == link);
        if is_known {
            return Ok(());
        }
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.attempt_mut().attempt.link = link;
        self.conclude(case).await
    }

    /// Whether the attempt should have been stopped by now.
    async fn is_overdue(&self) -> Result<bool, CommandError> {
        let Some(standing) = self.standing().await? else { return Ok(true) };
        Ok(self.stop_deadline(&standing.it).is_some_and(|deadline| Instant::now() >= deadline))
    }

    /// Until when the attempt has to have stopped by itself, if it is being stopped: the host waits, asks, and ends by
    /// force, and may take a moment for each.
    fn stop_deadline(&self, it: &StoredAttempt) -> Option<Instant> {
        if it.state != State::Stopping {
            return None;
        }
        let now = self.attempts.events().clock().now();
        let since = u64::try_from(now.as_millis() - it.status_at.as_millis()).unwrap_or_default();
        let allowed = self.attempts.options().patience.stop * 3 + Duration::from_secs(2);
        Some(Instant::now() + allowed.saturating_sub(Duration::from_millis(since)))
    }

    async fn talk(&self, name: &str, stream: UnixStream) -> Result<Parting, CommandError> {
        let (reader, writer) = lines::split(stream);
        let mut talk = Talk {
            tender: self,
            name,
            reader,
            writer,
            told: BTreeSet::new(),
            gathered: Batch::default(),
            under_way: VecDeque::new(),
            got_on: false,
            steered_at: None,
        };
        talk.go_on().await
    }

    /// Ends a host whose agent does not end its turn though that was cancelled for a message; another one gets the message.
    async fn replace(&self, host: &StoredHost, folder: &HostFolder) -> Result<(), CommandError> {
        self.end_strays().await;
        let Some(mut case) = self.case().await? else { return Ok(()) };
        let message_waits = !attempts::messages(case.edit().conn(), &self.attempt).await?.is_empty();
        if !matches!(case.attempt().state, State::Working { steered: true, .. }) || !message_waits {
            // It ended its turn after all, or somebody stopped it. That the host is gone is noted as always.
            return Ok(());
        }
        // From here on nothing that it told counts.
        let now = case.edit().now();
        hosts::set_gone(case.edit().conn(), &host.name, now).await?;
        hosts::discard_commands(case.edit().conn(), &self.attempt).await?;
        self.close_items(&mut case).await;
        let patience = self.steer_patience().as_secs_f32();
        let note = format!(
            "The agent did not end its turn within {patience} s, so it was ended; another one goes on"
        );
        case.log(LogLevel::Warn, note).await?;
        let outcome = TurnOutcome::Cancelled;
        case.apply(Event::TurnEnded { outcome, message_waits }).await?;
        self.conclude(case).await?;
        self.attempts.count_diff(&self.attempt);
        leftovers::remove_folder(folder).await;
        Ok(())
    }

    /// How long an agent may take to end a turn that was cancelled for a message.
    fn steer_patience(&self) -> Duration {
        self.attempts.options().patience.stop * 2
    }

    /// Hands over what a host has left in its journal, and notes that it is gone.
    async fn bury(&self, host: &StoredHost, folder: &HostFolder) -> Result<(), CommandError> {
        self.end_strays().await;
        // Up to where it is in the database by now; what is there already is not handed over again.
        let written = self.standing().await?.and_then(|standing| standing.host).map(|host| host.seq);
        let host = &StoredHost { seq: written.unwrap_or(host.seq), ..host.clone() };
        self.hand_over_journal(host, folder).await?;
        // Whatever it did last, and whether or not it told.
        self.attempts.count_diff(&self.attempt);
        folder.discard_orders();
        folder.remove_socket();
        let Some(mut case) = self.case().await? else { return Ok(()) };
        let now = case.edit().now();
        hosts::set_gone(case.edit().conn(), &host.name, now).await?;
        let is_of_earlier_turn = host.created_at < case.attempt().queued_at;
        if is_of_earlier_turn && matches!(case.attempt().state, State::SettingUp { .. }) {
            // It left, as it may; this turn gets another one.
            return self.conclude(case).await;
        }
        let never_began = folder.process().is_none();
        if matches!(case.attempt().state, State::SettingUp { .. }) && never_began && !folder.was_started() {
            // The server before was ended when it was about to start the host: now it is started anew.
            return self.conclude(case).await;
        }
        let failed_to_begin = never_began && folder.was_started();
        let prompt_waits = hosts::forget_all_but_prompts(case.edit().conn(), &self.attempt).await?;
        let is_at_work = matches!(case.attempt().state, State::Working { .. });
        if is_at_work && prompt_waits && !failed_to_begin {
            // It left before it heard of the turn, as it may; another one is told.
            return self.conclude(case).await;
        }
        hosts::discard_commands(case.edit().conn(), &self.attempt).await?;
        self.close_items(&mut case).await;
        if failed_to_begin {
            let reason = could_not_begin(folder);
            case.log(LogLevel::Error, reason.clone()).await?;
            case.apply(Event::SetUpFailed { reason }).await?;
            return self.conclude(case).await;
        }
        let is_lost = is_at_work || matches!(case.attempt().state, State::SettingUp { .. });
        case.attempt_mut().attempt.link = if is_lost { Link::Lost } else { Link::Attached };
        case.apply(Event::AgentLost).await?;
        self.conclude(case).await
    }

    /// Closes what the agent began and can't end any more. However it looks: the attempt has to go on.
    async fn close_items(&self, case: &mut Case) {
        if let Err(error) = self.try_to_close_items(case).await {
            tracing::warn!(attempt = %self.attempt, "its conversation could not be closed: {error}");
        }
    }

    async fn try_to_close_items(&self, case: &mut Case) -> Result<(), CommandError> {
        let now = case.edit().now();
        let said = items::of_last_turn(case.edit().conn(), &self.attempt).await?;
        for change in Translation::restore(said).close(false, now) {
            if let Change::Item(item) = change {
                case.item(*item).await?;
            }
        }
        Ok(())
    }

    async fn hand_over_journal(&self, host: &StoredHost, folder: &HostFolder) -> Result<(), CommandError> {
        let mut journal = match JournalReader::open(&folder.journal()) {
            Ok(journal) => journal,
            // It never got so far, or the folder was removed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(unreadable(&error)),
        };
        let mut batch = Batch::default();
        while let Some(record) = journal.read().map_err(|error| unreadable(&error))? {
            match record {
                Record::Command { id, .. } => self.note_heard(&id).await?,
                Record::Update { n, update } if n > host.seq => batch.push(n, update),
                Record::Update { .. } => {}
            }
            if batch.is_full() {
                self.hand_over(host, &mut batch).await?;
            }
        }
        self.hand_over(host, &mut batch).await
    }

    /// Gives updates to the intake, and waits until they are written.
    async fn hand_over(&self, host: &StoredHost, batch: &mut Batch) -> Result<(), CommandError> {
        let Some(updates) = batch.take() else { return Ok(()) };
        let newest = updates.last().map_or(0, |(n, _)| *n);
        let written = self.deliver(&host.name, updates).await;
        // What was on its way already may be further than this.
        if written.await.ok().is_none_or(|written| written < newest) {
            return Err(CommandError::broken("a host's journal was not taken in whole"));
        }
        Ok(())
    }

    /// Notes that a host has a command in its journal.
    async fn note_heard(&self, id: &CommandId) -> Result<(), CommandError> {
        let mut tx = self.attempts.events().store().write().await?;
        hosts::heard(&mut tx, id).await?;
        drop(tx.commit().await?);
        Ok(())
    }

    /// Gives updates to the intake; what comes back says up to where they are written.
    async fn deliver(&self, host: &str, updates: Vec<(u64, Box<RawValue>)>) -> oneshot::Receiver<u64> {
        let (done, written) = oneshot::channel();
        let delivery = Delivery { attempt: self.attempt.clone(), host: host.to_owned(), updates, done };
        // If the intake is gone, the server stops, and the receiver says that nothing was written.
        _ = self.attempts.0.intake.send(delivery).await;
        written
    }
}

/// Whether it is proven that a host's process is gone; `None` if it has not said which it is.
async fn is_gone(folder: &HostFolder) -> Option<bool> {
    let folder = folder.clone();
    // Some systems have to start a program to say so.
    let look = move || Some(folder.process()?.identity.is_gone().unwrap_or(false));
    tokio::task::spawn_blocking(look).await.unwrap_or(Some(false))
}

/// Why a host never came so far that it could be reached, in words for a person.
fn could_not_begin(folder: &HostFolder) -> String {
    match folder.last_words() {
        Some(words) => format!("The agent's host could not begin: {}.", words.trim_end_matches('.')),
        None => "The agent's host could not begin, and did not say why.".to_owned(),
    }
}

fn unreadable(error: &io::Error) -> CommandError {
    CommandError::broken(format!("a host's journal can't be read: {error}"))
}

/// A connection to a host.
struct Talk<'t> {
    tender: &'t Tender,
    name: &'t str,
    reader: Reader<HostLine>,
    writer: Writer<ServerLine>,
    /// The commands that were told on this connection.
    told: BTreeSet<CommandId>,
    /// Updates that are to be delivered next.
    gathered: Batch,
    /// Deliveries on their way into the database.
    under_way: VecDeque<oneshot::Receiver<u64>>,
    /// Whether any of them has got there.
    got_on: bool,
    /// Since when the turn has to end for a message.
    steered_at: Option<Instant>,
}

/// What happened on a connection.
enum Happening {
    Line(io::Result<Option<HostLine>>),
    Written(Option<u64>),
    Flushed(io::Result<()>),
    Called,
    Overdue,
}

impl Talk<'_> {
    /// Talks until the connection ends.
    async fn go_on(&mut self) -> Result<Parting, CommandError> {
        let Some(standing) = self.tender.standing().await? else { return Ok(Parting::Overdue) };
        let Some(host) = standing.host else { return Ok(self.cut()) };
        self.tell(&ServerLine::Hello { version: VERSION, host_seq: host.seq });
        let mut deadline = self.see_to().await?;
        loop {
            match self.next(deadline).await {
                Happening::Line(Ok(Some(line))) => self.take_line(line).await?,
                Happening::Line(_) | Happening::Flushed(Err(_)) | Happening::Written(None) => {
                    return Ok(self.cut());
                }
                Happening::Written(Some(n)) => {
                    self.got_on = true;
                    self.under_way.pop_front();
                    self.tell(&ServerLine::Ack { n });
                }
                Happening::Flushed(Ok(())) => {}
                Happening::Called => deadline = self.see_to().await?,
                Happening::Overdue => match self.overdue().await? {
                    Some(parting) => return Ok(parting),
                    None => deadline = self.see_to().await?,
                },
            }
            if self.under_way.is_empty() {
                self.deliver().await;
            }
        }
    }

    /// What is to be done as the deadline has passed; nothing if what it was for has come about.
    async fn overdue(&self) -> Result<Option<Parting>, CommandError> {
        let Some(standing) = self.tender.standing().await? else { return Ok(Some(Parting::Overdue)) };
        Ok(match standing.it.state {
            State::Stopping => Some(Parting::Overdue),
            State::Working { steered: true, .. } => Some(Parting::Unheeding),
            _ => None,
        })
    }

    fn cut(&self) -> Parting {
        Parting::Cut { got_on: self.got_on }
    }

    async fn next(&mut self, deadline: Option<Instant>) -> Happening {
        // The host waits while too much is on its way.
        let may_read = !self.gathered.is_full();
        let (reader, writer, under_way) = (&mut self.reader, &mut self.writer, &mut self.under_way);
        let written = async {
            match under_way.front_mut() {
                Some(written) => Happening::Written(written.await.ok()),
                None => std::future::pending().await,
            }
        };
        let overdue = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        let is_dirty = writer.is_dirty();
        tokio::select! {
            written = written => written,
            line = reader.next(), if may_read => Happening::Line(line),
            flushed = writer.flush(), if is_dirty => Happening::Flushed(flushed),
            () = self.tender.called.notified() => Happening::Called,
            () = overdue => Happening::Overdue,
        }
    }

    fn tell(&mut self, line: &ServerLine) {
        if let Err(error) = self.writer.write(line) {
            tracing::warn!("a host could not be told: {error}");
        }
    }

    async fn take_line(&mut self, line: HostLine) -> Result<(), CommandError> {
        match line {
            // A connection alone proves nothing: the system accepts it for a host that hangs.
            HostLine::Hello { .. } => self.tender.set_link(Link::Attached).await,
            HostLine::Update { n, update } => {
                self.gathered.push(n, update);
                Ok(())
            }
            HostLine::Heard { id } => self.tender.note_heard(&id).await,
        }
    }

    async fn deliver(&mut self) {
        let Some(updates) = self.gathered.take() else { return };
        let written = self.tender.deliver(self.name, updates).await;
        self.under_way.push_back(written);
    }

    /// Does what the attempt's state asks for, and says until when it has to have stopped, or ended its turn, if it has to.
    async fn see_to(&mut self) -> Result<Option<Instant>, CommandError> {
        let Some(standing) = self.tender.standing().await? else { return Ok(Some(Instant::now())) };
        let is_ready = standing.host.as_ref().is_some_and(|host| host.is_ready);
        if is_ready && matches!(standing.it.state, State::SettingUp { .. }) {
            // The host of an earlier turn is there still, with its session.
            self.tender.apply(Event::SessionReady).await?;
        }
        let mut tx = self.tender.attempts.events().store().read().await?;
        let commands = hosts::commands(&mut tx, &self.tender.attempt).await?;
        drop(tx);
        // A prompt needs a session, and what follows it needs the prompt.
        for (id, command) in commands.into_iter().filter(|_| is_ready || standing.it.state == State::Stopping)
        {
            if self.told.insert(id.clone()) {
                self.tell(&ServerLine::Command { id, command });
            }
        }
        let is_steered = matches!(standing.it.state, State::Working { steered: true, .. });
        self.steered_at = is_steered.then(|| self.steered_at.unwrap_or_else(Instant::now));
        let steer_deadline = self.steered_at.map(|steered_at| steered_at + self.tender.steer_patience());
        Ok(self.tender.stop_deadline(&standing.it).or(steer_deadline))
    }
}

#[cfg(test)]
mod tests;

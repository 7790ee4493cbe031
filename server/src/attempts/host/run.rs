//! The host process at work: between the agent's driver, the journal, and whichever server is connected.

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::value::to_raw_value;
use shared::ids::AttemptId;
use tokio::net::{UnixListener, UnixStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::sleep_until;

use super::connection::Connection;
use super::exchange::HostSide;
use super::folder::{HostFolder, HostOrders};
use super::journal::Record;
use super::journal_file::JournalFile;
use super::lifetime::{Duty, Lifetime};
use super::protocol::{Command, CommandId, HostLine, MAX_LINE, ServerLine, VERSION};
use crate::agents::driver::{Launch, Order};
use crate::agents::update::Update;
use crate::process_identity::ProcessIdentity;
use crate::strays;

/// How many updates wait to be journaled; the agent waits beyond that.
const UPDATES: usize = 64;
/// How many orders wait for the agent. There is one prompt at a time, and no more answers than questions.
const ORDERS: usize = 256;
/// How often to look whether the folder is still there, and to try again what the disk had no room for.
const LOOK: Duration = Duration::from_secs(1);
/// The most bytes of a journal. No agent says so much; one that goes round in circles must not fill the disk.
const MAX_JOURNAL: u64 = 4 << 30;
/// How long the host waits, once the agent is gone, for room on the disk for what was said last.
const ROOM: Duration = Duration::from_secs(60 * 60);
/// What an update may have around it in its line.
const AROUND_UPDATE: usize = 1024;

/// Runs the host of a folder until it has nothing to live for any more. `driver` runs the agent: it takes orders, reports
/// updates, ends the agent when there can be no more orders, and returns when the agent is gone.
///
/// # Errors
/// If the folder does not hold what it should, or has a host already.
pub async fn run<D, F>(folder: HostFolder, driver: D) -> io::Result<()>
where
    D: FnOnce(Launch, mpsc::Receiver<Order>, mpsc::Sender<Update>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    run_within(MAX_JOURNAL, folder, driver).await
}

/// Runs the host of a folder, whose agent is ended when the journal has more bytes than `max_journal`.
async fn run_within<D, F>(max_journal: u64, folder: HostFolder, driver: D) -> io::Result<()>
where
    D: FnOnce(Launch, mpsc::Receiver<Order>, mpsc::Sender<Update>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let HostOrders { attempt_id, launch, patience } = folder.take_orders()?;
    let (journal, records) = JournalFile::open(&folder.journal())?;
    let (listener, socket) = listen(&folder)?;
    folder.note_process(ProcessIdentity::own()?, &socket)?;
    let (orders, taken) = mpsc::channel(ORDERS);
    let (told, updates) = mpsc::channel(UPDATES);
    let host = Host {
        side: HostSide::from_journal(&records),
        lifetime: Lifetime::new(patience, Instant::now()),
        agent: tokio::spawn(driver(launch, taken, told)),
        orders: Some(orders),
        updates: Some(updates),
        unwritten: None,
        connection: None,
        attempt_id,
        journal,
        max_journal,
        listener,
        refused_at: None,
        terminated: signal(SignalKind::terminate())?,
        was_terminated: false,
        folder,
    };
    host.live().await
}

/// Listens on a new socket, and says where that is.
fn listen(folder: &HostFolder) -> io::Result<(UnixListener, PathBuf)> {
    let socket = folder.make_room_for_socket()?;
    let listener = UnixListener::bind(&socket)?;
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600))?;
    Ok((listener, socket))
}

struct Host {
    attempt_id: AttemptId,
    folder: HostFolder,
    journal: JournalFile,
    max_journal: u64,
    side: HostSide,
    lifetime: Lifetime,
    listener: UnixListener,
    /// When nobody could be let in; the reason may stay, so it is not tried again at once.
    refused_at: Option<Instant>,
    /// The server that is connected.
    connection: Option<Connection>,
    agent: JoinHandle<()>,
    /// What the agent is told; `None` once there can be no more.
    orders: Option<mpsc::Sender<Order>>,
    /// What it says; `None` once it is gone.
    updates: Option<mpsc::Receiver<Update>>,
    /// An update that the disk had no room for, and since when. Until it is written no other is taken, and the agent waits.
    unwritten: Option<(Record, Instant)>,
    terminated: Signal,
    was_terminated: bool,
}

/// What happened.
enum Event {
    Updated(Option<Update>),
    Connected(io::Result<UnixStream>),
    Read(io::Result<Option<ServerLine>>),
    /// The connection takes another line.
    Writable(io::Result<()>),
    /// Everything that was written is on its way.
    Flushed(io::Result<()>),
    Terminated,
    Looked,
}

impl Host {
    async fn live(mut self) -> io::Result<()> {
        let mut look_at = Instant::now() + LOOK;
        loop {
            match self.lifetime.duty(Instant::now()) {
                Duty::Live => {}
                Duty::EndAgent => self.end_agent(),
                Duty::AbandonAgent => self.abandon_agent().await,
                Duty::Leave if self.waits_for_room() => {}
                Duty::Leave => break,
            }
            let wake_at = self.lifetime.deadline().map_or(look_at, |deadline| deadline.min(look_at));
            match self.next_event(wake_at).await {
                Event::Updated(Some(update)) => self.take_update(&update),
                Event::Updated(None) => {
                    self.updates = None;
                    self.agent_ended();
                }
                Event::Connected(Ok(stream)) => self.connect(stream),
                Event::Connected(Err(error)) => {
                    report("a server could not connect", &error);
                    self.refused_at = Some(Instant::now());
                }
                Event::Read(Ok(Some(line))) => self.take_line(line),
                Event::Read(Ok(None)) => self.cut(),
                Event::Writable(Ok(())) => self.send_update(),
                Event::Flushed(Ok(())) => {}
                Event::Read(Err(error)) | Event::Writable(Err(error)) | Event::Flushed(Err(error)) => {
                    report("the connection to the server broke", &error);
                    self.cut();
                }
                Event::Terminated => {
                    self.was_terminated = true;
                    self.lifetime.end_at_once(Instant::now());
                }
                Event::Looked => {}
            }
            if Instant::now() >= look_at {
                look_at = Instant::now() + LOOK;
                self.look();
            }
        }
        self.leave().await;
        Ok(())
    }

    async fn next_event(&mut self, wake_at: Instant) -> Event {
        let takes_orders = self.orders.as_ref().is_none_or(|orders| orders.capacity() > 0);
        let mut updates = self.updates.as_mut().filter(|_| self.unwritten.is_none());
        let is_due = self.side.due().is_some();
        let lets_in = self.refused_at.is_none_or(|refused_at| refused_at.elapsed() >= LOOK);
        let (mut reading, mut writing) = match &mut self.connection {
            Some(connection) => (Some(&mut connection.reader), Some(&mut connection.writer)),
            None => (None, None),
        };
        let write = async {
            match &mut writing {
                Some(writer) if is_due => Event::Writable(writer.ready().await),
                Some(writer) if writer.is_dirty() => Event::Flushed(writer.flush().await),
                _ => std::future::pending().await,
            }
        };
        let read = async {
            match &mut reading {
                Some(reader) if takes_orders => reader.next().await,
                _ => std::future::pending().await,
            }
        };
        let update = async {
            match &mut updates {
                Some(updates) => Event::Updated(updates.recv().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            updated = update => updated,
            connected = self.listener.accept(), if lets_in => Event::Connected(connected.map(|(stream, _)| stream)),
            line = read => Event::Read(line),
            written = write => written,
            _ = self.terminated.recv() => Event::Terminated,
            () = sleep_until(wake_at.into()) => Event::Looked,
        }
    }

    /// Journals what the agent said or did, under the next number.
    fn take_update(&mut self, update: &Update) {
        match update {
            Update::Session { .. } => self.lifetime.agent_begins(Instant::now()),
            Update::TurnEnded(_) => self.lifetime.turn_ends(Instant::now()),
            Update::Ended { .. } => self.agent_ended(),
            _ => {}
        }
        let is_too_long = self.journal.length() > self.max_journal;
        if is_too_long {
            // Nothing that it still says until it is gone is worth the wait for the end of its turn.
            self.lifetime.end_at_once(Instant::now());
        }
        let reason = Update::Ended { reason: said_too_much(self.max_journal) };
        let update = match update {
            Update::Ended { .. } if is_too_long => &reason,
            other => other,
        };
        let update = match to_raw_value(update) {
            Ok(raw) if raw.get().len() <= MAX_LINE - AROUND_UPDATE => raw,
            Ok(raw) => note(format!("An update of {} bytes is too long and was left out.", raw.get().len())),
            Err(error) => note(format!("An update could not be written down: {error}")),
        };
        self.write_update(Record::Update { n: self.side.next_number(), update }, Instant::now());
    }

    /// Whether what was said last can't be written down yet, but may be soon.
    fn waits_for_room(&self) -> bool {
        let has_time = |(_, since): &(Record, Instant)| since.elapsed() < ROOM;
        !self.was_terminated && self.unwritten.as_ref().is_some_and(has_time)
    }

    fn write_update(&mut self, record: Record, since: Instant) {
        match self.journal.append(&record) {
            Ok(()) => {
                self.side.journaled();
                self.settle();
            }
            Err(error) => {
                report("the journal can't be written", &error);
                self.unwritten = Some((record, since));
            }
        }
    }

    fn connect(&mut self, stream: UnixStream) {
        // The newest server is the one that counts: it holds the data folder.
        self.cut();
        match Connection::open(stream, &self.folder.journal()) {
            Ok(connection) => self.connection = Some(connection),
            Err(error) => report("the journal can't be read", &error),
        }
    }

    fn cut(&mut self) {
        self.connection = None;
        self.side.cut();
    }

    fn take_line(&mut self, line: ServerLine) {
        match line {
            ServerLine::Hello { version: _, host_seq } => {
                self.side.connected(host_seq);
                self.tell(&HostLine::Hello {
                    version: VERSION,
                    attempt_id: self.attempt_id.clone(),
                    newest: self.side.newest(),
                });
                self.begin_to_send(host_seq);
            }
            ServerLine::Ack { n } => self.side.acknowledged(n),
            ServerLine::Command { id, command } => self.hear(id, command),
        }
        self.settle();
    }

    /// A server that has all updates up to `host_seq` is told which commands are known, and then the updates.
    fn begin_to_send(&mut self, host_seq: u64) {
        let heard: Vec<_> = self.side.all_heard().cloned().collect();
        for id in heard {
            self.tell(&HostLine::Heard { id });
        }
        let place = self.journal.place_before(host_seq + 1);
        if let Some(connection) = &mut self.connection
            && let Err(error) = connection.read_from(place)
        {
            report("the journal can't be read", &error);
            self.cut();
        }
    }

    fn settle(&mut self) {
        self.lifetime.settle(self.side.is_settled(), Instant::now());
    }

    /// Journals a command and carries it out, unless that was done before.
    fn hear(&mut self, id: CommandId, command: Command) {
        if self.side.has_heard(&id) {
            return self.tell(&HostLine::Heard { id });
        }
        let takes_orders = self.orders.as_ref().is_some_and(|orders| !orders.is_closed());
        if !takes_orders && matches!(command, Command::Prompt { .. }) {
            // The agent is on its way out: whoever comes next gets the prompt.
            return;
        }
        let record = Record::Command { id: id.clone(), command: command.clone() };
        if let Err(error) = self.journal.append(&record) {
            report("a command could not be written down", &error);
            // The server tells it again when it connects again.
            return self.cut();
        }
        self.side.heard(id.clone());
        self.carry_out(command);
        self.tell(&HostLine::Heard { id });
    }

    fn carry_out(&mut self, command: Command) {
        let order = match command {
            Command::Prompt { text } => {
                self.lifetime.turn_begins();
                Order::Prompt { text }
            }
            Command::Decide { request_id, option_id } => Order::Decide { request_id, option_id },
            Command::Cancel => Order::Cancel,
            Command::End => {
                self.lifetime.end(Instant::now());
                Order::Cancel
            }
        };
        // Without orders the agent is on its way out, which the server learns from its last update.
        if let Some(orders) = &self.orders
            && orders.try_send(order).is_err()
        {
            tracing::warn!("the agent takes no more orders");
        }
    }

    fn tell(&mut self, line: &HostLine) {
        let Some(connection) = &mut self.connection else { return };
        if let Err(error) = connection.writer.write(line) {
            report("the server could not be told", &error);
            self.cut();
        }
    }

    /// Sends the update that is due, from the journal.
    fn send_update(&mut self) {
        let (Some(n), Some(connection)) = (self.side.due(), &mut self.connection) else { return };
        match connection.send_update(n) {
            Ok(()) => self.side.sent(),
            Err(error) => {
                report("an update could not be sent", &error);
                self.cut();
            }
        }
    }

    fn look(&mut self) {
        self.write_what_waits();
        if !self.folder.exists() {
            // Nobody can ask for anything any more, nor learn of it.
            self.unwritten = None;
            self.lifetime.end_at_once(Instant::now());
        }
    }

    fn write_what_waits(&mut self) {
        if let Some((record, since)) = self.unwritten.take() {
            self.write_update(record, since);
        }
    }

    fn end_agent(&mut self) {
        self.orders = None;
        self.lifetime.agent_ends(Instant::now());
    }

    /// Nobody takes orders any more.
    fn agent_ended(&mut self) {
        self.orders = None;
        self.lifetime.agent_ended();
    }

    async fn abandon_agent(&mut self) {
        self.agent.abort();
        strays::end(&self.attempt_id, ProcessIdentity::own().ok(), Duration::ZERO).await;
        self.agent_ended();
    }

    /// Leaves nothing behind but the journal.
    async fn leave(mut self) {
        self.agent.abort();
        // What the agent said last still belongs into the journal, as far as there is room: nothing may be left out in between.
        self.write_what_waits();
        let mut updates = self.updates.take();
        while self.unwritten.is_none()
            && let Some(update) = updates.as_mut().and_then(|updates| updates.try_recv().ok())
        {
            self.take_update(&update);
        }
        if !strays::end(&self.attempt_id, ProcessIdentity::own().ok(), Duration::from_secs(1)).await {
            tracing::warn!("some of the agent's processes could not be ended");
        }
        self.folder.remove_socket();
    }
}

fn said_too_much(bytes: u64) -> String {
    format!("The agent was ended: what it said has more than {} MiB.", bytes >> 20)
}

fn note(text: String) -> Box<serde_json::value::RawValue> {
    let note = Update::Stderr(text);
    to_raw_value(&note).expect("a text can always be written as JSON")
}

fn report(what: &str, error: &io::Error) {
    tracing::warn!("{what}: {error}");
}

#[cfg(test)]
mod tests;

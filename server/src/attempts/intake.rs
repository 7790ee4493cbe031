//! Where what agents say and do becomes part of the database: gathered from all hosts, one transaction at a time.
//!
//! Each update is committed together with its number, and only then acknowledged to its host. So one that comes again is
//! known, and one that was never committed comes again.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::value::RawValue;
use shared::conversation::ItemKind;
use shared::ids::{AttemptId, BoardId};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::Attempts;
use super::case::{Case, Telling};
use super::diff_counts::Counted;
use super::host::exchange::{Taken, take};
use super::host::protocol::Command;
use super::machine::State;
use super::translation::{Change as Told, Fact, Translation, join};
use crate::agents::update::Update;
use crate::board::edit::Edit;
use crate::board::{CommandError, CommandErrorKind};
use crate::events::Change;
use crate::ids::new_id;
use crate::store::{attempts, hosts, items};

/// How many deliveries wait to be written.
pub(super) const DELIVERIES: usize = 256;
/// After how many updates, and how many bytes of them, no more are gathered for one transaction: whoever else wants to write
/// waits for it.
const MOST_UPDATES: usize = 512;
const MOST_BYTES: usize = 1 << 20;

/// Updates of one host, in their order.
#[derive(Debug)]
pub(super) struct Delivery {
    pub attempt: AttemptId,
    /// The host's name.
    pub host: String,
    pub updates: Vec<(u64, Box<RawValue>)>,
    /// Up to where the host's updates are in the database by then; nothing if they could not be written.
    pub done: oneshot::Sender<u64>,
}

impl Delivery {
    fn bytes(&self) -> usize {
        self.updates.iter().map(|(_, update)| update.get().len()).sum()
    }
}

/// Writes what is delivered, until the server stops.
pub(super) async fn run(
    attempts: Attempts,
    mut deliveries: mpsc::Receiver<Delivery>,
    mut counts: mpsc::Receiver<Counted>,
) {
    let mut intake = Intake { attempts, open: HashMap::new(), written_at: Instant::now() };
    let shutdown = intake.attempts.0.shutdown.clone();
    loop {
        let wake_at = intake.next_face();
        let wake = async {
            match wake_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            first = deliveries.recv() => match first {
                Some(first) => intake.write(first, &mut deliveries).await,
                None => return,
            },
            Some(counted) = counts.recv() => intake.take_count(counted).await,
            () = wake => intake.tell_faces().await,
        }
    }
}

/// An attempt whose agent says something.
struct Open {
    board: BoardId,
    /// The host that it runs in: what another one told is none of the next one's.
    host: String,
    translation: Translation,
    /// When its card's face was last told.
    told_at: Option<Instant>,
    /// Whether the face is another than was told last.
    is_dirty: bool,
}

struct Intake {
    attempts: Attempts,
    open: HashMap<AttemptId, Open>,
    written_at: Instant,
}

impl Intake {
    /// Gathers what comes together with the first delivery, and writes all of it.
    async fn write(&mut self, first: Delivery, deliveries: &mut mpsc::Receiver<Delivery>) {
        let until = self.written_at + self.attempts.options().gather;
        let (mut updates, mut bytes) = (first.updates.len(), first.bytes());
        let mut batch = vec![first];
        while updates < MOST_UPDATES && bytes < MOST_BYTES {
            match timeout_at(until, deliveries.recv()).await {
                Ok(Some(more)) => {
                    updates += more.updates.len();
                    bytes += more.bytes();
                    batch.push(more);
                }
                Ok(None) | Err(_) => break,
            }
        }
        self.write_batch(batch).await;
    }

    /// Writes deliveries together, or each by itself if one of them can't be written.
    async fn write_batch(&mut self, batch: Vec<Delivery>) {
        let concerned: Vec<AttemptId> = batch.iter().map(|delivery| delivery.attempt.clone()).collect();
        match self.commit(&batch).await {
            Ok(written) => {
                self.written_at = Instant::now();
                for (delivery, seq) in batch.into_iter().zip(written) {
                    // Whoever delivered it may be gone; then the host tells it again, and it is known.
                    _ = delivery.done.send(seq);
                }
                concerned.iter().for_each(|attempt| self.attempts.call(attempt));
            }
            Err(error) if batch.len() > 1 => {
                tracing::warn!("what agents said is written one by one, for together it can't be: {error}");
                concerned.iter().for_each(|attempt| drop(self.open.remove(attempt)));
                for delivery in batch {
                    Box::pin(self.write_batch(vec![delivery])).await;
                }
            }
            Err(error) => {
                tracing::warn!("what agents said could not be written, and is asked for again: {error}");
                // What the translations know is not in the database.
                concerned.iter().for_each(|attempt| drop(self.open.remove(attempt)));
            }
        }
    }

    /// Writes a batch in one transaction, and says for each delivery up to where its host's updates are written.
    async fn commit(&mut self, batch: &[Delivery]) -> Result<Vec<u64>, CommandError> {
        let mut change = self.attempts.events().begin().await?;
        let mut written = Vec::with_capacity(batch.len());
        for delivery in batch {
            let (next, seq) = self.take(change, delivery).await?;
            change = next;
            written.push(seq);
        }
        change.commit().await?;
        Ok(written)
    }

    async fn take(&mut self, mut change: Change, delivery: &Delivery) -> Result<(Change, u64), CommandError> {
        let newest = delivery.updates.last().map_or(0, |(n, _)| *n);
        let Some(stored) = attempts::stored(change.conn(), &delivery.attempt).await? else {
            // It was deleted with its card or board; nobody wants to know any more.
            return Ok((change, newest));
        };
        let host = hosts::of_attempt(change.conn(), &delivery.attempt).await?;
        let Some(host) = host.filter(|host| host.name == delivery.host) else {
            // It is gone, and what it said last was taken.
            self.open.remove(&delivery.attempt);
            return Ok((change, newest));
        };
        let mut seq = host.seq;
        let mut new = Vec::new();
        for (n, update) in &delivery.updates {
            match take(seq, *n) {
                Taken::Known => {}
                Taken::Gap => break,
                Taken::Next => {
                    new.push(read(update));
                    seq = *n;
                }
            }
        }
        if new.is_empty() {
            return Ok((change, seq));
        }
        let board = stored.attempt.board_id.clone();
        let edit = Edit::open(change, &board).await?;
        let mut edit = self.write_updates(edit, delivery, &new).await?;
        hosts::set_seq(edit.conn(), &delivery.host, seq).await?;
        Ok((edit.close().await?, seq))
    }

    async fn write_updates(
        &mut self,
        mut edit: Edit,
        delivery: &Delivery,
        updates: &[Update],
    ) -> Result<Edit, CommandError> {
        let attempt = &delivery.attempt;
        let board = edit.board().id.clone();
        let now = edit.now();
        if self.open.get(attempt).is_none_or(|open| open.host != delivery.host) {
            let translation = Translation::restore(items::of_last_turn(edit.conn(), attempt).await?);
            let host = delivery.host.clone();
            let open = Open { board, host, translation, told_at: None, is_dirty: false };
            self.open.insert(attempt.clone(), open);
        }
        let face_every = self.attempts.options().face_every;
        let silent_after = self.attempts.options().silent_after;
        let Some(open) = self.open.get_mut(attempt) else { return Ok(edit) };
        let mut told = Vec::new();
        for update in updates {
            told.extend(open.translation.take(update, now, new_id));
        }
        if told.iter().any(may_be_of_files) {
            self.attempts.count_diff(attempt);
        }
        // The next turn begins with a message of a person, which nothing said before may be joined to.
        let is_border = |update: &Update| matches!(update, Update::TurnEnded(_) | Update::Session { .. });
        let is_at_border = updates.iter().any(is_border);
        let is_due = open.told_at.is_none_or(|told_at| told_at.elapsed() >= face_every);
        let mut case = Case::open(edit, attempt).await?;
        case.sign();
        for change in join(told) {
            tell(&mut case, &delivery.host, change).await?;
        }
        let is_over = is_at_border || !matches!(case.attempt().state, State::Working { .. });
        let telling = if is_due || is_over { Telling::Now } else { Telling::IfUrgent };
        let is_told = telling == Telling::Now || case.is_urgent();
        let (edit, is_dirty) = case.close(telling, silent_after).await?;
        open.is_dirty = is_dirty;
        if is_told {
            open.told_at = Some(Instant::now());
        }
        if is_over {
            self.open.remove(attempt);
        }
        Ok(edit)
    }

    /// Notes how much an attempt has changed; its card's face tells that when it may.
    async fn take_count(&mut self, counted: Counted) {
        if let Err(error) = self.write_count(&counted).await {
            tracing::warn!(attempt = %counted.attempt, "what it has changed could not be noted: {error}");
        }
    }

    async fn write_count(&mut self, counted: &Counted) -> Result<(), CommandError> {
        let Counted { attempt, diff } = counted;
        let mut tx = self.attempts.events().store().read().await?;
        let Some(stored) = attempts::stored(&mut tx, attempt).await? else { return Ok(()) };
        drop(tx);
        if stored.attempt.diff == *diff {
            return Ok(());
        }
        let edit = Edit::begin(self.attempts.events(), &stored.attempt.board_id).await?;
        let mut case = Case::open(edit, attempt).await?;
        case.set_diff(*diff);
        let open = self.open.get_mut(attempt);
        let telling = if open.is_some() { Telling::IfUrgent } else { Telling::Now };
        let (edit, is_dirty) = case.close(telling, self.attempts.options().silent_after).await?;
        edit.answer(()).await?;
        if let Some(open) = open {
            open.is_dirty |= is_dirty;
        }
        Ok(())
    }

    /// When a face that has changed may be told.
    fn next_face(&self) -> Option<Instant> {
        let every = self.attempts.options().face_every;
        let dirty = self.open.values().filter(|open| open.is_dirty);
        dirty.map(|open| open.told_at.map_or_else(Instant::now, |told_at| told_at + every)).min()
    }

    async fn tell_faces(&mut self) {
        let now = Instant::now();
        let every = self.attempts.options().face_every;
        let due = |open: &Open| open.is_dirty && open.told_at.is_none_or(|told_at| told_at + every <= now);
        let due: Vec<(AttemptId, BoardId)> = self
            .open
            .iter()
            .filter(|(_, open)| due(open))
            .map(|(attempt, open)| (attempt.clone(), open.board.clone()))
            .collect();
        for (attempt, board) in due {
            let told = tell_face(&self.attempts, &board, &attempt).await;
            if let Some(open) = self.open.get_mut(&attempt) {
                // One that could not be told is tried again when the next one may be.
                (open.is_dirty, open.told_at) = (told.is_err(), Some(now));
            }
            let Err(error) = told else { continue };
            if error.kind == CommandErrorKind::NotFound {
                // It was deleted with its card or board.
                self.open.remove(&attempt);
                continue;
            }
            tracing::warn!(%attempt, "the card's face could not be brought up to date, and is tried again: {error}");
        }
    }
}

/// Tells the face of an attempt's card.
pub(super) async fn tell_face(
    attempts: &Attempts,
    board: &BoardId,
    attempt: &AttemptId,
) -> Result<(), CommandError> {
    let edit = Edit::begin(attempts.events(), board).await?;
    let silent_after: Duration = attempts.options().silent_after;
    let (edit, _) = Case::open(edit, attempt).await?.close(Telling::Now, silent_after).await?;
    edit.answer(()).await?;
    Ok(())
}

/// An update as a host journaled it. What a newer host writes may be unknown, and is noted as it came.
fn read(update: &RawValue) -> Update {
    serde_json::from_str(update.get()).unwrap_or_else(|error| {
        Update::Stderr(format!("Unknown update of the host ({error}): {}", update.get()))
    })
}

/// Tells what an update means.
async fn tell(case: &mut Case, host: &str, told: Told) -> Result<(), CommandError> {
    match told {
        Told::Item(item) => case.item(*item).await,
        Told::Append(more) => case.append(more).await,
        Told::Log { level, message } => case.log(level, message).await,
        Told::Todos(todos) => {
            case.set_todos(todos);
            Ok(())
        }
        Told::Activity(text) => {
            case.set_activity(text);
            Ok(())
        }
        Told::Session { id, is_continued } => {
            hosts::set_ready(case.edit().conn(), host, true).await?;
            case.set_session(id, is_continued);
            // A prompt waits already if it was meant for an agent that left before it heard it.
            case.remind_of_prompt().await?;
            case.apply(super::machine::Event::SessionReady).await
        }
        Told::Happened(fact) => happened(case, host, fact).await,
    }
}

/// Whether files may be different after this: words change none.
fn may_be_of_files(told: &Told) -> bool {
    match told {
        Told::Item(item) => matches!(item.kind, ItemKind::Tool(_)),
        Told::Append(_) | Told::Todos(_) | Told::Activity(_) => false,
        Told::Log { .. } | Told::Session { .. } | Told::Happened(_) => true,
    }
}

async fn happened(case: &mut Case, host: &str, fact: Fact) -> Result<(), CommandError> {
    use super::machine::Event;
    match fact {
        Fact::Asked(request) => case.apply(Event::Asked(request)).await,
        Fact::Settled(request) => case.apply(Event::Settled(request)).await,
        Fact::TurnEnded(outcome) => {
            let attempt = case.attempt().attempt.attempt_id.clone();
            let message_waits = !attempts::messages(case.edit().conn(), &attempt).await?.is_empty();
            case.apply(Event::TurnEnded { outcome, message_waits }).await
        }
        Fact::AgentEnded { reason } => {
            if left_before_the_turn(case).await? {
                return Ok(());
            }
            hosts::set_ready(case.edit().conn(), host, false).await?;
            case.apply(Event::AgentEnded { reason }).await
        }
    }
}

/// Whether an agent ended that was idle, as it may, while a turn that it had not heard of began: another one gets that.
async fn left_before_the_turn(case: &mut Case) -> Result<bool, CommandError> {
    let attempt = case.attempt().attempt.attempt_id.clone();
    let Some(host) = hosts::of_attempt(case.edit().conn(), &attempt).await? else { return Ok(false) };
    let commands = hosts::commands(case.edit().conn(), &attempt).await?;
    let prompt_waits = commands.iter().any(|(_, command)| matches!(command, Command::Prompt { .. }));
    let has_left = match case.attempt().state {
        State::SettingUp { .. } => host.created_at < case.attempt().queued_at,
        State::Working { .. } => host.is_ready && prompt_waits,
        _ => false,
    };
    if has_left {
        hosts::set_ready(case.edit().conn(), &host.name, false).await?;
    }
    Ok(has_left)
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::attempts::AttemptOptions;
    use crate::board::fixture::Fixture;
    use crate::store::StoreOptions;

    #[tokio::test]
    async fn a_face_that_could_not_be_told_is_tried_again_and_one_that_is_gone_is_not() {
        let impatient = StoreOptions { patience: Duration::from_millis(500), ..StoreOptions::default() };
        let fixture = Fixture::with(impatient).await;
        let shutdown = CancellationToken::new();
        let options = AttemptOptions::default();
        let attempts =
            Attempts::start(fixture.events.clone(), fixture.folder.path(), options, shutdown.clone());
        let _ends_with_it = shutdown.drop_guard();
        let attempt = AttemptId::new("gone");
        let open = Open {
            board: fixture.board.clone(),
            host: "host".to_owned(),
            translation: Translation::restore(Vec::new()),
            told_at: None,
            is_dirty: true,
        };
        let mut intake =
            Intake { attempts, open: HashMap::from([(attempt.clone(), open)]), written_at: Instant::now() };

        let other = fixture.events.store().write().await.unwrap();
        let before = Instant::now();
        intake.tell_faces().await;
        assert!(intake.open[&attempt].is_dirty);
        assert!(intake.next_face().is_some_and(|at| at > before), "not at once");

        drop(other);
        intake.open.get_mut(&attempt).unwrap().told_at = None;
        intake.tell_faces().await;
        assert!(intake.open.is_empty());
    }

    #[tokio::test]
    async fn what_one_host_told_is_not_gone_on_with_by_the_next() {
        let fixture = Fixture::new().await;
        let mut it = crate::attempts::fixture::attempt();
        it.attempt.board_id = fixture.board.clone();
        it.attempt.card_id = fixture.card("Sitemap").await.card.id;
        it.state = State::Working { questions: Default::default(), steered: false };
        let attempt = it.attempt.attempt_id.clone();
        let mut tx = fixture.events.store().write().await.unwrap();
        attempts::insert(&mut tx, &it).await.unwrap();
        hosts::insert(&mut tx, &attempt, "next", fixture.clock.now()).await.unwrap();
        drop(tx.commit().await.unwrap());
        let shutdown = CancellationToken::new();
        let options = AttemptOptions::default();
        let all = Attempts::start(fixture.events.clone(), fixture.folder.path(), options, shutdown.clone());
        let _ends_with_it = shutdown.drop_guard();

        let said = r#"{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"word"}}"#;
        let said = Update::Said(RawValue::from_string(said.to_owned()).unwrap());
        let mut translation = Translation::restore(Vec::new());
        translation.take(&said, fixture.clock.now(), new_id);
        let (board, host) = (fixture.board.clone(), "lost".to_owned());
        let open = Open { board, host, translation, told_at: None, is_dirty: false };
        let open = HashMap::from([(attempt.clone(), open)]);
        let mut intake = Intake { attempts: all, open, written_at: Instant::now() };
        let updates = vec![(1, serde_json::value::to_raw_value(&said).unwrap())];
        let delivery = |host: &str, updates| {
            let (done, _) = oneshot::channel();
            Delivery { attempt: attempt.clone(), host: host.to_owned(), updates, done }
        };
        intake.commit(&[delivery("next", updates)]).await.unwrap();
        let mut tx = fixture.events.store().read().await.unwrap();
        let items = items::page(&mut tx, &attempt, None, 10).await.unwrap().items;
        assert!(matches!(&items[..], [item] if matches!(item.kind, ItemKind::Message { .. })), "{items:?}");
        drop(tx);
        // A host that is gone has told everything.
        intake.commit(&[delivery("gone", Vec::new())]).await.unwrap();
        assert!(intake.open.is_empty());
    }
}

//! Tests of the host, with an agent of their own and as the server that it talks to.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use shared::ids::{AttemptId, SessionId};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::*;
use crate::agents::driver::{ANSWER, Policy, Protocol};
use crate::agents::update::TurnEnd;
use crate::attempts::host::folder::Patience;
use crate::attempts::host::lines::{self, Reader, Writer};
use crate::ids::new_id;

/// Far longer than anything here takes, so that a host that hangs fails its test.
const LIMIT: Duration = Duration::from_secs(20);

/// A host at work.
struct Fixture {
    data: TempDir,
    folder: HostFolder,
    host: JoinHandle<io::Result<()>>,
}

impl Fixture {
    /// A host whose agent repeats each prompt, word by word, unless it is told to `hang` or to `leave`.
    fn start(patience: Patience) -> Self {
        Self::start_within(MAX_JOURNAL, patience)
    }

    fn start_within(max_journal: u64, patience: Patience) -> Self {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        folder.create(&orders(data.path(), patience)).unwrap();
        let host = tokio::spawn(run_within(max_journal, folder.clone(), echo));
        Self { data, folder, host }
    }

    /// Connects as a server that has all updates up to `host_seq`.
    async fn connect(&self, host_seq: u64) -> Peer {
        let stream = loop {
            match UnixStream::connect(self.folder.socket()).await {
                Ok(stream) => break stream,
                Err(_) => tokio::task::yield_now().await,
            }
        };
        let (reader, writer) = lines::split(stream);
        let mut peer = Peer { reader, writer };
        peer.tell(ServerLine::Hello { version: VERSION, host_seq }).await;
        assert!(matches!(peer.line().await, Some(HostLine::Hello { version: VERSION, .. })));
        peer
    }

    async fn ended(self) -> TempDir {
        tokio::time::timeout(LIMIT, self.host).await.expect("the host ends").unwrap().unwrap();
        self.data
    }
}

fn patience(idle: Duration) -> Patience {
    Patience { idle, stop: Duration::from_millis(50) }
}

fn orders(worktree: &Path, patience: Patience) -> HostOrders {
    let launch = Launch {
        protocol: Protocol::Acp,
        command: vec!["echo".to_owned()],
        env: BTreeMap::new(),
        worktree: worktree.to_owned(),
        policy: Policy::Ask,
        session: None,
        answer: ANSWER,
    };
    HostOrders { attempt_id: new_id::<AttemptId>(), launch, patience }
}

/// An agent that repeats what it is told.
async fn echo(_launch: Launch, mut orders: mpsc::Receiver<Order>, updates: mpsc::Sender<Update>) {
    let session_id = SessionId::new("echo");
    updates.send(Update::Session { session_id, is_continued: false }).await.unwrap();
    while let Some(order) = orders.recv().await {
        let Order::Prompt { text } = order else { continue };
        if text == "hang" {
            continue;
        }
        if text == "leave" {
            break;
        }
        for word in text.split(' ') {
            updates.send(Update::Output(word.to_owned())).await.unwrap();
        }
        updates.send(Update::TurnEnded(TurnEnd::Done)).await.unwrap();
    }
    updates.send(Update::Ended { reason: "told to".to_owned() }).await.unwrap();
}

/// The server's end of a connection.
struct Peer {
    reader: Reader<HostLine>,
    writer: Writer<ServerLine>,
}

impl Peer {
    async fn tell(&mut self, line: ServerLine) {
        self.writer.write(&line).unwrap();
        self.writer.flush().await.unwrap();
    }

    async fn prompt(&mut self, id: &str, text: &str) {
        let command = Command::Prompt { text: text.to_owned() };
        self.tell(ServerLine::Command { id: CommandId(id.to_owned()), command }).await;
    }

    async fn line(&mut self) -> Option<HostLine> {
        tokio::time::timeout(LIMIT, self.reader.next()).await.expect("the host says something").unwrap()
    }

    /// The updates up to and with this number, as the words in them.
    async fn updates(&mut self, through: u64) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        while found.last().is_none_or(|(n, _)| *n < through) {
            match self.line().await.expect("the host stays") {
                HostLine::Update { n, update } => found.push((n, words(update.get()))),
                HostLine::Heard { .. } => {}
                HostLine::Hello { .. } => panic!("a second hello"),
            }
        }
        found
    }
}

fn words(update: &str) -> String {
    match serde_json::from_str(update).unwrap() {
        Update::Session { session_id, .. } => format!("session {session_id}"),
        Update::Output(word) => word,
        Update::TurnEnded(end) => format!("{end:?}"),
        Update::Ended { reason } => reason,
        other => panic!("{other:?}"),
    }
}

fn numbered(updates: &[(u64, &str)]) -> Vec<(u64, String)> {
    updates.iter().map(|(n, word)| (*n, (*word).to_owned())).collect()
}

const SAID: [(u64, &str); 4] = [(1, "session echo"), (2, "one"), (3, "two"), (4, "Done")];

#[tokio::test]
async fn what_the_agent_says_comes_numbered_and_what_was_missed_comes_again() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut first = fixture.connect(0).await;
    first.prompt("p1", "one two").await;
    assert_eq!(first.updates(4).await, numbered(&SAID));
    drop(first);
    // This server has committed two of them; it tells the command again, since it did not see that it was heard.
    let mut second = fixture.connect(2).await;
    second.prompt("p1", "one two").await;
    second.prompt("p2", "three").await;
    let rest = second.updates(6).await;
    assert_eq!(rest, numbered(&[(3, "two"), (4, "Done"), (5, "three"), (6, "Done")]));
    fixture.host.abort();
}

#[tokio::test]
async fn the_newest_server_is_the_one_that_counts() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut first = fixture.connect(0).await;
    assert_eq!(first.updates(1).await, numbered(&SAID[..1]));
    let mut second = fixture.connect(0).await;
    assert!(first.line().await.is_none(), "the first connection has ended");
    second.prompt("p1", "one two").await;
    assert_eq!(second.updates(4).await, numbered(&SAID));
    fixture.host.abort();
}

#[tokio::test]
async fn it_leaves_when_nothing_was_said_for_a_while_after_everything_was_acknowledged() {
    let fixture = Fixture::start(patience(Duration::from_millis(1)));
    let mut server = fixture.connect(0).await;
    server.prompt("p1", "one two").await;
    server.updates(4).await;
    assert!(fixture.folder.exists() && !fixture.host.is_finished());
    server.tell(ServerLine::Ack { n: 4 }).await;
    let folder = fixture.folder.clone();
    let _data = fixture.ended().await;
    assert!(!folder.socket().exists());
    let (_, records) = JournalFile::open(&folder.journal()).unwrap();
    assert!(matches!(&records[..], [.., Record::Update { n: 5, .. }]), "{records:?}");
}

#[tokio::test]
async fn a_prompt_after_the_agents_end_is_for_the_next_host() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut server = fixture.connect(0).await;
    server.prompt("p1", "leave").await;
    server.updates(2).await;
    server.prompt("p2", "one two").await;
    server.tell(ServerLine::Ack { n: 2 }).await;
    while let Some(line) = server.line().await {
        assert!(!matches!(&line, HostLine::Heard { id } if id.0 == "p2"), "{line:?}");
    }
    fixture.ended().await;
}

#[tokio::test]
async fn a_server_that_comes_back_learns_first_what_was_heard_also_when_the_agent_has_gone() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut first = fixture.connect(0).await;
    first.prompt("p1", "leave").await;
    first.updates(2).await;
    drop(first);
    let mut second = fixture.connect(1).await;
    let line = second.line().await;
    assert!(matches!(&line, Some(HostLine::Heard { id }) if id.0 == "p1"), "{line:?}");
    assert_eq!(second.updates(2).await, numbered(&[(2, "told to")]));
    second.prompt("p1", "leave").await;
    let again = second.line().await;
    assert!(matches!(&again, Some(HostLine::Heard { id }) if id.0 == "p1"), "{again:?}");
    fixture.host.abort();
}

#[tokio::test]
async fn an_agent_that_does_not_end_its_turn_is_ended_when_it_has_to_be() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut server = fixture.connect(0).await;
    server.prompt("p1", "hang").await;
    server.tell(ServerLine::Command { id: CommandId("end".to_owned()), command: Command::End }).await;
    fixture.ended().await;
}

#[tokio::test]
async fn it_ends_when_its_folder_vanishes() {
    let fixture = Fixture::start(patience(LIMIT));
    let mut server = fixture.connect(0).await;
    server.prompt("p1", "hang").await;
    std::fs::remove_dir_all(fixture.folder.path()).unwrap();
    fixture.ended().await;
}

#[tokio::test]
async fn a_second_host_of_the_same_folder_is_refused() {
    let fixture = Fixture::start(patience(LIMIT));
    let _server = fixture.connect(0).await;
    fixture.folder.create(&orders(fixture.data.path(), patience(LIMIT))).unwrap();
    let refused = run(fixture.folder.clone(), echo).await;
    assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::AddrInUse);
    fixture.host.abort();
}

#[tokio::test]
async fn an_agent_that_says_too_much_is_ended_and_the_reason_is_told() {
    let host = Fixture::start_within(1000, patience(LIMIT));
    let mut server = host.connect(0).await;
    server.prompt("a", &"word ".repeat(100)).await;
    let journal = host.folder.journal();
    let _data = host.ended().await;
    let (_, records) = JournalFile::open(&journal).unwrap();
    let Some(Record::Update { update, .. }) = records.last() else { panic!("no update: {records:?}") };
    assert!(update.get().contains("what it said has more than"), "{update}");
}

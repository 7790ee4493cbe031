//! Both sides and the socket between them, with either killed before and after every step.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::attempts::host::journal;
use crate::attempts::host::protocol::Command;

/// What is on its way through the socket.
#[derive(Clone, Debug)]
enum ToServer {
    Update(u64),
    Heard(CommandId),
}

#[derive(Clone, Debug)]
enum ToHost {
    Ack(u64),
    Command(CommandId),
}

/// A server: what it has committed, and what it only has in mind.
#[derive(Debug, Default)]
struct Server {
    committed: Vec<u64>,
    commands: Vec<CommandId>,
    unheard: BTreeSet<CommandId>,
}

/// A host: what is on its disk, and what it only has in mind.
#[derive(Debug, Default)]
struct Host {
    disk: Vec<u8>,
    side: HostSide,
    done: Vec<CommandId>,
}

/// The world: agent, host, socket, server.
#[derive(Debug, Default)]
struct World {
    said: u64,
    host: Host,
    server: Server,
    /// `None` while there is no connection.
    to_server: Option<VecDeque<ToServer>>,
    to_host: VecDeque<ToHost>,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    AgentSpeaks,
    HostSends,
    ServerTakes { dies: Option<When> },
    HostTakes,
    ServerWants,
    Connects,
    Cuts,
}

/// When the server is killed while it takes an update.
#[derive(Clone, Copy, Debug)]
enum When {
    BeforeCommit,
    BeforeAck,
}

fn update(n: u64) -> Record {
    Record::Update { n, update: serde_json::value::to_raw_value(&n).unwrap() }
}

impl Host {
    fn write(&mut self, record: &Record) {
        self.disk.extend(journal::encode(record).unwrap());
    }

    /// Reads what is due from the disk, as the real one does.
    fn read(&self, wanted: u64) -> u64 {
        let records = journal::read(&self.disk).records;
        let found = records.iter().find(|it| matches!(it, Record::Update { n, .. } if *n == wanted));
        assert!(found.is_some(), "update {wanted} was sent before it was in the journal");
        wanted
    }
}

impl World {
    fn connect(&mut self) {
        self.cut();
        let host_seq = self.server.committed.last().copied().unwrap_or(0);
        self.host.side.connected(host_seq);
        self.to_server = Some(self.host.side.all_heard().cloned().map(ToServer::Heard).collect());
        self.to_host.extend(self.server.unheard.iter().cloned().map(ToHost::Command));
    }

    fn cut(&mut self) {
        self.to_server = None;
        self.to_host.clear();
        self.host.side.cut();
    }

    fn agent_speaks(&mut self) {
        self.said += 1;
        let n = self.host.side.next_number();
        self.host.write(&update(n));
        self.host.side.journaled();
    }

    fn host_sends(&mut self) {
        let (Some(socket), Some(n)) = (&mut self.to_server, self.host.side.due()) else { return };
        socket.push_back(ToServer::Update(self.host.read(n)));
        self.host.side.sent();
    }

    fn server_takes(&mut self, dies: Option<When>) {
        let Some(line) = self.to_server.as_mut().and_then(VecDeque::pop_front) else { return };
        match line {
            ToServer::Heard(id) => drop(self.server.unheard.remove(&id)),
            ToServer::Update(n) => {
                let known = self.server.committed.last().copied().unwrap_or(0);
                match take(known, n) {
                    Taken::Gap => return self.cut(),
                    Taken::Known => {}
                    Taken::Next => {
                        if matches!(dies, Some(When::BeforeCommit)) {
                            return self.cut();
                        }
                        self.knows_what_was_heard_before(n);
                        self.server.committed.push(n);
                    }
                }
                if matches!(dies, Some(When::BeforeAck)) {
                    return self.cut();
                }
                self.to_host.push_back(ToHost::Ack(n.max(known)));
            }
        }
    }

    /// What an agent said after a command must not look to the server as if it had not heard that.
    fn knows_what_was_heard_before(&self, n: u64) {
        let records = journal::read(&self.host.disk).records;
        let before = records.iter().take_while(|it| !matches!(it, Record::Update { n: at, .. } if *at == n));
        for record in before {
            if let Record::Command { id, .. } = record {
                assert!(!self.server.unheard.contains(id), "{id:?} was heard before update {n}");
            }
        }
    }

    fn host_takes(&mut self) {
        match self.to_host.pop_front() {
            None => {}
            Some(ToHost::Ack(n)) => self.host.side.acknowledged(n),
            Some(ToHost::Command(id)) => {
                if !self.host.side.has_heard(&id) {
                    self.host.write(&Record::Command { id: id.clone(), command: Command::Cancel });
                    self.host.side.heard(id.clone());
                    self.host.done.push(id.clone());
                }
                if let Some(socket) = &mut self.to_server {
                    socket.push_back(ToServer::Heard(id));
                }
            }
        }
    }

    fn server_wants(&mut self) {
        let id = CommandId(format!("c{}", self.server.commands.len()));
        self.server.commands.push(id.clone());
        self.server.unheard.insert(id.clone());
        if self.to_server.is_some() {
            self.to_host.push_back(ToHost::Command(id));
        }
    }

    fn make(&mut self, it: Move) {
        match it {
            Move::AgentSpeaks => self.agent_speaks(),
            Move::HostSends => self.host_sends(),
            Move::ServerTakes { dies } => self.server_takes(dies),
            Move::HostTakes => self.host_takes(),
            Move::ServerWants => self.server_wants(),
            Move::Connects => self.connect(),
            Move::Cuts => self.cut(),
        }
        let expected: Vec<u64> = (1..=self.said).collect();
        assert!(expected.starts_with(&self.server.committed), "gapless and without doubles");
        let host_says = self.host.side.acked;
        assert!(
            host_says <= self.server.committed.last().copied().unwrap_or(0),
            "acknowledged before it was kept"
        );
    }

    /// Nothing fails any more: everything has to arrive.
    fn settle(&mut self) {
        self.connect();
        while self.host.side.due().is_some()
            || self.to_server.as_ref().is_some_and(|socket| !socket.is_empty())
            || !self.to_host.is_empty()
        {
            self.make(Move::HostSends);
            self.make(Move::ServerTakes { dies: None });
            self.make(Move::HostTakes);
        }
    }
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => Just(Move::AgentSpeaks),
        4 => Just(Move::HostSends),
        4 => Just(Move::ServerTakes { dies: None }),
        1 => Just(Move::ServerTakes { dies: Some(When::BeforeCommit) }),
        1 => Just(Move::ServerTakes { dies: Some(When::BeforeAck) }),
        4 => Just(Move::HostTakes),
        2 => Just(Move::ServerWants),
        2 => Just(Move::Connects),
        1 => Just(Move::Cuts),
    ]
}

proptest! {
    #[test]
    fn whatever_dies_no_word_is_lost_and_no_command_is_done_twice(moves in prop::collection::vec(any_move(), 0..120)) {
        let mut world = World::default();
        for it in moves {
            world.make(it);
        }
        world.settle();
        prop_assert_eq!(&world.server.committed, &(1..=world.said).collect::<Vec<u64>>());
        prop_assert!(world.host.side.is_settled());
        prop_assert!(world.server.unheard.is_empty());
        let mut done = world.host.done.clone();
        done.sort_unstable();
        let mut wanted = world.server.commands.clone();
        wanted.sort_unstable();
        prop_assert_eq!(done, wanted);
    }

    /// The host is killed, too: what it had journaled can be read off its disk, up to a torn tail.
    #[test]
    fn a_dead_hosts_journal_has_all_that_the_server_lacks(
        moves in prop::collection::vec(any_move(), 0..80),
        torn in 0..40usize,
    ) {
        let mut world = World::default();
        for it in moves {
            world.make(it);
        }
        let mut disk = world.host.disk.clone();
        let half = journal::encode(&update(world.said + 1)).unwrap();
        disk.extend(&half[..torn.min(half.len() - 1)]);
        let records = journal::read(&disk).records;
        let mut rebuilt = world.host.side.clone();
        rebuilt.cut();
        rebuilt.acked = 0;
        prop_assert_eq!(&HostSide::from_journal(&records), &rebuilt);
        for record in &records {
            if let Record::Update { n, .. } = record
                && take(world.server.committed.last().copied().unwrap_or(0), *n) == Taken::Next
            {
                world.server.committed.push(*n);
            }
        }
        prop_assert_eq!(world.server.committed, (1..=world.said).collect::<Vec<u64>>());
    }
}

#[test]
fn commands_keep_their_order() {
    let mut world = World::default();
    world.connect();
    for _ in 0..3 {
        world.server_wants();
    }
    world.settle();
    assert_eq!(world.host.done, world.server.commands);
}

#[test]
fn a_server_that_knows_more_than_there_is_gets_what_there_will_be() {
    let mut side = HostSide::default();
    side.connected(7);
    assert_eq!(side.due(), None);
    side.journaled();
    assert_eq!(side.due(), Some(1));
}

#[test]
fn an_update_that_comes_out_of_turn_is_known_or_a_gap() {
    assert_eq!([take(3, 3), take(3, 4), take(3, 5)], [Taken::Known, Taken::Next, Taken::Gap]);
}

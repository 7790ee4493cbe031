//! A host's folder: what it is started with, its journal, its log, and the socket at which a server reaches it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shared::ids::AttemptId;

use crate::agents::driver::Launch;
use crate::process_identity::ProcessIdentity;

/// The folder of all hosts in the data folder; a short name, for the sake of the socket's path.
const HOSTS: &str = "h";
const ORDERS: &str = "launch.json";
const PROCESS: &str = "process.json";
const SOCKET: &str = "s";
const LOG: &str = "log";
const STARTED: &str = "started";
const ENDED: &str = "ended";
/// The most bytes of a host's last words.
const MAX_LAST_WORDS: u64 = 4 * 1024;
/// The longest path of a socket, in bytes; the systems allow 103 to 107.
const MAX_SOCKET_PATH: usize = 100;
/// Where a private folder has a short path, whatever the variables say.
const SHORT: &str = "/tmp";

/// What a host is started with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HostOrders {
    /// The attempt that it is for.
    pub attempt_id: AttemptId,
    /// How to run the agent.
    pub launch: Launch,
    /// How long it waits for what may come.
    pub patience: Patience,
}

/// What a host notes about itself once it can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostProcess {
    /// Which process it is.
    #[serde(flatten)]
    pub identity: ProcessIdentity,
    /// Its socket: where that is may depend on the variables that the host was started with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    socket: Option<PathBuf>,
}

/// How long a host waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Patience {
    /// For another prompt, after everything is told and acknowledged.
    pub idle: Duration,
    /// For the agent to end its turn once it was cancelled, before it is asked to end; and as long again, before it is
    /// ended by force.
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { idle: Duration::from_secs(60), stop: Duration::from_secs(5) }
    }
}

/// Where a host keeps its things. Only the owner can look into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostFolder(PathBuf);

impl HostFolder {
    /// The folder of the host with this name.
    #[must_use]
    pub fn of(data: &Path, name: &str) -> Self {
        Self(data.join(HOSTS).join(name))
    }

    /// The names of all hosts that have a folder in the data folder.
    ///
    /// # Errors
    /// If they can't be listed; none of them was ever made, for one.
    pub fn names(data: &Path) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(data.join(HOSTS))?;
        Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    /// The folder at a path.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether it is there.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.0.is_dir()
    }

    /// Makes the folder, with what the host is started with.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn create(&self, orders: &HostOrders) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        // It may hold secrets.
        let mut file = private(&self.0.join(ORDERS))?;
        serde_json::to_writer(&mut file, orders)?;
        file.flush()
    }

    /// Takes out what the host is started with: it is read once, and no secret stays behind.
    ///
    /// # Errors
    /// If it is not there or can't be read.
    pub fn take_orders(&self) -> io::Result<HostOrders> {
        let path = self.0.join(ORDERS);
        let orders = serde_json::from_slice(&fs::read(&path)?)?;
        fs::remove_file(&path)?;
        Ok(orders)
    }

    /// Forgets what the host was to be started with.
    pub fn discard_orders(&self) {
        // If it is not there, it was taken.
        _ = fs::remove_file(self.0.join(ORDERS));
    }

    /// The journal.
    #[must_use]
    pub fn journal(&self) -> PathBuf {
        self.0.join("journal")
    }

    /// A new file for what the host has to say about itself, mostly nothing.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn log(&self) -> io::Result<File> {
        private(&self.0.join(LOG))
    }

    /// The last that the host had to say about itself, if it said anything.
    #[must_use]
    pub fn last_words(&self) -> Option<String> {
        let mut log = File::open(self.0.join(LOG)).ok()?;
        let length = log.metadata().ok()?.len();
        log.seek(SeekFrom::Start(length.saturating_sub(MAX_LAST_WORDS))).ok()?;
        let mut words = Vec::new();
        log.take(MAX_LAST_WORDS).read_to_end(&mut words).ok()?;
        let words = String::from_utf8_lossy(&words).trim().to_owned();
        (!words.is_empty()).then_some(words)
    }

    /// Notes that the host's process was started.
    pub fn note_start(&self) {
        // Without the note, a host of which nothing is heard is started anew.
        _ = private(&self.0.join(STARTED));
    }

    /// Whether the host's process was started, as far as is known.
    #[must_use]
    pub fn was_started(&self) -> bool {
        self.0.join(STARTED).exists()
    }

    /// Notes that the host's process has ended, as who started it saw.
    pub fn note_end(&self) {
        // If the folder is gone, nobody asks.
        _ = private(&self.0.join(ENDED));
    }

    /// Whether the host's process was seen to end.
    #[must_use]
    pub fn was_seen_to_end(&self) -> bool {
        self.0.join(ENDED).exists()
    }

    /// Notes which process the host is, and where it is to be reached.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn note_process(&self, identity: ProcessIdentity, socket: &Path) -> io::Result<()> {
        let process = HostProcess { identity, socket: Some(socket.to_owned()) };
        let (path, draft) = (self.0.join(PROCESS), self.0.join("process.new"));
        fs::write(&draft, serde_json::to_vec(&process)?)?;
        fs::rename(draft, path)
    }

    /// Which process the host is; `None` if it has not said so.
    #[must_use]
    pub fn process(&self) -> Option<HostProcess> {
        serde_json::from_slice(&fs::read(self.0.join(PROCESS)).ok()?).ok()
    }

    /// The path of the socket: where the host says it is, or will be.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.process().and_then(|process| process.socket).unwrap_or_else(|| self.place_for_socket())
    }

    /// Where a socket would be made now: in the folder, or, if that would be too long a path for one, in a private folder of
    /// its own where this user's programs keep such things.
    fn place_for_socket(&self) -> PathBuf {
        let runtime =
            std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
        let name = self.0.file_name().unwrap_or_default().to_string_lossy();
        let own = format!("mainstay-{}-{name}", rustix::process::getuid().as_raw());
        let elsewhere = [runtime, Some(std::env::temp_dir())].into_iter().flatten();
        let mut places =
            [self.0.join(SOCKET)].into_iter().chain(elsewhere.map(|place| place.join(&own).join(SOCKET)));
        let is_short = |path: &PathBuf| path.as_os_str().len() <= MAX_SOCKET_PATH;
        places.find(is_short).unwrap_or_else(|| Path::new(SHORT).join(own).join(SOCKET))
    }

    /// Makes room for the socket, and says where.
    ///
    /// # Errors
    /// If a folder for it can't be made, or is there already: somebody else's can't be trusted.
    pub fn make_room_for_socket(&self) -> io::Result<PathBuf> {
        let socket = self.place_for_socket();
        if let Some(elsewhere) = self.elsewhere(&socket) {
            DirBuilder::new().mode(0o700).create(elsewhere)?;
        }
        Ok(socket)
    }

    /// The folder of a socket that is not in this one.
    fn elsewhere<'s>(&self, socket: &'s Path) -> Option<&'s Path> {
        socket.parent().filter(|folder| *folder != self.0)
    }

    /// Removes the socket; the journal stays.
    pub fn remove_socket(&self) {
        let socket = self.socket();
        // A socket that is gone already is as good.
        _ = fs::remove_file(&socket);
        if let Some(elsewhere) = self.elsewhere(&socket) {
            _ = fs::remove_dir(elsewhere);
        }
    }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::agents::driver::{ANSWER, Policy, Protocol};

    fn orders() -> HostOrders {
        let launch = Launch {
            protocol: Protocol::Acp,
            command: vec!["agent".to_owned()],
            env: BTreeMap::from([("KEY".to_owned(), "secret".to_owned())]),
            worktree: "/work".into(),
            policy: Policy::Ask,
            session: None,
            answer: ANSWER,
        };
        HostOrders { attempt_id: AttemptId::new("a"), launch, patience: Patience::default() }
    }

    #[test]
    fn the_orders_are_private_and_taken_once() {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        folder.create(&orders()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join(ORDERS)), 0o600);
        assert!(folder.take_orders().unwrap() == orders());
        assert_eq!(folder.take_orders().err().map(|error| error.kind()), Some(io::ErrorKind::NotFound));
    }

    #[test]
    fn the_process_is_known_once_it_was_noted() {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        folder.create(&orders()).unwrap();
        assert_eq!(folder.process(), None);
        let own = ProcessIdentity::own().unwrap();
        folder.note_process(own.clone(), &folder.socket()).unwrap();
        assert_eq!(folder.process().map(|process| process.identity), Some(own));
    }

    #[test]
    fn a_process_without_a_socket_as_hosts_of_before_note_it_is_understood() {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        folder.create(&orders()).unwrap();
        let own = ProcessIdentity::own().unwrap();
        fs::write(folder.0.join(PROCESS), serde_json::to_vec(&own).unwrap()).unwrap();
        assert_eq!(folder.process().map(|process| process.identity), Some(own));
        assert_eq!(folder.socket(), folder.place_for_socket());
    }

    #[test]
    fn the_socket_is_where_the_host_says_and_goes_with_the_folder_that_was_made_for_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        folder.create(&orders()).unwrap();
        let elsewhere = data.path().join("of-another-session");
        fs::create_dir(&elsewhere).unwrap();
        let socket = elsewhere.join(SOCKET);
        fs::write(&socket, "").unwrap();
        folder.note_process(ProcessIdentity::own().unwrap(), &socket).unwrap();
        assert_eq!(folder.socket(), socket);
        folder.remove_socket();
        assert!(!elsewhere.exists() && folder.exists());
    }

    #[test]
    fn of_what_a_host_said_of_itself_the_end_is_read() {
        let data = tempfile::tempdir().unwrap();
        let folder = HostFolder::of(data.path(), "12345678");
        assert_eq!(folder.last_words(), None);
        folder.create(&orders()).unwrap();
        let mut log = folder.log().unwrap();
        assert_eq!(folder.last_words(), None);
        log.write_all(&b"lost ".repeat(2_000)).unwrap();
        log.write_all(b"the end\n").unwrap();
        let words = folder.last_words().unwrap();
        assert!(words.ends_with("lost the end") && words.len() <= 4096, "{words}");
    }

    #[test]
    fn the_socket_is_in_the_folder_unless_its_path_would_be_too_long() {
        let short = HostFolder::of(Path::new("/data"), "12345678");
        assert_eq!(short.socket(), Path::new("/data/h/12345678/s"));
        let deep = PathBuf::from(format!("/{}", "deep/".repeat(20)));
        let long = HostFolder::of(&deep, "12345678");
        assert!(!long.socket().starts_with(&deep) && long.socket().as_os_str().len() <= MAX_SOCKET_PATH);
        assert!(long.socket().to_string_lossy().contains("12345678"));
    }
}

//! A whole server in the test's own process: its own data folder, a free port, real sockets.
//!
//! ```ignore
//! let app = TestApp::start().await;                                        // as it is configured out of the box
//! let app = TestApp::with(|config| config.streams.heartbeat = SHORT).await; // with something shortened
//! let board = app.board("Web").await;                                       // a project with a new repository
//! let answer = app.post("/boards", json!({ … })).await;                     // the JSON API, with the owner token
//! let mut stream = app.stream("boardId=…&patch=1").await;                   // a stream, read strictly
//! ```
//!
//! It is a [`Client`] of itself, so every method of that is one of its own. Its parts (`app.state`) are there to look
//! at counters and to wait for conditions; what a test proves it should see over the wire. Dropping it ends everything;
//! [`TestApp::stop`] ends it as a signal would, and checks that nothing is left over.

use std::{future::Future, ops::Deref, time::Duration};

use server::{
    arrival::Arrival,
    attempts::AttemptOptions,
    auth::{checks::AllowedHosts, secret::Secret},
    clock::Clock,
    config::Config,
    events::DomainEvent,
    listener::SocketLimits,
    serve::Server,
    sse::{
        StreamOptions,
        hub::{Memory, Open},
    },
    state::AppState,
    store::StoreOptions,
};
use shared::ids::EventId;
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    client::{Client, TestBoard},
    process::BINARY,
    sse_reader::PATIENCE,
};

/// What every test server takes as its owner token.
pub const TOKEN: &str = "test-owner-token";

/// A server that ends with the test.
#[derive(Debug)]
pub struct TestApp {
    client: Client,
    /// Its parts, to look at.
    pub state: AppState,
    /// The link that a person would follow.
    pub sign_in_link: String,
    shutdown: CancellationToken,
    running: JoinHandle<()>,
    _ends_with_it: DropGuard,
    /// Data folder and repositories.
    folder: TempDir,
}

impl Deref for TestApp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl TestApp {
    /// A server as it is configured out of the box.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with something configured otherwise.
    pub async fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config {
            addr: ([127, 0, 0, 1], 0).into(),
            data: folder.path().join("data"),
            allowed_hosts: AllowedHosts::default(),
            open: Some(false),
            owner_token: Some(Secret::new(TOKEN.to_owned())),
            // Nor are its repositories.
            home: Some(folder.path().join("home")),
            streams: StreamOptions::default(),
            memory: Memory::default(),
            max_streams: None,
            sockets: SocketLimits::default(),
            arrival: Arrival::default(),
            store: StoreOptions::default(),
            attempts: AttemptOptions {
                program: Some(BINARY.into()),
                // What else is on the machine is no matter of the tests.
                agents_path: "".into(),
                ..AttemptOptions::default()
            },
            clock: Clock::system(),
        };
        configure(&mut config);
        let server = Server::start(&config).await.unwrap_or_else(|error| panic!("{error}"));
        let (state, shutdown) = (server.state().clone(), server.shutdown());
        let client = Client::new(server.address(), TOKEN);
        let sign_in_link = server.links()[0].clone();
        let running = tokio::spawn(server.run(async |_| {}));
        Self {
            client,
            state,
            sign_in_link,
            _ends_with_it: shutdown.clone().drop_guard(),
            shutdown,
            running,
            folder,
        }
    }

    /// A client that can outlive a borrow of the app, for tasks.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Adds a project with a new repository.
    pub async fn board(&self, name: &str) -> TestBoard {
        self.create_board(name, self.folder.path()).await
    }

    /// Where the test may put repositories; the data folder is in it too.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Follows the sign-in link; the cookie of the session that begins.
    pub async fn sign_in(&self) -> String {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let answer = http.expect("a client").get(&self.sign_in_link).send().await.expect("an answer");
        let cookie = answer.headers().get("set-cookie").expect("a cookie").to_str().expect("it is ASCII");
        cookie.split(';').next().expect("a pair").to_owned()
    }

    /// Makes events happen whose operations come later, in one change; the position of the last message.
    pub async fn happen(&self, events: impl IntoIterator<Item = DomainEvent>) -> EventId {
        let mut change = self.state.events.begin().await.expect("a change");
        events.into_iter().for_each(|event| change.record(event));
        change.commit().await.expect("a commit")
    }

    /// The streams that are open.
    pub fn open(&self) -> Open {
        self.state.hub.open()
    }

    /// Begins to stop, as a signal would.
    pub fn begin_to_stop(&self) {
        self.shutdown.cancel();
    }

    /// Stops, as a signal would, and checks that nothing is left over.
    pub async fn stop(self) {
        self.begin_to_stop();
        timeout(PATIENCE, self.running).await.expect("the server ends").expect("it does not panic");
        assert_eq!(self.state.hub.open(), Open::default(), "streams are left over");
        assert!(self.state.commands.is_empty(), "commands are left over");
    }
}

/// Waits until `condition` holds. It looks again and again: for what no message announces.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("not within {PATIENCE:?}: {what}"));
}

//! A running server, from the data folder to the last connection.

mod connections;
mod links;
mod signals;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::net::{TcpListener, TcpSocket};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    assets::Assets,
    attempts::Attempts,
    attempts::known_agents,
    auth::{
        Auth,
        owner_token::{self, OwnerTokenError},
    },
    board::CommandError,
    config::Config,
    data_folder::{DataFolder, DataFolderError, notice::Notice, way_in},
    events::Events,
    listener::{Listener, Stalls},
    repositories::Repositories,
    router::router,
    sse::{
        Streams,
        hub::{Hub, HubLimits},
    },
    state::AppState,
    store::{OpenError, Store, StoreError},
    upkeep,
};

pub use signals::stop_signal;

/// How many connections may wait to be accepted: after a restart all readers come at once, and who finds no room waits
/// for a second.
const BACKLOG: u32 = 4096;
/// How long connections may take to end once the server stops.
const CONNECTIONS_GRACE: Duration = Duration::from_millis(1000);
/// How long commands may take after that. One that takes longer is undone whole, as by a crash.
const COMMANDS_GRACE: Duration = Duration::from_millis(300);

/// How long the database may take to be closed after that.
const STORE_GRACE: Duration = Duration::from_millis(200);

/// A server that holds its data folder and its address, and answers once it [runs](Self::run).
#[derive(Debug)]
pub struct Server {
    folder: DataFolder,
    listener: Listener,
    address: SocketAddr,
    links: Vec<String>,
    router: axum::Router,
    state: AppState,
    shutdown: CancellationToken,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder can't be used.
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
    /// The database can't be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The database can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no owner token.
    #[error(transparent)]
    OwnerToken(#[from] OwnerTokenError),
    /// The system has no randomness.
    #[error("no sign-in code can be made: {0}")]
    Randomness(#[from] getrandom::Error),
    /// Somebody else listens there.
    #[error("the address {0} is in use by another program")]
    AddressTaken(SocketAddr),
    /// The agents on this machine can't be looked for.
    #[error("the agents of this machine can't be looked for: {0}")]
    Agents(#[from] CommandError),
    /// Nobody can listen there.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The notice for `mainstay link` can't be written.
    #[error("the sign-in links can't be kept in the data folder: {0}")]
    Notice(io::Error),
}

impl StartError {
    /// What a person can do about it, unless the message says so.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::DataFolder(error) => Some(error.hint()),
            Self::AddressTaken(_) => {
                Some("choose another with --addr, such as --addr 127.0.0.1:0 for any free port".into())
            }
            Self::Listen { .. } => Some("choose an address of this machine with --addr ADDR:PORT".into()),
            Self::OwnerToken(_) => {
                Some("make the file readable, or remove it and let Mainstay make a new token".into())
            }
            Self::Notice(_) => Some("make room on the disk".into()),
            Self::Database(_) | Self::Store(_) | Self::Randomness(_) | Self::Agents(_) => None,
        }
    }
}

impl Server {
    /// Takes hold of everything that a server needs.
    ///
    /// # Errors
    /// If something of it can't be had; then nothing is held.
    pub async fn start(config: &Config) -> Result<Self, StartError> {
        let folder = DataFolder::hold(&config.data)?;
        let store = Store::open(&folder.database(), config.store.clone()).await?;
        let owner = match &config.owner_token {
            Some(token) => token.clone(),
            None => owner_token::load_or_make(&folder.owner_token())?,
        };
        let listener = listen(config.addr)?;
        let address =
            listener.local_addr().map_err(|source| StartError::Listen { address: config.addr, source })?;

        let clock = config.clock.clone();
        let shutdown = CancellationToken::new();
        let head = store.read().await?.position().seq;
        let streams = config.max_streams.unwrap_or_else(most_streams);
        let limits = HubLimits { memory: config.memory, streams };
        let hub = Arc::new(Hub::with_limits(head, store.epoch().clone(), limits));
        let streams =
            Streams::start(Arc::clone(&hub), store.clone(), clock.clone(), config.streams, shutdown.clone());
        let auth = Auth::new(&owner, store.clone(), Arc::clone(&hub), clock.clone())?;
        let links = links::sign_in_links(address, auth.code());
        let notice = Notice { pid: std::process::id(), address, links: links.clone() };
        notice.write(folder.path()).map_err(StartError::Notice)?;
        let events = Events::new(store.clone(), Arc::clone(&hub), clock.clone());
        known_agents::discover(&events, &config.attempts).await?;
        Attempts::doubt(&events).await?;
        let attempts =
            Attempts::start(events.clone(), folder.path(), config.attempts.clone(), shutdown.clone());
        let state = AppState {
            events,
            attempts,
            repositories: Repositories::new(config.home.clone()),
            store,
            hub,
            streams,
            auth,
            clock,
            arrival: config.arrival,
            commands: TaskTracker::new(),
            stalls: Stalls::default(),
        };
        let router = router(state.clone(), &Assets::load(), config.allowed_hosts.clone());
        let listener = Listener::new(listener, config.sockets, state.stalls.clone());
        Ok(Self { folder, listener, address, links, router, state, shutdown })
    }

    /// Where the server listens: the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The sign-in links, one for each address that the server can be reached at.
    #[must_use]
    pub fn links(&self) -> &[String] {
        &self.links
    }

    /// Makes a page that leads to the first link, and says where a browser finds it; it goes when the server stops.
    ///
    /// # Errors
    /// If the page can't be kept in the data folder.
    pub fn way_in(&self) -> io::Result<String> {
        let link = self.links.first().map(String::as_str).unwrap_or_default();
        way_in::write(self.folder.path(), link)
    }

    /// The parts of the server.
    #[must_use]
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// What stops the server, when it is cancelled.
    #[must_use]
    pub fn shutdown(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Answers until it is stopped; then says its farewell and ends within two seconds, whatever is open.
    pub async fn run(self, farewell: impl AsyncFnOnce(&AppState)) {
        tokio::spawn(upkeep::run(self.state.clone(), self.shutdown.clone()));
        let limits = connections::Limits { head: self.state.arrival.head, grace: CONNECTIONS_GRACE };
        connections::serve(self.listener, self.router, self.shutdown, limits).await;
        farewell(&self.state).await;
        self.state.commands.close();
        if tokio::time::timeout(COMMANDS_GRACE, self.state.commands.wait()).await.is_err() {
            tracing::warn!("a change that took too long was given up");
        }
        // The folder is let go only when nothing writes to it any more.
        if tokio::time::timeout(STORE_GRACE, self.state.store.close()).await.is_err() {
            tracing::warn!("the database was not closed in time; it is tidied up at the next start");
        }
        Notice::remove(self.folder.path());
        way_in::remove(self.folder.path());
    }
}

/// As many streams as nine tenths of the files that the process may open: the rest is for everything else.
fn most_streams() -> usize {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(files) => usize::try_from(files - files / 10).unwrap_or(usize::MAX),
        Err(error) => {
            tracing::warn!("the limit of open files can't be raised: {error}");
            HubLimits::default().streams
        }
    }
}

fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressTaken(address),
        _ => StartError::Listen { address, source },
    })
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that is started again takes its address at once. Elsewhere this lets two servers share one.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

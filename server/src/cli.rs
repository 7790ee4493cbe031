//! The command line.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;

use crate::{
    agents,
    attempts::host::{self, folder::HostFolder},
    board::CommandError,
    browser,
    config::{Config, ConfigError, Place, Serving},
    data_folder::{DataFolder, DataFolderError, Holder},
    sample,
    serve::{Server, StartError, stop_signal},
    state::AppState,
};

/// Says how much goes to the log; the form is that of `RUST_LOG`.
const LOG: &str = "MAINSTAY_LOG";
const DEFAULT_LOG: &str = "info,sqlx=warn";
/// A host's log is read when the host is gone: what it holds is told as a warning.
const HOST_LOG: &str = "warn";

/// A live kanban board whose cards are worked on by coding agents, on your own machine.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version, about, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    serving: Serving,
}

const AFTER_HELP: &str = "\
`mainstay` alone is `mainstay serve`. It prints where it listens, then a link to sign in with; follow the link in a
browser on this machine. Logs go to the error output.

A flag wins over its variable, a variable over the configuration file, the file over the default.

Environment:
  MAINSTAY_OWNER_TOKEN  the token that scripts send as `Authorization: Bearer TOKEN`
                        [default: made at first start, and kept in the data folder's file owner-token]
  MAINSTAY_LOG          how much to log: error, warn, info, debug or trace, or a filter as in RUST_LOG [default: info]";

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Serve Mainstay (what `mainstay` alone does)
    #[command(after_help = AFTER_HELP)]
    Serve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        serving: Serving,
    },
    /// Keep one attempt's agent alive, whatever happens to the server; started by it
    #[command(hide = true)]
    Host {
        /// The host's folder.
        folder: PathBuf,
    },
    /// Serve a throw-away sample: a repository, a board, and agents at work
    ///
    /// Everything is in a folder of its own, which goes when the server stops, and the agents with it.
    Demo {
        #[command(flatten)]
        serving: Serving,
    },
    /// Print the sign-in link of the server that runs on a data folder
    Link {
        #[command(flatten)]
        place: Place,
    },
    /// A small agent that needs no model, for trying things out
    ///
    /// It speaks the Agent Client Protocol over its standard input and output. A line `scenario: NAME` in a prompt picks
    /// what it does: succeed, ask, wait, flood, todos, fail, crash or ignore-cancel.
    #[command(
        after_help = "Environment:\n  DEMO_AGENT_PACE  how many milliseconds a step takes [default: 60]"
    )]
    DemoAgent,
}

/// Why a command failed, as a person is told.
#[derive(Debug)]
pub struct CliError {
    message: String,
    hint: Option<String>,
}

impl CliError {
    /// The system gives the process no threads to run on.
    fn no_runtime(error: io::Error) -> Self {
        let hint = "the limit of processes may be too low (ulimit -u)".to_owned();
        Self { message: format!("Mainstay can't start its threads: {error}"), hint: Some(hint) }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self { message: error.to_string(), hint: Some(error.hint().to_owned()) }
    }
}

impl From<DataFolderError> for CliError {
    fn from(error: DataFolderError) -> Self {
        Self { message: error.to_string(), hint: Some(error.hint()) }
    }
}

impl From<StartError> for CliError {
    fn from(error: StartError) -> Self {
        Self { message: error.to_string(), hint: error.hint() }
    }
}

impl Cli {
    /// What the command runs on.
    ///
    /// # Errors
    /// If the system gives the process no threads.
    pub fn runtime(&self) -> Result<Runtime, CliError> {
        let mut threads = match self.command {
            // There is one for each attempt, and it has little to do.
            Some(CliCommand::DemoAgent) => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        threads.enable_all().build().map_err(CliError::no_runtime)
    }

    /// Runs the command that was named, until it ends.
    ///
    /// # Errors
    /// What went wrong, and what to do.
    pub async fn run(self) -> Result<(), CliError> {
        let serve = CliCommand::Serve { place: self.place, serving: self.serving };
        match self.command.unwrap_or(serve) {
            CliCommand::Serve { place, serving } => serve_until_stopped(&place, serving).await,
            CliCommand::Demo { serving } => demo(serving).await,
            CliCommand::Host { folder } => host(folder).await,
            CliCommand::Link { place } => print_links(&Config::data_folder(&place)?),
            CliCommand::DemoAgent => agents::demo::run().await.map_err(no_signals),
        }
    }
}

async fn serve_until_stopped(place: &Place, serving: Serving) -> Result<(), CliError> {
    start_log(DEFAULT_LOG)?;
    let config = Config::gather(place, serving)?;
    let farewell = async |state: &AppState| state.attempts.say_what_works_on().await;
    serve(&config, async |_| Ok(()), farewell).await
}

/// Serves a sample in a folder that goes with it.
async fn demo(serving: Serving) -> Result<(), CliError> {
    start_log(DEFAULT_LOG)?;
    let folder = tempfile::Builder::new().prefix("mainstay-demo-").tempdir().map_err(|error| CliError {
        message: format!("no folder can be made for the demonstration: {error}"),
        hint: Some("make room in the system's folder for temporary files".to_owned()),
    })?;
    let config = Config::gather(&Place::at(folder.path().join("data")), serving)?;
    // Nobody can start it again: its agents end when their folder is gone.
    serve(&config, async |state| sample::demonstrate(state).await, async |_| {}).await
}

/// Serves until a signal. What is to be prepared is there before anybody is told of the address; the farewell is said when
/// nobody is answered any more.
async fn serve(
    config: &Config,
    prepare: impl AsyncFnOnce(&AppState) -> Result<(), CommandError>,
    farewell: impl AsyncFnOnce(&AppState),
) -> Result<(), CliError> {
    // Whoever reads the address may send a signal at once.
    let stop = stop_signal().map_err(no_signals)?;
    let server = Server::start(config).await?;
    prepare(server.state()).await.map_err(|error| CliError {
        message: format!("the demonstration can't be prepared: {error}"),
        hint: error.hints.first().cloned(),
    })?;
    print_line(&format!("mainstay listening on http://{}", server.address()));
    server.links().iter().for_each(|link| print_line(link));
    if config.open.unwrap_or_else(|| io::stdout().is_terminal()) {
        match server.way_in() {
            Ok(page) => browser::open(page),
            Err(error) => tracing::info!("no browser was opened ({error}); follow the printed link"),
        }
    }
    let shutdown = server.shutdown();
    tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        shutdown.cancel();
    });
    server.run(farewell).await;
    Ok(())
}

fn no_signals(error: io::Error) -> CliError {
    CliError { message: format!("the signals that stop it can't be waited for: {error}"), hint: None }
}

async fn host(folder: PathBuf) -> Result<(), CliError> {
    // A session of its own: nothing that happens to the server's terminal happens to it. Who leads one already stays.
    _ = rustix::process::setsid();
    start_log(HOST_LOG)?;
    let driver = |launch, orders, updates| agents::run(launch, orders, updates);
    host::run::run(HostFolder::at(folder), driver)
        .await
        .map_err(|error| CliError { message: format!("the host can't go on: {error}"), hint: None })
}

fn print_links(data: &Path) -> Result<(), CliError> {
    let failed = |problem: &str, hint: &str| {
        Err(CliError { message: format!("{problem} {}", data.display()), hint: Some(hint.to_owned()) })
    };
    match DataFolder::holder(data)? {
        Holder::Server(notice) => {
            notice.links.iter().for_each(|link| print_line(link));
            Ok(())
        }
        Holder::Starting => {
            failed("the server is only just starting on the data folder", "try again in a moment")
        }
        Holder::Nobody => failed(
            "no server runs on the data folder",
            "start one with `mainstay`, or name the folder of the running one with --data DIR",
        ),
    }
}

/// The log goes to the error output; the output is for what people and scripts wait for.
fn start_log(usual: &str) -> Result<(), CliError> {
    let filter = match std::env::var(LOG) {
        Ok(filter) if !filter.is_empty() => EnvFilter::try_new(&filter).map_err(|error| CliError {
            message: format!("{LOG} is no filter for the log: {error}"),
            hint: Some("use error, warn, info, debug or trace".to_owned()),
        })?,
        _ => EnvFilter::new(usual),
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        // It would panic when the error output is closed.
        .log_internal_errors(false);
    // Only the first server of a process can set it up, and there is one.
    _ = log.try_init();
    Ok(())
}

/// Prints a line at once. Whoever has closed the output does not want it; that is no reason to stop.
fn print_line(line: &str) {
    let mut out = io::stdout().lock();
    _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_names_every_command_flag_and_variable() {
        let help = Cli::command().render_long_help().to_string();
        for word in [
            "serve",
            "demo",
            "link",
            "demo-agent",
            "--addr",
            "--data",
            "--config",
            "--allow-host",
            "--open",
            "--no-open",
            "MAINSTAY_ADDR",
            "MAINSTAY_DATA",
            "MAINSTAY_CONFIG",
            "MAINSTAY_ALLOW_HOST",
            "MAINSTAY_OPEN",
            "MAINSTAY_OWNER_TOKEN",
            "MAINSTAY_LOG",
            "127.0.0.1:4747",
        ] {
            assert!(help.contains(word), "{word} is missing in:\n{help}");
        }
    }
}

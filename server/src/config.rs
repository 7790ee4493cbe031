//! The configuration of a server: from the command line, the environment, a file, and defaults, in this order.

use std::{
    env, fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use clap::Args;
use directories::ProjectDirs;
use serde::Deserialize;

use crate::{
    arrival::Arrival,
    attempts::AttemptOptions,
    auth::{authority::Host, checks::AllowedHosts, owner_token, secret::Secret},
    clock::Clock,
    listener::SocketLimits,
    sse::{StreamOptions, hub::Memory},
    store::StoreOptions,
};

/// Where to listen unless told otherwise.
const DEFAULT_ADDR: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4747);
/// The one variable that no flag stands for: other users of the machine can read a command line.
const OWNER_TOKEN: &str = "MAINSTAY_OWNER_TOKEN";

/// How to serve Mainstay.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub addr: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// The names that the server answers to, beside `localhost` and addresses.
    pub allowed_hosts: AllowedHosts,
    /// Whether to open the sign-in link in a browser; unless told, if a person is watching.
    pub open: Option<bool>,
    /// The owner token, if it is not the one that is kept in the data folder.
    pub owner_token: Option<Secret>,
    /// The folder that repositories are looked for in; nothing sets it but tests.
    pub home: Option<PathBuf>,
    /// How often streams send what they send by the clock; nothing sets it but tests.
    pub streams: StreamOptions,
    /// How much of the message log streams keep in memory.
    pub memory: Memory,
    /// How many streams may be open, if not as many as the number of open files allows; nothing sets it but tests.
    pub max_streams: Option<usize>,
    /// When a connection is given up; nothing sets it but tests.
    pub sockets: SocketLimits,
    /// How long requests may take to arrive; nothing sets it but tests.
    pub arrival: Arrival,
    /// How the database is opened; nothing sets it but tests.
    pub store: StoreOptions,
    /// How attempts are run; nothing sets it but tests.
    pub attempts: AttemptOptions,
    /// What time it is; nothing sets it but tests.
    pub clock: Clock,
}

/// Where things are: what every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// The data folder [default: Mainstay's folder in the platform's data directory]
    #[arg(long, env = "MAINSTAY_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// A configuration file in TOML, with the keys addr, data, allow-host and open [default: mainstay/config.toml in the
    /// platform's configuration directory, if it exists]
    #[arg(long, env = "MAINSTAY_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Place {
    /// A data folder, and the usual configuration file.
    #[must_use]
    pub fn at(data: PathBuf) -> Self {
        Self { data: Some(data), config: None }
    }
}

/// What `mainstay serve` takes beside the place.
#[derive(Clone, Debug, Default, Args)]
pub struct Serving {
    /// Where to listen; port 0 picks a free one [default: 127.0.0.1:4747]
    #[arg(long, env = "MAINSTAY_ADDR", value_name = "ADDR:PORT")]
    addr: Option<SocketAddr>,
    /// A name that the server answers to, beside localhost and IP addresses; may be repeated
    #[arg(long, env = "MAINSTAY_ALLOW_HOST", value_name = "NAME", value_delimiter = ',')]
    allow_host: Vec<Host>,
    /// Open the sign-in link in a browser [default: if the output goes to a terminal]
    #[arg(
        long,
        env = "MAINSTAY_OPEN",
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    open: Option<bool>,
    /// Don't open a browser, whatever else asks for one
    // Not by clap's `overrides_with`: that takes a variable for a flag, and refuses `--no-open` beside MAINSTAY_OPEN.
    #[arg(long)]
    no_open: bool,
    /// How many messages the streams keep in memory; a reader who falls further behind starts over. The default suits
    /// all but tests of just that, so the help does not name it
    #[arg(long, env = "MAINSTAY_STREAM_MESSAGES", value_name = "NUMBER", hide = true)]
    stream_messages: Option<usize>,
}

/// The file: the same keys as the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ConfigFile {
    addr: Option<SocketAddr>,
    data: Option<PathBuf>,
    allow_host: Option<Vec<String>>,
    open: Option<bool>,
}

/// Why there is no configuration to go by.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file {} can't be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file does not say what it should.
    #[error("the configuration file {} can't be used: {problem}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong, and in which line.
        problem: String,
    },
    /// The owner token is too short, or could not be sent in a header.
    #[error(
        "{OWNER_TOKEN} is not a token: it must have {} characters or more (letters, digits and punctuation), and no spaces",
        owner_token::MIN_CHARS
    )]
    OwnerToken,
    /// The platform has no data directory for this user.
    #[error("there is no place for the data folder: this user has no home directory")]
    NoHome,
}

impl ConfigError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name a file that exists with --config FILE",
            Self::Unusable { .. } => {
                "the keys are addr, data, allow-host and open; `mainstay --help` explains them"
            }
            Self::OwnerToken => {
                "`openssl rand -hex 32` makes a good one; without the variable, Mainstay makes its own"
            }
            Self::NoHome => "name a folder with --data DIR",
        }
    }
}

impl Config {
    /// Gathers what the flags, their variables, the file and the defaults say.
    ///
    /// # Errors
    /// If the file or a variable can't be used.
    pub fn gather(place: &Place, serving: Serving) -> Result<Self, ConfigError> {
        let file = ConfigFile::find(place)?;
        let allowed_hosts = match (serving.allow_host.is_empty(), &file) {
            (true, Some((path, file))) => file.hosts(path)?,
            _ => serving.allow_host,
        };
        let from_file = file.as_ref().map(|(_, file)| file);
        Ok(Self {
            addr: serving.addr.or(from_file.and_then(|file| file.addr)).unwrap_or(DEFAULT_ADDR),
            data: data_folder(place, from_file)?,
            allowed_hosts: AllowedHosts::new(allowed_hosts),
            open: if serving.no_open {
                Some(false)
            } else {
                serving.open.or(from_file.and_then(|file| file.open))
            },
            owner_token: token_from_environment()?,
            streams: StreamOptions::default(),
            memory: memory(serving.stream_messages),
            max_streams: None,
            sockets: SocketLimits::default(),
            arrival: Arrival::default(),
            store: StoreOptions::default(),
            attempts: AttemptOptions::default(),
            home: env::home_dir(),
            clock: Clock::system(),
        })
    }

    /// The data folder alone, for commands that serve nothing.
    ///
    /// # Errors
    /// If the file can't be used, or there is no place for data.
    pub fn data_folder(place: &Place) -> Result<PathBuf, ConfigError> {
        let file = ConfigFile::find(place)?;
        data_folder(place, file.as_ref().map(|(_, file)| file))
    }
}

impl ConfigFile {
    /// The file that was named, else the one in the usual place, if it is there.
    fn find(place: &Place) -> Result<Option<(PathBuf, Self)>, ConfigError> {
        if let Some(path) = &place.config {
            return Ok(Some((path.clone(), Self::read(path)?)));
        }
        let usual = directories().map(|directories| directories.config_dir().join("config.toml"));
        match usual {
            Some(path) if path.exists() => Self::read(&path).map(|file| Some((path, file))),
            _ => Ok(None),
        }
    }

    fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            let line = error
                .span()
                .map(|span| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            ConfigError::Unusable { path: path.to_owned(), problem: format!("{place}{}", error.message()) }
        })?;
        // A file means the same whatever directory the server is started in.
        if let (Some(data), Some(folder)) = (&mut file.data, path.parent()) {
            *data = folder.join(&*data);
        }
        Ok(file)
    }

    fn hosts(&self, path: &Path) -> Result<Vec<Host>, ConfigError> {
        let names = self.allow_host.iter().flatten();
        let parse = |name: &String| {
            name.parse().map_err(|error| ConfigError::Unusable {
                path: path.to_owned(),
                problem: format!("`{name}` in allow-host is {error}"),
            })
        };
        names.map(parse).collect()
    }
}

fn data_folder(place: &Place, file: Option<&ConfigFile>) -> Result<PathBuf, ConfigError> {
    let named = place.data.clone().or_else(|| file.and_then(|file| file.data.clone()));
    match named {
        Some(path) => Ok(path),
        None => Ok(directories().ok_or(ConfigError::NoHome)?.data_dir().to_owned()),
    }
}

fn memory(messages: Option<usize>) -> Memory {
    let usual = Memory::default();
    Memory { messages: messages.unwrap_or(usual.messages), ..usual }
}

fn directories() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "mainstay")
}

/// An empty variable counts as unset.
fn token_from_environment() -> Result<Option<Secret>, ConfigError> {
    let Some(token) = env::var_os(OWNER_TOKEN).filter(|token| !token.is_empty()) else { return Ok(None) };
    let token = token.into_string().map_err(|_| ConfigError::OwnerToken)?;
    if !owner_token::is_token(&token) {
        return Err(ConfigError::OwnerToken);
    }
    Ok(Some(Secret::new(token)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> (tempfile::TempDir, Place) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        (folder, Place { config: Some(path), data: None })
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let (folder, place) = written("addr = \"127.0.0.2:80\"\nopen = true\ndata = \"here\"");
        let config = Config::gather(&place, Serving::default()).unwrap();
        assert_eq!(config.addr.to_string(), "127.0.0.2:80");
        assert_eq!(config.open, Some(true));
        assert_eq!(config.data, folder.path().join("here"));

        let flags =
            Serving { addr: Some("127.0.0.3:0".parse().unwrap()), no_open: true, ..Serving::default() };
        let config = Config::gather(&Place { data: Some("there".into()), ..place }, flags).unwrap();
        assert_eq!(config.addr.to_string(), "127.0.0.3:0");
        assert_eq!(config.open, Some(false));
        assert_eq!(config.data, Path::new("there"));

        let (_folder, place) = written("");
        let config = Config::gather(&place, Serving::default()).unwrap();
        assert_eq!(config.addr, DEFAULT_ADDR);
        assert_eq!(config.open, None);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_file_and_line() {
        let (folder, place) = written("addr = \"127.0.0.1:1\"\nadress = 5\n");
        let error = Config::gather(&place, Serving::default()).unwrap_err().to_string();
        let path = folder.path().join("config.toml");
        let expected = format!(
            "the configuration file {} can't be used: line 2: unknown field `adress`, expected one of `addr`, `data`, \
             `allow-host`, `open`",
            path.display()
        );
        assert_eq!(error, expected);
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_right() {
        let missing = Place { config: Some("/nowhere/config.toml".into()), data: None };
        let error = Config::gather(&missing, Serving::default()).unwrap_err();
        assert!(matches!(error, ConfigError::Unreadable { .. }), "{error}");
        for text in ["addr = 5", "addr", "addr = \"here\"", "allow-host = [\"a b\"]", "open = \"maybe\""] {
            let (_folder, place) = written(text);
            let error = Config::gather(&place, Serving::default()).unwrap_err();
            assert!(matches!(error, ConfigError::Unusable { .. }), "{text}: {error}");
        }
    }
}

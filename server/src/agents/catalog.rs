//! The agents that Mainstay knows of itself: what they are called, where to get them, and how to sign in.
//!
//! The commands are those of the agents' own documentation; who has another one registers it.

mod discovery;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use shared::agent::{AgentDefinition, Protocol};

pub use self::discovery::{Discovery, discover};

/// An agent that Mainstay knows of itself.
#[derive(Clone)]
pub struct Known {
    /// What it is called, and how it is run.
    pub definition: AgentDefinition,
    /// Other commands that run it, for those who have an older edition; the first that is found counts.
    older: Vec<Vec<String>>,
    /// Where to get it, for a person.
    pub source: &'static str,
    /// How to sign in, for a person.
    pub sign_in: &'static str,
}

struct Entry {
    agent: &'static str,
    label: &'static str,
    command: &'static [&'static str],
    older: &'static [&'static [&'static str]],
    source: &'static str,
    sign_in: &'static str,
}

const ENTRIES: [Entry; 4] = [
    Entry {
        agent: "claude",
        label: "Claude Code",
        command: &["claude-agent-acp"],
        older: &[&["claude-code-acp"]],
        source: "Install it with `npm install -g @agentclientprotocol/claude-agent-acp`.",
        sign_in: "Run `claude auth login` once, or give it the variable ANTHROPIC_API_KEY.",
    },
    Entry {
        agent: "codex",
        label: "Codex",
        command: &["codex-acp"],
        older: &[],
        source: "Install it with `npm install -g @agentclientprotocol/codex-acp`.",
        sign_in: "Run `codex login` once, or give it the variable OPENAI_API_KEY.",
    },
    Entry {
        agent: "gemini",
        label: "Gemini CLI",
        command: &["gemini", "--acp"],
        older: &[],
        source: "Install it with `npm install -g @google/gemini-cli`; it must be 0.33 or newer.",
        sign_in: "Run `gemini` once and follow it, or give it the variable GEMINI_API_KEY.",
    },
    Entry {
        agent: "opencode",
        label: "OpenCode",
        command: &["opencode", "acp"],
        older: &[],
        source: "Install it with `npm install -g opencode-ai`.",
        sign_in: "Run `opencode auth login` once.",
    },
];

/// The agents that Mainstay knows of itself; the demo agent is this very program, at the path that is given.
#[must_use]
pub fn known(own_program: &Path) -> Vec<Known> {
    // A path that is no text can't be part of a definition. As it is written then, nothing is found.
    let demo = [own_program.to_string_lossy().into_owned(), "demo-agent".to_owned()];
    let demo = Known {
        definition: acp("demo", "Demo agent", demo.into()),
        older: Vec::new(),
        source: "It is a part of Mainstay.",
        sign_in: "It needs no account, and no model.",
    };
    std::iter::once(demo).chain(ENTRIES.iter().map(Known::of)).collect()
}

/// Where this program lies, also after it was replaced by a newer one while it runs.
///
/// # Errors
/// If the system does not tell.
pub fn own_program() -> io::Result<PathBuf> {
    let path = std::env::current_exe()?;
    // Linux says so of a file that another one took the place of.
    let replaced = path.to_str().and_then(|path| path.strip_suffix(" (deleted)")).map(PathBuf::from);
    Ok(replaced.filter(|new| new.is_file() && !path.exists()).unwrap_or(path))
}

impl Known {
    fn of(entry: &Entry) -> Self {
        Self {
            definition: acp(entry.agent, entry.label, words(entry.command)),
            older: entry.older.iter().map(|command| words(command)).collect(),
            source: entry.source,
            sign_in: entry.sign_in,
        }
    }

    /// Looks for it in the folders of a PATH, and runs nothing.
    #[must_use]
    pub fn discover(&self, path: &OsStr) -> Discovery {
        let commands = std::iter::once(&self.definition.command).chain(&self.older);
        let found = commands.map(|command| discover(command, path)).find(Discovery::is_found);
        found.unwrap_or_else(|| Discovery::missing(&self.definition.command, self.source))
    }
}

fn acp(agent: &str, label: &str, command: Vec<String>) -> AgentDefinition {
    AgentDefinition {
        agent: agent.into(),
        label: label.to_owned(),
        protocol: Protocol::Acp,
        command,
        env: BTreeMap::new(),
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use shared::requests::validate;

    use super::*;

    fn install(folder: &Path, program: &str) {
        let path = folder.join(program);
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn of(agent: &str) -> Known {
        known(Path::new("/opt/mainstay"))
            .into_iter()
            .find(|known| known.definition.agent.as_str() == agent)
            .unwrap()
    }

    #[test]
    fn what_is_known_could_have_been_registered_by_a_person() {
        let all = known(Path::new("/opt/mainstay"));
        let names: Vec<_> = all.iter().map(|known| known.definition.agent.as_str()).collect();
        assert_eq!(names, ["demo", "claude", "codex", "gemini", "opencode"]);
        for Known { definition, .. } in all {
            assert_eq!(validate::agent::id(&definition.agent), Ok(definition.agent.clone()));
            assert_eq!(validate::agent::label(&definition.label), Ok(definition.label.clone()));
            assert_eq!(validate::agent::command(&definition.command), Ok(definition.command));
        }
    }

    #[test]
    fn the_demo_agent_is_this_program() {
        let program = own_program().unwrap();
        let demo = known(&program).remove(0);
        let command = vec![program.to_str().unwrap().to_owned(), "demo-agent".to_owned()];
        assert_eq!(demo.discover(OsStr::new("")), Discovery::Found { program, command });
    }

    #[test]
    fn an_older_edition_is_found_where_there_is_no_newer_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().as_os_str();
        let command = |discovery| match discovery {
            Discovery::Found { command, .. } => command,
            Discovery::NotFound { hint } => vec![hint],
        };
        let hint = "`claude-agent-acp` is not on the PATH. Install it with `npm install -g \
            @agentclientprotocol/claude-agent-acp`.";
        assert_eq!(command(of("claude").discover(path)), [hint]);
        install(folder.path(), "claude-code-acp");
        assert_eq!(command(of("claude").discover(path)), ["claude-code-acp"]);
        install(folder.path(), "claude-agent-acp");
        assert_eq!(command(of("claude").discover(path)), ["claude-agent-acp"]);
        install(folder.path(), "gemini");
        assert_eq!(command(of("gemini").discover(path)), ["gemini", "--acp"]);
    }
}

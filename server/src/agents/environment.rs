//! The environment that an agent gets: that of its host, without what is this program's own.

use std::collections::BTreeMap;
use std::ffi::OsString;

use tokio::process::Command;

use crate::own_variables::own_variables;

/// Names the attempt that a process belongs to: by it, strays are found.
pub const ATTEMPT: &str = "MAINSTAY_ATTEMPT";

/// Gives a command an agent's environment: all that there is but this program's own variables, then the agent's own.
pub fn give(command: &mut Command, own: &BTreeMap<String, String>) {
    for name in withheld() {
        command.env_remove(name);
    }
    command.envs(own.iter().filter(|(name, _)| is_the_agents(name)));
}

/// Whether a variable is for an agent to set: not the one by which its processes are found.
pub fn is_the_agents(name: &str) -> bool {
    name != ATTEMPT
}

fn withheld() -> impl Iterator<Item = OsString> {
    own_variables().filter(|name| name != ATTEMPT)
}

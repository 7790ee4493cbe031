//! What the definition of an agent has to look like. What is said of it never repeats a word of a command, nor a
//! variable's value: they may be secrets.

use std::collections::BTreeMap;

use super::{one_line, refuse_control_characters};
use crate::ids::AgentId;
use crate::requests::limits;

/// What variables of Mainstay's own begin with.
const RESERVED: &str = "MAINSTAY_";

/// An agent's name: it stands in addresses and in filters.
///
/// # Errors
/// What is wrong with it.
pub fn id(agent: &AgentId) -> Result<AgentId, String> {
    let text = agent.as_str();
    let is_plain = |char: char| matches!(char, 'a'..='z' | '0'..='9' | '-');
    if text.is_empty() || text.len() > limits::AGENT_CHARS || !text.chars().all(is_plain) {
        let limit = limits::AGENT_CHARS;
        return Err(format!(
            "An agent's name has 1 to {limit} characters: small letters, digits and hyphens."
        ));
    }
    Ok(agent.clone())
}

/// An agent's name for people: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn label(text: &str) -> Result<String, String> {
    one_line("The agent's label", text, limits::LABEL_CHARS)
}

/// A command: a program, by its name or its full path, and its arguments as they are.
///
/// # Errors
/// What is wrong with it.
pub fn command(words: &[String]) -> Result<Vec<String>, String> {
    let Some(program) = words.first().filter(|program| !program.trim().is_empty()) else {
        return Err("The command names no program.".to_owned());
    };
    // In each worktree it would be another one, and whoever wrote the repository would choose it.
    if program.contains('/') && !program.starts_with('/') {
        return Err("The program is a name that is on the PATH, or a full path.".to_owned());
    }
    if words.len() > limits::COMMAND_WORDS {
        return Err(format!("A command has at most {} words.", limits::COMMAND_WORDS));
    }
    if words.iter().map(String::len).sum::<usize>() > limits::COMMAND_BYTES {
        return Err(format!("A command has at most {} bytes.", limits::COMMAND_BYTES));
    }
    for (at, word) in words.iter().enumerate() {
        refuse_control_characters(&format!("Word {} of the command", at + 1), word)?;
    }
    Ok(words.to_vec())
}

/// The variables of an agent.
///
/// # Errors
/// What is wrong with them.
pub fn env(variables: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, String> {
    if variables.len() > limits::VARIABLES {
        return Err(format!("An agent has at most {} variables.", limits::VARIABLES));
    }
    if variables.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > limits::VARIABLES_BYTES
    {
        return Err(format!("The variables have at most {} bytes.", limits::VARIABLES_BYTES));
    }
    for (name, value) in variables {
        variable_name(name)?;
        refuse_control_characters(&format!("The variable {name}"), value)?;
    }
    Ok(variables.clone())
}

fn variable_name(name: &str) -> Result<(), String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || name.len() > limits::VARIABLE_NAME_BYTES || !name.bytes().all(is_plain) {
        return Err("A variable's name consists of letters, digits and underscores.".to_owned());
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err("A variable's name does not begin with a digit.".to_owned());
    }
    if name.starts_with(RESERVED) {
        return Err(format!("Variables that begin with {RESERVED} are Mainstay's own."));
    }
    Ok(())
}

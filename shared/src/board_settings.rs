//! How a board's attempts are set up: what its people choose, and how much of it fits.

use serde::{Deserialize, Serialize};

use crate::problem::FieldError;
use crate::requests::validate::{one_line, refuse_control_characters};

/// The most patterns of files to copy.
pub const COPY_PATTERNS: usize = 50;
/// The most characters of a pattern.
pub const PATTERN_CHARS: usize = 200;
/// The most bytes of a script.
pub const SCRIPT_BYTES: usize = 32 * 1024;
/// How many seconds a script may run if nobody says otherwise.
pub const DEFAULT_SCRIPT_TIME_LIMIT: u32 = 10 * 60;
/// The most seconds that a script may be allowed.
pub const MAX_SCRIPT_TIME_LIMIT: u32 = 24 * 60 * 60;
/// The most characters of a branch's template.
pub const BRANCH_TEMPLATE_CHARS: usize = 100;

/// A board's settings. What is absent is as it is for those who have chosen nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BoardSettings {
    /// Patterns for files that git doesn't know, such as `.env`, which are copied into each new worktree.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copy_files: Vec<String>,
    /// The command line that sets a new worktree up, before the agent starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup_script: Option<String>,
    /// The command line that runs in the worktree after the agent's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleanup_script: Option<String>,
    /// How many seconds each script may run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_time_limit: Option<u32>,
    /// How branches are named, with `{key}` and `{slug}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_template: Option<String>,
}

impl BoardSettings {
    /// How many seconds each script may run.
    #[must_use]
    pub fn script_time_limit(&self) -> u32 {
        self.script_time_limit.unwrap_or(DEFAULT_SCRIPT_TIME_LIMIT)
    }

    /// The settings in their normal form: a blank script is none, and each pattern is there once.
    ///
    /// Whether a pattern or a template makes sense is for the server to say, which uses them.
    ///
    /// # Errors
    /// What is wrong with which field, by its name in the body.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut note = |field: &str, message| {
            errors.push(FieldError { field: format!("settings.{field}"), message });
        };
        let checked = Self {
            copy_files: patterns(&self.copy_files).unwrap_or_else(|error| {
                note("copyFiles", error);
                Vec::new()
            }),
            setup_script: script("The setup script", self.setup_script).unwrap_or_else(|error| {
                note("setupScript", error);
                None
            }),
            cleanup_script: script("The cleanup script", self.cleanup_script).unwrap_or_else(|error| {
                note("cleanupScript", error);
                None
            }),
            script_time_limit: time_limit(self.script_time_limit).unwrap_or_else(|error| {
                note("scriptTimeLimit", error);
                None
            }),
            branch_template: template(self.branch_template.as_deref()).unwrap_or_else(|error| {
                note("branchTemplate", error);
                None
            }),
        };
        if errors.is_empty() { Ok(checked) } else { Err(errors) }
    }
}

fn patterns(texts: &[String]) -> Result<Vec<String>, String> {
    let mut patterns = Vec::new();
    for text in texts {
        let pattern = one_line("A pattern", text, PATTERN_CHARS)?;
        if !patterns.contains(&pattern) {
            patterns.push(pattern);
        }
        if patterns.len() > COPY_PATTERNS {
            return Err(format!("At most {COPY_PATTERNS} patterns fit."));
        }
    }
    Ok(patterns)
}

fn script(what: &str, text: Option<String>) -> Result<Option<String>, String> {
    let Some(text) = text else { return Ok(None) };
    // A shell takes a carriage return for a part of the line's last word.
    let text = text.replace("\r\n", "\n");
    any_lines(what, &text, SCRIPT_BYTES)?;
    Ok((!text.trim().is_empty()).then_some(text))
}

fn time_limit(seconds: Option<u32>) -> Result<Option<u32>, String> {
    match seconds {
        Some(0) => Err("A script needs a second at least.".to_owned()),
        Some(more) if more > MAX_SCRIPT_TIME_LIMIT => {
            Err(format!("A script may run for {MAX_SCRIPT_TIME_LIMIT} seconds at most."))
        }
        other => Ok(other),
    }
}

fn template(text: Option<&str>) -> Result<Option<String>, String> {
    text.map(|text| one_line("The branch template", text, BRANCH_TEMPLATE_CHARS)).transpose()
}

fn any_lines(what: &str, text: &str, max_bytes: usize) -> Result<(), String> {
    if text.len() > max_bytes {
        return Err(format!("{what} has {} bytes; at most {max_bytes} fit.", text.len()));
    }
    refuse_control_characters(what, text)
}

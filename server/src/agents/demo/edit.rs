//! The edit that the agent makes: one more line in `DEMO.md`, taken from the prompt.

use std::io;
use std::path::{Path, PathBuf};

use super::scenario;

/// The file that is edited, in the session's folder.
pub(super) const FILE: &str = "DEMO.md";

const HEADING: &str = "# Demo\n\nWhat the demo agent was asked for:\n\n";

/// The most bytes of the file that it goes on with: all of it is in each message that tells of the edit.
const MAX_BYTES: u64 = 256 * 1024;

/// The most characters of a line.
const LINE_CHARS: usize = 80;

/// An edit that was worked out, and not made yet.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub path: PathBuf,
    /// What the file holds; none if it is not there.
    pub old: Option<String>,
    pub new: String,
}

impl Edit {
    /// Works out the edit for a prompt.
    ///
    /// # Errors
    /// Why the file can't be edited, in words for a person.
    pub async fn prepare(folder: &Path, prompt: &str) -> Result<Self, String> {
        let path = folder.join(FILE);
        let old = read(&path).await?;
        let mut new = old.clone().unwrap_or_else(|| HEADING.to_owned());
        if !new.ends_with('\n') {
            new.push('\n');
        }
        new.push_str(&line_for(prompt));
        Ok(Self { path, old, new })
    }

    /// Makes the edit.
    ///
    /// # Errors
    /// Why it could not be made, in words for a person.
    pub async fn make(&self) -> Result<(), String> {
        tokio::fs::write(&self.path, &self.new)
            .await
            .map_err(|error| format!("{FILE} can't be written: {error}"))
    }
}

async fn read(path: &Path) -> Result<Option<String>, String> {
    let about = match tokio::fs::symlink_metadata(path).await {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("{FILE} can't be looked at: {error}")),
    };
    // A link may lead out of the folder.
    if !about.is_file() {
        return Err(format!("{FILE} is not a plain file, so the demo agent leaves it alone"));
    }
    if about.len() > MAX_BYTES {
        return Err(format!("{FILE} has grown too long for the demo agent; remove some of it"));
    }
    let text = tokio::fs::read_to_string(path).await;
    text.map(Some).map_err(|error| format!("{FILE} can't be read: {error}"))
}

fn line_for(prompt: &str) -> String {
    let lines = prompt.lines().filter(|line| scenario::named_in(line).is_none());
    let subject = lines.map(plain).find(|line| !line.is_empty());
    format!("- {}\n", subject.as_deref().unwrap_or("(a prompt without words)"))
}

/// A line of a prompt as an entry of a list.
fn plain(line: &str) -> String {
    let line: String = line.chars().filter(|char| !char.is_control()).collect();
    line.trim_start_matches(['#', '-', '*', ' '])
        .chars()
        .take(LINE_CHARS)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_edit_appends_the_subject_of_its_prompt() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let edit =
                Edit::prepare(folder.path(), "Scenario: ask\n\n## Sort the list\nby date").await.unwrap();
            edit.make().await.unwrap();
        }
        let text = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text, format!("{HEADING}- Sort the list\n- Sort the list\n"));
    }

    #[tokio::test]
    async fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join(FILE)).unwrap();
        let refusal = Edit::prepare(folder.path(), "Sort").await.unwrap_err();
        assert!(refusal.contains("not a plain file"), "{refusal}");
    }

    #[test]
    fn lines_are_short_and_plain() {
        assert_eq!(line_for(""), "- (a prompt without words)\n");
        assert_eq!(line_for("\u{1b}[1mBold"), "- [1mBold\n");
        assert_eq!(line_for(&"é".repeat(100)).chars().count(), LINE_CHARS + 3);
    }
}

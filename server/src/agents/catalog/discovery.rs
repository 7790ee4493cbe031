//! Looking for an agent's program, as a shell would: in the folders of a PATH. Nothing is run.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Whether an agent is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discovery {
    /// It is.
    Found {
        /// Where its program lies.
        program: PathBuf,
        /// The command that runs it.
        command: Vec<String>,
    },
    /// It is not.
    NotFound {
        /// What to do, in words for a person.
        hint: String,
    },
}

impl Discovery {
    /// Whether it is there.
    #[must_use]
    pub fn is_found(&self) -> bool {
        matches!(self, Self::Found { .. })
    }

    pub(super) fn missing(command: &[String], help: &str) -> Self {
        let Some(program) = command.first() else {
            return Self::NotFound { hint: "Its command names no program.".to_owned() };
        };
        let place = if program.contains('/') { "no program that can be executed" } else { "not on the PATH" };
        Self::NotFound { hint: format!("`{program}` is {place}. {help}") }
    }
}

/// Looks for a command's program in the folders of a PATH; one that has a full path is where that leads.
#[must_use]
pub fn discover(command: &[String], path: &OsStr) -> Discovery {
    let found = command.first().and_then(|program| find(program, path));
    match found {
        Some(program) => Discovery::Found { program, command: command.to_vec() },
        None => Discovery::missing(command, "Install it, or correct its command."),
    }
}

fn find(program: &str, path: &OsStr) -> Option<PathBuf> {
    if program.contains('/') {
        // Where a relative path leads is another matter in each worktree.
        let program = PathBuf::from(program);
        return (program.is_absolute() && is_executable(&program)).then_some(program);
    }
    let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(program)).find(|file| !program.is_empty() && is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;

    fn file(path: &Path, mode: u32) {
        fs::write(path, "").unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn found(program: &str, path: &OsStr) -> Option<PathBuf> {
        match discover(&[program.to_owned()], path) {
            Discovery::Found { program, .. } => Some(program),
            Discovery::NotFound { .. } => None,
        }
    }

    #[test]
    fn the_first_folder_that_holds_an_executable_file_counts() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two, three] = ["one", "two", "three"].map(|name| folder.path().join(name));
        for folder in [&one, &two, &three] {
            fs::create_dir(folder).unwrap();
        }
        let path = std::env::join_paths([&folder.path().join("none"), &one, &two, &three]).unwrap();
        assert_eq!(found("agent", &path), None);
        fs::create_dir(one.join("agent")).unwrap();
        file(&two.join("agent"), 0o644);
        assert_eq!(found("agent", &path), None, "neither a folder nor a text is a program");
        file(&three.join("agent"), 0o755);
        assert_eq!(found("agent", &path), Some(three.join("agent")));
        file(&two.join("agent"), 0o755);
        assert_eq!(found("agent", &path), Some(two.join("agent")));
    }

    #[test]
    fn a_full_path_needs_no_folders_and_a_relative_one_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let agent = folder.path().join("agent");
        file(&agent, 0o755);
        assert_eq!(found(agent.to_str().unwrap(), OsStr::new("")), Some(agent));
        for nothing in ["", "./agent", "src/agent"] {
            assert_eq!(found(nothing, folder.path().as_os_str()), None, "{nothing}");
        }
        assert_eq!(found("Cargo.toml", OsStr::new(".")), None, "relative folders are left out");
    }

    #[test]
    fn what_is_not_found_says_so() {
        let hint = |command: &[String]| match discover(command, OsStr::new("")) {
            Discovery::NotFound { hint } => hint,
            Discovery::Found { .. } => panic!("it is found"),
        };
        assert_eq!(
            hint(&["aider".to_owned()]),
            "`aider` is not on the PATH. Install it, or correct its command."
        );
        assert!(hint(&["/no/aider".to_owned()]).contains("is no program that can be executed"));
        assert_eq!(hint(&[]), "Its command names no program.");
    }
}

//! Folders of hosts and logs of scripts that nobody needs any more: all that is in them is in the database, or their
//! attempts went with a card or a board.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use shared::ids::AttemptId;

use super::Attempts;
use super::host::folder::HostFolder;
use crate::board::CommandError;
use crate::store::{attempts as rows, hosts};

/// How the name of a log ends, after its attempt.
const LOG: &str = ".log";

/// The folder of what the scripts of attempts printed.
pub(super) fn logs(data: &Path) -> PathBuf {
    data.join("logs")
}

/// The log of an attempt's scripts.
pub(super) fn log(data: &Path, attempt: &AttemptId) -> PathBuf {
    logs(data).join(format!("{attempt}{LOG}"))
}

/// Removes the folders of hosts that are gone, or whose attempts are, and the logs of attempts that are.
///
/// # Errors
/// If the database can't be read.
pub async fn remove(attempts: &Attempts) -> Result<(), CommandError> {
    remove_hosts(attempts).await?;
    remove_logs(attempts).await
}

async fn remove_logs(attempts: &Attempts) -> Result<(), CommandError> {
    // First the logs, then the rows: an attempt that begins in between has both.
    let Ok(entries) = fs::read_dir(logs(attempts.data())) else {
        // No script ever ran, most likely.
        return Ok(());
    };
    let attempt_of = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        Some(AttemptId::new(name.strip_suffix(LOG)?))
    };
    let logged: Vec<AttemptId> = entries.flatten().filter_map(attempt_of).collect();
    if logged.is_empty() {
        return Ok(());
    }
    let mut tx = attempts.events().store().read().await?;
    let known: HashSet<AttemptId> = rows::ids(&mut tx).await?.into_iter().collect();
    drop(tx);
    for attempt in logged.iter().filter(|attempt| !known.contains(*attempt)) {
        let log = log(attempts.data(), attempt);
        if let Err(error) = tokio::fs::remove_file(&log).await {
            tracing::warn!("{} can't be removed: {error}", log.display());
        }
    }
    Ok(())
}

/// A host that lives still notices, and ends with its agent.
async fn remove_hosts(attempts: &Attempts) -> Result<(), CommandError> {
    // First the folders, then the rows: a host that begins in between has both.
    let folders = match HostFolder::names(attempts.data()) {
        Ok(folders) => folders,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            tracing::warn!("the folders of hosts can't be listed: {error}");
            return Ok(());
        }
    };
    let mut tx = attempts.events().store().read().await?;
    let needed: HashSet<String> = hosts::names(&mut tx).await?.into_iter().collect();
    drop(tx);
    for name in folders.into_iter().filter(|name| !needed.contains(name)) {
        remove_folder(&HostFolder::of(attempts.data(), &name)).await;
    }
    Ok(())
}

/// Removes the folder of a host that has nothing more to tell.
pub(super) async fn remove_folder(folder: &HostFolder) {
    if let Some(words) = folder.last_words() {
        tracing::warn!("the host of an attempt said: {words}");
    }
    folder.remove_socket();
    match tokio::fs::remove_dir_all(folder.path()).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!("{} can't be removed: {error}", folder.path().display());
        }
        _ => {}
    }
}

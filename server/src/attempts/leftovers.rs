//! Folders of hosts that nobody needs any more: all that is in them is in the database, or their attempts went with a card
//! or a board.

use std::collections::HashSet;
use std::io;

use super::Attempts;
use super::host::folder::HostFolder;
use crate::board::CommandError;
use crate::store::hosts;

/// Removes the folders of hosts that are gone, or whose attempts are. A host that lives still notices, and ends with its
/// agent.
///
/// # Errors
/// If the database can't be read.
pub async fn remove(attempts: &Attempts) -> Result<(), CommandError> {
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

//! Folders of hosts that nobody knows any more: their attempts went with a card or a board.

use std::collections::HashSet;
use std::io;

use super::Attempts;
use super::host::folder::HostFolder;
use crate::board::CommandError;
use crate::store::hosts;

/// Removes the folders of hosts whose attempts are gone. A host that lives still notices, and ends with its agent.
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
    let known: HashSet<String> = hosts::names(&mut tx).await?.into_iter().collect();
    drop(tx);
    for name in folders.into_iter().filter(|name| !known.contains(name)) {
        let folder = HostFolder::of(attempts.data(), &name);
        folder.remove_socket();
        if let Err(error) = tokio::fs::remove_dir_all(folder.path()).await {
            tracing::warn!("{} can't be removed: {error}", folder.path().display());
        }
    }
    Ok(())
}

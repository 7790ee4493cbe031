//! Adding a project whose repository has yet to be made: if the project can't be added, the repository goes again.

use std::path::Path;

use shared::board::BoardSummary;
use tokio::sync::Mutex;

use super::{create_on, no_work_tree, refuse_taken};
use crate::board::CommandResult;
use crate::board::creation::Asked;
use crate::events::Events;
use crate::git::initialize::{self, Made, Plan, Site};
use crate::store::{StoreError, boards};

/// Held while a repository is made and added: of two requests that mean the same folder, the second finds what the first
/// has made, or nothing.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Adds the project at a path, and makes its repository unless the path lies in one.
pub(super) async fn create(
    events: &Events,
    asked: Asked,
    name: String,
    path: &Path,
) -> CommandResult<BoardSummary> {
    let _turn = ONE_AT_A_TIME.lock().await;
    match initialize::plan(path).await.map_err(no_work_tree)? {
        Plan::Found(work_tree) => create_on(events, asked, name, work_tree).await,
        Plan::Make(site) => make_and_create(events, asked, name, site).await,
    }
}

async fn make_and_create(
    events: &Events,
    asked: Asked,
    name: String,
    site: Site,
) -> CommandResult<BoardSummary> {
    // The folder of a project may have been removed: nothing is made in its place for another one.
    refuse_taken(&mut *events.store().read().await?, &site.root).await?;
    let made = site.make().await.map_err(no_work_tree)?;
    match create_on(events, asked, name, made.work_tree.clone()).await {
        Ok(answer) => Ok(answer),
        Err(refusal) => {
            take_back(events, made).await;
            Err(refusal)
        }
    }
}

/// Takes back what was made, unless it has become a project all the same: of a change that failed late it may not be known
/// whether it was made.
async fn take_back(events: &Events, made: Made) {
    let root = &made.work_tree.root;
    match is_project(events, root).await {
        Ok(false) => made.take_back().await,
        Ok(true) => {}
        Err(error) => tracing::warn!("{root} was made and may belong to no project: {error}"),
    }
}

async fn is_project(events: &Events, root: &str) -> Result<bool, StoreError> {
    let mut read = events.store().read().await?;
    Ok(boards::name_by_repository(&mut read, root).await?.is_some())
}

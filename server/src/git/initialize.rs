//! Making a repository for a project, in such a way that it can be taken back: who asked may be refused for another reason.

use std::io;
use std::path::{Path, PathBuf};

use super::run::git;
use super::work_tree::{self, WorkTree, WorkTreeError, canonical, find};

/// Git's own folder in a work tree.
const GIT_FOLDER: &str = ".git";

/// What is to be done for a path to lie in a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing: it lies in this one.
    Found(WorkTree),
    /// Its repository has to be made.
    Make(Site),
}

/// Where a repository will be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    path: PathBuf,
    /// The top folder that the work tree will have, without symbolic links.
    pub root: String,
}

/// A repository that was made, and what has to go to take it back.
#[derive(Debug)]
pub struct Made {
    /// Its work tree.
    pub work_tree: WorkTree,
    traces: Traces,
}

/// What was made where there was nothing.
#[derive(Debug, Default)]
struct Traces {
    folder: Option<PathBuf>,
    git_folder: Option<PathBuf>,
}

/// What has to be done for this path. Nothing is made yet, and nothing will have to be if git can't be run.
///
/// The folder may be missing, but not the one that it will be in: a path that is wrong further up is mistyped more likely
/// than meant.
///
/// # Errors
/// If there is something else than a folder, or git can't be run.
pub async fn plan(path: &Path) -> Result<Plan, WorkTreeError> {
    let root = match find(path).await {
        Ok(found) => return Ok(Plan::Found(found)),
        Err(WorkTreeError::NotARepository(_)) => canonical(path).await?,
        Err(WorkTreeError::Missing(missing)) => {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
                return Err(WorkTreeError::Missing(missing));
            };
            git(parent, &["--version"]).await?;
            let root = Path::new(&canonical(parent).await?).join(name);
            work_tree::text(root)?
        }
        Err(error) => return Err(error),
    };
    Ok(Plan::Make(Site { path: path.to_owned(), root }))
}

impl Site {
    /// Makes the repository, and its folder if that is missing.
    ///
    /// # Errors
    /// If it can't be made; then nothing of it is left.
    pub async fn make(self) -> Result<Made, WorkTreeError> {
        let mut traces = Traces::default();
        match self.make_noting(&mut traces).await {
            Ok(work_tree) => Ok(Made { work_tree, traces }),
            Err(error) => {
                traces.remove().await;
                Err(error)
            }
        }
    }

    async fn make_noting(&self, traces: &mut Traces) -> Result<WorkTree, WorkTreeError> {
        let path = &self.path;
        let failed = |reason| WorkTreeError::NotInitialized { path: path.clone(), reason };
        match tokio::fs::create_dir(path).await {
            Ok(()) => traces.folder = Some(path.clone()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error.to_string())),
        }
        let git_folder = path.join(GIT_FOLDER);
        // What git can't read is no repository, but it is somebody's.
        if matches!(tokio::fs::symlink_metadata(&git_folder).await, Err(error) if error.kind() == io::ErrorKind::NotFound)
        {
            traces.git_folder = Some(git_folder);
        }
        let made = git(path, &["init", "--quiet"]).await?;
        if !made.status.success() {
            return Err(failed(made.stderr));
        }
        find(path).await
    }
}

impl Made {
    /// Takes away what was made, and nothing else.
    pub async fn take_back(self) {
        self.traces.remove().await;
    }
}

impl Traces {
    async fn remove(self) {
        if let Some(git_folder) = self.git_folder {
            note(&git_folder, tokio::fs::remove_dir_all(&git_folder).await);
        }
        // It goes only if it is empty: somebody may have begun to work in it.
        if let Some(folder) = self.folder {
            note(&folder, tokio::fs::remove_dir(&folder).await);
        }
    }
}

fn note(path: &Path, removed: io::Result<()>) {
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!("{} was made for nothing, and can't be removed: {error}", path.display());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A folder for repositories, by the path that git will give.
    fn folder() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        (folder, path)
    }

    async fn site(path: &Path) -> Site {
        match plan(path).await.unwrap() {
            Plan::Make(site) => site,
            Plan::Found(found) => panic!("{found:?}"),
        }
    }

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    #[tokio::test]
    async fn initializing_makes_the_repository_and_its_folder_but_none_above_it() {
        let (_folder, path) = folder();
        let new = path.join("new");
        let site = site(&new).await;
        assert_eq!(site.root, text(&new));
        assert!(!new.exists(), "a plan makes nothing");
        let made = site.make().await.unwrap();
        assert_eq!(made.work_tree.root, text(&new));
        assert!(made.work_tree.default_branch.is_some());
        let far = plan(&path.join("a/b")).await;
        assert!(matches!(far, Err(WorkTreeError::MissingParent(_))), "{far:?}");
        assert!(!path.join("a").exists());
    }

    #[tokio::test]
    async fn initializing_leaves_a_repository_as_it_is() {
        let (_folder, path) = folder();
        site(&path).await.make().await.unwrap();
        std::fs::create_dir(path.join("below")).unwrap();
        let Plan::Found(found) = plan(&path.join("below")).await.unwrap() else { panic!("there is one") };
        assert_eq!(found.root, text(&path));
        assert!(!path.join("below/.git").exists());
    }

    #[tokio::test]
    async fn a_file_is_not_initialized() {
        let (_folder, path) = folder();
        std::fs::write(path.join("file"), "kept").unwrap();
        assert!(matches!(plan(&path.join("file")).await, Err(WorkTreeError::NotADirectory(_))));
        let below = plan(&path.join("file/below")).await;
        assert!(matches!(below, Err(WorkTreeError::NotADirectory(_))), "{below:?}");
        assert_eq!(std::fs::read_to_string(path.join("file")).unwrap(), "kept");
    }

    #[tokio::test]
    async fn what_is_taken_back_is_what_was_made_and_nothing_else() {
        let (_folder, path) = folder();
        let (new, used, mine) = (path.join("new"), path.join("used"), path.join("mine"));
        site(&new).await.make().await.unwrap().take_back().await;
        assert!(!new.exists());

        let made = site(&used).await.make().await.unwrap();
        std::fs::write(used.join("notes"), "begun").unwrap();
        made.take_back().await;
        assert!(used.join("notes").exists() && !used.join(".git").exists());

        std::fs::create_dir_all(mine.join(".git/secret")).unwrap();
        site(&mine).await.make().await.unwrap().take_back().await;
        assert!(mine.join(".git/secret").exists(), "it was there before");
    }

    #[tokio::test]
    async fn a_repository_that_can_not_be_made_leaves_nothing() {
        let (_folder, path) = folder();
        // A file where git would write its own.
        std::fs::create_dir_all(path.join("odd")).unwrap();
        std::fs::write(path.join("odd/.git"), "nonsense").unwrap();
        let made = site(&path.join("odd")).await.make().await;
        assert!(matches!(made, Err(WorkTreeError::NotInitialized { .. })), "{made:?}");
        assert_eq!(std::fs::read_to_string(path.join("odd/.git")).unwrap(), "nonsense");

        let new = site(&path.join("new")).await;
        std::fs::write(path.join("new"), "in between").unwrap();
        assert!(new.make().await.is_err());
        assert_eq!(std::fs::read_to_string(path.join("new")).unwrap(), "in between");
    }
}

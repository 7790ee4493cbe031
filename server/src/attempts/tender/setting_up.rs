//! Making an attempt ready: its worktree, what belongs into it, and the host of its agent.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use shared::attempt::LogLevel;
use shared::conversation::AutomationStage;
use shared::ids::SessionId;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use super::{Standing, Tender};
use crate::agents::driver::{Launch, Policy};
use crate::attempts::host::folder::{HostFolder, HostOrders};
use crate::attempts::machine::{Event, State};
use crate::board::CommandError;
use crate::git::branch::BranchName;
use crate::git::worktree::{self, NewWorktree, Worktree, worktree_path};
use crate::ids::random_name;
use crate::own_variables::own_variables;
use crate::store::agents::StoredAgent;
use crate::store::attempts::StoredAttempt;
use crate::store::boards::StoredBoard;
use crate::store::{agents, boards, cards, hosts};
use crate::strays::ATTEMPT_VARIABLE;

/// How long the checkout of a worktree may take.
const CHECKOUT: Duration = Duration::from_secs(600);

impl Tender {
    /// Makes worktree and host ready; what comes of it is an event.
    pub(super) async fn set_up(&self, it: &StoredAttempt) -> Result<(), CommandError> {
        let worktree = match &it.attempt.worktree {
            Some(worktree) if Path::new(worktree).is_dir() => PathBuf::from(worktree),
            Some(worktree) => return self.fail(format!("Its worktree {worktree} is gone.")).await,
            None => match self.make_worktree(it).await? {
                Some(path) => path,
                None => return Ok(()),
            },
        };
        // Whoever had a session before has been made ready before.
        if it.attempt.session_id.is_none() && !self.furnish(it, &worktree).await? {
            return Ok(());
        }
        self.start_host(it, worktree).await
    }

    /// Puts into a new worktree what belongs into it, and says whether the agent can begin.
    async fn furnish(&self, it: &StoredAttempt, worktree: &Path) -> Result<bool, CommandError> {
        let Some((board, key)) = self.place(it).await? else { return Ok(false) };
        // A server that was killed left its script running.
        self.end_strays().await;
        self.close_automations().await?;
        let has_files = !board.settings.copy_files.is_empty();
        if has_files
            && !self.is_done(AutomationStage::CopyFiles).await?
            && !self.copy(&board, worktree).await?
        {
            return Ok(false);
        }
        let Some(script) = board.settings.setup_script.clone() else { return Ok(true) };
        if self.is_done(AutomationStage::Setup).await? {
            return Ok(true);
        }
        // What this call knows of the attempt may be older than its worktree.
        let Some(it) = self.wanted().await? else { return Ok(false) };
        let outcome = self.run_script(&it, &board, &key, AutomationStage::Setup, &script).await?;
        let is_wanted = self.until_written(|| self.wanted()).await.is_some();
        if outcome.ending.is_success() || !is_wanted {
            return Ok(is_wanted);
        }
        let tail =
            outcome.tail.lines().last().map(|line| format!(" Its last words: {line}")).unwrap_or_default();
        let reason = format!("The setup script {}.{tail}", outcome.ending);
        self.until_written(|| self.fail(reason.clone())).await;
        Ok(false)
    }

    /// The attempt as it is now, unless somebody has stopped it meanwhile.
    async fn wanted(&self) -> Result<Option<StoredAttempt>, CommandError> {
        let Some(Standing { it, .. }) = self.standing().await? else { return Ok(None) };
        Ok(matches!(it.state, State::SettingUp { .. }).then_some(it))
    }

    /// Makes the worktree; `None` if that failed, which has been told then, or if somebody has stopped the attempt.
    async fn make_worktree(&self, it: &StoredAttempt) -> Result<Option<PathBuf>, CommandError> {
        let Some((board, key)) = self.place(it).await? else { return Ok(None) };
        let Some(branch) = BranchName::parse(&it.attempt.branch) else {
            return self
                .fail(format!("\"{}\" is no name for a branch.", it.attempt.branch))
                .await
                .map(|()| None);
        };
        let path = worktree_path(self.attempts.data(), &board.id, &key, it.attempt.number);
        let stop = CancellationToken::new();
        let wanted = NewWorktree {
            repository: Path::new(&board.repository_path),
            base: &it.attempt.base_branch,
            branch: &branch,
            path: &path,
            time_limit: CHECKOUT,
            stop: &stop,
        };
        match self.until_stopped(&stop, worktree::create(&wanted)).await {
            Ok(made) => {
                let path = made.path.clone();
                self.note_worktree(made).await?;
                Ok(Some(path))
            }
            Err(_) if stop.is_cancelled() => Ok(None),
            Err(error) => self.fail(sentence(&error.to_string())).await.map(|()| None),
        }
    }

    /// The attempt's board, and the key of its card.
    pub(super) async fn place(
        &self,
        it: &StoredAttempt,
    ) -> Result<Option<(StoredBoard, String)>, CommandError> {
        let mut tx = self.attempts.events().store().read().await?;
        let board = boards::stored(&mut tx, &it.attempt.board_id).await?;
        let card = cards::stored(&mut tx, &it.attempt.board_id, &it.attempt.card_id).await?;
        Ok(board.zip(card.map(|card| card.key)))
    }

    async fn note_worktree(&self, made: Worktree) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        let path = made.path.to_string_lossy().into_owned();
        case.set_worktree(path.clone(), made.branch.as_str().to_owned());
        case.log(LogLevel::Info, format!("Worktree made at {path} on branch {}", made.branch)).await?;
        if let Some(complaint) = made.complaint {
            case.log(LogLevel::Warn, complaint).await?;
        }
        self.conclude(case).await
    }

    /// Starts a host for the attempt, in its worktree.
    async fn start_host(&self, it: &StoredAttempt, worktree: PathBuf) -> Result<(), CommandError> {
        let Some(agent) = self.agent(it).await? else {
            return self.fail(format!("No agent \"{}\" is known any more.", it.attempt.agent)).await;
        };
        let session = it.attempt.session_id.clone();
        // Short, for the sake of the socket's path.
        let name = random_name()[..8].to_owned();
        let folder = HostFolder::of(self.attempts.data(), &name);
        let orders = HostOrders {
            attempt_id: self.attempt.clone(),
            launch: self.launch(agent, worktree, session),
            patience: self.attempts.options().patience,
        };
        // Noted first: a host that nobody knows of would never be found again.
        if !self.note_host(&name, it).await? {
            return Ok(());
        }
        if let Err(error) = folder.create(&orders).and_then(|()| self.spawn(&folder)) {
            folder.discard_orders();
            let Some(mut case) = self.case().await? else { return Ok(()) };
            let now = case.edit().now();
            hosts::set_gone(case.edit().conn(), &name, now).await?;
            self.conclude(case).await?;
            return self.fail(format!("The agent's host can't be started: {error}.")).await;
        }
        Ok(())
    }

    /// Notes the host that the attempt is about to get, unless somebody has stopped it meanwhile.
    async fn note_host(&self, name: &str, it: &StoredAttempt) -> Result<bool, CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(false) };
        if !matches!(case.attempt().state, State::SettingUp { .. } | State::Working { .. }) {
            return Ok(false);
        }
        let now = case.edit().now();
        if matches!(case.attempt().state, State::SettingUp { .. }) {
            // Whatever an earlier host was not told is not meant for this one.
            hosts::discard_commands(case.edit().conn(), &self.attempt).await?;
        }
        hosts::insert(case.edit().conn(), &self.attempt, name, now).await?;
        case.log(LogLevel::Info, format!("Starting the agent {}", it.attempt.agent)).await?;
        self.conclude(case).await?;
        Ok(true)
    }

    async fn agent(&self, it: &StoredAttempt) -> Result<Option<StoredAgent>, CommandError> {
        let mut tx = self.attempts.events().store().read().await?;
        Ok(agents::stored(&mut tx, &it.attempt.agent).await?)
    }

    fn launch(&self, agent: StoredAgent, worktree: PathBuf, session: Option<SessionId>) -> Launch {
        Launch {
            protocol: agent.protocol,
            command: agent.command,
            env: agent.env,
            worktree,
            policy: Policy::Ask,
            session,
            answer: self.attempts.options().answer,
        }
    }

    /// Starts the host process: on its own, with nothing of this one's but the name of its folder.
    fn spawn(&self, folder: &HostFolder) -> io::Result<()> {
        let mut command = Command::new(self.attempts.options().host_program());
        command
            .arg("host")
            .arg(folder.path())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(folder.log()?);
        for name in own_variables() {
            command.env_remove(name);
        }
        command.env(ATTEMPT_VARIABLE, self.attempt.as_str());
        let mut host = command.spawn()?;
        // It outlives this server; while this one is there, somebody has to notice its end.
        let own = folder.clone();
        tokio::spawn(async move {
            if host.wait().await.is_ok() {
                own.note_end();
            }
        });
        folder.note_start();
        Ok(())
    }

    pub(super) async fn fail(&self, reason: String) -> Result<(), CommandError> {
        let Some(mut case) = self.case().await? else { return Ok(()) };
        case.log(LogLevel::Error, reason.clone()).await?;
        case.apply(Event::SetUpFailed { reason }).await?;
        self.conclude(case).await
    }
}

/// An error's text as a sentence.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}

//! A program in a process group of its own, so that whatever it starts can be ended with it.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, kill_process_group, test_kill_process_group};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

pub use rustix::process::Signal;

/// How often to look whether anybody of a group is left.
const LOOKING: Duration = Duration::from_millis(20);

/// A running program that leads a process group.
///
/// The group is killed when this is dropped. A process that left the group, as a daemon does, is out of reach.
#[derive(Debug)]
pub struct ProcessGroup {
    leader: Child,
    /// `None` once all of it was killed or let go: the number may be another's by then.
    id: Option<Pid>,
}

impl ProcessGroup {
    /// Starts a program.
    ///
    /// # Errors
    /// If it can't be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let leader = command.process_group(0).kill_on_drop(true).spawn()?;
        let id = leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        Ok(Self { leader, id })
    }

    /// The program that was started, for its pipes.
    pub fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// Waits until the program ends; others of its group may live on.
    ///
    /// # Errors
    /// If the system does not say how it ended.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait().await
    }

    /// Sends a signal to all of the group. If nobody is left in it, this changes nothing.
    pub fn signal(&self, signal: Signal) {
        if let Some(id) = self.id {
            // The only errors are that nobody is left, and that none of them may be signalled: they changed their user.
            if let Err(error) = kill_process_group(id, signal)
                && error != rustix::io::Errno::SRCH
            {
                tracing::warn!("process group {}: {error}", id.as_raw_nonzero());
            }
        }
    }

    /// Asks all of the group to end, and kills what is left of it after a while.
    pub async fn end(&mut self, grace: Duration) {
        self.signal(Signal::TERM);
        let _ = timeout(grace, self.all_ended()).await;
        self.kill();
        // A killed program ends at once, but for what the system can't interrupt.
        let _ = timeout(grace, self.leader.wait()).await;
    }

    async fn all_ended(&mut self) {
        let _ = self.leader.wait().await;
        // Nobody tells of the others' ends.
        while self.id.is_some_and(|id| test_kill_process_group(id).is_ok()) {
            sleep(LOOKING).await;
        }
    }

    /// Lets go of what is left of the group after its program ended: it lives on.
    pub fn let_go(mut self) {
        self.id = None;
    }

    /// Kills all of the group.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.id = None;
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// A shell that starts another process, which writes its number.
    fn family(folder: &Path) -> ProcessGroup {
        let script = "sleep 60 & echo $! > child.new; mv child.new child; wait";
        ProcessGroup::start(Command::new("sh").args(["-c", script]).current_dir(folder)).unwrap()
    }

    async fn child(folder: &Path) -> Pid {
        let file = folder.join("child");
        until(|| file.exists()).await;
        Pid::from_raw(std::fs::read_to_string(file).unwrap().trim().parse().unwrap()).unwrap()
    }

    /// A process that nobody waited for has ended, too.
    fn has_ended(process: Pid) -> bool {
        let about = std::fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
        about.map_or(true, |about| about.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')))
    }

    async fn until(mut condition: impl FnMut() -> bool) {
        let wait = async {
            while !condition() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(20), wait).await.expect("it comes to pass");
    }

    #[tokio::test]
    async fn a_signal_reaches_what_the_program_started() {
        let folder = tempfile::tempdir().unwrap();
        let mut group = family(folder.path());
        let child = child(folder.path()).await;
        assert!(!has_ended(child));
        group.signal(Signal::TERM);
        let status = group.wait().await.unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(Signal::TERM.as_raw()));
        until(|| has_ended(child)).await;
    }

    #[tokio::test]
    async fn a_group_that_is_dropped_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let group = family(folder.path());
        let child = child(folder.path()).await;
        drop(group);
        until(|| has_ended(child)).await;
    }

    #[tokio::test]
    async fn those_that_outlive_the_program_are_killed_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let script = "sleep 60 & echo $! > child.new; mv child.new child";
        let mut group =
            ProcessGroup::start(Command::new("sh").args(["-c", script]).current_dir(folder.path())).unwrap();
        assert!(group.wait().await.unwrap().success());
        let child = child(folder.path()).await;
        assert!(!has_ended(child));
        group.kill();
        until(|| has_ended(child)).await;
        group.signal(Signal::TERM);
    }

    #[tokio::test]
    async fn a_group_that_is_to_end_is_waited_for_and_then_killed() {
        let folder = tempfile::tempdir().unwrap();
        // The program ends at once, its child only when it is killed.
        let script =
            "(trap '' TERM; echo $$ > ready; exec sleep 60) & echo $! > child.new; mv child.new child; wait";
        let mut group =
            ProcessGroup::start(Command::new("sh").args(["-c", script]).current_dir(folder.path())).unwrap();
        let child = child(folder.path()).await;
        until(|| folder.path().join("ready").exists()).await;
        let begun = std::time::Instant::now();
        group.end(Duration::from_millis(300)).await;
        assert!(begun.elapsed() >= Duration::from_millis(300));
        until(|| has_ended(child)).await;
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_can_not_be_started() {
        let error = ProcessGroup::start(&mut Command::new("no-such-program")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}

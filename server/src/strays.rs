//! The processes of an attempt, wherever they have got to. They carry the attempt in their environment, which is passed on
//! to every child; and where the system tells of sessions, those of the host's session count, too, because a program may
//! have been started without its environment. Whoever left the one and dropped the other is out of reach.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use shared::ids::AttemptId;
use tokio::time::{Instant, sleep};

use crate::process_identity::ProcessIdentity;

/// The variable that an attempt's processes carry. It is the one of Mainstay's own that an agent gets to see.
pub const ATTEMPT_VARIABLE: &str = "MAINSTAY_ATTEMPT";

/// How often to look whether those that were told to end have done so.
const LOOK: Duration = Duration::from_millis(50);

/// The numbers of an attempt's processes, without this one's. `host` is the one that leads, or led, their session.
#[must_use]
pub fn of_attempt(attempt: &AttemptId, host: Option<&ProcessIdentity>) -> Vec<Pid> {
    let own = Pid::from_raw(i32::try_from(std::process::id()).unwrap_or_default());
    let marked = format!("{ATTEMPT_VARIABLE}={attempt}");
    // The number of a session is not given away while anybody is in it. If it is another's now, nobody was left; and nobody
    // is left of another boot of the machine.
    let is_led_by =
        |host: &&ProcessIdentity| host.is_of_this_boot() && matches!(host.has_successor(), Ok(false));
    let session = host.filter(is_led_by).map(|host| host.pid);
    system::belonging(&marked, session).into_iter().filter(|pid| Some(*pid) != own).collect()
}

/// Ends an attempt's processes: asks first, and after `grace` ends them by force. Says whether none is left.
pub async fn end(attempt: &AttemptId, host: Option<ProcessIdentity>, grace: Duration) -> bool {
    let asked = Instant::now();
    // What forks faster than it is killed is not ended for ever either.
    let deadline = asked + grace + Duration::from_secs(5);
    let mut told = Vec::new();
    loop {
        let left = look_for(attempt, host.clone()).await;
        if left.as_ref().is_some_and(Vec::is_empty) {
            return true;
        }
        let by_force = asked.elapsed() >= grace;
        for pid in left.unwrap_or_default() {
            if by_force {
                send(pid, Signal::KILL);
            } else if !told.contains(&pid) {
                send(pid, Signal::TERM);
                told.push(pid);
            }
        }
        if Instant::now() >= deadline {
            return false;
        }
        sleep(LOOK).await;
    }
}

/// The numbers of an attempt's processes, looked for where it may take a moment; none if nobody could look.
async fn look_for(attempt: &AttemptId, host: Option<ProcessIdentity>) -> Option<Vec<Pid>> {
    let attempt = attempt.clone();
    tokio::task::spawn_blocking(move || of_attempt(&attempt, host.as_ref())).await.ok()
}

fn send(pid: Pid, signal: Signal) {
    if let Err(error) = kill_process(pid, signal) {
        // Most likely it has ended by itself; whether it has, the next look shows.
        tracing::debug!(pid = pid.as_raw_nonzero().get(), %error, "a process was not told to end");
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::fs;
    use std::os::unix::fs::MetadataExt as _;

    use rustix::process::Pid;

    /// The processes of this user whose environment, as it was when they began, has this entry, or that are in this session.
    /// Sources: `proc_pid_environ(5)`; `proc_pid_stat(5)`, field 6.
    pub fn belonging(entry: &str, session: Option<u32>) -> Vec<Pid> {
        let own = rustix::process::getuid().as_raw();
        let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
        let number = |process: fs::DirEntry| process.file_name().to_str()?.parse::<i32>().ok();
        let has_entry = |pid: &i32| {
            // What can't be read belongs to another user, or is gone.
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|it| it == entry.as_bytes())
        };
        // What became another user's can't be ended, and is not waited for.
        let is_own = |pid: &i32| fs::metadata(format!("/proc/{pid}")).is_ok_and(|it| it.uid() == own);
        let is_in_session = |pid: &i32| session.is_some() && session_of(*pid) == session && is_own(pid);
        let belongs = |pid: &i32| has_entry(pid) || is_in_session(pid);
        processes.flatten().filter_map(number).filter(belongs).filter_map(Pid::from_raw).collect()
    }

    /// The session of a process that has not ended.
    fn session_of(pid: i32) -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program stands in brackets and may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?;
        if matches!(state, "Z" | "X") {
            return None;
        }
        fields.nth(2)?.parse().ok()
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::process::Command;

    use rustix::process::Pid;

    /// The processes of this user whose environment has this entry. Source: `ps(1)` of the BSDs, whose `-E` shows it.
    pub fn belonging(entry: &str, _session: Option<u32>) -> Vec<Pid> {
        let listed = Command::new("ps").args(["-x", "-E", "-ww", "-o", "pid=,command="]).output();
        let Ok(listed) = listed else { return Vec::new() };
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        let has_entry = |line: &&str| line.split_ascii_whitespace().any(|word| word == entry);
        let number = |line: &str| line.split_ascii_whitespace().next()?.parse().ok().and_then(Pid::from_raw);
        text.lines().filter(has_entry).filter_map(number).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::ids::new_id;

    /// A shell with a child, both of this attempt; it has started when this returns.
    fn family(attempt: &AttemptId, script: &str) -> Child {
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .env(ATTEMPT_VARIABLE, attempt.as_str())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut ready = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n");
        shell
    }

    #[tokio::test]
    async fn a_shell_and_its_child_are_found_and_ended_and_another_attempts_are_not() {
        let (attempt, other) = (new_id::<AttemptId>(), new_id::<AttemptId>());
        let mut shell = family(&attempt, "sleep 600 & echo ready; wait");
        let mut bystander = family(&other, "echo ready; exec sleep 600");
        assert_eq!(of_attempt(&attempt, None).len(), 2);
        assert!(end(&attempt, None, Duration::from_secs(5)).await);
        shell.wait().unwrap();
        assert_eq!(of_attempt(&other, None).len(), 1);
        bystander.kill().unwrap();
        bystander.wait().unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_session_of_another_boot_is_nobodys() {
        let own = ProcessIdentity::own().unwrap();
        assert!(own.is_of_this_boot());
        let noted = serde_json::to_string(&own).unwrap();
        let (before, after) = noted.split_at(noted.find("birth").unwrap() + 8);
        let earlier: ProcessIdentity = serde_json::from_str(&format!("{before}another-{after}")).unwrap();
        assert!(!earlier.is_of_this_boot());
    }

    #[tokio::test]
    async fn one_that_ignores_being_asked_is_ended_by_force() {
        let attempt = new_id::<AttemptId>();
        let mut shell = family(&attempt, "trap '' TERM; echo ready; while :; do sleep 600; done");
        assert!(end(&attempt, None, Duration::from_millis(100)).await);
        shell.wait().unwrap();
        assert!(of_attempt(&attempt, None).is_empty());
    }
}

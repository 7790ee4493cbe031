//! Attempts over the end of the server, by kill and by signal, and over the end of their hosts.
#![cfg(target_os = "linux")]

use std::{collections::BTreeSet, path::Path, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    app::eventually,
    process::{BINARY, Process},
    scripted_agent,
    workshop::{Workshop, has_ended, processes_of},
};

/// A data folder and a repository, and the server on them.
async fn start(folder: &Path) -> (Process, Workshop) {
    let server = Process::start(&folder.join("data"));
    let workshop = Workshop::open(&server.client(), folder).await;
    // Slow enough that a server can be killed in mid-turn.
    workshop.pace(5).await;
    (server, workshop)
}

/// A conversation without what differs from one run to the next.
fn told(conversation: &[Value]) -> Vec<Value> {
    let without = |item: &Value| {
        let mut item = item.clone();
        let fields = item.as_object_mut().unwrap();
        for field in ["id", "timestamp", "startedAt", "endedAt", "toolCallId"] {
            fields.remove(field);
        }
        // Each works in another folder.
        for edit in fields.get_mut("diff").and_then(Value::as_array_mut).into_iter().flatten() {
            edit["path"] = json!("DEMO.md");
        }
        item
    };
    conversation.iter().map(without).collect()
}

/// Waits until an agent has said something in its turn.
async fn is_in_mid_turn(workshop: &Workshop, attempt: &str) {
    eventually("the agent is in mid-turn", || async {
        workshop.items(attempt, "message").await.iter().any(|item| item["role"] == "agent")
    })
    .await;
}

#[tokio::test]
async fn over_a_kill_of_the_server_five_agents_work_on_and_nothing_is_lost_or_said_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (server, workshop) = start(folder.path()).await;
    let undisturbed = workshop.start_anew("wait").await;
    workshop.becomes(&undisturbed, "succeeded").await;
    let expected = told(&workshop.conversation(&undisturbed).await);
    let mut attempts = Vec::new();
    for _ in 0..5 {
        attempts.push(workshop.start_anew("wait").await);
    }
    for attempt in &attempts {
        is_in_mid_turn(&workshop, attempt).await;
    }
    let server = server.kill_and_restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    for attempt in &attempts {
        let ended = workshop.ends(attempt).await;
        assert_eq!(ended["status"], "succeeded", "{ended}");
        let conversation = workshop.conversation(attempt).await;
        let ids: BTreeSet<&str> = conversation.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), conversation.len(), "an item is there twice");
        assert_eq!(told(&conversation), expected);
    }
    drop(server);
}

/// Puts a copy of the program there, in place of the one that may be running.
fn install(program: &Path) {
    let new = program.with_extension("new");
    std::fs::copy(BINARY, &new).unwrap();
    std::fs::rename(new, program).unwrap();
}

#[tokio::test]
async fn agents_work_on_though_the_program_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("mainstay");
    install(&program);
    let server = Process::start_from(&program, &folder.path().join("data"));
    let workshop = Workshop::open(&server.client(), folder.path()).await;
    workshop.pace(5).await;
    let before = workshop.start_anew("wait").await;
    is_in_mid_turn(&workshop, &before).await;
    install(&program);
    // The server of before starts hosts still.
    let between = workshop.start_anew("wait").await;
    is_in_mid_turn(&workshop, &between).await;
    let server = server.kill_and_restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    for attempt in [&before, &between] {
        let ended = workshop.ends(attempt).await;
        assert_eq!(ended["status"], "succeeded", "{ended}");
    }
    assert_eq!(told(&workshop.conversation(&before).await), told(&workshop.conversation(&between).await));
    drop(server);
}

#[tokio::test]
async fn hosts_that_are_killed_too_are_interruptions_that_leave_no_process_and_can_be_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut server, workshop) = start(folder.path()).await;
    let attempts = [workshop.start_anew("wait").await, workshop.start_anew("ask").await];
    is_in_mid_turn(&workshop, &attempts[0]).await;
    workshop.becomes(&attempts[1], "waiting").await;
    let before = workshop.conversation(&attempts[0]).await.len();
    server.kill();
    for attempt in &attempts {
        // The host alone is killed: what it kept alive has to be found.
        let host = processes_of(attempt).into_iter().find(|pid| is_host(*pid)).expect("a host");
        kill_process(Pid::from_raw(host as i32).unwrap(), Signal::KILL).unwrap();
    }
    let server = server.restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    for attempt in &attempts {
        let ended = workshop.ends(attempt).await;
        assert_eq!((&ended["status"], &ended["link"]), (&json!("interrupted"), &json!("lost")));
        assert!(!ended["reason"].as_str().unwrap().is_empty());
        assert_eq!(processes_of(attempt), Vec::<u32>::new());
    }
    assert!(workshop.conversation(&attempts[0]).await.len() >= before, "the conversation is intact");
    workshop.resume(&attempts[0]).await.ok();
    assert_eq!(workshop.ends(&attempts[0]).await["status"], "succeeded");
}

/// What an agent was told, line by line or prompt by prompt, when a prompt went to a host that did not hear it any more.
async fn told_after_an_unheard_prompt(protocol: &str, script: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (_server, workshop) = start(folder.path()).await;
    workshop.register("forgets", protocol, script).await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "forgets" })).await.ok().text("attemptId");
    let ended = workshop.ends(&attempt).await;
    let host = processes_of(&attempt).into_iter().find(|pid| is_host(*pid)).expect("a host");
    let host = Pid::from_raw(host as i32).unwrap();
    // It is there, but hears nothing any more.
    kill_process(host, Signal::STOP).unwrap();
    workshop.tell(&attempt, "messages", json!({ "prompt": "And a robots.txt" })).await.ok();
    workshop.becomes(&attempt, "running").await;
    kill_process(host, Signal::KILL).unwrap();
    let again = workshop.ends(&attempt).await;
    assert_eq!(again["status"], "succeeded", "{again}");
    let prompts = Path::new(ended["worktree"].as_str().unwrap()).join("prompts");
    let prompts = std::fs::read_to_string(prompts).unwrap();
    prompts.split_terminator('\0').map(str::to_owned).collect()
}

#[tokio::test]
async fn a_prompt_that_nobody_heard_is_told_to_the_next_agent_with_what_went_before_once() {
    let acp = scripted_agent::acp(r#"printf '%s\0' "$line" >> prompts"#);
    for (protocol, script) in [("acp", acp.as_str()), ("command", r"cat >> prompts; printf '\0' >> prompts")]
    {
        let prompts = told_after_an_unheard_prompt(protocol, script).await;
        let [_, second] = prompts.as_slice() else { panic!("{protocol}: {prompts:?}") };
        assert!(second.contains("Sitemap"), "{protocol}: {second}");
        for once in ["You have worked on this before", "And a robots.txt"] {
            assert_eq!(second.matches(once).count(), 1, "{protocol}: {second}");
        }
    }
}

#[tokio::test]
async fn what_an_agent_started_without_its_environment_is_ended_with_a_host_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, workshop) = start(folder.path()).await;
    let script = scripted_agent::acp("env -i sleep 600 & echo $! > child.new; mv child.new child; wait");
    workshop.register("cleans", "acp", &script).await;
    let card = workshop.card("Sitemap", "none").await;
    let attempt = workshop.ask(&card, json!({ "agent": "cleans" })).await.ok().text("attemptId");
    let running = workshop.becomes(&attempt, "running").await;
    let child = Path::new(running["worktree"].as_str().unwrap()).join("child");
    eventually("it has started something", || async { child.exists() }).await;
    let child: u32 = std::fs::read_to_string(child).unwrap().trim().parse().unwrap();
    let host = processes_of(&attempt).into_iter().find(|pid| is_host(*pid)).expect("a host");
    kill_process(Pid::from_raw(host as i32).unwrap(), Signal::KILL).unwrap();
    assert_eq!(workshop.ends(&attempt).await["status"], "interrupted");
    assert!(has_ended(child));
}

#[tokio::test]
async fn an_attempt_whose_host_can_not_be_heard_keeps_its_status_and_says_that_it_is_being_verified() {
    let folder = tempfile::tempdir().unwrap();
    let (mut server, workshop) = start(folder.path()).await;
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    server.kill();
    let host = processes_of(&attempt).into_iter().find(|pid| is_host(*pid)).expect("a host");
    let host = Pid::from_raw(host as i32).unwrap();
    kill_process(host, Signal::STOP).unwrap();
    let server = server.restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    let unheard = workshop.attempt(&attempt).await;
    assert_eq!((&unheard["status"], &unheard["link"]), (&json!("waiting"), &json!("verifying")));
    kill_process(host, Signal::CONT).unwrap();
    eventually("it is heard again", || async { workshop.attempt(&attempt).await["link"] == "attached" })
        .await;
    let question = workshop.question(&attempt).await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    workshop.tell(&attempt, &path, json!({ "optionId": question["options"][0]["optionId"] })).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
}

fn is_host(pid: u32) -> bool {
    let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    command.split(|byte| *byte == 0).nth(1) == Some(b"host")
}

#[tokio::test]
async fn a_signal_leaves_the_hosts_running_and_the_next_server_goes_on_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let (server, workshop) = start(folder.path()).await;
    let attempt = workshop.start_anew("ask").await;
    let question = workshop.question(&attempt).await;
    let before = processes_of(&attempt);
    assert!(server.terminate() < Duration::from_secs(2));
    assert_eq!(processes_of(&attempt), before);
    let server = Process::start(&folder.path().join("data"));
    let workshop = Workshop { client: server.client(), ..workshop };
    let again = workshop.becomes(&attempt, "waiting").await;
    assert_eq!(again["status"], "waiting");
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = question["options"][0]["optionId"].clone();
    workshop.tell(&attempt, &path, json!({ "optionId": allow })).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    assert_eq!(workshop.items(&attempt, "permission").await.len(), 1, "it was asked once");
}

#[tokio::test]
async fn hosts_whose_sockets_are_elsewhere_are_reached_by_a_server_of_another_session() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("d".repeat(120));
    let sessions = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let sockets = |session: usize| std::fs::read_dir(sessions[session].path()).unwrap().count();
    let mut server = Process::start_in_session(&deep.join("data"), sessions[0].path());
    let workshop = Workshop::open(&server.client(), folder.path()).await;
    let attempt = workshop.start_anew("ask").await;
    let question = workshop.question(&attempt).await;
    assert_eq!(sockets(0), 1);
    server.kill();
    let server = Process::start_in_session(&deep.join("data"), sessions[1].path());
    let workshop = Workshop { client: server.client(), ..workshop };
    eventually("the host is reached", || async { workshop.attempt(&attempt).await["link"] == "attached" })
        .await;
    let path = format!("permissions/{}", question["requestId"].as_str().unwrap());
    let allow = question["options"][0]["optionId"].clone();
    workshop.tell(&attempt, &path, json!({ "optionId": allow })).await.ok();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    // Its idle agent would stay for a while.
    let kept = workshop.client.delete(&format!("/boards/{}?keepRecovery=true", workshop.board.id)).await;
    assert_eq!(kept.status, 204, "{}", kept.json);
    eventually("its socket is gone", || async { sockets(0) == 0 }).await;
    assert_eq!(sockets(1), 0);
}

/// The sixth field of `/proc/PID/stat` (`proc_pid_stat(5)`): 0 where the session's leader is outside of this container.
fn session_of(pid: u32) -> u32 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let (_, after_the_name) = stat.rsplit_once(") ").unwrap();
    after_the_name.split(' ').nth(3).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_host_has_a_session_of_its_own_and_nothing_of_the_servers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start_with_inherited(&folder.path().join("data"), &folder.path().join("inherited"));
    let workshop = Workshop::open(&server.client(), folder.path()).await;
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    let own = session_of(std::process::id());
    for pid in processes_of(&attempt) {
        assert_ne!(session_of(pid), own);
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap();
        let names: Vec<String> = environment
            .split(|byte| *byte == 0)
            .map(|entry| String::from_utf8_lossy(entry).split('=').next().unwrap().to_owned())
            .filter(|name| name.starts_with("MAINSTAY_"))
            .collect();
        assert_eq!(names, ["MAINSTAY_ATTEMPT"]);
        for file in std::fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten() {
            let target = std::fs::read_link(file.path()).unwrap_or_default();
            let text = target.to_string_lossy().into_owned();
            assert!(["mainstay.db", "/lock", "/inherited"].iter().all(|name| !text.contains(name)), "{text}");
        }
    }
}

/// The number of the process that ran the last of `count` scripts that each wrote theirs to a file as a line.
async fn script(began: &Path, count: usize) -> u32 {
    let lines = || std::fs::read_to_string(began).unwrap_or_default();
    eventually("the script has begun", || async { lines().matches('\n').count() >= count }).await;
    assert_eq!(lines().lines().count(), count);
    lines().lines().next_back().unwrap().parse().unwrap()
}

/// A script that notes its process and then waits, with children, until it may go on, or its folder is gone.
const WAITING: &str =
    r#"cd "$PROJECT_ROOT/.."; echo $$ >> began; while [ -e began ] && ! [ -e go ]; do sleep 0.05; done"#;

#[tokio::test]
async fn a_setup_script_that_a_killed_server_left_is_ended_before_it_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let (server, workshop) = start(folder.path()).await;
    workshop.settings(json!({ "setupScript": WAITING })).await;
    let began = folder.path().join("began");
    let attempt = workshop.start_anew("succeed").await;
    let first = script(&began, 1).await;
    let server = server.kill_and_restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    let second = script(&began, 2).await;
    assert!(has_ended(first) && !has_ended(second));
    std::fs::write(folder.path().join("go"), "").unwrap();
    assert_eq!(workshop.ends(&attempt).await["status"], "succeeded");
    script(&began, 2).await;
}

#[tokio::test]
async fn a_cleanup_script_that_a_killed_server_left_is_ended_before_it_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let (server, workshop) = start(folder.path()).await;
    workshop.settings(json!({ "cleanupScript": WAITING })).await;
    let began = folder.path().join("began");
    let attempt = workshop.start_anew("ask").await;
    workshop.becomes(&attempt, "waiting").await;
    workshop.stop(&attempt).await;
    let first = script(&began, 1).await;
    let server = server.kill_and_restart();
    let workshop = Workshop { client: server.client(), ..workshop };
    let second = script(&began, 2).await;
    assert!(has_ended(first) && !has_ended(second));
    std::fs::write(folder.path().join("go"), "").unwrap();
    eventually("it is cleaned up", || async {
        workshop.items(&attempt, "automation").await.last().is_some_and(|it| it["status"] == "succeeded")
    })
    .await;
}

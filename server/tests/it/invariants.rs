//! The house rules of ARCHITECTURE.md that reading the sources can check.

use std::fs;

use crate::{
    project::root,
    sources::{product_sources, sources},
};

/// Asserts that no product line under `folder` holds `pattern`, but for the files that may.
fn only_in(folder: &str, pattern: &str, allowed: &[&str], rule: &str) {
    let offenders: Vec<_> = product_sources(folder)
        .iter()
        .filter(|source| !allowed.iter().any(|prefix| source.path.starts_with(prefix)))
        .flat_map(|source| {
            source
                .product_lines()
                .into_iter()
                .filter(|(_, line)| line.contains(pattern))
                .map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(offenders.is_empty(), "{rule}: {offenders:#?}");
}

#[test]
fn only_the_store_knows_sql() {
    let store = ["server/src/store", "server/src/store.rs"];
    only_in("server/src", "sqlx::query", &store, "SQL belongs to store/");
    only_in("server/src", "SELECT ", &store, "SQL belongs to store/");
}

#[test]
fn only_git_starts_git() {
    // Whatever a program is called, it is started here: git itself, agents, the browser that shows the link, hosts, and, where the
    // system has no other way to say what runs, its own lister of processes.
    let starters = [
        "server/src/git/run.rs",
        "server/src/agents/program.rs",
        "server/src/agents/acp/terminals/command.rs",
        "server/src/browser.rs",
        "server/src/attempts/tender/setting_up.rs",
        "server/src/process_identity.rs",
        "server/src/strays.rs",
        "server/src/attempts/script.rs",
    ];
    for folder in ["server/src", "app/src", "shared/src"] {
        only_in(folder, "Command::new(", &starters, "programs are started in few places");
    }
}

#[test]
fn only_its_driver_knows_the_agents_protocol() {
    let driver = ["server/src/agents/acp.rs", "server/src/agents/acp/"];
    for folder in ["server/src", "app/src", "shared/src"] {
        only_in(folder, "agent_client_protocol", &driver, "the protocol belongs to agents/acp");
    }
}

#[test]
fn agents_know_neither_attempts_nor_the_store() {
    for room in ["attempts", "board", "events", "sse", "store", "api"] {
        only_in("server/src/agents", &format!("crate::{room}"), &[], "agents/ is at home in a host process");
    }
}

#[test]
fn only_events_number_and_publish() {
    for pattern in ["messages::append(", "listeners::messages"] {
        only_in(
            "server/src",
            pattern,
            &["server/src/events.rs"],
            "events.rs alone numbers what listeners.rs made",
        );
    }
    only_in(
        "server/src",
        ".publish(",
        &["server/src/events.rs", "server/src/sse/hub.rs"],
        "events.rs alone publishes",
    );
}

#[test]
fn the_domain_knows_nothing_of_streams_and_streams_nothing_of_the_domains_operations() {
    only_in("server/src/board", "sse::", &[], "commands record events, they know no stream");
    for room in ["attempts", "agents", "git", "github", "board"] {
        only_in("server/src/sse", &format!("crate::{room}::"), &[], "sse/ hears of events only");
    }
}

#[test]
fn text_is_never_rendered_as_html() {
    only_in("app/src", "inner_html", &[], "text becomes elements");
    only_in("server/src", "inner_html", &[], "text becomes elements");
}

#[test]
fn unsafe_code_is_where_the_clients_chunks_begin_and_nowhere_else() {
    only_in("app/src", "unsafe_code", &["app/src/chunk/split.rs"], "the lint is off where chunks begin");
    for path in ["server/src/lib.rs", "server/src/main.rs", "shared/src/lib.rs"] {
        let text = fs::read_to_string(root().join(path)).unwrap();
        assert!(text.contains("#![forbid(unsafe_code)]"), "{path}");
    }
}

#[test]
fn shared_does_no_io_and_reads_no_clock() {
    for pattern in ["std::fs", "std::net", "std::time::SystemTime", "Timestamp::now(", "tokio", "async fn"] {
        only_in("shared/src", pattern, &[], "shared is pure");
    }
}

#[test]
fn there_is_one_clock_in_the_server_and_one_in_the_browser() {
    for pattern in ["SystemTime::now", "Timestamp::now(", "jiff::Zoned::now"] {
        only_in("server/src", pattern, &["server/src/clock.rs"], "clock.rs tells the time");
        only_in("app/src", pattern, &[], "a view never reads the clock");
    }
    let browser = ["app/src/browser/dom.rs", "app/src/live.rs"];
    only_in("app/src", "Date::", &browser, "what reads the browser's clock is the browser's");
}

#[test]
fn there_are_no_server_functions() {
    only_in("app/src", "#[server", &[], "the JSON API is the only write path");
}

#[test]
fn modules_are_files_beside_their_folders() {
    for folder in ["shared/src", "server/src", "app/src"] {
        let stray: Vec<_> = sources(folder)
            .into_iter()
            .filter(|source| source.path.ends_with("/mod.rs"))
            .map(|source| source.path)
            .collect();
        assert!(stray.is_empty(), "foo.rs beside foo/, never mod.rs: {stray:?}");
    }
}

#[test]
fn every_source_says_what_it_is() {
    for folder in ["shared/src", "server/src", "app/src"] {
        let mute: Vec<_> = sources(folder)
            .into_iter()
            .map(|source| source.path)
            .filter(|path| !fs::read_to_string(root().join(path)).is_ok_and(|text| text.starts_with("//!")))
            .collect();
        assert!(mute.is_empty(), "each file starts with a `//!` line: {mute:?}");
    }
}

//! What the programs that the server starts get to see of its environment.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf};

use tokio::process::Command;

use crate::{
    app::eventually,
    binary::{Home, Running},
    client::Client,
};

/// Puts a program of this name first on the server's path: it notes its environment, then does what `rest` says.
fn spy(home: &Home, command: &mut Command, name: &str, rest: &str) -> PathBuf {
    let (bin, seen) = (home.path().join("bin"), home.path().join("seen"));
    fs::create_dir(&bin).unwrap();
    let path = std::env::var("PATH").unwrap();
    // What is noted appears all at once.
    let noted = format!("env > '{0}.new' && mv '{0}.new' '{0}'", seen.display());
    fs::write(bin.join(name), format!("#!/bin/sh\n{noted}\nPATH='{path}' {rest}\n")).unwrap();
    fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    command
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("MAINSTAY_OWNER_TOKEN", "only-for-the-server")
        .env("MAINSTAY_DATA", home.data())
        .env("MAINSTAY_UNKNOWN", "x")
        .env("KEPT", "for all");
    seen
}

fn assert_clean(seen: &str) {
    assert!(seen.contains("KEPT=for all"), "{seen}");
    assert!(!seen.contains("MAINSTAY_") && !seen.contains("only-for-the-server"), "{seen}");
}

#[tokio::test]
async fn git_gets_none_of_mainstays_own_variables() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0"]);
    let seen = spy(&home, &mut command, "git", "exec git \"$@\"");
    let server = Running::start(command).await;
    let client = Client::new(server.address, "only-for-the-server");
    client.create_board("Web", home.path()).await;
    assert_clean(&fs::read_to_string(seen).unwrap());
}

#[tokio::test]
async fn a_browser_gets_none_of_mainstays_own_variables() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0", "--open"]);
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let seen = spy(&home, &mut command, opener, "true");
    let _server = Running::start(command).await;
    eventually("the opener is run", || async { seen.exists() }).await;
    assert_clean(&fs::read_to_string(seen).unwrap());
}

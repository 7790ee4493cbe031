//! What git, and whatever git runs, gets to see of the server's environment.

use std::{fs, os::unix::fs::PermissionsExt as _};

use crate::{
    binary::{Home, Running},
    client::Client,
};

#[tokio::test]
async fn git_gets_none_of_mainstays_own_variables() {
    let home = Home::new();
    let (bin, seen) = (home.path().join("bin"), home.path().join("seen"));
    fs::create_dir(&bin).unwrap();
    let path = std::env::var("PATH").unwrap();
    // It notes its environment and then is git.
    let script = format!("#!/bin/sh\nenv >> '{}'\nPATH='{path}' exec git \"$@\"\n", seen.display());
    fs::write(bin.join("git"), script).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();

    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0"]);
    command
        .env("PATH", format!("{}:{path}", bin.display()))
        .env("MAINSTAY_OWNER_TOKEN", "only-for-the-server")
        .env("MAINSTAY_DATA", home.data())
        .env("MAINSTAY_UNKNOWN", "x")
        .env("KEPT", "for git");
    let server = Running::start(command).await;
    let client = Client::new(server.address, "only-for-the-server");
    client.create_board("Web", home.path()).await;

    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("KEPT=for git"), "{seen}");
    assert!(!seen.contains("MAINSTAY_") && !seen.contains("only-for-the-server"), "{seen}");
}

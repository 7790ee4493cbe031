//! `--allow-host`, its variable and its key in the file: each lets the server be called by another name.

use std::fs;

use tokio::process::Command;

use crate::binary::{Home, Running};

/// `mainstay serve` on any free port, with a configuration file of this text.
fn serve(home: &Home, flags: &[&str], file: &str) -> Command {
    fs::write(home.path().join("mainstay.toml"), file).unwrap();
    let arguments = ["serve", "--addr", "127.0.0.1:0", "--data", "data", "--config", "mainstay.toml"];
    home.command(&[&arguments[..], flags].concat())
}

/// What the server answers who calls it by this name.
async fn status(server: &Running, host: &str) -> u16 {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    http.get(server.url("/healthz")).header("host", host).send().await.unwrap().status().as_u16()
}

/// The server answers to these names alone, beside its own.
async fn answers_to(command: Command, names: &[&str]) {
    let server = Running::start(command).await;
    for name in ["board.example.org", "tower.lan", "evil.example"] {
        let expected = if names.contains(&name) { 200 } else { 403 };
        assert_eq!(status(&server, name).await, expected, "{name}");
        assert_eq!(status(&server, &format!("{name}:8443")).await, expected, "{name} with a port");
    }
    assert_eq!(status(&server, "localhost").await, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_name_is_allowed_by_flag_by_variable_and_by_file() {
    let home = Home::new();
    let both = ["board.example.org", "tower.lan"];
    answers_to(serve(&home, &[], ""), &[]).await;
    answers_to(serve(&home, &["--allow-host", both[0], "--allow-host", both[1]], ""), &both).await;
    let mut by_variable = serve(&home, &[], "");
    by_variable.env("MAINSTAY_ALLOW_HOST", both.join(","));
    answers_to(by_variable, &both).await;
    answers_to(serve(&home, &[], "allow-host = [\"board.example.org\", \"tower.lan\"]"), &both).await;
}

#[tokio::test]
async fn names_of_a_flag_win_over_those_of_the_variable_and_these_over_the_files() {
    let home = Home::new();
    let file = "allow-host = [\"evil.example\"]";
    let mut by_variable = serve(&home, &[], file);
    by_variable.env("MAINSTAY_ALLOW_HOST", "tower.lan");
    answers_to(by_variable, &["tower.lan"]).await;
    let mut by_flag = serve(&home, &["--allow-host", "board.example.org"], file);
    by_flag.env("MAINSTAY_ALLOW_HOST", "tower.lan");
    answers_to(by_flag, &["board.example.org"]).await;
}

//! What `mainstay serve` writes where, and when it opens a browser.

use std::fs;

use tokio::process::Command;

use crate::binary::{Home, Running};

/// `mainstay serve` with its error output in a file, which is the second value.
fn serve(home: &Home, flags: &[&str]) -> (Command, std::path::PathBuf) {
    let log = home.path().join("log");
    let arguments = ["serve", "--addr", "127.0.0.1:0", "--data", "data"];
    let mut command = home.command(&[&arguments[..], flags].concat());
    // A pipe that nobody reads would fill up.
    command.stderr(fs::File::create(&log).unwrap());
    (command, log)
}

#[tokio::test]
async fn logs_go_to_the_error_output_and_only_the_promised_lines_to_the_output() {
    let home = Home::new();
    let (mut command, log) = serve(&home, &[]);
    command.env("MAINSTAY_LOG", "debug").env("MAINSTAY_OWNER_TOKEN", "wrong-is-another");
    let server = Running::start(command).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for (path, token) in
        [("/healthz", ""), ("/api/v1/boards", "wrong"), ("/api/v1/boards", "wrong-is-another")]
    {
        http.get(server.url(path)).bearer_auth(token).send().await.unwrap();
    }
    let (status, rest) = server.stop().await;
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "two lines, and no more");
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("stopping"), "{log}");
    assert!(!log.contains("wrong-is-another"), "the owner token is in the log: {log}");
}

#[tokio::test]
async fn whoever_stops_the_server_is_told_how_many_agents_work_on() {
    let home = Home::new();
    let (mut command, log) = serve(&home, &[]);
    command.env("MAINSTAY_OWNER_TOKEN", crate::app::TOKEN);
    let server = Running::start(command).await;
    let address = server.url("").trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
    let client = crate::client::Client::new(address, crate::app::TOKEN);
    let workshop = crate::workshop::Workshop::open(&client, home.path()).await;
    for _ in 0..2 {
        let attempt = workshop.start_anew("ask").await;
        workshop.becomes(&attempt, "waiting").await;
    }
    server.stop().await;
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("2 agents work on; start Mainstay again to see what they do"), "{log}");
}

#[tokio::test]
async fn whoever_stops_the_server_is_not_told_of_agents_that_have_nothing_to_do() {
    let home = Home::new();
    let (mut command, log) = serve(&home, &[]);
    command.env("MAINSTAY_OWNER_TOKEN", crate::app::TOKEN);
    let server = Running::start(command).await;
    let client = crate::client::Client::new(server.address, crate::app::TOKEN);
    let workshop = crate::workshop::Workshop::open(&client, home.path()).await;
    for (scenario, status) in [("ask", "waiting"), ("succeed", "succeeded")] {
        let attempt = workshop.start_anew(scenario).await;
        workshop.becomes(&attempt, status).await;
    }
    server.stop().await;
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("one agent works on; start Mainstay again to see what it does"), "{log}");
}

/// Whether the server tries to open a browser, by what its log says. There is none to be found.
async fn tries_to_open(home: &Home, flags: &[&str], variable: Option<&str>) -> bool {
    let (mut command, log) = serve(home, flags);
    command.env("PATH", home.path().join("an-empty-folder"));
    variable.map(|value| command.env("MAINSTAY_OPEN", value));
    let server = Running::start(command).await;
    let (status, rest) = server.stop().await;
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
    fs::read_to_string(log).unwrap().contains("opening a browser")
}

#[tokio::test]
async fn no_open_opens_no_browser_whatever_else_asks_for_one() {
    let home = Home::new();
    fs::write(home.path().join("open.toml"), "open = true").unwrap();
    let file = ["--config", "open.toml"];
    assert!(tries_to_open(&home, &["--open"], None).await);
    assert!(tries_to_open(&home, &[], Some("true")).await);
    assert!(tries_to_open(&home, &file, None).await);

    assert!(!tries_to_open(&home, &["--no-open"], Some("true")).await);
    assert!(!tries_to_open(&home, &["--no-open", file[0], file[1]], None).await);
    assert!(!tries_to_open(&home, &["--no-open", "--open"], None).await);
    assert!(!tries_to_open(&home, &[], None).await, "nobody watches this output");
}

//! `mainstay serve`: what it prints, where it keeps what, and how it ends.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    time::{Duration, Instant},
};

use sqlx::Connection as _;

use crate::binary::{Home, Outcome, PATIENCE, Running};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn the_output_has_the_address_then_the_sign_in_link_and_nothing_else() {
    let home = Home::new();
    let running = home.serve().await;
    assert_ne!(running.address.port(), 0, "the real port is printed");
    let start = format!("http://{}/sign-in?code=", running.address);
    assert!(running.link.starts_with(&start), "{}", running.link);

    let (status, rest) = running.stop().await;
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest, "");
}

#[tokio::test]
async fn mainstay_alone_serves_from_the_platforms_data_directory() {
    let home = Home::new();
    let mut command = home.command(&["--addr", "127.0.0.1:0"]);
    command.env("XDG_DATA_HOME", home.path().join("share"));
    let server = Running::start(command).await;
    let answer = reqwest::get(server.url("/healthz")).await.unwrap();
    assert_eq!(answer.status(), 200);
    if cfg!(target_os = "linux") {
        assert!(home.path().join("share/mainstay/mainstay.db").exists());
    }
}

#[tokio::test]
async fn the_data_folder_and_the_secrets_in_it_are_the_owners_alone() {
    let home = Home::new();
    let server = home.serve().await;
    assert_eq!(mode(&home.data()), 0o700);
    for secret in ["owner-token", "server.json", "lock"] {
        assert_eq!(mode(&home.data().join(secret)), 0o600, "{secret}");
    }
    server.stop().await;
    assert!(!home.data().join("server.json").exists(), "the sign-in code goes with the server");
}

#[tokio::test]
async fn a_listener_on_all_addresses_prints_a_link_for_each() {
    let home = Home::new();
    let data = home.data();
    let arguments = ["serve", "--addr", "0.0.0.0:0", "--data", data.to_str().unwrap()];
    let server = Running::start(home.command(&arguments)).await;
    assert!(server.address.ip().is_unspecified());
    assert!(server.link.starts_with(&format!("http://127.0.0.1:{}/sign-in?code=", server.address.port())));
}

#[tokio::test]
async fn a_flag_wins_over_its_variable_and_the_variable_over_the_file() {
    let home = Home::new();
    fs::write(home.path().join("mainstay.toml"), "addr = \"127.0.0.2:0\"\ndata = \"data\"\n").unwrap();
    let command = |arguments: &[&str], variable: Option<&str>| {
        let mut command = home.command(arguments);
        command.env("MAINSTAY_CONFIG", "mainstay.toml");
        variable.map(|value| command.env("MAINSTAY_ADDR", value));
        command
    };
    let address_of = async |command| {
        let server = Running::start(command).await;
        let address = server.address.ip().to_string();
        server.stop().await;
        address
    };
    assert_eq!(address_of(command(&["serve"], None)).await, "127.0.0.2");
    assert_eq!(address_of(command(&["serve"], Some("127.0.0.3:0"))).await, "127.0.0.3");
    assert_eq!(
        address_of(command(&["serve", "--addr", "127.0.0.4:0"], Some("127.0.0.3:0"))).await,
        "127.0.0.4"
    );
    assert!(home.data().join("mainstay.db").exists(), "a folder in the file is relative to the file");
}

#[tokio::test]
async fn an_unknown_key_in_the_file_is_an_error_and_an_unknown_variable_is_not() {
    let home = Home::new();
    let file = home.path().join("mainstay.toml");
    fs::write(&file, "adress = \"127.0.0.1:0\"\n").unwrap();
    let outcome = home.run(&["serve", "--config", file.to_str().unwrap()]).await;
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stdout, "");
    assert!(
        outcome.stderr.contains("`adress`") && outcome.stderr.contains(file.to_str().unwrap()),
        "{outcome:?}"
    );
    assert!(outcome.stderr.contains("hint: "), "{outcome:?}");

    let data = home.data();
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    command.env("MAINSTAY_ADRESS", "nonsense");
    Running::start(command).await;
}

#[tokio::test]
async fn a_wrong_command_line_ends_with_2_and_says_what_is_right() {
    let home = Home::new();
    for arguments in
        [&["serve", "--adr", "x"][..], &["serve", "--addr", "nonsense"], &["fly"], &["--allow-host", "a b"]]
    {
        let Outcome { code, stdout, stderr } = home.run(arguments).await;
        assert_eq!(code, Some(2), "{arguments:?}");
        assert_eq!(stdout, "");
        assert!(stderr.contains("--help"), "{stderr}");
    }
    let help = home.run(&["--help"]).await;
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("MAINSTAY_OWNER_TOKEN"));
}

#[tokio::test]
async fn an_owner_token_that_can_be_guessed_is_refused() {
    let home = Home::new();
    let data = home.data();
    for token in ["?", "fifteen-letters", "sixteen or more, with spaces"] {
        let mut command = home.command(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
        command.env("MAINSTAY_OWNER_TOKEN", token);
        let outcome = Outcome::of(command).await;
        assert_eq!(outcome.code, Some(1), "{token}");
        assert!(outcome.stderr.contains("MAINSTAY_OWNER_TOKEN is not a token"), "{outcome:?}");
        assert!(outcome.stderr.contains("16 characters"), "{outcome:?}");
        assert!(outcome.stderr.contains("hint: ") && !outcome.stderr.contains(token), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_taken_port_is_named_with_a_hint() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = home.data();
    let outcome = home.run(&["serve", "--addr", &address, "--data", data.to_str().unwrap()]).await;
    assert_eq!(outcome.code, Some(1));
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.contains(&format!("the address {address} is in use")), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: choose another with --addr"), "{outcome:?}");
}

#[tokio::test]
async fn a_second_server_on_a_data_folder_says_who_holds_it() {
    let home = Home::new();
    let first = home.serve().await;
    let data = home.data();
    let outcome = home.run(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]).await;
    assert_eq!(outcome.code, Some(1));
    let holder = format!("in use by another server (process {} at http://{})", first.pid(), first.address);
    assert!(outcome.stderr.contains(&holder), "{outcome:?}");
    assert!(outcome.stderr.contains("hint: "), "{outcome:?}");
    let answer = reqwest::get(first.url("/readyz")).await.unwrap();
    assert_eq!(answer.status(), 200, "the first goes on");
}

#[tokio::test]
async fn the_lock_dies_with_a_killed_server() {
    let home = Home::new();
    let first = home.serve().await;
    first.signal("KILL").await;
    first.wait().await;
    let second = home.serve().await;
    let answer = reqwest::get(second.url("/readyz")).await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn a_data_folder_that_can_t_be_used_is_named_with_a_hint() {
    let home = Home::new();
    let file = home.path().join("file");
    fs::write(&file, "").unwrap();
    let open = home.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::write(open.join("letter.txt"), "dear").unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o755)).unwrap();
    for folder in [file, open] {
        let folder = folder.to_str().unwrap();
        let outcome = home.run(&["serve", "--addr", "127.0.0.1:0", "--data", folder]).await;
        assert_eq!(outcome.code, Some(1));
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains(folder) && outcome.stderr.contains("hint: "), "{outcome:?}");
    }
}

#[tokio::test]
async fn a_corrupt_database_is_named_and_left_alone() {
    let home = Home::new();
    home.serve().await.stop().await;
    let database = home.data().join("mainstay.db");
    let garbage = "this is no database".repeat(1000);
    fs::write(&database, &garbage).unwrap();
    for leftover in ["mainstay.db-wal", "mainstay.db-shm"] {
        _ = fs::remove_file(home.data().join(leftover));
    }
    let data = home.data();
    let outcome = home.run(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]).await;
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains(database.to_str().unwrap()), "{outcome:?}");
    assert_eq!(fs::read_to_string(&database).unwrap(), garbage);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_named_and_left_alone() {
    let home = Home::new();
    home.serve().await.stop().await;
    let database = home.data().join("mainstay.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&database);
    let mut newer = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let step = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                VALUES (9999, 'from the future', true, x'00', 0)";
    sqlx::query(step).execute(&mut newer).await.unwrap();
    newer.close().await.unwrap();
    let before = fs::read(&database).unwrap();

    let data = home.data();
    let outcome = home.run(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]).await;
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
    assert!(outcome.stderr.contains(database.to_str().unwrap()), "{outcome:?}");
    assert!(outcome.stderr.contains("newer version"), "{outcome:?}");
    assert_eq!(fs::read(&database).unwrap(), before);
}

#[tokio::test]
async fn sigterm_ends_the_server_within_two_seconds_whatever_is_open() {
    let home = Home::new();
    let server = home.serve().await;
    // A connection that sends half a request, and one that is idle.
    let mut half = tokio::net::TcpStream::connect(server.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, b"GET / HTTP/1.1\r\nHost: local").await.unwrap();
    let _idle = tokio::net::TcpStream::connect(server.address).await.unwrap();
    let signed_in = reqwest::Client::new();
    let token = fs::read_to_string(home.data().join("owner-token")).unwrap();
    let mut stream = signed_in.get(server.url("/api/v1/sse")).bearer_auth(token).send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());

    let asked = Instant::now();
    let (status, _) = server.stop().await;
    assert_eq!(status.code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_closed_output_does_not_stop_the_server() {
    let home = Home::new();
    let data = home.data();
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    let (reader, writer) = std::io::pipe().unwrap();
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut server = command.spawn().unwrap();
    drop((command, reader));
    let link_is_there = async {
        loop {
            let outcome = home.run(&["link", "--data", data.to_str().unwrap()]).await;
            if outcome.code == Some(0) {
                return outcome.stdout;
            }
            assert!(server.try_wait().unwrap().is_none(), "the server goes on");
        }
    };
    let link = tokio::time::timeout(PATIENCE, link_is_there).await.unwrap();
    assert_eq!(
        reqwest::get(link.trim()).await.unwrap().url().path(),
        "/sign-in",
        "no cookie jar, so back to sign-in"
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_browser_is_opened_if_asked_and_a_missing_opener_is_no_error() {
    let home = Home::new();
    let bin = home.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let data = home.data();
    let command = || {
        let mut command =
            home.command(&["serve", "--addr", "127.0.0.1:0", "--open", "--data", data.to_str().unwrap()]);
        command.env("PATH", &bin);
        command
    };
    let server = Running::start(command()).await;
    assert_eq!(reqwest::get(server.url("/healthz")).await.unwrap().status(), 200);
    server.stop().await;

    // A named pipe: reading it waits until the opener has written, and for nothing else.
    let told = home.path().join("told");
    assert!(std::process::Command::new("mkfifo").arg(&told).status().unwrap().success());
    let opener = bin.join("xdg-open");
    fs::write(&opener, format!("#!/bin/sh\necho \"$1\" > {}\n", told.display())).unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();
    let server = Running::start(command()).await;
    let opened = tokio::time::timeout(PATIENCE, tokio::fs::read_to_string(told)).await.unwrap();
    let opened = opened.unwrap();
    let page = fs::read_to_string(opened.trim().strip_prefix("file://").unwrap()).unwrap();
    assert!(page.contains(&server.link), "{page}");
}

//! `mainstay link`: the sign-in link of the running server, again.

use crate::binary::Home;

#[tokio::test]
async fn link_prints_the_running_servers_link() {
    let home = Home::new();
    let server = home.serve().await;
    let data = home.data();
    let outcome = home.run(&["link", "--data", data.to_str().unwrap()]).await;
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert_eq!(outcome.stdout.trim(), server.link);
}

#[tokio::test]
async fn link_without_a_server_says_so_even_after_one_was_killed() {
    let home = Home::new();
    let data = home.data();
    let refused = async || {
        let outcome = home.run(&["link", "--data", data.to_str().unwrap()]).await;
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(1), ""));
        assert!(outcome.stderr.contains(&format!("no server runs on the data folder {}", data.display())));
        assert!(outcome.stderr.contains("hint: "), "{outcome:?}");
    };
    refused().await;
    let server = home.serve().await;
    server.signal("KILL").await;
    server.wait().await;
    assert!(data.join("server.json").exists(), "a killed server cleans nothing up");
    refused().await;
}

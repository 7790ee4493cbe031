//! `POST /boards` with `initialize`: what it makes for a project that then can't be added, it takes away again.

use std::{fs, path::Path};

use serde_json::json;

use crate::{
    app::TestApp,
    binary::{Home, Running},
    client::Client,
};

/// What lies in a folder.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn without_git_nothing_is_made_and_the_server_says_that_it_is_its_own_fault() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--addr", "127.0.0.1:0"]);
    let nothing = home.path().join("nothing");
    fs::create_dir(&nothing).unwrap();
    command
        .env("PATH", &nothing)
        .env("MAINSTAY_OWNER_TOKEN", "only-for-the-server")
        .env("MAINSTAY_DATA", home.data());
    let server = Running::start(command).await;
    let client = Client::new(server.address, "only-for-the-server");
    let path = home.path().join("new");
    let body = json!({"name": "New", "repositoryPath": path, "initialize": true});
    let answer = client.post("/boards", body).await;
    assert_eq!(answer.status, 503, "{}", answer.json);
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(answer.json["errors"], json!([]), "no field of the body is wrong: {}", answer.json);
    assert!(answer.json["hints"][0].as_str().unwrap().contains("Install git"), "{}", answer.json);
    assert!(!path.exists());
}

#[tokio::test]
async fn on_a_full_disk_exactly_what_was_made_goes_again() {
    let app = TestApp::with(|config| config.store.max_pages = Some(256)).await;
    let board = app.board("web").await;
    let cards = format!("/boards/{}/cards", board.id);
    let large = json!({"title": "One", "description": "x".repeat(60_000)});
    let mut kept = 0;
    while app.post(&cards, large.clone()).await.status == 201 {
        kept += 1;
        assert!(kept < 1_000, "the disk never fills up");
    }
    let full = app.folder().join("full");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("notes"), "kept").unwrap();
    let add = async |path: &Path| {
        let body = json!({"name": "🦀".repeat(500), "repositoryPath": path, "initialize": true});
        app.post("/boards", body).await.status
    };
    // What is left of the last page takes a few more.
    let mut more = 0;
    let new = loop {
        let new = app.folder().join(format!("new-{more}"));
        if add(&new).await != 201 {
            break new;
        }
        more += 1;
        assert!(more < 100, "the disk never fills up");
    };
    assert_eq!((add(&new).await, add(&full).await), (507, 507));
    assert!(!new.exists());
    assert_eq!(names_in(&full), ["notes"]);
}

#[tokio::test]
async fn where_a_projects_folder_was_none_is_made_for_another() {
    let app = TestApp::start().await;
    app.board("web").await;
    let path = app.folder().join("web");
    fs::remove_dir_all(&path).unwrap();
    let body = json!({"name": "Again", "repositoryPath": path, "initialize": true});
    let answer = app.post("/boards", body.clone()).await;
    assert_eq!(answer.status, 409, "{}", answer.json);
    assert!(answer.json["detail"].as_str().unwrap().contains("\"web\""), "{}", answer.json);
    assert!(!path.exists());

    fs::create_dir(&path).unwrap();
    assert_eq!(app.post("/boards", body).await.status, 409);
    assert_eq!(names_in(&path), [""; 0]);
}

#[tokio::test]
async fn of_two_who_make_the_same_project_at_once_one_has_it_whole() {
    let app = TestApp::start().await;
    let path = app.folder().join("new");
    let ask = async |name: &str| {
        let body = json!({"name": name, "repositoryPath": path, "initialize": true});
        app.post("/boards", body).await.status
    };
    let (one, other) = tokio::join!(ask("One"), ask("Other"));
    assert!([(201, 409), (409, 201)].contains(&(one, other)), "{one} {other}");
    assert!(path.join(".git/HEAD").exists());
}

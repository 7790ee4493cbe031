//! `GET /api/v1/repositories`.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::app::TestApp;

fn repository(path: &Path, branch: &str) {
    fs::create_dir_all(path.join(".git")).unwrap();
    fs::write(path.join(".git/HEAD"), format!("ref: refs/heads/{branch}\n")).unwrap();
}

async fn listed(app: &TestApp) -> Vec<Value> {
    let answer = app.get("/repositories").await.ok();
    answer.position();
    answer.json.as_array().unwrap().clone()
}

#[tokio::test]
async fn repositories_in_the_home_folder_and_beside_projects_are_found_and_say_which_are_projects() {
    let app = TestApp::start().await;
    let root = app.folder().canonicalize().unwrap();
    repository(&root.join("home/src/lodestar"), "main");
    repository(&root.join("beside"), "trunk");
    fs::create_dir_all(root.join("home/src/plain")).unwrap();
    assert_eq!(listed(&app).await.len(), 1, "nothing is near a project yet");

    let board = app.board("web").await;
    let mut found = listed(&app).await;
    found.sort_by_key(|one| one["name"].as_str().unwrap().to_owned());
    let names: Vec<_> = found.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["beside", "lodestar", "web"]);
    assert_eq!(found[1]["path"], root.join("home/src/lodestar").to_str().unwrap());
    assert_eq!((&found[1]["branch"], found[1].get("boardId")), (&json!("main"), None));
    assert!(found[1]["usedAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(found[2]["boardId"], json!(board.id));
}

#[tokio::test]
async fn mainstays_own_folder_is_left_out_and_what_can_not_be_read_harms_nobody() {
    let app = TestApp::start().await;
    app.board("web").await;
    let root = app.folder().canonicalize().unwrap();
    repository(&root.join("data/worktrees/web/WEB-1"), "work");
    repository(&root.join("data/own"), "work");
    fs::create_dir_all(root.join("home/odd")).unwrap();
    fs::write(root.join("home/odd/.git"), [0xff; 100_000]).unwrap();
    let names: Vec<_> = listed(&app).await.iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.contains(&json!("web")) && names.contains(&json!("odd")));
    assert_eq!(app.get("/repositories?depth=9").await.status, 400);
}

#[tokio::test]
async fn without_a_home_folder_there_is_nothing_to_find() {
    let app = TestApp::with(|config| config.home = None).await;
    assert_eq!(listed(&app).await, Vec::<Value>::new());
}

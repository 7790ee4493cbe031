//! `/api/v1/boards`: projects and their boards.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Command, Stdio},
};

use reqwest::Method;
use serde_json::{Value, json};
use server::clock::Clock;
use shared::time::Timestamp;

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

/// An id as a client makes one.
const ID: &str = "0197c0de-0000-7000-8000-0000000000b1";

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=A", "-c", "user.email=a@example.org"]).args(arguments);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("git runs");
    assert!(status.success(), "git {arguments:?}");
}

/// A new folder by this name, which is a repository without a commit.
fn repository(app: &TestApp, name: &str) -> String {
    let path = app.folder().canonicalize().unwrap().join(name);
    fs::create_dir(&path).unwrap();
    git(&path, &["init", "--initial-branch=trunk"]);
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_project_is_answered_listed_and_shown_with_its_four_columns() {
    let app = TestApp::start().await;
    let path = repository(&app, "web");
    let body = json!({"id": ID, "name": " Web shop ", "repositoryPath": path});
    let made = app.post("/boards", body).await;
    let summary = json!({
        "boardId": ID, "name": "Web shop", "keyPrefix": "WS", "repositoryPath": path, "defaultBranch": "trunk",
        "openCards": 0, "running": 0, "needsYou": 0,
    });
    assert_eq!((made.status, &made.json), (201, &summary));
    assert_eq!(made.headers["location"], format!("/api/v1/boards/{ID}"));

    let list = app.get("/boards").await;
    assert_eq!((list.status, list.json), (200, json!([summary])));

    let shown = app.get(&format!("/boards/{ID}")).await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.headers["etag"], "\"1\"");
    let order = shown.json["columnOrder"].as_array().unwrap();
    let columns: Vec<Value> =
        order.iter().map(|id| shown.json["columns"][id.as_str().unwrap()].clone()).collect();
    let column = |n: usize, key: &str, title: &str| json!({"id": order[n], "key": key, "revision": 1, "title": title, "cardIds": []});
    let four = vec![
        column(0, "backlog", "Backlog"),
        column(1, "inProgress", "In Progress"),
        column(2, "review", "Review"),
        column(3, "done", "Done"),
    ];
    assert_eq!(columns, four);
    let state = json!({
        "boardId": ID, "name": "Web shop", "revision": 1, "metaRevision": 1, "columnOrder": order,
        "columns": shown.json["columns"], "cards": {},
    });
    assert_eq!(shown.json, state);
}

#[tokio::test]
async fn a_creation_that_is_repeated_gets_the_first_answer_and_another_body_a_conflict() {
    let app = TestApp::start().await;
    let body = json!({"id": ID, "name": "Web", "repositoryPath": repository(&app, "web")});
    let first = app.post("/boards", body.clone()).await;
    app.patch(&format!("/boards/{ID}"), json!({"name": "Renamed"})).await.ok();
    let again = app.post("/boards", body).await;
    assert_eq!((again.status, again.json), (201, first.json));

    let other = json!({"id": ID, "name": "Other", "repositoryPath": repository(&app, "other")});
    assert_eq!(app.post("/boards", other).await.status, 409);
    assert_eq!(app.get("/boards").await.json.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_path_that_is_no_work_tree_is_refused_with_the_reason_and_a_hint() {
    let app = TestApp::start().await;
    let root = app.folder().canonicalize().unwrap();
    fs::write(root.join("file"), "").unwrap();
    fs::create_dir(root.join("plain")).unwrap();
    fs::create_dir(root.join("bare")).unwrap();
    git(&root.join("bare"), &["init", "--bare"]);
    let path = |name: &str| root.join(name).to_str().unwrap().to_owned();
    let paths = [
        (path("missing"), "there is nothing at"),
        (path("file"), "is a file"),
        (path("plain"), "is not in a git repository"),
        (path("bare"), "without a work tree"),
        ("web".to_owned(), ""),
        (String::new(), ""),
        (format!("{}\0", path("plain")), ""),
        (format!("/{}", "x".repeat(5000)), ""),
        ("--upload-pack=touch".to_owned(), ""),
    ];
    for (path, reason) in paths {
        let answer = app.post("/boards", json!({"name": "Web", "repositoryPath": path})).await;
        assert_eq!(answer.status, 422, "{path:?}: {}", answer.json);
        assert_eq!(answer.json["errors"][0]["field"], "repositoryPath");
        assert!(answer.json["detail"].as_str().unwrap().to_lowercase().contains(reason), "{}", answer.json);
        if !reason.is_empty() {
            assert!(!answer.json["hints"].as_array().unwrap().is_empty(), "{}", answer.json);
        }
    }
    assert_eq!(app.get("/boards").await.json, json!([]));
}

#[tokio::test]
async fn a_path_that_the_server_may_not_use_is_refused() {
    let app = TestApp::start().await;
    let path = repository(&app, "closed");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&path).is_ok() {
        // The administrator may read everything; a repository of somebody else is what git refuses them.
        std::os::unix::fs::chown(&path, Some(12_345), None).unwrap();
    }
    let answer = app.post("/boards", json!({"name": "Web", "repositoryPath": path})).await;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(answer.status, 422, "{}", answer.json);
    assert!(!answer.json["hints"].as_array().unwrap().is_empty(), "{}", answer.json);
    assert_eq!(app.get("/boards").await.json, json!([]));
}

#[tokio::test]
async fn initialize_makes_the_repository_and_its_folder() {
    let app = TestApp::start().await;
    let path = app.folder().join("shop");
    let body = json!({"name": "Web", "repositoryPath": path, "initialize": true});
    assert_eq!(app.post("/boards", body).await.status, 201);
    assert!(path.join(".git").exists());

    let file = app.folder().join("file");
    fs::write(&file, "kept").unwrap();
    for path in [file.clone(), app.folder().join("mistyped/shop")] {
        let body = json!({"name": "Web", "repositoryPath": path, "initialize": true});
        assert_eq!(app.post("/boards", body).await.status, 422, "{}", path.display());
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "kept");
    assert!(!app.folder().join("mistyped").exists());
}

#[tokio::test]
async fn a_second_board_on_the_same_work_tree_is_a_conflict_by_whatever_path() {
    let app = TestApp::start().await;
    let path = repository(&app, "web");
    fs::create_dir(Path::new(&path).join("src")).unwrap();
    let link = app.folder().join("link");
    symlink(&path, &link).unwrap();
    app.post("/boards", json!({"name": "Web", "repositoryPath": path})).await.ok();
    let others =
        [path.clone(), format!("{path}/"), format!("{path}/../web/src"), link.to_str().unwrap().to_owned()];
    for other in others {
        let answer = app.post("/boards", json!({"name": "Again", "repositoryPath": other})).await;
        assert_eq!(answer.status, 409, "{other}");
        assert!(answer.json["detail"].as_str().unwrap().contains("\"Web\""), "{}", answer.json);
    }
}

#[tokio::test]
async fn a_linked_worktree_is_a_project_of_its_own() {
    let app = TestApp::start().await;
    let path = repository(&app, "web");
    git(Path::new(&path), &["commit", "--allow-empty", "--message=first"]);
    git(Path::new(&path), &["worktree", "add", "../linked"]);
    app.post("/boards", json!({"name": "Web", "repositoryPath": path})).await.ok();
    let linked = app.folder().join("linked");
    assert_eq!(app.post("/boards", json!({"name": "Linked", "repositoryPath": linked})).await.status, 201);
}

#[tokio::test]
async fn a_project_is_renamed_and_what_changes_nothing_leaves_no_trace() {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let path = format!("/boards/{}", board.id);
    let renamed = app.patch(&path, json!({"name": "Shop", "settings": {}})).await;
    assert_eq!((renamed.status, &renamed.json["name"]), (200, &json!("Shop")));
    let state = app.board_state(&board.id).await;
    assert_eq!((state.name.as_str(), state.revision, state.meta_revision), ("Shop", 2, 2));

    let position = app.get(&path).await.position();
    for nothing in [json!({"name": "Shop"}), json!({"name": " Shop "}), json!({})] {
        let answer = app.patch(&path, nothing).await.ok();
        assert_eq!(answer.position(), position);
    }
    assert_eq!(app.board_state(&board.id).await.revision, 2);
}

#[tokio::test]
async fn a_stale_if_match_changes_nothing() {
    let app = TestApp::start().await;
    let http = Http::of(&app);
    let board = app.board("web").await;
    let path = format!("/boards/{}", board.id);
    let rename = async |revision: &str, name: &str| {
        let request =
            http.api(Method::PATCH, &path).header("if-match", revision).json(&json!({"name": name}));
        Reply::to(request).await
    };
    assert_eq!(rename("\"1\"", "One").await.status, 200);
    let problem = rename("\"1\"", "Two").await.refused(412);
    assert!(problem.detail.contains("revision 2") && !problem.hints.is_empty(), "{problem:?}");
    assert_eq!(rename("*", "Three").await.status, 200);
    Reply::to(http.api(Method::DELETE, &path).header("if-match", "\"1\"")).await.refused(412);
    assert_eq!(app.board_state(&board.id).await.name, "Three");
}

#[tokio::test]
async fn a_deleted_project_is_gone_and_its_repository_stays() {
    let app = TestApp::start().await;
    let path = repository(&app, "web");
    let body = json!({"id": ID, "name": "Web", "repositoryPath": path});
    app.post("/boards", body).await.ok();
    let gone = app.delete(&format!("/boards/{ID}?keepRecovery=true")).await;
    assert_eq!((gone.status, &gone.json), (204, &Value::Null));
    gone.position();

    assert_eq!(app.get("/boards").await.json, json!([]));
    for answer in [
        app.get(&format!("/boards/{ID}")).await,
        app.patch(&format!("/boards/{ID}"), json!({"name": "a"})).await,
        app.delete(&format!("/boards/{ID}")).await,
        app.get(&format!("/boards/{ID}/cards")).await,
        app.get(&format!("/boards/{ID}/cards?deleted=true")).await,
        app.post(&format!("/boards/{ID}/cards"), json!({"title": "a"})).await,
        app.post(&format!("/boards/{ID}/columns"), json!({"title": "a"})).await,
    ] {
        assert_eq!(answer.status, 404, "{}", answer.json);
        answer.position();
    }
    assert!(Path::new(&path).join(".git").exists());
    assert_eq!(app.post("/boards", json!({"name": "Web", "repositoryPath": path})).await.status, 201);
}

#[tokio::test]
async fn the_dashboard_counts_boards_and_cards_over_the_range_that_was_asked_for() {
    let now = "2026-07-10T12:00:00.000Z";
    let clock = Clock::fixed(now.parse::<Timestamp>().unwrap());
    let app = TestApp::with(|config| config.clock = clock).await;
    let board = app.board("web").await;
    app.create_card(&board.id, "One").await;
    let done = json!({"title": "Two", "columnId": board.columns[3]});
    app.post(&format!("/boards/{}/cards", board.id), done).await.ok();

    let overview = app.get("/dashboard?timeRangePreset=last_7d").await;
    let expected = json!({
        "asOf": now,
        "range": {"preset": "last_7d", "from": "2026-07-03T12:00:00.000Z", "to": now},
        "totals": {"boards": 1, "cards": 2, "running": 0, "queued": 0, "waiting": 0, "limit": 10},
        "needsYou": [], "running": [],
        "boards": [{"boardId": board.id, "name": "web", "cards": 2, "openCards": 1, "running": 0, "needsYou": 0}],
    });
    assert_eq!((overview.status, &overview.json), (200, &expected));
    overview.position();

    let own = app.get("/dashboard?from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00%2B02:00").await;
    let range = json!({"from": "2026-07-01T00:00:00.000Z", "to": "2026-07-01T22:00:00.000Z"});
    assert_eq!((own.status, &own.json["range"]), (200, &range));
    for preset in ["last_24h", "last_30d", "last_90d", "all_time"] {
        let answer = app.get(&format!("/dashboard?timeRangePreset={preset}")).await;
        assert_eq!((answer.status, &answer.json["range"]["preset"]), (200, &json!(preset)));
    }
    for unclear in [
        "timeRangePreset=",
        "timeRangePreset=last_2d",
        "from=2026-07-01T00:00:00Z",
        "from=x&to=y",
        "preset=last_7d",
    ] {
        assert_eq!(app.get(&format!("/dashboard?{unclear}")).await.status, 400, "{unclear}");
    }
}

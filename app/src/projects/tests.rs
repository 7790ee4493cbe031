//! Tests of the projects as the server renders them.

use shared::board::BoardSummary;

use crate::samples::{Overview, overview, rendered};

fn summary(id: &str, name: &str, path: &str, branch: Option<&str>) -> BoardSummary {
    BoardSummary {
        board_id: id.into(),
        name: name.to_owned(),
        key_prefix: "MAI".to_owned(),
        repository_path: path.to_owned(),
        default_branch: branch.map(str::to_owned),
        open_cards: 0,
        running: 0,
        needs_you: 0,
    }
}

#[tokio::test]
async fn a_tile_is_a_link_with_the_repository_and_the_counts() {
    let backend = Overview {
        dashboard: overview(&[("b1", "lodestar", 12, 5)]),
        projects: vec![summary("b1", "lodestar", "/src/lodestar", Some("main"))],
    };
    let (status, html) = rendered(backend, "/projects").await;
    assert_eq!(status, 200);
    assert!(html.contains(">lodestar</a>") && html.contains("href=\"/boards/b1\""), "{html}");
    assert!(html.contains("/src/lodestar · main"), "{html}");
    for count in ["<b>5</b> open", "<b>0</b> running", "<b>7</b> done"] {
        assert!(html.contains(count), "{count} in {html}");
    }
    assert!(html.contains("Nothing needs you"), "{html}");
}

#[tokio::test]
async fn a_repository_without_a_branch_is_shown_by_its_path() {
    let backend = Overview {
        dashboard: overview(&[("b1", "new", 0, 0)]),
        projects: vec![summary("b1", "new", "/src/new", None)],
    };
    let (_, html) = rendered(backend, "/projects").await;
    assert!(html.contains(">/src/new</p>"), "{html}");
    assert!(html.contains("No cards yet"), "{html}");
}

#[tokio::test]
async fn a_project_that_waits_for_a_person_says_so() {
    let mut dashboard = overview(&[("b1", "lodestar", 12, 5)]);
    dashboard.boards[0].needs_you = 1;
    dashboard.boards[0].running = 2;
    let (_, html) = rendered(Overview { dashboard, projects: vec![] }, "/projects").await;
    assert!(html.contains("1 card needs you"), "{html}");
    assert!(html.contains("<b>2</b> running"), "{html}");
}

#[tokio::test]
async fn without_a_project_the_page_is_the_first_run() {
    let (status, html) = rendered(Overview::default(), "/projects").await;
    assert_eq!(status, 200);
    assert!(html.contains("<h2>Put a repository on the board</h2>"), "{html}");
    assert!(html.contains("name=\"repositoryPath\""), "{html}");
    assert!(html.contains("Add the sample project</button>"), "{html}");
    assert_eq!(html.matches("is-primary").count(), 1, "one filled button: {html}");
    assert!(!html.contains("class=\"tiles\""), "{html}");
}

#[tokio::test]
async fn names_and_paths_are_text_whatever_they_hold() {
    let script = "<script>alert(1)</script>\"'&";
    let backend = Overview {
        dashboard: overview(&[("b1", script, 1, 1)]),
        projects: vec![summary("b1", script, script, Some(script))],
    };
    let (_, html) = rendered(backend, "/projects").await;
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
}

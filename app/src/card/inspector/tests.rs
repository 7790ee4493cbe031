//! The inspector as the server renders it: all of it is readable without a script.

use leptos::prelude::*;
use leptos_router::components::Router;
use leptos_router::location::RequestUrl;
use shared::board::BoardState;
use shared::card::{Card, CardDetail, CardType, Priority};
use shared::ids::{BoardId, CardId};

use super::*;
use crate::address::{BoardQuery, BoardRest};
use crate::live::use_kanban_sse;
use crate::samples::{self, board, card};

/// The inspector on a card of a board, without the comments that hydration goes by.
fn html(state: BoardState, id: &str, description: Option<&str>) -> String {
    // A second test finds it set already.
    let _ = any_spawner::Executor::init_tokio();
    let id = CardId::new(id);
    let initial = state.cards.get(&id).cloned().map(|card| {
        let data = CardDetail { card, description: description.map(str::to_owned) };
        Snapshot { at: None, data: Unread::of(&data).expect("a card") }
    });
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(RequestUrl::new("/boards/b1"));
        view! { <Router><Page state id initial/></Router> }.to_html()
    });
    without_comments(&html)
}

#[component]
fn Page(state: BoardState, id: CardId, initial: Option<Snapshot<Unread<CardDetail>>>) -> impl IntoView {
    let kanban = use_kanban_sse("b1".into(), Snapshot { at: None, data: state });
    let rest = Memo::new(|_| BoardRest::Board);
    Drafts::provide();
    BoardContext::provide(kanban, rest, Memo::new(|_| BoardQuery::default()));
    let on_close = Callback::new(|()| ());
    view! { <Inspector kanban board_id=BoardId::new("b1") card_id=id initial takes_focus=false on_close/> }
}

fn without_comments(html: &str) -> String {
    let mut parts = html.split("<!");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('>').map_or("", |(_, rest)| rest))
}

fn depends(id: &str, on: &[&str]) -> Card {
    Card { depends_on: on.iter().map(|it| CardId::new(*it)).collect(), ..card(id, "A card") }
}

fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is missing in {html}");
    }
}

#[tokio::test]
async fn all_of_a_card_is_readable_without_a_script() {
    let shown = Card {
        has_description: true,
        labels: vec!["ui".into(), "docs".into()],
        priority: Some(Priority::High),
        card_type: Some(CardType::Bug),
        ..card("c1", "Draw the hull")
    };
    let html = html(board(vec![shown], vec![]), "c1", Some("To *see* it.\n\n- [x] first"));
    has(
        &html,
        &[
            "<aside id=\"inspector\" tabindex=\"-1\" aria-labelledby=\"inspector-title\"",
            ">MAI-1</span>",
            ">Backlog</span>",
            "<h2 id=\"inspector-title\" tabindex=\"-1\" class=\"inspector__title\">Draw the hull</h2>",
            "<option selected>High</option>",
            "<option selected>Bug</option>",
            "<p>To <em>see</em> it.</p>",
            "type=\"checkbox\"",
            ">ui</span>",
            ">docs</span>",
            "<time datetime=\"2026-07-01T09:30:00.000Z\">1 Jul 2026, 09:30 UTC</time>",
        ],
    );
    assert_eq!(html.matches("<option selected").count(), 2, "{html}");
}

#[tokio::test]
async fn what_people_wrote_is_text() {
    let nasty = "<script>alert(1)</script>\"><img src=x>";
    let first = Card { labels: vec![nasty.into()], ..card("c1", nasty) };
    let second = Card { depends_on: vec!["c1".into()], blocked_by: vec!["c1".into()], ..card("c2", nasty) };
    for id in ["c1", "c2"] {
        let html = html(board(vec![first.clone(), second.clone()], vec![]), id, Some(nasty));
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        has(&html, &["&lt;script&gt;alert(1)"]);
    }
}

#[tokio::test]
async fn a_blocked_card_names_its_blockers_and_leads_to_them() {
    let blocked = Card { blocked_by: vec!["c1".into()], ..depends("c2", &["c1", "c3", "c9"]) };
    let state = board(vec![card("c1", "First"), blocked], vec![card("c3", "Third")]);
    let html = html(state, "c2", None);
    has(
        &html,
        &[
            ">Blocked by </span><a href=\"/boards/b1/cards/c1\" title=\"First\" class=\"key-link\">MAI-1</a>",
            ">MAI-1 </span><span class=\"u-cut\">First</span><span class=\"others__state\"> not done</span>",
            ">MAI-3 </span><span class=\"u-cut\">Third</span><span class=\"others__state\"> done</span>",
            "A deleted card",
            "No longer depend on MAI-1",
        ],
    );
    assert!(!html.contains("Blocks"), "{html}");
}

#[tokio::test]
async fn a_card_names_those_that_it_blocks_until_it_is_done() {
    let waits = || depends("c2", &["c1"]);
    let blocks = html(board(vec![card("c1", "First"), waits()], vec![]), "c1", None);
    has(&blocks, &[">Blocks</h3>", "href=\"/boards/b1/cards/c2\""]);
    let done = html(board(vec![waits()], vec![card("c1", "First")]), "c1", None);
    has(&done, &[">Was needed by</h3>"]);
}

#[tokio::test]
async fn the_address_of_a_card_shows_it_beside_its_board() {
    let state = board(vec![card("c1", "First"), card("c2", "Second")], vec![]);
    let (status, page) = samples::page(state, "/boards/b1/cards/c1?q=first").await;
    assert_eq!(status, 200);
    has(
        &page,
        &[">lodestar</h1>", ">First</h2>", "<p>It <em>matters</em>.</p>", "href=\"/boards/b1?q=first\""],
    );
}

#[tokio::test]
async fn a_card_without_a_description_says_so() {
    has(&html(board(vec![card("c1", "First")], vec![]), "c1", None), &["No description."]);
}

#[tokio::test]
async fn a_card_that_is_not_on_the_board_is_told_about_with_a_way_on() {
    has(
        &html(board(vec![], vec![]), "c1", None),
        &["id=\"inspector-title\" tabindex=\"-1\">There is no such card here</h2>", "Restore it"],
    );
}

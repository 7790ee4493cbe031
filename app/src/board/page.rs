//! The page of a board, with or without a card open beside it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_url};
use leptos_router::location::Url;
use serde::{Deserialize, Serialize};
use shared::board::BoardState;
use shared::card::CardDetail;
use shared::dashboard::DashboardOverview;
use shared::ids::{AttemptId, BoardId, CardId};

use super::column::ColumnView;
use super::column_menu::AddColumn;
use super::context::{BoardContext, Found, INSPECTOR, element_id};
use super::dragging::DragArea;
use super::failures::tell_of_failures;
use super::filter::Filter;
use super::filter_bar::FilterBar;
use super::menus::{Menus, PanelsFor};
use super::strips::Strips;
use crate::address::{self, BoardQuery, BoardRest};
use crate::api::Unread;
use crate::attempt::FirstAttempts;
use crate::browser;
use crate::card::inspector::{InspectorProps, WaitingInspector};
use crate::chunk::{self, view_of};
use crate::frame::{Frame, Here, Skeleton};
use crate::keys::press::Page;
use crate::live::use_kanban_sse;
use crate::missing::FailedPage;
use crate::snapshot::{self, CardAttempts, PageError, Snapshot};
use crate::title::{counting, entitle};
use crate::ui::fresh::{FreshBanner, FreshChip};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::late::late;
use crate::ui::list::List;

/// What the page starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct BoardData {
    board: Snapshot<BoardState>,
    overview: Snapshot<DashboardOverview>,
    /// The card that the address names. The inspector reads it.
    card: Option<(CardId, Snapshot<Unread<CardDetail>>)>,
    /// Its attempts, which the inspector reads too.
    attempts: Option<Unread<Snapshot<CardAttempts>>>,
    /// The words of the filter, and the cards whose descriptions hold them.
    found: Option<(String, Vec<CardId>)>,
    strips: Strips,
}

/// The page of the board that the address names.
#[component]
pub fn BoardPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| BoardId::new(params.read().get_str("board").unwrap_or_default()));
    let rest = Memo::new(move |_| BoardRest::parse(params.read().get_str("rest").unwrap_or_default()));
    let url = use_url();
    let query = Memo::new(move |_| BoardQuery::parse(url.read().search()));
    view! {
        // Another board is another page: in the list of one, all of the old one goes before the new one begins.
        <List each=Signal::derive(move || vec![id.get()]) key=String::from let:id>
            <PageOf id rest query url/>
        </List>
    }
}

/// The page of one board.
#[component]
fn PageOf(
    id: BoardId,
    rest: Memo<BoardRest>,
    query: Memo<BoardQuery>,
    url: ReadSignal<Url>,
) -> impl IntoView {
    let data = Resource::new_blocking(
        move || id.clone(),
        move |id| {
            // Only the card that the page begins with: others are read by the inspector.
            let rest = rest.get_untracked();
            let wanted = address::attempt_in(url.read_untracked().search());
            let words = Filter::parse(&query.read_untracked().filter).words();
            read(id, rest, wanted, words)
        },
    );
    view! {
        <Suspense fallback=|| view! { <Skeleton/> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => view! { <BoardView data rest query/> }.into_any(),
                    Err(error) => view! { <FailedPage error/> }.into_any(),
                }
            })}
        </Suspense>
    }
}

fn read(
    id: BoardId,
    rest: BoardRest,
    wanted: Option<AttemptId>,
    words: String,
) -> impl Future<Output = Result<BoardData, PageError>> + Send + 'static {
    // Begun here, where the page's context is.
    let board = snapshot::board(id.clone());
    let overview = snapshot::dashboard();
    let (strips, found) = (snapshot::strips(), snapshot::found(id.clone(), words.clone()));
    let attempts = rest.card().map(|card| snapshot::attempts(id.clone(), card.clone(), wanted));
    let card = rest.card().map(|card| (card.clone(), snapshot::card(id, card.clone())));
    async move {
        if rest == BoardRest::Nowhere {
            return Err(PageError::NotFound("A board has no such page.".to_owned()));
        }
        let card = match card {
            Some((id, card)) => Some((id, card.await?)),
            None => None,
        };
        let (board, overview) = (board.await?, overview.await?);
        let found = found.await.map(|cards| (words, cards));
        // Last, so that the stream, which goes on from the board's position, leaves nothing out of a conversation.
        let attempts = match attempts {
            Some(attempts) => attempts.await,
            None => None,
        };
        Ok(BoardData { board, overview, card, attempts, found, strips })
    }
}

#[component]
fn BoardView(data: BoardData, rest: Memo<BoardRest>, query: Memo<BoardQuery>) -> impl IntoView {
    let BoardData { board: initial, overview, card, attempts, found, strips } = data;
    FirstAttempts::provide(attempts);
    let id = initial.data.board_id.clone();
    let kanban = use_kanban_sse(id.clone(), initial);
    let board = BoardContext::provide(kanban, rest, query);
    board.strips.set(strips);
    let found =
        found.map(|(words, cards)| Found { words, cards: cards.into_iter().collect(), failure: None });
    board.found.set(found);
    let initial_projects = overview.data.boards;
    let projects = Signal::derive(move || {
        kanban
            .overview()
            .with(|live| live.as_ref().map_or_else(|| initial_projects.clone(), |it| it.boards.clone()))
    });
    // The first cards are the same on the server and on the first client render; from then on it is all of them.
    Effect::new(move || board.all.set(true));
    tell_of_failures(board);

    let gone = kanban.gone();
    let name = kanban.board().name();
    let title = move || {
        let card = board.open_card.get().and_then(|card| board.key_of(&card));
        let page = card.map_or_else(|| name.get(), |key| format!("{key} · {}", name.get()));
        let needs_you = kanban.overview().with(|live| live.as_ref().map_or(0, |it| it.needs_you.len()));
        counting(needs_you, kanban.status().get(), page)
    };
    entitle(title);
    view! {
        <Frame here=Here::Board(id) projects below=board.in_rail>
            <main class="main" id="main">
                <TopBar/>
                {move || if gone.get() { view! { <Deleted/> }.into_any() } else { view! { <Columns/> }.into_any() }}
                <Menus of=PanelsFor { page: Page::Board, projects }/>
            </main>
            <OpenCard first=card/>
        </Frame>
    }
}

/// The card that the address names, beside its board.
#[component]
fn OpenCard(first: Option<(CardId, Snapshot<Unread<CardDetail>>)>) -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let first = StoredValue::new(first);
    // What the page brought along is for the card that it begins with; each that is opened later reads its own.
    Effect::new(move || first.set_value(None));
    // The inspector takes room from the board. Wherever the card goes later on, the board stays where it is.
    Effect::new(move || {
        if let Some(card) = board.open_card.get() {
            browser::reveal(&element_id(&card));
        }
    });
    let on_close = Callback::new(move |()| board.close_card());
    let gone = board.kanban.gone();
    let inspector = move || {
        // Of a board that was deleted there is no card to show.
        let card_id = board.open_card.get().filter(|_| !gone.get())?;
        let initial = first.get_value().filter(|(id, _)| *id == card_id).map(|(_, card)| card);
        let (kanban, board_id) = (board.kanban, board.kanban.board_id());
        let was_opened_by_hand = initial.is_none();
        let props = move |after_waiting: bool| {
            // Whoever went elsewhere while it was fetched stays there.
            let takes_focus = was_opened_by_hand && (!after_waiting || browser::is_focus_in(INSPECTOR));
            InspectorProps { kanban, board_id, card_id, initial, takes_focus, on_close }
        };
        let meanwhile = move |waiting| view! { <WaitingInspector waiting on_close/> }.into_any();
        Some(view_of(&chunk::INSPECTOR, props, meanwhile))
    };
    view! { {move || inspector()} }
}

#[component]
fn TopBar() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let kanban = board.kanban;
    let gone = kanban.gone();
    view! {
        <header class="topbar">
            <div class="topbar__row">
                <h1 class="topbar__title u-cut" tabindex="-1">{kanban.board().name()}</h1>
                <div class="topbar__end">
                    {late(Some(board.beside_title))}
                    <FreshChip status=kanban.status()/>
                </div>
            </div>
            {move || (!gone.get()).then(|| view! { <FilterBar/> }.into_any())}
            <FreshBanner status=kanban.status() reconnect=move |()| kanban.reconnect()/>
        </header>
    }
}

#[component]
fn Columns() -> impl IntoView {
    let board = expect_context::<BoardContext>();
    let order = board.kanban.board().order();
    view! {
        <DragArea stale=board.stale>
            <List each=order key=String::from let:id>
                <ColumnView id/>
            </List>
            <AddColumn/>
        </DragArea>
    }
}

#[component]
fn Deleted() -> impl IntoView {
    view! {
        <div class="empty">
            <Glyph icon=Icon::Trash/>
            <h2>"This board was deleted"</h2>
            <p>"Somebody removed the project from Mainstay. Its repository is untouched."</p>
            <a class="button" href=address::PROJECTS>"Go to the projects"</a>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use shared::card::{Card, CardType, Priority};

    use super::Strips;
    use crate::samples::{OneBoard, board, card, page, rendered_with};

    #[tokio::test]
    async fn a_board_is_readable_without_a_script() {
        let blocked = Card {
            blocked_by: vec!["c1".into()],
            labels: vec!["ui".into()],
            priority: Some(Priority::High),
            card_type: Some(CardType::Bug),
            ..card("c2", "Second")
        };
        let state = board(vec![card("c1", "First"), blocked], vec![card("c3", "Third")]);
        let (status, html) = page(state, "/boards/b1").await;
        assert_eq!(status, 200);
        for part in [
            ">lodestar</h1>",
            ">Backlog</h2>",
            "href=\"/boards/b1/cards/c1\"",
            ">Blocked by MAI-1<",
            ">ui</span>",
            "aria-label=\"High priority\"",
            ">Bug</span>",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }

    #[tokio::test]
    async fn a_long_column_begins_with_50_cards_and_a_way_to_all() {
        let cards: Vec<_> = (1..=60).map(|n| card(&format!("c{n}"), "A card")).collect();
        let shown = |html: &str| html.matches("data-card=").count();
        let (_, first) = page(board(cards.clone(), vec![]), "/boards/b1?q=card").await;
        assert_eq!(shown(&first), 50);
        assert!(
            first.contains("href=\"/boards/b1?q=card&amp;all=1\"") && first.contains("Show all 60"),
            "{first}"
        );
        let (_, all) = page(board(cards, vec![]), "/boards/b1?q=card&all=1").await;
        assert_eq!(shown(&all), 60);
        assert!(!all.contains("Show all"));
    }

    #[tokio::test]
    async fn the_address_filters() {
        let ui = Card { labels: vec!["ui".into()], ..card("c1", "First") };
        let state = board(vec![ui, card("c2", "Second")], vec![card("c3", "Third")]);
        let (_, html) = page(state, "/boards/b1?q=label%3Aui").await;
        assert!(html.contains("data-card=\"c1\"") && !html.contains("data-card=\"c2\""));
        assert!(html.contains("<b>1</b> of 3"), "{html}");
        assert!(html.contains("href=\"/boards/b1/cards/c1?q=label%3Aui\""), "the open card keeps the filter");
    }

    #[tokio::test]
    async fn the_address_filters_by_descriptions_too() {
        let shown = async |query: &str| {
            let state = board(vec![card("c1", "First")], vec![card("c2", "Second")]);
            let (_, html) = page(state, &format!("/boards/b1?q={query}")).await;
            html.matches("data-card=").count()
        };
        assert_eq!(shown("matters").await, 2);
        assert_eq!(shown("elsewhere").await, 0);
    }

    #[tokio::test]
    async fn a_page_on_an_attempt_stays_on_it_when_it_is_filtered() {
        let (_, html) =
            page(board(vec![card("c1", "First")], vec![]), "/boards/b1/cards/c1?q=label%3Aui&attempt=a7")
                .await;
        assert!(html.contains("href=\"/boards/b1/cards/c1?attempt=a7\""), "{html}");
    }

    #[tokio::test]
    async fn a_strip_is_rendered_as_one() {
        let mut strips = Strips::default();
        strips.set(&"done".into(), true);
        let state = OneBoard::from(board(vec![card("c1", "First")], vec![card("c2", "Second")]));
        let (_, html) = rendered_with(state, "/boards/b1", strips).await;
        assert_eq!(html.matches("is-strip").count(), 1, "{html}");
        assert!(html.contains("data-card=\"c1\"") && !html.contains("data-card=\"c2\""), "{html}");
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_page_with_status_404_and_a_way_on() {
        for address in ["/boards/other", "/boards/b1/cards/other", "/boards/b1/nowhere", "/nowhere"] {
            let (status, html) = page(board(vec![], vec![]), address).await;
            assert_eq!(status, 404, "{address}");
            assert!(html.contains("href=\"/projects\""), "{address}: {html}");
        }
    }

    #[tokio::test]
    async fn what_people_wrote_is_text() {
        let nasty = "<script>alert(1)</script>";
        let state = board(vec![Card { labels: vec![nasty.into()], ..card("c1", nasty) }], vec![]);
        let (_, html) = page(state, "/boards/b1?q=%22%3Cscript%3Ealert(1)%3C/script%3E%22").await;
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)"), "{html}");
    }

    #[tokio::test]
    async fn past_its_limit_a_column_says_so() {
        let mut state = board(vec![card("c1", "First"), card("c2", "Second")], vec![]);
        if let Some(column) = state.columns.get_mut("backlog") {
            column.wip_limit = Some(1);
        }
        let (_, html) = page(state, "/boards/b1").await;
        assert!(html.contains("is-over") && html.contains("2/1") && html.contains(" 1 over"), "{html}");
    }
}

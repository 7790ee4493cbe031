//! The dashboard on a page.

use shared::{
    dashboard::{Range, RangePreset, Totals},
    ids::EventId,
    time::Timestamp,
};

use super::super::connection::Frame;
use super::*;

fn overview(cards: u64) -> DashboardOverview {
    let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::from_millis(86_400_000));
    DashboardOverview {
        as_of: to,
        range: Range { preset: Some(RangePreset::Last24h), from, to },
        totals: Totals { cards, ..Totals::default() },
        needs_you: Vec::new(),
        running: Vec::new(),
        boards: Vec::new(),
    }
}

fn page() -> (Owner, DashboardLive) {
    let owner = Owner::new();
    owner.set();
    let at: Option<EventId> = "e1.10".parse().ok();
    let dashboard = use_dashboard_sse(Snapshot { at, data: overview(1) });
    (owner, dashboard)
}

#[test]
fn the_dashboard_shows_its_snapshot_and_then_what_the_stream_brings() {
    let (_owner, dashboard) = page();
    assert_eq!(dashboard.overview().get_untracked(), overview(1));
    let data = serde_json::to_string(&overview(2)).expect("JSON");
    let taken = dashboard.take("e1.11", "dashboard_overview", &data);
    assert_eq!(taken, Some(Taken::Frame(Frame::Other)));
    assert_eq!(dashboard.overview().get_untracked(), overview(2));
}

#[test]
fn a_malformed_overview_asks_for_a_fresh_start_and_leaves_what_is_shown() {
    let (_owner, dashboard) = page();
    assert_eq!(dashboard.take("e1.11", "dashboard_overview", "{"), Some(Taken::Distrusted));
    assert_eq!(dashboard.overview().get_untracked(), overview(1));
    assert_eq!(dashboard.fold.with_value(|fold| fold.resume_from().cloned()), None);
}

#[test]
fn a_frame_for_a_view_that_is_gone_does_no_harm() {
    let (owner, dashboard) = page();
    owner.cleanup();
    assert_eq!(dashboard.take("e1.11", "heartbeat", "{}"), None);
}

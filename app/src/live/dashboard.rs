//! The dashboard that keeps itself up to date.

use leptos::prelude::*;
use shared::dashboard::DashboardOverview;

use super::Freshness;
use crate::snapshot::Snapshot;

/// The dashboard that keeps itself up to date; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct DashboardLive {
    status: RwSignal<Freshness>,
    overview: RwSignal<DashboardOverview>,
}

/// Shows the dashboard from a snapshot on, and in the browser keeps it up to date until the calling view unmounts.
#[must_use]
pub fn use_dashboard_sse(initial: Snapshot<DashboardOverview>) -> DashboardLive {
    DashboardLive { status: RwSignal::new(Freshness::Connecting), overview: RwSignal::new(initial.data) }
}

impl DashboardLive {
    /// How fresh is what is shown.
    #[must_use]
    pub fn status(&self) -> Signal<Freshness> {
        self.status.into()
    }

    /// What the dashboard shows.
    #[must_use]
    pub fn overview(&self) -> Signal<DashboardOverview> {
        self.overview.into()
    }

    /// Opens a new stream now.
    pub fn reconnect(&self) {}
}

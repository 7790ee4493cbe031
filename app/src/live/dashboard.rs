//! The dashboard that keeps itself up to date.

use leptos::prelude::*;
use shared::{
    dashboard::DashboardOverview,
    fold::{Changed, DashboardFold, Outcome},
};

use super::{Freshness, reader::Taken};
use crate::snapshot::Snapshot;

#[cfg(target_arch = "wasm32")]
mod connected;
#[cfg(test)]
mod tests;

/// The dashboard that keeps itself up to date; a handle that is copied freely.
#[derive(Clone, Copy, Debug)]
pub struct DashboardLive {
    fold: StoredValue<DashboardFold>,
    status: RwSignal<Freshness>,
    overview: RwSignal<DashboardOverview>,
    #[cfg(target_arch = "wasm32")]
    connected: connected::Connected,
}

/// Shows the dashboard from a snapshot on, and in the browser keeps it up to date until the calling view unmounts.
///
/// On a page that shows a board it reads the board's stream, so that the page holds no second one.
#[must_use]
pub fn use_dashboard_sse(initial: Snapshot<DashboardOverview>) -> DashboardLive {
    let overview = RwSignal::new(initial.data.clone());
    let mut fold = DashboardFold::default();
    match initial.at {
        Some(at) => fold = DashboardFold::from_snapshot(initial.data, at),
        None => fold.overview = Some(initial.data),
    }
    let dashboard = DashboardLive {
        fold: StoredValue::new(fold),
        status: RwSignal::new(Freshness::Connecting),
        overview,
        #[cfg(target_arch = "wasm32")]
        connected: connected::Connected::default(),
    };
    #[cfg(target_arch = "wasm32")]
    dashboard.connect();
    dashboard
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
    pub fn reconnect(&self) {
        #[cfg(target_arch = "wasm32")]
        self.connected.reconnect();
    }

    /// Takes a frame as the browser hands it over. `None` if the view that made the dashboard is gone.
    fn take(&self, id: &str, event: &str, data: &str) -> Option<Taken> {
        let (taken, overview) = self.fold.try_update_value(|fold| {
            let outcome = fold.take_frame(id, event, data);
            let is_new = matches!(&outcome, Outcome::Changed(Changed { overview: true, .. }));
            let overview = fold.overview.clone().filter(|_| is_new);
            (Taken::new(event, data, &outcome), overview)
        })?;
        if let Some(overview) = overview {
            self.show_overview(overview);
        }
        Some(taken)
    }

    /// Shows an overview; the same one again shows nothing new.
    fn show_overview(&self, overview: DashboardOverview) {
        if self.overview.try_with_untracked(|shown| *shown != overview) == Some(true) {
            self.overview.set(overview);
        }
    }

    #[cfg(target_arch = "wasm32")]
    fn show_status(&self, freshness: Freshness) {
        if self.status.try_with_untracked(|shown| *shown != freshness) == Some(true) {
            self.status.set(freshness);
        }
    }
}

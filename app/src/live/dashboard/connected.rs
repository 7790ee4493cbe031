//! What the dashboard has in a browser beside what it shows: a wire to the server, unless a board of its page has one.

use leptos::prelude::*;
use shared::dashboard::DashboardOverview;

use super::{DashboardLive, Freshness};
use crate::{
    api::{self, Answer},
    live::{
        connection::Frame,
        page_stream::PageStream,
        reader::{Taken, dashboard_stream},
        wire::{Asking, Reader, Wire},
    },
    snapshot::Snapshot,
};

/// The handles of what the dashboard has in a browser alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connected {
    page: Option<PageStream>,
    wire: StoredValue<Option<Wire>, LocalStorage>,
}

impl Default for Connected {
    fn default() -> Self {
        Self { page: PageStream::of_page(), wire: StoredValue::new_local(None) }
    }
}

impl Connected {
    pub(super) fn reconnect(self) {
        self.wire.try_with_value(|wire| wire.as_ref().map(Wire::reconnect));
        if let Some(board) = self.page.and_then(|page| untrack(move || page.board())) {
            board.reconnect();
        }
    }
}

impl DashboardLive {
    /// Reads the stream of the page's board while there is one, and a stream of its own while there is none.
    pub(super) fn connect(self) {
        let Connected { page, wire } = self.connected;
        Effect::new(move |_| {
            let Some(board) = page.and_then(|page| page.board()) else {
                if wire.try_with_value(Option::is_none) == Some(true) {
                    wire.try_set_value(Some(Wire::start(DashboardWire(self))));
                }
                return;
            };
            wire.try_update_value(Option::take);
            if let Some(status) = board.status().try_get() {
                self.show_status(status);
            }
            if let Some(overview) = board.overview().try_get().flatten() {
                self.show_overview(overview);
            }
        });
        on_cleanup(move || {
            wire.try_update_value(Option::take);
        });
    }

    fn refresh(self, snapshot: Snapshot<DashboardOverview>) {
        let Snapshot { at: Some(at), data } = snapshot else { return };
        self.fold.try_update_value(|fold| fold.reset(data.clone(), at));
        self.show_overview(data);
    }
}

/// The dashboard as its wire reads for it.
struct DashboardWire(DashboardLive);

impl Reader for DashboardWire {
    fn address(&self) -> String {
        dashboard_stream(self.0.fold.try_with_value(|fold| fold.resume_from().cloned()).flatten().as_ref())
    }

    fn take(&self, id: &str, event: &str, data: &str) -> Taken {
        // Without a dashboard the view is gone, and the wire about to be.
        self.0.take(id, event, data).unwrap_or(Taken::Frame(Frame::Other))
    }

    fn ask(&self) -> Asking {
        let dashboard = self.0;
        Box::pin(async move {
            let Answer { at, value } = api::dashboard().await?;
            let show: Box<dyn FnOnce()> = Box::new(move || dashboard.refresh(Snapshot { at, data: value }));
            Ok(show)
        })
    }

    fn can_be_gone(&self) -> bool {
        false
    }

    fn show(&self, freshness: Freshness) {
        self.0.show_status(freshness);
    }
}

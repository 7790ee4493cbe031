//! `/metrics`: what the streams count, in the text format that Prometheus reads (exposition format 0.0.4).
//!
//! It tells how busy the boards are, so it needs a sign-in like everything else: a scraper carries the owner token.

use std::fmt::{Display, Write as _};

use axum::{
    Router,
    extract::State,
    http::{HeaderName, header},
    middleware,
    routing::get,
};

use crate::{auth::require, sse::metrics::LatencyCounts, state::AppState};

const PATH: &str = "/metrics";
const CONTENT_TYPE: [(HeaderName, &str); 1] =
    [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];

/// The route, from the server's root.
pub fn router(state: &AppState) -> Router<AppState> {
    Router::new()
        .route(PATH, get(async |State(state): State<AppState>| (CONTENT_TYPE, text(&state))))
        .layer(middleware::from_fn_with_state(state.auth.clone(), require::proof))
}

fn text(state: &AppState) -> String {
    let (metrics, open) = (state.streams.metrics(), state.hub.open());
    let mut page = Page::default();
    page.family(
        "mainstay_streams_open",
        "gauge",
        "Streams that are open.",
        &[(r#"{kind="board"}"#, open.boards as u64), (r#"{kind="dashboard"}"#, open.dashboards as u64)],
    );
    page.one("mainstay_channels_open", "gauge", "Channels that anybody listens to.", open.channels as u64);
    page.family(
        "mainstay_stream_connects_total",
        "counter",
        "Requests for a stream, by what came of them; those that are refused before, for want of a sign-in or as another site's, are not counted.",
        &[
            (r#"{outcome="fresh"}"#, metrics.connects_fresh.count()),
            (r#"{outcome="resumed"}"#, metrics.connects_resumed.count()),
            (r#"{outcome="rejected"}"#, metrics.connects_rejected.count()),
        ],
    );
    page.family(
        "mainstay_stream_disconnects_total",
        "counter",
        "Streams that ended, by the reason; one whose connection was given up counts as left, too.",
        &[
            (r#"{reason="left"}"#, metrics.disconnects_left.count()),
            (r#"{reason="shutdown"}"#, metrics.disconnects_shutdown.count()),
            (r#"{reason="signed_out"}"#, metrics.disconnects_signed_out.count()),
            (r#"{reason="board_deleted"}"#, metrics.disconnects_board_deleted.count()),
            (r#"{reason="failed"}"#, metrics.disconnects_failed.count()),
        ],
    );
    let counters = [
        ("mainstay_stream_deliveries_total", "Frames handed to connections.", metrics.deliveries.count()),
        ("mainstay_stream_bytes_total", "Bytes handed to connections.", metrics.bytes.count()),
        (
            "mainstay_stream_lag_resets_total",
            "Readers that fell behind the log in memory and were started over.",
            metrics.lag_resets.count(),
        ),
        (
            "mainstay_stream_snapshots_total",
            "Whole boards that were read and encoded for streams.",
            metrics.snapshot_builds.count(),
        ),
        ("mainstay_stream_overviews_total", "Overviews that were computed.", metrics.overview_builds.count()),
        (
            "mainstay_connections_stalled_total",
            "Connections that were given up because their writes made no progress.",
            state.stalls.count(),
        ),
    ];
    for (name, help, count) in counters {
        page.one(name, "counter", help, count);
    }
    page.one(
        "mainstay_stream_held_bytes",
        "gauge",
        "Bytes that streams have taken and not yet handed over.",
        metrics.held.now(),
    );
    page.one(
        "mainstay_log_bytes",
        "gauge",
        "Bytes of the messages in memory.",
        state.hub.bytes_in_memory() as u64,
    );
    page.one("mainstay_log_head", "gauge", "The number of the newest message.", state.hub.head());
    page.histogram(
        "mainstay_stream_publish_to_write_seconds",
        "From the publication of a message to its hand-over to a connection.",
        &metrics.publish_to_write.counts(),
    );
    page.0
}

/// The lines of the page. A `String` takes whatever is written to it, so what `write!` answers says nothing.
#[derive(Default)]
struct Page(String);

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn family(&mut self, name: &str, kind: &str, help: &str, values: &[(&str, u64)]) {
        self.head(name, kind, help);
        values.iter().for_each(|(labels, value)| self.line(name, labels, value));
    }

    fn one(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.family(name, kind, help, &[("", value)]);
    }

    fn histogram(&mut self, name: &str, help: &str, counts: &LatencyCounts) {
        self.head(name, "histogram", help);
        let mut count = 0;
        for (bound, at_most) in &counts.at_most {
            let bound = bound.map_or_else(|| "+Inf".to_owned(), |bound| bound.as_secs_f64().to_string());
            self.line(&format!("{name}_bucket"), &format!(r#"{{le="{bound}"}}"#), at_most);
            count = *at_most;
        }
        self.line(&format!("{name}_sum"), "", counts.sum.as_secs_f64());
        self.line(&format!("{name}_count"), "", count);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_histogram_ends_with_its_open_bucket_its_sum_and_its_count() {
        let counts = LatencyCounts {
            at_most: vec![(Some(Duration::from_micros(64)), 2), (None, 3)],
            sum: Duration::from_millis(1_500),
        };
        let mut page = Page::default();
        page.histogram("x_seconds", "Of x.", &counts);
        let expected = "# HELP x_seconds Of x.\n# TYPE x_seconds histogram\nx_seconds_bucket{le=\"0.000064\"} 2\n\
                        x_seconds_bucket{le=\"+Inf\"} 3\nx_seconds_sum 1.5\nx_seconds_count 3\n";
        assert_eq!(page.0, expected);
    }
}

//! `/dashboard`: how everything stands.

use axum::{Router, extract::State, routing::get};
use serde::Deserialize;
use shared::{
    dashboard::{DashboardOverview, Range, RangePreset},
    time::Timestamp,
};

use super::{answer::Answer, params::Params};
use crate::{dashboard, error::ApiError, state::AppState};

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/dashboard", get(show))
}

/// What `GET /dashboard` takes: a preset, or both ends, or nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Span {
    time_range_preset: Option<RangePreset>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

async fn show(
    State(state): State<AppState>,
    Params(span): Params<Span>,
) -> Result<Answer<DashboardOverview>, ApiError> {
    let now = state.clock.now();
    let range = span.range(now)?;
    let mut tx = state.store.read().await?;
    let mut overview = dashboard::overview(&mut tx, now).await?;
    if let Some(range) = range {
        overview.range = range;
    }
    Ok(Answer::ok(tx.position().clone(), overview))
}

impl Span {
    /// The span that was asked for; `None` if none was.
    fn range(self, now: Timestamp) -> Result<Option<Range>, ApiError> {
        match (self.time_range_preset, self.from, self.to) {
            (None, None, None) => Ok(None),
            (Some(preset), None, None) => Ok(Some(dashboard::range(preset, now))),
            (None, Some(from), Some(to)) if from <= to => Ok(Some(Range { preset: None, from, to })),
            (None, Some(_), Some(_)) => Err(ApiError::malformed("The time range ends before it starts.")),
            _ => Err(ApiError::malformed("The time range is unclear.")
                .hint("Send either `timeRangePreset`, or both `from` and `to`.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY_MS;

    #[test]
    fn a_span_is_a_preset_or_both_ends() {
        let now = Timestamp::from_millis(100 * DAY_MS);
        let at = |days: i64| Some(Timestamp::from_millis(days * DAY_MS));
        let range = |preset, from, to| Span { time_range_preset: preset, from, to }.range(now);
        assert_eq!(range(None, None, None), Ok(None));
        let week = range(Some(RangePreset::Last7d), None, None).unwrap().unwrap();
        assert_eq!((Some(week.from), week.to), (at(93), now));
        let own = range(None, at(1), at(2)).unwrap().unwrap();
        assert_eq!((own.preset, Some(own.from), Some(own.to)), (None, at(1), at(2)));
        for unclear in [
            range(None, at(2), at(1)),
            range(None, at(1), None),
            range(None, None, at(1)),
            range(Some(RangePreset::AllTime), at(1), at(2)),
        ] {
            assert!(unclear.is_err());
        }
    }
}

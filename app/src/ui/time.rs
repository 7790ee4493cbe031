//! Points in time, as people read them. The server knows neither their time zone nor when they look: it writes the date
//! in UTC, and the browser makes an age of it after hydration.

use leptos::prelude::*;
use shared::time::Timestamp;

use crate::browser;

/// How often ages are counted anew, in milliseconds.
const TICK_MS: u64 = 20_000;

/// The present as the page shows it, in context; nothing before hydration.
#[derive(Clone, Copy)]
pub struct Now(RwSignal<Option<Timestamp>>, RwSignal<bool>);

impl Now {
    /// Whether the page knows the present. Tracks only that, not how it moves on.
    fn is_known(self) -> bool {
        self.1.get()
    }

    /// Starts a present that moves on by itself, and gives it to the components below.
    pub fn provide() {
        let now = Self(RwSignal::new(None), RwSignal::new(false));
        provide_context(now);
        Effect::new(move || {
            now.0.set(browser::now());
            now.1.set(browser::now().is_some());
            let tick = move || now.0.set(browser::now());
            if let Ok(timer) = set_interval_with_handle(tick, std::time::Duration::from_millis(TICK_MS)) {
                on_cleanup(move || timer.clear());
            }
        });
    }
}

/// How long ago something was: `2 d`. Before hydration the date in UTC.
#[component]
pub fn Age(
    /// When it was.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_context::<Now>();
    let text = move || match now.and_then(|now| now.0.get()) {
        Some(now) => age(now.millis_since(at.get())),
        None => date(at.get()),
    };
    view! { <time datetime=move || at.get().to_string() title=move || moment(at.get())>{move || text()}</time> }
}

/// When something was: `1 Jul 2026, 11:30` on the reader's clock. Before hydration in UTC.
#[component]
pub fn Moment(
    /// When it was.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_context::<Now>();
    // The reader's clock is known as soon as the present is.
    let text =
        move || match now.and_then(|now| now.0.get()).and_then(|_| browser::utc_offset_minutes(at.get())) {
            Some(offset) => local_moment(at.get(), offset),
            None => moment(at.get()),
        };
    view! { <time datetime=move || at.get().to_string()>{move || text()}</time> }
}

/// The time of day of something: `14:05` on the reader's clock. Before hydration in UTC.
#[component]
pub fn Clock(
    /// When it was.
    at: Timestamp,
) -> impl IntoView {
    let now = use_context::<Now>();
    let text = move || match now.and_then(|now| now.is_known().then(|| local_clock(at))) {
        Some(text) => text,
        None => clock(at),
    };
    view! { <time datetime=at.to_string() title=moment(at)>{move || text()}</time> }
}

/// The time of day on the reader's clock: `14:05`. For what is only known in the browser.
#[must_use]
pub fn local_clock(at: Timestamp) -> String {
    clock(shifted(at, browser::utc_offset_minutes(at).unwrap_or_default()))
}

/// A span of time in one unit, rounded down.
fn age(millis: i64) -> String {
    let seconds = millis.max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `1 Jul 2026`, in UTC.
fn date(at: Timestamp) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = at.to_string();
    let mut parts = text.split(['-', 'T']);
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return text;
    };
    let month =
        month.parse::<usize>().ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"");
    format!("{} {month} {year}", day.trim_start_matches('0'))
}

/// `09:30`, in UTC.
fn clock(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('T').and_then(|(_, clock)| clock.get(..5)).unwrap_or_default().to_owned()
}

/// `1 Jul 2026, 09:30 UTC`.
fn moment(at: Timestamp) -> String {
    format!("{}, {} UTC", date(at), clock(at))
}

/// `1 Jul 2026, 11:30`, on a clock that is so many minutes ahead.
fn local_moment(at: Timestamp, offset: i64) -> String {
    let at = shifted(at, offset);
    format!("{}, {}", date(at), clock(at))
}

fn shifted(at: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_millis(at.as_millis() + minutes * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_one_unit_and_is_never_negative() {
        let ages: Vec<_> =
            [-5, 59, 60, 3_599, 3_600, 86_399, 86_400, 9_000_000].map(|s| age(s * 1_000)).into();
        assert_eq!(ages, ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d", "104 d"]);
    }

    #[test]
    fn before_hydration_a_moment_is_written_in_utc() {
        let at: Timestamp = "2026-07-01T09:30:00.000Z".parse().unwrap();
        assert_eq!(date(at), "1 Jul 2026");
        assert_eq!(moment(at), "1 Jul 2026, 09:30 UTC");
        assert_eq!(local_moment(at, 120), "1 Jul 2026, 11:30");
        assert_eq!(local_moment(at, -600), "30 Jun 2026, 23:30");
    }
}

//! When a reader should come back after a `bye`: not all at once.

/// The earliest and the latest moment, in milliseconds: a restart takes about that long, and ten thousand readers spread
/// over it are a few a millisecond.
const EARLIEST_MS: u64 = 500;
const LATEST_MS: u64 = 2500;

/// A delay in milliseconds for one reader, different for each.
#[must_use]
pub fn individual_ms() -> u64 {
    // Without randomness they come together, which is worse but works.
    spread(getrandom::u64().unwrap_or_default())
}

fn spread(random: u64) -> u64 {
    EARLIEST_MS + random % (LATEST_MS - EARLIEST_MS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_lie_between_the_earliest_and_the_latest() {
        assert_eq!(spread(0), EARLIEST_MS);
        assert_eq!(spread(LATEST_MS - EARLIEST_MS), LATEST_MS);
        assert_eq!(spread(LATEST_MS - EARLIEST_MS + 1), EARLIEST_MS);
        assert!((EARLIEST_MS..=LATEST_MS).contains(&spread(u64::MAX)));
    }
}

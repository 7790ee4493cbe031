//! How long to wait before a lost stream is opened again.

use std::time::Duration;

/// So many times in a row a stream is opened again before the page gives up for a while.
pub const ATTEMPTS: u32 = 8;
/// No wait is longer.
pub const LONGEST: Duration = Duration::from_secs(12);
/// The wait before the first attempt; each later one is twice as long, up to [`LONGEST`].
const BASE: Duration = Duration::from_millis(1500);
/// The largest part of a wait that chance may take off, so that many browsers don't come back at one moment.
const JITTER: f64 = 0.2;

/// The wait before an attempt, where `made` counts those made before it and `chance` is a random number from 0 to 1.
#[must_use]
pub fn delay(made: u32, chance: f64) -> Duration {
    let chance = if (0.0..=1.0).contains(&chance) { chance } else { 0.0 };
    let doubled = 2_u32.checked_pow(made).and_then(|factor| BASE.checked_mul(factor));
    let full = doubled.map_or(LONGEST, |delay| delay.min(LONGEST));
    full.mul_f64(1.0 - JITTER * chance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_waits_are_1500_3000_6000_and_five_times_12000_milliseconds() {
        let waits: Vec<u128> = (0..ATTEMPTS).map(|made| delay(made, 0.0).as_millis()).collect();
        assert_eq!(waits, [1500, 3000, 6000, 12_000, 12_000, 12_000, 12_000, 12_000]);
    }

    proptest! {
        #[test]
        fn chance_only_shortens_a_wait_and_by_a_fifth_at_most(made in 0_u32..100, chance in 0.0..=1.0_f64) {
            let (full, wait) = (delay(made, 0.0), delay(made, chance));
            prop_assert!(wait <= full && wait >= full.mul_f64(0.8));
        }

        #[test]
        fn no_wait_is_longer_than_12_seconds(made: u32, chance: f64) {
            prop_assert!(delay(made, chance) <= LONGEST);
        }
    }
}

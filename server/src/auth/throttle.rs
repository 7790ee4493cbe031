//! A limit on wrong proofs: whoever guesses waits, whoever knows does not notice.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::Mutex,
    time::Duration,
};

use tokio::time::Instant;

/// How many wrong proofs in a row are free.
const FREE_TRIES: u32 = 20;
/// After those, one more try is free every so often.
const TIME_PER_TRY: Duration = Duration::from_secs(2);
/// How many guessers are remembered; past it, the one who can guess again soonest is forgotten.
const MAX_GUESSERS: usize = 1024;

/// Counts wrong proofs by the address they come from.
///
/// For each guesser it keeps one moment: when the account of tries will be even again. A wrong try moves it
/// [`TIME_PER_TRY`] on, and there is nothing to try while it lies more than [`FREE_TRIES`] of those ahead.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<IpAddr, Instant>>);

impl Throttle {
    /// Whether one more proof from there may be tried now.
    ///
    /// # Errors
    /// How long to wait.
    pub fn admit(&self, from: IpAddr, now: Instant) -> Result<(), Duration> {
        let Some(even_at) = self.lock().get(&guesser(from)).copied() else { return Ok(()) };
        let wait = (even_at + TIME_PER_TRY).saturating_duration_since(now + TIME_PER_TRY * FREE_TRIES);
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    /// Notes that a proof from there was wrong.
    pub fn note_wrong(&self, from: IpAddr, now: Instant) {
        let mut guessers = self.lock();
        if guessers.len() >= MAX_GUESSERS {
            guessers.retain(|_, even_at| *even_at > now);
        }
        if guessers.len() >= MAX_GUESSERS
            && let Some(soonest) = guessers.iter().min_by_key(|(_, even_at)| **even_at).map(|(from, _)| *from)
        {
            guessers.remove(&soonest);
        }
        let even_at = guessers.entry(guesser(from)).or_insert(now);
        *even_at = (*even_at).max(now) + TIME_PER_TRY;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, Instant>> {
        // Nothing panics while it is held, and a count that is off by one would do no harm.
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Who an address stands for: one machine has a whole /64 of IPv6 addresses to choose from.
fn guesser(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn wrong_proofs_are_slowed_down_and_then_forgiven() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for _ in 0..FREE_TRIES {
            assert_eq!(throttle.admit(HERE, start), Ok(()));
            throttle.note_wrong(HERE, start);
        }
        assert_eq!(throttle.admit(HERE, start), Err(TIME_PER_TRY));
        assert_eq!(throttle.admit("10.0.0.1".parse().unwrap(), start), Ok(()), "others are not affected");
        let later = start + TIME_PER_TRY;
        assert_eq!(throttle.admit(HERE, later), Ok(()));
        throttle.note_wrong(HERE, later);
        assert_eq!(throttle.admit(HERE, later), Err(TIME_PER_TRY));
    }

    #[test]
    fn one_guesser_can_t_hide_in_a_network_of_its_own() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for n in 0..FREE_TRIES {
            throttle.note_wrong(IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, n as u16)), start);
        }
        assert!(throttle.admit("2001:db8::ffff".parse().unwrap(), start).is_err());
        assert!(throttle.admit("2001:db8:0:1::1".parse().unwrap(), start).is_ok());
    }

    #[test]
    fn many_guessers_take_no_more_memory() {
        let throttle = Throttle::default();
        let start = Instant::now();
        for n in 0..3 * MAX_GUESSERS as u32 {
            throttle.note_wrong(IpAddr::V4(n.into()), start);
        }
        assert_eq!(throttle.lock().len(), MAX_GUESSERS);
    }
}

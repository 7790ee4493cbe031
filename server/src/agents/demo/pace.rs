//! How fast the agent works: a real one takes its time, and tests have none.

use std::ffi::OsStr;
use std::time::Duration;

/// The variable that says how many milliseconds a step takes. Its name begins with nothing of Mainstay's, because such
/// variables are kept from agents.
const VARIABLE: &str = "DEMO_AGENT_PACE";

const STEP: Duration = Duration::from_millis(60);
const LONG_STEP: Duration = Duration::from_millis(500);
const LONGEST: u64 = 10_000;

/// How long the agent rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace {
    /// After a word, or something else that it does.
    pub step: Duration,
    /// After a step of long work.
    pub long_step: Duration,
}

impl Pace {
    /// What the environment asks for.
    pub fn from_environment() -> Self {
        std::env::var_os(VARIABLE).as_deref().and_then(Self::of).unwrap_or(Self::USUAL)
    }

    const USUAL: Self = Self { step: STEP, long_step: LONG_STEP };

    /// Long steps become shorter or longer as the others do.
    fn of(milliseconds: &OsStr) -> Option<Self> {
        let milliseconds: u64 = milliseconds.to_str()?.parse().ok()?;
        let step = Duration::from_millis(milliseconds.min(LONGEST));
        Some(Self { step, long_step: step.mul_f64(LONG_STEP.div_duration_f64(STEP)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_steps_keep_their_proportion() {
        let pace = |text: &str| Pace::of(OsStr::new(text));
        assert_eq!(pace("60"), Some(Pace::USUAL));
        assert_eq!(pace("0"), Some(Pace { step: Duration::ZERO, long_step: Duration::ZERO }));
        assert_eq!(pace("soon"), None);
        assert_eq!(pace("99999999").map(|pace| pace.step), Some(Duration::from_secs(10)));
    }
}

//! The driver against real processes: shells that speak as an agent would, and as one would not.

mod failures;
mod fixture;
mod serving;
mod turns;

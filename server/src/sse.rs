//! The stream: what its messages are made from, and how they reach those who read it.

pub mod hub;
pub mod listeners;
pub mod message;

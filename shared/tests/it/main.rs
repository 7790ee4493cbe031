//! What the crate promises, seen from outside.

mod board_settings;
mod conversation;
mod fold;
mod frames;
mod golden;
mod golden_items;
mod ids;
mod overlay;
mod patch;
mod requests;
mod requests_agents;
mod sample;
mod time;

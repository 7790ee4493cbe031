//! Where the chunks begin: functions that are linked by their name, across WebAssembly modules.
//!
//! Each hands out what makes the views, so that only the fetching is asynchronous. Nothing else may name the components
//! in them, or they are part of the main module again.
#![allow(unsafe_code, reason = "the macro declares and exports functions by name, for the browser alone")]

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::{Make, NotFetched};
use crate::board::menus::{MenuPanels, MenuPanelsProps, PanelsFor};
use crate::card::inspector::{Inspector, InspectorProps};
use crate::dashboard::DashboardPage;
use crate::projects::ProjectsPage;

#[wasm_split(inbox, fallible)]
pub(super) fn inbox() -> Result<Make<()>, NotFetched> {
    Ok(|()| DashboardPage().into_any())
}

#[wasm_split(projects, fallible)]
pub(super) fn projects() -> Result<Make<()>, NotFetched> {
    Ok(|()| ProjectsPage().into_any())
}

#[wasm_split(menus, fallible)]
pub(super) fn menus() -> Result<Make<PanelsFor>, NotFetched> {
    Ok(|of| MenuPanels(MenuPanelsProps { of }).into_any())
}

#[wasm_split(inspector, fallible)]
pub(super) fn inspector() -> Result<Make<InspectorProps>, NotFetched> {
    Ok(|props| Inspector(props).into_any())
}

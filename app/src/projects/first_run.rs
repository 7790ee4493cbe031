//! What stands where the projects will be while there is none.

use leptos::prelude::*;

use super::add::AddRepository;
use super::sample::SampleProject;
use crate::ui::icon::{Glyph, Icon};

/// The first run: what Mainstay does, a sample to look around in, and the form that begins it.
#[component]
pub fn FirstRun() -> impl IntoView {
    view! {
        <section class="first">
            <div class="first__lead">
                <Glyph icon=Icon::Mast/>
                <h2>"Put a repository on the board"</h2>
                <p>
                    "Mainstay keeps a board beside your repository. Your checkout stays as it is, and Mainstay itself \
                     sends nothing anywhere."
                </p>
                <SampleProject/>
            </div>
            <div class="first__pick">
                <h3>"Add a project"</h3>
                <AddRepository/>
            </div>
        </section>
    }
}

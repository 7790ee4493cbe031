//! The end of something that grows and scrolls: whoever reads there stays there while more comes.

use leptos::web_sys::Element;
use leptos::{ev, prelude::*};

use super::heights::{Scroll, stays_at_end};
use crate::browser;

/// Whether someone reads at the end; a handle that is copied freely.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// Whether they do, and where they were last.
    reader: StoredValue<(bool, Scroll)>,
}

impl End {
    /// Begins at the end, or at the top.
    pub(super) fn new(is_there: bool) -> Self {
        Self { reader: StoredValue::new((is_there, Scroll::default())) }
    }

    /// The reader, or this page, has scrolled.
    pub(super) fn scrolled(self, event: &ev::Event) {
        let Some(now) = browser::scrolled_to(event).filter(|now| now.is_shown()) else { return };
        self.reader.try_update_value(|(stays, before)| {
            *stays = stays_at_end(*stays, *before, now);
            *before = now;
        });
    }

    /// More has come: goes to the end in the next frame, if that is where someone reads.
    pub(super) fn follow(self, element: &Element) {
        // Asked then: whoever scrolls away before that frame is heard of before it is drawn.
        let stays = move || self.reader.try_with_value(|(stays, _)| *stays) == Some(true);
        if stays() {
            browser::scroll_to_end(element.clone(), stays);
        }
    }
}

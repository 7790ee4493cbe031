//! The icons: our own, 16 px, one stroke, from one sprite that each page carries once.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident $id:literal $path:literal)*) => {
        /// An icon of the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names say what the icons show")]
        pub enum Icon {
            $($name,)*
        }

        impl Icon {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)*
                }
            }

            fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }

            fn reference(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("#", $id),)*
                }
            }
        }
    };
}

icons! {
    Ask "i-ask" "M8 14A6 6 0 1 0 3.3 11.7L2.5 14 8 14ZM6.4 6.4c.1-1 .8-1.5 1.7-1.5.9 0 1.6.6 1.6 1.4 0 1.2-1.6 1.2-1.6 2.4M8.1 10.9h.01"
    Bell "i-bell" "M8 2a4 4 0 0 0-4 4v3l-1.5 2.5h11L12 9V6a4 4 0 0 0-4-4ZM6.7 13.5a1.4 1.4 0 0 0 2.6 0"
    Block "i-block" "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM3.8 3.8l8.4 8.4"
    Board "i-board" "M2.5 2.5h3v11h-3zM6.5 2.5h3v7h-3zM10.5 2.5h3v9h-3z"
    Bottom "i-bottom" "M3 13h10M8 2.5V10M4.8 7 8 10.2 11.2 7"
    Catch "i-catch" "M3 4l4 4-4 4M8.5 4l4 4-4 4"
    Box "i-box" "M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8l5.5-3M8 8v6.2"
    Branch "i-branch" "M4.5 10.5v-5M4.5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4.5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM11.5 6.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM11.5 6.5c0 2.5-2 3-4 3.2-1.6.1-2.7.3-3 .8"
    Check "i-check" "M3 8.5 6.5 12 13 4.5"
    Conflict "i-conflict" "M4 2.5v4.2c0 1.6 1 2.5 2.6 2.9M12 2.5v4.2c0 1.6-1 2.5-2.6 2.9M5.5 12.5l5-5M6 7.9l4.2 4.6"
    Dots "i-dots" "M3.5 8h.01M8 8h.01M12.5 8h.01"
    Density "i-density" "M2.5 3h11M2.5 13h11M8 5v6M6 6.8 8 5l2 1.8M6 9.2 8 11l2-1.8"
    Down "i-down" "M4 6.5 8 10.5l4-4"
    Edit "i-edit" "M3 13l.6-2.8L10.8 3 13 5.2l-7.2 7.2L3 13Z"
    Fail "i-fail" "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6 6l4 4M10 6l-4 4"
    File "i-file" "M4 1.5h5.5l3 3v10H4zM9.5 1.5v3h3"
    Folder "i-folder" "M2 4h4l1.5 1.5H14V13H2z"
    Inbox "i-inbox" "M2 9.5 4 3h8l2 6.5V13H2V9.5ZM2 9.5h3.5c.3 1.3 1.2 2 2.5 2s2.2-.7 2.5-2H14"
    Info "i-info" "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5v3.3M8 5.2h.01"
    Land "i-land" "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11"
    Left "i-left" "M9.5 4l-4 4 4 4"
    Limit "i-limit" "M4 2.5v11M12 2.5v11M7 8h2"
    Live "i-live" "M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4ZM4.8 11.2a4.5 4.5 0 0 1 0-6.4M11.2 4.8a4.5 4.5 0 0 1 0 6.4M2.7 13.3a7.5 7.5 0 0 1 0-10.6M13.3 2.7a7.5 7.5 0 0 1 0 10.6"
    Mast "i-mast" "M6 1.5v11M6 2l7.5 10.5M6 5 2 12.5M1.5 14.5h13"
    Merged "i-merged" "M4.5 10.5v-5M4.5 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4.5 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM11.5 10a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4.6 5.5c.4 2 2.4 3 5.4 3"
    Offline "i-offline" "M2 2l12 12M5.2 5.6A3 3 0 0 0 4.7 12h6M7 4.1a3.7 3.7 0 0 1 4.5 2.5 2.8 2.8 0 0 1 2 3.9"
    Play "i-play" "M5 3.2v9.6l7.5-4.8z"
    Plus "i-plus" "M8 3v10M3 8h10"
    Pr "i-pr" "M4 10.5v-5M4 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM4 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM12 13.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM12 10.5V6c0-1-.7-1.8-1.7-1.8H8M9.7 2.5 8 4.2l1.7 1.7"
    Projects "i-projects" "M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z"
    Queue "i-queue" "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6"
    Ready "i-ready" "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z"
    Reconnect "i-reconnect" "M2.5 8a5.5 5.5 0 0 1 9.6-3.7M13.5 8a5.5 5.5 0 0 1-9.6 3.7M12.5 1.8v2.7H9.8M3.5 14.2v-2.7h2.7"
    Right "i-right" "M6.5 4l4 4-4 4"
    Ring "i-ring" "M14 8a6 6 0 1 1-6-6"
    Search "i-search" "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3 13.5 13.5"
    Send "i-send" "M8 13V3M4 7l4-4 4 4"
    SignedOut "i-signedout" "M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6"
    Stall "i-stall" "M3 4.2A6 6 0 0 1 6 2.3M8.8 2a6 6 0 0 1 3.6 1.9M13.8 6.4a6 6 0 0 1-.3 3.6M12 12.4a6 6 0 0 1-3.2 1.5M6 13.7a6 6 0 0 1-2.9-2.2M2.1 8.8a6 6 0 0 1 .2-2.4M8 5v3.2l2 1.3"
    Steer "i-steer" "M3 13V9.5a3 3 0 0 1 3-3h7M10 3.5l3 3-3 3"
    Stop "i-stop" "M4 4h8v8H4z"
    Sun "i-sun" "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1"
    Swap "i-swap" "M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13"
    Tag "i-tag" "M2.5 2.5h5L13.5 8.5 8.5 13.5 2.5 7.5zM5 5h.01"
    Terminal "i-term" "M2 3h12v10H2zM4.5 6 6.5 8l-2 2M8 10h3"
    Think "i-think" "M4.8 10.8A3 3 0 0 1 4.5 5a3.7 3.7 0 0 1 7-.3 3.1 3.1 0 0 1 .2 6.1ZM5.5 13.5h.01M8 13h.01"
    Todo "i-todo" "M2.5 4.2 3.6 5.3 5.5 3.2M2.5 11.2l1.1 1.1 1.9-2.1M8 4.5h5.5M8 11.5h5.5"
    Top "i-top" "M3 3h10M8 13.5V6M4.8 9 8 5.8 11.2 9"
    Trash "i-trash" "M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4"
    Undo "i-undo" "M3 6h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3 2.5 6l3 3"
    Up "i-up" "M4 9.5 8 5.5l4 4"
    User "i-user" "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM3 13.5c.6-2.3 2.4-3.5 5-3.5s4.4 1.2 5 3.5"
    View "i-view" "M3 4h10M5 8h6M7 12h2"
    Warn "i-warn" "M8 2 14.5 13.5h-13zM8 6.5v3.2M8 11.6h.01"
    Close "i-x" "M4 4l8 8M12 4l-8 8"
}

/// The sprite that [`Glyph`] refers to; once per document, which the server alone writes.
#[component]
pub fn Sprite() -> impl IntoView {
    let symbols = Icon::ALL.iter().map(|icon| {
        view! { <symbol id=icon.id() viewBox="0 0 16 16"><path d=icon.path()/></symbol> }
    });
    view! { <svg class="sprite" width="0" height="0" aria-hidden="true">{symbols.collect_view()}</svg> }
}

/// An icon beside words that say the same: a screen reader passes over it.
#[component]
pub fn Glyph(
    /// Which one.
    icon: Icon,
    /// 14 px instead of 16.
    #[prop(optional)]
    small: bool,
    /// Turns slowly: something is under way.
    #[prop(optional)]
    turning: bool,
) -> impl IntoView {
    let class = match (small, turning) {
        (false, false) => "icon",
        (true, false) => "icon is-small",
        (false, true) => "icon is-turning",
        (true, true) => "icon is-small is-turning",
    };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true">
            <use_ href=icon.reference()/>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_icon_is_in_the_sprite_once() {
        let ids: BTreeSet<_> = Icon::ALL.iter().map(|icon| icon.id()).collect();
        assert_eq!(ids.len(), Icon::ALL.len());
    }
}

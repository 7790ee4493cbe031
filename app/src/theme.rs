//! Light, dark, or as the system has it. The choice lies in a cookie, so that the server renders it.

use leptos::prelude::*;

use crate::ui::icon::Icon;
use crate::ui::switch::Switch;
use crate::{browser, cookie};

/// The cookie's name.
pub const COOKIE: &str = "mainstay_theme";
/// The attribute of the root element that the style sheets look at.
pub const ATTRIBUTE: &str = "data-theme";
/// The id of the switch.
pub const SWITCH: &str = "theme-switch";

/// A theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

impl Theme {
    /// Reads the cookie's value or the attribute's; anything unknown is the system's theme.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Reads the `Cookie` header of a request.
    #[must_use]
    pub fn from_cookies(header: &str) -> Self {
        cookie::value(header, COOKIE).map(Self::parse).unwrap_or_default()
    }

    /// The attribute's value; none for the system's theme.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// The cookie that keeps it, as a page sets it.
    #[must_use]
    pub fn cookie(self) -> String {
        cookie::kept(COOKIE, self.attribute().unwrap_or("system"))
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::System => "Theme: as the system. Switch to light",
            Self::Light => "Theme: light. Switch to dark",
            Self::Dark => "Theme: dark. Switch to the system's",
        }
    }
}

/// The theme that the page was rendered in.
fn shown() -> Option<Theme> {
    browser::root_attribute(ATTRIBUTE).map(|name| Theme::parse(&name))
}

/// The button that goes through the themes.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    // The page doesn't know its theme while it renders: the root element lies outside of it.
    let theme = RwSignal::new(None);
    Effect::new(move || theme.set(shown()));
    let words = Signal::derive(move || theme.get().map_or("Switch theme", Theme::words));
    let switch = move |()| {
        let next = theme.get_untracked().unwrap_or_default().next();
        browser::set_root_attribute(ATTRIBUTE, next.attribute());
        browser::keep_cookie(&next.cookie());
        theme.set(Some(next));
    };
    view! { <Switch id=SWITCH icon=Icon::Sun words on_press=switch/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_that_a_page_sets_is_read_back() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            let cookie = theme.cookie();
            let pair = cookie.split(';').next().unwrap();
            assert_eq!(Theme::from_cookies(&format!("other=1; {pair}; more=2")), theme);
        }
        assert_eq!(Theme::from_cookies("mainstay_theme=pink"), Theme::System);
        assert_eq!(Theme::from_cookies(""), Theme::System);
    }
}

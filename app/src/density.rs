//! How close things lie on the screen. The choice lies in a cookie, as the theme does, so that the server renders it.

use leptos::prelude::*;

use crate::ui::icon::Icon;
use crate::ui::switch::Switch;
use crate::{browser, cookie};

/// The cookie's name.
pub const COOKIE: &str = "mainstay_density";
/// The attribute of the root element that the style sheets look at.
pub const ATTRIBUTE: &str = "data-density";
/// The id of the switch.
pub const SWITCH: &str = "density-switch";

/// A density.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// More on the screen.
    #[default]
    Compact,
    /// More room around each thing.
    Comfortable,
}

impl Density {
    /// Reads the cookie's value or the attribute's; anything unknown is compact.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        if name == "comfortable" { Self::Comfortable } else { Self::Compact }
    }

    /// Reads the `Cookie` header of a request.
    #[must_use]
    pub fn from_cookies(header: &str) -> Self {
        cookie::value(header, COOKIE).map(Self::parse).unwrap_or_default()
    }

    /// The attribute's value; none for what needs none.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Compact => None,
            Self::Comfortable => Some("comfortable"),
        }
    }

    /// The cookie that keeps it, as a page sets it.
    #[must_use]
    pub fn cookie(self) -> String {
        cookie::kept(COOKIE, self.attribute().unwrap_or("compact"))
    }

    fn other(self) -> Self {
        match self {
            Self::Compact => Self::Comfortable,
            Self::Comfortable => Self::Compact,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Compact => "Density: compact. Switch to comfortable",
            Self::Comfortable => "Density: comfortable. Switch to compact",
        }
    }
}

/// The density that a page shows, in context; none before hydration.
#[derive(Clone, Copy, Debug)]
pub struct ShownDensity(RwSignal<Option<Density>>);

impl ShownDensity {
    /// Begins with what the page was rendered in, and gives it to the components below.
    pub fn provide() {
        let density = Self(RwSignal::new(None));
        provide_context(density);
        Effect::new(move || {
            density.0.set(browser::root_attribute(ATTRIBUTE).map(|name| Density::parse(&name)))
        });
    }

    /// The density. Tracks it.
    #[must_use]
    pub fn get(self) -> Option<Density> {
        self.0.get()
    }

    fn switch(self) {
        let next = self.0.get_untracked().unwrap_or_default().other();
        browser::keep_columns_in_place(|| browser::set_root_attribute(ATTRIBUTE, next.attribute()));
        browser::keep_cookie(&next.cookie());
        self.0.set(Some(next));
    }
}

/// The button that goes from one to the other.
#[component]
pub fn DensitySwitch() -> impl IntoView {
    let density = expect_context::<ShownDensity>();
    let words = Signal::derive(move || density.get().map_or("Switch density", Density::words));
    view! { <Switch id=SWITCH icon=Icon::Density words on_press=move |()| density.switch()/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_that_a_page_sets_is_read_back() {
        for density in [Density::Compact, Density::Comfortable] {
            let cookie = density.cookie();
            let pair = cookie.split(';').next().unwrap();
            assert_eq!(Density::from_cookies(&format!("other=1; {pair}; more=2")), density);
        }
        assert_eq!(Density::from_cookies("mainstay_density=airy"), Density::Compact);
        assert_eq!(Density::from_cookies(""), Density::Compact);
    }
}

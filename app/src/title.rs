//! What a tab of the browser is called.

use crate::live::Freshness;

/// Gives the page its title, and follows what `page` reads. To be called once per page.
#[cfg(target_arch = "wasm32")]
pub fn entitle(page: impl Fn() -> String + Send + Sync + 'static) {
    leptos::prelude::Effect::new(move || crate::browser::set_title(&document_title(&page())));
}

/// Gives the page its title: the renderer writes it into the document's head as it is.
#[cfg(not(target_arch = "wasm32"))]
pub fn entitle(page: impl Fn() -> String + Send + Sync + 'static) {
    let title = leptos::prelude::untrack(|| escaped(&document_title(&page())));
    // Its view is empty; what counts is that it was made.
    let _ = leptos_meta::Title(leptos_meta::TitleProps { formatter: None, text: Some(title.into()) });
}

/// The title of a document from that of its page.
fn document_title(page: &str) -> String {
    if page.is_empty() { "Mainstay".to_owned() } else { format!("{page} · Mainstay") }
}

/// The title of a page with the count of what needs a person before it, as long as there is a stream that tells.
#[must_use]
pub fn counting(needs_you: usize, status: Freshness, page: String) -> String {
    if needs_you > 0 && status.has_stream() { format!("({needs_you}) {page}") } else { page }
}

#[cfg(any(test, not(target_arch = "wasm32")))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_can_t_end_its_element() {
        let title = escaped(&document_title("</title><b> &amp;"));
        assert_eq!(title, "&lt;/title>&lt;b> &amp;amp; · Mainstay");
    }

    #[test]
    fn a_title_counts_what_needs_a_person_only_while_a_stream_tells() {
        let title = |count, status| counting(count, status, "Inbox".to_owned());
        assert_eq!(title(2, Freshness::Live), "(2) Inbox");
        assert_eq!(title(0, Freshness::Live), "Inbox");
        for status in [Freshness::Connecting, Freshness::Reconnecting { seconds: 2 }, Freshness::SignedOut] {
            assert_eq!(title(2, status), "Inbox", "{status:?}");
        }
    }

    #[test]
    fn a_page_without_a_title_has_the_products_name() {
        assert_eq!(document_title(""), "Mainstay");
    }
}

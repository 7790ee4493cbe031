//! What a tab of the browser is called.

use crate::live::Freshness;

/// The title of a document from that of its page.
#[must_use]
pub fn document_title(page: String) -> String {
    let title = if page.is_empty() { "Mainstay".to_owned() } else { format!("{page} · Mainstay") };
    // The browser takes a title as text, but the server's renderer writes it into the document as it is.
    if cfg!(target_arch = "wasm32") { title } else { escaped(&title) }
}

/// The title of a page with the count of what needs a person before it, as long as there is a stream that tells.
#[must_use]
pub fn counting(needs_you: usize, status: Freshness, page: String) -> String {
    if needs_you > 0 && status.has_stream() { format!("({needs_you}) {page}") } else { page }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_can_t_end_its_element() {
        let title = document_title("</title><b> &amp;".to_owned());
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
        assert_eq!(document_title(String::new()), "Mainstay");
    }
}

//! What a tab of the browser is called.

/// The title of a document from that of its page.
#[must_use]
pub fn document_title(page: String) -> String {
    let title = if page.is_empty() { "Mainstay".to_owned() } else { format!("{page} · Mainstay") };
    // The browser takes a title as text, but the server's renderer writes it into the document as it is.
    if cfg!(target_arch = "wasm32") { title } else { escaped(&title) }
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
    fn a_page_without_a_title_has_the_products_name() {
        assert_eq!(document_title(String::new()), "Mainstay");
    }
}

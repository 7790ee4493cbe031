//! Markdown as elements, never as a string of HTML: what someone wrote can't become markup.

use leptos::{html, prelude::*};
use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag};

/// How deep elements nest; what lies deeper is shown without its own element. Rendering recurses, so this must be
/// bounded whatever someone writes.
const MAX_DEPTH: usize = 24;

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Text(String),
    Element(Element, Vec<Self>),
}

/// What may surround other pieces; and `Rule`, `Break` and `Check`, which surround nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Element {
    Paragraph,
    Heading(u8),
    Quote,
    CodeBlock,
    Code,
    List {
        start: Option<u64>,
    },
    Item,
    Emphasis,
    Strong,
    Deleted,
    Link(String),
    Table,
    TableHead,
    TableRow,
    Cell {
        head: bool,
        end: bool,
    },
    Rule,
    Break,
    Check(bool),
    /// Nothing of its own: its pieces stand where it stood.
    Plain,
}

/// A text in Markdown. Raw HTML is shown as the text that it is, a picture as a link to it, and only links to the web
/// and to mail addresses are links.
#[component]
pub fn Markdown(
    /// The text.
    text: String,
) -> impl IntoView {
    view! { <div class="prose">{views(parse(&text))}</div> }
}

fn parse(text: &str) -> Vec<Node> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut tree = Tree::default();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(tag) => tree.open(&tag),
            Event::End(_) => tree.close(),
            Event::Text(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => tree.text(&text),
            Event::Code(text) => {
                tree.push(Node::Element(Element::Code, vec![Node::Text(text.into_string())]))
            }
            Event::SoftBreak => tree.text("\n"),
            Event::HardBreak => tree.push(Node::Element(Element::Break, vec![])),
            Event::Rule => tree.push(Node::Element(Element::Rule, vec![])),
            Event::TaskListMarker(done) => tree.push(Node::Element(Element::Check(done), vec![])),
        }
    }
    tree.finish()
}

/// The pieces read so far: those that are complete, and the elements that are still open.
#[derive(Default)]
struct Tree {
    done: Vec<Node>,
    open: Vec<(Element, Vec<Node>)>,
    /// How many elements are open beyond [`MAX_DEPTH`].
    beyond: usize,
    alignments: Vec<Alignment>,
    cell: usize,
}

impl Tree {
    fn open(&mut self, tag: &Tag<'_>) {
        let element = self.element(tag);
        if self.open.len() < MAX_DEPTH {
            self.open.push((element, vec![]));
        } else {
            self.beyond += 1;
        }
    }

    fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if let Some((element, children)) = self.open.pop() {
            self.push(Node::Element(element, children));
        }
    }

    fn push(&mut self, node: Node) {
        self.open.last_mut().map_or(&mut self.done, |(_, children)| children).push(node);
    }

    fn text(&mut self, text: &str) {
        self.push(Node::Text(text.to_owned()));
    }

    fn finish(mut self) -> Vec<Node> {
        while !self.open.is_empty() {
            self.beyond = 0;
            self.close();
        }
        self.done
    }

    fn element(&mut self, tag: &Tag<'_>) -> Element {
        match tag {
            Tag::Paragraph => Element::Paragraph,
            Tag::Heading { level, .. } => Element::Heading(heading(*level)),
            Tag::BlockQuote(_) => Element::Quote,
            Tag::CodeBlock(CodeBlockKind::Indented | CodeBlockKind::Fenced(_)) => Element::CodeBlock,
            Tag::List(start) => Element::List { start: *start },
            Tag::Item => Element::Item,
            Tag::Emphasis => Element::Emphasis,
            Tag::Strong => Element::Strong,
            Tag::Strikethrough => Element::Deleted,
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } if is_safe(dest_url) => {
                Element::Link(dest_url.to_string())
            }
            Tag::Table(alignments) => {
                self.alignments.clone_from(alignments);
                Element::Table
            }
            Tag::TableHead => {
                self.cell = 0;
                Element::TableHead
            }
            Tag::TableRow => {
                self.cell = 0;
                Element::TableRow
            }
            Tag::TableCell => {
                let end = self.alignments.get(self.cell) == Some(&Alignment::Right);
                self.cell += 1;
                let head = matches!(self.open.last(), Some((Element::TableHead, _)));
                Element::Cell { head, end }
            }
            Tag::HtmlBlock => Element::Paragraph,
            _ => Element::Plain,
        }
    }
}

/// The page and the card have the first two levels for themselves.
fn heading(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 3,
        HeadingLevel::H2 => 4,
        HeadingLevel::H3 => 5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => 6,
    }
}

/// Whether an address may be a link: an absolute one of the web or of mail.
fn is_safe(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else { return false };
    ["http", "https", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
}

fn views(nodes: Vec<Node>) -> Vec<AnyView> {
    nodes.into_iter().map(Node::into_view).collect()
}

impl Node {
    fn into_view(self) -> AnyView {
        match self {
            Self::Text(text) => text.into_any(),
            Self::Element(element, children) => element.around(views(children)),
        }
    }
}

impl Element {
    fn around(self, inner: Vec<AnyView>) -> AnyView {
        match self {
            Self::Paragraph => named("p", inner),
            Self::Heading(3) => named("h3", inner),
            Self::Heading(4) => named("h4", inner),
            Self::Heading(5) => named("h5", inner),
            Self::Heading(_) => named("h6", inner),
            Self::Quote => named("blockquote", inner),
            Self::CodeBlock => view! { <pre tabindex="0">{named("code", inner)}</pre> }.into_any(),
            Self::Code => named("code", inner),
            Self::List { start: None } => named("ul", inner),
            Self::List { start: Some(start) } => {
                view! { <ol start=start.to_string()>{inner}</ol> }.into_any()
            }
            Self::Item => named("li", inner),
            Self::Emphasis => named("em", inner),
            Self::Strong => named("strong", inner),
            Self::Deleted => named("del", inner),
            Self::Link(href) => {
                view! { <a href=href target="_blank" rel="noopener noreferrer">{inner}</a> }.into_any()
            }
            Self::Table => {
                let mut rows = inner.into_iter();
                let head = rows.next();
                let head = named("thead", head.into_iter().collect());
                named("table", vec![head, named("tbody", rows.collect())])
            }
            Self::TableHead | Self::TableRow => named("tr", inner),
            Self::Cell { head, end } => {
                let cell = html::custom(if head { "th" } else { "td" });
                cell.class(end.then_some("u-num")).child(inner).into_any()
            }
            Self::Rule => view! { <hr/> }.into_any(),
            Self::Break => view! { <br/> }.into_any(),
            Self::Check(done) => {
                let label = if done { "done" } else { "to do" };
                view! { <input type="checkbox" disabled checked=done aria-label=label/> }.into_any()
            }
            Self::Plain => inner.into_any(),
        }
    }
}

/// An element without attributes. In `view!` each name would be a type of its own, and each type costs 2 kB of client.
fn named(name: &'static str, inner: Vec<AnyView>) -> AnyView {
    html::custom(name).child(inner).into_any()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(text: &str) -> String {
        let owner = Owner::new();
        owner.with(|| views(parse(text)).to_html().replace("<!>", ""))
    }

    #[test]
    fn a_description_becomes_elements() {
        assert_eq!(
            html("# Why\n\nTo *see* **it** in `code`."),
            "<h3>Why</h3><p>To <em>see</em> <strong>it</strong> in <code>code</code>.</p>"
        );
        assert_eq!(html("1. one\n2. two"), "<ol start=\"1\"><li>one</li><li>two</li></ol>");
        assert_eq!(
            html("| a | b |\n|---|--:|\n| 1 | 2 |").replace(" class=\"\"", ""),
            "<table><thead><tr><th>a</th><th class=\"u-num\">b</th></tr></thead>\
             <tbody><tr><td>1</td><td class=\"u-num\">2</td></tr></tbody></table>"
        );
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        let shown = html("<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> and <b>bold</b>");
        assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("<b>"), "{shown}");
        assert!(shown.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{shown}");
    }

    #[test]
    fn only_links_to_the_web_and_to_mail_are_links() {
        for safe in ["https://example.org/", "HTTP://example.org", "mailto:a@example.org"] {
            assert!(html(&format!("[go]({safe})")).contains("<a href="), "{safe}");
        }
        for unsafe_link in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "/relative",
            "//host",
            "\\x01javascript:x",
        ] {
            let shown = html(&format!("[go](<{unsafe_link}>)"));
            assert!(!shown.contains("<a") && shown.contains("go"), "{unsafe_link}: {shown}");
        }
    }

    #[test]
    fn a_picture_is_a_link_so_that_nothing_is_fetched_unasked() {
        let shown = html("![a chart](https://example.org/chart.png)");
        assert!(shown.contains(">a chart</a>") && !shown.contains("<img"), "{shown}");
    }

    #[test]
    fn a_text_nested_without_end_is_shown() {
        let shown = html(&format!("{}deep", ">".repeat(60_000)));
        assert!(shown.contains("deep"));
        assert!(shown.matches("<blockquote>").count() <= MAX_DEPTH);
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup_of_its_own(text in "[<>\\[\\]()*_`#|>:a-z \n\"'&-]{0,80}") {
            let shown = html(&text);
            prop_assert!(!shown.contains("<script") && !shown.contains("<img") && !shown.contains("javascript:\""));
        }
    }
}

//! A text in Markdown, cut into passages that can be rendered one by one: while a text grows only its last passage
//! changes, so a long answer costs no more per word than a short one.

use std::ops::Range;

/// The passages of a text, as ranges of its bytes. They are cut at empty lines outside of code, and only where the next
/// line begins at the margin: what is indented may belong to a list.
#[must_use]
pub fn passages(text: &str) -> Vec<Range<usize>> {
    let mut cuts = vec![];
    let mut fence: Option<Fence<'_>> = None;
    let (mut offset, mut start, mut after_gap) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start_matches([' ', '>']).trim_end();
        let is_margin = !line.starts_with([' ', '\t', '\n', '\r']);
        if fence.is_none() && after_gap && is_margin && offset > start {
            cuts.push(start..offset);
            start = offset;
        }
        match fence {
            Some(open) if open.is_closed_by(trimmed) => fence = None,
            Some(_) => {}
            None => fence = Fence::at(trimmed),
        }
        after_gap = trimmed.is_empty();
        offset += line.len();
    }
    if offset > start {
        cuts.push(start..offset);
    }
    cuts
}

/// The line that code begins with. Source: `CommonMark` 0.31, section 4.5.
#[derive(Clone, Copy)]
struct Fence<'a> {
    /// Three or more of one character.
    mark: &'a str,
}

impl<'a> Fence<'a> {
    fn at(line: &'a str) -> Option<Self> {
        let sign = line.chars().next().filter(|sign| ['`', '~'].contains(sign))?;
        let rest = line.trim_start_matches(sign);
        let mark = &line[..line.len() - rest.len()];
        // Code within a line may begin with as many, and ends in it.
        let is_within = sign == '`' && rest.contains('`');
        (mark.len() >= 3 && !is_within).then_some(Self { mark })
    }

    /// A line of at least as many of the same, and nothing else, ends it.
    fn is_closed_by(self, line: &str) -> bool {
        Fence::at(line).is_some_and(|end| end.mark.len() == line.len() && end.mark.starts_with(self.mark))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        passages(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn paragraphs_are_passages() {
        assert_eq!(cut("one\nline\n\ntwo\n\n\nthree"), ["one\nline\n\n", "two\n\n\n", "three"]);
        assert_eq!(cut(""), Vec::<&str>::new());
    }

    #[test]
    fn code_is_never_cut() {
        let code = "```rust\nfn a() {}\n\nfn b() {}\n```\n";
        assert_eq!(cut(&format!("{code}\nafter")), [&format!("{code}\n"), "after"]);
        assert_eq!(cut("~~~\na\n\n```\n\nb"), ["~~~\na\n\n```\n\nb"], "a fence that is still open");
    }

    #[test]
    fn code_ends_where_a_fence_as_long_as_its_first_stands() {
        let code = "````md
```rust
let a;
```

## not cut
````
";
        assert_eq!(
            cut(&format!(
                "{code}
after"
            )),
            [
                &format!(
                    "{code}
"
                ),
                "after"
            ]
        );
    }

    #[test]
    fn what_is_indented_stays_with_its_list() {
        assert_eq!(cut("- one\n\n  more of it\n\n- two"), ["- one\n\n  more of it\n\n", "- two"]);
    }

    proptest! {
        #[test]
        fn passages_make_up_the_text_and_growing_changes_only_the_last(
            text in "[a`~\\- \n]{0,60}", more in "[a`~\\- \n]{0,20}",
        ) {
            prop_assert_eq!(cut(&text).concat(), text.clone());
            let longer = format!("{text}{more}");
            let (before, after) = (passages(&text), passages(&longer));
            let settled = before.len().saturating_sub(1);
            prop_assert_eq!(&before[..settled], &after[..settled]);
        }
    }
}

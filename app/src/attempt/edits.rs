//! The edits of a tool as lines: taken away, added, and a few unchanged ones around them.

use shared::conversation::FileEdit;

/// How many unchanged lines stand around what changed.
const AROUND: usize = 3;
/// The most lines of an edit that are compared one by one; a larger middle is shown as replaced as a whole.
const MAX_COMPARED: usize = 600;
/// The most lines of an edit that are shown.
pub const MAX_SHOWN: usize = 300;

/// A line of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// It stays.
    Same(String),
    /// It goes.
    Gone(String),
    /// It comes.
    New(String),
    /// So many that stay are left out.
    Skipped(usize),
}

/// How many lines an edit adds and takes away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Added.
    pub new: usize,
    /// Taken away.
    pub gone: usize,
}

/// The lines of an edit.
#[must_use]
pub fn lines(edit: &FileEdit) -> Vec<Line> {
    let before: Vec<&str> = edit.old_text.as_deref().unwrap_or_default().lines().collect();
    let after: Vec<&str> = edit.new_text.lines().collect();
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[head..], &after[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut lines: Vec<Line> = before[..head].iter().map(|line| Line::Same((*line).to_owned())).collect();
    compare(old, new, &mut lines);
    lines.extend(before[before.len() - tail..].iter().map(|line| Line::Same((*line).to_owned())));
    shortened(lines)
}

/// How many lines some edits add and take away.
#[must_use]
pub fn counts(edits: &[FileEdit]) -> Counts {
    let mut counts = Counts::default();
    for line in edits.iter().flat_map(lines) {
        match line {
            Line::New(_) => counts.new += 1,
            Line::Gone(_) => counts.gone += 1,
            Line::Same(_) | Line::Skipped(_) => {}
        }
    }
    counts
}

/// What turns one part into the other with the longest run of lines that stay.
fn compare(old: &[&str], new: &[&str], lines: &mut Vec<Line>) {
    let gone = |line: &&str| Line::Gone((*line).to_owned());
    let come = |line: &&str| Line::New((*line).to_owned());
    if old.len() > MAX_COMPARED || new.len() > MAX_COMPARED {
        lines.extend(old.iter().map(gone));
        lines.extend(new.iter().map(come));
        return;
    }
    let common = common_lengths(old, new);
    let width = new.len() + 1;
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            lines.push(Line::Same(old[i].to_owned()));
            i += 1;
            j += 1;
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            lines.push(gone(&old[i]));
            i += 1;
        } else {
            lines.push(come(&new[j]));
            j += 1;
        }
    }
    lines.extend(old[i..].iter().map(gone));
    lines.extend(new[j..].iter().map(come));
}

/// For each pair of places how many lines after them can stay.
fn common_lengths(old: &[&str], new: &[&str]) -> Vec<u16> {
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    common
}

/// Leaves out the lines that stay, but for a few around what changes.
fn shortened(lines: Vec<Line>) -> Vec<Line> {
    let changes: Vec<bool> = lines.iter().map(|line| !matches!(line, Line::Same(_))).collect();
    let is_near = |at: usize| {
        let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(changes.len());
        changes[around].contains(&true)
    };
    let mut short = vec![];
    for (at, line) in lines.into_iter().enumerate() {
        if is_near(at) {
            short.push(line);
        } else if let Some(Line::Skipped(count)) = short.last_mut() {
            *count += 1;
        } else {
            short.push(Line::Skipped(1));
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn edit(old: Option<&str>, new: &str) -> FileEdit {
        FileEdit { path: "a.rs".to_owned(), old_text: old.map(str::to_owned), new_text: new.to_owned() }
    }

    fn shown(old: Option<&str>, new: &str) -> String {
        let show = |line: &Line| match line {
            Line::Same(text) => format!(" {text}"),
            Line::Gone(text) => format!("-{text}"),
            Line::New(text) => format!("+{text}"),
            Line::Skipped(count) => format!("…{count}"),
        };
        lines(&edit(old, new)).iter().map(show).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn an_edit_shows_what_goes_and_what_comes() {
        assert_eq!(shown(Some("a\nb\nc"), "a\nB\nc"), " a|-b|+B| c");
        assert_eq!(shown(Some("a\nb\nc\nd"), "a\nc\nx\nd"), " a|-b| c|+x| d");
    }

    #[test]
    fn a_new_file_only_comes_and_an_emptied_one_only_goes() {
        assert_eq!(shown(None, "a\nb"), "+a|+b");
        assert_eq!(shown(Some("a\n"), ""), "-a");
        assert_eq!(counts(&[edit(None, "a\nb"), edit(Some("c"), "d")]), Counts { new: 3, gone: 1 });
    }

    #[test]
    fn lines_far_from_a_change_are_left_out() {
        let old: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let new = old.join("\n").replace("\n10\n", "\nten\n");
        assert_eq!(shown(Some(&old.join("\n")), &new), "…7| 7| 8| 9|-10|+ten| 11| 12| 13|…6");
    }

    #[test]
    fn a_huge_edit_is_bounded_work() {
        let old: String = (0..100_000).map(|n| format!("{n}\n")).collect();
        let new: String = (0..100_000).map(|n| format!("{}\n", n + 1)).collect();
        assert!(lines(&edit(Some(&old), &new)).len() <= 200_000);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_read_off_the_lines(old in "[ab\n]{0,20}", new in "[ab\n]{0,20}") {
            let (mut before, mut after) = (vec![], vec![]);
            let mut whole = vec![];
            compare(&old.lines().collect::<Vec<_>>(), &new.lines().collect::<Vec<_>>(), &mut whole);
            for line in whole {
                match line {
                    Line::Same(text) => { before.push(text.clone()); after.push(text); }
                    Line::Gone(text) => before.push(text),
                    Line::New(text) => after.push(text),
                    Line::Skipped(_) => unreachable!("nothing is left out yet"),
                }
            }
            prop_assert_eq!(before, old.lines().collect::<Vec<_>>());
            prop_assert_eq!(after, new.lines().collect::<Vec<_>>());
        }
    }
}

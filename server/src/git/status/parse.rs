//! Reading what `git status --porcelain=v2 -z --branch` prints.

use super::{Status, path};

/// The state that was printed. A line that is cut at the end counts as far as it can be read, an unknown one not at all.
pub(super) fn status(printed: &[u8]) -> Status {
    let mut status = Status::default();
    let mut lines = printed.split(|&byte| byte == 0);
    while let Some(line) = lines.next() {
        match line.split_at_checked(2) {
            Some((b"# ", header)) => read_header(&mut status, header),
            Some((b"1 ", entry)) => read_entry(&mut status, entry, 6),
            Some((b"2 ", entry)) => {
                read_entry(&mut status, entry, 7);
                // The path before the file was moved has a line of its own.
                lines.next();
            }
            Some((b"u ", _)) => add(&mut status.conflicted),
            Some((b"? ", file)) => read_untracked(&mut status, file),
            _ => {}
        }
    }
    status
}

fn read_header(status: &mut Status, header: &[u8]) {
    let Ok(header) = std::str::from_utf8(header) else { return };
    match header.split_once(' ') {
        Some(("branch.oid", commit)) if commit != "(initial)" => status.commit = Some(commit.to_owned()),
        Some(("branch.head", branch)) if branch != "(detached)" => status.branch = Some(branch.to_owned()),
        _ => {}
    }
}

/// Two letters for index and work tree, four for a submodule, some fields, and the path.
fn read_entry(status: &mut Status, entry: &[u8], fields_before_path: usize) {
    let (Some([index, work_tree]), Some(submodule)) = (entry.get(..2), entry.get(3..7)) else { return };
    if *index != b'.' {
        add(&mut status.staged);
    }
    if *work_tree != b'.' {
        add(&mut status.changed);
    }
    let differs = submodule.first() == Some(&b'S') && submodule.get(1..) != Some(b"...");
    let name = entry.splitn(fields_before_path + 2, |&byte| byte == b' ').nth(fields_before_path + 1);
    if let (true, Some(name)) = (differs, name) {
        status.submodules.push(path(name));
    }
}

fn read_untracked(status: &mut Status, file: &[u8]) {
    add(&mut status.untracked);
    // Git goes into each folder but another repository's.
    if let Some(repository) = file.strip_suffix(b"/") {
        status.repositories.push(path(repository));
    }
}

fn add(count: &mut u32) {
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_printed_status_is_read() {
        let hash = "0123456789012345678901234567890123456789";
        let printed = [
            "# branch.oid 1234",
            "# branch.head mainstay/WEB-1",
            "# branch.ab +1 -2",
            &format!("1 .M N... 100644 100644 100644 {hash} {hash} a file"),
            &format!("1 MM N... 100644 100644 100644 {hash} {hash} two\nlines"),
            &format!("1 .M S.MU 160000 160000 160000 {hash} {hash} my part"),
            &format!("1 .M SC.. 160000 160000 160000 {hash} {hash} moved part"),
            &format!("2 R. N... 100644 100644 100644 {hash} {hash} R100 new name"),
            "? this is the old name",
            &format!("u UU N... 100644 100644 100644 100644 {hash} {hash} {hash} both"),
            "? new",
            "? nested repo/",
            "! ignored",
            "",
        ];
        let expected = Status {
            commit: Some("1234".to_owned()),
            branch: Some("mainstay/WEB-1".to_owned()),
            changed: 4,
            staged: 2,
            untracked: 2,
            conflicted: 1,
            submodules: vec![PathBuf::from("my part"), PathBuf::from("moved part")],
            repositories: vec![PathBuf::from("nested repo")],
        };
        assert_eq!(status(printed.join("\0").as_bytes()), expected);
    }

    #[test]
    fn a_repository_without_a_commit_and_a_commit_without_a_branch() {
        assert_eq!(status(b"# branch.oid (initial)\0# branch.head (detached)\0"), Status::default());
    }

    proptest! {
        #[test]
        fn nothing_that_is_printed_makes_it_panic(
            lines in prop::collection::vec(("[12u?!#] ", prop::collection::vec(any::<u8>(), 0..60)), 0..6)
        ) {
            let printed: Vec<u8> =
                lines.into_iter().flat_map(|(kind, rest)| [kind.into_bytes(), rest, vec![0]].concat()).collect();
            status(&printed);
        }
    }
}

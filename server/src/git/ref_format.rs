//! What git takes for the name of a branch: the rules of `git check-ref-format --branch`, without asking git.

/// The most bytes of a name: each of its parts becomes a file with an ending, and all of it a path.
const MAX_BYTES: usize = 200;

/// Characters that a name can't have: some mean something to git, some to shells.
const FORBIDDEN: [char; 8] = [' ', '~', '^', ':', '?', '*', '[', '\\'];

/// Whether a branch can have this name.
pub(super) fn is_branch_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_BYTES
        // An option, and two words that mean a branch.
        && !name.starts_with('-')
        && name != "HEAD"
        && name != "@"
        && !name.ends_with('.')
        && !["..", "@{"].iter().any(|part| name.contains(part))
        && !name.chars().any(|c| c.is_control() || FORBIDDEN.contains(&c))
        && name.split('/').all(is_part)
}

fn is_part(part: &str) -> bool {
    !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::git::run::git;

    /// What git says.
    fn git_takes(name: &str) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let folder = std::env::temp_dir();
        let said =
            runtime.block_on(git(Path::new(&folder), &["check-ref-format", "--branch", name])).unwrap();
        said.status.success()
    }

    #[test]
    fn names_that_are_some_and_names_that_are_none() {
        for name in
            ["main", "mainstay/WEB-1-fix-login", "a.b/c", "@a", "{}", "über", "a-", "a/-b", "x.locked"]
        {
            assert!(is_branch_name(name) && git_takes(name), "{name}");
        }
        let none = [
            "", "-a", "HEAD", "a.", ".a", "a/.b", "a..b", "a@{b", "a b", "a~1", "a^", "a:b", "a?", "a*",
            "a[", "a\\b", "/a", "a/", "a//b", "a.lock", "a.lock/b", "a\u{7f}", "a\tb",
        ];
        for name in none {
            assert!(!is_branch_name(name) && !git_takes(name), "{name}");
        }
        // Git takes these, but `@` is read as another name of HEAD.
        assert!(!is_branch_name("@") && !is_branch_name(&"a".repeat(MAX_BYTES + 1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn git_takes_each_name_that_is_one(name in "[-a@{}./~^:?*\\[ lock\\\\H]{1,8}") {
            if is_branch_name(&name) {
                prop_assert!(git_takes(&name), "{}", name);
            }
        }
    }
}

//! The names of attempts' branches: made of a template, a ticket key and a title.

use std::fmt;

use super::ref_format::is_branch_name;

/// The template of those who have chosen none.
pub const DEFAULT_TEMPLATE: &str = "mainstay/{key}-{slug}";

const KEY: &str = "{key}";
const SLUG: &str = "{slug}";

/// The most characters of a slug.
const SLUG_CHARS: usize = 40;
/// The most characters that are taken of a ticket key; each has far fewer.
const KEY_CHARS: usize = 40;
/// The most bytes of a template: with key and slug it is a name still.
const TEMPLATE_BYTES: usize = 100;

/// What stands between the parts of a name, and goes with the slug if there is none.
const SEPARATORS: [char; 4] = ['-', '_', '.', '/'];

/// The name of a branch, such as git takes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchName(String);

impl BranchName {
    /// Takes a name if git does.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        is_branch_name(name).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name in full, as a reference.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }

    /// The names to try if this one is taken: itself, then `-2`, `-3` and so on.
    pub fn variants(&self) -> impl Iterator<Item = Self> {
        let numbered = (2_u32..).map(|number| Self::parse(&format!("{}-{number}", self.0)));
        std::iter::once(Some(self.clone())).chain(numbered).map_while(|name| name)
    }

    /// Whether this is one of the variants of another name.
    #[must_use]
    pub fn is_variant_of(&self, other: &Self) -> bool {
        self == other
            || self.0.strip_prefix(&other.0).and_then(|rest| rest.strip_prefix('-')).is_some_and(|number| {
                !number.starts_with('0') && number.parse::<u32>().is_ok_and(|number| number >= 2)
            })
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// How a board names its attempts' branches: a text with `{key}` and `{slug}` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchTemplate(String);

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It does not tell cards apart.
    #[error("the template has to contain {KEY}, so that each card's branch has a name of its own")]
    WithoutKey,
    /// It has braces around something else, or only one of them.
    #[error("the template may contain {KEY} and {SLUG}, and no other braces")]
    OtherBraces,
    /// It is too long.
    #[error("the template has more than {TEMPLATE_BYTES} bytes")]
    TooLong,
    /// It makes names that git does not take.
    #[error("git takes no branch of the name {example}, which this template makes")]
    NotABranch {
        /// Such a name.
        example: String,
    },
}

impl BranchTemplate {
    /// Takes a template that makes names of branches.
    ///
    /// # Errors
    /// If it makes others.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > TEMPLATE_BYTES {
            return Err(TemplateError::TooLong);
        }
        if !text.contains(KEY) {
            return Err(TemplateError::WithoutKey);
        }
        if text.replace(KEY, "").replace(SLUG, "").contains(['{', '}']) {
            return Err(TemplateError::OtherBraces);
        }
        let template = Self(text.to_owned());
        let example = template.fill("WEB-12", "fix-login");
        if is_branch_name(&example) { Ok(template) } else { Err(TemplateError::NotABranch { example }) }
    }

    /// The name for a card's branch.
    #[must_use]
    pub fn name(&self, key: &str, title: &str) -> BranchName {
        let (key, slug) = (word(key, KEY_CHARS), slug(title));
        let names = [self.fill(&key, &slug), self.fill(&key, ""), format!("mainstay/{key}")];
        // A slug can make a name with a forbidden ending, such as `.lock`; a key of nothing but dashes is none.
        names
            .iter()
            .find_map(|name| BranchName::parse(name))
            .unwrap_or_else(|| BranchName("mainstay/card".to_owned()))
    }

    fn fill(&self, key: &str, slug: &str) -> String {
        let keyed = self.0.replace(KEY, key);
        if !slug.is_empty() {
            return keyed.replace(SLUG, slug);
        }
        let parts: Vec<&str> = keyed.split(SLUG).map(|part| part.trim_end_matches(SEPARATORS)).collect();
        parts.concat().trim_start_matches(SEPARATORS).to_owned()
    }
}

impl Default for BranchTemplate {
    fn default() -> Self {
        Self(DEFAULT_TEMPLATE.to_owned())
    }
}

/// A title as a part of a name: lower-case letters, digits and single dashes between them; empty if there are none.
#[must_use]
pub fn slug(title: &str) -> String {
    word(&title.to_lowercase(), SLUG_CHARS)
}

/// The ASCII letters and digits of a text, with a dash for whatever is between them. It ends with a whole word if it can.
fn word(text: &str, max_chars: usize) -> String {
    // An apostrophe is inside of a word: `don't` has no two.
    let text: String = text.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        let dash = usize::from(!name.is_empty());
        let room = max_chars.saturating_sub(name.len() + dash);
        if word.len() > room && dash > 0 {
            break;
        }
        name.push_str(&"-"[..dash]);
        name.push_str(&word[..word.len().min(room)]);
    }
    name
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(template: &str, key: &str, title: &str) -> String {
        BranchTemplate::parse(template).unwrap().name(key, title).to_string()
    }

    #[test]
    fn a_slug_is_made_of_the_words_of_a_title() {
        assert_eq!(slug("Fix the Login!"), "fix-the-login");
        assert_eq!(slug("  Don't   panic -- ever  "), "dont-panic-ever");
        assert_eq!(slug("Crème brûlée №5"), "cr-me-br-l-e-5");
        assert_eq!(slug("プロジェクト"), "");
        assert_eq!(slug(""), "");
    }

    #[test]
    fn a_long_title_is_cut_between_words_and_a_long_word_inside() {
        let cut = slug("Make the settings page remember which of its tabs was open");
        assert_eq!(cut, "make-the-settings-page-remember-which-of");
        assert_eq!(slug(&"x".repeat(100)), "x".repeat(SLUG_CHARS));
        assert_eq!(slug(&format!("short {}", "x".repeat(100))), "short");
    }

    #[test]
    fn a_name_is_the_template_with_key_and_slug() {
        assert_eq!(BranchTemplate::default().name("WEB-1", "Fix login").as_str(), "mainstay/WEB-1-fix-login");
        assert_eq!(name("{key}", "WEB-1", "Fix login"), "WEB-1");
        assert_eq!(name("agents/{slug}/{key}", "WEB-1", "Fix login"), "agents/fix-login/WEB-1");
    }

    #[test]
    fn without_a_slug_its_separator_goes_too() {
        assert_eq!(name(DEFAULT_TEMPLATE, "WEB-1", "🚀"), "mainstay/WEB-1");
        assert_eq!(name("{slug}/{key}", "WEB-1", ""), "WEB-1");
        assert_eq!(name("a/{slug}/{key}", "WEB-1", ""), "a/WEB-1");
    }

    #[test]
    fn a_slug_that_would_make_the_name_impossible_is_left_out() {
        assert_eq!(name("{key}.{slug}", "WEB-1", "Lock"), "WEB-1");
    }

    #[test]
    fn a_template_that_makes_no_names_is_refused() {
        assert_eq!(BranchTemplate::parse("feature/{slug}"), Err(TemplateError::WithoutKey));
        assert_eq!(
            BranchTemplate::parse(&format!("{{key}}{}", "x".repeat(100))),
            Err(TemplateError::TooLong)
        );
        for template in
            ["my branch/{key}", "-{key}", "{key}.lock", "/{key}", "{key}/", "a..{key}", "{key}~{slug}"]
        {
            let refused = BranchTemplate::parse(template);
            assert!(matches!(refused, Err(TemplateError::NotABranch { .. })), "{template}: {refused:?}");
        }
    }

    #[test]
    fn the_variants_of_a_name_are_numbered_and_recognised() {
        let name = BranchName::parse("mainstay/WEB-1").unwrap();
        let variants: Vec<String> = name.variants().take(3).map(|it| it.to_string()).collect();
        assert_eq!(variants, ["mainstay/WEB-1", "mainstay/WEB-1-2", "mainstay/WEB-1-3"]);
        assert!(name.variants().take(20).all(|it| it.is_variant_of(&name)));
        for other in
            ["mainstay/WEB-12", "mainstay/WEB-1-fix", "mainstay/WEB-1-02", "mainstay/WEB-1-1", "WEB-1"]
        {
            assert!(!BranchName::parse(other).unwrap().is_variant_of(&name), "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_slug_has_letters_digits_and_single_dashes_between_them(title in ".{0,80}") {
            let slug = slug(&title);
            prop_assert!(slug.len() <= SLUG_CHARS);
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", slug);
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"), "{}", slug);
        }

        #[test]
        fn each_template_makes_names_that_git_takes(
            parts in prop::collection::vec(
                prop_oneof![Just("{key}"), Just("{slug}"), Just("/"), Just("."), Just("-"), Just("lock")],
                1..8,
            ),
            key in ".{0,60}",
            title in prop_oneof![".{0,60}", Just("Lock".to_owned())],
        ) {
            if let Ok(template) = BranchTemplate::parse(&parts.concat()) {
                let name = template.name(&key, &title);
                prop_assert!(is_branch_name(name.as_str()), "{}", name);
            }
        }
    }
}

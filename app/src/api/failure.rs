//! Why a call came to nothing, in words for the person who made it.

use shared::problem::Problem;

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct ApiFailure {
    /// The kind, to act on.
    pub kind: FailureKind,
    /// What happened and what to do, to show.
    pub sentence: String,
}

/// The kinds of failure that a page treats differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The server understood and said no.
    Refused(Box<Problem>),
    /// The sign-in ended.
    SignedOut,
    /// The thing in the address does not exist (any more).
    Gone,
    /// The server is busy, or its disk is full: the same call may work later.
    Unavailable,
    /// No answer came.
    Unreachable,
    /// An answer came that is not one of this API's.
    Unreadable,
}

impl ApiFailure {
    /// What the server said, and its hints.
    #[must_use]
    pub fn from_problem(problem: Problem) -> Self {
        let sentence = match problem.status {
            // What the server says about it is for scripts.
            401 => "You are signed out. Sign in, then try again.".to_owned(),
            _ => sentence(&problem),
        };
        let kind = match problem.status {
            401 => FailureKind::SignedOut,
            404 => FailureKind::Gone,
            429 | 500.. => FailureKind::Unavailable,
            _ => FailureKind::Refused(Box::new(problem)),
        };
        Self { kind, sentence }
    }

    /// No answer came.
    #[must_use]
    pub fn unreachable() -> Self {
        Self {
            kind: FailureKind::Unreachable,
            sentence: "Mainstay did not answer. Check that it is still running, then try again.".to_owned(),
        }
    }

    /// An answer came that is not one of this API's.
    #[must_use]
    pub fn unreadable() -> Self {
        Self {
            kind: FailureKind::Unreadable,
            sentence: "Mainstay's answer could not be read. Reload the page, then try again.".to_owned(),
        }
    }

    /// What is wrong with this field of the body, if that was said.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let FailureKind::Refused(problem) = &self.kind else { return None };
        problem.errors.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// Whether the same call may work later. What the server refuses it refuses again.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self.kind, FailureKind::Unreachable | FailureKind::Unavailable)
    }

    /// The HTTP status of a refusal.
    #[must_use]
    pub fn refused_with(&self) -> Option<u16> {
        match &self.kind {
            FailureKind::Refused(problem) => Some(problem.status),
            _ => None,
        }
    }
}

/// The detail (the title, if there is none), what is wrong with which field, and the hints.
fn sentence(problem: &Problem) -> String {
    let detail = if problem.detail.is_empty() { &problem.title } else { &problem.detail };
    let fields = problem.errors.iter().map(|error| format!("{}: {}", error.field, error.message));
    let parts = std::iter::once(detail.clone()).chain(fields).chain(problem.hints.iter().cloned());
    parts.filter(|part| !part.is_empty()).map(|part| closed(&part)).collect::<Vec<_>>().join(" ")
}

/// As a sentence of its own, so that several read well in a row.
fn closed(text: &str) -> String {
    let text = text.trim();
    let ended = text.ends_with(['.', '!', '?', '…', ':']);
    if ended { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::problem::FieldError;

    fn problem(status: u16) -> Problem {
        Problem {
            problem_type: "about:blank".to_owned(),
            title: "Conflict".to_owned(),
            status,
            detail: "WEB-3 is blocked by WEB-1".to_owned(),
            hints: vec!["Finish WEB-1 first, or remove the dependency.".to_owned()],
            errors: Vec::new(),
        }
    }

    #[test]
    fn a_refusal_reads_as_sentences_with_its_hints() {
        let failure = ApiFailure::from_problem(problem(409));
        assert_eq!(
            failure.sentence,
            "WEB-3 is blocked by WEB-1. Finish WEB-1 first, or remove the dependency."
        );
        assert_eq!(failure.refused_with(), Some(409));
    }

    #[test]
    fn a_problem_without_a_detail_is_told_by_its_title() {
        let bare = Problem { detail: String::new(), hints: Vec::new(), ..problem(409) };
        assert_eq!(ApiFailure::from_problem(bare).sentence, "Conflict.");
    }

    #[test]
    fn a_refused_field_is_found_by_its_name() {
        let errors = vec![FieldError { field: "title".to_owned(), message: "must not be empty".to_owned() }];
        let failure = ApiFailure::from_problem(Problem { errors, ..problem(422) });
        assert_eq!(failure.field("title"), Some("must not be empty"));
        assert_eq!(failure.field("labels"), None);
        assert!(failure.sentence.contains("title: must not be empty."));
    }

    #[test]
    fn the_status_decides_what_a_page_does_about_it() {
        let kind = |status| ApiFailure::from_problem(problem(status)).kind;
        assert_eq!(kind(401), FailureKind::SignedOut);
        assert_eq!(kind(404), FailureKind::Gone);
        for busy in [429, 500, 503, 507] {
            assert_eq!(kind(busy), FailureKind::Unavailable, "{busy}");
        }
        for refused in [400, 403, 409, 412, 413, 415, 422] {
            assert!(matches!(kind(refused), FailureKind::Refused(_)), "{refused}");
        }
    }
}

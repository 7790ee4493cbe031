//! What someone has typed to add a project, and what the server says about it.

use shared::requests::{CreateBoard, validate};

use crate::api::{ApiFailure, FailureKind};

/// A project that is not added yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Draft {
    path: String,
    /// As it was typed; until then the name follows the path.
    name: Option<String>,
    /// What was last sent: the same again has the same id, so that it happens once even if its answer got lost.
    sent: Option<CreateBoard>,
}

impl Draft {
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn set_path(&mut self, path: String) {
        self.path = path;
    }

    pub(super) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| folder_name(&self.path))
    }

    /// A name that was typed; an empty one follows the path again.
    pub(super) fn set_name(&mut self, name: String) {
        self.name = Some(name).filter(|name| !name.is_empty());
    }

    /// What is sent to the server.
    ///
    /// # Errors
    /// What is wrong with what was typed.
    pub(super) fn request(
        &mut self,
        initialize: bool,
        new_id: impl FnOnce() -> String,
    ) -> Result<CreateBoard, Refusal> {
        let path = self.path.trim();
        if path.is_empty() {
            return Err(Refusal::of_path("Type the path of a folder on the machine that Mainstay runs on."));
        }
        let name = validate::board_name(self.name()).map_err(Refusal::of_name)?;
        let body = CreateBoard { id: None, name, repository_path: path.to_owned(), initialize };
        let id = match self.sent.take() {
            Some(sent) if (CreateBoard { id: None, ..sent.clone() }) == body => sent.id,
            _ => Some(new_id().into()),
        };
        let body = CreateBoard { id, ..body };
        self.sent = Some(body.clone());
        Ok(body)
    }
}

/// The last part of a path: what a project is called unless someone says otherwise.
fn folder_name(path: &str) -> &str {
    let name = path.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if matches!(name, "." | ".." | "~") { "" } else { name }
}

/// Why a project was not added, sorted by where it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// At the path.
    pub(super) path: Option<String>,
    /// At the name.
    pub(super) name: Option<String>,
    /// At neither.
    pub(super) other: Option<String>,
    /// Whether a repository can be made at the path.
    pub(super) can_initialize: bool,
}

impl Refusal {
    fn of_path(text: impl Into<String>) -> Self {
        Self { path: Some(text.into()), ..Self::default() }
    }

    fn of_name(text: impl Into<String>) -> Self {
        Self { name: Some(text.into()), ..Self::default() }
    }

    /// What the server said.
    pub(super) fn of(failure: &ApiFailure) -> Self {
        let FailureKind::Refused(problem) = &failure.kind else {
            return Self { other: Some(failure.sentence.clone()), ..Self::default() };
        };
        let can_initialize = failure.field("initialize").is_some();
        // The hints belong to the first thing that is wrong; making a repository is offered by a button.
        let hints = if can_initialize { String::new() } else { problem.hints.join(" ") };
        let with_hints = |text: &str| format!("{text} {hints}").trim_end().to_owned();
        let path = failure.field("repositoryPath").map(with_hints);
        let name =
            failure.field("name").map(|text| if path.is_some() { text.to_owned() } else { with_hints(text) });
        let other = (path.is_none() && name.is_none()).then(|| failure.sentence.clone());
        Self { path, name, other, can_initialize }
    }
}

#[cfg(test)]
mod tests {
    use shared::problem::{FieldError, Problem};

    use super::*;

    fn draft(path: &str) -> Draft {
        Draft { path: path.to_owned(), ..Draft::default() }
    }

    fn refused(errors: &[(&str, &str)], hints: &[&str]) -> Refusal {
        let error = |(field, message): &(&str, &str)| FieldError {
            field: (*field).to_owned(),
            message: (*message).to_owned(),
        };
        Refusal::of(&ApiFailure::from_problem(Problem {
            problem_type: "about:blank".to_owned(),
            title: "Unprocessable Entity".to_owned(),
            status: 422,
            detail: "It was refused".to_owned(),
            hints: hints.iter().map(|hint| (*hint).to_owned()).collect(),
            errors: errors.iter().map(error).collect(),
        }))
    }

    #[test]
    fn a_project_is_named_after_its_folder_until_someone_names_it() {
        let mut draft = draft("/src/lodestar/");
        assert_eq!(draft.name(), "lodestar");
        draft.set_path("/src/tidepool".to_owned());
        assert_eq!(draft.name(), "tidepool");
        draft.set_name("Tide pool".to_owned());
        draft.set_path("/src/other".to_owned());
        assert_eq!(draft.name(), "Tide pool");
        draft.set_name(String::new());
        assert_eq!(draft.name(), "other");
    }

    #[test]
    fn a_path_without_a_folders_name_gives_none() {
        for path in ["", "/", "~", "..", "a/.."] {
            assert_eq!(draft(path).name(), "", "{path:?}");
        }
        assert_eq!(draft(" ~/notes ").name(), "notes");
    }

    #[test]
    fn the_same_creation_keeps_its_id_and_another_gets_a_new_one() {
        let mut draft = draft("/src/lodestar");
        let mut ids = 0;
        let mut new_id = || {
            ids += 1;
            ids.to_string()
        };
        let first = draft.request(false, &mut new_id).unwrap();
        assert_eq!(draft.request(false, &mut new_id).unwrap(), first);
        let other = draft.request(true, &mut new_id).unwrap();
        assert_ne!(other.id, first.id);
        draft.set_path("/src/lode".to_owned());
        assert_ne!(draft.request(true, &mut new_id).unwrap().id, other.id);
    }

    #[test]
    fn nothing_is_sent_without_a_path_or_with_an_impossible_name() {
        let no_id = || unreachable!("nothing is sent");
        assert!(draft("  ").request(false, no_id).unwrap_err().path.is_some());
        assert!(draft("/").request(false, no_id).unwrap_err().name.is_some());
    }

    #[test]
    fn a_refusal_is_shown_at_its_field_with_its_hints() {
        let refusal = refused(&[("repositoryPath", "There is nothing at /x.")], &["Check the path."]);
        assert_eq!(refusal, Refusal::of_path("There is nothing at /x. Check the path."));
        let refusal = refused(&[("name", "It can't be empty.")], &[]);
        assert_eq!(refusal, Refusal::of_name("It can't be empty."));
        let refusal = refused(&[], &["Try again."]);
        assert_eq!(refusal.other.as_deref(), Some("It was refused. Try again."));
    }

    #[test]
    fn where_a_repository_can_be_made_that_is_offered_instead_of_hinted_at() {
        let errors =
            [("repositoryPath", "/x is not a repository."), ("initialize", "Send true to make one.")];
        let refusal = refused(&errors, &["Send `initialize: true`."]);
        assert!(refusal.can_initialize);
        assert_eq!(refusal.path.as_deref(), Some("/x is not a repository."));
    }

    #[test]
    fn what_is_no_refusal_is_told_as_a_whole() {
        let refusal = Refusal::of(&ApiFailure::unreachable());
        assert_eq!(refusal.other, Some(ApiFailure::unreachable().sentence));
    }
}

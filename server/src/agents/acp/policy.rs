//! What is answered to a question without asking a person.

use shared::conversation::{PermissionKind, ToolKind};
use shared::ids::OptionId;

use crate::agents::driver::Policy;
use crate::agents::said::Question;

/// The option that the policy chooses; none leaves it to a person. Options are told by their kind, never by their words
/// or place.
///
/// [`Policy::AcceptEdits`] allows what edits, deletes or moves files that lie in the worktree: it is the agent's own copy,
/// and all that it does there is seen when its work is looked at. It allows each time anew, because what an agent would
/// never ask about again need not stay in the worktree.
pub(super) fn decide(policy: Policy, question: &Question, is_in_worktree: bool) -> Option<OptionId> {
    let of_kind = |kind| question.options.iter().find(|option| option.kind == kind);
    let once = of_kind(PermissionKind::AllowOnce);
    let chosen = match policy {
        Policy::Ask => None,
        Policy::AcceptEdits => once.filter(|_| is_in_worktree && changes_files(question)),
        Policy::AllowAll => once.or_else(|| of_kind(PermissionKind::AllowAlways)),
    };
    chosen.map(|option| option.option_id.clone())
}

fn changes_files(question: &Question) -> bool {
    let kind = question.tool.as_ref().and_then(|tool| tool.kind);
    matches!(kind, Some(ToolKind::Edit | ToolKind::Delete | ToolKind::Move))
}

#[cfg(test)]
mod tests {
    use shared::conversation::PermissionOption;

    use super::*;
    use crate::agents::said::ToolChange;

    const ALL: [(&str, PermissionKind); 4] = [
        ("never", PermissionKind::RejectAlways),
        ("no", PermissionKind::RejectOnce),
        ("always", PermissionKind::AllowAlways),
        ("yes", PermissionKind::AllowOnce),
    ];

    fn question(kind: Option<ToolKind>, options: &[(&str, PermissionKind)]) -> Question {
        let options = options.iter().map(|(id, kind)| PermissionOption {
            option_id: (*id).into(),
            name: "Yes".into(),
            kind: *kind,
        });
        Question {
            tool: Some(ToolChange { kind, ..ToolChange::none("t".into()) }),
            options: options.collect(),
        }
    }

    fn decided(policy: Policy, question: &Question, is_in_worktree: bool) -> Option<String> {
        decide(policy, question, is_in_worktree).map(String::from)
    }

    #[test]
    fn a_person_is_asked_about_everything_if_that_is_the_policy() {
        assert_eq!(decided(Policy::Ask, &question(Some(ToolKind::Edit), &ALL), true), None);
    }

    #[test]
    fn everything_is_allowed_once_rather_than_for_good() {
        assert_eq!(decided(Policy::AllowAll, &question(None, &ALL), false), Some("yes".into()));
        assert_eq!(decided(Policy::AllowAll, &question(None, &ALL[..3]), false), Some("always".into()));
        assert_eq!(decided(Policy::AllowAll, &question(None, &ALL[..2]), false), None);
    }

    #[test]
    fn changes_of_files_in_the_worktree_are_accepted_and_nothing_else() {
        for kind in [ToolKind::Edit, ToolKind::Delete, ToolKind::Move] {
            let question = question(Some(kind), &ALL);
            assert_eq!(decided(Policy::AcceptEdits, &question, true), Some("yes".into()));
            assert_eq!(decided(Policy::AcceptEdits, &question, false), None);
        }
        for kind in [Some(ToolKind::Execute), Some(ToolKind::Fetch), Some(ToolKind::Other), None] {
            assert_eq!(decided(Policy::AcceptEdits, &question(kind, &ALL), true), None, "{kind:?}");
        }
        let only_for_good = question(Some(ToolKind::Edit), &ALL[..3]);
        assert_eq!(decided(Policy::AcceptEdits, &only_for_good, true), None);
    }
}

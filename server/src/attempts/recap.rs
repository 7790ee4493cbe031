//! What an agent is told that has no memory of the attempt: what it was asked, and what was said since.

use shared::conversation::{ConversationItem, ItemKind, Role};

/// The most bytes of what was said; the newest counts.
const MAX_SAID: usize = 16 * 1024;

/// A prompt that begins with what went before: the task, and the end of the conversation. If the conversation ends with the
/// prompt already, it is not repeated; and if nothing went before it, the prompt is all.
#[must_use]
pub fn recap(task: &str, said: &[ConversationItem], prompt: &str) -> String {
    let said = without_prompt(said, prompt);
    if said.is_empty() {
        return prompt.to_owned();
    }
    let mut lines = Vec::new();
    let mut length = 0;
    for item in said.iter().rev() {
        let Some(line) = line(item) else { continue };
        length += line.len();
        if length > MAX_SAID {
            break;
        }
        lines.push(line);
    }
    lines.reverse();
    format!(
        "You have worked on this before, in this folder, and your changes are in it. The task was:\n\n{task}\n\n\
         This is what was said and done so far:\n\n{}\n\nNow:\n\n{prompt}",
        lines.join("\n\n")
    )
}

/// What went before a prompt that may be the conversation's end.
fn without_prompt<'a>(said: &'a [ConversationItem], prompt: &str) -> &'a [ConversationItem] {
    match said {
        [before @ .., ConversationItem { kind: ItemKind::Message { role: Role::User, text }, .. }]
            if text == prompt =>
        {
            before
        }
        _ => said,
    }
}

fn line(item: &ConversationItem) -> Option<String> {
    match &item.kind {
        ItemKind::Message { role: Role::User, text } => Some(format!("Person: {text}")),
        ItemKind::Message { role: Role::Agent, text } => Some(format!("You: {text}")),
        ItemKind::Tool(tool) => Some(format!("You used a tool: {}", tool.name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::ItemId;
    use shared::time::Timestamp;

    use super::*;

    fn message(role: Role, text: &str) -> ConversationItem {
        let kind = ItemKind::Message { role, text: text.to_owned() };
        ConversationItem { id: ItemId::new("i"), timestamp: Timestamp::UNIX_EPOCH, kind }
    }

    #[test]
    fn the_task_what_was_said_and_the_prompt_are_in_it_in_this_order() {
        let said = [message(Role::User, "Do it"), message(Role::Agent, "Done half")];
        let text = recap("Do it", &said, "Go on");
        let at = |part| text.find(part).unwrap_or_else(|| panic!("{part} is missing in {text}"));
        assert!(at("was:\n\nDo it") < at("Person: Do it"));
        assert!(at("Person: Do it") < at("You: Done half") && at("You: Done half") < at("Now:\n\nGo on"));
    }

    #[test]
    fn a_prompt_that_ends_the_conversation_already_is_said_once() {
        let said =
            [message(Role::User, "Do it"), message(Role::Agent, "Done"), message(Role::User, "Test it")];
        let text = recap("Do it", &said, "Test it");
        assert_eq!(text.matches("Test it").count(), 1, "{text}");
        assert_eq!(recap("Do it", &said[..1], "Do it"), "Do it", "nothing went before it");
    }

    #[test]
    fn of_a_long_conversation_the_end_is_kept() {
        let said: Vec<_> =
            (0..100).map(|n| message(Role::Agent, &format!("{n} {}", "x".repeat(1000)))).collect();
        let text = recap("Do it", &said, "Go on");
        assert!(text.len() < MAX_SAID + 1000 && text.contains("You: 99 ") && !text.contains("You: 50 "));
    }
}

//! A translation that is restored goes on as if it had never been interrupted.

use proptest::prelude::*;

use super::*;

/// Some update: few tools, terminals and questions, so that updates meet the same ones.
fn some_update() -> impl Strategy<Value = Update> {
    let chunk = (0..3usize, 0..4usize).prop_map(|(kind, text)| {
        let kind = ["agent_message_chunk", "agent_thought_chunk", "user_message_chunk"][kind];
        let text = ["", "word ", "line\n", "€"][text];
        said(&json!({"sessionUpdate": kind, "content": {"type": "text", "text": text}}).to_string())
    });
    let other = (0..3usize, 0..3u32).prop_map(|(kind, x)| {
        let kind = ["usage_update", "current_mode_update", "of_the_future"][kind];
        said(&json!({"sessionUpdate": kind, "x": x}).to_string())
    });
    let request = (0..4usize).prop_map(|id| RequestId::from(["q1", "q2", "q3", "q4"][id]));
    let asks = (request.clone(), 0..14usize).prop_map(|(request_id, tool)| {
        let question =
            json!({"toolCall": {"toolCallId": format!("t{tool}"), "title": "May I?"}, "options": []});
        Update::Asked { request_id, question: raw(&question.to_string()) }
    });
    let settles = (request, any::<bool>())
        .prop_map(|(request_id, yes)| Update::Settled { request_id, option_id: yes.then(|| "y".into()) });
    let terminal_id = (0..3usize).prop_map(|id| ["x", "y", "t1"][id].to_owned());
    let prints = (terminal_id.clone(), 0..3usize).prop_map(|(terminal_id, text)| Update::Terminal {
        terminal_id,
        output: ["", "out\n", "more"][text].to_owned(),
    });
    let exits = (terminal_id, prop::option::of(0..2i32))
        .prop_map(|(terminal_id, exit_code)| Update::TerminalEnded { terminal_id, exit_code });
    let ends = (0..4usize).prop_map(|end| match end {
        0 => Update::TurnEnded(TurnEnd::Done),
        1 => Update::TurnEnded(TurnEnd::Cancelled),
        2 => Update::TurnEnded(TurnEnd::Failed { reason: "no".into() }),
        _ => Update::Ended { reason: "gone".into() },
    });
    prop_oneof![
        6 => chunk,
        12 => some_tool(),
        2 => other,
        2 => asks,
        2 => settles,
        4 => prints,
        2 => exits,
        1 => ends,
    ]
}

fn some_tool() -> impl Strategy<Value = Update> {
    let content = prop::option::of(prop::collection::vec(0..5usize, 0..3));
    let status = prop::option::of(0..4usize);
    (any::<bool>(), 0..14usize, status, content, any::<bool>()).prop_map(
        |(is_new, id, status, content, returns)| {
            let kind = if is_new { "tool_call" } else { "tool_call_update" };
            let mut update = json!({"sessionUpdate": kind, "toolCallId": format!("t{id}")});
            if is_new {
                update["title"] = json!(format!("Tool {id}"));
            }
            if let Some(status) = status {
                update["status"] = json!(["pending", "in_progress", "completed", "failed"][status]);
            }
            if let Some(parts) = content {
                let part = |part: usize| match part {
                    0 => json!({"type": "content", "content": {"type": "text", "text": "out"}}),
                    1 => json!({"type": "content", "content": {"type": "text", "text": "out\nmore"}}),
                    2 => json!({"type": "diff", "path": "a", "newText": "b"}),
                    3 => json!({"type": "terminal", "terminalId": "x"}),
                    _ => json!({"type": "terminal", "terminalId": "y"}),
                };
                update["content"] = parts.into_iter().map(part).collect();
            }
            if returns {
                update["rawOutput"] = json!("returned");
            }
            said(&update.to_string())
        },
    )
}

proptest! {
    #[test]
    fn wherever_it_is_cut_the_conversation_is_the_same(updates in prop::collection::vec(some_update(), 0..80), cut in 0..80usize) {
        let mut whole = Told::default();
        let mut restored = Told::default();
        for (n, update) in updates.iter().enumerate() {
            whole.take(update);
            if n == cut {
                restored.translation = Translation::restore(restored.conversation.items.clone());
            }
            restored.take(update);
        }
        prop_assert_eq!(whole.conversation, restored.conversation);
    }

    #[test]
    fn joined_it_is_the_same_conversation(updates in prop::collection::vec(some_update(), 0..40)) {
        let mut told = Told::default();
        let changes: Vec<Change> = updates.iter().flat_map(|update| told.take(update)).collect();
        let facts = |changes: &[Change]| {
            let facts = changes.iter().filter(|it| matches!(it, Change::Happened(_) | Change::Log { .. }));
            facts.cloned().collect::<Vec<_>>()
        };
        let joined = join(changes.clone());
        let mut again = Conversation::default();
        joined.iter().for_each(|change| fold(&mut again, change));
        prop_assert_eq!(again, told.conversation);
        prop_assert_eq!(facts(&joined), facts(&changes));
    }
}

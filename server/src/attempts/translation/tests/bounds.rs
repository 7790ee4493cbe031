//! What is sent and kept stays within bounds.

use super::super::speech::MAX_TEXT;
use super::super::tools::MAX_OUTPUT;
use super::*;

#[test]
fn a_long_message_in_single_tokens_costs_little_more_than_its_size() {
    let mut told = Told::default();
    let mut size = 0;
    let mut changes = Vec::new();
    for token in (0..).map(|n| format!("wort{} ", n % 10)) {
        size += token.len();
        changes.extend(told.chunk("agent_message_chunk", &token));
        if size >= 200_000 {
            break;
        }
    }
    // As it is when each hundredth of it is sent at once.
    let batches = changes.chunks(changes.len() / 100).map(|batch| cost(&join(batch.to_vec())));
    let batches: usize = batches.sum();
    let whole = cost(&join(changes));
    assert!(whole <= size + 1000 && batches <= 2 * size, "{whole} and {batches} for {size} bytes");
}

#[test]
fn a_text_without_an_end_goes_on_in_another_item() {
    let mut told = Told::default();
    let euros = "€".repeat(MAX_TEXT / 2);
    told.chunk("agent_message_chunk", "a");
    told.chunk("agent_message_chunk", &euros);
    told.chunk("agent_message_chunk", "b");
    let texts: Vec<&str> = told.conversation.items.iter().map(|it| it.growing_text().unwrap()).collect();
    assert_eq!(texts.concat(), format!("a{euros}b"));
    assert!(texts.iter().all(|text| text.len() <= MAX_TEXT));
    assert_eq!(texts.len(), 3);
}

#[test]
fn an_output_without_an_end_keeps_its_beginning() {
    let mut told = Told::default();
    let mut cost = 0;
    for _ in 0..40 {
        cost += super::cost(&told.take(&terminal(&"x".repeat(100_000))));
    }
    let output = told.tool("term").output.clone().unwrap();
    assert!(output.len() < MAX_OUTPUT + 100 && output.ends_with("too long to be kept]\n"));
    assert!(cost < MAX_OUTPUT + 10_000, "{cost}");
}

#[test]
fn tools_that_are_told_again_in_full_cost_what_is_new() {
    let mut told = Told::default();
    let mut text = String::new();
    let mut cost = 0;
    for n in 0..1000 {
        text += &format!("line {n}\n");
        let content = json!([{"type": "content", "content": {"type": "text", "text": text}}]);
        let update = json!({"sessionUpdate": "tool_call_update", "toolCallId": "t", "content": content});
        cost += super::cost(&told.said(&update.to_string()));
    }
    assert_eq!(told.tool("t").output.as_deref(), Some(text.as_str()));
    assert!(cost < 10 * text.len(), "{cost} for {}", text.len());
}

#[test]
fn only_so_many_tools_are_kept_in_mind() {
    let mut told = Told::default();
    for n in 0..200 {
        told.said(&format!(
            r#"{{"sessionUpdate":"tool_call","toolCallId":"t{n}","title":"T","status":"in_progress"}}"#
        ));
    }
    let open = told.conversation.items.iter().filter(|item| in_words(item).contains("InProgress")).count();
    assert_eq!(open, 64);
    told.said(r#"{"sessionUpdate":"tool_call_update","toolCallId":"t150","status":"completed"}"#);
    assert_eq!(told.tool("t150").status, ToolStatus::Completed);
    told.take(&Update::TurnEnded(TurnEnd::Done));
    assert!(!told.items().iter().any(|item| item.contains("InProgress")));
    assert_eq!(told.items().len(), 200);
}

//! The bodies that tell of agents, and what their definitions have to look like.

use std::collections::BTreeMap;

use serde_json::json;
use shared::agent::{AgentDefinition, Protocol};
use shared::requests::{Patch, PatchAgent, RegisterAgent, limits, validate};

use crate::requests::{refused, same};

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

fn variables(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    variables.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

#[test]
fn agents() {
    let register = RegisterAgent {
        agent: "aider".into(),
        label: "Aider".into(),
        protocol: Protocol::Command,
        command: words(&["aider", "--message={prompt}"]),
        env: BTreeMap::new(),
    };
    let body = json!({
        "agent": "aider", "label": "Aider", "protocol": "command", "command": ["aider", "--message={prompt}"],
    });
    same(&register, body.clone());
    let with_env = RegisterAgent { env: variables(&[("KEY", "x")]), ..register };
    let mut body_with_env = body.clone();
    body_with_env["env"] = json!({"KEY": "x"});
    same(&with_env, body_with_env.clone());
    let definition: AgentDefinition = serde_json::from_value(body_with_env.clone()).expect("the same fields");
    assert_eq!(serde_json::to_value(&definition).expect("a definition can be written"), body_with_env);

    let mut null = body.clone();
    null["env"] = json!(null);
    assert!(serde_json::from_value::<RegisterAgent>(null).is_ok_and(|body| body.env.is_empty()));
    for field in ["agent", "label", "protocol", "command"] {
        let mut less = body.clone();
        less.as_object_mut().expect("an object").remove(field);
        assert!(refused::<RegisterAgent>(less), "{field}");
    }
    assert!(refused::<RegisterAgent>(json!({"protocol": "telepathy"})));

    same(&PatchAgent::default(), json!({}));
    same(&PatchAgent { env: Patch::Null, ..PatchAgent::default() }, json!({"env": null}));
    let patch = PatchAgent {
        label: Some("A".into()),
        protocol: Some(Protocol::Acp),
        command: Some(words(&["a"])),
        env: Patch::Value(BTreeMap::new()),
    };
    same(&patch, json!({"label": "A", "protocol": "acp", "command": ["a"], "env": {}}));
    assert!(refused::<PatchAgent>(json!({"command": null})));
    assert!(refused::<PatchAgent>(json!({"agent": "other"})), "a name stays");
}

#[test]
fn names_of_agents() {
    for good in ["a", "claude", "my-agent-2", &"x".repeat(64)] {
        assert_eq!(validate::agent::id(&good.into()), Ok(good.into()));
    }
    for bad in ["", "A", "a b", "a_b", "ä", "a/b", &"x".repeat(65)] {
        assert!(validate::agent::id(&bad.into()).is_err(), "{bad}");
    }
    assert_eq!(validate::agent::label(" Aider "), Ok("Aider".into()));
    assert_eq!(validate::agent::label(""), Err("The agent's label can't be empty.".into()));
}

#[test]
fn commands() {
    let command = |command: &[&str]| validate::agent::command(&words(command));
    for good in [&["aider"][..], &["/opt/x", "", "two\nlines"], &["a", "{prompt}", "./b"]] {
        assert_eq!(command(good), Ok(words(good)));
    }
    assert_eq!(command(&[]), Err("The command names no program.".into()));
    assert_eq!(command(&[" ", "a"]), Err("The command names no program.".into()));
    for relative in ["./a", "../a", "bin/a"] {
        assert_eq!(
            command(&[relative]),
            Err("The program is a name that is on the PATH, or a full path.".into())
        );
    }
    let nul = "Word 2 of the command contains the control character U+0000.";
    assert_eq!(command(&["a", "sec\0ret"]), Err(nul.into()));
    assert!(command(&["a"; limits::COMMAND_WORDS]).is_ok());
    assert!(command(&["a"; limits::COMMAND_WORDS + 1]).is_err());
    assert!(command(&["a", &"x".repeat(limits::COMMAND_BYTES)]).is_err());
}

#[test]
fn variables_of_agents() {
    let env = |named: &[(&str, &str)]| validate::agent::env(&variables(named));
    let good = [("API_KEY", "sk=1"), ("_x1", ""), ("lower", "two\nlines")];
    assert_eq!(env(&good), Ok(variables(&good)));
    for bad in ["", "A=B", "A B", "1A", "Ä", "A\0", "MAINSTAY_ATTEMPT"] {
        assert!(env(&[(bad, "x")]).is_err(), "{bad}");
    }
    let nul = "The variable KEY contains the control character U+0000.";
    assert_eq!(env(&[("KEY", "sec\0ret")]), Err(nul.into()), "its value is not told");
    assert!(env(&[("A", &"x".repeat(limits::VARIABLES_BYTES))]).is_err());
    let many: Vec<_> = (0..=limits::VARIABLES).map(|n| format!("V{n}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "")).collect();
    assert!(env(&many).is_err() && env(&many[1..]).is_ok());
}

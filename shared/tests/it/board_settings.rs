//! A board's settings.

use serde_json::json;
use shared::board_settings::{
    BoardSettings, COPY_PATTERNS, DEFAULT_SCRIPT_TIME_LIMIT, MAX_SCRIPT_TIME_LIMIT, PATTERN_CHARS,
    SCRIPT_BYTES,
};

fn all() -> BoardSettings {
    BoardSettings {
        copy_files: vec![".env".to_owned(), "config/*.local.json".to_owned()],
        setup_script: Some("npm ci\nnpm run build".to_owned()),
        cleanup_script: Some("docker compose down".to_owned()),
        script_time_limit: Some(60),
        branch_template: Some("mainstay/{key}-{slug}".to_owned()),
    }
}

/// The fields with which something is wrong.
fn faults(settings: BoardSettings) -> Vec<String> {
    settings.checked().expect_err("something is wrong").into_iter().map(|error| error.field).collect()
}

#[test]
fn settings_and_their_json() {
    let json = json!({
        "copyFiles": [".env", "config/*.local.json"],
        "setupScript": "npm ci\nnpm run build",
        "cleanupScript": "docker compose down",
        "scriptTimeLimit": 60,
        "branchTemplate": "mainstay/{key}-{slug}",
    });
    assert_eq!(serde_json::to_value(all()).unwrap(), json);
    assert_eq!(serde_json::from_value::<BoardSettings>(json).unwrap(), all());
    assert_eq!(serde_json::from_value::<BoardSettings>(json!({})).unwrap(), BoardSettings::default());
    assert_eq!(serde_json::to_value(BoardSettings::default()).unwrap(), json!({}));
    assert!(serde_json::from_value::<BoardSettings>(json!({"setupScipt": "a typo"})).is_err());
}

#[test]
fn settings_in_their_normal_form_stay_as_they_are() {
    assert_eq!(all().checked(), Ok(all()));
    assert_eq!(BoardSettings::default().checked(), Ok(BoardSettings::default()));
    assert_eq!(BoardSettings::default().script_time_limit(), DEFAULT_SCRIPT_TIME_LIMIT);
}

#[test]
fn blanks_doubles_and_carriage_returns_go() {
    let settings = BoardSettings {
        copy_files: vec![" .env ".to_owned(), ".env".to_owned()],
        setup_script: Some("  one\r\n  two\r\n".to_owned()),
        cleanup_script: Some(" \n".to_owned()),
        ..BoardSettings::default()
    };
    let checked = settings.checked().unwrap();
    assert_eq!(checked.copy_files, [".env"]);
    assert_eq!(checked.setup_script.as_deref(), Some("  one\n  two\n"));
    assert_eq!(checked.cleanup_script, None);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_by_its_field() {
    let settings = BoardSettings {
        copy_files: vec!["a\nb".to_owned()],
        setup_script: Some("x".repeat(SCRIPT_BYTES + 1)),
        cleanup_script: Some("beep\u{7}".to_owned()),
        script_time_limit: Some(0),
        branch_template: Some(" ".to_owned()),
    };
    let expected = ["copyFiles", "setupScript", "cleanupScript", "scriptTimeLimit", "branchTemplate"];
    assert_eq!(faults(settings), expected.map(|field| format!("settings.{field}")));
}

#[test]
fn more_than_fits_is_refused() {
    let patterns = |patterns: Vec<String>| BoardSettings { copy_files: patterns, ..BoardSettings::default() };
    let many = |count: usize| (0..count).map(|number| number.to_string()).collect();
    assert!(patterns(many(COPY_PATTERNS)).checked().is_ok());
    assert_eq!(faults(patterns(many(COPY_PATTERNS + 1))), ["settings.copyFiles"]);
    assert_eq!(faults(patterns(vec!["é".repeat(PATTERN_CHARS + 1)])), ["settings.copyFiles"]);

    let limit = |seconds| BoardSettings { script_time_limit: Some(seconds), ..BoardSettings::default() };
    assert!(limit(MAX_SCRIPT_TIME_LIMIT).checked().is_ok());
    assert_eq!(faults(limit(MAX_SCRIPT_TIME_LIMIT + 1)), ["settings.scriptTimeLimit"]);
}

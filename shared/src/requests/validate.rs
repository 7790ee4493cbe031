//! What a text has to look like: each function gives it back in its normal form, or says to a person what is
//! wrong.

pub mod agent;

use super::{characters, limits};

/// A card's title: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn title(text: &str) -> Result<String, String> {
    one_line("The title", text, limits::TITLE_CHARS)
}

/// A column's heading: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn column_title(text: &str) -> Result<String, String> {
    one_line("The column's title", text, limits::TITLE_CHARS)
}

/// A board's name: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn board_name(text: &str) -> Result<String, String> {
    one_line("The board's name", text, limits::TITLE_CHARS)
}

/// A saved view's name: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn view_name(text: &str) -> Result<String, String> {
    one_line("The view's name", text, limits::VIEW_NAME_CHARS)
}

/// A filter, or what is searched for: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn query(text: &str) -> Result<String, String> {
    one_line("The filter", text, limits::QUERY_CHARS)
}

/// A card's description: any lines of text. A blank one becomes the empty text, which means that there is
/// none.
///
/// # Errors What is wrong with it.
pub fn description(text: &str) -> Result<String, String> {
    if text.len() > limits::DESCRIPTION_BYTES {
        let (limit, actual) = (limits::DESCRIPTION_BYTES, text.len());
        return Err(format!("The description has {actual} bytes; at most {limit} fit."));
    }
    refuse_control_characters("The description", text)?;
    // Leading space may be Markdown's indentation, so a description with anything in it stays as it is.
    Ok(if text.trim().is_empty() { String::new() } else { text.to_owned() })
}

/// What an agent is asked: any lines of text, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn prompt(text: &str) -> Result<String, String> {
    if text.len() > limits::PROMPT_BYTES {
        let (limit, actual) = (limits::PROMPT_BYTES, text.len());
        return Err(format!("The prompt has {actual} bytes; at most {limit} fit."));
    }
    refuse_control_characters("The prompt", text)?;
    if !text.contains(characters::is_visible) {
        return Err("The prompt can't be empty.".to_owned());
    }
    Ok(text.to_owned())
}

/// A label: one line, trimmed, with something to see.
///
/// # Errors
/// What is wrong with it.
pub fn label(text: &str) -> Result<String, String> {
    one_line("A label", text, limits::LABEL_CHARS)
}

/// A card's labels: each a [`label`], each once.
///
/// # Errors
/// What is wrong with them.
pub fn labels<S: AsRef<str>>(texts: &[S]) -> Result<Vec<String>, String> {
    let mut labels = Vec::new();
    for text in texts {
        let label = label(text.as_ref())?;
        if !labels.contains(&label) {
            labels.push(label);
        }
        if labels.len() > limits::LABELS {
            return Err(format!("A card has at most {} labels.", limits::LABELS));
        }
    }
    Ok(labels)
}

pub(crate) fn one_line(what: &str, text: &str, max_chars: usize) -> Result<String, String> {
    refuse_control_characters(what, text)?;
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{what} can't be empty."));
    }
    if text.contains(['\n', '\t', '\u{2028}', '\u{2029}']) {
        return Err(format!("{what} is one line, without tabs."));
    }
    if let Some(found) = text.chars().find(|&c| characters::changes_direction(c)) {
        let code = u32::from(found);
        return Err(format!(
            "{what} contains U+{code:04X}, which changes the direction of the text around it."
        ));
    }
    if !text.contains(characters::is_visible) {
        return Err(format!("{what} can't be empty: nothing of it can be seen."));
    }
    let chars = text.chars().count();
    if chars > max_chars {
        return Err(format!("{what} has {chars} characters; at most {max_chars} fit."));
    }
    Ok(text.to_owned())
}

pub(crate) fn refuse_control_characters(what: &str, text: &str) -> Result<(), String> {
    match text.chars().find(|&c| c.is_control() && c != '\n' && c != '\t') {
        Some(found) => Err(format!("{what} contains the control character U+{:04X}.", u32::from(found))),
        None => Ok(()),
    }
}

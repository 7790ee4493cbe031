//! How the JSON API says that something could not be done (RFC 9457).

use serde::{Deserialize, Serialize};

/// The body of an answer that refuses, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Names the kind of problem: a URI, `about:blank` if the status says it all.
    #[serde(rename = "type", default = "about_blank")]
    pub problem_type: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What went wrong this time.
    #[serde(default)]
    pub detail: String,
    /// What a person can do about it.
    #[serde(default)]
    pub hints: Vec<String>,
    /// What is wrong with which field of the body.
    #[serde(default)]
    pub errors: Vec<FieldError>,
}

/// What is wrong with a field of a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

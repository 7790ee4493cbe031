//! What the inbox asks and answers: it reads of a conversation only what waits for an answer.

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::conversation::PermissionOption;
use shared::ids::{AttemptId, OptionId, RequestId};
use shared::requests::AnswerPermission;

use super::{Answer, ApiFailure, attempts::path, call::Call};
use crate::percent::encode;

/// How many items back a question is looked for.
const NEWEST: u32 = 40;

/// A question for permission that nobody has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// Its id.
    pub request: RequestId,
    /// What the agent wants to do.
    pub title: String,
    /// The answers that it offers.
    pub options: Vec<PermissionOption>,
}

/// What can be done with an attempt in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// To stop it.
    Stop,
    /// To go on with it where it broke off.
    Resume,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Item>,
}

/// As far as it may be a question.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    request_id: Option<RequestId>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    options: Vec<PermissionOption>,
    decision: Option<IgnoredAny>,
}

impl Items {
    /// The one that was asked first: the agent goes on once it is answered.
    fn open_question(self) -> Option<OpenQuestion> {
        self.items.into_iter().filter(|item| item.decision.is_none()).find_map(|item| {
            Some(OpenQuestion { request: item.request_id?, title: item.title, options: item.options })
        })
    }
}

/// `GET /attempts/{attemptId}/conversation`: what the agent asks, if that is near the end.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn open_question(attempt: &AttemptId) -> Result<Option<OpenQuestion>, ApiFailure> {
    let call = Call::get(format!("{}/conversation", path(attempt))).query("limit", &NEWEST.to_string());
    let answer: Answer<Items> = call.answer().await?;
    Ok(answer.value.open_question())
}

/// `GET /attempts/{attemptId}`: why it stands as it does, if that was said.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn reason_of(attempt: &AttemptId) -> Result<Option<String>, ApiFailure> {
    /// Of an attempt, all that is needed here.
    #[derive(Deserialize)]
    struct Standing {
        reason: Option<String>,
    }
    let answer: Answer<Standing> = Call::get(path(attempt)).answer().await?;
    Ok(answer.value.reason)
}

/// `POST /attempts/{attemptId}/permissions/{requestId}`
///
/// # Errors
/// As [`ApiFailure`] tells: among others, a question that was answered already.
pub async fn answer_question(
    attempt: &AttemptId,
    request: &RequestId,
    option: OptionId,
) -> Result<(), ApiFailure> {
    let path = format!("{}/permissions/{}", path(attempt), encode(request.as_str()));
    Call::post(path, &AnswerPermission { option_id: option })?.answer::<IgnoredAny>().await.map(drop)
}

/// `POST /attempts/{attemptId}/stop`, or `/resume`.
///
/// # Errors
/// As [`ApiFailure`] tells.
pub async fn remedy(attempt: &AttemptId, remedy: Remedy) -> Result<(), ApiFailure> {
    let verb = match remedy {
        Remedy::Stop => "stop",
        Remedy::Resume => "resume",
    };
    Call::post_bare(format!("{}/{verb}", path(attempt))).answer::<IgnoredAny>().await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_conversation_the_first_open_question_is_read() {
        let option = r#"{"optionId":"yes","name":"Allow","kind":"allowOnce"}"#;
        let json = format!(
            r#"{{"items":[{{"id":"i1","type":"message","text":"x"}},
                {{"id":"i2","type":"permission","requestId":"r1","title":"Edit a","options":[{option}],"decision":{{"outcome":"cancelled"}}}},
                {{"id":"i3","type":"permission","requestId":"r2","title":"Edit b","options":[{option}]}},
                {{"id":"i4","type":"permission","requestId":"r3","title":"Edit c","options":[]}}],"nextCursor":"c"}}"#
        );
        let items: Items = serde_json::from_str(&json).unwrap();
        let question = items.open_question().unwrap();
        assert_eq!((question.request.as_str(), question.title.as_str()), ("r2", "Edit b"));
        assert_eq!(question.options.len(), 1);
    }
}

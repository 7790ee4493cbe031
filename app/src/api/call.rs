//! A call of the JSON API: what is sent, and how what comes back is read.

use serde::{Serialize, de::DeserializeOwned};
use shared::{ids::EventId, problem::Problem};

use super::{Answer, ApiFailure, Unread};
use crate::percent::encode;

/// Where every route starts.
const BASE: &str = "/api/v1";

/// A request before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: String,
    /// The revision that must still be the current one.
    pub(super) if_match: Option<u64>,
    /// JSON.
    pub(super) body: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

/// An answer as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawAnswer {
    pub(super) status: u16,
    /// The header `Mainstay-Event-Id`.
    pub(super) event_id: Option<String>,
    /// The header `ETag`.
    pub(super) etag: Option<String>,
    pub(super) body: String,
}

impl Call {
    pub(super) fn get(path: impl AsRef<str>) -> Self {
        Self::new(Method::Get, path.as_ref())
    }

    pub(super) fn post(path: impl AsRef<str>, body: &impl Serialize) -> Result<Self, ApiFailure> {
        Self::new(Method::Post, path.as_ref()).with_body(body)
    }

    /// A `POST` that says everything by its address.
    pub(super) fn post_bare(path: impl AsRef<str>) -> Self {
        Self::new(Method::Post, path.as_ref())
    }

    pub(super) fn patch(path: impl AsRef<str>, body: &impl Serialize) -> Result<Self, ApiFailure> {
        Self::new(Method::Patch, path.as_ref()).with_body(body)
    }

    pub(super) fn delete(path: impl AsRef<str>) -> Self {
        Self::new(Method::Delete, path.as_ref())
    }

    fn new(method: Method, path: &str) -> Self {
        Self { method, url: format!("{BASE}{path}"), if_match: None, body: None }
    }

    fn with_body(self, body: &impl Serialize) -> Result<Self, ApiFailure> {
        let body = serde_json::to_string(body).map_err(|_| ApiFailure::unreadable())?;
        Ok(Self { body: Some(body), ..self })
    }

    /// Refused if the thing in the path is no longer at this revision.
    pub(super) fn if_match(self, revision: Option<u64>) -> Self {
        Self { if_match: revision, ..self }
    }

    pub(super) fn query(mut self, name: &str, value: &str) -> Self {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        self.url.push(separator);
        self.url.push_str(name);
        self.url.push('=');
        self.url.push_str(&encode(value));
        self
    }

    /// Sends it, and reads the answer's body.
    pub(super) async fn answer<T: DeserializeOwned>(self) -> Result<Answer<T>, ApiFailure> {
        let Answer { at, value } = self.unread().await?;
        Ok(Answer { at, value: value.read()? })
    }

    /// Sends it, and leaves the answer's body to who needs it.
    pub(super) async fn unread<T>(self) -> Result<Answer<Unread<T>>, ApiFailure> {
        let raw = send(self).await.ok_or_else(ApiFailure::unreachable)?;
        let (at, body) = judge(raw)?;
        Ok(Answer { at, value: Unread::new(body) })
    }

    /// Sends it, and reads the revision that the thing has by then, if the answer tells it.
    pub(super) async fn revision(self) -> Result<Answer<Option<u64>>, ApiFailure> {
        let raw = send(self).await.ok_or_else(ApiFailure::unreachable)?;
        let revision = raw.etag.as_deref().and_then(revision_of);
        let (at, _) = judge(raw)?;
        Ok(Answer { at, value: revision })
    }

    /// Sends it, and leaves the answer's body unread.
    pub(super) async fn done(self) -> Result<Answer<()>, ApiFailure> {
        let raw = send(self).await.ok_or_else(ApiFailure::unreachable)?;
        let (at, _) = judge(raw)?;
        Ok(Answer { at, value: () })
    }
}

/// `None` if no answer came.
#[cfg(target_arch = "wasm32")]
async fn send(call: Call) -> Option<RawAnswer> {
    super::transport::send(call).await
}

/// Event handlers never run on the server, so nothing is ever sent from there.
#[cfg(not(target_arch = "wasm32"))]
async fn send(_: Call) -> Option<RawAnswer> {
    None
}

/// The position and the body of an answer that is no failure.
fn judge(raw: RawAnswer) -> Result<(Option<EventId>, String), ApiFailure> {
    if (200..300).contains(&raw.status) {
        let at = raw.event_id.and_then(|id| id.parse().ok());
        return Ok((at, raw.body));
    }
    let problem: Problem = serde_json::from_str(&raw.body).unwrap_or_else(|_| stranger(raw.status));
    Err(ApiFailure::from_problem(Problem { status: raw.status, ..problem }))
}

/// The revision that an `ETag` names: `"7"`.
fn revision_of(etag: &str) -> Option<u64> {
    etag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// A failure that something other than Mainstay told of: a proxy in between.
fn stranger(status: u16) -> Problem {
    Problem {
        problem_type: "about:blank".to_owned(),
        title: format!("Mainstay could not be asked: the answer was {status}"),
        status,
        detail: String::new(),
        hints: vec!["Try again, or look at the proxy between this browser and Mainstay".to_owned()],
        errors: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::FailureKind;
    use super::*;

    fn raw(status: u16, body: &str) -> RawAnswer {
        RawAnswer { status, event_id: Some("e1.7".to_owned()), etag: None, body: body.to_owned() }
    }

    #[test]
    fn a_call_names_its_route_its_query_and_its_revision() {
        let call =
            Call::delete("/boards/b1/columns/c1").query("moveTo", "c 2").query("x", "1").if_match(Some(4));
        assert_eq!(call.url, "/api/v1/boards/b1/columns/c1?moveTo=c%202&x=1");
        assert_eq!(call.if_match, Some(4));
    }

    #[test]
    fn an_answer_tells_its_position() {
        let (at, body) = judge(raw(201, "{}")).expect("a success");
        assert_eq!(at.map(|id| id.to_string()), Some("e1.7".to_owned()));
        assert_eq!(body, "{}");
    }

    #[test]
    fn a_revision_is_read_off_a_strong_etag_and_nothing_else() {
        assert_eq!(revision_of("\"7\""), Some(7));
        for other in ["W/\"7\"", "7", "\"x\"", "\"", ""] {
            assert_eq!(revision_of(other), None, "{other}");
        }
    }

    #[test]
    fn an_unreadable_position_is_no_failure() {
        let answer = RawAnswer { event_id: Some("nonsense".to_owned()), ..raw(204, "") };
        assert_eq!(judge(answer), Ok((None, String::new())));
    }

    #[test]
    fn a_proxys_error_page_is_told_by_its_status() {
        let failure = judge(raw(502, "<html>Bad Gateway</html>")).expect_err("a failure");
        assert_eq!(failure.kind, FailureKind::Unavailable);
        assert!(failure.sentence.contains("502"), "{}", failure.sentence);
    }

    #[test]
    fn the_status_line_is_believed_over_the_body() {
        let body = r#"{"type":"about:blank","title":"Not found","status":200}"#;
        assert_eq!(judge(raw(404, body)).expect_err("a failure").kind, FailureKind::Gone);
    }
}

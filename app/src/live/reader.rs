//! What the two hooks share: how a stream is addressed, and what a frame means to the connection.

use std::time::Duration;

use shared::{
    fold::Outcome,
    ids::{AttemptId, BoardId, EventId},
    sse::{Bye, Decoded, Hello, Payload, SseMsg},
};

use super::connection::Frame;
use crate::percent::encode;

/// What came of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It was folded in, or is of no interest to the fold.
    Frame(Frame),
    /// What is known can't be trusted any more.
    Distrusted,
}

impl Taken {
    /// What a frame means to the connection, after a fold took it.
    pub(super) fn new(event: &str, data: &str, outcome: &Outcome) -> Self {
        if matches!(outcome, Outcome::NeedsSnapshot(_)) {
            return Self::Distrusted;
        }
        // Every other frame is a sign of life and no more, so it isn't decoded a second time.
        let decoded = match event {
            Hello::EVENT => Hello::decode(data),
            Bye::EVENT => Bye::decode(data),
            _ => Decoded::Unknown,
        };
        Self::Frame(match decoded {
            Decoded::Msg(SseMsg::Hello(hello)) => Frame::Hello {
                head: EventId::new(hello.epoch, hello.seq),
                heartbeat: Duration::from_millis(hello.heartbeat_ms),
            },
            Decoded::Msg(SseMsg::Bye(bye)) => {
                Frame::Bye { reason: bye.reason, retry: bye.retry_ms.map(Duration::from_millis) }
            }
            _ => Frame::Other,
        })
    }
}

/// The address of a board's stream, with the overview in it and the details of one attempt at most, from a position on;
/// from a snapshot if there is none.
pub(super) fn board_stream(board: &BoardId, attempt: Option<&AttemptId>, at: Option<&EventId>) -> String {
    let board = encode(board.as_str());
    let attempt = attempt.map_or_else(|| "none".to_owned(), |attempt| encode(attempt.as_str()));
    resumed(format!("/api/v1/sse?boardId={board}&patch=1&overview=1&attempts={attempt}"), at)
}

/// The address of the dashboard's stream.
pub(super) fn dashboard_stream(at: Option<&EventId>) -> String {
    resumed("/api/v1/sse?patch=1".to_owned(), at)
}

fn resumed(address: String, at: Option<&EventId>) -> String {
    match at {
        // An EventSource that is opened anew can't send the header that the browser itself would.
        Some(at) => format!("{address}&lastEventId={at}"),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::sse::ByeReason;

    fn id(text: &str) -> EventId {
        text.parse().expect("an event id")
    }

    #[test]
    fn a_board_page_asks_for_one_stream_with_patches_and_overview() {
        assert_eq!(
            board_stream(&BoardId::new("b 1"), None, Some(&id("e1.7"))),
            "/api/v1/sse?boardId=b%201&patch=1&overview=1&attempts=none&lastEventId=e1.7"
        );
        assert_eq!(
            board_stream(&BoardId::new("b"), Some(&AttemptId::new("a 1")), None),
            "/api/v1/sse?boardId=b&patch=1&overview=1&attempts=a%201"
        );
    }

    #[test]
    fn a_stream_without_a_position_asks_for_a_snapshot() {
        assert!(!board_stream(&BoardId::new("b"), None, None).contains("lastEventId"));
        assert!(!dashboard_stream(None).contains("lastEventId"));
    }

    #[test]
    fn a_hello_and_a_bye_mean_something_to_the_connection() {
        let hello = r#"{"serverTime":"2026-11-23T00:00:00.000Z","epoch":"e1","seq":7,"resumed":true,"heartbeatMs":15000}"#;
        let head = Frame::Hello { head: id("e1.7"), heartbeat: Duration::from_secs(15) };
        assert_eq!(Taken::new("hello", hello, &Outcome::Ignored), Taken::Frame(head));
        let bye = Frame::Bye { reason: ByeReason::Shutdown, retry: Some(Duration::from_millis(90)) };
        let data = r#"{"reason":"shutdown","retryMs":90}"#;
        assert_eq!(Taken::new("bye", data, &Outcome::Ignored), Taken::Frame(bye));
    }

    #[test]
    fn any_other_frame_is_a_sign_of_life() {
        for event in ["heartbeat", "board_patch", "something_newer"] {
            assert_eq!(Taken::new(event, "{}", &Outcome::Ignored), Taken::Frame(Frame::Other));
        }
    }
}

//! Frames: their exact bytes, and that nothing inside can break out of them.

use insta::assert_snapshot;
use proptest::prelude::*;
use shared::attempt::{AttemptLog, LogLevel};
use shared::ids::EventId;
use shared::sse::{Decoded, EVENT_TYPES, RETRY_MS, SseMsg, frame};

use crate::sample::ts;

/// An event as a browser dispatches it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Event {
    last_event_id: String,
    event: String,
    data: String,
}

/// What a browser makes of a stream, after the section "Interpreting an event stream" of the HTML standard.
#[derive(Debug, Default, PartialEq, Eq)]
struct Stream {
    events: Vec<Event>,
    retry: Option<u64>,
}

fn read(stream: &str) -> Stream {
    let mut read = Stream::default();
    let mut last_event_id = String::new();
    let (mut event, mut data) = (String::new(), String::new());
    let text = stream.replace("\r\n", "\n").replace('\r', "\n");
    // A line that the stream's end cuts off is no line.
    let lines: Vec<&str> = text.split('\n').collect();
    for line in &lines[..lines.len() - 1] {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" if line.is_empty() => {
                let (event, data) = (std::mem::take(&mut event), std::mem::take(&mut data));
                if let Some(data) = data.strip_suffix('\n') {
                    let last_event_id = last_event_id.clone();
                    read.events.push(Event { last_event_id, event, data: data.to_owned() });
                }
            }
            "event" => event = value.to_owned(),
            "data" => data.extend([value, "\n"]),
            "id" if !value.contains('\0') => last_event_id = value.to_owned(),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => read.retry = value.parse().ok(),
            _ => {}
        }
    }
    read
}

#[test]
fn the_bytes_of_a_frame() {
    assert_eq!(frame(Some("e1.7"), "heartbeat", "{}", None), "id: e1.7\nevent: heartbeat\ndata: {}\n\n");
    assert_eq!(frame(None, "state", "{}", None), "event: state\ndata: {}\n\n");
    assert_eq!(
        frame(Some(""), "hello", "{}", Some(RETRY_MS)),
        "id:\nevent: hello\ndata: {}\nretry: 1500\n\n"
    );
}

#[test]
fn a_whole_opening() {
    let hello = crate::sample::hello(false, 17);
    let heartbeat = crate::sample::heartbeat();
    let data = |msg: &SseMsg| msg.encode_payload().unwrap();
    let stream = frame(Some(""), hello.event_type(), &data(&hello), Some(RETRY_MS))
        + &frame(Some("e1.17"), heartbeat.event_type(), &data(&heartbeat), None);
    assert_snapshot!(stream, @r#"
    id:
    event: hello
    data: {"serverTime":"2026-07-01T09:30:00.000Z","epoch":"e1","seq":17,"resumed":false,"heartbeatMs":15000}
    retry: 1500

    id: e1.17
    event: heartbeat
    data: {"ts":"2026-07-01T09:30:00.000Z"}
    "#);
    let read = read(&stream);
    assert_eq!(read.retry, Some(1500));
    let ids: Vec<_> = read.events.iter().map(|event| event.last_event_id.as_str()).collect();
    assert_eq!(ids, ["", "e1.17"]);
}

#[test]
fn an_empty_id_clears_the_last_one() {
    let stream =
        frame(Some("e1.7"), "a", "1", None) + &frame(None, "b", "2", None) + &frame(Some(""), "c", "3", None);
    let ids: Vec<_> = read(&stream).events.into_iter().map(|event| event.last_event_id).collect();
    assert_eq!(ids, ["e1.7", "e1.7", ""]);
}

/// Texts made of what could end a line, start a field or end an event.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\r",
        "\n",
        "\r\n",
        "\n\n",
        "\0",
        "\u{2028}",
        "\u{2029}",
        "\u{85}",
        "\u{feff}",
        "id: e9.9",
        "event: bye",
        "data: {}",
        "retry: 1",
        ":",
        " ",
        "\"",
        "\\",
        "{}",
        "é",
        "🦀",
        "x",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

fn log(text: &str) -> SseMsg {
    SseMsg::AttemptLog(AttemptLog {
        attempt_id: text.into(),
        card_id: text.into(),
        board_id: text.into(),
        level: LogLevel::Info,
        message: text.to_owned(),
        ts: ts(0),
    })
}

proptest! {
    #[test]
    fn no_text_of_a_person_can_start_a_field_or_an_event(text in hostile(), seq: u64) {
        let msg = log(&text);
        let id = EventId::new("e1".parse().unwrap(), seq).to_string();
        let frame = frame(Some(&id), msg.event_type(), &msg.encode_payload().unwrap(), None);
        prop_assert_eq!(frame.matches('\n').count(), 4, "three fields and the empty line");
        prop_assert!(!frame.contains(['\r', '\0']));

        let stream = read(&frame);
        prop_assert_eq!(stream.retry, None);
        prop_assert_eq!(stream.events.len(), 1);
        let event = &stream.events[0];
        prop_assert_eq!(&event.last_event_id, &id);
        prop_assert_eq!(SseMsg::decode(&event.event, &event.data), Decoded::Msg(msg));
    }

    #[test]
    fn a_frame_is_one_event_whatever_it_is_made_of(
        id in prop::option::of(hostile()),
        event in hostile(),
        data in hostile(),
        retry in prop::option::of(any::<u64>()),
    ) {
        let stream = read(&frame(id.as_deref(), &event, &data, retry));
        prop_assert_eq!(stream.retry, retry);
        prop_assert_eq!(stream.events.len(), 1);
        prop_assert_eq!(&stream.events[0].data, &data.replace("\r\n", "\n").replace('\r', "\n"));
    }

    #[test]
    fn decoding_never_panics(event in prop::sample::select(EVENT_TYPES.to_vec()), data in ".{0,60}") {
        let _ = SseMsg::decode(event, &data);
    }
}

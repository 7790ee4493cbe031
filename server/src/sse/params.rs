//! What a client asks of a stream: the query and `Last-Event-ID`, read into types or refused.

use std::collections::BTreeSet;

use shared::ids::{self, AttemptId, BoardId, EventId, is_valid_id};

use super::{frame::FrameKind, topic::Topic};

/// The most attempts that one stream may name.
const MAX_ATTEMPTS: usize = 64;

/// Whose detail messages a stream carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Attempts {
    /// Those of every attempt.
    #[default]
    All,
    /// Nobody's.
    None,
    /// Those of these attempts.
    Only(BTreeSet<AttemptId>),
}

impl Attempts {
    fn include(&self, attempt: &AttemptId) -> bool {
        match self {
            Self::All => true,
            Self::None => false,
            Self::Only(attempts) => attempts.contains(attempt),
        }
    }
}

/// A well-formed request for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRequest {
    /// What it is about.
    pub topic: Topic,
    /// Where the reader was, if it says so in a way that could be true.
    pub last_event: Option<EventId>,
    /// Whose details it carries.
    pub attempts: Attempts,
    /// Whether a change of the board comes as a patch instead of a whole state.
    pub patches: bool,
    /// Whether it carries the overview; always so on the dashboard.
    pub overview: bool,
}

/// A parameter that can't be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BadParameter {
    /// The parameter's name.
    pub name: &'static str,
    /// What is wrong with it, as a sentence.
    pub problem: String,
}

impl StreamRequest {
    /// Reads a decoded query and the raw value of the header `Last-Event-ID`. Unknown parameters are ignored.
    ///
    /// An event id is never an error: one that can't be understood is as good as none.
    ///
    /// # Errors
    /// The first parameter that can't be understood.
    pub fn read(query: &[(String, String)], last_event_header: Option<&[u8]>) -> Result<Self, BadParameter> {
        let topic = topic(query)?;
        Ok(Self {
            last_event: last_event(query, last_event_header),
            attempts: attempts(query)?,
            patches: flag(query, "patch")?,
            overview: flag(query, "overview")? || topic == Topic::Dashboard,
            topic,
        })
    }

    /// Whether the stream carries such a message of the log.
    #[must_use]
    pub fn carries(&self, kind: &FrameKind) -> bool {
        match kind {
            FrameKind::Patch => self.patches,
            FrameKind::Detail(attempt) => self.attempts.include(attempt),
            FrameKind::Plain => true,
        }
    }
}

fn topic(query: &[(String, String)]) -> Result<Topic, BadParameter> {
    let board = match (single(query, "boardId")?, single(query, "projectId")?) {
        (Some(board), Some(project)) if board != project => {
            return Err(bad(
                "projectId",
                "boardId and projectId name two different boards; give one of them.",
            ));
        }
        (Some(board), _) => Some(("boardId", board)),
        (None, project) => project.map(|project| ("projectId", project)),
    };
    match board {
        None => Ok(Topic::Dashboard),
        Some((_, id)) if is_valid_id(id) => Ok(Topic::Board(BoardId::from(id))),
        Some((name, _)) => Err(bad(
            name,
            format!("{name} is not an id: 1 to {} characters, no control characters.", ids::MAX_ID_CHARS),
        )),
    }
}

fn attempts(query: &[(String, String)]) -> Result<Attempts, BadParameter> {
    const NAME: &str = "attempts";
    let text = match single(query, NAME)? {
        None | Some("all") => return Ok(Attempts::All),
        Some("none") => return Ok(Attempts::None),
        Some(text) => text,
    };
    let mut attempts = BTreeSet::new();
    for id in text.split(',') {
        if !is_valid_id(id) || matches!(id, "all" | "none") {
            return Err(bad(NAME, "attempts is `all`, `none`, or attempt ids with commas between them."));
        }
        attempts.insert(AttemptId::from(id));
        if attempts.len() > MAX_ATTEMPTS {
            return Err(bad(
                NAME,
                format!("attempts names more than {MAX_ATTEMPTS} attempts; ask for `all`."),
            ));
        }
    }
    Ok(Attempts::Only(attempts))
}

fn flag(query: &[(String, String)], name: &'static str) -> Result<bool, BadParameter> {
    match single(query, name)? {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(_) => Err(bad(name, format!("{name} is 1 or 0."))),
    }
}

fn last_event(query: &[(String, String)], header: Option<&[u8]>) -> Option<EventId> {
    let header = header.filter(|value| !value.is_empty());
    let text = match header {
        Some(value) => std::str::from_utf8(value).ok()?,
        None => query.iter().find(|(name, _)| name == "lastEventId").map(|(_, value)| value.as_str())?,
    };
    text.parse().ok()
}

/// The parameter's value, if it is given, and given once: of two values, one would be silently ignored.
fn single<'a>(query: &'a [(String, String)], name: &'static str) -> Result<Option<&'a str>, BadParameter> {
    let mut values = query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(bad(name, format!("{name} is given more than once."))),
    }
}

fn bad(name: &'static str, problem: impl Into<String>) -> BadParameter {
    BadParameter { name, problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    fn read(pairs: &[(&str, &str)]) -> Result<StreamRequest, BadParameter> {
        StreamRequest::read(&query(pairs), None)
    }

    fn refused(pairs: &[(&str, &str)]) -> &'static str {
        read(pairs).expect_err("must be refused").name
    }

    fn last_event_of(pairs: &[(&str, &str)], header: Option<&[u8]>) -> Option<String> {
        let request = StreamRequest::read(&query(pairs), header).expect("an event id is never an error");
        request.last_event.map(|id| id.to_string())
    }

    #[test]
    fn without_a_board_it_is_the_dashboard_which_always_carries_the_overview() {
        let request = read(&[]).expect("fine");
        assert_eq!((request.topic, request.overview), (Topic::Dashboard, true));
    }

    #[test]
    fn project_id_is_an_alias_of_board_id() {
        let board = Topic::Board(BoardId::from("b"));
        for pairs in [&[("boardId", "b")][..], &[("projectId", "b")], &[("boardId", "b"), ("projectId", "b")]]
        {
            assert_eq!(read(pairs).expect("fine").topic, board);
        }
        assert_eq!(refused(&[("boardId", "b"), ("projectId", "c")]), "projectId");
    }

    #[test]
    fn an_id_has_one_to_sixty_four_characters() {
        let (fits, too_long) = ("é".repeat(64), "é".repeat(65));
        assert_eq!(read(&[("boardId", &fits)]).expect("fine").topic, Topic::Board(BoardId::from(fits)));
        for id in ["", "a\nb", "\0", &too_long] {
            assert_eq!(refused(&[("boardId", id)]), "boardId");
            assert_eq!(refused(&[("projectId", id)]), "projectId");
        }
    }

    #[test]
    fn attempts_are_all_or_none_or_a_list() {
        let of = |text| read(&[("boardId", "b"), ("attempts", text)]).map(|request| request.attempts);
        assert_eq!(read(&[("boardId", "b")]).expect("fine").attempts, Attempts::All);
        assert_eq!(of("all"), Ok(Attempts::All));
        assert_eq!(of("none"), Ok(Attempts::None));
        assert_eq!(of("x,y,x"), Ok(Attempts::Only(["x", "y"].map(AttemptId::from).into())));
        let many = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        for text in ["", ",", "x,", "all,x", "x,none", &"x".repeat(65), &many] {
            assert_eq!(of(text).expect_err(text).name, "attempts");
        }
    }

    #[test]
    fn a_flag_is_one_or_zero() {
        for name in ["patch", "overview"] {
            for value in ["", "2", "true", "01"] {
                assert_eq!(refused(&[("boardId", "b"), (name, value)]), name);
            }
        }
        let request = read(&[("boardId", "b"), ("patch", "1"), ("overview", "0")]).expect("fine");
        assert!(request.patches && !request.overview);
    }

    #[test]
    fn a_parameter_that_is_given_twice_is_refused() {
        for name in ["boardId", "projectId", "attempts", "patch", "overview"] {
            assert_eq!(refused(&[(name, "1"), (name, "1")]), name);
        }
    }

    #[test]
    fn the_header_wins_over_the_parameter_unless_it_is_empty() {
        let parameter = [("lastEventId", "e.1")];
        assert_eq!(last_event_of(&parameter, None).as_deref(), Some("e.1"));
        assert_eq!(last_event_of(&parameter, Some(b"e.2")).as_deref(), Some("e.2"));
        assert_eq!(last_event_of(&parameter, Some(b"garbage")), None);
        assert_eq!(last_event_of(&parameter, Some(b"")).as_deref(), Some("e.1"));
    }

    #[test]
    fn details_go_to_those_who_asked_for_them_and_patches_too() {
        let detail = FrameKind::Detail(AttemptId::from("x"));
        let carries = |pairs: &[(&str, &str)], kind| read(pairs).expect("fine").carries(kind);
        assert!(carries(&[], &detail) && carries(&[("attempts", "x")], &detail));
        assert!(!carries(&[("attempts", "none")], &detail) && !carries(&[("attempts", "y")], &detail));
        assert!(carries(&[("patch", "1")], &FrameKind::Patch) && !carries(&[], &FrameKind::Patch));
        assert!(carries(&[("attempts", "none")], &FrameKind::Plain));
    }

    proptest! {
        #[test]
        fn no_input_makes_it_panic(
            pairs in prop::collection::vec((".{0,12}|boardId|projectId|attempts|patch|overview|lastEventId", ".{0,80}"), 0..6),
            header in prop::option::of(prop::collection::vec(any::<u8>(), 0..80)),
        ) {
            let _ = StreamRequest::read(&pairs, header.as_deref());
        }
    }
}

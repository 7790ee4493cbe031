//! Mainstay as it is: the release binary, real changes of a real board through its API.

use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::{Kind, Publishing, Server};
use crate::http;
use crate::roles::{Process, Side};

const TOKEN: &str = "owner-token-for-the-bench";
/// How many cards a large change is of.
const CARDS: usize = 9;

/// What is missing for it, in words for a person.
#[must_use]
pub fn missing(binary: &Path) -> Option<String> {
    (!binary.is_file()).then(|| format!("there is no {}: `make build`", binary.display()))
}

/// Starts it with a board of a few cards.
///
/// # Errors
/// If it can't be started.
pub fn start(binary: &Path) -> io::Result<Server> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(binary);
    command.args(["serve", "--no-open", "--addr", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
    // What whoever measures has set for a Mainstay of their own.
    let settings = std::env::vars_os().map(|(name, _)| name);
    settings.filter(|name| name.to_string_lossy().starts_with("MAINSTAY_")).for_each(|name| {
        command.env_remove(name);
    });
    command.env("MAINSTAY_OWNER_TOKEN", TOKEN).stderr(std::process::Stdio::null());
    let mut process = Process::start(&mut command, Side::Server)?;
    let address =
        process.until(|line| line.strip_prefix("mainstay listening on http://")?.trim().parse().ok())?;

    let repository = folder.path().join("repository");
    let body = json!({"name": "Bench", "repositoryPath": repository, "initialize": true});
    std::fs::create_dir(&repository)?;
    let board = id(&api(address, "POST", "/boards", &body)?, "boardId")?;
    let path = format!("/api/v1/boards/{board}");
    let cards = (0..CARDS).map(|number| {
        let card =
            api(address, "POST", &format!("/boards/{board}/cards"), &json!({"title": number.to_string()}))?;
        id(&card, "id")
    });
    let cards = cards.collect::<io::Result<Vec<_>>>()?;

    let headers = vec![authorization(), "content-type: application/json".to_owned()];
    let small = Publishing {
        method: "PATCH",
        path: path.clone(),
        headers: headers.clone(),
        body: (r#"{"name":"{stamp}{number}"#.to_owned(), r#"{filling}"}"#.to_owned()),
        filling: ("x", 1),
        places: 1,
    };
    let operation = |(place, card): (usize, &String)| {
        let mark = if place == 0 { "{stamp}" } else { "" };
        format!(r#"{{"cardId":"{card}","action":"patch","title":"{mark}{{number}}{{filling}}"}}"#)
    };
    let operations: Vec<String> = cards.iter().enumerate().map(operation).collect();
    let large = Publishing {
        method: "POST",
        path: format!("{path}/cards/bulk"),
        headers,
        body: (r#"{"operations":["#.to_owned(), format!("{}]}}", operations.join(","))),
        filling: ("𝄞", 4),
        places: CARDS,
    };
    Ok(Server {
        kind: Kind::Mainstay,
        process,
        address,
        stream: format!("/api/v1/sse?boardId={board}&patch=1"),
        headers: vec!["accept: text/event-stream".to_owned(), authorization()],
        until: "event: hello",
        small,
        large,
        _folder: Some(folder),
    })
}

fn authorization() -> String {
    format!("authorization: Bearer {TOKEN}")
}

fn api(address: SocketAddr, method: &str, path: &str, body: &Value) -> io::Result<Value> {
    let mut output = TcpStream::connect(address)?;
    let headers = [authorization(), "content-type: application/json".to_owned()];
    http::write_request(
        &mut output,
        method,
        &format!("/api/v1{path}"),
        &headers,
        body.to_string().as_bytes(),
    )?;
    let (status, answer) = http::read_answer(&mut BufReader::new(output))?;
    if status >= 300 {
        return Err(io::Error::other(format!(
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&answer)
        )));
    }
    Ok(serde_json::from_slice(&answer)?)
}

fn id(answer: &Value, field: &str) -> io::Result<String> {
    answer[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| io::Error::other(format!("no {field} in {answer}")))
}

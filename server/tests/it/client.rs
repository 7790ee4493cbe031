//! A client of a running server, which has the owner token: the JSON API and the streams, as a script would use them.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use shared::{
    board::BoardState,
    ids::{BoardId, EventId},
};

use crate::sse_reader::{Request, SseReader};

/// Where a server is and how to get in.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: SocketAddr,
    pub token: String,
    http: reqwest::Client,
}

/// An answer of the JSON API.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    /// `null` if there is no body.
    pub json: Value,
}

impl Answer {
    /// The answer, which must not be a refusal.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.json);
        self
    }

    /// The position that the header `Mainstay-Event-Id` names.
    #[track_caller]
    pub fn position(&self) -> EventId {
        let id = self.headers.get("mainstay-event-id").expect("every answer names its position");
        id.to_str().expect("it is ASCII").parse().expect("it is a position")
    }

    /// A field that is a string.
    #[track_caller]
    pub fn text(&self, field: &str) -> String {
        self.json[field].as_str().unwrap_or_else(|| panic!("{field} in {}", self.json)).to_owned()
    }
}

/// A board with its four columns.
#[derive(Clone, Debug)]
pub struct TestBoard {
    pub id: BoardId,
    /// Backlog, In Progress, Review, Done.
    pub columns: Vec<String>,
}

impl Client {
    pub fn new(address: SocketAddr, token: impl Into<String>) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { address, token: token.into(), http }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.try_send(Method::GET, path, None).await.expect("an answer")
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.try_send(Method::POST, path, Some(body)).await.expect("an answer")
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.try_send(Method::PATCH, path, Some(body)).await.expect("an answer")
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.try_send(Method::DELETE, path, None).await.expect("an answer")
    }

    /// Sends a request to a path below `/api/v1`; an error if no whole answer comes back.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Answer, reqwest::Error> {
        let url = format!("http://{}/api/v1{path}", self.address);
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        let json = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Ok(Answer { status, headers, json })
    }

    /// Adds a project with a new repository in `folder`.
    pub async fn create_board(&self, name: &str, folder: &std::path::Path) -> TestBoard {
        let path = folder.join(name);
        let body = json!({ "name": name, "repositoryPath": path, "initialize": true });
        let id = self.post("/boards", body).await.ok().text("boardId");
        let state = self.board_state(&BoardId::from(id.clone())).await;
        let columns = state.column_order.iter().map(ToString::to_string).collect();
        TestBoard { id: BoardId::from(id), columns }
    }

    /// The board as the JSON API has it.
    pub async fn board_state(&self, board: &BoardId) -> BoardState {
        let answer = self.get(&format!("/boards/{board}")).await.ok();
        serde_json::from_value(answer.json).expect("a board")
    }

    /// Adds a card; the answer has its `id`.
    pub async fn create_card(&self, board: &BoardId, title: &str) -> Answer {
        self.post(&format!("/boards/{board}/cards"), json!({ "title": title })).await.ok()
    }

    /// Opens a stream with this query; it must be one.
    pub async fn stream(&self, query: &str) -> SseReader {
        self.stream_by(&self.stream_request(query)).await
    }

    /// Opens a stream by this request; it must be one.
    pub async fn stream_by(&self, request: &Request) -> SseReader {
        let reader = SseReader::open(self.address, request).await;
        assert_eq!(reader.status, 200, "{request:?}");
        reader
    }

    /// A request for a stream with this query, signed in.
    pub fn stream_request(&self, query: &str) -> Request {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        Request::get(format!("/api/v1/sse{query}")).header("authorization", format!("Bearer {}", self.token))
    }
}

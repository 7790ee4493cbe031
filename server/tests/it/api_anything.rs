//! Whatever is sent to whatever route, the server has an answer: never a `5xx`, never a broken connection, never a refusal
//! that is no problem document.

use std::collections::BTreeMap;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
    strategy::Union,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::{
    app::TestApp,
    http::{Http, Reply},
};

/// A request as anybody might send it.
#[derive(Clone, Debug)]
struct Anything {
    method: Method,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Vec<u8>,
}

/// Each route: its method, its address with the kinds of ids in it, and the fields of its body.
const ROUTES: [(&str, &str, &[&str]); 24] = [
    ("GET", "/boards", &[]),
    ("POST", "/boards", &["id", "name", "repositoryPath", "initialize"]),
    ("GET", "/boards/{board}", &[]),
    ("PATCH", "/boards/{board}", &["name", "settings"]),
    ("DELETE", "/boards/{junk}?keepRecovery=true", &[]),
    ("POST", "/boards/{board}/columns", &["id", "title", "wipLimit", "index"]),
    ("PATCH", "/boards/{board}/columns/{column}", &["title", "wipLimit", "index"]),
    ("DELETE", "/boards/{board}/columns/{column}?moveTo={column}", &[]),
    ("GET", "/boards/{board}/cards?deleted=true", &[]),
    ("GET", "/boards/{board}/cards?q={junk}", &[]),
    ("GET", "/boards/{board}/views", &[]),
    ("POST", "/boards/{board}/views", &["id", "name", "query"]),
    ("DELETE", "/boards/{board}/views/{junk}", &[]),
    ("GET", "/repositories", &[]),
    ("GET", "/boards/{board}/cards/{card}", &[]),
    ("POST", "/boards/{board}/cards", &CARD),
    ("PATCH", "/boards/{board}/cards/{card}", &CARD),
    ("DELETE", "/boards/{board}/cards/{card}", &[]),
    ("POST", "/boards/{board}/cards/{card}/move", &["columnId", "index", "beforeCardId"]),
    ("POST", "/boards/{board}/cards/{card}/restore", &[]),
    ("POST", "/boards/{board}/cards/bulk", &["operations"]),
    ("GET", "/dashboard?timeRangePreset=last_7d", &[]),
    ("GET", "/dashboard?from={junk}&to=9999-12-31T23:59:59Z", &[]),
    ("GET", "/{junk}?{junk}={junk}", &[]),
];
const CARD: [&str; 8] = ["id", "title", "description", "columnId", "type", "priority", "labels", "dependsOn"];

/// What there is, by the kind of its name.
type Names = BTreeMap<&'static str, Vec<String>>;

/// Any bytes, as a segment of a path.
fn junk() -> BoxedStrategy<String> {
    vec(any::<u8>(), 0..80)
        .prop_map(|bytes| bytes.iter().map(|byte| format!("%{byte:02X}")).collect())
        .boxed()
}

fn segment(names: &Names, kind: &str) -> BoxedStrategy<String> {
    match names.get(kind) {
        Some(known) => prop_oneof![9 => select(known.clone()), 1 => junk()].boxed(),
        None => junk(),
    }
}

fn path(names: &Names, address: &'static str) -> BoxedStrategy<String> {
    let kinds: Vec<&str> = address.split(['{', '}']).skip(1).step_by(2).collect();
    let segments: Vec<_> = kinds.iter().map(|kind| segment(names, kind)).collect();
    let placeholders: Vec<String> = kinds.iter().map(|kind| format!("{{{kind}}}")).collect();
    let fill = move |segments: Vec<String>| {
        let pairs = placeholders.iter().zip(segments);
        pairs.fold(format!("/api/v1{address}"), |path, (place, segment)| path.replacen(place, &segment, 1))
    };
    segments.prop_map(fill).boxed()
}

fn any_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::from),
        vec(any::<char>(), 400..600).prop_map(|text| Value::from(String::from_iter(text))),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
    ];
    let nested = leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|pairs| Value::Object(Map::from_iter(pairs))),
        ]
    });
    nested.boxed()
}

/// A value that the field may have, as far as its form goes.
fn fitting(names: &Names, field: &str) -> BoxedStrategy<Value> {
    let name = |kind: &str| select(names[kind].clone()).prop_map(Value::from);
    match field {
        "id" => name("new").boxed(),
        "columnId" => name("column").boxed(),
        "beforeCardId" => prop_oneof![3 => name("card"), 1 => Just(Value::Null)].boxed(),
        "dependsOn" => vec(name("card"), 0..3).prop_map(Value::from).boxed(),
        "labels" => vec("[a-c]{1,2}", 0..4).prop_map(Value::from).boxed(),
        "operations" => vec(operation(names), 0..4).prop_map(Value::from).boxed(),
        "repositoryPath" => name("path").boxed(),
        "initialize" => any::<bool>().prop_map(Value::from).boxed(),
        "settings" => Just(json!({})).boxed(),
        "wipLimit" | "index" => (-1..6_i64).prop_map(Value::from).boxed(),
        "type" => select(vec!["task", "bug", "feature", "chore"]).prop_map(Value::from).boxed(),
        "priority" => select(vec!["urgent", "high", "medium", "low"]).prop_map(Value::from).boxed(),
        _ => "\\PC{1,20}".prop_map(Value::from).boxed(),
    }
}

/// An operation of a bulk, with more or less of what belongs to its action.
fn operation(names: &Names) -> BoxedStrategy<Value> {
    let action = select(vec!["move", "patch", "delete", "restore"]).prop_map(Value::from);
    let card = select(names["card"].clone()).prop_map(Value::from);
    let more = object(names, &["columnId", "index", "beforeCardId", "title", "labels", "priority"]);
    let bare =
        (action.clone(), card.clone()).prop_map(|(action, card)| json!({ "action": action, "cardId": card }));
    let rich = (action, card, more).prop_map(|(action, card, mut more)| {
        more["action"] = action;
        more["cardId"] = card;
        more
    });
    prop_oneof![bare, rich].boxed()
}

fn object(names: &Names, fields: &'static [&'static str]) -> BoxedStrategy<Value> {
    let field = |field: &'static str| {
        // A repository is only ever made where the test says.
        let other = if field == "repositoryPath" { fitting(names, field) } else { any_value() };
        let value = prop_oneof![9 => fitting(names, field), 1 => other];
        let weight = if ["title", "name", "repositoryPath", "columnId"].contains(&field) { 0.9 } else { 0.4 };
        proptest::option::weighted(weight, value.prop_map(move |value| (field.to_owned(), value)))
    };
    let unknown = proptest::option::weighted(0.05, (any::<String>(), any_value()));
    let known: Vec<_> = fields.iter().map(|name| field(name)).collect();
    (known, unknown)
        .prop_map(|(known, unknown)| Value::Object(known.into_iter().chain([unknown]).flatten().collect()))
        .boxed()
}

fn body(names: &Names, fields: &'static [&'static str]) -> BoxedStrategy<Vec<u8>> {
    let bytes = |value: Value| value.to_string().into_bytes();
    let cut_off = |(value, end): (Value, Index)| {
        let mut bytes = value.to_string().into_bytes();
        bytes.truncate(end.index(bytes.len()));
        bytes
    };
    prop_oneof![
        16 => object(names, fields).prop_map(bytes),
        1 => any_value().prop_map(bytes),
        1 => vec(any::<u8>(), 0..300),
        1 => (object(names, fields), any::<Index>()).prop_map(cut_off),
    ]
    .boxed()
}

fn headers() -> BoxedStrategy<Vec<(&'static str, &'static str)>> {
    let json = ("content-type", "application/json");
    let odd = vec![
        ("content-type", "text/plain"),
        ("if-match", "\"1\""),
        ("if-match", "\"2\""),
        ("if-match", "W/\"1\""),
        ("accept", "text/html"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("last-event-id", "x.1"),
    ];
    let with = move |odd: Vec<_>| [json].into_iter().chain(odd).collect();
    prop_oneof![4 => Just(vec![json]), 1 => subsequence(odd, 1..3).prop_map(with)].boxed()
}

fn anything(names: &Names) -> BoxedStrategy<Anything> {
    let requests = ROUTES.map(|(method, address, fields)| {
        let own = Just(method.parse::<Method>().unwrap());
        let odd = select(vec![Method::PUT, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::POST]);
        let parts = (prop_oneof![19 => own, 1 => odd], path(names, address), headers(), body(names, fields));
        parts.prop_map(|(method, path, headers, body)| Anything { method, path, headers, body }).boxed()
    });
    Union::new(requests).boxed()
}

/// A server with a board that has a little of everything, and the names of that.
async fn start() -> (TestApp, Names) {
    let app = TestApp::start().await;
    let board = app.board("web").await;
    let mut cards = Vec::new();
    for title in ["One", "Two", "Three", "Four"] {
        cards.push(app.create_card(&board.id, title).await.text("id"));
    }
    let inside = |name: &str| app.folder().join(name).to_str().unwrap().to_owned();
    let paths = ["web", "new", "nothing/here", "a\0b"].map(inside);
    let new = (0..40).map(|n| format!("0197c0de-0000-7000-8000-0000000000{n:02}"));
    let names = BTreeMap::from([
        ("board", vec![board.id.to_string()]),
        ("column", board.columns),
        ("card", cards),
        ("path", paths.into_iter().chain(["relative".to_owned()]).collect()),
        ("new", new.collect()),
    ]);
    (app, names)
}

#[test]
fn no_request_whatsoever_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (app, names) = runtime.block_on(start());
    let http = Http::of(&app);
    let config = Config { cases: 600, ..Config::default() };

    let outcome = TestRunner::new(config).run(&anything(&names), |it| {
        let request = http.request(it.method.clone(), &it.path).bearer_auth(&app.token).body(it.body.clone());
        let request = it.headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let reply = runtime.block_on(Reply::to(request));
        prop_assert!(reply.status < 500, "{reply:?}");
        if reply.status >= 400 && it.method != Method::HEAD {
            reply.refused(reply.status);
        }
        Ok(())
    });
    outcome.unwrap();
    runtime.block_on(app.stop());
}

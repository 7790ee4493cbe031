//! One measurement of one server: it is started for it, and ended after it.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::publisher::Outcome;
use crate::roles::{Process, Side};
use crate::subscriber::{Heard, Opened};
use crate::targets::{Kind, Publishing, Server, Size};
use crate::usage;

/// How long what is under way may take to come to rest.
const REST: Duration = Duration::from_millis(700);
/// How many times is published before it counts.
const WARM_UP: u32 = 20;

/// A load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// How many streams are open.
    pub readers: usize,
    /// How many of them are not read.
    pub stalled: usize,
    /// How large events are.
    pub size: Size,
    /// How many are published at a time.
    pub burst: usize,
    /// How many times a second.
    pub rate: f64,
    /// How many times in all.
    pub times: u32,
}

/// What deliveries cost.
#[derive(Debug)]
pub struct Delivery {
    /// The server's time for each delivery, without that of publishing to nobody, in microseconds.
    pub delivery_us: f64,
    /// The same with the time of publishing.
    pub total_us: f64,
    /// The latency of half of them.
    pub p50_us: f64,
    /// The latency that 99 of a hundred did not exceed.
    pub p99_us: f64,
    /// How long half of the publishers' answers took.
    pub answer_us: f64,
    /// How many did not arrive.
    pub lost: u64,
}

/// Streams that nothing is sent on.
#[derive(Debug)]
pub struct Idle {
    /// What each holds resident, in KiB.
    pub kib: f64,
    /// How they opened.
    pub opened: Opened,
    /// How they opened again, all at once.
    pub reopened: Opened,
}

/// Publishes to readers.
///
/// # Errors
/// If a process of it fails, or what is published is refused.
pub fn deliver(kind: Kind, mainstay: &Path, load: Load) -> io::Result<Delivery> {
    let server = Server::start(kind, mainstay, load.size)?;
    let publishing = server.publishing(load.size);
    let body = publishing.filled(filling(&server, publishing, load.size)?);
    let warm_up = || publish(&server, publishing, &body, Load { times: WARM_UP, ..load });
    let publish = || publish(&server, publishing, &body, load);

    // What publishing to nobody costs.
    warm_up()?;
    let (alone, _) = timed(&server, publish)?;

    let (mut readers, _) = subscribe(&server, load.readers, load.stalled)?;
    warm_up()?;
    std::thread::sleep(REST);
    let _: Heard = readers.ask("heard")?;
    let (time, outcome) = timed(&server, publish)?;
    let heard: Heard = readers.ask("heard")?;
    let expected = outcome.published * (load.readers - load.stalled) as u64;
    if heard.events > expected {
        let words = format!("{}: {} events came of {expected}", server.kind.name(), heard.events);
        return Err(io::Error::other(words));
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / heard.events.max(1) as f64;
    Ok(Delivery {
        delivery_us: each(time.saturating_sub(alone)),
        total_us: each(time),
        p50_us: heard.p50_us,
        p99_us: heard.p99_us,
        answer_us: outcome.answer_us,
        lost: expected - heard.events,
    })
}

/// Holds streams that nothing is sent on, then has all of them cut and opened again.
///
/// # Errors
/// If a process of it fails.
pub fn idle(kind: Kind, mainstay: &Path, readers: usize) -> io::Result<Idle> {
    let server = Server::start(kind, mainstay, Size::Small)?;
    // What the first stream of all brings about is no stream's.
    drop(subscribe(&server, 10, 0)?);
    std::thread::sleep(REST);
    let before = usage::resident(server.process.id())?;
    let (mut open, opened) = subscribe(&server, readers, 0)?;
    std::thread::sleep(REST);
    let after = usage::resident(server.process.id())?;
    let reopened = open.ask("reopen")?;
    Ok(Idle { kib: after.saturating_sub(before) as f64 / 1024.0 / readers as f64, opened, reopened })
}

/// How much filling makes an event as large as it is to be, on this server's wire.
fn filling(server: &Server, publishing: &Publishing, size: Size) -> io::Result<usize> {
    if server.kind == Kind::Floor {
        return Ok(0);
    }
    let (mut reader, _) = subscribe(server, 1, 0)?;
    let probe = Load { readers: 1, stalled: 0, size, burst: 1, rate: 50.0, times: 10 };
    std::thread::sleep(REST);
    let _: Heard = reader.ask("heard")?;
    publish(server, publishing, &publishing.filled(0), probe)?;
    std::thread::sleep(REST);
    let heard: Heard = reader.ask("heard")?;
    Ok(size.bytes().saturating_sub((heard.bytes / heard.events.max(1)) as usize))
}

/// The time that the server takes for something, and for what follows of it.
fn timed<T>(server: &Server, act: impl FnOnce() -> io::Result<T>) -> io::Result<(Duration, T)> {
    let before = usage::cpu(server.process.id())?;
    let outcome = act()?;
    std::thread::sleep(REST);
    Ok((usage::cpu(server.process.id())?.saturating_sub(before), outcome))
}

fn subscribe(server: &Server, count: usize, stalled: usize) -> io::Result<(Process, Opened)> {
    let mut arguments = vec![
        format!("--address={}", server.address),
        format!("--path={}", server.stream),
        format!("--until={}", server.until),
        format!("--count={count}"),
        format!("--stalled={stalled}"),
    ];
    arguments.extend(server.headers.iter().map(|header| format!("--header={header}")));
    let mut readers = Process::role("subscriber", &arguments, Side::Clients)?;
    let opened = readers.answer()?;
    Ok((readers, opened))
}

fn publish(server: &Server, publishing: &Publishing, body: &str, load: Load) -> io::Result<Outcome> {
    let mut arguments = vec![
        format!("--address={}", server.address),
        format!("--method={}", publishing.method),
        format!("--path={}", publishing.path),
        format!("--body={body}"),
        format!("--rate={}", load.rate),
        format!("--burst={}", load.burst),
        format!("--times={}", load.times),
    ];
    arguments.extend(publishing.headers.iter().map(|header| format!("--header={header}")));
    let outcome: Outcome = Process::role("publisher", &arguments, Side::Clients)?.answer()?;
    if outcome.refused > 0 {
        return Err(io::Error::other(format!("{} refused {} events", server.kind.name(), outcome.refused)));
    }
    Ok(outcome)
}

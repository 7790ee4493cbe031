//! The measurement: every cell for every server in each round, so that what a machine does meanwhile meets all alike.

mod cells;

use std::io;
use std::path::PathBuf;

use self::cells::{Delivery, Load, STALLED};
use super::report::{Figures, Row, median, table};
use super::targets::{self, Kind, Size};

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The release binary of Mainstay.
    #[arg(long)]
    mainstay: PathBuf,
    /// How often everything is measured; the median counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each load goes on, in seconds.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// How many streams are held at most.
    #[arg(long, default_value_t = 10_000)]
    held: usize,
}

/// A load, what it is called, and what is to be reached.
const LOADS: [(&str, Load, [&str; 2]); 4] = [
    (
        "100 readers, single events of 256 B",
        Load { readers: 100, stalled: 0, size: Size::Small, burst: 1, rate: 100.0 },
        ["≤ 1.2 × floor", "≤ 1.3 × floor"],
    ),
    (
        "1,000 readers, single events of 256 B",
        Load { readers: 1_000, stalled: 0, size: Size::Small, burst: 1, rate: 20.0 },
        ["≤ 1.2 × floor, below both peers", "≤ 1.3 × floor"],
    ),
    (
        "1,000 readers, bursts of 8 events of 256 B",
        Load { readers: 1_000, stalled: 0, size: Size::Small, burst: 8, rate: 5.0 },
        ["≤ 0.25 × Mainstay's single ones", ""],
    ),
    (
        "1,000 readers, single events of 16 KiB",
        Load { readers: 1_000, stalled: 0, size: Size::Large, burst: 1, rate: 5.0 },
        ["≤ 1.2 × floor", ""],
    ),
];

/// Measures, and prints the tables.
///
/// # Errors
/// If something that is needed is missing, or a server fails.
pub fn run(options: &Options) -> io::Result<()> {
    if let Some(missing) = targets::mainstay_missing(&options.mainstay) {
        return Err(io::Error::new(io::ErrorKind::NotFound, missing));
    }
    let mut kinds = vec![Kind::Floor, Kind::Mainstay, Kind::Idiomatic];
    match targets::nchan_missing() {
        None => kinds.push(Kind::Nchan),
        Some(missing) => println!("{missing}\n"),
    }
    println!("{}", deliveries(options, &kinds)?);
    println!("{}", streams(options, &kinds)?);
    println!("{}", stalled(options, &kinds)?);
    Ok(())
}

fn deliveries(options: &Options, kinds: &[Kind]) -> io::Result<String> {
    let (mut cpu, mut latency) = (Vec::new(), Vec::new());
    for (name, load, [cpu_goal, latency_goal]) in LOADS {
        let measured =
            rounds(options, kinds, |kind| cells::deliver(kind, &options.mainstay, load, options.seconds))?;
        let lost: u64 = measured.iter().flat_map(|(_, runs)| runs).map(|run| run.lost).sum();
        let lost = if lost == 0 { String::new() } else { format!(" ({lost} not delivered)") };
        let figure = |of: fn(&Delivery) -> f64| Figures::of(&measured, of);
        cpu.push(Row::new(format!("{name}{lost}"), figure(|run| run.delivery_us), "µs", cpu_goal));
        latency.push(Row::new(format!("{name}, half"), figure(|run| run.p50_us / 1e3), "ms", ""));
        latency.push(Row::new(
            format!("{name}, 99 of 100"),
            figure(|run| run.p99_us / 1e3),
            "ms",
            latency_goal,
        ));
        cpu.push(Row::new(
            "… with the cost of publishing in it".to_owned(),
            figure(|run| run.total_us),
            "µs",
            "",
        ));
    }
    let words = "Processor time of the server for each event that one reader got";
    Ok(table(words, kinds, &cpu) + "\n" + &table("From publishing to receiving", kinds, &latency))
}

fn streams(options: &Options, kinds: &[Kind]) -> io::Result<String> {
    let mut rows = Vec::new();
    let idle = rounds(options, kinds, |kind| cells::idle(kind, &options.mainstay, 1_000))?;
    rows.push(Row::new(
        "resident memory of an idle stream, of 1,000".to_owned(),
        Figures::of(&idle, |run| run.kib),
        "KiB",
        "≤ 12 KiB",
    ));
    rows.push(Row::new(
        "opening 1,000 streams".to_owned(),
        Figures::of(&idle, |run| run.opened.all_ms),
        "ms",
        "",
    ));
    rows.push(Row::new(
        "1,000 streams cut at once, until 99 of 100 are open again".to_owned(),
        Figures::of(&idle, |run| run.reopened.most_ms),
        "ms",
        "",
    ));
    let held = [Kind::Mainstay]
        .map(|kind| cells::idle(kind, &options.mainstay, options.held).map(|run| (kind, vec![run])));
    let held = held.into_iter().collect::<io::Result<Vec<_>>>()?;
    rows.push(Row::new(
        format!("resident memory of an idle stream, of {}", options.held),
        Figures::of(&held, |run| run.kib),
        "KiB",
        "≤ 12 KiB",
    ));
    rows.push(Row::new(
        format!("opening {} streams", options.held),
        Figures::of(&held, |run| run.opened.all_ms),
        "ms",
        "all are held",
    ));
    Ok(table("Streams", kinds, &rows))
}

fn stalled(options: &Options, kinds: &[Kind]) -> io::Result<String> {
    let mut rows = Vec::new();
    let control = rounds(options, kinds, |kind| {
        cells::deliver(kind, &options.mainstay, Load { stalled: 0, ..STALLED }, options.seconds)
    })?;
    let stalled =
        rounds(options, kinds, |kind| cells::deliver(kind, &options.mainstay, STALLED, options.seconds))?;
    rows.push(Row::new(
        "900 readers of events of 16 KiB, 99 of 100".to_owned(),
        Figures::of(&control, |run| run.p99_us / 1e3),
        "ms",
        "",
    ));
    rows.push(Row::new(
        "the same beside 100 that read nothing".to_owned(),
        Figures::of(&stalled, |run| run.p99_us / 1e3),
        "ms",
        "≤ 1.1 × without them",
    ));
    Ok(table("Stalled readers: from publishing to receiving", kinds, &rows))
}

/// Measures all servers in each round.
fn rounds<T>(
    options: &Options,
    kinds: &[Kind],
    measure: impl Fn(Kind) -> io::Result<T>,
) -> io::Result<Vec<(Kind, Vec<T>)>> {
    let mut measured: Vec<(Kind, Vec<T>)> = kinds.iter().map(|kind| (*kind, Vec::new())).collect();
    for _ in 0..options.rounds {
        for (kind, runs) in &mut measured {
            runs.push(measure(*kind)?);
        }
    }
    Ok(measured)
}

impl Figures {
    /// The medians of one figure of what was measured.
    fn of<T>(measured: &[(Kind, Vec<T>)], figure: impl Fn(&T) -> f64) -> Self {
        Self(
            measured.iter().map(|(kind, runs)| (*kind, median(runs.iter().map(&figure).collect()))).collect(),
        )
    }
}

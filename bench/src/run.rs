//! The measurement: every cell for every server in each round, so that what a machine does meanwhile meets all alike.

mod cells;

use std::io;
use std::path::PathBuf;

use self::cells::{Delivery, Load};
use super::report::{Figures, Goal, Row, Section, goals};
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
    /// How many streams are held at most.
    #[arg(long, default_value_t = 10_000)]
    held: usize,
    /// Measures only the loads whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Measures Mainstay alone, to compare two of its binaries.
    #[arg(long)]
    alone: bool,
}

/// A load, what it is called, and what is to be reached: of the processor's time, and of the latency.
struct Named {
    name: &'static str,
    load: Load,
    cpu_goals: &'static [Goal],
    latency_goals: &'static [Goal],
}

const SINGLE: Named = Named {
    name: "1,000 readers, single events of 256 B",
    load: Load { readers: 1_000, stalled: 0, size: Size::Small, burst: 1, rate: 20.0, times: 200 },
    cpu_goals: &[
        Goal::Times(1.2, Kind::Floor),
        Goal::Times(1.0, Kind::Idiomatic),
        Goal::Times(1.0, Kind::Nchan),
    ],
    latency_goals: &[Goal::Times(1.3, Kind::Floor)],
};

const BURSTS: Named = Named {
    name: "1,000 readers, bursts of 8 events of 256 B",
    load: Load { readers: 1_000, stalled: 0, size: Size::Small, burst: 8, rate: 5.0, times: 40 },
    cpu_goals: &[],
    latency_goals: &[],
};

const OTHERS: [Named; 2] = [
    Named {
        name: "100 readers, single events of 256 B",
        load: Load { readers: 100, stalled: 0, size: Size::Small, burst: 1, rate: 100.0, times: 400 },
        cpu_goals: &[Goal::Times(1.2, Kind::Floor)],
        latency_goals: &[Goal::Times(1.3, Kind::Floor)],
    },
    Named {
        name: "1,000 readers, single events of 16 KiB",
        load: Load { readers: 1_000, stalled: 0, size: Size::Large, burst: 1, rate: 20.0, times: 200 },
        cpu_goals: &[Goal::Times(1.2, Kind::Floor)],
        latency_goals: &[],
    },
];

/// Readers beside others that read nothing. Events are large, so that who does not read is soon full.
const STALLED: Load =
    Load { readers: 1_000, stalled: 100, size: Size::Large, burst: 1, rate: 20.0, times: 200 };

/// The same readers without the others.
const UNSTALLED: Load = Load { readers: STALLED.readers - STALLED.stalled, stalled: 0, ..STALLED };

/// What was measured of one load.
struct Measured {
    name: String,
    cpu: Figures,
    total: Figures,
    half: Figures,
    most: Figures,
    answers: Figures,
}

/// Measures, and prints the tables.
///
/// # Errors
/// If something that is needed is missing, or a server fails.
pub fn run(options: &Options) -> io::Result<()> {
    if let Some(missing) = targets::mainstay_missing(&options.mainstay) {
        return Err(io::Error::new(io::ErrorKind::NotFound, missing));
    }
    let kinds = kinds(options);
    let load = std::fs::read_to_string("/proc/loadavg")?;
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    println!("{} rounds. Load of the machine before: {}.\n", options.rounds, load.join(", "));
    let mut sections = deliveries(options, &kinds)?;
    if options.wants("streams") {
        sections.push(streams(options, &kinds)?);
    }
    if options.wants("stalled") {
        sections.push(stalled(options, &kinds)?);
    }
    sections.iter().for_each(|section| println!("{}", section.table(&kinds)));
    println!("{}", goals(&sections));
    Ok(())
}

/// What is measured; what can't be is said.
fn kinds(options: &Options) -> Vec<Kind> {
    if options.alone {
        return vec![Kind::Mainstay];
    }
    let mut kinds = vec![Kind::Floor, Kind::Mainstay, Kind::Idiomatic];
    match targets::nchan_missing() {
        None => kinds.push(Kind::Nchan),
        Some(missing) => println!("{missing}\n"),
    }
    kinds
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only))
    }
}

fn deliveries(options: &Options, kinds: &[Kind]) -> io::Result<Vec<Section>> {
    let (mut cpu, mut latency, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    let mut single = None;
    for Named { name, load, cpu_goals, latency_goals } in [SINGLE, BURSTS].into_iter().chain(OTHERS) {
        if !options.wants(name) {
            continue;
        }
        eprintln!("{name}");
        let measured = rounds(options, kinds, |kind| cells::deliver(kind, &options.mainstay, load))?;
        let measured = Measured::of(name, &measured, |run| run);
        let name = measured.name;
        cpu.push(Row::new(name.clone(), measured.cpu.clone(), "µs", cpu_goals));
        cpu.push(Row::new("… with the cost of publishing in it", measured.total, "µs", &[]));
        if load.burst > 1
            && let Some(single) = &single
        {
            let ratio = measured.cpu.over(single);
            cpu.push(Row::new("an event of a burst of 8 to a single one", ratio, "×", &[Goal::AtMost(0.25)]));
        }
        latency.push(Row::new(format!("{name}, half"), measured.half, "ms", &[]));
        latency.push(Row::new(format!("{name}, 99 of 100"), measured.most, "ms", latency_goals));
        answers.push(Row::new(name, measured.answers, "ms", &[]));
        single = single.or(Some(measured.cpu));
    }
    let sections = [
        ("Processor time of the server for each event that one reader got", cpu),
        ("From publishing to receiving", latency),
        (
            "From publishing to the publisher's answer, half (Mainstay's has been committed to the disk)",
            answers,
        ),
    ];
    let sections = sections.into_iter().filter(|(_, rows)| !rows.is_empty());
    Ok(sections.map(|(title, rows)| Section { title, rows }).collect())
}

impl Measured {
    /// What was measured of the load that `which` finds in the runs.
    fn of<T>(name: &str, measured: &[(Kind, Vec<T>)], which: impl Fn(&T) -> &Delivery) -> Self {
        let lost = |(kind, runs): &(Kind, Vec<T>)| {
            let lost: u64 = runs.iter().map(|run| which(run).lost).sum();
            (lost > 0).then(|| format!(" ({}: {lost} not delivered)", kind.name()))
        };
        let lost: String = measured.iter().filter_map(lost).collect();
        let figure = |of: fn(&Delivery) -> f64| Figures::of(measured, |run| of(which(run)));
        Self {
            name: format!("{name}{lost}"),
            cpu: figure(|run| run.delivery_us),
            total: figure(|run| run.total_us),
            half: figure(|run| run.p50_us / 1e3),
            most: figure(|run| run.p99_us / 1e3),
            answers: figure(|run| run.answer_us / 1e3),
        }
    }
}

fn streams(options: &Options, kinds: &[Kind]) -> io::Result<Section> {
    eprintln!("streams");
    let idle = rounds(options, kinds, |kind| cells::idle(kind, &options.mainstay, 1_000))?;
    let held = rounds(options, &[Kind::Mainstay], |kind| cells::idle(kind, &options.mainstay, options.held))?;
    let each = "resident memory of an idle stream, of";
    let memory: &[Goal] = &[Goal::AtMost(12.0)];
    let rows = vec![
        Row::new(format!("{each} 1,000"), Figures::of(&idle, |run| run.kib), "KiB", memory),
        Row::new(format!("{each} {}", options.held), Figures::of(&held, |run| run.kib), "KiB", memory),
        Row::new("opening 1,000 streams", Figures::of(&idle, |run| run.opened.all_ms), "ms", &[]),
        Row::new("… in a second", Figures::of(&idle, |run| 1e6 / run.opened.all_ms), "streams", &[]),
        Row::new(
            "1,000 streams cut at once, until 99 of 100 are open again",
            Figures::of(&idle, |run| run.reopened.most_ms),
            "ms",
            &[],
        ),
        Row::new(
            format!("opening {} streams", options.held),
            Figures::of(&held, |run| run.opened.all_ms),
            "ms",
            &[Goal::Done("all are held")],
        ),
    ];
    Ok(Section { title: "Streams", rows })
}

/// What a machine does changes from minute to minute, so a server is measured beside stalled readers right after it was
/// without them, and its two figures are of the same round.
fn stalled(options: &Options, kinds: &[Kind]) -> io::Result<Section> {
    eprintln!("stalled readers");
    let measured = rounds(options, kinds, |kind| {
        let deliver = |load| cells::deliver(kind, &options.mainstay, load);
        Ok((deliver(UNSTALLED)?, deliver(STALLED)?))
    })?;
    let alone = Measured::of("900 readers of events of 16 KiB", &measured, |(alone, _)| alone);
    let beside = Measured::of("the same beside 100 that read nothing", &measured, |(_, beside)| beside);
    let ratio = beside.most.over(&alone.most);
    let rows = vec![
        Row::new(alone.name, alone.most, "ms", &[]),
        Row::new(beside.name, beside.most, "ms", &[]),
        Row::new(
            "900 readers beside 100 that read nothing, to without them",
            ratio,
            "×",
            &[Goal::AtMost(1.1)],
        ),
    ];
    Ok(Section { title: "Stalled readers: from publishing to receiving, 99 of 100", rows })
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

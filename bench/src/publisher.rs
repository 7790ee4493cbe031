//! A publisher with a schedule of its own: what is late is counted as late, whatever the server does.

use std::io::{self, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use hdrhistogram::Histogram;

use super::{http, stamp};

/// The longest answer that is told apart, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;

/// What is published, and when.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server listens.
    #[arg(long)]
    pub address: SocketAddr,
    /// The method of the request that publishes.
    #[arg(long)]
    pub method: String,
    /// Its path.
    #[arg(long)]
    pub path: String,
    /// Its headers.
    #[arg(long)]
    pub header: Vec<String>,
    /// Its body, with {stamp} for the time that it is meant for and {number} for a number of its own.
    #[arg(long)]
    pub body: String,
    /// How many times a second.
    #[arg(long)]
    pub rate: f64,
    /// How many at a time, each on a connection of its own.
    #[arg(long, default_value_t = 1)]
    pub burst: usize,
    /// How many times in all.
    #[arg(long)]
    pub times: u32,
}

/// What came of it.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Outcome {
    /// How many were taken.
    pub published: u64,
    /// How many were refused.
    pub refused: u64,
    /// How long half of the answers took, in microseconds.
    pub answer_us: f64,
}

/// Publishes, and prints what came of it as a line of JSON.
///
/// # Errors
/// If the server can't be reached any more.
pub fn run(options: &Options) -> io::Result<()> {
    // Connected and warm before the schedule begins.
    let begin = stamp::now() + 200_000_000;
    let threads: Vec<_> = (0..options.burst)
        .map(|place| {
            let options = options.clone();
            std::thread::spawn(move || publish(&options, place, begin))
        })
        .collect();
    let (mut sum, mut answers) = (Outcome::default(), answers()?);
    for thread in threads {
        let (one, of_one) = thread.join().map_err(|_| io::Error::other("a publisher panicked"))??;
        sum.published += one.published;
        sum.refused += one.refused;
        answers.add(of_one).map_err(io::Error::other)?;
    }
    sum.answer_us = answers.value_at_quantile(0.5) as f64 / 1e3;
    println!("{}", serde_json::to_string(&sum)?);
    Ok(())
}

fn answers() -> io::Result<Histogram<u64>> {
    Histogram::new_with_bounds(1_000, LONGEST, 3).map_err(io::Error::other)
}

fn publish(options: &Options, place: usize, begin: u64) -> io::Result<(Outcome, Histogram<u64>)> {
    let mut output = TcpStream::connect(options.address)?;
    output.set_nodelay(true)?;
    let mut input = BufReader::new(output.try_clone()?);
    let (mut outcome, mut answers) = (Outcome::default(), answers()?);
    for time in 0..options.times {
        let due = begin + (f64::from(time) * 1e9 / options.rate) as u64;
        std::thread::sleep(Duration::from_nanos(due.saturating_sub(stamp::now())));
        let number = u64::from(time) * options.burst as u64 + place as u64;
        let body =
            options.body.replace("{stamp}", &stamp::mark(due)).replace("{number}", &number.to_string());
        let sent = stamp::now();
        http::write_request(&mut output, &options.method, &options.path, &options.header, body.as_bytes())?;
        let (status, answer) = http::read_answer(&mut input)?;
        answers.saturating_record(stamp::now() - sent);
        if status < 300 {
            outcome.published += 1;
        } else {
            if outcome.refused == 0 {
                eprintln!("refused with {status}: {}", String::from_utf8_lossy(&answer));
            }
            outcome.refused += 1;
        }
    }
    Ok((outcome, answers))
}

//! Readers of streams: many sockets, one thread, nothing decoded but the marks that tell when an event was meant to come.

mod reader;

use std::collections::BTreeSet;
use std::io::{self, BufRead as _, Write as _};
use std::net::SocketAddr;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::{Events, Poll, Token, Waker};
use serde::{Deserialize, Serialize};

use reader::{Progress, Reader};

/// The longest latency that is told apart, in nanoseconds: a minute.
const LONGEST: u64 = 60_000_000_000;
/// How long readers may take to open.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whose stream is read, and by how many.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server listens.
    #[arg(long)]
    pub address: SocketAddr,
    /// The path of the stream.
    #[arg(long)]
    pub path: String,
    /// Headers of the request.
    #[arg(long)]
    pub header: Vec<String>,
    /// A stream is open once this has come.
    #[arg(long)]
    pub until: String,
    /// How many streams.
    #[arg(long)]
    pub count: usize,
    /// How many of them are never read once they are open.
    #[arg(long, default_value_t = 0)]
    pub stalled: usize,
    /// How many connections are under way at a time.
    #[arg(long, default_value_t = 256)]
    pub under_way: usize,
}

/// How streams opened.
#[derive(Debug, Deserialize, Serialize)]
pub struct Opened {
    /// From the first request until all were open, in milliseconds.
    pub all_ms: f64,
    /// Until half of them were.
    pub half_ms: f64,
    /// Until 99 of a hundred were.
    pub most_ms: f64,
}

/// What came since the last question.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Heard {
    /// Events, over all streams that are read.
    pub events: u64,
    /// Bytes, over all streams that are read.
    pub bytes: u64,
    /// Streams that ended.
    pub ended: u64,
    /// The latency that half of the events did not exceed, in microseconds.
    pub p50_us: f64,
    /// The same for 99 of a hundred.
    pub p99_us: f64,
    /// The longest.
    pub max_us: f64,
}

/// Opens the streams, then answers the lines of its input: `heard`, `reopen`.
///
/// # Errors
/// If the streams can't be opened.
pub fn run(options: &Options) -> io::Result<()> {
    let mut crowd = Crowd::new(options.clone())?;
    say(&crowd.open()?)?;
    let questions = questions(&crowd.poll)?;
    loop {
        match questions.try_recv() {
            Ok(question) if question == "heard" => say(&crowd.heard())?,
            Ok(question) if question == "reopen" => say(&crowd.open()?)?,
            Ok(other) => return Err(io::Error::other(format!("unknown question: {other}"))),
            Err(TryRecvError::Empty) => crowd.listen(None)?,
            Err(TryRecvError::Disconnected) => return Ok(()),
        }
    }
}

fn say(answer: &impl Serialize) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(output, "{}", serde_json::to_string(answer)?)?;
    output.flush()
}

/// The lines of the input, each of which ends a wait for events.
fn questions(poll: &Poll) -> io::Result<Receiver<String>> {
    let waker = Waker::new(poll.registry(), Token(usize::MAX))?;
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if send.send(line).is_err() || waker.wake().is_err() {
                return;
            }
        }
        drop(send);
        // The end of the input is the last question, so nobody is left to tell if this fails.
        let _ = waker.wake();
    });
    Ok(receive)
}

/// All readers.
struct Crowd {
    options: Options,
    poll: Poll,
    events: Events,
    readers: Vec<Option<Reader>>,
    latencies: Histogram<u64>,
    heard: Heard,
    buffer: Vec<u8>,
}

impl Crowd {
    fn new(options: Options) -> io::Result<Self> {
        let latencies = Histogram::new_with_bounds(1_000, LONGEST, 3).map_err(io::Error::other)?;
        Ok(Self {
            options,
            poll: Poll::new()?,
            events: Events::with_capacity(4096),
            readers: Vec::new(),
            latencies,
            heard: Heard::default(),
            buffer: vec![0; 256 * 1024],
        })
    }

    /// Opens all streams anew, as fast as the server lets it. Who is refused tries again.
    fn open(&mut self) -> io::Result<Opened> {
        self.readers.clear();
        self.readers.resize_with(self.options.count, || None);
        let mut waiting: BTreeSet<usize> = (0..self.options.count).collect();
        let mut under_way = BTreeSet::new();
        let (begin, mut times) = (Instant::now(), Vec::new());
        while times.len() < self.options.count {
            if begin.elapsed() > PATIENCE {
                let words = format!("{} of {} streams opened", times.len(), self.options.count);
                return Err(io::Error::new(io::ErrorKind::TimedOut, words));
            }
            while under_way.len() < self.options.under_way {
                let Some(place) = waiting.pop_first() else { break };
                self.readers[place] = Reader::connect(&self.options, place, self.poll.registry()).ok();
                under_way.insert(place);
            }
            for place in self.turn(Some(Duration::from_millis(10)))? {
                if self.readers[place].as_ref().is_some_and(Reader::is_open) {
                    under_way.remove(&place);
                    times.push(begin.elapsed());
                }
            }
            under_way.retain(|place| {
                let is_lost = self.readers[*place].is_none();
                if is_lost {
                    waiting.insert(*place);
                }
                !is_lost
            });
        }
        self.heard();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        Ok(Opened { all_ms: at(1.0), half_ms: at(0.5), most_ms: at(0.99) })
    }

    fn listen(&mut self, timeout: Option<Duration>) -> io::Result<()> {
        self.turn(timeout).map(|_| ())
    }

    /// Takes what has come, and tells which readers have just opened.
    fn turn(&mut self, timeout: Option<Duration>) -> io::Result<Vec<usize>> {
        let mut opened = Vec::new();
        match self.poll.poll(&mut self.events, timeout) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(opened),
            other => other?,
        }
        for event in &self.events {
            let place = event.token().0;
            let Some(slot) = self.readers.get_mut(place) else { continue };
            let Some(reader) = slot.as_mut() else { continue };
            let (heard, latencies) = (&mut self.heard, &mut self.latencies);
            let each = |latency: u64| {
                heard.events += 1;
                latencies.saturating_record(latency);
            };
            match reader.advance(&mut self.buffer, each) {
                Ok(Progress { bytes, has_opened }) => {
                    self.heard.bytes += bytes;
                    if has_opened {
                        opened.push(place);
                        if place < self.options.stalled {
                            reader.stall(self.poll.registry())?;
                        }
                    }
                }
                Err(_) => {
                    self.heard.ended += 1;
                    *slot = None;
                }
            }
        }
        Ok(opened)
    }

    fn heard(&mut self) -> Heard {
        let at = |share| self.latencies.value_at_quantile(share) as f64 / 1e3;
        let heard =
            Heard { p50_us: at(0.5), p99_us: at(0.99), max_us: at(1.0), ..std::mem::take(&mut self.heard) };
        self.latencies.reset();
        heard
    }
}

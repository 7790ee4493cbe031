//! What the operating system counts for a process and its children: time and memory.

use std::fs;
use std::io;
use std::time::Duration;

/// The processor time that a process and its children have taken.
///
/// # Errors
/// If the process is gone.
pub fn cpu(process: u32) -> io::Result<Duration> {
    // Threads tell nanoseconds, but one that has ended takes its time along; the process keeps that, to 10 ms.
    let of_one = |process| Ok(of_threads(process)?.max(of_process(process)?));
    over_tree(process, of_one).map(Duration::from_nanos)
}

/// The nanoseconds that the threads which a process has now were on a processor.
fn of_threads(process: u32) -> io::Result<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        // A thread may end while it is looked at.
        let Ok(counts) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
        let time = counts.split_whitespace().next().and_then(|time| time.parse::<u64>().ok());
        sum += time.ok_or(io::ErrorKind::InvalidData)?;
    }
    Ok(sum)
}

/// The nanoseconds that a process was on a processor, as far as ticks tell.
fn of_process(process: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // proc(5): fields 14 and 15 are the times in user and kernel mode; the name before may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Ok(ticks * 1_000_000_000 / rustix::param::clock_ticks_per_second())
}

/// The memory of a process and its children that is resident, in bytes, counted page by page.
///
/// # Errors
/// If the process is gone.
pub fn resident(process: u32) -> io::Result<u64> {
    over_tree(process, |process| {
        // What `status` says of it is up to 64 pages behind for each thread.
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kilobytes.ok_or(io::ErrorKind::InvalidData)? * 1024)
    })
}

fn over_tree(process: u32, of_one: impl Fn(u32) -> io::Result<u64>) -> io::Result<u64> {
    let (mut sum, mut waiting) = (0, vec![process]);
    while let Some(process) = waiting.pop() {
        sum += of_one(process)?;
        let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"))?;
        waiting.extend(children.split_whitespace().filter_map(|child| child.parse::<u32>().ok()));
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_taken_time_and_memory() {
        let begin = std::time::Instant::now();
        while cpu(std::process::id()).unwrap() < Duration::from_millis(30) {
            assert!(begin.elapsed() < Duration::from_secs(20), "no time is counted");
        }
        assert!(resident(std::process::id()).unwrap() > 100_000);
    }

    #[test]
    fn the_time_of_a_thread_is_counted_after_its_end() {
        let before = cpu(std::process::id()).unwrap();
        let busy = || {
            let begin = std::time::Instant::now();
            while begin.elapsed() < Duration::from_millis(300) {}
        };
        std::thread::spawn(busy).join().unwrap();
        assert!(cpu(std::process::id()).unwrap() > before + Duration::from_millis(50));
    }
}

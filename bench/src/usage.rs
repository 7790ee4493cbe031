//! What the operating system counts for a process and its children: time and memory.

use std::fs;
use std::io;
use std::time::Duration;

/// The processor time that a process and its children have taken, to 10 ms.
///
/// # Errors
/// If the process is gone.
pub fn cpu(process: u32) -> io::Result<Duration> {
    over_tree(process, |process| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
        // proc(5): fields 14 and 15 are the times in user and kernel mode; the name before may hold anything.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(ticks * 1_000_000 / rustix::param::clock_ticks_per_second())
    })
    .map(Duration::from_micros)
}

/// The memory of a process and its children that is resident, in bytes.
///
/// # Errors
/// If the process is gone.
pub fn resident(process: u32) -> io::Result<u64> {
    over_tree(process, |process| {
        let status = fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
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
        while cpu(std::process::id()).unwrap() == Duration::ZERO {
            assert!(begin.elapsed() < Duration::from_secs(20), "no time is counted");
        }
        assert!(resident(std::process::id()).unwrap() > 100_000);
    }
}

//! Which process exactly: a number is given again when its process is gone, so it only counts together with the moment at
//! which the process began.

use std::io;

use serde::{Deserialize, Serialize};

/// A process, told from every other one that ever has its number on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessIdentity {
    /// Its number.
    pub pid: u32,
    /// When it began, in the system's own words; only good to be compared.
    birth: String,
}

impl ProcessIdentity {
    /// This process.
    ///
    /// # Errors
    /// If the system does not say when it began.
    pub fn own() -> io::Result<Self> {
        let pid = std::process::id();
        let birth = system::birth(pid)?.ok_or(io::ErrorKind::NotFound)?;
        Ok(Self { pid, birth })
    }

    /// Whether another process has its number by now.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn has_successor(&self) -> io::Result<bool> {
        Ok(system::birth(self.pid)?.is_some_and(|birth| birth != self.birth))
    }

    /// Whether it belongs to the present boot of the machine; where the system does not tell boots apart, it may.
    #[must_use]
    pub fn is_of_this_boot(&self) -> bool {
        system::is_of_this_boot(&self.birth)
    }

    /// Whether the process is proven to be gone: nothing has its number, or what has it began at another moment. One that
    /// has ended and only waits for its parent to notice is gone, too.
    ///
    /// # Errors
    /// If the system does not say; then nothing is proven.
    pub fn is_gone(&self) -> io::Result<bool> {
        Ok(system::birth(self.pid)?.as_ref() != Some(&self.birth))
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::{fs, io};

    /// When a process began, in ticks since this boot of the machine; `None` if it is gone. Source: `proc_pid_stat(5)`,
    /// fields 3 and 22.
    pub fn birth(pid: u32) -> io::Result<Option<String>> {
        let stat = match fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => stat,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        // The name of the program stands in brackets and may hold anything, brackets and spaces too.
        let unreadable = || io::Error::new(io::ErrorKind::InvalidData, "unreadable process status");
        let (_, fields) = stat.rsplit_once(')').ok_or_else(unreadable)?;
        let mut fields = fields.split_ascii_whitespace();
        let state = fields.next().ok_or_else(unreadable)?;
        if matches!(state, "Z" | "X") {
            return Ok(None);
        }
        let ticks = fields.nth(18).ok_or_else(unreadable)?;
        Ok(Some(format!("{}:{ticks}", boot())))
    }

    pub fn is_of_this_boot(birth: &str) -> bool {
        birth.rsplit_once(':').is_some_and(|(of, _)| of == boot())
    }

    fn boot() -> String {
        fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
    }

    /// The process may vanish between opening and reading, which is told as "no such process" (`ESRCH`).
    fn is_gone(error: &io::Error) -> bool {
        error.kind() == io::ErrorKind::NotFound
            || error.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::process::Command;

    pub fn is_of_this_boot(_birth: &str) -> bool {
        true
    }

    /// When a process began, to the second; `None` if it is gone. Source: `ps(1)` of POSIX and the BSDs.
    pub fn birth(pid: u32) -> io::Result<Option<String>> {
        let number = pid.to_string();
        let output =
            Command::new("ps").args(["-o", "stat=,lstart=", "-p", &number]).env("LC_ALL", "C").output()?;
        let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match line.split_once(char::is_whitespace) {
            Some((state, birth)) if !state.starts_with('Z') => Ok(Some(birth.trim().to_owned())),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn this_process_is_not_gone_and_one_of_another_birth_is() {
        let own = ProcessIdentity::own().unwrap();
        assert!(!own.is_gone().unwrap());
        let other = ProcessIdentity { birth: "another".to_owned(), ..own };
        assert!(other.is_gone().unwrap());
    }

    #[test]
    fn a_process_that_has_ended_is_gone_even_before_its_parent_has_noticed() {
        let mut child = Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let pid = child.id();
        let identity = ProcessIdentity { pid, birth: system::birth(pid).unwrap().unwrap() };
        assert!(!identity.is_gone().unwrap());
        drop(child.stdin.take());
        let mut end = String::new();
        // Its output ends when it has ended; nobody has waited for it yet.
        io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut end).unwrap();
        while !identity.is_gone().unwrap() {
            std::thread::yield_now();
        }
        child.wait().unwrap();
        assert!(identity.is_gone().unwrap());
    }
}

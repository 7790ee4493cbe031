//! Where other machines' disks lie in the tree of folders: one that does not answer would hold up a search for ever.

use std::collections::HashSet;
use std::path::PathBuf;

/// Kinds of file systems that may wait for another machine, or for a program.
const FAR: [&str; 10] = ["nfs", "cifs", "smb", "fuse", "autofs", "afs", "9p", "ceph", "ncp", "davfs"];

/// The folders under which other machines' disks lie, as far as the system says so.
pub(super) fn far() -> HashSet<PathBuf> {
    std::fs::read_to_string("/proc/self/mountinfo").map(|mounts| far_of(&mounts)).unwrap_or_default()
}

/// Source: `proc_pid_mountinfo(5)`; a space in a path is written in octal.
fn far_of(mounts: &str) -> HashSet<PathBuf> {
    let is_far = |kind: &str| FAR.iter().any(|far| kind.starts_with(far));
    let place = |line: &str| {
        let (before, after) = line.split_once(" - ")?;
        let kind = after.split(' ').next()?;
        is_far(kind)
            .then(|| before.split(' ').nth(4).map(|place| PathBuf::from(place.replace("\\040", " "))))?
    };
    mounts.lines().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_of_other_machines_are_far_and_own_ones_are_not() {
        let mounts = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n\
            40 22 0:35 / /home/ada/our\\040nas rw,relatime shared:7 - nfs4 nas:/all rw\n\
            41 22 0:36 / /home/ada/far rw - fuse.sshfs ada@far:/ rw\n";
        let far = far_of(mounts);
        assert_eq!(far, ["/home/ada/our nas", "/home/ada/far"].map(PathBuf::from).into());
    }
}

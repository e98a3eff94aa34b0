//! Where the limits of this process's control groups are written: the folders of a controller, own group first,
//! then its ancestors up to the mount. Versions 1 and 2, side by side if the machine mounts both.
//! Refuses nothing: what cannot be read is no limit.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that may limit this process for `controller` ("memory", "cpu"), nearest first.
pub(crate) fn folders(controller: &str) -> Vec<PathBuf> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    folders_from(&groups, &mounts, controller)
}

/// [`folders`] from the texts of /proc/self/cgroup and /proc/self/mountinfo.
pub(crate) fn folders_from(groups: &str, mounts: &str, controller: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for line in groups.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(group)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let unified = controllers.is_empty();
        if !unified && !controllers.split(',').any(|c| c == controller) {
            continue;
        }
        if let Some((root, point)) = mount_of(mounts, (!unified).then_some(controller)) {
            climb(root, Path::new(point), group, &mut found);
        }
    }
    found
}

/// (root, mount point) of the hierarchy of a version 1 controller, or of version 2.
fn mount_of<'m>(mounts: &'m str, controller: Option<&str>) -> Option<(&'m str, &'m str)> {
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let mut before = before.split(' ').skip(3);
        let (root, point) = (before.next()?, before.next()?);
        let mut after = after.split(' ');
        let (kind, options) = (after.next()?, after.nth(1)?);
        let wanted = match controller {
            None => kind == "cgroup2",
            Some(name) => kind == "cgroup" && options.split(',').any(|option| option == name),
        };
        wanted.then_some((root, point))
    })
}

fn climb(root: &str, point: &Path, group: &str, found: &mut Vec<PathBuf>) {
    let below = match group.strip_prefix(root.trim_end_matches('/')) {
        Some(below) if !below.contains("..") => below.trim_start_matches('/'),
        _ => "", // the group lies outside what is mounted here: the mount itself is the nearest
    };
    let own = if below.is_empty() { point.to_path_buf() } else { point.join(below) };
    for folder in own.ancestors() {
        found.push(folder.to_path_buf());
        if folder == point {
            break;
        }
    }
}

/// The first number in a file of a control group; `None` for "max" and what is not there.
pub(crate) fn number(folder: &Path, file: &str) -> Option<u64> {
    fs::read_to_string(folder.join(file)).ok()?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
35 31 0:32 /box /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
";

    #[test]
    fn both_versions_and_the_ancestors_are_listed() {
        let groups = "4:memory:/box/a/b\n2:cpuacct,cpu:/\n0::/x/y\n";
        let listed = |controller| {
            let folders = folders_from(groups, MOUNTS, controller);
            folders.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" ")
        };
        let unified = "/sys/fs/cgroup/unified/x/y /sys/fs/cgroup/unified/x /sys/fs/cgroup/unified";
        let memory = "/sys/fs/cgroup/memory/a/b /sys/fs/cgroup/memory/a /sys/fs/cgroup/memory";
        assert_eq!(listed("memory"), format!("{memory} {unified}"));
        assert_eq!(listed("cpu"), format!("/sys/fs/cgroup/cpu {unified}"));
    }

    #[test]
    fn a_group_outside_the_mount_falls_back_to_the_mount() {
        let listed = folders_from("4:memory:/elsewhere\n0::/../..\n", MOUNTS, "memory");
        assert_eq!(listed, [Path::new("/sys/fs/cgroup/memory"), Path::new("/sys/fs/cgroup/unified")]);
    }

    #[test]
    fn garbage_is_no_limit() {
        for groups in ["", "x", "4:memory", "::::", "0::"] {
            for mounts in ["", "a - b", " - cgroup2"] {
                assert!(folders_from(groups, mounts, "memory").is_empty());
            }
        }
    }
}

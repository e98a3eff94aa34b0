//! How many bytes the operating system will let us have, and by which of its limits; and how many a process has.
//! Refuses a need that is greater than any limit, before anything is touched.

use crate::cgroup;
use nix::sys::resource::{Resource, getrlimit};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What limits memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// The memory limit of a control group (its folder).
    ControlGroup(PathBuf),
    /// RLIMIT_AS (`ulimit -v`).
    AddressSpace,
    /// What is free in the file system at /dev/shm.
    SharedMemory,
    /// What the machine has available.
    Machine,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::ControlGroup(folder) => {
                write!(f, "the memory limit of the control group {}", folder.display())
            }
            Limit::AddressSpace => write!(f, "the limit of the address space (ulimit -v)"),
            Limit::SharedMemory => write!(f, "the free space of /dev/shm"),
            Limit::Machine => write!(f, "the memory available on this machine"),
        }
    }
}

/// The bytes that one limit still leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The limit.
    pub limit: Limit,
    /// Bytes left under it.
    pub available: u64,
}

/// A need that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} of memory are needed, but {limit} leaves {}", Size(*needed), Size(*available))]
pub struct DoesNotFit {
    /// Bytes needed.
    pub needed: u64,
    /// Bytes available.
    pub available: u64,
    /// The limit.
    pub limit: Limit,
}

/// A number of bytes as people read it, with the exact number.
#[derive(Debug, Clone, Copy)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        let mut scaled = self.0 as f64;
        let mut unit = None;
        for name in UNITS {
            if scaled < 1024.0 {
                break;
            }
            scaled /= 1024.0;
            unit = Some(name);
        }
        match unit {
            Some(unit) => write!(f, "{scaled:.1} {unit} ({} bytes)", self.0),
            None => write!(f, "{} bytes", self.0),
        }
    }
}

/// All limits that apply to this process, with what each leaves.
pub fn rooms() -> Vec<Room> {
    let mut rooms: Vec<Room> =
        cgroup::folders("memory").iter().filter_map(|folder| group_room(folder)).collect();
    let mut add =
        |limit, available: Option<u64>| rooms.extend(available.map(|available| Room { limit, available }));
    add(Limit::AddressSpace, address_space());
    add(Limit::SharedMemory, free_shared_memory());
    add(Limit::Machine, kilobytes("/proc/meminfo", "MemAvailable:"));
    rooms
}

/// Bytes that will be touched, as limits count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Of the segment.
    pub segment: u64,
    /// Of the segment and of what the largest process has beside it.
    pub process: u64,
    /// Of all processes together.
    pub all: u64,
}

impl Need {
    /// Of a segment, and nothing beside it.
    pub fn of(segment: u64) -> Need {
        Need { segment, process: segment, all: segment }
    }

    fn under(&self, limit: &Limit) -> u64 {
        match limit {
            Limit::SharedMemory => self.segment,
            Limit::AddressSpace => self.process,
            Limit::ControlGroup(_) | Limit::Machine => self.all,
        }
    }
}

/// Compares the bytes that will be touched with every limit of this process.
pub fn check_fits(need: &Need) -> Result<(), DoesNotFit> {
    fits_in(need, rooms())
}

/// Compares a need with given rooms; told is the one where most is missing.
pub fn fits_in(need: &Need, rooms: Vec<Room>) -> Result<(), DoesNotFit> {
    let missing = |room: &Room| need.under(&room.limit).saturating_sub(room.available);
    match rooms.into_iter().rev().max_by_key(missing) {
        Some(room) if missing(&room) > 0 => {
            let needed = need.under(&room.limit);
            Err(DoesNotFit { needed, available: room.available, limit: room.limit })
        }
        _ => Ok(()),
    }
}

/// Bytes of private anonymous memory a process has resident: `None` for this process, or a process id.
pub fn rss_anon(process: Option<i32>) -> Option<u64> {
    let process = process.map_or("self".to_string(), |id| id.to_string());
    kilobytes(&format!("/proc/{process}/status"), "RssAnon:")
}

/// Processes that the system has killed for want of memory, of the machine or of a control group, since it was started; 0 where
/// it does not tell.
pub fn starved_processes() -> u64 {
    let text = fs::read_to_string("/proc/vmstat").unwrap_or_default();
    let count = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
    count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
}

/// Bytes free in /dev/shm for this user.
pub fn free_shared_memory() -> Option<u64> {
    let stat = nix::sys::statvfs::statvfs("/dev/shm").ok()?;
    (stat.blocks_available() as u64).checked_mul(stat.fragment_size() as u64)
}

fn group_room(folder: &Path) -> Option<Room> {
    let room = |limit: &str, used: &str| {
        let limit = cgroup::number(folder, limit)?;
        let used = cgroup::number(folder, used)?.saturating_sub(reclaimable(folder));
        Some(Room { limit: Limit::ControlGroup(folder.to_path_buf()), available: limit.saturating_sub(used) })
    };
    room("memory.max", "memory.current").or_else(|| room("memory.limit_in_bytes", "memory.usage_in_bytes"))
}

/// Page cache that the kernel gives up before it lets the group run into its limit.
fn reclaimable(folder: &Path) -> u64 {
    let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
    let field = |name| stat.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    field("total_inactive_file ").or_else(|| field("inactive_file ")).unwrap_or(0)
}

fn address_space() -> Option<u64> {
    let (soft, _) = getrlimit(Resource::RLIMIT_AS).ok()?;
    if soft == nix::libc::RLIM_INFINITY {
        return None;
    }
    Some(soft.saturating_sub(kilobytes("/proc/self/status", "VmSize:").unwrap_or(0)))
}

fn kilobytes(file: &str, field: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(field))?;
    value.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_is_passed_most_is_named() {
        let rooms = vec![
            Room { limit: Limit::Machine, available: 5000 },
            Room { limit: Limit::SharedMemory, available: 3 << 20 },
            Room { limit: Limit::AddressSpace, available: 4096 },
        ];
        assert_eq!(fits_in(&Need::of(4096), rooms.clone()), Ok(()));
        let refused = fits_in(&Need::of(4097), rooms.clone()).unwrap_err();
        assert_eq!((refused.needed, refused.available, &refused.limit), (4097, 4096, &Limit::AddressSpace));
        assert_eq!(
            refused.to_string(),
            "4.0 KiB (4097 bytes) of memory are needed, but the limit of the address space (ulimit -v) leaves 4.0 KiB (4096 bytes)"
        );
        assert_eq!(fits_in(&Need::of(u64::MAX), Vec::new()), Ok(()));
        let need = Need { segment: 4000, process: 4096, all: 5007 };
        let refused = fits_in(&need, rooms).unwrap_err();
        assert_eq!((refused.needed, refused.available, &refused.limit), (5007, 5000, &Limit::Machine));
    }

    #[test]
    fn sizes_read_well() {
        let table = [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 KiB (1536 bytes)")];
        for (bytes, text) in table {
            assert_eq!(Size(bytes).to_string(), text);
        }
        assert!(Size(u64::MAX).to_string().starts_with("16.0 EiB"));
    }

    #[test]
    fn limits_of_control_groups_of_both_versions_count_reclaimable_cache_as_free() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(group_room(folder.path()), None);
        write("memory.limit_in_bytes", "900\n");
        write("memory.usage_in_bytes", "500\n");
        write("memory.stat", "cache 300\ninactive_file 7\ntotal_inactive_file 200\n");
        assert_eq!(group_room(folder.path()).unwrap().available, 600);
        write("memory.max", "max\n");
        write("memory.current", "10\n");
        assert_eq!(group_room(folder.path()).unwrap().available, 600);
        write("memory.max", "100\n");
        write("memory.stat", "anon 5\ninactive_file 4\n");
        assert_eq!(group_room(folder.path()).unwrap().available, 94);
        write("memory.current", "1000\n");
        assert_eq!(group_room(folder.path()).unwrap().available, 0);
    }

    #[test]
    fn this_machine_has_limits_and_this_process_has_memory() {
        let rooms = rooms();
        assert!(rooms.iter().any(|room| room.limit == Limit::Machine && room.available > 0), "{rooms:?}");
        assert!(rooms.iter().any(|room| room.limit == Limit::SharedMemory), "{rooms:?}");
        assert_eq!(check_fits(&Need::of(1)), Ok(()));
        assert!(check_fits(&Need::of(1 << 60)).is_err());
        let own = rss_anon(None).unwrap();
        assert!(own > 0 && own < 1 << 40);
        assert_eq!(rss_anon(Some(-1)), None);
    }
}

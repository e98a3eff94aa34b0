//! The CPUs this process may use: how many workers are worth starting, and which CPU each is pinned to.
//! Refuses nothing: where the system does not say, one CPU is assumed and nothing is pinned.

use crate::cgroup;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use std::fs;
use std::path::Path;

/// CPUs of this process's affinity mask, one thread of every core first, then the second threads.
pub fn allowed() -> Vec<usize> {
    let mut cpus = match sched_getaffinity(Pid::from_raw(0)) {
        Ok(set) => (0..CpuSet::count()).filter(|&cpu| set.is_set(cpu).unwrap_or(false)).collect(),
        Err(_) => listed_in_status().unwrap_or_default(), // more CPUs than a fixed-size mask holds
    };
    cpus.sort_by_key(|&cpu| (rank_in_core(cpu), cpu));
    cpus
}

/// The number of workers that is started unless a number is asked for: CPUs allowed, or fewer if a control
/// group's quota gives less time than that.
pub fn default_workers() -> usize {
    let cpus = allowed().len().max(1);
    let quotas = cgroup::folders("cpu").into_iter().filter_map(|folder| quota(&folder));
    quotas.map(|quota| quota.ceil() as usize).fold(cpus, usize::min).max(1)
}

/// The CPU of worker `index` of `workers`; none unless there are as many workers as CPUs. With fewer, all of them would
/// crowd the first CPUs, beside those of another run that does the same.
pub fn cpu_of(index: usize, workers: usize, allowed: &[usize]) -> Option<usize> {
    if workers == allowed.len() { allowed.get(index).copied() } else { None }
}

/// Pins the calling process; a refusal is not a fault, the worker then runs where the kernel puts it.
pub fn pin(cpu: usize) -> bool {
    let mut set = CpuSet::new();
    set.set(cpu).is_ok() && sched_setaffinity(Pid::from_raw(0), &set).is_ok()
}

/// CPUs' worth of time that a control group grants, if it limits it.
fn quota(folder: &Path) -> Option<f64> {
    let of = |quota: u64, period: u64| (quota > 0 && period > 0).then(|| quota as f64 / period as f64);
    if let Ok(text) = fs::read_to_string(folder.join("cpu.max")) {
        let mut fields = text.split_whitespace();
        return of(fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    }
    of(cgroup::number(folder, "cpu.cfs_quota_us")?, cgroup::number(folder, "cpu.cfs_period_us")?)
}

/// 0 for the first hardware thread of a core, 1 for the second.
fn rank_in_core(cpu: usize) -> usize {
    let file = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    let siblings = fs::read_to_string(file).ok().and_then(|text| parse_list(text.trim()));
    siblings.and_then(|siblings| siblings.iter().position(|&sibling| sibling == cpu)).unwrap_or(0)
}

fn listed_in_status() -> Option<Vec<usize>> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    parse_list(status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?.trim())
}

/// "0-3,8" as 0 1 2 3 8.
fn parse_list(text: &str) -> Option<Vec<usize>> {
    let mut cpus = Vec::new();
    for range in text.split(',') {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        if last >= 1 << 20 {
            return None;
        }
        cpus.extend(first..=last);
    }
    Some(cpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cpus() {
        assert_eq!(parse_list("0-3,8,10-11"), Some(vec![0, 1, 2, 3, 8, 10, 11]));
        assert_eq!(parse_list("5"), Some(vec![5]));
        for bad in ["", "a", "1-", "-1", "0-99999999999", "1,,2"] {
            assert_eq!(parse_list(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_worker_has_its_own_cpu_or_none() {
        assert_eq!(cpu_of(1, 2, &[4, 6]), Some(6));
        assert_eq!(cpu_of(0, 3, &[4, 6]), None);
        assert_eq!(cpu_of(5, 2, &[4, 6]), None);
        assert_eq!(cpu_of(0, 1, &[4, 6]), None);
        assert_eq!(cpu_of(0, 1, &[]), None);
    }

    #[test]
    fn quotas_of_both_versions() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(quota(folder.path()), None);
        write("cpu.cfs_quota_us", "-1\n");
        write("cpu.cfs_period_us", "100000\n");
        assert_eq!(quota(folder.path()), None);
        write("cpu.cfs_quota_us", "150000\n");
        assert_eq!(quota(folder.path()), Some(1.5));
        write("cpu.max", "max 100000\n");
        assert_eq!(quota(folder.path()), None);
        write("cpu.max", "50000 100000\n");
        assert_eq!(quota(folder.path()), Some(0.5));
    }

    #[test]
    fn the_status_file_and_the_system_call_agree() {
        let mut listed = listed_in_status().unwrap();
        let mut allowed = allowed();
        listed.sort_unstable();
        allowed.sort_unstable();
        assert!(
            !allowed.is_empty() && allowed.iter().all(|cpu| listed.contains(cpu)),
            "{allowed:?} {listed:?}"
        );
        assert!((1..=allowed.len()).contains(&default_workers()));
    }
}

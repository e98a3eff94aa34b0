//! Memory limits of control groups: refused with the bytes before anything is touched, or enough. The kernel never has to
//! kill, and where others take the memory, it takes a worker and not the parent.

use std::fmt::Write;

use crate::linux::{Machine, is_there};
use crate::planted::{JOB, resumes_to, undisturbed};
use crate::support::{Folder, Results};

/// A version of control groups: how its hierarchy is mounted at /sys/fs/cgroup, the file of the limit, and the one where
/// the kernel counts the processes it had to kill.
struct Version {
    name: &'static str,
    mount: &'static str,
    limit: &'static str,
    kills: &'static str,
}

const VERSIONS: [Version; 2] = [
    Version {
        name: "second",
        mount: "mount -t cgroup2 none /sys/fs/cgroup; echo +memory > /sys/fs/cgroup/cgroup.subtree_control",
        limit: "memory.max",
        kills: "memory.events",
    },
    Version {
        name: "first",
        mount: "mount -t cgroup -o memory none /sys/fs/cgroup",
        limit: "memory.limit_in_bytes",
        kills: "memory.oom_control",
    },
];

/// A job, and limits in MiB: from too little for the program itself to more than enough.
struct Hungry {
    what: &'static str,
    job: fn() -> String,
    limits: [u64; 6],
}

const NEURONS: Hungry = Hungry { what: "neurons", job, limits: [8, 16, 24, 32, 48, 64] };
const SYNAPSES: Hungry = Hungry { what: "synapses", job: with_delays, limits: [8, 32, 64, 96, 128, 192] };

/// About 4 MiB of state a worker, and as much of rows and trains.
fn job() -> String {
    let job = JOB.replace("size = 12", "size = 60000").replace("p = 0.3", "p = 0.00001");
    job.replace("every = \"1 ms\"", "every = \"10 ms\"")
}

/// About 2 million synapses that all points share, sorted by their delays by the parent.
fn with_delays() -> String {
    let job = JOB.replace("size = 12", "size = 2000").replace("p = 0.3", "p = 0.5");
    job.replace("\"v_post += 1*mV\"", "\"v_post += 0.001*mV\"\ndelay = \"0.1*ms + 2*ms*rand()\"")
}

#[test]
fn a_limit_of_a_control_group_is_71_with_the_bytes_or_enough() {
    const NAME: &str = "a_limit_of_a_control_group_is_71_with_the_bytes_or_enough";
    if !is_there(NAME) {
        return;
    }
    let [second, first] = &VERSIONS;
    for (version, Hungry { what, job, limits }) in [(second, NEURONS), (second, SYNAPSES), (first, NEURONS)] {
        let folder = Folder::new();
        let one = undisturbed(&folder, &job());
        let mut script = format!("{}\n", version.mount);
        for mib in limits {
            let name = format!("{}-{mib}", version.name);
            script += &in_group(version, &name, mib << 20);
            writeln!(script, "cat /sys/fs/cgroup/{name}/{} > {name}.kills", version.kills).unwrap();
        }
        Machine::start(&folder, version.name, None, &script).end();
        let ends = limits.map(|mib| ended(&folder, &format!("{}-{mib}", version.name), &one));
        let refused = ends.iter().filter(|code| **code == 71).count();
        assert!(
            ends.is_sorted_by(|a, b| a >= b),
            "{}, {what}: more memory was not better: {ends:?}",
            version.name
        );
        assert!(refused >= 2 && refused < ends.len(), "{}, {what}: {ends:?}", version.name);
    }
}

/// Runs the job in a group of its own.
fn in_group(version: &Version, name: &str, bytes: u64) -> String {
    let group = format!("/sys/fs/cgroup/{name}");
    format!(
        "mkdir {group}; echo {bytes} > {group}/{}\n\
         (echo $BASHPID > {group}/cgroup.procs; exec spikesweep run job.toml --workers 2 --out {name}) \
         > {name}.said 2>&1\n\
         echo $? > {name}.code\n",
        version.limit
    )
}

/// How a run in a group ended: it was refused and told why, or is as ever; nobody was killed.
#[track_caller]
fn ended(folder: &Folder, name: &str, one: &Results) -> i32 {
    let code = code(folder, name);
    let said = read(folder, &format!("{name}.said"));
    assert_eq!(kills(folder, name), 0, "{name} ended with {code}:\n{said}");
    match code {
        0 => folder.results(name).assert_same(one, name),
        71 => {
            let told = format!(
                "bytes) of memory are needed, but the memory limit of the control group /sys/fs/cgroup/{name}"
            );
            assert!(said.contains(&told), "{name}: {said}");
            assert!(!folder.path(name).join("points.csv").exists(), "{name} was refused too late");
        }
        code => panic!("{name} ended with {code}:\n{said}"),
    }
    code
}

#[test]
fn a_greedy_neighbour_in_the_group_costs_no_parent_and_no_byte() {
    const NAME: &str = "a_greedy_neighbour_in_the_group_costs_no_parent_and_no_byte";
    if !is_there(NAME) {
        return;
    }
    let folder = Folder::new();
    // Long enough to be met, and much smaller than its neighbour.
    let text = job().replace("seed = 5", "seed = 5\ndt = \"0.002 ms\"");
    let one = undisturbed(&folder, &text);
    let version = &VERSIONS[0];
    let group = "/sys/fs/cgroup/shared";
    // It takes all that is left once there are rows, and more.
    let script = format!(
        "{}\nmkdir {group}\n\
         (until grep -qs / shared.said; do sleep 0.05; done; echo $BASHPID > {group}/cgroup.procs
          head -c 200000000 /dev/zero | tail -c 200000000 > /dev/null) &\n\
         {}cat {group}/{} > shared.kills; wait %2\n",
        version.mount,
        in_group(version, "shared", 64 << 20),
        version.kills,
    );
    Machine::start(&folder, "neighbours", None, &script).end();
    let said = read(&folder, "shared.said");
    assert!(kills(&folder, "shared") > 0, "the kernel did not have to kill:\n{said}");
    assert!(said.contains("as the system had too little memory"), "no worker was killed:\n{said}");
    let code = code(&folder, "shared");
    assert!([0, 71].contains(&code), "{code}:\n{said}");
    resumes_to(&folder, "shared", &one, "with memory again");
}

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn code(folder: &Folder, name: &str) -> i32 {
    read(folder, &format!("{name}.code")).trim().parse().expect("a number")
}

/// Processes of a group that the kernel killed for want of memory.
fn kills(folder: &Folder, name: &str) -> u64 {
    let text = read(folder, &format!("{name}.kills"));
    let count = text.lines().find_map(|line| line.strip_prefix("oom_kill "));
    count.unwrap_or_else(|| panic!("{name}: nothing is counted in {text:?}")).parse().expect("a number")
}

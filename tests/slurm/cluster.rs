//! A Slurm of our own: munged, slurmctld and a slurmd for each node, in a temporary folder, on free ports of loopback. It
//! ends what it started, by process id: also if a test fails, and (but for jobs) if the test is killed.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::support::not_run::not_run;
use crate::support::processes::{parent, signal_all};
use crate::support::{Ended, Folder};

/// Longest time that anything may take.
const PATIENCE: Duration = Duration::from_secs(150);
/// The controller looks this often whose time is over.
const LOOKS_AT_LIMITS: Duration = Duration::from_secs(30);

const PROGRAMS: [&str; 9] =
    ["munged", "mungekey", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "sinfo", "setpriv"];

/// Where a program is; daemons are often not on the PATH of users.
fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// Whether this machine has all programs; if not, the test is not run.
pub fn is_there(test: &str) -> bool {
    let missing: Vec<_> = PROGRAMS.into_iter().filter(|program| found(program).is_none()).collect();
    if !missing.is_empty() {
        not_run(test, &format!("no {} (Debian: slurmctld slurmd slurm-client munge)", missing.join(", ")));
    }
    missing.is_empty()
}

/// Waits until something is true.
#[track_caller]
pub fn wait(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// One Slurm, and the folder in which its jobs work.
pub struct Cluster {
    /// Job files and results.
    pub folder: Folder,
    daemons: Mutex<BTreeMap<String, Child>>,
    began: Instant,
}

impl Cluster {
    /// Nodes by name and number of CPUs, partitions as in `slurm.conf`, without the keyword. Jobs get the first of the nodes of
    /// their partition that is free.
    pub fn start(nodes: &[(&str, u32)], partitions: &[&str]) -> Cluster {
        let folder = Folder::new();
        let mut ports = free_ports(nodes.len() + 1).into_iter();
        let mut conf = configuration(&folder, ports.next().expect("one for the controller"));
        let host = host();
        for (weight, ((name, cpus), port)) in nodes.iter().zip(ports).enumerate() {
            conf += &format!("NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} ");
            conf += &format!("CPUs={cpus} RealMemory=9000 Weight={weight}\n");
        }
        partitions.iter().for_each(|line| conf += &format!("PartitionName={line}\n"));
        folder.write("slurm.conf", conf);
        ["state", "spool"].iter().for_each(|name| std::fs::create_dir(folder.path(name)).unwrap());
        let cluster = Cluster { folder, daemons: Mutex::default(), began: Instant::now() };
        cluster.start_munged();
        cluster.start_controller();
        for (name, _) in nodes {
            std::fs::create_dir(cluster.folder.path("spool").join(name)).unwrap();
            cluster.start_daemon(name, "slurmd", &["-D", "-N", name]);
        }
        let idle = || cluster.try_ask("sinfo", &["-h", "-N", "-t", "idle", "-o", "%N"]).stdout;
        wait("all nodes are idle", || {
            nodes.iter().all(|(name, _)| idle().lines().any(|line| line.trim() == *name))
        });
        cluster
    }

    fn start_munged(&self) {
        let dir = self.folder.path("munge");
        std::fs::DirBuilder::new().mode(0o700).create(&dir).unwrap();
        let option = |name: &str, file: &str| format!("--{name}={}", dir.join(file).display());
        self.ask("mungekey", &["--create", &option("keyfile", "key")]);
        let files = [
            option("key-file", "key"),
            option("socket", "socket"),
            option("pid-file", "pid"),
            option("log-file", "log"),
            option("seed-file", "seed"),
        ];
        let files = files.iter().map(String::as_str);
        self.start_daemon("munged", "munged", &["-F", "-f"].into_iter().chain(files).collect::<Vec<_>>());
        wait("munged answers", || dir.join("socket").exists());
    }

    /// The controller; it goes on from its state if it has any.
    pub fn start_controller(&self) {
        self.start_daemon("slurmctld", "slurmctld", &["-D", "-i"]);
    }

    /// In the foreground, as a child that dies with us.
    fn start_daemon(&self, name: &str, program: &str, arguments: &[&str]) {
        let mut command = self.program("setpriv");
        command.args(["--pdeathsig", "KILL"]).arg(found(program).expect("looked for before")).args(arguments);
        let log = std::fs::File::create(self.folder.path(&format!("{name}.said"))).unwrap();
        command.stdout(Stdio::null()).stderr(log);
        self.daemons.lock().unwrap().insert(name.to_owned(), command.spawn().unwrap());
    }

    /// Kills a daemon as if its machine had crashed: `slurmctld`, or the one of a node. What it started lives on.
    pub fn kill_daemon(&self, name: &str) {
        let mut daemon = self.daemons.lock().unwrap().remove(name).expect("a daemon of this name");
        daemon.kill().unwrap();
        daemon.wait().unwrap();
    }

    /// A program in the folder, with this Slurm and our own command on the PATH.
    fn program(&self, program: &str) -> Command {
        let own = self.folder.command::<&str>(&[]);
        let binary = PathBuf::from(own.get_program());
        let mut command = Command::new(found(program).expect("looked for before"));
        // The test itself may be a job.
        let of_slurm = |name: &str| ["SLURM", "SBATCH", "SINFO"].iter().any(|first| name.starts_with(first));
        std::env::vars().filter(|(name, _)| of_slurm(name)).for_each(|(name, _)| {
            command.env_remove(name);
        });
        for (name, value) in own.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", binary.parent().expect("a folder").display()));
        command.env("SLURM_CONF", self.folder.path("slurm.conf"));
        command.current_dir(self.folder.path("")).stdin(Stdio::null());
        command
    }

    /// Runs a program of Slurm to its end.
    pub fn try_ask(&self, program: &str, arguments: &[&str]) -> Ended {
        Ended::of(self.program(program).args(arguments).output().unwrap())
    }

    /// Likewise, and it must end well; what it says.
    #[track_caller]
    pub fn ask(&self, program: &str, arguments: &[&str]) -> String {
        self.try_ask(program, arguments).expect(0).stdout.trim().to_owned()
    }

    /// What the controller wrote down.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path("slurmctld.log")).unwrap_or_default()
    }

    /// The states in which runs of jobs of this name ended, in the order of time; `PENDING` for one that was requeued.
    pub fn ends(&self, job: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.path("ends")).unwrap_or_default();
        let value = |line: &str, key: &str| {
            line.split(' ').find_map(|word| word.strip_prefix(key)).unwrap_or_default().to_owned()
        };
        let lines = text.lines().filter(|line| value(line, "Name=") == job);
        lines.map(|line| value(line, "JobState=")).collect()
    }

    /// Waits until so long before the controller looks whose time is over, as it does at fixed intervals from its start on.
    pub fn wait_for_limits(&self, before: Duration) {
        let ahead = LOOKS_AT_LIMITS - before;
        let since = self.began.elapsed();
        let rounds = since.saturating_sub(ahead).as_millis().div_ceil(LOOKS_AT_LIMITS.as_millis());
        std::thread::sleep((LOOKS_AT_LIMITS * rounds as u32 + ahead).saturating_sub(since));
    }

    /// Our own processes in jobs of this name on this node, the parent first.
    pub fn at_work(&self, job: &str, node: &str) -> Vec<u32> {
        let binary = self.folder.command::<&str>(&[]).get_program().to_owned();
        let is = |pid: &u32| {
            let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            let has = |text: String| environment.split(|byte| *byte == 0).any(|word| word == text.as_bytes());
            std::fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == binary)
                && has(format!("SLURM_JOB_NAME={job}"))
                && has(format!("SLURMD_NODENAME={node}"))
                && has(format!("SLURM_CONF={}", self.folder.path("slurm.conf").display()))
        };
        let all: Vec<u32> = pids().filter(is).collect();
        let is_worker = |pid: &u32| parent(*pid).is_some_and(|parent| all.contains(&parent));
        let (workers, mut sorted): (Vec<u32>, Vec<u32>) = all.iter().partition(|pid| is_worker(pid));
        sorted.extend(workers);
        sorted
    }

    /// Copies all files to where they can be looked at.
    fn keep(&self) {
        let home = self.folder.path("slurm.conf").parent().expect("the folder").to_owned();
        let name = home.file_name().expect("a name").to_string_lossy().replace('.', "");
        let kept = format!("{}/slurm-{name}", env!("CARGO_TARGET_TMPDIR"));
        let copied = Command::new("cp").arg("-a").arg(home).arg(&kept).stderr(Stdio::null()).status();
        println!("what Slurm and its jobs left is in {kept} ({copied:?})");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nodes and the controller first, so that nothing is started any more.
        let mut daemons =
            std::mem::take(self.daemons.get_mut().unwrap_or_else(|poisoned| poisoned.into_inner()));
        for daemon in daemons.values_mut() {
            daemon.kill().ok();
            daemon.wait().ok();
        }
        // Then jobs, and those who watch them: all that works in the folder.
        let Ok(home) = self.folder.path("").canonicalize() else { return };
        let works = |pid: &u32| {
            std::fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd.starts_with(&home))
        };
        for _ in 0..100 {
            let left: Vec<u32> = pids().filter(works).collect();
            if left.is_empty() {
                break;
            }
            signal_all("KILL", &left);
            std::thread::sleep(Duration::from_millis(20));
        }
        if std::thread::panicking() {
            self.keep();
        }
    }
}

/// All processes.
fn pids() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

fn host() -> String {
    let name = nix::unistd::gethostname().unwrap().into_string().unwrap();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// Ports that nobody listens on at this moment, all different.
fn free_ports(count: usize) -> Vec<u16> {
    let held: Vec<_> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    held.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

fn configuration(folder: &Folder, port: u16) -> String {
    let file = folder.path("slurm.conf");
    let home = file.parent().expect("the folder").display();
    include_str!("slurm.conf")
        .replace("{host}", &host())
        .replace("{folder}", &home.to_string())
        .replace("{user}", &nix::unistd::getuid().to_string())
        .replace("{port}", &port.to_string())
}

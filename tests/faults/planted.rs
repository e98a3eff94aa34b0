//! How faults are planted: a library before libc, a compiler that changes kernels, a shell with limits; and a small job to
//! plant them in. Waits for no more than `PATIENCE`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

pub use crate::support::compiler::script;
use crate::support::not_run::{compiler_for, not_run};
use crate::support::{Ended, Folder, Results, root};

const PATIENCE: Duration = Duration::from_secs(60);

/// Six points of a small network, a claim each: some milliseconds to compute.
pub const JOB: &str = r#"
[run]
duration = "20 ms"
seed = 5
[parameters]
drive = "15 mV"
kind = 0
[neurons.P]
size = 12
equations = '''
dv/dt = (drive + 4*mV*u - v)/(5*ms) : volt
u : 1
'''
threshold = "v > 10*mV"
reset = "v = 0*mV"
initial = '''
v = rand()*10*mV
u = randn() + 0*kind
'''
[synapses.S]
source = "P"
target = "P"
connect = { p = 0.3 }
on_pre = "v_post += 1*mV"
[record.spikes]
kind = "spikes"
source = "P"
[record.v]
kind = "state"
source = "P"
variables = ["v"]
every = "1 ms"
[[sweep]]
axes.drive = { from = "12 mV", to = "22 mV", n = 6 }
"#;

/// Forty-eight such points in short steps: a few hundred milliseconds on one CPU, in which a run can be caught, and few rows.
pub fn slow_job() -> String {
    JOB.replace("n = 6", "n = 48").replace("seed = 5", "seed = 5\ndt = \"0.0001 ms\"")
}

/// The results of the job in `text`, undisturbed.
pub fn undisturbed(folder: &Folder, text: &str) -> Results {
    let results = folder.results_of(text, "undisturbed", &["--workers", "1"]);
    let spikes = results.table("summary").numbers("P_spikes");
    assert!(spikes.iter().all(|n| *n > 0.0), "a silent network proves nothing: {spikes:?}");
    results
}

/// The arguments of a run of `job.toml` into `out`, an absolute path.
pub fn run(folder: &Folder, out: &str, more: &[&str]) -> Vec<String> {
    let out = folder.path(out).display().to_string();
    let first = ["run", "job.toml", "--out", &out];
    first.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

/// The same command, undisturbed, must end in the same bytes.
#[track_caller]
pub fn resumes_to(folder: &Folder, out: &str, expected: &Results, what: &str) {
    folder.spikesweep(&run(folder, out, &[])).expect(0);
    folder.results(out).assert_same(expected, what);
}

/// One fault of [`shim`].
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// In which process: `parent` or `worker`.
    pub who: &'static str,
    /// Which functions count, all if empty.
    pub calls: &'static str,
    /// What happens.
    pub what: &'static str,
    /// At which call, from 1.
    pub at: usize,
}

impl Fault {
    /// A command that meets it, in files below `out`. Afterwards [`Fault::met`] says at which call.
    pub fn plant(&self, command: &mut Command, folder: &Folder, out: &str) {
        self.plant_below(&folder.path(out), command, folder, out);
    }

    /// Likewise, in files below another folder; `out` only names the run.
    pub fn plant_below(&self, below: &Path, command: &mut Command, folder: &Folder, out: &str) {
        command.env("LD_PRELOAD", shim().expect("asked for before"));
        command.env("FAULT_FOLDER", below).env("FAULT_LOG", folder.path(&format!("{out}.fault")));
        command.env("FAULT_IN", self.who).env("FAULT_CALLS", self.calls);
        command.env("FAULT_DO", self.what).env("FAULT_AT", self.at.to_string());
    }

    /// The call that was met, if it was.
    pub fn met(folder: &Folder, out: &str) -> Option<String> {
        std::fs::read_to_string(folder.path(&format!("{out}.fault"))).ok()
    }
}

/// `shim.c`, compiled once; none where there is no compiler.
pub fn shim() -> Option<&'static Path> {
    static MADE: OnceLock<Option<PathBuf>> = OnceLock::new();
    MADE.get_or_init(|| {
        let cc = compiler_for("faults planted before libc")?;
        let made = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shim.so");
        let new = made.with_extension(std::process::id().to_string());
        let source = root().join("tests/faults/shim.c");
        let status = Command::new(cc)
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .arg(&new)
            .arg(source)
            .arg("-ldl")
            .status();
        assert!(status.unwrap().success(), "shim.c does not compile");
        std::fs::rename(new, &made).unwrap();
        Some(made)
    })
    .as_deref()
}

/// A compiler that lets a shell command change the kernel's source, `"$word"`, before the real one sees it; `planted` must
/// exit with 0 where the place to change was found.
pub fn planting_compiler(folder: &Folder, name: &str, planted: &str) -> Option<String> {
    let cc = compiler_for(name)?;
    let text = format!(
        "for word; do case $word in *kernel.c) {planted} || {{ echo 'no place to plant' >&2; exit 1; }};; esac; done\n\
         exec '{}' \"$@\"",
        cc.display()
    );
    Some(script(folder, name, &text))
}

/// `spikesweep ARGUMENTS` as a shell starts it after some commands of its own, such as `ulimit -n 32`.
pub fn after<A: AsRef<std::ffi::OsStr>>(folder: &Folder, shell: &str, arguments: &[A]) -> Command {
    through(folder, &["sh", "-c", &format!("{shell}\nexec \"$0\" \"$@\"")], arguments)
}

/// As [`after`], as root of namespaces of its own, where file systems can be mounted; none where the machine has none.
pub fn as_root<A: AsRef<std::ffi::OsStr>>(
    name: &str,
    folder: &Folder,
    shell: &str,
    arguments: &[A],
) -> Option<Command> {
    let unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
    let mut possible = Command::new(unshare[0]);
    possible.args(&unshare[1..]).arg("mount -t tmpfs tmpfs /dev/shm").stderr(Stdio::null());
    if !possible.status().is_ok_and(|status| status.success()) {
        not_run(name, "no user namespace in which a file system can be mounted");
        return None;
    }
    let script = format!("set -e\n{shell}\nexec \"$0\" \"$@\"");
    Some(through(folder, &[&unshare[..], &[&script]].concat(), arguments))
}

/// `PREFIX... spikesweep ARGUMENTS`, with the folder and environment that tests have.
pub fn through<A: AsRef<std::ffi::OsStr>>(folder: &Folder, prefix: &[&str], arguments: &[A]) -> Command {
    let own = folder.command(arguments);
    let mut command = Command::new(prefix[0]);
    command.args(&prefix[1..]).arg(own.get_program()).args(own.get_args());
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.current_dir(own.get_current_dir().expect("the folder")).stdin(Stdio::null());
    command
}

/// How a command ended.
pub fn ended(mut command: Command) -> Ended {
    Ended::of(command.output().unwrap())
}

/// Waits until no process works in the folder, workers without a parent included.
#[track_caller]
pub fn nobody_works_in(folder: &Folder) {
    let begun = Instant::now();
    let home = folder.path("").canonicalize().unwrap();
    let works = |entry: std::fs::DirEntry| {
        let there = std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == home);
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        (there && crate::support::processes::is_alive(pid)).then_some(pid)
    };
    loop {
        let left: Vec<u32> = std::fs::read_dir("/proc").unwrap().flatten().filter_map(works).collect();
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "processes are left behind: {left:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Names that a process left in /dev/shm.
pub fn left_in_shared_memory(pid: u32) -> Vec<String> {
    let prefix = format!("spikesweep-{pid}-");
    let names = std::fs::read_dir("/dev/shm").unwrap().flatten();
    names.map(|e| e.file_name().to_string_lossy().into_owned()).filter(|n| n.starts_with(&prefix)).collect()
}

/// Does something for each number from 1 on until it answers that there is no such place any more; on two threads, since
/// the machines that test have two CPUs. Gives how many places there were.
pub fn for_each_place(there_is: impl Fn(usize) -> bool + Sync) -> usize {
    let next = std::sync::atomic::AtomicUsize::new(1);
    let first_missing = std::sync::atomic::AtomicUsize::new(usize::MAX);
    let relaxed = std::sync::atomic::Ordering::Relaxed;
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, relaxed);
                    if at >= first_missing.load(relaxed) {
                        return;
                    }
                    if !there_is(at) {
                        first_missing.fetch_min(at, relaxed);
                        return;
                    }
                }
            });
        }
    });
    first_missing.load(relaxed) - 1
}

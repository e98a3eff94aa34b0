//! Points that are cut short go on from their checkpoints: with the same bytes, whatever the model does, and only from
//! checkpoints of their own.

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use support::processes::{children, end, signal, signal_all, wait_until};
use support::{Folder, Results};

/// Synapses with one delay and with many, plasticity, noise, waiting times; monitors that remember; two phases.
const NETWORK: &str = r#"
[run]
seed = 5
[parameters]
w = "0.5 mV"
mu = "10 mV"
[poisson.inputs]
size = 40
rate = "60 Hz"
[neurons.P]
size = 300
equations = '''
dv/dt = (mu - v)/(20*ms) + 3*mV*xi/sqrt(20*ms) : volt (unless refractory)
n : 1
'''
method = "euler"
threshold = "v > 14*mV"
reset = "v = 0*mV; n += 1"
refractory = "2 ms"
[synapses.S]
source = "inputs"
target = "P"
equations = "g : volt"
on_pre = "v_post += g; g = clip(g + 0.001*mV, 0*mV, 1*mV)"
connect = { p = 0.2 }
initial = "g = w*rand()"
[synapses.R]
source = "P"
target = "P"
on_pre = "v_post -= 0.1*mV"
connect = { p = 0.05 }
delay = "0.1*ms + 5*ms*rand()"
[[sweep]]
axes.w = ["0.4 mV", "0.6 mV"]
[[phase]]
name = "first"
duration = "1 s"
[[phase]]
name = "second"
duration = "DURATION"
parameters = { mu = "11 mV" }
[record]
spikes = { kind = "spikes", source = "P[:5]" }
rate = { kind = "rate", source = "P", smooth = { window = "gaussian", width = "0.5 ms" }, from = "0.5 s" }
counts = { kind = "counts", source = "P" }
state = { kind = "state", source = "P", variables = ["v"], indices = [0, 7], every = "5 ms" }
last = { kind = "state", source = "P", variables = ["n"], last = "10 ms" }
auto = { kind = "autocorrelogram", source = "P[:20]", bin = "1 ms", max = "20 ms" }
weights = { kind = "synapses", source = "S", variables = ["g"], at = ["DURATION"] }
[summary]
cv2 = "cv2(P)"
fano = "fano(P, 50*ms)"
highest = "max(P.v)"
"#;

/// No synapses: points are lanes of one batch. Two clocks.
const LANES: &str = r#"
[run]
duration = "DURATION"
dt = "0.05 ms"
[parameters]
I = "1.0"
[[sweep]]
axes.I = { from = 0.5, to = 2.0, n = 40 }
[neurons.H]
size = 8
equations = "dv/dt = (I - v)/(10*ms) : 1"
threshold = "v > 0.9 + 0.01*i"
reset = "v = 0"
method = "exact"
[record]
spikes = { kind = "spikes", source = "H" }
isi = { kind = "isi_histogram", source = "H", bin = "1 ms", max = "50 ms" }
[summary]
cv = "cv(H)"
mean = "mean(H.v)"
"#;

fn lasting(job: &str, duration: &str) -> String {
    job.replace("DURATION", duration)
}

fn checkpoints(out: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(out.join(".run")).into_iter().flatten().flatten();
    entries
        .map(|e| e.path())
        .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with("checkpoint-"))
        .collect()
}

/// When the newest one was taken.
fn newest(out: &Path) -> Option<SystemTime> {
    checkpoints(out).iter().filter_map(|p| p.metadata().ok()?.modified().ok()).max()
}

fn arguments<'a>(job: &'a str, out: &'a str) -> Vec<&'a str> {
    vec!["run", job, "--out", out, "--workers", "1", "--checkpoint", "1 ms"]
}

/// `spikesweep` works for `arguments` and all its workers are killed at once.
fn kill_all(child: &std::process::Child) {
    let mut all = children(child.id());
    all.push(child.id());
    signal_all("KILL", &all);
}

/// Kills a run, again and again, as soon as there is a newer checkpoint than that which it began with. Gives the results, how
/// often it was killed, and how often the last run went on from a checkpoint.
fn killed_again_and_again(
    folder: &Folder,
    arguments: &[&str],
    out: &str,
    most: usize,
) -> (Results, usize, u64) {
    let path = folder.path(out);
    let mut kills = 0;
    loop {
        let before = newest(&path);
        let mut child = folder.start(arguments);
        if kills < most {
            while child.try_wait().unwrap().is_none() && newest(&path) <= before {
                std::thread::sleep(Duration::from_millis(1));
            }
            kill_all(&child);
        }
        let ended = end(child);
        if ended.code.is_none() {
            kills += 1;
            continue;
        }
        ended.expect(0);
        let results = folder.results(out);
        let resumed = results.told("/counters/batches_resumed");
        return (results, kills, resumed);
    }
}

#[track_caller]
fn goes_on(text: &str, duration: &str) {
    let folder = Folder::new();
    folder.write("job.toml", lasting(text, duration));
    let whole = folder.results_of(&lasting(text, duration), "whole", &["--workers", "1"]);
    let (results, kills, resumed) =
        killed_again_and_again(&folder, &arguments("job.toml", "killed"), "killed", 4);
    results.assert_same(&whole, "killed again and again");
    assert!(kills >= 2, "killed {kills} times");
    assert!(resumed >= 1, "the last run went on from no checkpoint");
    assert!(checkpoints(&folder.path("killed")).is_empty(), "checkpoints are left");
}

#[test]
fn a_network_goes_on() {
    goes_on(NETWORK, "6 s");
}

#[test]
fn lanes_go_on() {
    goes_on(LANES, "60 s");
}

#[test]
fn a_worker_that_is_killed_is_replaced_by_one_that_goes_on() {
    let folder = Folder::new();
    let text = lasting(NETWORK, "6 s");
    let whole = folder.results_of(&text, "whole", &["--workers", "1"]);
    folder.write("job.toml", &text);
    let out = folder.path("out");
    let mut child = folder.start(&arguments("job.toml", "out"));
    let pid = child.id();
    wait_until(&mut child, "there is a checkpoint", || newest(&out).is_some());
    signal("KILL", children(pid)[0]);
    let ended = end(child).expect(0);
    assert!(ended.stderr.contains("was ended by SIGKILL"), "{}", ended.stderr);
    let results = folder.results("out");
    results.assert_same(&whole, "a worker was killed");
    assert_eq!(results.told("/counters/batches_resumed"), 1);
}

/// What is done to a checkpoint, in words and in deed.
type Spoil<'a> = (&'a str, &'a dyn Fn(&Path));

/// Whatever is wrong with a checkpoint, the point begins anew, and nothing is lost but time.
#[test]
fn only_own_checkpoints_are_taken_up() {
    let folder = Folder::new();
    let text = lasting(NETWORK, "3 s");
    let whole = folder.results_of(&text, "whole", &["--workers", "1"]);
    folder.write("job.toml", &text);
    let spoil: [Spoil<'_>; 4] = [
        ("a bit is flipped", &|path| {
            let mut bytes = std::fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 4;
            std::fs::write(path, bytes).unwrap();
        }),
        ("it is cut", &|path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 100]).unwrap();
        }),
        ("it is empty", &|path| std::fs::write(path, b"").unwrap()),
        ("rows are gone", &|path| {
            let run = path.parent().unwrap();
            for entry in std::fs::read_dir(run).unwrap().flatten() {
                if entry.file_name().to_string_lossy().starts_with("part-") {
                    std::fs::write(entry.path(), b"").unwrap();
                }
            }
        }),
    ];
    for (k, (what, spoil)) in spoil.into_iter().enumerate() {
        let out = format!("out-{k}");
        let mut child = folder.start(&arguments("job.toml", &out));
        wait_until(&mut child, "there is a checkpoint", || newest(&folder.path(&out)).is_some());
        kill_all(&child);
        assert_eq!(end(child).code, None);
        let found = checkpoints(&folder.path(&out));
        assert_eq!(found.len(), 1, "{what}");
        spoil(&found[0]);
        folder.spikesweep(&arguments("job.toml", &out)).expect(0);
        let results = folder.results(&out);
        results.assert_same(&whole, what);
        assert_eq!(results.told("/counters/batches_resumed"), 0, "{what}");
    }
}

/// A checkpoint holds what kernels use unchecked: one that was sealed elsewhere may come from a stranger.
#[test]
fn a_checkpoint_of_a_stranger_is_not_taken_up() {
    let (folder, other) = (Folder::without_kernels(), Folder::without_kernels());
    let text = lasting(NETWORK, "3 s");
    folder.write("job.toml", &text);
    other.write("job.toml", &text);
    let mut child = other.start(&arguments("job.toml", "out"));
    wait_until(&mut child, "there is a checkpoint", || newest(&other.path("out")).is_some());
    kill_all(&child);
    end(child);
    let copied = std::process::Command::new("cp")
        .args(["-r".as_ref(), other.path("out").as_os_str(), folder.path("out").as_os_str()])
        .status();
    assert!(copied.unwrap().success());
    assert_eq!(checkpoints(&folder.path("out")).len(), 1);
    folder.spikesweep(&arguments("job.toml", "out")).expect(0);
    assert_eq!(folder.results("out").told("/counters/batches_resumed"), 0);
    // The one who wrote it takes it up.
    other.spikesweep(&arguments("job.toml", "out")).expect(0);
    let taken_up = other.results("out");
    assert_eq!(taken_up.told("/counters/batches_resumed"), 1);
    taken_up.assert_same(&folder.results("out"), "taken up");
}

/// A stop keeps what took a while, however long there is until the next checkpoint is due.
#[test]
fn a_run_that_is_stopped_in_order_leaves_its_state() {
    let folder = Folder::new();
    folder.results_of(&lasting(NETWORK, "1 s"), "compiled", &[]);
    folder.write("job.toml", lasting(NETWORK, "1000 s"));
    let run = ["run", "job.toml", "--out", "out", "--workers", "1", "--checkpoint", "3600 s"];
    let mut child = folder.start(&run);
    let pid = child.id();
    wait_until(&mut child, "there is a worker", || !children(pid).is_empty());
    std::thread::sleep(Duration::from_millis(1500));
    signal("TERM", pid);
    end(child).expect(75);
    assert_eq!(checkpoints(&folder.path("out")).len(), 1);
    let told = folder.spikesweep(&["status", "out"]).expect(0).stdout;
    assert!(told.ends_with("shard 1: 1 attempts, 0 points, 1 checkpoints\n"), "{told}");
}

/// All jobs of the gallery, in their sizes for tests.
#[test]
#[ignore = "several minutes"]
#[expect(clippy::print_stdout, reason = "whoever waits is told how far it is")]
fn the_gallery_goes_on() {
    let folder = Folder::new();
    let (mut all, mut resumed) = (0, Vec::new());
    for job in support::jobs::jobs_in("jobs/gallery") {
        let name = job.file_stem().unwrap().to_str().unwrap();
        let sets = support::jobs::settings(&job, &["--set"]);
        let sets = sets.iter().map(String::as_str);
        let run = ["run", job.to_str().unwrap(), "--workers", "1"];
        let whole: Vec<&str> =
            run.into_iter().chain(["--out", "whole", "--fresh"]).chain(sets.clone()).collect();
        folder.spikesweep(&whole).expect(0);
        let more = ["--out", name, "--checkpoint", "1 ms"];
        let killed: Vec<&str> = run.into_iter().chain(more).chain(sets).collect();
        let (results, kills, taken_up) = killed_again_and_again(&folder, &killed, name, 3);
        results.assert_same(&folder.results("whole"), name);
        println!("{name}: killed {kills} times, the last run took up {taken_up}");
        all += 1;
        resumed.extend((taken_up > 0).then(|| name.to_string()));
    }
    println!("{} of {all} went on from a checkpoint", resumed.len());
    assert!(2 * resumed.len() > all, "only {resumed:?} went on from a checkpoint");
}

//! One kernel a job, whatever is swept, and none when it is in the cache; told by a compiler that counts.

mod support;

use support::compiler::Counter;
use support::not_run::compiler_for;
use support::{Folder, job, root};

/// Runs a job twice, into two directories; how many kernels each run compiled.
fn kernels(name: &str, text: &str, sets: &[&str]) -> Option<[usize; 2]> {
    let folder = Folder::without_kernels();
    let counter = Counter::new(&folder, &compiler_for(name)?);
    let mut compiled = [0; 2];
    for (k, out) in ["first", "second"].into_iter().enumerate() {
        let before = counter.kernels();
        let results = folder.results_of(text, out, &[&["--cc", counter.path()], sets].concat());
        compiled[k] = counter.kernels() - before;
        assert_eq!(results.told("/kernels_compiled"), compiled[k] as u64, "{name}: run.json says otherwise");
    }
    Some(compiled)
}

#[test]
fn sixty_four_points_of_cuba_are_one_kernel() {
    let text = std::fs::read_to_string(root().join("jobs/gallery/cuba_sweep.toml")).unwrap();
    let text = text.replace("duration = \"1 s\"", "duration = \"50 ms\"");
    let sets = ["--set", "n_neurons=100", "--set", "p_connect=0.2"];
    let Some(compiled) = kernels("cuba sweep", &text, &sets) else { return };
    assert_eq!(compiled, [1, 0]);
}

#[test]
fn whatever_is_swept_is_one_kernel() {
    let axes = [
        ("a size", "axes.n = [20, 40, 80]"),
        ("a probability", "axes.p = [0.1, 0.2, 0.0]"),
        ("a time constant", "axes.taum = [\"10 ms\", \"20 ms\"]"),
        ("a delay", "axes.lag = [\"0 ms\", \"1 ms\", \"5 ms\"]"),
        ("the time step", "axes.step = [\"0.1 ms\", \"0.2 ms\"]"),
        (
            "everything",
            "axes.n = [20, 40]\naxes.p = [0.1, 0.2]\naxes.taum = [\"10 ms\"]\naxes.step = [\"0.1 ms\", \"0.2 ms\"]",
        ),
    ];
    for (name, axes) in axes {
        let text = format!("{}\n[[sweep]]\n{axes}\n", job("network.toml"));
        let Some(compiled) = kernels(name, &text, &["--set", "length=5 ms"]) else { return };
        assert_eq!(compiled, [1, 0], "{name}");
    }
}

const METHODS: &str = r#"
[run]
duration = "5 ms"
[parameters]
method = { text = "euler" }
tau = "10 ms"
[neurons.P]
size = 1
equations = "dx/dt = -x/tau : 1"
method = "{method}"
initial = "x = 1"
[record.x]
kind = "state"
source = "P"
variables = ["x"]
[[sweep]]
axes.method = ["euler", "rk2", "rk4", "exponential_euler", "exact"]
axes.tau = ["5 ms", "10 ms", "20 ms"]
"#;

#[test]
fn each_method_is_one_kernel() {
    let Some(compiled) = kernels("methods", METHODS, &[]) else { return };
    assert_eq!(compiled, [5, 0]);
}

/// Texts that are swept: alternatives of equations, thresholds, resets, methods, schemes of the job's own among them.
const TEXTS: &str = r#"
[run]
duration = "5 ms"
[parameters]
drive = { text = "1.5" }
above = { text = "v > 1" }
after = { text = "v = 0" }
method = { text = "euler" }
order = { text = "k1" }
tau = "2 ms"
[schemes]
mine = "x_new = x + dt*f(x, t)"
other = '''
k1 = dt*f(x, t)
k2 = dt*f(x + {order}, t + dt)
x_new = x + (k1 + k2)/2
'''
[neurons.P]
size = 2
equations = "dv/dt = ({drive} - v)/tau : 1"
method = "{method}"
threshold = "{above}"
reset = "{after}"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
"#;

/// Each alternative is one kernel, whatever else is swept; alternatives that come to the same are one kernel together.
#[test]
fn each_text_is_one_kernel() {
    let cases = [
        ("equations", "axes.drive = [\"1.5\", \"(1.5 + 0.1*i)\", \"1.5*sin(t/tau)\"]", 3),
        ("thresholds", "axes.above = [\"v > 1\", \"v > 1.2\"]\naxes.tau = [\"1 ms\", \"2 ms\"]", 2),
        ("resets", "axes.after = [\"v = 0\", \"v -= 1\"]", 2),
        ("methods", "axes.method = [\"euler\", \"rk2\", \"other\"]\naxes.tau = [\"1 ms\", \"2 ms\"]", 3),
        ("a text within a scheme", "axes.method = [\"other\"]\naxes.order = [\"k1\", \"k1/2\"]", 2),
        ("a scheme that is one built in", "axes.method = [\"euler\", \"mine\"]", 1),
        ("a text of the scheme that is not used", "axes.order = [\"k1\", \"k1/2\"]", 1),
        ("spaces and brackets", "axes.drive = [\"1.5\", \" 1.5 \", \"(1.5)\"]", 1),
        ("two texts", "axes.above = [\"v > 1\", \"v > 1.2\"]\naxes.method = [\"euler\", \"rk2\"]", 4),
    ];
    for (name, axes, count) in cases {
        let Some(compiled) = kernels(name, &format!("{TEXTS}{axes}\n"), &[]) else { return };
        assert_eq!(compiled, [count, 0], "{name}");
    }
}

#[test]
fn a_value_that_is_not_swept_is_no_reason_to_compile_again() {
    let folder = Folder::without_kernels();
    let Some(cc) = compiler_for("values") else { return };
    let counter = Counter::new(&folder, &cc);
    let one_method = METHODS.split("[[sweep]]").next().unwrap().to_string();
    for (k, tau) in ["5 ms", "10 ms", "11 ms"].into_iter().enumerate() {
        let set = format!("tau={tau}");
        folder.results_of(&one_method, &format!("{k}"), &["--cc", counter.path(), "--set", &set]);
    }
    assert_eq!(counter.kernels(), 1, "one model, three values of tau");
}

#[test]
fn a_damaged_kernel_is_made_anew() {
    let folder = Folder::without_kernels();
    let Some(cc) = compiler_for("damaged kernel") else { return };
    let counter = Counter::new(&folder, &cc);
    let first = folder.results_of(METHODS, "first", &["--cc", counter.path()]);
    let cache = folder.path("cache/spikesweep");
    let kernels: Vec<_> = std::fs::read_dir(cache).unwrap().map(|e| e.unwrap().path()).collect();
    let kernels: Vec<_> = kernels.into_iter().filter(|p| p.extension().is_some_and(|e| e == "so")).collect();
    assert_eq!(kernels.len(), 5);
    let bytes = std::fs::read(&kernels[0]).unwrap();
    std::fs::write(&kernels[0], &bytes[..bytes.len() / 2]).unwrap();
    let mut flipped = std::fs::read(&kernels[1]).unwrap();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(&kernels[1], flipped).unwrap();
    let second = folder.results_of(METHODS, "second", &["--cc", counter.path()]);
    assert_eq!(counter.kernels(), 7);
    second.assert_same(&first, "after two kernels were damaged");
}

#[test]
fn a_cached_kernel_needs_no_compiler() {
    let folder = Folder::without_kernels();
    if compiler_for("cached kernel").is_none() {
        return;
    }
    let first = folder.results_of(METHODS, "first", &[]);
    let run = ["run", "job.toml", "--out", "second"];
    support::Ended::of(folder.command(&run).env("PATH", "").output().unwrap()).expect(0);
    folder.results("second").assert_same(&first, "without a compiler");
}

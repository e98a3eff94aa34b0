//! Phases of a run: against closed forms, against the same thing said otherwise, and against a run of one piece.

mod beginnings;
mod resting;
#[path = "../support/mod.rs"]
mod support;

use support::{Folder, Results, Table, assert_close, job};

/// The head of a job whose run is made of phases.
const HEAD: &str = "[run]\ndt = \"0.1 ms\"\nseed = 5\n";

/// A leaky integrator that follows steps of its input.
const LEAKY: &str = r#"
[parameters]
tau = "10 ms"
step = "8 mV"
drive = "0 mV"
target = "drive*gain"
gain = 1
[neurons.P]
size = 3
equations = "dv/dt = (EQUATION - v)/tau : volt"
method = "exact"
[[phase]]
name = "rest"
duration = "10 ms"
[[phase]]
name = "up"
duration = "20 ms"
parameters = { drive = "step" }
[[phase]]
name = "down"
duration = "15 ms"
parameters = { drive = "-drive/2", gain = 2, tau = "tau/2" }
[record.v]
kind = "state"
source = "P"
variables = ["v"]
every = "0.5 ms"
[[sweep]]
axes.step = ["8 mV", "-3 mV"]
axes.tau = ["10 ms", "25 ms"]
"#;

/// Something that makes points advance one by one.
const COUPLED: &str = "[poisson.other]\nsize = 1\nrate = \"1 Hz\"\n";

/// v(t) in mV of element i, whose goals are `1 + factor*i` times the drive.
fn leaky(t: f64, step: f64, tau: f64, factor: f64) -> f64 {
    let goal = |drive: f64| drive * (1.0 + factor);
    let toward = |from: f64, goal: f64, t: f64, tau: f64| goal + (from - goal) * (-t / tau).exp();
    let up = |t: f64| toward(0.0, goal(step), t - 10.0, tau);
    match t {
        t if t <= 10.0 => 0.0,
        t if t <= 30.0 => up(t),
        // The drive is halved and turned round, what follows from it is doubled again.
        t => toward(up(30.0), goal(-step), t - 30.0, tau / 2.0),
    }
}

/// Exact propagators, values hoisted out of loops for each element and for each lane, in lanes and one by one.
#[test]
fn a_leaky_integrator_follows_its_parameters() {
    let ways = [
        ("lanes", "target", 0.0, ""),
        ("lanes, each element its own", "target*(1 + 0.5*i)", 0.5, ""),
        ("one by one", "target", 0.0, COUPLED),
        ("one by one, each element its own", "target*(1 + 0.5*i)", 0.5, COUPLED),
    ];
    for (what, equation, factor, more) in ways {
        let folder = Folder::new();
        let text = format!("{HEAD}{}{more}", LEAKY.replace("EQUATION", equation));
        let table = folder.results_of(&text, "out", &[]).table("v").by_point();
        assert_eq!(table.len(), 4);
        for (point, rows) in &table {
            let (step, tau) = ([8.0, -3.0][*point as usize / 2], [10.0, 25.0][*point as usize % 2]);
            let all = rows.numbers("t_ms").into_iter().zip(rows.numbers("i")).zip(rows.numbers("v_mV"));
            assert_eq!(rows.rows.len(), 3 * 90);
            for ((t, i), v) in all {
                let expected = leaky(t, step, tau, factor * i);
                assert_close(
                    v,
                    expected,
                    1e-11 * 30.0,
                    &format!("{what}: point {point}, neuron {i}, {t} ms"),
                );
            }
        }
    }
}

/// All files whose bytes a phase that changes nothing must leave alone.
#[track_caller]
fn same_tables(a: &Results, b: &Results, what: &str) {
    let (a, b) = (a.files(), b.files());
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{what}");
    for (name, bytes) in a.iter().filter(|(name, _)| name.ends_with(".csv")) {
        assert!(!bytes.is_empty());
        assert_eq!(*bytes, b[name], "{what}: {name} differs");
    }
}

fn phases(durations: &[&str]) -> String {
    let phase = |(k, d): (usize, &&str)| format!("[[phase]]\nname = \"p{k}\"\nduration = \"{d}\"\n");
    durations.iter().enumerate().map(phase).collect()
}

/// Two clocks beside that of the run, neither a multiple of the other.
const CLOCKS: &str = r#"
[neurons.A]
size = 2
dt = "0.3 ms"
equations = "dv/dt = (20*mV - v)/(7*ms) : volt"
threshold = "v > 10*mV"
reset = "v = 0*mV"
initial = "v = 3*mV*i"
[neurons.B]
size = 2
dt = "0.25 ms"
equations = "dv/dt = -v/(5*ms) : volt"
[synapses.S]
source = "A"
target = "B"
on_pre = "v += 1*mV"
connect = {}
delay = "0.7 ms"
[record.spikes]
kind = "spikes"
source = "A"
[record.v]
kind = "state"
source = "B"
variables = ["v"]
[record.rate]
kind = "rate"
source = "A"
"#;

#[test]
fn phases_that_change_nothing_are_a_run_of_one_piece() {
    let sweep = "[[sweep]]\naxes.we = [\"1 mV\", \"2 mV\"]\nrepeat = 2\n";
    let network = job("network.toml");
    let lanes = format!(
        "{}[[sweep]]\naxes.drive = {{ from = \"8 mV\", to = \"20 mV\", n = 9 }}\n",
        job("lanes.toml")
    );
    let network_whole = format!("{network}{sweep}");
    let network_parts = network.replace("duration = \"length\"\n", "") + sweep;
    let lanes_parts = lanes.replace("duration = \"100 ms\"\n", "");
    let clocks = format!("{HEAD}{CLOCKS}");
    let clocks_whole = clocks.replace("seed = 5", "seed = 5\nduration = \"60 ms\"");
    let cases = [
        (
            "a network",
            &network_whole,
            format!("{network_parts}{}", phases(&["20 ms", "0 ms", "length - 20*ms"])),
        ),
        ("lanes", &lanes, format!("{lanes_parts}{}", phases(&["33.3 ms", "16.7 ms", "50 ms"]))),
        ("clocks", &clocks_whole, format!("{clocks}{}", phases(&["20 ms", "10.05 ms", "29.95 ms"]))),
    ];
    for (what, whole, parts) in cases {
        let folder = Folder::new();
        let one = folder.results_of(whole, "one", &[]);
        assert!(one.table("spikes").rows.len() > 10, "{what} is silent");
        same_tables(&one, &folder.results_of(&parts, "parts", &[]), what);
        for buffers in ["1", "100"] {
            same_tables(
                &one,
                &folder.results_of(&parts, buffers, &["--buffer", buffers, "--lanes", "4"]),
                what,
            );
        }
    }
}

/// Brian 2.11: after 50 ms, run(20.05*ms) at a dt of 0.1 ms takes 201 steps, and the next run(15*ms) 150, to 85.1 ms.
#[test]
fn steps_of_a_phase_are_counted_as_brian_counts_them() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["50 ms", "20.05 ms", "15 ms"]),
        "[neurons.P]\nsize = 1\nequations = 'x : 1'\n[actions.mark]\non = 'P'\ncode = 'x += 1'\nslot = 'end'\n\
         [record.x]\nkind = 'state'\nsource = 'P'\nvariables = ['x']\n"
    );
    let marked = text.replace("name = \"p1\"\n", "name = \"p1\"\ncode = { P = 'x += 1000' }\n");
    let marked = marked.replace(
        "name = \"p2\"\n",
        "name = \"p2\"\ncode = { P = 'x += 1000000*int(t > 70.05*ms and t < 70.15*ms)' }\n",
    );
    let folder = Folder::new();
    let x = folder.results_of(&marked, "out", &[]).table("x").numbers("x");
    assert_eq!(x.len(), 851);
    let first_above = |limit: f64| x.iter().position(|x| *x >= limit);
    assert_eq!((first_above(1e3), first_above(1e6)), (Some(500), Some(701)));
}

/// What a phase does at its beginning is what an action does at that time, before all else.
#[test]
fn code_is_done_as_by_an_action_at_that_time() {
    let network = job("network.toml").replace("duration = \"length\"\n", "");
    let action = "[actions.set]\non = \"P[10:40]\"\ncode = \"v = Vr + 1*mV*(i % 7); ge = 0*mV\"\nat = [\"20 ms\"]\n\
                  slot = \"before_start\"\norder = -100\n";
    let by_action = format!("{network}{}{action}", phases(&["60 ms"]));
    let by_phase = format!("{network}{}", phases(&["20 ms", "40 ms"])).replace(
        "name = \"p1\"\n",
        "name = \"p1\"\ncode = { \"P[10:40]\" = \"v = Vr + 1*mV*(i % 7); ge = 0*mV\" }\n",
    );
    let folder = Folder::new();
    let with = folder.results_of(&by_phase, "phase", &[]);
    same_tables(&folder.results_of(&by_action, "action", &[]), &with, "an action and a phase");
    let without = folder.results_of(&format!("{network}{}", phases(&["60 ms"])), "without", &[]);
    assert_ne!(without.files()["spikes.csv"], with.files()["spikes.csv"], "the code does nothing");
}

/// A parameter that changes, and a condition on the time that says the same; in other places of the loop, so that digits may
/// differ.
#[test]
fn a_parameter_changes_as_by_a_condition_on_time() {
    let model = |input: &str, more: &str| {
        format!(
            "{HEAD}[parameters]\ndrive = '5 mV'\n[neurons.P]\nsize = 4\nmethod = 'euler'\n\
             equations = '''dv/dt = (I - v**3/mV**2/100)/(10*ms) : volt (unless refractory)\nI = {input} : volt'''\n\
             threshold = 'v > 12*mV'\nreset = 'v = i*mV'\nrefractory = '1.5 ms'\n{more}\
             [record.v]\nkind = 'state'\nsource = 'P'\nvariables = ['v']\n[record.spikes]\nkind = 'spikes'\nsource = 'P'\n"
        )
    };
    let one = model("5*mV + 35*mV*int(t > 19.95*ms)", &phases(&["50 ms"]));
    let two = model("drive", &phases(&["20 ms", "30 ms"]))
        .replace("name = \"p1\"\n", "name = \"p1\"\nparameters = { drive = \"40 mV\" }\n");
    let folder = Folder::new();
    let (one, two) = (folder.results_of(&one, "one", &[]), folder.results_of(&two, "two", &[]));
    let (spikes, others) = (one.table("spikes"), two.table("spikes"));
    assert!(spikes.rows.len() > 20);
    assert_eq!(spikes.rows, others.rows);
    let (a, b) = (one.table("v").numbers("v_mV"), two.table("v").numbers("v_mV"));
    a.iter().zip(&b).for_each(|(a, b)| assert_close(*a, *b, 1e-10, "v"));
}

/// Growth that only a later phase sets: the point is told with the time at which it diverged, the others go on.
#[test]
fn a_point_that_diverges_in_a_phase_is_told() {
    let lanes = job("lanes.toml").replace("duration = \"100 ms\"\n", "");
    let parts = phases(&["100 ms", "50 ms", "50 ms"])
        .replace("name = \"p1\"\n", "name = \"p1\"\nparameters = { growth = \"later\" }\n");
    let text = format!("{lanes}{parts}[[sweep]]\naxes.later = [0, 90, 1]\n")
        .replace("growth = 0\n", "growth = 0\nlater = 0\n");
    for (more, strict) in [("", "false"), (COUPLED, "false"), ("", "true"), (COUPLED, "true")] {
        let folder = Folder::new();
        let set = ["--set", &format!("strict_nan={strict}")];
        let out = folder.results_ending(10, &format!("{text}{more}"), "out", &set);
        assert_eq!(out.table("points").texts("status"), ["ok", "diverged", "ok"]);
        let errors = Table::read(&out.dir.join(".run/errors.csv"));
        let message = errors.texts("message")[0].to_string();
        let step = errors.numbers("step")[0];
        assert!((1000.0..=1500.0).contains(&step), "{message}");
        assert!(message.ends_with(&format!("at step {step}, t = {} ms", step / 10.0)), "{message}");
        let ends: Vec<f64> =
            out.table("trace").by_point().values().map(|t| *t.numbers("t_ms").last().unwrap()).collect();
        assert!(ends[0] > 199.0 && ends[2] > 199.0 && ends[1] < step * 0.1, "{ends:?}");
        let finite = out.table("trace").by_point()[&1].numbers("x").iter().all(|x| x.is_finite());
        assert_eq!(finite, strict == "true", "{message}");
    }
}

#[test]
fn values_of_points_reach_the_summary_whole() {
    let text = format!("{HEAD}{}", LEAKY.replace("EQUATION", "target")) + "[summary]\nv_max = \"max(P.v)\"\n";
    let folder = Folder::new();
    let out = folder.results_of(&text, "out", &[]);
    let most = out.table("summary").numbers("v_max_mV");
    let expected = [8.0 * (1.0 - (-2.0f64).exp()), 8.0 * (1.0 - (-0.8f64).exp())];
    for (k, expected) in expected.into_iter().enumerate() {
        assert_close(most[k], expected, 1e-10, "the largest value of all phases");
    }
}

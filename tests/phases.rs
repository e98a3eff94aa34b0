//! Phases of a run: against closed forms, against the same thing said otherwise, and against a run of one piece.

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

/// A group that is set back repeats itself to the bit, refractoriness and draws of initial values included; synapses get
/// their first weights back.
#[test]
fn what_is_set_back_begins_again() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["30 ms", "30 ms"])
            .replace("name = \"p1\"\n", "name = \"p1\"\nreset = [\"P\", \"Q\", \"S\"]\n"),
        r#"
[neurons.P]
size = 5
equations = """
dv/dt = (20*mV - v)/(10*ms) : volt (unless refractory)
n : 1
since = 1*int(not_refractory) : 1
"""
threshold = "v > 15*mV"
reset = "v = 0*mV; n += 1"
refractory = "4 ms"
initial = "v = 14*mV*rand()"
[neurons.Q]
size = 2
equations = "dv/dt = -v/(5*ms) : volt"
[synapses.S]
source = "P"
target = "Q"
equations = "w : volt"
initial = "w = 1*mV*(1 + rand())"
on_pre = "v_post += w; w *= 0.9"
connect = {}
[record.p]
kind = "state"
source = "P"
variables = ["v", "n", "since"]
[record.q]
kind = "state"
source = "Q"
variables = ["v"]
"#
    );
    let folder = Folder::new();
    let out = folder.results_of(&text, "out", &[]);
    for (name, count) in [("p", 5), ("q", 2)] {
        let table = out.table(name);
        let rows: Vec<&[String]> = table.rows.iter().map(|row| &row[2..]).collect();
        let half = 300 * count;
        assert_eq!(rows.len(), 2 * half);
        assert_ne!(rows[half - count..half], rows[..count], "{name} does not move");
        assert!(rows[..half] == rows[half..], "{name}: the second half is another one");
    }
}

/// One of each kind of object; the middle one of three phases of 20 ms is `NAME`'s rest.
const ALL_KINDS: &str = r#"
[parameters]
rate = "400 Hz"
[neurons.P]
size = 20
equations = """
dv/dt = -v/(10*ms) : volt
ups : 1
kicks : 1
"""
threshold = "v > 6*mV"
reset = "v = 0*mV"
[neurons.P.events.up]
condition = "v > 3*mV"
code = "ups += 1"
[neurons.Q]
size = 4
equations = "got : 1"
[neurons.relay]
size = 1
threshold = "t_in_timesteps % 10 == 0"
[poisson.input]
size = 30
rate = "rate"
[poisson.beat]
size = 10
rate = "rate*(1 + int(t > 1*second))"
[synapses.S]
source = "input"
target = "P"
connect = { p = 0.5 }
on_pre = "v += 1*mV"
[synapses.R]
source = "relay"
target = "Q"
connect = {}
on_pre = "got += 1"
on_post = "got += 1"
delay = "3.5 ms"
[actions.kick]
on = "P"
code = "kicks += 1"
every = "1 ms"
slot = "end"
[record.spikes]
kind = "spikes"
source = "P"
[record.in]
kind = "spikes"
source = "input"
[record.beats]
kind = "spikes"
source = "beat"
[record.up]
kind = "events"
source = "P"
event = "up"
[record.rate]
kind = "rate"
source = "P"
smooth = { window = "flat", width = "2 ms" }
[record.state]
kind = "state"
source = "P[:1]"
variables = ["v", "ups", "kicks"]
[record.got]
kind = "state"
source = "Q[:1]"
variables = ["got"]
"#;

fn resting(folder: &Folder, off: &str) -> Results {
    let parts = phases(&["20 ms", "20 ms", "20 ms"])
        .replace("name = \"p1\"\n", &format!("name = \"p1\"\noff = [{off}]\n"));
    let text = format!("{HEAD}{ALL_KINDS}{parts}").replace("on_post = \"got += 1\"\n", "");
    folder.results_of(&text, "out", &[])
}

/// Rows of a table in each of the three phases.
fn rows(out: &Results, table: &str) -> [usize; 3] {
    let times = out.table(table).numbers("t_ms");
    [0.0, 20.0, 40.0].map(|from| times.iter().filter(|t| (from..from + 20.0).contains(*t)).count())
}

/// By how much a recorded value grew in each phase.
fn growth(out: &Results, table: &str, column: &str) -> [f64; 3] {
    let table = out.table(table);
    let (times, values) = (table.numbers("t_ms"), table.numbers(column));
    let at = |t: f64| values[times.iter().position(|x| (x - t).abs() < 1e-9).unwrap()];
    [at(20.0) - at(0.0), at(40.0) - at(20.0), at(59.9) - at(40.0)]
}

#[test]
fn each_kind_of_object_can_rest() {
    let tables = ["spikes", "in", "beats", "up", "rate", "state"];
    // What rests, and the tables that have no rows then.
    let cases: [(&str, &[&str]); 10] = [
        ("", &[]),
        ("\"P\"", &["spikes", "up"]),
        ("\"input\"", &["in"]),
        ("\"beat\"", &["beats"]),
        ("\"P.up\"", &["up"]),
        ("\"spikes\"", &["spikes"]),
        ("\"record.in\"", &["in"]),
        ("\"rate\"", &["rate"]),
        ("\"state\", \"up\"", &["state", "up"]),
        ("\"kick\", \"S.on_pre\"", &[]),
    ];
    for (off, empty) in cases {
        let folder = Folder::new();
        let out = resting(&folder, off);
        // Where their input rests, neurons may fall silent, or not yet.
        let unfed = off.contains("\"input\"") || off.contains("S.on_pre");
        for table in tables {
            let [before, during, after] = rows(&out, table);
            assert!(before > 0 && after > 0, "off = [{off}]: {table} has {before}, {after} rows");
            if unfed && ["spikes", "up"].contains(&table) {
                assert!(during < before, "off = [{off}]: {table}, {during} rows");
            } else {
                assert_eq!(during == 0, empty.contains(&table), "off = [{off}]: {table}, {during} rows");
            }
        }
        if empty.contains(&"state") {
            continue;
        }
        let (kicks, ups) = (growth(&out, "state", "kicks"), growth(&out, "state", "ups"));
        let still = off.contains("kick") || off == "\"P\"";
        assert_eq!(kicks[..2], [20.0, if still { 0.0 } else { 20.0 }], "off = [{off}]");
        if ["\"P\"", "\"P.up\""].contains(&off) {
            assert_eq!(ups[1], 0.0, "off = [{off}]");
        } else if !unfed {
            assert!(ups[1] > 0.0, "off = [{off}]");
        }
    }
}

/// A group that rests is not updated: its state is at the end of the phase what it was at its beginning.
#[test]
fn a_group_that_rests_stands_still() {
    let folder = Folder::new();
    let out = resting(&folder, "\"P\", \"S\"");
    let table = out.table("state");
    let v = |from: f64, to: f64| -> Vec<f64> {
        let all = table.numbers("t_ms").into_iter().zip(table.numbers("v_mV"));
        all.filter(|(t, _)| (from..to).contains(t)).map(|(_, v)| v).collect()
    };
    let still = v(19.95, 40.05);
    assert_eq!(still.len(), 201);
    assert!(still.iter().all(|v| *v == still[0]), "{still:?}");
    assert!(v(0.0, 20.0).windows(2).any(|two| two[0] != two[1]));
}

/// A relay spikes every 1 ms, which arrives 3.5 ms later. What is under way is lost when the pathway is switched off, and
/// what was sent before it is switched on as well.
#[test]
fn spikes_under_way_are_lost_when_a_pathway_rests() {
    let folder = Folder::new();
    let out = resting(&folder, "\"R\"");
    // Arrivals lie at 3.5, 4.5, ... ms; each is seen one step later.
    let got = growth(&out, "got", "got");
    assert_eq!(got, [17.0, 0.0, 17.0 - 1.0 + 1.0]);
    let table = out.table("got");
    let first = |from: f64| {
        let all: Vec<(f64, f64)> = table.numbers("t_ms").into_iter().zip(table.numbers("got")).collect();
        let start = all.iter().find(|(t, _)| *t >= from).unwrap().1;
        all.iter().find(|(t, got)| *t >= from && *got > start).unwrap().0
    };
    // The first spike after 40 ms is sent at 40 ms.
    assert_close(first(40.0), 43.6, 1e-9, "the first arrival after the rest");
}

/// 400 trains for 250 ms a phase at 40, 160, 0 and 80 Hz: counts within 5 standard deviations of a binomial, and no spike
/// where the rate is zero. Fixed seed; the odds of a false alarm are below 1e-5.
#[test]
fn poisson_groups_follow_their_rate() {
    let rates: [f64; 4] = [40.0, 160.0, 0.0, 80.0];
    let mut text = format!(
        "{HEAD}[parameters]\nrate = '40 Hz'\n[poisson.X]\nsize = 400\nrate = 'rate'\n[record.spikes]\nkind = 'spikes'\nsource = 'X'\n"
    );
    for (k, rate) in rates.iter().enumerate() {
        text += &format!(
            "[[phase]]\nname = 'p{k}'\nduration = '250 ms'\nparameters = {{ rate = '{rate:.1} Hz' }}\n"
        );
    }
    let folder = Folder::new();
    let table = folder.results_of(&text, "out", &[]).table("spikes");
    let (times, trains) = (table.numbers("t_ms"), table.numbers("i"));
    for (k, rate) in rates.iter().enumerate() {
        let window = 250.0 * k as f64..250.0 * (k + 1) as f64;
        let (n, p) = (400.0 * 2500.0, rate * 1e-4);
        let count = times.iter().filter(|t| window.contains(*t)).count() as f64;
        let spread = 5.0 * (n * p * (1.0 - p)).sqrt();
        assert_close(count, n * p, spread, &format!("spikes at {rate} Hz"));
    }
    // The time from the beginning of the second phase to a train's first spike there has mean 1/rate: 6.25 ms, with a
    // standard error of 6.25/20.
    let mut first = vec![f64::NAN; 400];
    for (t, i) in times.iter().zip(&trains).filter(|(t, _)| (250.0..500.0).contains(*t)) {
        let at = &mut first[*i as usize];
        *at = at.min(t - 250.0);
    }
    let mean = first.iter().sum::<f64>() / 400.0;
    assert_close(mean, 6.25, 5.0 * 6.25 / 20.0, "waiting times after the change");
}

#[test]
fn synapses_are_set_by_code_of_a_phase() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["10 ms", "10 ms"])
            .replace("name = \"p1\"\n", "name = \"p1\"\ncode = { S = \"w = 2*w + j\" }\n"),
        "[neurons.A]\nsize = 1\nthreshold = 't_in_timesteps % 10 == 0'\n[neurons.B]\nsize = 3\nequations = 'x : 1'\n\
         [synapses.S]\nsource = 'A'\ntarget = 'B'\nequations = 'w : 1'\ninitial = 'w = 1 + j'\nconnect = {}\non_pre = 'x_post += w'\n\
         [record.x]\nkind = 'state'\nsource = 'B'\nvariables = ['x']\n"
    );
    let folder = Folder::new();
    let table = folder.results_of(&text, "out", &[]).table("x");
    for i in 0..3 {
        let x = table.pick("x", &[("i", &i.to_string())]);
        let (first, second) = (1.0 + i as f64, 2.0 * (1.0 + i as f64) + i as f64);
        // Spikes at 0, 1, ... ms; values are read before.
        assert_eq!((x[100], x[199]), (10.0 * first, 10.0 * first + 10.0 * second), "neuron {i}");
    }
}

/// Growth that only a later phase sets: the point is told with the time at which it diverged, the others go on.
#[test]
fn a_point_that_diverges_in_a_phase_is_told() {
    let lanes = job("lanes.toml").replace("duration = \"100 ms\"\n", "");
    let parts = phases(&["100 ms", "50 ms", "50 ms"])
        .replace("name = \"p1\"\n", "name = \"p1\"\nparameters = { growth = \"later\" }\n");
    let text = format!("{lanes}{parts}[[sweep]]\naxes.later = [0, 90, 1]\n")
        .replace("growth = 0\n", "growth = 0\nlater = 0\n");
    for more in ["", COUPLED] {
        let folder = Folder::new();
        let out = folder.results_ending(10, &format!("{text}{more}"), "out", &[]);
        assert_eq!(out.table("points").texts("status"), ["ok", "diverged", "ok"]);
        let errors = Table::read(&out.dir.join(".run/errors.csv"));
        let message = errors.texts("message")[0].to_string();
        let step: f64 = message.rsplit("step ").next().unwrap().parse().unwrap();
        assert!((1000.0..=1500.0).contains(&step), "{message}");
        let ends: Vec<f64> =
            out.table("trace").by_point().values().map(|t| *t.numbers("t_ms").last().unwrap()).collect();
        assert!(ends[0] > 199.0 && ends[2] > 199.0 && ends[1] < step * 0.1, "{ends:?}");
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

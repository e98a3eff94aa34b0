//! Synapses that wait for custom events, on either side: what they do at known steps, and that an event and a spike on the
//! same condition are delivered alike.

mod support;

use support::Folder;

/// In `A` (three neurons) `up` happens every 3 + i steps, spikes every 5 steps; in `B` (two) `down` every 4 + i steps.
const EVENTS: &str = r#"
[run]
duration = "3 ms"
dt = "0.1 ms"
[neurons.A]
size = 4
equations = "n : integer"
threshold = "timestep(t, dt) % 5 == 0"
reset = "n += 1"
[neurons.A.events.up]
condition = "timestep(t, dt) % (2 + i) == 0"
[neurons.B]
size = 2
equations = "v : 1"
[neurons.B.events.down]
condition = "timestep(t, dt) % (4 + i) == 0"
[synapses.S]
source = "A[1:]"
target = "B"
event_pre = "up"
event_post = "down"
equations = """
came : integer
back : integer
"""
connect = {}
delay = "j*0.2*ms"
delay_post = "i*0.1*ms"
on_pre = "came += 1"
on_post = "back += 1"
[record.counts]
kind = "synapses"
source = "S"
variables = ["came", "back"]
slot = "end"
"#;

/// How many of the steps 0, `period`, 2 `period`, ... a delay of some steps has brought here by the end of `step`.
fn arrived(step: i64, delay: i64, period: i64) -> i64 {
    if step < delay { 0 } else { (step - delay) / period + 1 }
}

#[test]
fn both_pathways_wait_for_their_events() {
    let folder = Folder::new();
    let table = folder.results_of(EVENTS, "out", &[]).table("counts");
    let mut rows = table.rows.iter();
    for step in 0..30 {
        for (i, j) in (0..3).flat_map(|i| (0..2).map(move |j| (i, j))) {
            let row = rows.next().expect("a row for each synapse and step");
            let found: Vec<i64> = [2, 3, 4, 5].map(|c| row[c].parse().unwrap()).to_vec();
            // Neuron 0 of the part is neuron 1 of the group: every 3 steps.
            let expected = [i, j, arrived(step, 2 * j, 3 + i), arrived(step, i, 4 + j)];
            assert_eq!(found, expected, "step {step}");
        }
    }
    assert!(rows.next().is_none());
}

/// A noisy network in which `CONDITION` is either the threshold of the source or an event of it.
const NOISY: &str = r#"
[run]
dt = "0.1 ms"
[parameters]
level = 1.0
[[sweep]]
axes.level = [1.0, 1.2, 1.4]
[neurons.A]
size = 50
equations = "dv/dt = (level - v)/(5*ms) + 0.4*xi/sqrt(5*ms) : 1"
method = "euler"
AS
[neurons.B]
size = 30
equations = "dg/dt = -g/(5*ms) : 1"
[synapses.S]
source = "A[10:]"
target = "B[:20]"
EVENT
equations = "w : 1"
connect = { p = 0.3 }
delay = "0.1*ms*(1 + j % 7)"
on_pre = "g_post += w; w *= 0.99"
initial = "w = rand()"
[[phase]]
name = "all"
duration = "15 ms"
[[phase]]
name = "rest"
duration = "10 ms"
OFF
[[phase]]
name = "again"
duration = "15 ms"
[record.g]
kind = "state"
source = "B"
variables = ["g"]
[record.w]
kind = "synapses"
source = "S"
variables = ["w"]
every = "5 ms"
"#;

/// `NOISY` with spikes, or with an event, and with something switched off in the second phase.
fn noisy(event: bool, off: &str) -> String {
    let (how, key) = if event {
        ("[neurons.A.events.high]\ncondition = \"v > 1\"", "event_pre = \"high\"")
    } else {
        ("threshold = \"v > 1\"", "")
    };
    NOISY.replace("AS\n", &format!("{how}\n")).replace("EVENT\n", &format!("{key}\n")).replace("OFF\n", off)
}

#[test]
fn an_event_is_delivered_as_a_spike_is() {
    let folder = Folder::new();
    for (k, off) in ["", "off = [\"A\"]\n", "off = [\"S\"]\n"].into_iter().enumerate() {
        let spikes = folder.results_of(&noisy(false, off), &format!("spikes{k}"), &[]);
        let events = folder.results_of(&noisy(true, off), &format!("events{k}"), &[]);
        for table in ["g", "w"] {
            assert_eq!(events.table(table).rows, spikes.table(table).rows, "{table} with {off:?}");
        }
        let last = events.table("w").rows.pop().expect("synapses");
        assert!(last[4].parse::<f64>().unwrap() < 1.0);
        let moved = spikes.table("g").rows.iter().filter(|row| row[3] != "0.0").count();
        assert!(moved > 1000, "nothing was delivered: {moved} values other than 0");
    }
}

#[test]
fn workers_do_not_change_the_bytes() {
    let folder = Folder::new();
    let job = noisy(true, "off = [\"A\"]\n");
    let one = folder.results_of(&job, "one", &["--workers", "1"]);
    folder.results_of(&job, "two", &["--workers", "2"]).assert_same(&one, "two workers");
}

#[test]
fn named_pathways_rest_one_by_one() {
    let folder = Folder::new();
    let job = r#"
[spike_generators.A]
size = 1
indices = [0, 0, 0, 0]
times = ["1 ms", "3 ms", "5 ms", "7 ms"]
[neurons.B]
size = 1
equations = "v : 1"
[run]
dt = "0.1 ms"
[synapses.S]
source = "A"
target = "B"
connect = {}
on_pre = "v_post += 1"
pathways.slow = { on_pre = "v_post += 100", delay = "0.5 ms" }
pathways.slower = { on_pre = "v_post += 10000", delay = "0.5*ms + 0.1*ms*(i + 1)" }
[[phase]]
name = "all"
duration = "2 ms"
[[phase]]
name = "one"
duration = "2 ms"
off = ["S.slow", "S.on_pre"]
[[phase]]
name = "none"
duration = "2 ms"
off = ["S"]
[[phase]]
name = "again"
duration = "2 ms"
[record.v]
kind = "state"
source = "B"
variables = ["v"]
at = ["1.9 ms", "3.9 ms", "5.9 ms", "7.9 ms"]
[record.delays]
kind = "synapses"
source = "S"
variables = ["delay", "delay_slow", "delay_slower"]
at = "0 ms"
"#;
    let results = folder.results_of(job, "out", &[]);
    let values: Vec<String> = results.table("v").rows.iter().map(|row| row[3].clone()).collect();
    assert_eq!(values, ["10101.0", "20101.0", "20101.0", "30202.0"]);
    let delays: Vec<f64> = results.table("delays").rows[0][4..].iter().map(|d| d.parse().unwrap()).collect();
    let near = |(found, expected): (&f64, f64)| (found - expected).abs() < 1e-9;
    assert!(delays.iter().zip([0.0, 0.5, 0.6]).all(near), "{delays:?}");
}

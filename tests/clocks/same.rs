//! A clock of one's own that ticks with that of the run changes nothing; and refractoriness counts in steps of one's own.

use crate::exact::{Us, bin, integers, microseconds};
use crate::support::Folder;

/// A small network; `own` stands in the tables of all that spikes.
fn network(dt: &str, own: &str) -> String {
    format!(
        r#"
[run]
duration = "60 ms"
dt = "{dt}"
seed = 3
[parameters]
tau = "8 ms"
own = "0.25 ms"
[neurons.P]
size = 30
equations = '''
dv/dt = (1.3 - v)/tau : 1 (unless refractory)
dw/dt = -w/tau : 1
'''
threshold = "v > 1"
reset = "v = 0; w += 1"
refractory = "2.6 ms"
initial = "v = i/30.0"
method = "exact"
{own}
[poisson.noise]
size = 40
rate = "300 Hz"
{own}
[poisson.wave]
size = 10
rate = "200*Hz*(1 + sin(2*pi*50*Hz*t))"
{own}
[synapses.S]
source = "noise"
target = "P"
connect = {{ p = 0.2 }}
on_pre = "v_post += 0.05"
delay = "1.1 ms"
[synapses.W]
source = "wave"
target = "P"
connect = {{ p = 0.3 }}
on_pre = "w_post += 0.1; v_post -= 0.01"
[synapses.R]
source = "P"
target = "P"
connect = {{ where = "i != j", p = 0.1 }}
on_pre = "v_post += 0.02"
on_post = "w_pre += 0.01"
delay = "0.5 ms + rand()*2*ms"
[record.spikes]
kind = "spikes"
source = "P"
[record.noise]
kind = "spikes"
source = "noise"
[record.rate]
kind = "rate"
source = "P"
smooth = {{ window = "gaussian", width = "2 ms" }}
[record.state]
kind = "state"
source = "P"
variables = ["v", "w", "lastspike", "not_refractory"]
"#
    )
    .replace("0.5 ms + rand()", "0.5*ms + rand()")
}

/// The same tables.
#[track_caller]
fn agree(one: (&str, &str), other: (&str, &str)) {
    let folder = Folder::new();
    let results = [("one", one), ("other", other)]
        .map(|(out, (dt, own))| folder.results_of(&network(dt, own), out, &[]));
    assert!(results[0].table("spikes").rows.len() > 200);
    for table in ["spikes", "noise", "rate", "state"] {
        let [a, b] = [0, 1].map(|k| results[k].table(table));
        assert_eq!(a, b, "{table} of {one:?} and {other:?}");
    }
}

#[test]
fn a_clock_that_ticks_with_that_of_the_run_changes_nothing() {
    agree(("0.25 ms", ""), ("0.25 ms", "dt = \"own\""));
}

#[test]
fn nothing_depends_on_the_clock_of_the_run_where_all_have_their_own() {
    agree(("0.25 ms", ""), ("0.1 ms", "dt = \"own\""));
    agree(("0.25 ms", ""), ("0.5 ms", "dt = \"0.25 ms\""));
}

/// Steps of the target, of the input, and the refractory period.
const TARGET: Us = 250;
const INPUT: Us = 100;
const REFRACTORY: Us = 1100;
const END: Us = 30_000;

/// Each arrival adds 1 to v, unless the neuron is refractory: which it is from its spike to the tick at which the period is
/// over, and between ticks it is what it was at the last one.
fn refractory_spikes() -> (Vec<Us>, i64) {
    let (mut v, mut lost, mut free, mut last, mut times) = (0, 0, true, None, Vec::new());
    for t in (0..END).step_by(50) {
        // groups, thresholds of the target
        if t % TARGET == 0 {
            let step = t / TARGET;
            free = last.is_none_or(|last| step - last >= bin(REFRACTORY, TARGET));
            if v >= 5 && free {
                times.push(t);
                (last, free) = (Some(step), false);
            }
        }
        // synapses
        if t % INPUT == 0 {
            if free { v += 1 } else { lost += 1 }
        }
        // resets
        if times.last() == Some(&t) {
            v = 0;
        }
    }
    (times, lost)
}

#[test]
fn refractoriness_of_a_group_with_input_from_another_clock() {
    let text = r#"
[run]
duration = "30 ms"
dt = "0.1 ms"
[spike_generators.input]
size = 1
indices = [0]
times = ["0 ms"]
period = "0.1 ms"
[neurons.P]
size = 1
equations = '''
dv/dt = 0*Hz : 1 (unless refractory)
all : integer
'''
threshold = "v > 4.5"
reset = "v = 0"
refractory = "1.1 ms"
method = "euler"
dt = "0.25 ms"
[synapses.S]
source = "input"
target = "P"
connect = {}
on_pre = "v_post += 1; all_post += 1"
[record.spikes]
kind = "spikes"
source = "P"
[record.all]
kind = "state"
source = "P"
variables = ["all"]
at = "29.99 ms"
"#;
    let folder = Folder::new();
    let results = folder.results_of(text, "out", &[]);
    let (expected, lost) = refractory_spikes();
    assert!(expected.len() > 10 && lost > 100, "the model is worth something: {} {lost}", expected.len());
    assert_eq!(microseconds(&results.table("spikes"), "t_ms"), expected);
    assert_eq!(integers(&results.table("all"), "all"), [300]);
    // The rate of a group on a clock of its own counts its own steps.
    let rate: f64 = results.table("summary").numbers("P_rate_Hz")[0];
    crate::support::assert_close(rate, expected.len() as f64 / 0.03, 1e-9, "rate in the summary");
}

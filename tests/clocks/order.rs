//! What is done first within a step: slots, those before and after them, `order`, names, and schedules of the user's own.

use crate::exact::{integers, microseconds};
use crate::support::Folder;

/// What x is after one step with these lines in the tables of three actions: `a` doubles it, `b` adds 1, `c` squares it. It
/// begins with 3.
fn after(a: &str, b: &str, c: &str, run: &str) -> i64 {
    let text = format!(
        r#"
[run]
duration = "1 ms"
dt = "1 ms"
{run}
[neurons.P]
size = 1
equations = "x : integer"
initial = "x = 3"
[actions.c]
on = "P"
code = "x = x*x"
{c}
[actions.a]
on = "P"
code = "x = 2*x"
{a}
[actions.b]
on = "P"
code = "x = x + 1"
{b}
[record.x]
kind = "state"
source = "P"
variables = ["x"]
slot = "after_end"
"#
    );
    integers(&Folder::new().results_of(&text, "out", &[]).table("x"), "x")[0]
}

#[test]
fn slots_then_orders_then_names() {
    let double_add_square = 49;
    let table = [
        // By name.
        (["", "", ""], double_add_square),
        // By order, also a negative one.
        (["order = 1", "", ""], 2 * (4 * 4)),
        (["", "", "order = -1"], 2 * 9 + 1),
        (["order = 2", "order = 1", "order = -7"], 2 * (9 + 1)),
        // By slot, whatever the order.
        (["slot = \"after_start\"\norder = -9", "", ""], 2 * (4 * 4)),
        (["", "slot = \"before_start\"\norder = 9", ""], (2 * 4) * (2 * 4)),
        (["slot = \"resets\"", "slot = \"synapses\"", "slot = \"end\""], (2 * 4) * (2 * 4)),
        (
            ["slot = \"after_thresholds\"", "slot = \"thresholds\"", "slot = \"before_thresholds\""],
            2 * (9 + 1),
        ),
        (["slot = \"after_groups\"", "slot = \"before_thresholds\"", "slot = \"after_thresholds\""], 49),
    ];
    for ([a, b, c], expected) in table {
        assert_eq!(after(a, b, c, ""), expected, "a: {a:?}, b: {b:?}, c: {c:?}");
    }
}

#[test]
fn a_schedule_of_the_users_own_decides() {
    let run = r#"slots = ["end", "first", "start", "groups", "thresholds", "synapses", "resets", "last"]"#;
    let slot = |name: &str| format!("slot = \"{name}\"");
    // `end` comes first here, and what is recorded after it sees the initial value.
    assert_eq!(after(&slot("last"), &slot("end"), &slot("first"), run), 3 + 1);
    assert_eq!(after("", &slot("end"), "", run), 3 + 1);
    assert_eq!(after("", &slot("before_end"), &slot("before_end"), run), (3 + 1) * (3 + 1));
}

/// Spike times of a neuron that gains 0.4 a step and spikes above 0.5, in ms; and what its spikes did to another.
fn spikes(slots: &str, events: &str) -> (Vec<i64>, Vec<i64>) {
    let text = format!(
        r#"
[run]
duration = "9 ms"
dt = "1 ms"
{slots}
[neurons.P]
size = 1
equations = "v : 1"
threshold = "v > 0.5"
reset = "v = 0"
[neurons.Q]
size = 1
equations = '''
n : integer
far : integer
'''
[actions.gain]
on = "P"
code = "v += 0.4"
[synapses.near]
source = "P"
target = "Q"
connect = {{}}
on_pre = "n_post += 1"
# Lists of spikes of several steps are kept for this one.
[synapses.far]
source = "P"
target = "Q"
connect = {{}}
on_pre = "far_post += 1"
delay = "3 ms"
{events}
[record.spikes]
kind = "spikes"
source = "P"
[record.Q]
kind = "state"
source = "Q"
variables = ["n", "far"]
slot = "after_end"
"#
    );
    let folder = Folder::new();
    let results = folder.results_of(&text, "out", &[]);
    let times = microseconds(&results.table("spikes"), "t_ms").iter().map(|t| t / 1000).collect();
    let counts = results.table("Q");
    let both = integers(&counts, "n").into_iter().zip(integers(&counts, "far"));
    (times, both.map(|(n, far)| 10 * n + far).collect())
}

/// Counts of spikes at these times as Q sees them at the end of each step, delayed by `near` and `far` steps.
fn counted(times: &[i64], near: i64, far: i64) -> Vec<i64> {
    let until = |t: i64, delay: i64| times.iter().filter(|s| **s + delay <= t).count() as i64;
    (0..9).map(|t| 10 * until(t, near) + until(t, far)).collect()
}

#[test]
fn brians_order_resets_in_the_step_of_the_spike() {
    let (times, counts) = spikes("", "");
    assert_eq!(times, [1, 3, 5, 7]);
    assert_eq!(counts, counted(&times, 0, 3));
}

#[test]
fn resets_before_thresholds_are_those_of_the_step_before() {
    // v at the threshold: 0.4, 0.8 (spike), reset 0, 0.4, 0.8 (spike), and so on.
    let slots = r#"slots = ["start", "groups", "resets", "thresholds", "synapses", "end"]"#;
    let (times, counts) = spikes(slots, "");
    assert_eq!(times, [1, 4, 7]);
    assert_eq!(counts, counted(&times, 0, 3));
}

#[test]
fn synapses_before_thresholds_take_a_step_more() {
    let slots = r#"slots = ["start", "groups", "synapses", "thresholds", "resets", "end"]"#;
    let (times, counts) = spikes(slots, "");
    assert_eq!(times, [1, 3, 5, 7]);
    assert_eq!(counts, counted(&times, 1, 4));
}

#[test]
fn code_of_an_event_before_its_condition_is_that_of_the_step_before() {
    // The event takes 0.4 of v in the step after the one in which v was above 0.3 at its end: v at the threshold is 0.4,
    // then 0.4 again, so that nothing spikes.
    let events = r#"
[neurons.P.events.up]
condition = "v > 0.3"
slot = "end"
code = "v -= 0.4"
code_slot = "before_groups"
"#;
    let (times, counts) = spikes("", events);
    assert_eq!(times, [0_i64; 0]);
    assert_eq!(counts, [0; 9]);
}

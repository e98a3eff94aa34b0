//! Actions: their times, their place in a step, what their code reads.

use super::support::Folder;
use super::{COUNTERS, last};

#[test]
fn actions_are_done_at_their_times() {
    let folder = Folder::new();
    // From 0 on: every ms at steps 0, 10, ..., 90; 0.37 ms is no multiple of dt and has a clock of its own: 0 to 26 * 0.37 by
    // the record at 9.9 ms.
    let text = format!(
        "{COUNTERS}{}",
        r#"
[actions.a]
on = "P[1:3]"
code = "n += 1 + i; m += N"
every = "1 ms"
[actions.b]
on = "P"
code = "n += 100"
every = "0.37 ms"
[actions.c]
on = "P[3:]"
code = "at = t; m += 1"
at = ["1 ms", "2.03 ms", "9.99 ms", "12 ms"]
[actions.d]
on = "P[0]"
code = "m += 1"
"#
        .replace("P[0]", "P[:1]")
    );
    assert_eq!(
        last(&folder, &text, r#"["n", "m", "at"]"#),
        [
            ["2700", "100", "0.0"],
            ["2710", "20", "0.0"],
            ["2720", "20", "0.0"],
            // 9.99 ms comes after the record at 9.9 ms.
            ["2700", "2", "2.03"],
        ]
    );
}

#[test]
fn slots_and_orders_decide_who_comes_first() {
    let folder = Folder::new();
    // Within a slot by order, then by name: n = ((0 + 1)*3 + 2)*5 at each step if sorted right; reset every step before.
    let text = format!(
        "{COUNTERS}{}",
        r#"
[actions.z]
on = "P"
code = "n = 0"
slot = "before_start"
[actions.c]
on = "P"
code = "n += 1"
order = -1
[actions.b]
on = "P"
code = "n = n*3 + 2"
[actions.d]
on = "P"
code = "n *= 5"
"#
    );
    assert_eq!(last(&folder, &text, r#"["n"]"#)[0], ["25"]);
}

#[test]
fn a_job_may_order_the_slots() {
    let folder = Folder::new();
    // Thresholds before groups: a spike sees x before the update of its step.
    let text = |slots: &str| {
        format!(
            "{}threshold = \"x > 49.5 and x < 50.5\"\nreset = \"n = t_in_timesteps\"\n",
            COUNTERS.replace("dt = \"0.1 ms\"", &format!("dt = \"0.1 ms\"\n{slots}"))
        )
    };
    assert_eq!(last(&folder, &text(""), r#"["n"]"#)[0], ["49"]);
    let folder = Folder::new();
    let slots = r#"slots = ["start", "thresholds", "groups", "synapses", "resets", "end"]"#;
    assert_eq!(last(&folder, &text(slots), r#"["n"]"#)[0], ["50"]);
}

#[test]
fn times_at_the_ends_and_equal_times() {
    let folder = Folder::new();
    // At 0, at equal times (by order, then by name), at the end of the run and beyond it. The digits of m tell the order.
    let text = format!(
        "{COUNTERS}{}",
        r#"
[actions.a]
on = "P"
code = "n += 1; m = 10*m + 1; at = t"
at = ["0 ms", "0.3 ms", "9.9 ms", "10 ms", "20 ms"]
[actions.b]
on = "P[-2:]"
code = "m = 10*m + 2"
at = "0.3 ms"
[actions.c]
on = "P[-3:-1]"
code = "m = 10*m + 3"
at = ["0.3 ms"]
order = -1
[actions.d]
on = "P[:-3]"
code = "m = 10*m + 4"
at = ["0.3 ms"]
order = 7
[actions.never]
on = "P"
code = "n += 1000"
at = ["10.05 ms", "1 s"]
[actions.once]
on = "P"
code = "n += 100"
every = "1 s"
"#
        .replace("at = \"0.3 ms\"", "at = [\"0.3 ms\"]")
    );
    let rows = last(&folder, &text, r#"["n", "at"]"#);
    assert!(rows.iter().all(|row| row[..] == ["103", "9.9"]), "{rows:?}");
    let rows = last(&Folder::new(), &text, r#"["m"]"#);
    assert_eq!(rows, [["1141"], ["1311"], ["13121"], ["1121"]]);
}

#[test]
fn intervals_below_and_beside_the_step() {
    let folder = Folder::new();
    // 0.3 ms is three steps although 3*0.1 is not 0.3 in doubles; 0.05 ms is two ticks a step, at 0 to 9.95 ms but for the last,
    // which comes after the record at 9.9 ms.
    let text = format!(
        "{COUNTERS}[actions.often]\non = \"P\"\ncode = \"n += 1\"\nevery = \"0.05 ms\"\n\
         [actions.third]\non = \"P\"\ncode = \"m += 1\"\nevery = \"0.3 ms\"\n"
    );
    assert_eq!(last(&folder, &text, r#"["n", "m"]"#)[0], ["199", "34"]);
}

#[test]
fn actions_count_in_steps_of_their_group() {
    let folder = Folder::new();
    // As Brian's run_regularly and run_at: dt and t_in_timesteps are those of the group, between two of its ticks the number of
    // the next.
    let text = r#"
[run]
duration = "1 ms"
[neurons.P]
size = 1
dt = "0.2 ms"
equations = '''
a : 1
b : 1
c : integer
d : integer
s = t_in_timesteps : integer
'''
[actions.own]
on = "P"
code = "a = dt/ms; c = t_in_timesteps"
every = "0.37 ms"
[actions.at]
on = "P"
code = "b = dt/ms; d = t_in_timesteps"
at = ["0.5 ms", "0.6 ms"]
[record.r]
kind = "state"
source = "P"
variables = ["a", "b", "c", "d", "s"]
every = "0.1 ms"
slot = "end"
"#;
    let table = folder.results_of(text, "out", &[]).table("r");
    assert_eq!(table.numbers("a"), [0.2; 10]);
    assert_eq!(table.numbers("b")[5..], [0.2; 5]);
    assert_eq!(table.numbers("c"), [0.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 4.0, 4.0]);
    assert_eq!(table.numbers("d"), [0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 3.0, 3.0, 3.0, 3.0]);
    assert_eq!(table.numbers("s"), [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0]);
}

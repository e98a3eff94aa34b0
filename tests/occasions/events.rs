//! Events: to whom they happen, and when what they do is done.

use super::support::Folder;
use super::{COUNTERS, last};

#[test]
fn an_event_happens_at_every_step_at_which_its_condition_holds() {
    let folder = Folder::new();
    // x is step + 1 when events are tested: 11 to 20 in steps 10 to 19; neuron 3 never.
    let text = format!(
        "{COUNTERS}{}",
        r#"
[neurons.P.events.up]
condition = "x > 10.5 and x < 20.5 and i < 3"
code = "n += 1; at = t"
[record.up]
kind = "events"
source = "P"
event = "up"
[record.part]
kind = "events"
source = "P[1:3]"
event = "up"
"#
    );
    assert_eq!(
        last(&folder, &text, r#"["n", "at"]"#),
        [["10", "1.9"], ["10", "1.9"], ["10", "1.9"], ["0", "0.0"]]
    );
    let up = folder.results("out").table("up");
    assert_eq!(up.rows.len(), 30);
    assert_eq!(up.rows[0], ["0", "1.0", "0"]);
    assert_eq!(up.rows[29], ["0", "1.9", "2"]);
    let part = folder.results("out").table("part");
    assert_eq!(part.rows.len(), 20);
    assert_eq!(part.rows[0], ["0", "1.0", "0"], "indices count in the part");
}

#[test]
fn code_on_events_comes_after_resets_unless_it_says_otherwise() {
    let folder = Folder::new();
    // The reset sets n to 5; the code doubles it, before or after.
    let text = |slot: &str| {
        format!(
            "{COUNTERS}threshold = \"x > 49.5 and x < 50.5\"\nreset = \"n = 5\"\ninitial = \"n = 3\"\n\
             [neurons.P.events.e]\ncondition = \"x > 49.5 and x < 50.5\"\ncode = \"n *= 2\"\n{slot}"
        )
    };
    assert_eq!(last(&folder, &text(""), r#"["n"]"#)[0], ["10"]);
    let folder = Folder::new();
    assert_eq!(last(&folder, &text("code_slot = \"synapses\""), r#"["n"]"#)[0], ["5"]);
}

#[test]
fn events_do_not_wait_for_refractoriness() {
    let folder = Folder::new();
    let text = format!(
        "{COUNTERS}threshold = \"x > 20.5\"\nreset = \"m += 1\"\nrefractory = \"100 ms\"\n\
         [neurons.P.events.e]\ncondition = \"x > 20.5\"\ncode = \"n += 1\"\n"
    );
    // Steps 20 to 99; the record at slot end of step 99 sees all of them.
    assert_eq!(last(&folder, &text, r#"["n", "m"]"#)[0], ["80", "1"]);
}

#[test]
fn events_may_set_off_each_other_and_be_named_like_anything() {
    let folder = Folder::new();
    // `up` sets v in after_resets, so `v` happens from the next step on; `late` is tested before `up` sets v again.
    let text = format!(
        "{}{}",
        COUNTERS.replace("at : second", "v : 1\nups : integer\nseen : integer"),
        r#"
[neurons.P.events.up]
condition = "x > 1.5 + i and x < 6.5"
code = "ups += 1; v = 5"
[neurons.P.events.v]
condition = "v > 4"
code = "seen += 1"
[neurons.P.events.zero]
condition = "ups > 2"
code = "v = 0"
[neurons.P_up]
size = 1
equations = "x : 1"
threshold = "t_in_timesteps == 3"
[neurons.P_up.events.P]
condition = "t_in_timesteps % 50 == 0"
[record.seen]
kind = "events"
source = "P[2:]"
event = "v"
[record.other]
kind = "events"
source = "P_up"
event = "P"
"#
    );
    // Neuron i: up in steps 1 + i to 5; v = 5 after the first; from the third `up` on, `zero` comes after it, by name, in the
    // step after that in which ups became 3.
    let seen = |i: i64| {
        let (mut v, mut ups, mut seen, mut steps) = (0, 0, 0, Vec::new());
        for step in 0..100 {
            let (is_up, is_v, is_zero) = (step > i && step < 6, v > 4, ups > 2);
            if is_up {
                (ups, v) = (ups + 1, 5);
            }
            if is_v {
                seen += 1;
                steps.push(step);
            }
            if is_zero {
                v = 0;
            }
        }
        (ups, seen, steps)
    };
    let expected: Vec<Vec<String>> =
        (0..4).map(seen).map(|(ups, seen, _)| vec![ups.to_string(), seen.to_string()]).collect();
    assert_eq!(last(&folder, &text, r#"["ups", "seen"]"#), expected);
    let table = folder.results("out").table("seen");
    let steps = |i: i64| table.rows.iter().filter(|r| r[2] == i.to_string()).count();
    assert_eq!((steps(0), steps(1)), (seen(2).2.len(), seen(3).2.len()));
    assert_eq!(folder.results("out").table("other").rows, [["0", "0.0", "0"], ["0", "5.0", "0"]]);
}

#[test]
fn code_on_events_sets_what_is_held_and_follows_the_order_of_its_group() {
    // As Brian's Resetter: a refractory neuron's v is set by the event (step 30), by a reset, but not by an action.
    let text = format!(
        "{}{}",
        COUNTERS.replace("at : second", "dv/dt = 0*Hz : 1 (unless refractory)"),
        r#"
threshold = "x > 20.5 and x < 21.5"
refractory = "100 ms"
[neurons.P.events.e]
condition = "x > 30.5 and x < 31.5"
code = "v += 7"
[actions.a]
on = "P"
code = "v += 100"
at = ["1 ms", "5 ms"]
"#
    );
    assert_eq!(last(&Folder::new(), &text, r#"["v"]"#)[0], ["107.0"]);
    // Two groups in the same slot: Q's event code runs before P's by name only if the orders are equal.
    let two = |order: &str| {
        format!(
            r#"
[run]
duration = "0.1 ms"
[neurons.P]
size = 1
equations = "n : integer"
[neurons.P.events.e]
condition = "True"
code = "n = t_in_timesteps + 5"
[neurons.Q]
size = 1
{order}
equations = '''
n : integer (linked)
seen : integer
'''
linked = {{ n = "P.n" }}
[neurons.Q.events.e]
condition = "True"
code = "seen = n"
[record.r]
kind = "state"
source = "Q"
variables = ["seen"]
slot = "end"
"#
        )
    };
    let seen = |order| Folder::new().results_of(&two(order), "out", &[]).table("r").numbers("seen");
    assert_eq!((seen(""), seen("order = -1")), (vec![5.0], vec![0.0]));
}

#[test]
fn what_comes_before_its_event_is_done_to_those_of_the_step_before() {
    // Events in steps 5 and 6. Code and record stand before the condition: both act a step later, as in Brian, and nothing is
    // left over from another point.
    let text = format!(
        "{}{}",
        COUNTERS.replace("[neurons.P]", "[parameters]\nk = 1\n[neurons.P]"),
        r#"
threshold = "x > 5.5*k and x < 7.5*k"
[neurons.P.events.early]
condition = "x > 5.5*k and x < 7.5*k and i > 1"
code = "n += t_in_timesteps"
code_slot = "before_start"
[record.spikes]
kind = "spikes"
source = "P[3:]"
variables = ["x"]
slot = "start"
[record.events]
kind = "events"
source = "P[2:]"
event = "early"
variables = ["x", "n"]
slot = "before_thresholds"
[record.usual]
kind = "events"
source = "P[3:]"
event = "early"
variables = ["x"]
[[sweep]]
axes.k = [1, 100, 1]
"#
    );
    let folder = Folder::new();
    let rows = folder.results_of(&text, "out", &["--workers", "1"]);
    let of_point = |table: &str, point: &str| -> Vec<Vec<String>> {
        let rows = rows.table(table).rows;
        rows.into_iter().filter(|row| row[0] == point).map(|row| row[1..].to_vec()).collect()
    };
    for point in ["0", "2"] {
        assert_eq!(of_point("spikes", point), [["0.6", "0", "6.0"], ["0.7", "0", "7.0"]]);
        let expected = [
            ["0.6", "0", "7.0", "6"],
            ["0.6", "1", "7.0", "6"],
            ["0.7", "0", "8.0", "13"],
            ["0.7", "1", "8.0", "13"],
        ];
        assert_eq!(of_point("events", point), expected);
        assert_eq!(of_point("usual", point), [["0.5", "0", "6.0"], ["0.6", "0", "7.0"]]);
    }
    assert!(["spikes", "events", "usual"].iter().all(|table| of_point(table, "1").is_empty()));
}

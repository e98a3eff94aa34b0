//! Custom events and actions: when they happen, to whom, and in which order with everything else.

mod support;

use support::Folder;

/// A clock that counts: n = step after the update of a step, and counters that code adds to.
const COUNTERS: &str = r#"
[run]
duration = "10 ms"
dt = "0.1 ms"
[neurons.P]
size = 4
equations = '''
dx/dt = 10*kHz : 1
n : integer
m : integer
at : second
'''
method = "euler"
"#;

fn last(folder: &Folder, text: &str, variables: &str) -> Vec<Vec<String>> {
    let record = format!(
        "[record.end]\nkind = \"state\"\nsource = \"P\"\nvariables = {variables}\nslot = \"end\"\nat = \"9.9 ms\"\n"
    );
    let table = folder.results_of(&format!("{text}\n{record}"), "out", &[]).table("end");
    table.rows.into_iter().map(|row| row[3..].to_vec()).collect()
}

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
fn workers_and_lanes_do_not_matter() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "20 ms"
[parameters]
drive = 1.2
[neurons.P]
size = 3
equations = "dv/dt = (drive + 0.1*i - v)/(10*ms) : 1"
threshold = "v > 1"
reset = "v = 0"
[actions.kick]
on = "P[1:]"
code = "v += 0.01*drive*(i + 1)"
every = "2 ms"
slot = "end"
[record.v]
kind = "state"
source = "P"
variables = ["v"]
every = "1 ms"
[[sweep]]
axes.drive = { from = 0.5, to = 2, n = 40 }
"#;
    let one = folder.results_of(text, "one", &["--workers", "1"]).table("v");
    let two = folder.results_of(text, "two", &["--workers", "2"]).table("v");
    assert_eq!(one.rows, two.rows);
    // The same model coupled, one point a batch, through a draw that changes nothing.
    let coupled = text
        .replace("[actions.kick]", "[actions.nothing]\non = \"P\"\ncode = \"v += 0*rand()\"\n[actions.kick]");
    assert_eq!(one.rows, folder.results_of(&coupled, "coupled", &[]).table("v").rows);
}

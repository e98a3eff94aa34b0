//! What rests in a phase does nothing there, and goes on afterwards.

use super::support::{Folder, Results, assert_close};
use super::{HEAD, phases};

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

/// A spike generator goes along its list in silence; a Poisson input, also one whose rate changes with time, adds nothing.
#[test]
fn generators_and_inputs_can_rest() {
    let text = |off: &str| {
        let parts = phases(&["20 ms", "20 ms", "20 ms"])
            .replace("name = \"p1\"\n", &format!("name = \"p1\"\noff = [{off}]\n"));
        format!(
            "{HEAD}{parts}{}",
            r#"
[spike_generators.cue]
size = 2
indices = [0, 1, 0]
times = ["0.5 ms", "1 ms", "2.5 ms"]
period = "4 ms"
[spike_generators.once]
size = 1
indices = [0, 0, 0, 0]
times = ["10 ms", "30 ms", "31 ms", "50 ms"]
[neurons.Q]
size = 40
equations = """
constant : 1
changing : 1
"""
[poisson_inputs.steady]
target = "Q"
variable = "constant"
n = 20
rate = "50 Hz"
weight = 1
[poisson_inputs.rising]
target = "Q"
variable = "changing"
n = 20
rate = "50*Hz + 100*Hz*(t/second)"
weight = 1
[record.cues]
kind = "spikes"
source = "cue"
[record.ones]
kind = "spikes"
source = "once"
[record.got]
kind = "state"
source = "Q[:1]"
variables = ["constant", "changing"]
"#
        )
    };
    let folder = Folder::new();
    let all = folder.results_of(&text(""), "all", &[]);
    let rest = folder.results_of(&text("\"cue\", \"once\", \"steady\", \"rising\""), "rest", &[]);
    assert_eq!((rows(&all, "cues"), rows(&all, "ones")), ([15, 15, 15], [1, 2, 1]));
    assert_eq!((rows(&rest, "cues"), rows(&rest, "ones")), ([15, 0, 15], [1, 0, 1]));
    let later = |out: &Results| -> Vec<Vec<String>> {
        let table = out.table("cues");
        let times = table.numbers("t_ms");
        table.rows.into_iter().zip(times).filter(|(_, t)| *t >= 40.0).map(|(row, _)| row).collect()
    };
    assert_eq!(later(&all), later(&rest), "the generator has lost its place");
    for column in ["constant", "changing"] {
        // 20 events are expected in 20 ms: 20 sources at 50 Hz and more. None at all has odds below 1e-8.
        let (grown, still) = (growth(&all, "got", column), growth(&rest, "got", column));
        assert!(grown.iter().all(|g| *g > 0.0), "{column}: {grown:?}");
        assert_eq!((still[0], still[1]), (grown[0], 0.0), "{column}");
        assert_eq!(still[2], grown[2], "{column}: numbers are functions of their step");
    }
}

//! Events, actions, links and clocks together: bytes that do not depend on how a job is run, and where rows end.

use super::support::Folder;

/// Everything of this file in one network: what runs side by side and how often buffers are emptied does not matter.
const ALL: &str = r#"
[run]
duration = "300 ms"
seed = 11
[parameters]
rate = "40 Hz"
w = 0.3
[poisson.inputs]
size = 40
rate = "rate"
[neurons.source]
size = 2
dt = "0.25 ms"
equations = '''
dz/dt = (noise - z)/(5*ms) : 1
noise = 2*randn() : 1 (constant over dt)
half = z/2 : 1
'''
[neurons.P]
size = 20
equations = '''
dv/dt = (0.3*z + drive - v)/(10*ms) : 1 (unless refractory)
z : 1 (linked)
drive : 1 (shared)
armed : boolean
n : integer
'''
threshold = "v > 1"
reset = "v = 0"
refractory = "2 ms"
linked = { z = { from = "source.half", index = "i % 2" } }
[neurons.P.events.up]
condition = "v > 0.6 and not armed"
code = "armed = True; n += 1; v += 0.01*rand()"
[neurons.P.events.down]
condition = "v < 0.4 and armed"
code = "armed = False"
slot = "end"
code_slot = "after_end"
[actions.drive]
on = "P"
code = "drive = 0.4*rand()"
every = "3.3 ms"
[actions.kick]
on = "P[-5:]"
code = "v += 0.2*rand()"
at = ["20 ms", "33.33 ms", "250 ms"]
[synapses.S]
source = "inputs"
target = "P"
connect = { p = 0.3 }
on_pre = "v_post += w"
delay = "rand()*2*ms"
[record.up]
kind = "events"
source = "P"
event = "up"
variables = ["v", "z"]
[record.spikes]
kind = "spikes"
source = "P"
[record.state]
kind = "state"
source = "P[:3]"
variables = ["v", "n", "drive", "z"]
every = "0.77 ms"
[record.late]
kind = "state"
source = "source"
variables = ["z"]
at = ["0 ms", "17.17 ms", "200 ms"]
[record.rate]
kind = "rate"
source = "P"
event = "down"
[[sweep]]
axes.w = [0.2, 0.3, 0.4]
axes.rate = ["40 Hz", "60 Hz"]
"#;

#[test]
fn the_same_bytes_however_it_is_run() {
    let folder = Folder::new();
    let one = folder.results_of(ALL, "one", &["--workers", "1"]);
    for name in ["up", "spikes", "state", "rate"] {
        let tables = one.table(name).by_point();
        assert_eq!(tables.len(), 6, "{name}");
        assert!(tables[&0].rows != tables[&5].rows && tables[&0].rows.len() > 20, "{name}");
    }
    assert_eq!(one.table("late").rows.len(), 6 * 3 * 2);
    for (out, more) in [
        ("two", ["--workers", "2"]),
        ("small", ["--buffer", "1"]),
        ("middle", ["--buffer", "37"]),
        ("lanes", ["--lanes", "4"]),
    ] {
        folder.results_of(ALL, out, &more).assert_same(&one, out);
    }
    for shard in ["1/2", "2/2"] {
        folder.spikesweep(&["run", "job.toml", "--out", "shards", "--shard", shard]).expect(0);
    }
    folder.spikesweep(&["merge", "shards"]).expect(0);
    folder.results("shards").assert_same(&one, "shards");
}

#[test]
fn rows_of_all_clocks_end_where_a_point_diverges() {
    let folder = Folder::new();
    // x doubles at each of its steps of 0.25 ms from 1 on, and is not finite after 1024 of them: at 256 ms. That is found at
    // step 3000 of the run.
    let text = r#"
[run]
duration = "1 s"
[neurons.Q]
size = 1
dt = "0.25 ms"
equations = "x : 1"
initial = "x = 1"
[neurons.P]
size = 1
equations = "n : integer"
threshold = "t_in_timesteps % 10 == 0"
reset = "n += 1"
[neurons.P.events.e]
condition = "t_in_timesteps % 7 == 0"
[actions.double]
on = "Q"
code = "x *= 2"
[actions.count]
on = "P"
code = "n += 1"
every = "0.37 ms"
[record.x]
kind = "state"
source = "Q"
variables = ["x"]
[record.n]
kind = "state"
source = "P"
variables = ["n"]
every = "0.37 ms"
[record.at]
kind = "state"
source = "P"
variables = ["n"]
at = ["1 ms", "255 ms", "299.99 ms", "300 ms", "999 ms"]
[record.e]
kind = "events"
source = "P"
event = "e"
[record.spikes]
kind = "spikes"
source = "P"
[record.rate]
kind = "rate"
source = "P"
"#;
    let results = folder.results_ending(10, text, "out", &[]);
    assert_eq!(results.table("points").texts("status"), ["diverged"]);
    let times = |name: &str| results.table(name).numbers("t_ms");
    let last = |name: &str| *times(name).last().unwrap();
    assert_eq!((times("x").len(), last("x")), (1200, 299.75));
    assert_eq!((times("n").len(), last("n")), (811, 299.7));
    assert_eq!(times("at"), [1.0, 255.0, 299.99]);
    assert_eq!((times("e").len(), last("e")), (429, 299.6));
    assert_eq!((times("spikes").len(), last("spikes")), (300, 299.0));
    assert_eq!((times("rate").len(), last("rate")), (3000, 299.9));
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

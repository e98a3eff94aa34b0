//! Synapses that are there or not: a flag gates what a spike does, and an action switches it when the weight has
//! crossed one of two bounds. All numbers are exact, so that nothing is near but wrong.

use super::Trains;
use super::support::Folder;

const JOB: &str = r#"
[run]
duration = "400 ms"
dt = "0.5 ms"
[spike_generators.pre]
PRE
[spike_generators.post]
POST
[neurons.P]
size = 5
equations = '''
v : 1
got : 1
hits : integer
'''
threshold = "v > 0.5"
reset = "v = 0"
[synapses.fire]
source = "post"
target = "P"
connect = { where = "i == j" }
on_pre = "v_post += 1"
[synapses.S]
source = "pre"
target = "P"
connect = { where = "(i + j) % 3 != 0" }
equations = '''
w : 1
active : boolean
switched : integer
'''
initial = "w = 0.5; active = (i + j) % 2 == 0"
on_pre = '''
got_post += w*int(active)
hits_post += int(active)
w = clip(w + 0.0625, 0, 1)
'''
on_post = "w = clip(w - 0.0625, 0, 1)"
[actions.structure]
on = "S"
code = '''
switched += int(active and w < 0.4375) + int(not active and w > 0.5625)
active = (active and w >= 0.4375) or w > 0.5625
'''
every = "5 ms"
[record.S]
kind = "synapses"
source = "S"
variables = ["w", "active", "switched"]
at = "399.5 ms"
slot = "end"
[record.P]
kind = "state"
source = "P"
variables = ["got", "hits"]
at = "399.5 ms"
slot = "end"
"#;

/// A synapse after the run.
struct Left {
    w: f64,
    active: bool,
    switched: i64,
    got: f64,
    hits: i64,
}

/// Step by step: the action, then spikes of the source, then of the target.
fn simulated(pre: &[i64], post: &[i64], active: bool) -> Left {
    let mut left = Left { w: 0.5, active, switched: 0, got: 0.0, hits: 0 };
    for step in 0..800 {
        if step % 10 == 0 {
            let now = if left.active { left.w >= 0.4375 } else { left.w > 0.5625 };
            left.switched += i64::from(now != left.active);
            left.active = now;
        }
        if pre.contains(&step) {
            if left.active {
                left.got += left.w;
                left.hits += 1;
            }
            left.w = (left.w + 0.0625).min(1.0);
        }
        if post.contains(&(step - 1)) {
            left.w = (left.w - 0.0625).max(0.0);
        }
    }
    left
}

#[test]
fn an_action_switches_synapses_at_bounds_of_their_weight() {
    let (pre, post) = (Trains::irregular(8, 40, 38, 3), Trains::irregular(5, 40, 38, 4));
    let text = JOB.replace("PRE", &pre.keys(0.5)).replace("POST", &post.keys(0.5));
    let folder = Folder::new();
    let results = folder.results_of(&text, "out", &[]);
    let (table, neurons) = (results.table("S"), results.table("P"));
    let (mut got, mut hits, mut row, mut switched) = ([0.0; 5], [0; 5], 0, 0);
    for i in 0..8 {
        for j in (0..5).filter(|j| (i + j) % 3 != 0) {
            let left = simulated(&pre.steps[i], &post.steps[j], (i + j) % 2 == 0);
            let of = |name: &str| table.numbers(name)[row];
            let what = format!("the synapse from {i} to {j}");
            assert_eq!((of("i"), of("j")), (i as f64, j as f64), "{what}");
            assert_eq!(of("w"), left.w, "weight of {what}");
            assert_eq!(of("active"), f64::from(u8::from(left.active)), "flag of {what}");
            assert_eq!(of("switched"), left.switched as f64, "switches of {what}");
            got[j] += left.got;
            hits[j] += left.hits;
            switched += left.switched;
            row += 1;
        }
    }
    assert_eq!(table.rows.len(), row);
    assert_eq!(neurons.numbers("got"), got);
    assert_eq!(neurons.numbers("hits"), hits.map(|n| n as f64));
    let all: i64 = hits.iter().sum();
    assert!(switched > 20 && all > 100 && all < 900, "{switched} switches, {all} hits: too little happens");
}

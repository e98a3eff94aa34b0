//! Clock-driven synapses where a run is more than one stretch: phases that rest, set and set back, points that branch; and how
//! a synapse is named that diverges.

mod support;

use support::Folder;

#[test]
fn phases_rest_set_and_set_back() {
    let folder = Folder::new();
    let job = r#"
[run]
dt = "0.1 ms"
[parameters]
tau = "2 ms"
[neurons.A]
size = 2
[synapses.S]
source = "A"
target = "A"
connect = { where = "i == j" }
equations = "dx/dt = -x/tau : 1"
initial = "x = 1 + i"
[record.S]
kind = "synapses"
source = "S"
variables = ["x"]
at = ["0.9 ms", "1.9 ms", "2.9 ms", "3.9 ms", "4.9 ms"]
slot = "end"
[[phase]]
name = "first"
duration = "1 ms"
[[phase]]
name = "rests"
duration = "1 ms"
off = ["S"]
[[phase]]
name = "slower"
duration = "1 ms"
parameters = { tau = "4 ms" }
[[phase]]
name = "set"
duration = "1 ms"
code = { S = "x = 3" }
[[phase]]
name = "back"
duration = "1 ms"
reset = ["S"]
parameters = { tau = "1 ms" }
"#;
    let x = folder.results_of(job, "out", &[]).table("S").numbers("x");
    let half = (-0.5_f64).exp();
    let expected = [half, half, half * (-0.25_f64).exp(), 3.0 * (-0.25_f64).exp(), (-1.0_f64).exp()];
    for (k, expected) in expected.into_iter().enumerate() {
        for i in 0..2 {
            // A code of a phase sets both to the same value.
            let scale = if k == 3 { 1.0 } else { 1.0 + i as f64 };
            let found = x[2 * k + i];
            assert!((found - scale * expected).abs() < 1e-12, "phase {k}: {found}, not {}", scale * expected);
        }
    }
}

#[test]
fn points_branch_from_a_shared_phase_with_their_synapses() {
    let folder = Folder::new();
    let job = r#"
[run]
dt = "0.1 ms"
[parameters]
rate = "100 Hz"
later = "1 Hz"
[neurons.A]
size = 3
[synapses.S]
source = "A"
target = "A"
connect = { where = "i != j" }
equations = '''
dx/dt = -x*rate*k : 1
k : 1 (constant)
'''
initial = "x = 1 + i; k = 1 + j"
[record.S]
kind = "synapses"
source = "S"
variables = ["x"]
every = "1 ms"
[[phase]]
name = "common"
duration = "3 ms"
parameters = { rate = "50 Hz" }
share = SHARE
[[phase]]
name = "own"
duration = "3 ms"
parameters = { rate = "later" }
[[sweep]]
axes.later = ["10 Hz", "200 Hz", "400 Hz"]
"#;
    let shared = folder.results_of(&job.replace("SHARE", "true"), "shared", &[]);
    let alone = folder.results_of(&job.replace("SHARE", "false"), "alone", &[]);
    assert_eq!(shared.table("S").rows, alone.table("S").rows);
    let last = *shared.table("S").numbers("x").last().unwrap();
    // From 2 to 1: rates times k = 2, for 3 ms, then 2 ms more at 5 ms.
    let expected = 3.0 * (-0.3_f64 - 0.8 * 2.0).exp();
    assert!((last - expected).abs() < 1e-12, "{last}, not {expected}");
}

#[test]
fn a_synapse_that_diverges_is_named() {
    let folder = Folder::new();
    let job = r#"
[run]
duration = "300 ms"
dt = "0.1 ms"
[neurons.A]
size = 4
[synapses.S]
source = "A"
target = "A[1:]"
connect = { where = "i != 1" }
equations = '''
dx/dt = x**2/ms*k : 1
k : 1 (constant)
'''
method = "euler"
initial = "k = int(i == 2 and j == 1); x = 1"
"#;
    let results = folder.results_ending(10, job, "out", &[]);
    let errors = results.table(".run/errors");
    let text = errors.rows[0].join(" ");
    assert!(text.contains("S.x from 2 to 1 is not finite at step 1000"), "{text}");
}

#[test]
fn inner_steps_that_do_not_get_through_name_their_synapse() {
    let folder = Folder::new();
    // x' = k*x**2 has no value at 10 ms; the group has a clock of its own.
    let job = r#"
[run]
duration = "20 ms"
dt = "0.1 ms"
[neurons.A]
size = 3
equations = "dv/dt = 1/ms : 1"
dt = "0.3 ms"
[synapses.S]
source = "A"
target = "A"
connect = { where = "i != j" }
equations = '''
dx/dt = x**2/ms*k : 1
k : 1 (constant)
'''
method = "rk45"
initial = "k = 0.1*int(i == 2 and j == 1); x = 1"
"#;
    let results = folder.results_ending(10, job, "out", &[]);
    let text = results.table(".run/errors").rows[0].join(" ");
    assert!(text.contains("S.x from 2 to 1 needs more inner steps than max_steps"), "{text}");
}

//! Short-term plasticity of Tsodyks and Markram with delays: whatever the delay, the same amplitudes, only later.

use super::Trains;
use super::support::{Folder, assert_close};

const JOB: &str = r#"
[run]
duration = "1 s"
dt = "0.5 ms"
[spike_generators.pre]
PRE
[neurons.P]
size = 4
equations = '''
at_once : 1
equal : 1
each : 1
'''
[record.P]
kind = "state"
source = "P"
variables = ["at_once", "equal", "each"]
slot = "end"
"#;

const SYNAPSES: &str = r#"
[synapses.NAME]
source = "pre"
target = "P"
connect = { where = "i == j % 2" }
equations = '''
du/dt = -u/(facilitates) : 1 (event-driven)
dx/dt = (1 - x)/(recovers) : 1 (event-driven)
use : 1 (constant)
facilitates : second (constant)
recovers : second (constant)
'''
initial = '''
use = 0.5 - 0.1*j
facilitates = (20 + 200*j)*ms
recovers = (600 - 150*j)*ms
x = 1
'''
on_pre = '''
u += use*(1 - u)
NAME_post += u*x
x -= u*x
'''
"#;

/// The amplitudes of a train, step by step of 0.5 ms, to target j.
fn amplitudes(train: &[i64], j: usize) -> Vec<f64> {
    let j = j as f64;
    let (share, facilitates, recovers) = (0.5 - 0.1 * j, 20.0 + 200.0 * j, 600.0 - 150.0 * j);
    let (mut u, mut used, mut last) = (0.0, 0.0, 0);
    let mut of_spike = |step: &i64| {
        let passed = (step - last) as f64 * 0.5;
        last = *step;
        u *= (-passed / facilitates).exp();
        used *= (-passed / recovers).exp();
        u += share * (1.0 - u);
        let amplitude = u * (1.0 - used);
        used += amplitude;
        amplitude
    };
    train.iter().map(&mut of_spike).collect()
}

#[test]
fn a_delay_moves_amplitudes_and_does_not_change_them() {
    let pre = Trains::irregular(2, 16, 200, 5);
    let mut text = JOB.replace("PRE", &pre.keys(0.5));
    for (name, delay) in
        [("at_once", ""), ("equal", "delay = \"3 ms\""), ("each", "delay = \"(2 + 12*j)*ms\"")]
    {
        text.push_str(&SYNAPSES.replace("NAME", name));
        text.push_str(delay);
    }
    let folder = Folder::new();
    let results = folder.results_of(&text, "out", &[]);
    let table = results.table("P");
    for j in 0..4 {
        let train = &pre.steps[j % 2];
        let expected = amplitudes(train, j);
        let together =
            train.iter().zip(train.iter().skip(1)).filter(|(a, b)| **b - **a < 24 * j as i64).count();
        assert!(j < 2 || together > 0, "no spike is sent while another is on its way");
        for (name, delay) in [("at_once", 0), ("equal", 6), ("each", 4 + 24 * j as i64)] {
            let neuron = j.to_string();
            let found = table.pick(name, &[("i", &neuron)]);
            assert_eq!(found.len(), 2000);
            for (step, found) in found.into_iter().enumerate() {
                let arrived = train.iter().zip(&expected).filter(|(s, _)| **s + delay <= step as i64);
                let sum: f64 = arrived.map(|(_, amplitude)| amplitude).sum();
                assert_close(found, sum, 1e-12, &format!("{name}, target {j}, step {step}"));
            }
        }
    }
}

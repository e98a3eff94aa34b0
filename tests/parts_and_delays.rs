//! Two silent faults that Brian 1 had: spikes lost or doubled between groups with clocks of their own, and effects at
//! wrong neurons where parts of groups are combined with delays. What arrives, where and when is computed here by hand.

mod support;

use support::{Folder, assert_close};

/// Neuron `i` of P spikes at steps `i`, `i + 10`, ... of a clock of `PRE`; Q is on one of `POST`.
const JOB: &str = r#"
[run]
duration = "12 ms"
dt = "0.1 ms"
[neurons.P]
size = 10
dt = "PRE"
threshold = "t_in_timesteps % 10 == i"
[neurons.Q]
size = 8
dt = "POST"
equations = '''
count : integer
sender : integer
time : second
'''
[synapses.S]
source = "P[3:7]"
target = "Q[2:-1]"
connect = { where = "(i + j) % 3 != 0" }
delay = "DELAY"
on_pre = "count += 1; sender += 1 + i; time += t"
[record.Q]
kind = "state"
source = "Q"
variables = ["count", "sender", "time"]
at = ["11.9 ms"]
slot = "end"
"#;

/// Runs it; `delay` of the synapse from the part's neuron `i` to `j`, in ms.
fn arrive(pre: f64, post: f64, text: &str, delay: impl Fn(u64, u64) -> f64) {
    let job = JOB.replace("PRE", &format!("{pre} ms")).replace("POST", &format!("{post} ms"));
    let folder = Folder::new();
    let results = folder.results_of(&job.replace("DELAY", text), "out", &[]);
    let table = results.table("Q");
    let (counts, senders) = (table.numbers("count"), table.numbers("sender"));
    let times = table.numbers("time_ms");
    assert_eq!(counts.len(), 8);
    for q in 0..8_u64 {
        let (mut count, mut sender, mut time) = (0, 0, 0.0);
        for i in 0..4 {
            let Some(j) = q.checked_sub(2).filter(|j| *j < 5 && (i + j) % 3 != 0) else { continue };
            let waits = (delay(i, j) / pre).round() as u64;
            let arrivals = (0..).map(|k| i + 3 + 10 * k + waits).take_while(|step| *step as f64 * pre < 11.95);
            for step in arrivals {
                (count, sender, time) = (count + 1, sender + 1 + i, time + step as f64 * pre);
            }
        }
        let what = format!("neuron {q} of Q, {pre} and {post} ms, delay {text}");
        assert_eq!(counts[q as usize], count as f64, "spikes at {what}");
        assert_eq!(senders[q as usize], sender as f64, "senders at {what}");
        assert_close(times[q as usize], time, 1e-9, &format!("times at {what}"));
        assert_eq!(count > 0, (2..7).contains(&q), "{what}");
    }
}

#[test]
fn no_spike_is_lost_or_doubled_between_clocks() {
    for (pre, post) in [(0.1, 0.1), (0.1, 0.5), (0.5, 0.1), (0.3, 0.2), (0.1, 0.7)] {
        arrive(pre, post, "0 ms", |_, _| 0.0);
        arrive(pre, post, "1.5 ms", |_, _| 1.5);
    }
}

#[test]
fn parts_with_delays_reach_the_right_neurons() {
    arrive(0.1, 0.1, "0.7 ms", |_, _| 0.7);
    arrive(0.1, 0.1, "(1 + i + 4*j)*0.1*ms", |i, j| (1 + i + 4 * j) as f64 * 0.1);
    arrive(0.2, 0.5, "(1 + i + 4*j)*0.2*ms", |i, j| (1 + i + 4 * j) as f64 * 0.2);
    arrive(0.1, 0.1, "(20 - i)*0.1*ms", |i, _| (20 - i) as f64 * 0.1);
}

//! Values that are held for a step, or shared.

use super::column;
use super::support::Folder;

#[test]
fn constant_over_dt_keeps_the_value_of_the_start_of_a_step() {
    let folder = Folder::new();
    // The plain one follows x within the step: at slot end x has moved on by 1.
    let text = r#"
[run]
duration = "1 ms"
[neurons.P]
size = 2
equations = '''
dx/dt = 10*kHz : 1
plain = 2*x + i : 1
held = plain + more : 1 (constant over dt)
more = x + 100 : 1 (constant over dt)
'''
method = "euler"
initial = "x = 7"
[record.r]
kind = "state"
source = "P"
variables = ["x", "plain", "held", "more"]
slot = "end"
"#;
    let x = column(&folder, text, "r", "x");
    let plain = column(&folder, text, "r", "plain");
    let held = column(&folder, text, "r", "held");
    for (k, ((x, plain), held)) in x.iter().zip(&plain).zip(&held).enumerate() {
        let (step, i) = ((k / 2) as f64, (k % 2) as f64);
        assert_eq!(*x, 7.0 + step + 1.0);
        assert_eq!(*plain, 2.0 * x + i);
        let before = 7.0 + step;
        assert_eq!(*held, 2.0 * before + i + before + 100.0);
    }
}

#[test]
fn what_is_drawn_constant_over_dt_is_drawn_once_a_step_and_neuron() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "100 ms"
[neurons.P]
size = 10
equations = '''
dx/dt = noise/ms : 1
dy/dt = noise/ms : 1
noise = randn() : 1 (constant over dt)
common = rand() : 1 (shared, constant over dt)
'''
method = "rk2"
[record.r]
kind = "state"
source = "P"
variables = ["x", "y", "noise", "common"]
"#;
    let x = column(&folder, text, "r", "x");
    assert_eq!(x, column(&folder, text, "r", "y"), "both equations see the same numbers");
    let noise = column(&folder, text, "r", "noise");
    // Euler's sum of what was recorded at the starts of the steps, dt = 0.1 ms.
    let last: f64 = (0..999).map(|step| 0.1 * noise[10 * step + 3]).sum();
    assert!((x[10 * 999 + 3] - last).abs() < 1e-9, "{} is not {last}", x[10 * 999 + 3]);
    // 10 000 draws: mean within 4.5 standard errors of 0, variance of 1 (error sqrt(2/n)).
    let n = noise.len() as f64;
    let mean = noise.iter().sum::<f64>() / n;
    let variance = noise.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
    assert!(mean.abs() < 4.5 / n.sqrt(), "mean {mean}");
    assert!((variance - 1.0).abs() < 4.5 * (2.0 / n).sqrt(), "variance {variance}");
    let common = column(&folder, text, "r", "common");
    assert!(common.chunks(10).all(|step| step.iter().all(|v| *v == step[0])), "all neurons share it");
    assert!(
        common.chunks(10).zip(common.chunks(10).skip(1)).all(|(a, b)| a[0] != b[0]),
        "each step draws anew"
    );
}

#[test]
fn a_shared_variable_is_set_for_all_neurons_by_an_action() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "1 ms"
[neurons.P]
size = 5
equations = '''
dv/dt = (drive - v)/ms : 1
drive : 1 (shared)
'''
method = "euler"
initial = "drive = rand()"
[actions.change]
on = "P"
code = "drive = 2 + rand()"
every = "0.5 ms"
slot = "end"
[record.r]
kind = "state"
source = "P"
variables = ["drive"]
"#;
    let drive = column(&folder, text, "r", "drive");
    let steps: Vec<&[f64]> = drive.chunks(5).collect();
    assert!(steps.iter().all(|step| step.iter().all(|v| *v == step[0])));
    assert!((0.0..1.0).contains(&steps[0][0]));
    assert!((2.0..3.0).contains(&steps[1][0]) && steps[1][0] == steps[5][0]);
    assert!(steps[6][0] != steps[5][0] && (2.0..3.0).contains(&steps[6][0]));
}

#[test]
fn refractoriness_follows_held_and_linked_variables() {
    let folder = Folder::new();
    // A period of 0.3 ms, written in four ways, with a synapse that adds to what is held while a neuron is refractory.
    let text = |extra: &str, period: &str, more: &str| {
        format!(
            r#"
[run]
duration = "3 ms"
[neurons.R]
size = 2
equations = '''
dv/dt = 1*kHz : 1 (unless refractory)
n : integer
{extra}
'''
method = "euler"
threshold = "v > 0.35"
reset = "v = 0; n += 1"
refractory = "{period}"
{more}
[neurons.Q]
size = 1
equations = "per = 0.3 : 1"
[neurons.T]
size = 1
equations = "x : 1"
threshold = "True"
[synapses.S]
source = "T"
target = "R"
on_pre = "v_post += 0.01"
connect = {{}}
[record.r]
kind = "state"
source = "R"
variables = ["v", "n", "not_refractory"]
"#
        )
    };
    let ways = [
        text("", "0.3 ms", ""),
        text("p = 0.3*ms + 0*t : second (constant over dt)", "p", ""),
        text("p = 3*(t + dt - t) : second (constant over dt)\nr = 2*p : second", "r - p", ""),
        text("p : 1 (linked)", "p*ms", "linked = { p = \"Q.per\" }"),
    ];
    let tables = ways.map(|text| Folder::new().results_of(&text, "out", &[]).table("r").rows);
    let n: i64 = tables[0].last().unwrap()[4].parse().unwrap();
    // 0.11 a step: above 0.35 after 4 steps (the spike's own step included), then 2 steps of rest.
    assert_eq!(n, 5, "{:?}", tables[0].last());
    for table in &tables[1..] {
        assert_eq!(*table, tables[0]);
    }
    drop(folder);
}

#[test]
fn held_values_are_there_for_connections_and_kept_in_lanes() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "0.4 ms"
[neurons.A]
size = 3
equations = '''
x : 1
held = 2*x + 1 : 1 (constant over dt)
twice = 2*held : 1 (constant over dt)
big = held > 4 : boolean (constant over dt)
'''
initial = "x = i"
threshold = "big and t_in_timesteps == 0"
reset = "x = -1"
[neurons.B]
size = 3
equations = "y : 1"
[synapses.S]
source = "A"
target = "B"
connect = { where = "twice_pre > 8 and i == j" }
delay = "(held_pre - 4)*0.1*ms"
on_pre = "y_post += twice_pre"
[record.a]
kind = "state"
source = "A"
variables = ["held", "twice", "big"]
[record.b]
kind = "state"
source = "B"
variables = ["y"]
"#;
    // held = 1, 3, 5 at first: only neuron 2 is big; it spikes, and its delay is 0.1 ms. Then held is -1.
    assert_eq!(column(&folder, text, "a", "held")[..6], [1.0, 3.0, 5.0, 1.0, 3.0, -1.0]);
    let y = column(&folder, text, "b", "y");
    assert_eq!(y[6..9], [0.0, 0.0, -2.0], "the synapse reads what is held when it acts");
    // Side by side in lanes, or one point a batch through a draw that changes nothing.
    let lanes = r#"
[run]
duration = "5 ms"
[parameters]
s = 1
[neurons.P]
size = 2
equations = '''
dv/dt = -v*k/ms : 1
k = s*(1 + i + t/ms + 0.1*v) : 1 (constant over dt)
'''
initial = "v = 1"
threshold = "v < 0.5 and k > 0"
refractory = "0.1*ms*k"
reset = "v += 0.5*k"
[record.r]
kind = "state"
source = "P"
variables = ["v", "k"]
[[sweep]]
axes.s = { from = 0.5, to = 2, n = 9 }
"#;
    let coupled = format!("{lanes}[actions.nothing]\non = \"P\"\ncode = \"v += 0*rand()\"\n");
    let one = Folder::new().results_of(lanes, "out", &[]).table("r").rows;
    assert_eq!(one, Folder::new().results_of(&coupled, "out", &[]).table("r").rows);
    let first =
        |point: &str| one.iter().filter(|row| row[0] == point).map(|row| row[3].clone()).collect::<Vec<_>>();
    assert_ne!(first("0"), first("8"));
}

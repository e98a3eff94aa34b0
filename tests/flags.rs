//! Flags of equations: `constant over dt`, `shared`, `linked`.

mod support;

use support::Folder;

fn column(folder: &Folder, text: &str, table: &str, name: &str) -> Vec<f64> {
    let table = folder.results_of(text, "out", &[]).table(table);
    let k = table.header.iter().position(|h| h == name).expect("the column is there");
    table.rows.iter().map(|row| row[k].parse().expect("a number")).collect()
}

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
fn linked_variables_read_the_other_group() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "2 ms"
[parameters]
order = [4, 3, 2, 1, 0, 0]
[neurons.Q]
size = 5
equations = '''
dy/dt = (i + 1)*kHz : 1
twice = 2*y + i : 1
'''
method = "euler"
[neurons.one]
size = 1
equations = "dz/dt = 1*kHz : 1"
method = "euler"
[neurons.R]
size = 6
equations = '''
formula : 1 (linked)
listed : 1 (linked)
array : 1 (linked)
single : 1 (linked)
'''
[neurons.R.linked]
formula = { from = "Q.y", index = "i % 5" }
listed = { from = "Q.twice", index = [4, 4, 0, 1, 2, 3] }
array = { from = "Q.y", index = "int(order)" }
single = "one.z"
[record.r]
kind = "state"
source = "R"
variables = ["formula", "listed", "array", "single"]
at = "1.5 ms"
"#;
    // At 1.5 ms y = (i + 1)*1.5 and z = 1.5.
    let y = |i: usize| (i + 1) as f64 * 1.5;
    let close = |name: &str, expected: Vec<f64>| {
        for (got, expected) in column(&folder, text, "r", name).into_iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{name}: {got} is not {expected}");
        }
    };
    close("formula", (0..6).map(|i| y(i % 5)).collect());
    close("listed", [4, 4, 0, 1, 2, 3].map(|i| 2.0 * y(i) + i as f64).to_vec());
    close("array", [4, 3, 2, 1, 0, 0].map(y).to_vec());
    close("single", vec![1.5; 6]);
}

#[test]
fn groups_are_updated_by_name_and_thresholds_see_all_of_them() {
    let folder = Folder::new();
    // `a` is updated before `b`, so it integrates b's value of the step before; its threshold comes after both. b.x is
    // step + 1 after the update of a step.
    let text = r#"
[run]
duration = "1 ms"
[neurons.a]
size = 1
equations = '''
dsum/dt = x*10*kHz : 1
x : 1 (linked)
n : integer
'''
method = "euler"
threshold = "x > 4.5 and x < 5.5"
reset = "n = t_in_timesteps"
linked = { x = "b.x" }
[neurons.b]
size = 1
equations = "dx/dt = 10*kHz : 1"
method = "euler"
[record.r]
kind = "state"
source = "a"
variables = ["sum", "n"]
at = "0.9 ms"
slot = "end"
"#;
    assert_eq!(column(&folder, text, "r", "n"), [4.0]);
    // 0 + 1 + ... + 9, each dt*10 kHz = 1.
    let sum = column(&folder, text, "r", "sum")[0];
    assert!((sum - 45.0).abs() < 1e-9, "{sum}");
    let renamed = text.replace("neurons.b", "neurons.B").replace("b.x", "B.x");
    let sum = column(&Folder::new(), &renamed, "r", "sum")[0];
    assert!((sum - 55.0).abs() < 1e-9, "a group whose name comes first is updated first: {sum}");
}

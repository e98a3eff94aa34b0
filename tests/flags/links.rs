//! Linked variables: what is read, when, and of which kind.

use super::column;
use super::support::Folder;

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

#[test]
fn links_keep_the_kinds_of_what_they_read() {
    let folder = Folder::new();
    // Division, floor division and remainder of integers, of reals cut to integers, and conditions: read through a link as in
    // the group itself; then in the equations, threshold, reset, events, actions and synapses of the reader.
    let text = r#"
[run]
duration = "0.5 ms"
[neurons.Q]
size = 2
equations = '''
dv/dt = 10*kHz : 1
k : integer
m : integer
b : boolean
quotient = k/m : 1
floored = k // m : 1
rest = k % m : integer
halves = int(v // 2) : integer
above = v > 4.7 : boolean
'''
method = "euler"
initial = "v = 3.5; k = -7 - i; m = 2; b = (i == 1)"
[neurons.R]
size = 2
equations = '''
k : integer (linked)
b : boolean (linked)
quotient : 1 (linked)
floored : 1 (linked)
rest : integer (linked)
halves : integer (linked)
above : boolean (linked)
half = k/2 : 1
dy/dt = (quotient + floored + rest)*10*kHz : 1
spikes : 1
ups : integer
acted : 1
'''
method = "euler"
threshold = "above and quotient < -3.2"
reset = "spikes += k/4 + int(b)"
linked = { k = "Q.k", b = "Q.b", quotient = "Q.quotient", floored = "Q.floored", rest = "Q.rest", halves = "Q.halves", above = "Q.above" }
[neurons.R.events.up]
condition = "halves > 2 and b"
code = "ups += k"
[actions.a]
on = "R"
code = "acted = k/8 + quotient"
[neurons.tick]
size = 1
equations = "x : 1"
threshold = "True"
[neurons.T]
size = 2
equations = "x : 1"
[synapses.S]
source = "tick"
target = "R"
connect = { where = "k_post > -100 and quotient_post < 0" }
on_pre = "spikes_post += 100*quotient_post"
[record.q]
kind = "state"
source = "Q"
variables = ["quotient", "floored", "rest", "halves", "above"]
[record.r]
kind = "state"
source = "R"
variables = ["quotient", "floored", "rest", "halves", "above", "half", "y", "spikes", "ups", "acted"]
slot = "after_end"
"#;
    let results = folder.results_of(text, "out", &[]);
    let (q, r) = (results.table("q"), results.table("r"));
    // v is 3.5 + step at the start of a step, 4.5 + step at its end.
    for (row, cells) in q.rows.iter().enumerate() {
        let (step, i) = ((row / 2) as f64, (row % 2) as f64);
        let k = -7.0 - i;
        let number = |cell: &str| cell.parse::<f64>().unwrap();
        let own = [k / 2.0, (k / 2.0).floor(), k.rem_euclid(2.0), ((3.5 + step) / 2.0).floor()];
        assert_eq!(cells[3..7].iter().map(|c| number(c)).collect::<Vec<_>>(), own, "Q, row {row}");
        let read: Vec<f64> = r.rows[row][3..].iter().map(|c| number(c)).collect();
        let halves = |step: f64| ((4.5 + step) / 2.0).floor();
        assert_eq!(read[..3], own[..3], "R, row {row}");
        assert_eq!((read[3], read[4]), (halves(step), f64::from(4.5 + step > 4.7)), "R, row {row}");
        assert_eq!(read[5], k / 2.0);
        let rate = k / 2.0 + (k / 2.0).floor() + k.rem_euclid(2.0);
        assert!((read[6] - (step + 1.0) * rate).abs() < 1e-9, "y, row {row}: {}", read[6]);
        let spikes = (0..=row / 2).filter(|s| 4.5 + *s as f64 > 4.7).count() as f64;
        assert_eq!(read[7], spikes * (k / 4.0 + i) + (step + 1.0) * 100.0 * k / 2.0, "spikes, row {row}");
        let ups = (0..=row / 2).filter(|s| halves(*s as f64) > 2.0).count() as f64;
        assert_eq!(read[8], ups * i * k, "ups, row {row}");
        assert_eq!(read[9], k / 8.0 + k / 2.0);
    }
}

#[test]
fn links_read_initial_values_and_time() {
    let folder = Folder::new();
    // The source stands behind the reader; its subexpression depends on time, which is 0 before the first step. Pairs with
    // i <= j: x = 1, 2, 3 and y = 2*x.
    let text = r#"
[run]
duration = "0.3 ms"
[neurons.A]
size = 3
equations = '''
v : 1
x : 1 (linked)
y : 1 (linked)
'''
threshold = "t_in_timesteps == 1 and y > 2.1"
initial = "v = x + 10*y"
linked = { x = "Q.x", y = "Q.y" }
[neurons.Q]
size = 3
equations = '''
x : 1
y = x*2 + t/ms + t_in_timesteps : 1
'''
initial = "x = i + 1"
[synapses.S]
source = "A"
target = "A"
equations = "w : 1"
connect = { where = "2*x_pre <= y_post" }
initial = "w = y_pre"
delay = "(x_post - 1)*0.1*ms"
on_pre = "v_post += 1000*w"
[record.r]
kind = "state"
source = "A"
variables = ["v", "y"]
slot = "end"
"#;
    let v = column(&folder, text, "r", "v");
    assert_eq!(v[..3], [21.0, 42.0, 63.0]);
    // All three spike in step 1 (y = 2*x + 1.1); w = 2, 4, 6; targets 0 and 1 are hit in steps 1 and 2, target 2 in step 3.
    assert_eq!(v[3..6], [2021.0, 42.0, 63.0]);
    assert_eq!(v[6..9], [2021.0, 6042.0, 63.0]);
    let y = column(&folder, text, "r", "y");
    assert_eq!(y[..3], [2.0, 4.0, 6.0]);
    assert!((y[6] - 4.2).abs() < 1e-12, "{}", y[6]);
}

#[test]
fn a_link_counts_in_steps_of_its_source() {
    let folder = Folder::new();
    // Q ticks at 0, 0.25 and 0.5 ms; as in Brian, its steps and dt are its own, and between ticks the step is the next one.
    let text = r#"
[run]
duration = "0.6 ms"
[neurons.Q]
size = 1
dt = "0.25 ms"
equations = '''
s = t_in_timesteps : integer
d = dt/ms : 1
'''
[neurons.R]
size = 1
equations = '''
s : integer (linked)
d : 1 (linked)
'''
linked = { s = "Q.s", d = "Q.d" }
[record.r]
kind = "state"
source = "R"
variables = ["s", "d"]
"#;
    assert_eq!(column(&folder, text, "r", "s"), [0.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    assert_eq!(column(&folder, text, "r", "d"), [0.25; 6]);
}

#[test]
fn equal_places_go_by_brians_names() {
    // `b2` is updated before `b` (Brian's b2_stateupdater and b_stateupdater), so b's link sees this step's value of b2.
    let text = r#"
[run]
duration = "1 ms"
[neurons.b]
size = 1
equations = '''
dsum/dt = x*10*kHz : 1
x : 1 (linked)
'''
method = "euler"
linked = { x = "b2.x" }
[neurons.b2]
size = 1
equations = "dx/dt = 10*kHz : 1"
method = "euler"
[record.r]
kind = "state"
source = "b"
variables = ["sum"]
at = "0.9 ms"
slot = "end"
"#;
    let sum = column(&Folder::new(), text, "r", "sum")[0];
    assert!((sum - 55.0).abs() < 1e-9, "{sum}");
}

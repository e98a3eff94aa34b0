//! What `check` expects of each kind of rule, beside what is made.

use crate::support::Folder;
use crate::{alone, object};

const ENDS: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
seed = 8
[parameters]
width = 20
[neurons.A]
size = 500
equations = '''
x : 1 (constant)
made : integer
'''
threshold = "t_in_timesteps == 0"
initial = "x = i/500.0"
[neurons.B]
size = 400
equations = "y : 1"
"#;

#[test]
fn numbers_of_synapses_are_expected_as_they_are_made() {
    let folder = Folder::new();
    // Rules, and how far off the expectation may be: exact, or five standard deviations of what is drawn.
    let rules = [
        (r#"{ j = "i % 400" }"#, 0.0),
        (r#"{ j = "k for k in range(i - width, i + width + 1) if k != i", skip_if_invalid = true }"#, 0.0),
        (r#"{ i = "k for k in range(j, N_pre, 7)", n = 3 }"#, 0.0),
        (r#"{ j = "k for k in range(N_post) if (i + k) % 5 == 0" }"#, 0.01),
        (r#"{ j = "k for k in sample(N_post, p=0.1)" }"#, 5.0 * 134.0 / 20_000.0),
        (r#"{ j = "k for k in sample(i % 50, N_post, p=i/1000.0) if k > 200" }"#, 0.04),
        (r#"{ j = "k for k in sample(N_post, size=i % 30)" }"#, 0.0),
        (r#"{ in_degree = 12, where = "i != j" }"#, 0.0),
        (r#"{ out_degree = "3 + i % 4", repeats = true, n = 2 }"#, 0.0),
        (r#"{ p = 0.05, where = "abs(i - j) > 100" }"#, 0.06),
        (r#"[{ j = "i % 400" }, { i = [0, 1], j = [2, 3] }]"#, 0.0),
    ];
    for (connect, tolerance) in rules {
        folder.write("job.toml", format!("{ENDS}{}", object("S", connect)));
        let told = folder.spikesweep(&["check", "job.toml", "--json"]).expect(0).stdout;
        let report: serde_json::Value = serde_json::from_str(&told).unwrap();
        let expected = report["synapses"].as_f64().unwrap();
        let made = alone(&folder, ENDS, connect).len() as f64;
        assert!((expected - made).abs() <= tolerance * made, "{connect}: {expected} expected, {made} made");
    }
}

#[test]
fn what_cannot_be_known_is_bounded_by_all_pairs() {
    let folder = Folder::new();
    for connect in [
        r#"{ j = "k for k in sample(N_post, size=int(x_pre*400))" }"#,
        r#"{ j = "k for k in sample(N_post, size=int(rand()*5))" }"#,
        r#"{ i = "k for k in range(N_pre) if x_pre > 0.9" }"#,
    ] {
        folder.write("job.toml", format!("{ENDS}{}", object("S", connect)));
        let told = folder.spikesweep(&["check", "job.toml", "--json"]).expect(0).stdout;
        let report: serde_json::Value = serde_json::from_str(&told).unwrap();
        let made = alone(&folder, ENDS, connect).len() as f64;
        assert!(report["synapses"].as_f64().unwrap() >= made, "{connect}: {made}");
    }
}

//! Connectivity that all points share is made by several processes at once, with the same bytes for any number of them.

use crate::support::Folder;

/// More than a million pairs, so that the work is shared; rules of every kind.
const LARGE: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
seed = 3
[neurons.A]
size = 1500
equations = "x : 1 (constant)"
threshold = "t_in_timesteps == 0"
initial = "x = rand()"
[neurons.B]
size = 1200
equations = "v : 1"
[synapses.rows]
source = "A"
target = "B"
equations = '''
w : 1
'''
on_pre = "v_post += w"
connect = [
    { p = "0.02*x_pre" },
    { j = "k for k in sample(N_post, size=5) if k != i" },
    { j = "k for k in range(i - 2, i + 3)", skip_if_invalid = true },
    { i = [1499, 3, 3, 800], j = [0, 1, 1, 1199] },
    { where = "rand() < 0.001" },
]
initial = "w = rand()"
delay = "rand()*ms"
[synapses.columns]
source = "A"
target = "B"
equations = "w : 1"
on_pre = "v_post += w"
connect = [{ in_degree = 7, where = "i != j" }, { p = 0.01 }, { i = "k for k in sample(N_pre, p=0.005)" }]
initial = "w = rand() + i"
[record.rows]
kind = "synapses"
source = "rows"
variables = ["w", "delay"]
at = "0 s"
[record.columns]
kind = "synapses"
source = "columns"
variables = ["w"]
at = "0 s"
[record.v]
kind = "state"
source = "B"
variables = ["v"]
every = "0.5 ms"
"#;

#[test]
fn any_number_of_builders_makes_the_same_bytes() {
    let folder = Folder::new();
    let one = folder.results_of(LARGE, "one", &["--workers", "1"]);
    assert!(one.table("rows").rows.len() > 20_000);
    for workers in ["2", "3", "7"] {
        let more = folder.results_of(LARGE, workers, &["--workers", workers]);
        one.assert_same(&more, &format!("{workers} builders"));
    }
}

#[test]
fn connectivity_of_a_point_alone_is_that_of_the_shared_one() {
    let folder = Folder::new();
    let one = folder.results_of(LARGE, "one", &["--workers", "2"]);
    // Another size at a second point: each point has connectivity of its own.
    let both = LARGE.replace("size = 1200", "size = \"n\"")
        + "[parameters]\nn = 1200\n[[sweep]]\naxes.n = [1200, 1201]\n";
    let both = folder.results_of(&both, "both", &["--workers", "2"]);
    for table in ["rows", "columns"] {
        let first = both.table(table).by_point().remove(&0).unwrap();
        assert_eq!(first.rows, one.table(table).rows, "{table}");
    }
}

#[test]
fn what_cannot_be_made_is_told_the_same_by_any_number_of_builders() {
    let folder = Folder::new();
    let wrong = LARGE.replace("size=5)", "size=int(1300*x_pre))");
    let told = |workers: &str| {
        let results = folder.results_ending(10, &wrong, workers, &["--workers", workers]);
        let errors = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
        errors.split(",spikesweep run").next().unwrap().to_owned()
    };
    let one = told("1");
    assert!(one.contains("cannot be drawn"), "{one}");
    assert_eq!(one, told("4"));
}

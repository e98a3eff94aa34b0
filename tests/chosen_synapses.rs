//! Tables of some synapses only: chosen by number or by a condition, they hold those rows of the table of all.

mod support;

use support::{Folder, Results};

/// Delays of each synapse, so that rows do not lie in the order of making; pairs with several synapses; weights that move.
const NETWORK: &str = r#"
[run]
duration = "4 ms"
dt = "0.1 ms"
seed = 4
[parameters]
limit = "0.4 mV"
[neurons.A]
size = 12
equations = "x : 1 (constant)"
threshold = "t_in_timesteps % 10 == 3"
refractory = "0.5 ms"
initial = "x = (5*i) % 12"
[neurons.B]
size = 9
equations = '''
v : volt
y : 1 (constant)
'''
initial = "y = (4*i) % 9"
[synapses.S]
source = "A[1:]"
target = "B"
multisynaptic_index = "k"
connect = [{ p = 0.5 }, { out_degree = 2 }, { in_degree = 2, repeats = true }]
equations = '''
w : volt SINGLE
big = w > limit : boolean
'''
initial = "w = rand()*mV"
delay = "0.1*ms*int(4*rand())"
on_pre = "w += 0.1*mV; v_post += w"
[record.all]
kind = "synapses"
source = "S"
variables = ["w", "delay", "k", "x_pre", "y_post"]
every = "0.5 ms"
[record.some]
kind = "synapses"
source = "S"
variables = ["w", "delay", "k", "x_pre", "y_post"]
every = "0.5 ms"
CHOICE
"#;

/// Rows of a table, cut into those of each time.
fn by_time(results: &Results, table: &str) -> Vec<Vec<Vec<String>>> {
    let table = results.table(table);
    let t = table.place("t_ms");
    let mut out: Vec<Vec<Vec<String>>> = Vec::new();
    for row in &table.rows {
        match out.last_mut().filter(|rows| rows[0][t] == row[t]) {
            Some(rows) => rows.push(row.clone()),
            None => out.push(vec![row.clone()]),
        }
    }
    out
}

fn run(folder: &Folder, choice: &str, single: bool, more: &[&str]) -> Results {
    let _ = std::fs::remove_dir_all(folder.path("out"));
    let flag = if single { "(single)" } else { "" };
    let text = NETWORK.replace("CHOICE", choice).replace("SINGLE", flag);
    folder.results_of(&text, "out", more)
}

fn number(row: &[String], column: usize) -> f64 {
    row[column].parse().unwrap()
}

#[test]
fn conditions_choose_by_what_is_known_before_the_first_step() {
    // point, t, i, j, w in mV, delay in ms, k, x, y
    type Holds = fn(&[String]) -> bool;
    let conditions: [(&str, Holds); 7] = [
        ("i == 3 and w > 0.2*mV", |row| number(row, 2) == 3.0 && number(row, 4) > 0.2),
        ("big or j == 0", |row| number(row, 4) > 0.4 || number(row, 3) == 0.0),
        ("delay >= 0.15*ms and k > 0", |row| number(row, 5) > 0.15 && number(row, 6) > 0.0),
        ("x_pre < y", |row| number(row, 7) < number(row, 8)),
        ("not_refractory_pre and lastspike_pre < 0*ms and j > 4", |row| number(row, 3) > 4.0),
        ("j == N_post", |_| false),
        ("i >= 0", |_| true),
    ];
    let folder = Folder::new();
    for (condition, holds) in conditions {
        for single in [false, true] {
            let results = run(&folder, &format!("where = \"{condition}\""), single, &[]);
            let (all, some) = (by_time(&results, "all"), by_time(&results, "some"));
            assert_eq!(all.len(), 8);
            // Weights grow, but those of the first time decide.
            let chosen: Vec<usize> = (0..all[0].len()).filter(|k| holds(&all[0][*k])).collect();
            let expected: Vec<Vec<Vec<String>>> =
                all.iter().map(|rows| chosen.iter().map(|k| rows[*k].clone()).collect()).collect();
            let expected: Vec<_> = expected.into_iter().filter(|rows: &Vec<_>| !rows.is_empty()).collect();
            assert_eq!(some, expected, "{condition}");
        }
    }
}

#[test]
fn numbers_count_the_rows_of_a_table_of_all() {
    let folder = Folder::new();
    let lists: [&[usize]; 4] = [&[0], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], &[5, 17, 33, 60], &[61, 40, 2]];
    for list in lists {
        let results = run(&folder, &format!("indices = {list:?}"), true, &[]);
        let (all, some) = (by_time(&results, "all"), by_time(&results, "some"));
        let mut list = list.to_vec();
        list.sort_unstable();
        let expected: Vec<Vec<Vec<String>>> =
            all.iter().map(|rows| list.iter().map(|k| rows[*k].clone()).collect()).collect();
        assert_eq!(some, expected, "{list:?}");
    }
}

#[test]
fn a_number_that_there_is_not_fails_the_point() {
    let folder = Folder::new();
    let text = NETWORK.replace("CHOICE", "indices = [3, 100000]").replace("SINGLE", "");
    let results = folder.results_ending(10, &text, "out", &[]);
    let errors = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
    assert!(errors.contains("'some' records synapse 100000 of S, which has "), "{errors}");
}

#[test]
fn a_choice_follows_the_parameters_it_depends_on() {
    let folder = Folder::new();
    let sweep = "where = \"w > limit\"\n[[sweep]]\naxes.limit = [\"0.2 mV\", \"0.9 mV\", \"0.5 mV\"]\n";
    let alone = run(&folder, sweep, false, &["--workers", "1"]);
    let bytes = |results: &Results| std::fs::read(results.dir.join("some.csv")).unwrap();
    let one = bytes(&alone);
    let table = alone.table("all");
    let (point, t, w) = (table.numbers("point"), table.numbers("t_ms"), table.numbers("w_mV"));
    let some = alone.table("some");
    for (k, limit) in [0.2, 0.9, 0.5].into_iter().enumerate() {
        let first = (0..w.len()).filter(|row| point[*row] == k as f64 && t[*row] == 0.0);
        let expected = first.filter(|row| w[*row] > limit).count() * 8;
        assert_eq!(some.numbers("point").iter().filter(|p| **p == k as f64).count(), expected);
    }
    assert_eq!(bytes(&run(&folder, sweep, false, &["--workers", "3"])), one);
}

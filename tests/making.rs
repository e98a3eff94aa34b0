//! How synapses are made: every form of rule against a slow model of it, samples and degrees against their
//! distributions, what cannot be made, and the same bytes from any number of builders.

mod support;

#[path = "making/counted.rs"]
mod counted;
#[path = "making/drawn.rs"]
mod drawn;
#[path = "making/given.rs"]
mod given;
#[path = "making/numbered.rs"]
mod numbered;
#[path = "making/rules.rs"]
mod rules;
#[path = "making/shared.rs"]
mod shared;
#[path = "making/unmade.rs"]
mod unmade;

use support::{Folder, Results};

/// Sources and targets of a job, with a few values; every source sends one spike.
pub const ENDS: &str = r#"
[run]
duration = "1 ms"
dt = "0.1 ms"
seed = 5
[parameters]
width = 2
[neurons.A]
size = 14
equations = '''
x : 1 (constant)
made : integer
'''
threshold = "t_in_timesteps == 0"
initial = "x = (5*i) % 14"
[neurons.B]
size = 11
equations = "y : 1 (constant)"
initial = "y = (3*i) % 11"
"#;

/// An object of synapses with this `connect`. A spike numbers the synapses of its source, in the order of their making.
pub fn object(name: &str, connect: &str) -> String {
    format!(
        "[synapses.{name}]\nsource = \"A\"\ntarget = \"B\"\nequations = \"number : integer\"\n\
         on_pre = \"number = made_pre; made_pre += 1\"\nconnect = {connect}\n\
         [record.of_{name}]\nkind = \"synapses\"\nsource = \"{name}\"\nvariables = [\"number\"]\nat = \"0.5 ms\"\n"
    )
}

/// Sources and targets of an object, row by row in the order of making.
pub fn made(results: &Results, name: &str) -> Vec<(i64, i64)> {
    let table = results.table(&format!("of_{name}"));
    let column = |name: &str| table.numbers(name).into_iter().map(|x| x as i64).collect::<Vec<_>>();
    let (i, j, number) = (column("i"), column("j"), column("number"));
    let mut all: Vec<(i64, i64, i64)> = (0..i.len()).map(|k| (i[k], number[k], j[k])).collect();
    all.sort();
    all.into_iter().map(|(i, _, j)| (i, j)).collect()
}

/// Runs one object alone, so that its spikes number its own synapses only.
pub fn alone(folder: &Folder, ends: &str, connect: &str) -> Vec<(i64, i64)> {
    let results = folder.results_of(&format!("{ends}{}", object("S", connect)), "out", &[]);
    let found = made(&results, "S");
    std::fs::remove_dir_all(folder.path("out")).unwrap();
    found
}

//! Flags of equations: `constant over dt`, `shared`, `linked`.

mod held;
mod links;
#[path = "../support/mod.rs"]
mod support;

use support::Folder;

fn column(folder: &Folder, text: &str, table: &str, name: &str) -> Vec<f64> {
    let table = folder.results_of(text, "out", &[]).table(table);
    let k = table.header.iter().position(|h| h == name).expect("the column is there");
    table.rows.iter().map(|row| row[k].parse().expect("a number")).collect()
}

//! Custom events and actions: when they happen, to whom, and in which order with everything else.

mod actions;
mod events;
mod schedules;
#[path = "../support/mod.rs"]
mod support;
mod together;

use support::Folder;

/// A clock that counts: n = step after the update of a step, and counters that code adds to.
const COUNTERS: &str = r#"
[run]
duration = "10 ms"
dt = "0.1 ms"
[neurons.P]
size = 4
equations = '''
dx/dt = 10*kHz : 1
n : integer
m : integer
at : second
'''
method = "euler"
"#;

fn last(folder: &Folder, text: &str, variables: &str) -> Vec<Vec<String>> {
    let record = format!(
        "[record.end]\nkind = \"state\"\nsource = \"P\"\nvariables = {variables}\nslot = \"end\"\nat = \"9.9 ms\"\n"
    );
    let table = folder.results_of(&format!("{text}\n{record}"), "out", &[]).table("end");
    table.rows.into_iter().map(|row| row[3..].to_vec()).collect()
}

//! The tables of the manual are those of the description; functions and names are all there.

use jobs::format::{Default, Key, Table};
use kernels::language::{functions, names};

use super::{MANUAL, described, golden};

const BEGIN: &str = "<!-- keys of ";
const END: &str = "<!-- end -->";

fn table(table: &Table) -> String {
    let rows: String = table.keys.iter().map(row).collect();
    format!("| key | type | unit | default | example | meaning |\n|---|---|---|---|---|---|\n{rows}")
}

fn row(key: &Key) -> String {
    let default = match key.default {
        Default::Needed => "needed".into(),
        Default::Value(value) => format!("`{value}`"),
        Default::Words(words) => words.to_owned(),
    };
    let cells = [
        format!("`{}`", key.name),
        key.takes.words(),
        key.takes.unit(),
        default,
        format!("`{}`", key.example),
        key.meaning.to_owned(),
    ];
    format!("| {} |\n", cells.join(" | "))
}

#[test]
fn tables_are_those_of_the_description() {
    let text = std::fs::read_to_string(MANUAL).unwrap();
    let (mut out, mut rest, mut filled) = (String::new(), text.as_str(), Vec::new());
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (title, after) = after.split_once(" -->\n").expect("a marker ends on its line");
        let (_, after) = after.split_once(END).expect("a generated table has an end");
        let known = described();
        let found = known.iter().find(|table| table.title == title);
        let found = found.unwrap_or_else(|| panic!("{MANUAL}: no table is called {title}"));
        out.push_str(&format!("{before}{BEGIN}{title} -->\n\n{}\n{END}", table(found)));
        filled.push(title);
        rest = after;
    }
    out.push_str(rest);
    for table in described() {
        let count = filled.iter().filter(|title| **title == table.title).count();
        assert_eq!(count, 1, "{MANUAL} shows the keys of {} {count} times", table.title);
    }
    golden(MANUAL, &out);
}

#[test]
fn every_function_and_name_is_there() {
    let text = std::fs::read_to_string(MANUAL).unwrap();
    let functions = functions::ALL.iter().map(|function| function.usage);
    let constants = names::CONSTANTS.iter().map(|(name, _)| *name);
    for name in functions.chain(constants).chain(names::RESERVED) {
        assert!(text.contains(&format!("`{name}`")), "{MANUAL} does not tell of {name}");
    }
}

//! The description of the format, the reader, the schema and the manual say the same.
//!
//! `UPDATE_GOLDENS=1 cargo test -p jobs --test documents` writes the schema for editors and the tables of the manual
//! anew; look at the difference.

mod keys;
mod schema;
mod snippets;
mod tables;

use std::path::Path;

use jobs::format::{ROOT, Table, Takes};

/// The manual of the format.
const MANUAL: &str = "../docs/job-file.md";

/// Compares a file with what is generated for it, or writes it.
fn golden(path: &str, expected: &str) {
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(path, expected).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is not up to date: UPDATE_GOLDENS=1 cargo test -p jobs --test documents"
    );
}

/// All tables of the description, each once.
fn described() -> Vec<&'static Table> {
    fn table(table: &'static Table, out: &mut Vec<&'static Table>) {
        if !out.iter().any(|known| known.title == table.title) {
            out.push(table);
            table.keys.iter().for_each(|key| takes(&key.takes, out));
        }
    }
    fn takes(what: &'static Takes, out: &mut Vec<&'static Table>) {
        match what {
            Takes::Table(inner) => table(inner, out),
            Takes::List(of, _) | Takes::Map(_, of) => takes(of, out),
            Takes::OneOf(forms) => forms.iter().for_each(|form| takes(form, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    table(&ROOT, &mut out);
    out
}

/// Checks a job among the files of `docs/snippets`.
fn check(text: &str) -> Result<(), jobs::Rejected> {
    jobs::from_text("snippet.toml", text.as_bytes(), Path::new("../docs/snippets"), &[]).map(|_| ())
}

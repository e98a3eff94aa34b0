//! What must hold for any bytes given as a CSV file: it is read or refused, every cell is found where it stands, and
//! numbers are finite.

use jobs::Texts;
use jobs::csv::{self, Table};
use kernels::language::ast::Span;
use kernels::language::fault::Fault;

/// Reads a table, its cells one by one and as numbers.
pub fn check(bytes: &[u8]) {
    let mut texts = Texts::default();
    match Table::read("data.csv", bytes.to_vec(), &mut texts) {
        Err(fault) => lies_in(&texts, &fault),
        Ok(table) => {
            is_good(&table, &texts);
            numbers(&table, &texts);
            is_forgotten(&table, texts);
        }
    }
}

/// The columns that are looked at one by one: the first ones and the last.
fn some_columns(table: &Table) -> impl Iterator<Item = usize> {
    let count = table.titles.len();
    (0..count).filter(move |k| *k < 2 || k + 1 == count)
}

fn is_good(table: &Table, texts: &Texts) {
    for (k, title) in table.titles.iter().enumerate() {
        assert_eq!(cell_at(texts, table.title_span(k, texts)), *title);
    }
    for k in some_columns(table) {
        let mut rows = 0;
        table.column(k, texts, |row, cell| {
            assert_eq!(row, rows);
            rows += 1;
            assert_eq!(cell_at(texts, table.span(row, k, texts)), cell, "row {row}, column {k}");
            true
        });
        assert_eq!(rows, table.rows());
    }
}

/// What stands at a place, without the quotes around it and the blanks around all of it.
fn cell_at(texts: &Texts, span: Span) -> String {
    let written = texts.get(span.text).get(span.start as usize..span.end as usize).expect("in the text");
    let Some(mut rest) = written.strip_prefix('"') else {
        assert!(!written.contains([',', '\n', '\r']), "{written:?} is more than one cell");
        return written.trim().to_owned();
    };
    let mut cell = String::new();
    while let Some((before, after)) = rest.split_once('"') {
        cell += before;
        match after.strip_prefix('"') {
            Some(after) => (cell, rest) = (cell + "\"", after),
            None => return (cell + after).trim().to_owned(),
        }
    }
    (cell + rest).trim().to_owned()
}

fn numbers(table: &Table, texts: &Texts) {
    let all: Vec<usize> = (0..table.titles.len()).collect();
    let units: Vec<Option<String>> = table.titles.iter().map(|title| csv::suffix_unit(title)).collect();
    are_units(&units);
    let columns: Vec<_> =
        some_columns(table).map(|k| (k, table.numbers(k, units[k].as_deref(), texts))).collect();
    match table.grid(&all, &units, texts) {
        Ok(grid) => {
            assert_eq!(grid.len(), table.rows() * all.len());
            for (k, column) in &columns {
                let column = column.as_ref().expect("the grid was good");
                assert!(column.iter().all(|x| x.is_finite()));
                assert_eq!(*column, grid.iter().skip(*k).step_by(all.len()).copied().collect::<Vec<f64>>());
            }
        }
        Err(faults) => {
            let wrong = columns.iter().any(|(_, column)| column.is_err());
            assert!(!faults.is_empty() && (wrong || columns.len() < all.len()));
            faults.iter().for_each(|fault| lies_in(texts, fault));
        }
    }
    columns
        .iter()
        .filter_map(|(_, column)| column.as_ref().err())
        .flatten()
        .for_each(|fault| lies_in(texts, fault));
}

fn are_units(units: &[Option<String>]) {
    for unit in units.iter().flatten() {
        assert!(csv::dimension(unit).is_some(), "{unit}");
        assert!(csv::scaled(1.5, unit).is_none_or(f64::is_finite), "{unit}");
    }
}

/// Titles and the first row stay where they were.
fn is_forgotten(table: &Table, mut texts: Texts) {
    let places = |texts: &Texts| -> Vec<(Span, String)> {
        let first = (0..table.titles.len()).filter(|_| table.rows() > 0).map(|k| table.span(0, k, texts));
        let titles = (0..table.titles.len()).map(|k| table.title_span(k, texts));
        first.chain(titles).map(|span| (span, texts.slice(span).to_owned())).collect()
    };
    let before = places(&texts);
    table.forget(&mut texts);
    assert_eq!(places(&texts), before);
}

fn lies_in(texts: &Texts, fault: &Fault) {
    let Span { text, start, end } = fault.span;
    assert!(texts.get(text).get(start as usize..end as usize).is_some(), "{fault:?}");
    jobs::render(fault, texts, false);
}

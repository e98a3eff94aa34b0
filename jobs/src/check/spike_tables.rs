//! Tables of spikes: CSV files with the columns `i` and `t_ms`, such as our own, and the order that spikes are kept in.
//!
//! Refuses missing columns, times before zero, numbers that are no neurons, and the spikes of several points where none is
//! chosen.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;

use crate::texts::Texts;
use crate::tree::Key;
use crate::written::Text;
use crate::{codes, csv};

/// The column in which our own tables have the number of a point.
const POINT: &str = "point";
/// No more faults of one table are reported.
const MOST_FAULTS: usize = 10;

/// Spikes of a file: time (s) and neuron of each, sorted by number, time and neuron.
#[derive(Debug)]
pub struct Spikes {
    /// Time, neuron, time, neuron, and so on.
    pub values: Arc<Vec<f64>>,
    /// Which row each of them was.
    pub lines: Arc<Vec<u32>>,
    /// First row and number of rows, by the number in the column that rows are chosen by.
    pub places: Option<Arc<BTreeMap<i64, (u64, u64)>>>,
}

impl Spikes {
    /// Sorts rows of number (0 where rows are not chosen), time and neuron.
    pub fn sorted(rows: &[[f64; 3]], chosen: bool) -> Spikes {
        // Adding zero makes -0 the same as 0.
        let row = |k: &u32| rows[*k as usize].map(|x| x + 0.0);
        let mut lines: Vec<u32> = (0..rows.len() as u32).collect();
        lines.sort_by(|a, b| {
            let pairs = row(a).into_iter().zip(row(b));
            pairs.map(|(x, y)| x.total_cmp(&y)).find(|order| order.is_ne()).unwrap_or(a.cmp(b))
        });
        let values = lines.iter().flat_map(|k| [row(k)[1], row(k)[2]]).collect();
        let mut places = BTreeMap::new();
        for (place, k) in lines.iter().enumerate() {
            places.entry(row(k)[0] as i64).or_insert((place as u64, 0)).1 += 1;
        }
        Spikes { values: Arc::new(values), lines: Arc::new(lines), places: chosen.then(|| Arc::new(places)) }
    }
}

/// Whether this is the number of a neuron.
pub fn is_index(number: f64) -> bool {
    number.fract() == 0.0 && (0.0..=f64::from(i32::MAX)).contains(&number)
}

/// Columns of a table of spikes.
#[derive(Debug)]
pub struct Columns {
    /// That of times, and its unit.
    pub time: (usize, String),
    /// That of neurons.
    pub neuron: usize,
    /// That which rows are chosen by, or should be.
    pub number: Option<usize>,
}

impl Columns {
    /// Finds them by their titles.
    pub fn find(
        titles: &[String],
        file: Text,
        chosen: Option<&Key>,
        texts: &Texts,
    ) -> Result<Columns, Fault> {
        let lacks = |what: &str, span| {
            let message = format!("'{}' has no column {what}", texts.get(file.id));
            Fault::new(codes::DATA, span, message).help(format!("the columns are: {}", titles.join(", ")))
        };
        let time = titles.iter().enumerate().find_map(|(k, title)| {
            let unit = csv::unit_of_suffix(title.strip_prefix("t_")?)?;
            (csv::dimension(&unit)? == Dimension::TIME).then_some((k, unit))
        });
        let position = |name: &str| titles.iter().position(|title| title == name);
        Ok(Columns {
            time: time.ok_or_else(|| lacks("of times, such as 't_ms'", file.span))?,
            neuron: position("i").ok_or_else(|| lacks("'i', with the numbers of neurons", file.span))?,
            number: match chosen {
                Some(key) => {
                    let found = position(&key.name);
                    Some(found.ok_or_else(|| lacks(&format!("'{}'", key.name), key.span))?)
                }
                None => position(POINT),
            },
        })
    }

    /// The column of a row that is not possible, and what it holds.
    fn wrong(&self, [number, time, neuron]: [f64; 3]) -> Option<(usize, &'static str)> {
        if time < 0.0 {
            return Some((self.time.0, "a time before the beginning"));
        }
        if !is_index(neuron) {
            return Some((self.neuron, "no number of a neuron"));
        }
        let whole = number.fract() == 0.0 && libm::fabs(number) < 9e15;
        self.number.filter(|_| !whole).map(|column| (column, "no whole number"))
    }
}

/// The spikes of a table, of which rows are chosen by a column.
pub fn read(
    table: &csv::Table,
    columns: &Columns,
    chosen: Option<&Key>,
    file: Text,
    texts: &Texts,
) -> Result<Spikes, Vec<Fault>> {
    let mut wanted = vec![columns.time.0, columns.neuron];
    let mut units = vec![Some(columns.time.1.clone()), None];
    if let Some(column) = columns.number {
        wanted.push(column);
        units.push(None);
    }
    let values = table.grid(&wanted, &units, texts)?;
    let rows = values.chunks_exact(wanted.len());
    let mut rows: Vec<[f64; 3]> =
        rows.map(|row| [row.get(2).copied().unwrap_or(0.0), row[0], row[1]]).collect();
    let wrong = rows.iter().enumerate().filter_map(|(k, row)| Some((k, columns.wrong(*row)?)));
    let fault = |(k, (column, what)): (usize, (usize, &str))| {
        let (name, title) = (texts.get(file.id), &table.titles[column]);
        let message = format!("'{name}', row {}, column '{title}' holds {what}", k + 1);
        Fault::new(codes::SPIKES, table.span(k, column, texts), message)
    };
    let faults: Vec<Fault> = wrong.take(MOST_FAULTS).map(fault).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    if chosen.is_none() {
        one_point(&rows, file, texts).map_err(|fault| vec![fault])?;
        rows.iter_mut().for_each(|row| row[0] = 0.0);
    }
    Ok(Spikes::sorted(&rows, chosen.is_some()))
}

/// Trains of several points in one list would be a mistake.
fn one_point(rows: &[[f64; 3]], file: Text, texts: &Texts) -> Result<(), Fault> {
    let first = rows.first().map_or(0.0, |row| row[0]);
    let Some(other) = rows.iter().find(|row| row[0] != first) else { return Ok(()) };
    let name = texts.get(file.id);
    let message = format!("'{name}' holds the spikes of several points ({first}, {}, ...)", other[0]);
    Err(Fault::new(codes::SPIKES, file.span, message)
        .help("choose one: rows = { point = 0 }; a parameter may stand for the number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spikes_are_sorted_by_number_then_time_then_neuron() {
        let rows = [[1.0, 2.0, 0.0], [0.0, 3.0, 1.0], [1.0, 1.0, 4.0], [0.0, 3.0, 0.0], [1.0, -0.0, 7.0]];
        let spikes = Spikes::sorted(&rows, true);
        assert_eq!(*spikes.lines, [3, 1, 4, 2, 0]);
        assert_eq!(*spikes.values, [3.0, 0.0, 3.0, 1.0, 0.0, 7.0, 1.0, 4.0, 2.0, 0.0]);
        assert!(spikes.values[4].is_sign_positive());
        let places = spikes.places.expect("rows are chosen");
        assert_eq!(places.iter().collect::<Vec<_>>(), [(&0, &(0, 2)), (&1, &(2, 3))]);
    }
}

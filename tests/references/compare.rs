//! The rules by which results are compared: spikes by bins, states by row with a tolerance, tables by position,
//! lists in any order, statistics by bounds. Integers and text are compared exactly.

use crate::table::{Cells, Table};

/// How a table is compared.
#[derive(Debug, Clone)]
pub enum Rule {
    /// The same pairs of bin and index (and `group`, if there is one); `columns` are compared at the spikes.
    Spikes { dt: f64, columns: &'static [&'static str] },
    /// Rows matched by `t`, `i` and `syn`, as far as expected; all other columns, or these.
    State { rtol: f64, atol: Option<f64>, columns: &'static [&'static str] },
    /// Rows matched by this column.
    Keyed { key: &'static str, rtol: f64, columns: &'static [&'static str] },
    /// Rows matched by position, all columns, no absolute tolerance but this one.
    Table { rtol: f64, atol: f64 },
    /// These columns, once the rows of both are sorted by them.
    List { rtol: f64, columns: &'static [&'static str] },
    /// Each value of ours inside the bounds for its name; names that we do not have are left.
    Moments { names: usize },
}

/// The relative tolerance of values at spikes.
const AT_SPIKES: f64 = 1e-9;

/// What agreement looked like, or the first difference.
pub fn compare(rule: &Rule, expected: &Table, got: &Table) -> Result<String, String> {
    match rule {
        Rule::Spikes { dt, columns } => spikes(expected, got, *dt, columns),
        Rule::State { rtol, atol, columns } => {
            let keys: Vec<&str> = ["t", "i", "syn"].into_iter().filter(|name| expected.has(name)).collect();
            state(expected, got, &keys, *rtol, *atol, columns)
        }
        Rule::Keyed { key, rtol, columns } => state(expected, got, &[key], *rtol, None, columns),
        Rule::Table { rtol, atol } => {
            let columns: Vec<&str> = expected.columns.iter().map(|(name, _)| name.as_str()).collect();
            by_position(expected, got, &columns, *rtol, *atol)
        }
        Rule::List { rtol, columns } => {
            by_position(&sorted(expected, columns)?, &sorted(got, columns)?, columns, *rtol, 0.0)
        }
        Rule::Moments { names } => moments(expected, got, *names),
    }
}

/// A cell that identifies a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

/// The keys of the rows; times are counted in `dt`.
fn keys(table: &Table, names: &[&str], dt: f64) -> Result<Vec<Vec<Key>>, String> {
    let mut keys = vec![Vec::new(); table.len()];
    for name in names {
        let unit = if *name == "t" { dt } else { 1.0 };
        match table.column(name)? {
            Cells::Text(cells) => {
                keys.iter_mut().zip(cells).for_each(|(key, cell)| key.push(Key::Text(cell.clone())));
            }
            Cells::Integers(cells) | Cells::Reals(cells) => {
                let number = |cell: &f64| Key::Number((cell / unit).round() as i64);
                keys.iter_mut().zip(cells).for_each(|(key, cell)| key.push(number(cell)));
            }
        }
    }
    Ok(keys)
}

fn order(keys: &[Vec<Key>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    order
}

fn spikes(expected: &Table, got: &Table, dt: f64, columns: &[&str]) -> Result<String, String> {
    let mut names = vec!["t", "i"];
    names.extend(expected.has("group").then_some("group"));
    let (ours, theirs) = (keys(got, &names, dt)?, keys(expected, &names, dt)?);
    let (a, b) = (order(&theirs), order(&ours));
    let first = a.iter().zip(&b).find(|(k, l)| theirs[**k] != ours[**l]);
    if let Some((k, l)) = first {
        return Err(format!(
            "{} spikes expected, {} got; first difference: expected {:?}, got {:?}",
            theirs.len(),
            ours.len(),
            theirs[*k],
            ours[*l]
        ));
    }
    if theirs.len() != ours.len() {
        return Err(format!("{} spikes expected, {} got", theirs.len(), ours.len()));
    }
    let mut worst = Worst::default();
    for name in columns {
        let (x, y) = (expected.column(name)?.rows(&a), got.column(name)?.rows(&b));
        worst.column(name, &x, &y, AT_SPIKES, None)?;
    }
    Ok(match columns.is_empty() {
        true => format!("{} spikes identical", ours.len()),
        false => format!("{} spikes identical, {worst}", ours.len()),
    })
}

fn state(
    expected: &Table,
    got: &Table,
    names: &[&str],
    rtol: f64,
    atol: Option<f64>,
    columns: &[&str],
) -> Result<String, String> {
    let (theirs, ours) = (keys(expected, names, 1e-9)?, keys(got, names, 1e-9)?);
    let mut places = std::collections::BTreeMap::new();
    for (k, key) in ours.iter().enumerate() {
        if places.insert(key, k).is_some() {
            return Err(format!("row {key:?} occurs twice"));
        }
    }
    let order =
        theirs.iter().map(|key| places.get(key).copied().ok_or_else(|| format!("row {key:?} is missing")));
    let order = order.collect::<Result<Vec<usize>, String>>()?;
    let all = expected.columns.iter().map(|(name, _)| name.as_str()).filter(|name| !names.contains(name));
    let columns: Vec<&str> = if columns.is_empty() { all.collect() } else { columns.to_vec() };
    let mut worst = Worst::default();
    for name in &columns {
        let y = got.column(name)?.rows(&order);
        worst
            .column(name, expected.column(name)?, &y, rtol, atol)
            .map_err(|e| format!("{e} (rows are {names:?})"))?;
    }
    Ok(format!("{} rows x {} columns, {worst}", theirs.len(), columns.len()))
}

fn by_position(
    expected: &Table,
    got: &Table,
    columns: &[&str],
    rtol: f64,
    atol: f64,
) -> Result<String, String> {
    if expected.len() != got.len() {
        return Err(format!("{} rows expected, {} got", expected.len(), got.len()));
    }
    let mut worst = Worst::default();
    for name in columns {
        worst.column(name, expected.column(name)?, got.column(name)?, rtol, Some(atol))?;
    }
    Ok(format!("{} rows x {} columns, {worst}", expected.len(), columns.len()))
}

fn sorted(table: &Table, columns: &[&str]) -> Result<Table, String> {
    let mut order: Vec<usize> = (0..table.len()).collect();
    let cells = columns.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
    order.sort_by(|&a, &b| {
        let one = |cells: &&Cells| match cells {
            Cells::Text(c) => c[a].cmp(&c[b]),
            Cells::Integers(c) | Cells::Reals(c) => c[a].total_cmp(&c[b]),
        };
        cells.iter().map(one).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    Ok(table.rows(&order))
}

fn moments(expected: &Table, got: &Table, names: usize) -> Result<String, String> {
    let (ours, values) = (got.texts("name")?, got.numbers("value")?);
    let (theirs, low, high) = (expected.texts("name")?, expected.numbers("lo")?, expected.numbers("hi")?);
    let mut seen = std::collections::BTreeSet::new();
    for (name, value) in ours.iter().zip(values) {
        let k = theirs.iter().position(|n| n == name).ok_or_else(|| format!("no bounds for {name}"))?;
        if !(low[k] <= *value && *value <= high[k]) {
            return Err(format!("{name} = {value} outside [{}, {}]", low[k], high[k]));
        }
        seen.insert(name);
    }
    match seen.len() == names {
        true => Ok(format!(
            "{} values of {names} statistics (of {}) inside their bounds",
            ours.len(),
            theirs.len()
        )),
        false => Err(format!("{names} statistics expected, {} got", seen.len())),
    }
}

/// The largest error relative to what is allowed, and where.
#[derive(Debug, Default)]
struct Worst {
    error: f64,
    column: String,
}

impl std::fmt::Display for Worst {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "largest error {:.1e} of the tolerance", self.error)?;
        if self.column.is_empty() { Ok(()) } else { write!(f, " ({})", self.column) }
    }
}

impl Worst {
    /// Compares a column; without `atol`, 0.01 of `rtol` times its largest value.
    fn column(
        &mut self,
        name: &str,
        expected: &Cells,
        got: &Cells,
        rtol: f64,
        atol: Option<f64>,
    ) -> Result<(), String> {
        let difference = |k: usize, x: String, y: String| {
            Err(format!("column {name}, row {k} of {}: expected {x}, got {y}", expected.len()))
        };
        match (expected, got) {
            (Cells::Text(a), Cells::Text(b)) => match a.iter().zip(b).position(|(x, y)| x != y) {
                Some(k) => difference(k, a[k].clone(), b[k].clone()),
                None => Ok(()),
            },
            (Cells::Integers(a), Cells::Integers(b) | Cells::Reals(b)) => {
                match a.iter().zip(b).position(|(x, y)| x != y) {
                    Some(k) => difference(k, a[k].to_string(), b[k].to_string()),
                    None => Ok(()),
                }
            }
            (Cells::Reals(a), Cells::Integers(b) | Cells::Reals(b)) => {
                let largest = a.iter().filter(|x| x.is_finite()).fold(0.0, |m: f64, x| m.max(x.abs()));
                let atol = atol.unwrap_or(0.01 * rtol * largest);
                for (k, (x, y)) in a.iter().zip(b).enumerate() {
                    if x == y || (x.is_nan() && y.is_nan()) {
                        continue;
                    }
                    let error = (x - y).abs() / (rtol * x.abs() + atol);
                    // Also where one of them is not a number.
                    if error.is_nan() || error > 1.0 {
                        return difference(k, x.to_string(), y.to_string());
                    }
                    if error > self.error {
                        (self.error, self.column) = (error, name.to_owned());
                    }
                }
                Ok(())
            }
            _ => Err(format!("column {name}: text and numbers")),
        }
    }
}

#[test]
fn the_rules_see_differences() {
    let table = |v: [f64; 2]| {
        Table::of_numbers(vec![("t", vec![0.0, 1e-4]), ("i", vec![0.0, 1.0]), ("v", v.to_vec())])
    };
    let state = Rule::State { rtol: 1e-9, atol: None, columns: &[] };
    let position = Rule::Table { rtol: 1e-9, atol: 0.0 };
    let spikes = Rule::Spikes { dt: 1e-4, columns: &["v"] };
    let expected = table([0.5, 0.25]);
    for rule in [&state, &position, &spikes] {
        assert!(compare(rule, &expected, &table([0.5, 0.25 + 2e-10])).is_ok(), "{rule:?}");
        assert!(compare(rule, &expected, &table([0.5, 0.25 + 3e-10])).is_err(), "{rule:?}");
        assert!(compare(rule, &expected, &table([0.5, f64::NAN])).is_err(), "{rule:?}");
        assert!(compare(rule, &expected, &expected.rows(&[0])).is_err(), "{rule:?}");
    }
    let turned = expected.rows(&[1, 0]);
    assert!(compare(&state, &expected, &turned).is_ok() && compare(&spikes, &expected, &turned).is_ok());
    assert!(compare(&position, &expected, &turned).is_err());
    let late = Table::of_numbers(vec![("t", vec![0.0, 2e-4]), ("i", vec![0.0, 1.0]), ("v", vec![0.5, 0.25])]);
    assert!(compare(&Rule::Spikes { dt: 1e-4, columns: &[] }, &expected, &late).is_err());
    assert!(compare(&state, &expected, &expected.rows(&[0, 1, 1])).is_err());
}

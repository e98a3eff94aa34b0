//! `[output]` and the columns of all tables: names, dimensions, display units.
//!
//! Refuses units for what no table has, and units of another dimension.

use kernels::language::ast::ValueKind;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::language::units::{self, DisplayUnit};
use kernels::model::{Group, Model, Monitor, MonitorKind, Reduce, Reduction, ReductionKind, SpikeStatistic};

use crate::codes;
use crate::format::COLUMNS;
use crate::points::{ColumnDef, ColumnSource};
use crate::texts::Texts;
use crate::written;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// A real number in the column's unit.
    Real,
    /// An integer.
    Integer,
    /// 1 or 0.
    Boolean,
    /// A text.
    Text,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it shows: a variable, a parameter, `t`, `i`.
    pub variable: String,
    /// Its name in the header: `v_mV`.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Its dimension.
    pub dimension: Dimension,
    /// Its unit; values are divided by `unit.scale`.
    pub unit: DisplayUnit,
}

/// A table of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name: that of the monitor, or `points`, or `summary`.
    pub name: String,
    /// Its columns, in order. For `points` and `summary` without those that are always there.
    pub columns: Vec<Column>,
}

/// `[output]`, checked.
#[derive(Debug, Clone)]
pub struct Output {
    /// Units by variable, or by `table.variable`, as written.
    units: Vec<(String, String)>,
    /// Bytes that the rows of monitors may take.
    pub max_bytes: u64,
}

impl Default for Output {
    fn default() -> Output {
        Output { units: Vec::new(), max_bytes: 100_000_000_000 }
    }
}

impl Output {
    /// The unit in which a variable is shown in a table.
    pub fn unit(&self, table: &str, variable: &str, dimension: Dimension) -> DisplayUnit {
        let exact = format!("{table}.{variable}");
        let find = |name: &str| self.units.iter().find(|(n, _)| n == name);
        let named = find(&exact).or_else(|| find(variable));
        let chosen = named.and_then(|(_, unit)| units::display_named(unit, dimension));
        chosen.unwrap_or_else(|| units::display(dimension))
    }

    /// A column of a table.
    pub fn column(&self, table: &str, variable: &str, dimension: Dimension, kind: ColumnKind) -> Column {
        let unit = self.unit(table, variable, dimension);
        let name = match unit.suffix.as_str() {
            "" => variable.to_owned(),
            suffix => format!("{variable}_{suffix}"),
        };
        Column { variable: variable.to_owned(), name, kind, dimension, unit }
    }
}

/// All tables of a model: points, summary, one for each monitor.
pub fn tables(output: &Output, model: &Model, points: &[ColumnDef]) -> Vec<Table> {
    let mut out = vec![
        Table { name: "points".into(), columns: points.iter().map(|c| point_column(output, c)).collect() },
        summary(output, model),
    ];
    let columns = |m: &Monitor| Table { name: m.name.clone(), columns: monitor(output, m) };
    out.extend(model.monitors.iter().map(columns));
    out
}

/// Columns of a monitor's table.
fn monitor(output: &Output, monitor: &Monitor) -> Vec<Column> {
    let name = monitor.name.as_str();
    let integer = |variable: &str| output.column(name, variable, Dimension::NONE, ColumnKind::Integer);
    let time = |variable: &str| output.column(name, variable, Dimension::TIME, ColumnKind::Real);
    let rate = || output.column(name, "rate", hertz(), ColumnKind::Real);
    let mut columns = vec![integer("point")];
    match &monitor.kind {
        MonitorKind::Spikes { variables } => {
            columns.extend([time("t"), integer("i")]);
            columns.extend(
                variables.iter().map(|v| output.column(name, &v.name, v.dimension, column_kind(v.kind))),
            );
        }
        MonitorKind::Snapshot { .. } => {
            let text = |variable: &str| output.column(name, variable, Dimension::NONE, ColumnKind::Text);
            let value = output.column(name, "value", Dimension::NONE, ColumnKind::Real);
            columns.extend([time("t"), text("object"), text("variable"), integer("i"), value]);
        }
        MonitorKind::Rate { .. } => columns.extend([time("t"), rate()]),
        MonitorKind::State { variables, .. } | MonitorKind::Synapses { variables, .. } => {
            columns.extend([time("t"), integer("i")]);
            if matches!(monitor.kind, MonitorKind::Synapses { .. }) {
                columns.push(integer("j"));
            }
            columns.extend(
                variables.iter().map(|v| output.column(name, &v.name, v.dimension, column_kind(v.kind))),
            );
        }
        MonitorKind::Counts => columns.extend([integer("i"), integer("count")]),
        MonitorKind::IsiHistogram(_) => columns.extend([time("isi"), integer("count")]),
        MonitorKind::RateHistogram(_) => columns.extend([rate(), integer("count")]),
        MonitorKind::Autocorrelogram(_) | MonitorKind::Correlogram { .. } => {
            columns.extend([time("lag"), integer("count")]);
        }
    }
    columns
}

fn hertz() -> Dimension {
    Dimension::NONE.over(Dimension::TIME)
}

/// Columns of `points.csv` for the swept parameters.
fn point_column(output: &Output, column: &ColumnDef) -> Column {
    match &column.source {
        ColumnSource::Value { dimension, kind, .. } => {
            output.column("points", &column.name, *dimension, column_kind(*kind))
        }
        ColumnSource::Text { .. } => output.column("points", &column.name, Dimension::NONE, ColumnKind::Text),
    }
}

fn summary(output: &Output, model: &Model) -> Table {
    let column = |r: &Reduction| {
        let (kind, dimension) = match &r.kind {
            ReductionKind::State {
                operation: Reduce::Minimum | Reduce::Maximum, kind, dimension, ..
            } => (column_kind(*kind), *dimension),
            ReductionKind::State { dimension, .. } => (ColumnKind::Real, *dimension),
            ReductionKind::Spikes(SpikeStatistic::Count) => (ColumnKind::Integer, Dimension::NONE),
            ReductionKind::Spikes(SpikeStatistic::Rate) => (ColumnKind::Real, hertz()),
            ReductionKind::Spikes(SpikeStatistic::Latency) => (ColumnKind::Real, Dimension::TIME),
            ReductionKind::Spikes(_) => (ColumnKind::Real, Dimension::NONE),
        };
        output.column("summary", &r.name, dimension, kind)
    };
    Table { name: "summary".into(), columns: model.reductions.iter().map(column).collect() }
}

fn column_kind(kind: ValueKind) -> ColumnKind {
    match kind {
        ValueKind::Boolean => ColumnKind::Boolean,
        ValueKind::Integer => ColumnKind::Integer,
        ValueKind::Real => ColumnKind::Real,
    }
}

/// Whether a group has a variable of that name.
pub fn has(group: &Group, name: &str) -> bool {
    group.equations.iter().any(|e| e.name == name) || ["lastspike", "not_refractory"].contains(&name)
}

/// Kind and dimension of a variable of a group.
pub fn variable(group: &Group, name: &str) -> (ValueKind, Dimension) {
    match group.equations.iter().find(|e| e.name == name) {
        Some(equation) => (equation.value_kind, equation.dimension),
        None if name == "lastspike" => (ValueKind::Real, Dimension::TIME),
        None => (ValueKind::Boolean, Dimension::NONE),
    }
}

/// Checks `[output]` against the tables there are.
pub fn check(
    written: &written::Output,
    model: &Model,
    points: &[ColumnDef],
    texts: &Texts,
) -> Result<Output, Vec<Fault>> {
    let mut out = Output::default();
    let mut faults = Vec::new();
    if let Some(text) = written.columns {
        match texts.get(text.id) {
            "inline" => {
                let message = "columns = \"inline\" is not supported yet";
                let fault = Fault::new(codes::UNSUPPORTED, text.span, message);
                faults.push(fault.help("join a table with points.csv by the column 'point'"));
            }
            name if COLUMNS.names.contains(&name) => {}
            other => {
                let fault = Fault::new(codes::CHOICE, text.span, format!("'columns' cannot be '{other}'"));
                faults.push(fault.help(format!("choices: {} (the default)", COLUMNS.names.join(", "))));
            }
        }
    }
    match written.max_bytes {
        None => {}
        Some((bytes @ 1.., _)) => out.max_bytes = bytes.unsigned_abs(),
        Some((bytes, span)) => {
            let fault = Fault::new(codes::RUN, span, format!("'max_bytes' must be 1 or more, not {bytes}"));
            faults.push(fault.help("leave it out for 100_000_000_000 (100 GB)"));
        }
    }
    let plain = tables(&Output::default(), model, points);
    for (key, text) in &written.units {
        let unit = texts.get(text.id);
        let found: Vec<Dimension> = plain.iter().flat_map(|t| matching(t, &key.name)).collect();
        if found.is_empty() {
            faults.push(no_column(key, &plain));
        }
        match found.iter().find(|d| units::display_named(unit, **d).is_none()) {
            None => out.units.push((canonical(&plain, &key.name), unit.to_owned())),
            Some(dimension) => {
                let message =
                    format!("'{unit}' is not a unit for '{}', which is {}", key.name, words(*dimension));
                faults.push(Fault::new(codes::UNIT, text.span, message));
            }
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn words(dimension: Dimension) -> String {
    super::check::phrase(dimension)
}

/// Dimensions of the columns that a name means: a variable, a column's default name, or `table.variable`.
fn matching(table: &Table, name: &str) -> Vec<Dimension> {
    let inner = name.strip_prefix(table.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
    let fits = |c: &&Column| {
        c.variable == name || c.name == name || inner.is_some_and(|n| c.variable == n || c.name == n)
    };
    table.columns.iter().filter(fits).map(|c| c.dimension).collect()
}

/// The name of the variable where a column's default name was written.
fn canonical(tables: &[Table], name: &str) -> String {
    let columns = || tables.iter().flat_map(|t| t.columns.iter().map(move |c| (t, c)));
    if columns().any(|(_, c)| c.variable == name) {
        return name.to_owned();
    }
    if let Some((_, column)) = columns().find(|(_, c)| c.name == name) {
        return column.variable.clone();
    }
    let exact = columns().find(|(t, c)| name == format!("{}.{}", t.name, c.name));
    exact.map_or_else(|| name.to_owned(), |(t, c)| format!("{}.{}", t.name, c.variable))
}

fn no_column(key: &crate::tree::Key, tables: &[Table]) -> Fault {
    let known: Vec<&str> =
        tables.iter().flat_map(|t| t.columns.iter().map(|c| c.variable.as_str())).collect();
    let fault = Fault::new(codes::UNIT, key.span, format!("no table has a column '{}'", key.name));
    match suggest::nearest(&key.name, &known) {
        Some(near) => fault.help(format!("did you mean '{near}'?")),
        None => fault.help("name a recorded variable, a swept parameter, or t"),
    }
}

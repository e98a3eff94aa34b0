//! The columns of all tables of a job, as the store writes them.

use jobs::Job;
use jobs::{Column as JobColumn, ColumnKind as Kind};
use jobs::{ColumnSource, Point, Points};

use crate::simulate::drain::Shown;
use crate::store::{Cell, Column, ColumnKind, Package, PointRow, TableSpec};

/// Columns of the summary that every group with a threshold has.
pub const SPIKE_COLUMNS: [(&str, ColumnKind, Option<&str>); 3] = [
    ("spikes", ColumnKind::Integer, None),
    ("rate_Hz", ColumnKind::Number, Some("Hz")),
    ("cv_isi", ColumnKind::Number, None),
];

/// All tables of a job.
pub fn package(job: &Job) -> Package {
    let tables = job.tables();
    let columns = |columns: &[JobColumn]| columns.iter().map(column).collect::<Vec<_>>();
    let mut summary = Vec::new();
    for group in job.model(0).groups.iter().filter(|g| g.threshold.is_some()) {
        for (suffix, kind, unit) in SPIKE_COLUMNS {
            let column = Column::new(format!("{}_{suffix}", group.name), kind);
            summary.push(match unit {
                Some(unit) => column.unit(unit),
                None => column,
            });
        }
    }
    summary.extend(columns(&tables[1].columns));
    Package {
        name: job.name().to_string(),
        description: job.description().to_string(),
        points: columns(&tables[0].columns),
        summary,
        monitors: tables[2..]
            .iter()
            .map(|table| TableSpec { name: table.name.clone(), columns: columns(&table.columns) })
            .collect(),
    }
}

fn column(column: &JobColumn) -> Column {
    let kind = match column.kind {
        Kind::Real => ColumnKind::Number,
        Kind::Integer => ColumnKind::Integer,
        Kind::Boolean => ColumnKind::Integer,
        Kind::Text => ColumnKind::String,
    };
    let out = Column::new(column.name.clone(), kind);
    if column.unit.suffix.is_empty() { out } else { out.unit(column.unit.suffix.replace("_per_", "/")) }
}

/// Writes points as CSV, without a status: for looking at them.
pub fn write_points(
    job: &Job,
    wanted: impl Iterator<Item = u64>,
    out: &mut dyn std::io::Write,
) -> std::io::Result<()> {
    let points = job.points();
    let mut csv = csv::Writer::from_writer(out);
    let columns = package(job).points;
    csv.write_record(["point", "repeat"].into_iter().chain(columns.iter().map(|c| c.name.as_str())))?;
    let mut line: Vec<Vec<u8>> = Vec::new();
    for (index, row) in wanted.map(|index| (index, row(job, &points, index))) {
        line.clear();
        for cell in [Cell::Integer(index as i64), Cell::Integer(row.repeat as i64)].iter().chain(&row.cells) {
            let mut bytes = Vec::new();
            cell.write(&mut bytes);
            line.push(bytes);
        }
        csv.write_record(&line)?;
    }
    csv.flush()
}

/// One row of `points.csv`.
fn row(job: &Job, points: &Points, index: u64) -> PointRow {
    cells(points, &points.get(index), &job.tables().swap_remove(0).columns)
}

/// Bytes of a point's row in `points.csv`, if it ends well and no cell needs quotes.
pub fn row_bytes(points: &Points, columns: &[JobColumn], point: &Point) -> usize {
    let row = cells(points, point, columns);
    let own = [Cell::Integer(point.index as i64), Cell::Integer(row.repeat as i64)];
    let mut bytes = Vec::new();
    own.iter().chain(&row.cells).for_each(|cell| cell.write(&mut bytes));
    bytes.len() + 2 + row.cells.len() + "ok\n".len()
}

/// The rows of `points.csv`.
pub fn rows<'a>(job: &'a Job, points: &'a Points) -> impl Iterator<Item = PointRow> + 'a {
    let columns = job.tables().swap_remove(0).columns;
    let mut bindings = points.bindings();
    let mut point = Point::default();
    (0..points.len()).map(move |index| {
        points.fill(index, &mut bindings, &mut point);
        cells(points, &point, &columns)
    })
}

fn cells(points: &Points, point: &Point, columns: &[JobColumn]) -> PointRow {
    let cells = points.columns().iter().zip(columns).map(|(source, shown)| match &source.source {
        ColumnSource::Text { index } => Cell::Text(point.texts[*index].to_string()),
        ColumnSource::Value { index, .. } => match shown.kind {
            Kind::Real => {
                Cell::Number(Shown::new(shown.kind, shown.unit.scale).convert(point.values[*index]))
            }
            _ => Cell::Integer(point.values[*index] as i64),
        },
    });
    PointRow { repeat: point.repeat, cells: cells.collect() }
}

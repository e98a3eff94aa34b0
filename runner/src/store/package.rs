//! `datapackage.json`: names, types and units of every column, as a Frictionless tabular data package.
//!
//! Its bytes depend on the description alone, never on what was simulated.

use serde_json::{Value, json};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole numbers.
    Integer,
    /// Doubles.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Text.
    String,
}

impl ColumnKind {
    fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::String => "string",
        }
    }
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, with the suffix of its unit.
    pub name: String,
    /// What is in it.
    pub kind: ColumnKind,
    /// Its unit as written for people: `mV`, `S/m^2`.
    pub unit: Option<String>,
}

impl Column {
    /// A column without a unit.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self { name: name.into(), kind, unit: None }
    }

    /// The column with a unit.
    #[must_use]
    pub fn unit(self, unit: impl Into<String>) -> Self {
        Self { unit: Some(unit.into()), ..self }
    }
}

/// The table of a monitor: all of its columns, `point` first, in the order of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// The monitor; `NAME.csv` is its table.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// All tables of a run.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The job's name.
    pub name: String,
    /// The job's description; may be empty.
    pub description: String,
    /// The swept columns of `points.csv`, between `repeat` and `status`.
    pub points: Vec<Column>,
    /// The columns of `summary.csv` after `point`.
    pub summary: Vec<Column>,
    /// The monitors, in the order of the tables in [`super::PointRecord`].
    pub monitors: Vec<TableSpec>,
}

impl Package {
    /// All columns of `points.csv`.
    pub(super) fn points_columns(&self) -> Vec<Column> {
        let mut columns =
            vec![Column::new("point", ColumnKind::Integer), Column::new("repeat", ColumnKind::Integer)];
        columns.extend_from_slice(&self.points);
        columns.push(Column::new("status", ColumnKind::String));
        columns
    }

    /// All columns of `summary.csv`.
    pub(super) fn summary_columns(&self) -> Vec<Column> {
        let mut columns = vec![Column::new("point", ColumnKind::Integer)];
        columns.extend_from_slice(&self.summary);
        columns
    }

    /// Names of all tables, with the bytes of their header rows.
    pub fn headers(&self) -> Vec<(String, u64)> {
        let bytes = |columns: &[Column]| columns.iter().map(|c| c.name.len() as u64 + 1).sum();
        let own = [("points", self.points_columns()), ("summary", self.summary_columns())];
        let own = own.into_iter().map(|(name, columns)| (name.to_string(), bytes(&columns)));
        own.chain(self.monitors.iter().map(|table| (table.name.clone(), bytes(&table.columns)))).collect()
    }

    /// Bytes of `datapackage.json`.
    pub fn description_bytes(&self) -> u64 {
        super::directory::pretty(&self.describe()).map_or(0, |text| text.len() as u64)
    }

    /// The description as JSON.
    pub(super) fn describe(&self) -> Value {
        let mut resources = vec![
            resource("points", &self.points_columns(), Key::Points),
            resource("summary", &self.summary_columns(), Key::OneRowAPoint),
        ];
        resources.extend(
            self.monitors.iter().map(|table| resource(&table.name, &table.columns, Key::RowsOfAPoint)),
        );
        let mut package = json!({
            "profile": "tabular-data-package",
            "name": slug(&self.name),
            "title": self.name,
            "resources": resources,
        });
        if !self.description.is_empty() {
            package["description"] = json!(self.description);
        }
        package
    }
}

/// How a table's rows belong to points.
#[derive(PartialEq)]
enum Key {
    Points,
    OneRowAPoint,
    RowsOfAPoint,
}

fn resource(name: &str, columns: &[Column], key: Key) -> Value {
    let mut schema = json!({
        "fields": columns.iter().map(field).collect::<Vec<_>>(),
        "missingValues": [""],
    });
    if key != Key::RowsOfAPoint {
        schema["primaryKey"] = json!(["point"]);
    }
    if key != Key::Points {
        let reference = json!({ "resource": "points", "fields": ["point"] });
        schema["foreignKeys"] = json!([{ "fields": ["point"], "reference": reference }]);
    }
    json!({
        "profile": "tabular-data-resource",
        "name": slug(name),
        "path": format!("{name}.csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": ",", "lineTerminator": "\n", "header": true },
        "schema": schema,
    })
}

fn field(column: &Column) -> Value {
    let mut field = json!({ "name": column.name, "type": column.kind.name() });
    if let Some(unit) = &column.unit {
        field["unit"] = json!(unit);
    }
    match (column.name.as_str(), column.kind) {
        ("point", _) => field["constraints"] = json!({ "required": true, "minimum": 0 }),
        ("status", ColumnKind::String) => {
            field["constraints"] = json!({ "enum": ["ok", "diverged", "failed"] });
        }
        _ => {}
    }
    field
}

/// Names in a data package are of lower-case letters, digits and `._-`.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    name.to_ascii_lowercase().chars().map(plain).collect()
}

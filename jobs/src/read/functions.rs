//! `[functions.NAME]`: formulas and tables.

use super::fields::Fields;
use crate::format;
use crate::tree::{Key, Table, Value};
use crate::written::{DataFile, Function, Scalar, Values};

/// `[functions.NAME]`
pub fn function(key: &Key, table: &Table, fields: &mut Fields) -> Function {
    fields.known(table, &format!("[functions.{}]", key.name), &format::FUNCTION);
    let has = |names: &[&str]| names.iter().any(|name| table.get(name).is_some());
    Function {
        name: key.clone(),
        arguments: table.get("arguments").and_then(|_| fields.strings(table, "arguments")),
        value: fields.text(table, "value"),
        x: values(table, "x", fields),
        y: values(table, "y", fields),
        interpolation: fields.text(table, "interpolation"),
        outside: fields.text(table, "outside"),
        is_table: has(&["x", "y", "interpolation", "outside"]),
        is_formula: has(&["arguments", "value"]),
    }
}

fn values(table: &Table, name: &str, fields: &mut Fields) -> Option<Values> {
    let (_, node) = table.get(name)?;
    match &node.value {
        Value::List(items) => {
            let what = format!("an element of {name}");
            let items: Option<Vec<Scalar>> = items.iter().map(|item| fields.as_scalar(item, &what)).collect();
            Some(Values::List(items?, node.span))
        }
        Value::Table(inner) => {
            fields.known(inner, name, &format::PARAMETER_FILE);
            let file = fields.text(inner, "file")?;
            let (column, unit) = (fields.text(inner, "column"), fields.text(inner, "unit"));
            Some(Values::File(DataFile { file, column, unit, span: node.span }))
        }
        _ => {
            fields.wrong(node, name, "a list, or a table that names a file");
            None
        }
    }
}

//! `[timed_arrays.NAME]`: the forms of its values.

use kernels::language::ast::Span;

use super::fields::Fields;
use crate::format;
use crate::tree::{Key, Node, Table, Value};
use crate::written::{Columns, SampleFile, Samples, Scalar, TimedArray};

/// `[timed_arrays.NAME]`
pub fn timed_array(key: &Key, table: &Table, fields: &mut Fields) -> TimedArray {
    fields.known(table, &format!("[timed_arrays.{}]", key.name), &format::TIMED_ARRAY);
    TimedArray {
        name: key.clone(),
        values: table.get("values").and_then(|(_, node)| samples(node, fields)),
        has_values: table.get("values").is_some(),
        dt: fields.scalar(table, "dt"),
        interpolation: fields.text(table, "interpolation"),
    }
}

fn samples(node: &Node, fields: &mut Fields) -> Option<Samples> {
    match &node.value {
        Value::List(items) if items.iter().any(|item| matches!(item.value, Value::List(_))) => {
            rows(items, node.span, fields)
        }
        Value::List(items) => row(items, fields).map(|items| Samples::List(items, node.span)),
        Value::Table(table) => file(table, node.span, fields),
        _ => {
            fields.wrong(node, "values", "a list, or a table that names a file");
            None
        }
    }
}

fn row(items: &[Node], fields: &mut Fields) -> Option<Vec<Scalar>> {
    items.iter().map(|item| fields.as_scalar(item, "an element of values")).collect()
}

fn rows(items: &[Node], span: Span, fields: &mut Fields) -> Option<Samples> {
    let rows: Option<Vec<(Vec<Scalar>, Span)>> = items
        .iter()
        .map(|item| match &item.value {
            Value::List(inner) => row(inner, fields).map(|inner| (inner, item.span)),
            _ => {
                fields.wrong(item, "an element of values", "a list, as the others are");
                None
            }
        })
        .collect();
    Some(Samples::Rows(rows?, span))
}

fn file(table: &Table, span: Span, fields: &mut Fields) -> Option<Samples> {
    fields.known(table, "values", &format::SAMPLES);
    let columns = table.get("columns").map(|(_, node)| match &node.value {
        Value::Text(_) => fields.as_text(node, "columns").map(Columns::All),
        _ => fields.strings(table, "columns").map(|(names, span)| Columns::Listed(names, span)),
    });
    let columns = match columns {
        Some(None) => return None,
        Some(columns) => columns,
        None => None,
    };
    let (column, unit) = (fields.text(table, "column"), fields.text(table, "unit"));
    Some(Samples::File(SampleFile { file: fields.text(table, "file"), column, columns, unit, span }))
}

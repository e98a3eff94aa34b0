//! `[spike_generators.NAME]`: the forms of its lists.

use super::fields::Fields;
use super::model::order;
use crate::format;
use crate::tree::{Key, Node, Table, Value};
use crate::written::{DataFile, Indices, Scalar, SpikeGenerator, SpikeTimes};

/// `[spike_generators.NAME]`
pub fn spike_generator(key: &Key, table: &Table, fields: &mut Fields) -> SpikeGenerator {
    fields.known(table, &format!("[spike_generators.{}]", key.name), &format::SPIKE_GENERATOR);
    let (indices, times) = (indices(table, fields), times(table, fields));
    let unread = |name: &str, read: bool| table.get(name).is_some() && !read;
    SpikeGenerator {
        name: key.clone(),
        size: fields.scalar(table, "size"),
        unread: unread("indices", indices.is_some()) || unread("times", times.is_some()),
        indices,
        times,
        csv: fields.text(table, "csv"),
        rows: fields.table(table, "rows").map(|(inner, span)| {
            let mut entries = Vec::new();
            for (key, node) in &inner.entries {
                entries.extend(fields.as_scalar(node, &key.name).map(|number| (key.clone(), number)));
            }
            (entries, span)
        }),
        period: fields.scalar(table, "period"),
        dt: fields.scalar(table, "dt"),
        slot: fields.text(table, "slot"),
        order: order(table, "order", fields),
    }
}

fn indices(table: &Table, fields: &mut Fields) -> Option<Indices> {
    let (_, node) = table.get("indices")?;
    match &node.value {
        Value::Table(inner) => file("indices", inner, node, fields).map(Indices::File),
        _ => fields.integers(table, "indices").map(Indices::List),
    }
}

fn times(table: &Table, fields: &mut Fields) -> Option<SpikeTimes> {
    let (_, node) = table.get("times")?;
    match &node.value {
        Value::Table(inner) => file("times", inner, node, fields).map(SpikeTimes::File),
        Value::List(items) => {
            let items: Option<Vec<Scalar>> =
                items.iter().map(|item| fields.as_scalar(item, "an element of times")).collect();
            Some(SpikeTimes::List(items?, node.span))
        }
        _ => {
            fields.wrong(node, "times", "a list of times, or a table that names a file");
            None
        }
    }
}

/// A table that names a data file.
pub fn file(name: &str, table: &Table, node: &Node, fields: &mut Fields) -> Option<DataFile> {
    fields.known(table, name, &format::PARAMETER_FILE);
    let Some(file) = fields.text(table, "file") else {
        fields.wrong(node, name, "a list, or a table with 'file'");
        return None;
    };
    let (column, unit) = (fields.text(table, "column"), fields.text(table, "unit"));
    Some(DataFile { file, column, unit, span: node.span })
}

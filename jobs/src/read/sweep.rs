//! The `[[sweep]]` blocks.

use super::fields::Fields;
use crate::format;
use crate::tree::{Node, Table, Value};
use crate::written::{Axis, Range, Scalar, Sweep, Text};
use kernels::language::ast::Span;

/// All blocks, in order.
pub fn sweeps(root: &Table, fields: &mut Fields) -> Vec<Sweep> {
    let Some((_, node)) = root.get("sweep") else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    let mut out = Vec::new();
    for node in nodes {
        if let Some(table) = fields.as_table(node, "sweep") {
            out.push(block(table, node.span, fields));
        }
    }
    out
}

fn block(table: &Table, span: Span, fields: &mut Fields) -> Sweep {
    fields.known(table, "[[sweep]]", &format::SWEEP);
    let mut axes = Vec::new();
    if let Some((inner, _)) = fields.table(table, "axes") {
        for (key, node) in &inner.entries {
            axes.extend(axis(node, &key.name, fields).map(|axis| (key.clone(), axis)));
        }
    }
    let mut derived = Vec::new();
    if let Some((inner, _)) = fields.table(table, "derived") {
        for (key, node) in &inner.entries {
            derived.extend(fields.as_scalar(node, &key.name).map(|value| (key.clone(), value)));
        }
    }
    Sweep {
        axes,
        zip: zips(table, fields),
        condition: fields.text(table, "where"),
        derived,
        repeat: fields.integer(table, "repeat"),
        points: fields.text(table, "points"),
        design: fields.text(table, "design"),
        n: fields.integer(table, "n"),
        seed: fields.scalar(table, "seed"),
        scramble: fields.text(table, "scramble"),
        span,
    }
}

fn axis(node: &Node, name: &str, fields: &mut Fields) -> Option<Axis> {
    match &node.value {
        Value::List(items) => {
            let what = format!("a value of axis {name}");
            let values: Option<Vec<Scalar>> =
                items.iter().map(|item| fields.as_scalar(item, &what)).collect();
            Some(Axis::List(values?, node.span))
        }
        Value::Table(table) => {
            fields.known(table, &format!("axis {name}"), &format::RANGE);
            Some(Axis::Range(Range {
                from: fields.scalar(table, "from"),
                to: fields.scalar(table, "to"),
                n: fields.integer(table, "n"),
                step: fields.scalar(table, "step"),
                scale: fields.text(table, "scale"),
                span: node.span,
            }))
        }
        _ => {
            fields.wrong(node, &format!("axes.{name}"), "a list or { from = ..., to = ..., n = ... }");
            None
        }
    }
}

/// `zip = ["a", "b"]` or `zip = [["a", "b"], ["c", "d"]]`
fn zips(table: &Table, fields: &mut Fields) -> Vec<(Vec<Text>, Span)> {
    let Some((_, node)) = table.get("zip") else { return Vec::new() };
    let Value::List(items) = &node.value else {
        fields.wrong(node, "zip", "a list of names of axes");
        return Vec::new();
    };
    if !items.iter().any(|item| matches!(item.value, Value::List(_))) {
        return fields.strings(table, "zip").into_iter().collect();
    }
    let mut out = Vec::new();
    for item in items {
        let Value::List(names) = &item.value else {
            fields.wrong(item, "an element of zip", "a list of names of axes, as the others are");
            continue;
        };
        let names: Option<Vec<Text>> = names.iter().map(|n| fields.as_text(n, "an element of zip")).collect();
        out.extend(names.map(|names| (names, item.span)));
    }
    out
}

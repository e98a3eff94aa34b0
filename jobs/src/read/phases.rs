//! The `[[phase]]` blocks.

use kernels::language::ast::Span;

use super::fields::Fields;
use crate::format;
use crate::tree::{Node, Table, Value};
use crate::written::{Phase, Text};

/// All phases, in order.
pub fn phases(root: &Table, fields: &mut Fields) -> Vec<Phase> {
    let Some((_, node)) = root.get("phase") else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    let mut out = Vec::new();
    for node in nodes {
        if let Some(table) = fields.as_table(node, "phase") {
            out.push(phase(table, node.span, fields));
        }
    }
    out
}

fn phase(table: &Table, span: Span, fields: &mut Fields) -> Phase {
    fields.known(table, "[[phase]]", &format::PHASE);
    let mut parameters = Vec::new();
    for (key, node) in inner(table, "parameters", fields) {
        parameters.extend(fields.as_scalar(node, &key.name).map(|value| (key.clone(), value)));
    }
    let mut code = Vec::new();
    for (key, node) in inner(table, "code", fields) {
        code.extend(fields.as_text(node, &key.name).map(|text| (key.clone(), text)));
    }
    Phase {
        name: fields.text(table, "name"),
        duration: fields.scalar(table, "duration"),
        parameters,
        off: listed(table, "off", fields),
        reset: listed(table, "reset", fields),
        code,
        share: fields.boolean(table, "share"),
        span,
    }
}

fn inner<'t>(table: &'t Table, name: &str, fields: &mut Fields) -> &'t [(crate::tree::Key, Node)] {
    fields.table(table, name).map_or(&[], |(inner, _)| &inner.entries)
}

fn listed(table: &Table, name: &str, fields: &mut Fields) -> Vec<Text> {
    fields.strings(table, name).map_or_else(Vec::new, |(texts, _)| texts)
}

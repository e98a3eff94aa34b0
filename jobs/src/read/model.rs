//! The tables of the model: parameters, neurons, poisson, synapses, record.

use kernels::language::ast::Span;
use kernels::language::fault::Fault;

use super::fields::Fields;
use super::slips;
use super::spike_generators::file;
use crate::tree::{Key, Node, Table, Value};
use crate::written::{
    Absolute, Action, Block, Chosen, Connect, DataFile, Event, Given, Link, Neurons, ParameterForm, Poisson,
    PoissonInput, Record, Scalar, Smooth, Tolerances,
};
use crate::{codes, format};

/// The right-hand side of a parameter.
pub fn parameter(key: &Key, node: &Node, fields: &mut Fields) -> Option<ParameterForm> {
    match &node.value {
        Value::List(items) => {
            let what = format!("an element of {}", key.name);
            let items: Option<Vec<Scalar>> = items.iter().map(|item| fields.as_scalar(item, &what)).collect();
            Some(ParameterForm::List(items?, node.span))
        }
        Value::Table(table) => parameter_table(key, node, table, fields),
        _ => fields.as_scalar(node, &key.name).map(ParameterForm::Scalar),
    }
}

fn parameter_table(key: &Key, node: &Node, table: &Table, fields: &mut Fields) -> Option<ParameterForm> {
    let form = match table {
        t if t.get("text").is_some() => &format::PARAMETER_TEXT,
        t if t.get("file").is_some() => &format::PARAMETER_FILE,
        t if t.get("value").is_some() => &format::PARAMETER_VALUE,
        _ => {
            let message = format!("parameter '{}': a table here needs 'text', 'file' or 'value'", key.name);
            let help = "write { text = \"...\" }, { file = \"...\", column = \"...\" } or { value = ... }";
            fields.faults.push(Fault::new(codes::WRONG_TYPE, node.span, message).help(help));
            return None;
        }
    };
    fields.known(table, &format!("parameter {}", key.name), form);
    match form.keys[0].name {
        "text" => fields.text(table, "text").map(ParameterForm::Text),
        "value" => fields.scalar(table, "value").map(ParameterForm::Scalar),
        _ => {
            let file = fields.text(table, "file")?;
            let (column, unit) = (fields.text(table, "column"), fields.text(table, "unit"));
            Some(ParameterForm::File(DataFile { file, column, unit, span: node.span }))
        }
    }
}

/// `[neurons.NAME]`
pub fn neurons(key: &Key, table: &Table, fields: &mut Fields) -> Neurons {
    fields.known(table, &format!("[neurons.{}]", key.name), &format::NEURONS);
    Neurons {
        name: key.clone(),
        size: fields.scalar(table, "size"),
        equations: fields.text(table, "equations"),
        method: fields.text(table, "method"),
        tolerances: tolerances(table, fields),
        threshold: fields.text(table, "threshold"),
        reset: fields.text(table, "reset"),
        refractory: fields.scalar(table, "refractory"),
        initial: blocks(table, fields),
        expected_rate: fields.scalar(table, "expected_rate"),
        dt: fields.scalar(table, "dt"),
        order: order(table, "order", fields),
        events: events(key, table, fields),
        linked: links(key, table, fields),
    }
}

pub(super) fn tolerances(table: &Table, fields: &mut Fields) -> Tolerances {
    let name = "absolute_tolerance";
    let absolute = table.get(name).and_then(|(_, node)| match &node.value {
        Value::Table(each) => {
            let of = |(key, node): &(Key, Node)| Some((key.clone(), fields.as_scalar(node, &key.name)?));
            Some(Absolute::Each(each.entries.iter().filter_map(of).collect()))
        }
        _ => fields.as_scalar(node, name).map(Absolute::All),
    });
    Tolerances {
        absolute,
        relative: fields.scalar(table, "relative_tolerance"),
        max_steps: fields.scalar(table, "max_steps"),
    }
}

fn events(group: &Key, table: &Table, fields: &mut Fields) -> Vec<Event> {
    let Some((all, _)) = fields.table(table, "events") else { return Vec::new() };
    let mut out = Vec::new();
    for (key, node) in &all.entries {
        let place = format!("[neurons.{}.events.{}]", group.name, key.name);
        let Some(event) = fields.as_table(node, &place) else { continue };
        fields.known(event, &place, &format::EVENT);
        out.push(Event {
            name: key.clone(),
            condition: fields.text(event, "condition"),
            slot: fields.text(event, "slot"),
            order: order(event, "order", fields),
            code: fields.text(event, "code"),
            code_slot: fields.text(event, "code_slot"),
            code_order: order(event, "code_order", fields),
            expected_rate: fields.scalar(event, "expected_rate"),
        });
    }
    out
}

/// `linked`: each variable a table, or only the name of what it is read from.
fn links(group: &Key, table: &Table, fields: &mut Fields) -> Vec<Link> {
    let Some((all, _)) = fields.table(table, "linked") else { return Vec::new() };
    let mut out = Vec::new();
    for (key, node) in &all.entries {
        let name = key.clone();
        if let Value::Text(_) = node.value {
            let from = fields.as_text(node, &key.name);
            out.push(Link { name, from, index: None, listed: None });
            continue;
        }
        let place = format!("[neurons.{}.linked.{}]", group.name, key.name);
        let Some(link) = fields.as_table(node, &place) else { continue };
        fields.known(link, &place, &format::LINK);
        let is_list = matches!(link.get("index"), Some((_, Node { value: Value::List(_), .. })));
        let listed = if is_list { fields.integers(link, "index") } else { None };
        let index = if is_list { None } else { fields.scalar(link, "index") };
        out.push(Link { name, from: fields.text(link, "from"), index, listed });
    }
    out
}

/// `[actions.NAME]`
pub fn action(key: &Key, table: &Table, fields: &mut Fields) -> Action {
    fields.known(table, &format!("[actions.{}]", key.name), &format::ACTION);
    Action {
        name: key.clone(),
        on: fields.text(table, "on"),
        code: fields.text(table, "code"),
        every: fields.scalar(table, "every"),
        at: times(table, "at", fields),
        slot: fields.text(table, "slot"),
        order: order(table, "order", fields),
    }
}

/// One time or several.
fn times(table: &Table, name: &str, fields: &mut Fields) -> Option<(Vec<Scalar>, Span)> {
    let (_, node) = table.get(name)?;
    let items = match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    let times: Option<Vec<Scalar>> = items.into_iter().map(|item| fields.as_scalar(item, name)).collect();
    Some((times?, node.span))
}

/// `[poisson.NAME]`
pub fn poisson(key: &Key, table: &Table, fields: &mut Fields) -> Poisson {
    fields.known(table, &format!("[poisson.{}]", key.name), &format::POISSON);
    Poisson {
        name: key.clone(),
        size: fields.scalar(table, "size"),
        rate: fields.scalar(table, "rate"),
        dt: fields.scalar(table, "dt"),
        slot: fields.text(table, "slot"),
        order: order(table, "order", fields),
    }
}

/// A whole number that sorts within a slot.
pub fn order(table: &Table, name: &str, fields: &mut Fields) -> Option<i64> {
    fields.integer(table, name).map(|(order, _)| order)
}

/// `[poisson_inputs.NAME]`
pub fn poisson_input(key: &Key, table: &Table, fields: &mut Fields) -> PoissonInput {
    fields.known(table, &format!("[poisson_inputs.{}]", key.name), &format::POISSON_INPUT);
    PoissonInput {
        name: key.clone(),
        target: fields.text(table, "target"),
        variable: fields.text(table, "variable"),
        n: fields.scalar(table, "n"),
        rate: fields.scalar(table, "rate"),
        weight: fields.scalar(table, "weight"),
        slot: fields.text(table, "slot"),
        order: order(table, "order", fields),
    }
}

/// One or several tables.
fn tables<'t>(table: &'t Table, name: &str, fields: &mut Fields) -> Vec<(&'t Table, &'t Node)> {
    let Some((_, node)) = table.get(name) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    };
    nodes.into_iter().filter_map(|node| fields.as_table(node, name).map(|table| (table, node))).collect()
}

pub fn connects(table: &Table, fields: &mut Fields) -> Vec<Connect> {
    let mut out = Vec::new();
    for (rule, node) in tables(table, "connect", fields) {
        fields.known(rule, "connect", &format::CONNECT);
        out.push(Connect {
            condition: fields.text(rule, "where"),
            p: fields.scalar(rule, "p"),
            n: fields.scalar(rule, "n"),
            i: indices(rule, "i", fields),
            j: indices(rule, "j", fields),
            skip_if_invalid: fields.boolean(rule, "skip_if_invalid"),
            out_degree: fields.scalar(rule, "out_degree"),
            in_degree: fields.scalar(rule, "in_degree"),
            repeats: fields.boolean(rule, "repeats"),
            file: fields.text(rule, "file"),
            values: values(rule, fields),
            span: node.span,
        });
    }
    out
}

/// A list of indices, or a generator of them.
fn indices(rule: &Table, name: &str, fields: &mut Fields) -> Option<Chosen> {
    match rule.get(name)?.1.value {
        Value::Text(_) => fields.text(rule, name).map(Chosen::Generated),
        Value::Table(ref inner) => file(name, inner, &rule.get(name)?.1, fields).map(Chosen::File),
        _ => fields.integers(rule, name).map(Chosen::Listed),
    }
}

/// Values that are given with pairs, by variable.
fn values(rule: &Table, fields: &mut Fields) -> Vec<(Key, Given)> {
    let Some((table, _)) = fields.table(rule, "values") else { return Vec::new() };
    let mut out = Vec::new();
    for (key, node) in &table.entries {
        let given = match &node.value {
            Value::Text(_) => fields.as_text(node, &key.name).map(Given::Column),
            Value::Table(inner) => file(&key.name, inner, node, fields).map(Given::File),
            Value::List(items) => {
                let what = format!("an element of {}", key.name);
                let items: Option<Vec<Scalar>> =
                    items.iter().map(|item| fields.as_scalar(item, &what)).collect();
                items.map(|items| Given::List(items, node.span))
            }
            _ => {
                fields.wrong(node, &key.name, "a list, a column, or a table with 'file'");
                None
            }
        };
        out.extend(given.map(|given| (key.clone(), given)));
    }
    out
}

pub fn blocks(table: &Table, fields: &mut Fields) -> Vec<Block> {
    let Some((_, node)) = table.get("initial") else { return Vec::new() };
    if let Value::Text(_) = node.value {
        return fields
            .as_text(node, "initial")
            .map(|set| Block { condition: None, set })
            .into_iter()
            .collect();
    }
    let mut out = Vec::new();
    for (block, node) in tables(table, "initial", fields) {
        if let Some(fault) = slips::by_variable(block) {
            fields.faults.push(fault);
            continue;
        }
        fields.known(block, "initial", &format::INITIAL);
        let condition = fields.text(block, "where");
        match block.get("set") {
            Some(_) => out.extend(fields.text(block, "set").map(|set| Block { condition, set })),
            None => {
                let fault = Fault::new(codes::MISSING_KEY, node.span, "this part of 'initial' has no 'set'");
                fields.faults.push(fault.help("write { where = \"i < 10\", set = \"v = 0*mV\" }"));
            }
        }
    }
    out
}

/// `[record.NAME]`
pub fn record(key: &Key, table: &Table, fields: &mut Fields) -> Record {
    fields.known(table, &format!("[record.{}]", key.name), &format::RECORD);
    let smooth = fields.table(table, "smooth").map(|(inner, span)| {
        fields.known(inner, "smooth", &format::SMOOTH);
        Smooth { window: fields.text(inner, "window"), width: fields.scalar(inner, "width"), span }
    });
    Record {
        name: key.clone(),
        kind: fields.text(table, "kind"),
        source: fields.text(table, "source"),
        variables: fields.strings(table, "variables"),
        indices: fields.integers(table, "indices"),
        condition: fields.text(table, "where"),
        every: fields.scalar(table, "every"),
        smooth,
        slot: fields.text(table, "slot"),
        order: fields.integer(table, "order"),
        event: fields.text(table, "event"),
        at: times(table, "at", fields),
        target: fields.text(table, "target"),
        bin: fields.scalar(table, "bin"),
        max: fields.scalar(table, "max"),
        from: fields.scalar(table, "from"),
        to: fields.scalar(table, "to"),
        last: fields.scalar(table, "last"),
    }
}

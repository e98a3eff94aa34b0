//! Tree to [`Written`]: which tables and keys there are, and which type each has. Nothing is interpreted.
//!
//! Unknown keys are refused with the nearest known one; keys of Brian that this version lacks, with a word on that.

mod fields;
mod functions;
mod model;
mod phases;
mod slips;
mod spike_generators;
mod sweep;
mod synapses;
mod timed_arrays;

use kernels::language::fault::Fault;

use crate::tree::{Key, Node, Table, Value};
use crate::written::{Output, Run, Scalar, Written};
use crate::{codes, format};
use fields::Fields;

/// Reads the whole tree.
///
/// Gives what could be read, and what was refused.
pub fn written(root: &Table) -> (Written, Vec<Fault>) {
    let mut fields = Fields::default();
    fields.known(root, "the job file", &format::ROOT);
    let mut out = Written::default();
    version(root, &mut fields);
    job(root, &mut out, &mut fields);
    run(root, &mut out, &mut fields);
    for (key, node) in tables_of(root, "parameters", &mut fields) {
        if let Some(form) = model::parameter(key, node, &mut fields) {
            out.parameters.push((key.clone(), form));
        }
    }
    out.functions = named(root, "functions", &mut fields, functions::function);
    for (key, node) in tables_of(root, "schemes", &mut fields) {
        if let Some(text) = fields.as_text(node, &key.name) {
            out.schemes.push((key.clone(), text));
        }
    }
    out.neurons = named(root, "neurons", &mut fields, model::neurons);
    out.poisson = named(root, "poisson", &mut fields, model::poisson);
    out.synapses = named(root, "synapses", &mut fields, synapses::synapses);
    out.spike_generators = named(root, "spike_generators", &mut fields, spike_generators::spike_generator);
    out.timed_arrays = named(root, "timed_arrays", &mut fields, timed_arrays::timed_array);
    out.poisson_inputs = named(root, "poisson_inputs", &mut fields, model::poisson_input);
    out.actions = named(root, "actions", &mut fields, model::action);
    out.record = named(root, "record", &mut fields, model::record);
    for (key, node) in tables_of(root, "summary", &mut fields) {
        if let Some(text) = fields.as_text(node, &key.name) {
            out.summary.push((key.clone(), text));
        }
    }
    out.phases = phases::phases(root, &mut fields);
    out.sweeps = sweep::sweeps(root, &mut fields);
    output(root, &mut out.output, &mut fields);
    (out, fields.faults)
}

/// A node as a number, boolean or string, if it is one.
pub fn scalar(node: &Node) -> Option<Scalar> {
    Fields::default().as_scalar(node, "")
}

fn version(root: &Table, fields: &mut Fields) {
    if let Some((value, span)) = fields.integer(root, "version")
        && value != format::VERSION
    {
        let message =
            format!("this job file is of version {value}; this program reads version {}", format::VERSION);
        fields.faults.push(Fault::new(codes::VERSION, span, message));
    }
}

fn job(root: &Table, out: &mut Written, fields: &mut Fields) {
    let Some((table, _)) = fields.table(root, "job") else { return };
    fields.known(table, "[job]", &format::JOB);
    out.name = fields.text(table, "name");
    out.description = fields.text(table, "description");
}

fn run(root: &Table, out: &mut Written, fields: &mut Fields) {
    let Some((table, span)) = fields.table(root, "run") else { return };
    fields.known(table, "[run]", &format::RUN);
    out.run = Run {
        duration: fields.scalar(table, "duration"),
        dt: fields.scalar(table, "dt"),
        seed: fields.scalar(table, "seed"),
        noise: fields.text(table, "noise"),
        arithmetic: fields.text(table, "arithmetic"),
        precision: fields.text(table, "precision"),
        strict_nan: fields.boolean(table, "strict_nan").is_some_and(|(strict, _)| strict),
        slots: fields.strings(table, "slots"),
        checkpoint: fields.scalar(table, "checkpoint"),
        span,
    };
}

fn output(root: &Table, out: &mut Output, fields: &mut Fields) {
    let Some((table, _)) = fields.table(root, "output") else { return };
    fields.known(table, "[output]", &format::OUTPUT);
    out.columns = fields.text(table, "columns");
    out.max_bytes = fields.integer(table, "max_bytes");
    if let Some((units, _)) = fields.table(table, "units") {
        for (key, node) in &units.entries {
            if let Some(text) = fields.as_text(node, &key.name) {
                out.units.push((key.clone(), text));
            }
        }
    }
}

/// The entries of a table of the root.
fn tables_of<'t>(root: &'t Table, name: &str, fields: &mut Fields) -> &'t [(Key, Node)] {
    fields.table(root, name).map_or(&[], |(table, _)| &table.entries)
}

/// Each `[kind.NAME]`.
fn named<T>(
    root: &Table,
    kind: &str,
    fields: &mut Fields,
    read: fn(&Key, &Table, &mut Fields) -> T,
) -> Vec<T> {
    let mut out = Vec::new();
    if let Some((_, Node { value: Value::Table(table), .. })) = root.get(kind)
        && let Some(fault) = slips::unnamed(kind, table)
    {
        fields.faults.push(fault);
        return out;
    }
    for (key, node) in tables_of(root, kind, fields) {
        if let Some(table) = fields.as_table(node, &format!("{kind}.{}", key.name)) {
            out.push(read(key, table, fields));
        }
    }
    out
}

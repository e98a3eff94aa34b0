//! The job as one canonical TOML text, its identity, and the copy that is kept beside the results.
//!
//! The canonical text knows neither comments nor spacing nor files; two jobs with the same one are the same run.

use kernels::language::ast::{Span, TextId};

use crate::texts::Texts;
use crate::tree::{Key, Node, Table, Value};

/// Tables whose entries are tables with headers of their own.
const NESTED: &[&str] = &[
    "functions",
    "neurons",
    "poisson",
    "spike_generators",
    "synapses",
    "poisson_inputs",
    "timed_arrays",
    "actions",
    "record",
];

/// Prints a tree as TOML.
pub fn print(root: &Table, texts: &Texts) -> String {
    let mut out = String::new();
    let (tables, plain): (Vec<_>, Vec<_>) =
        root.entries.iter().partition(|(key, node)| has_header(key, node));
    for (key, node) in plain {
        line(key, node, texts, &mut out);
    }
    for (key, node) in tables {
        match &node.value {
            Value::Table(table) if NESTED.contains(&key.name.as_str()) => {
                for (inner, node) in &table.entries {
                    section(&format!("[{}.{}]", bare(&key.name), bare(&inner.name)), node, texts, &mut out);
                }
            }
            Value::List(blocks) => {
                for block in blocks {
                    section(&format!("[[{}]]", bare(&key.name)), block, texts, &mut out);
                }
            }
            _ => section(&format!("[{}]", bare(&key.name)), node, texts, &mut out),
        }
    }
    out
}

/// As [`print`], without the keys on which no result depends. Takes them out of the tree.
pub fn of_results(root: &mut Table, texts: &Texts) -> String {
    if let Some(Node { value: Value::Table(groups), .. }) = root.get_mut("neurons") {
        for (_, group) in &mut groups.entries {
            without_rate(group);
        }
    }
    for (section, name) in [("output", "max_bytes"), ("run", "checkpoint")] {
        if let Some(Node { value: Value::Table(table), .. }) = root.get_mut(section) {
            table.entries.retain(|(key, _)| key.name != name);
        }
    }
    let says_nothing = |node: &Node| matches!(&node.value, Value::Table(table) if table.entries.is_empty());
    root.entries.retain(|(key, node)| key.name != "output" || !says_nothing(node));
    print(root, texts)
}

/// Takes the expected rates of a group and of its events out.
fn without_rate(of: &mut Node) {
    let Value::Table(table) = &mut of.value else { return };
    table.entries.retain(|(key, _)| key.name != "expected_rate");
    if let Some(Node { value: Value::Table(events), .. }) = table.get_mut("events") {
        events.entries.iter_mut().for_each(|(_, event)| without_rate(event));
    }
}

fn has_header(key: &Key, node: &Node) -> bool {
    match &node.value {
        Value::Table(_) => true,
        Value::List(items) => {
            ["sweep", "phase"].contains(&key.name.as_str())
                && items.iter().all(|i| matches!(i.value, Value::Table(_)))
        }
        _ => false,
    }
}

fn section(header: &str, node: &Node, texts: &Texts, out: &mut String) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(header);
    out.push('\n');
    if let Value::Table(table) = &node.value {
        for (key, node) in &table.entries {
            line(key, node, texts, out);
        }
    }
}

fn line(key: &Key, node: &Node, texts: &Texts, out: &mut String) {
    out.push_str(&bare(&key.name));
    out.push_str(" = ");
    value(node, texts, out);
    out.push('\n');
}

/// Prints one value.
pub fn value(node: &Node, texts: &Texts, out: &mut String) {
    match &node.value {
        Value::Text(id) => out.push_str(&string(texts.get(*id))),
        Value::Integer(i) => out.push_str(&i.to_string()),
        Value::Real(digits) => out.push_str(&real(digits)),
        Value::Boolean(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Date => out.push_str("\"\""),
        Value::List(items) => {
            out.push('[');
            for (k, item) in items.iter().enumerate() {
                out.push_str(if k > 0 { ", " } else { "" });
                value(item, texts, out);
            }
            out.push(']');
        }
        Value::Table(table) => {
            out.push_str("{ ");
            for (k, (key, node)) in table.entries.iter().enumerate() {
                out.push_str(if k > 0 { ", " } else { "" });
                out.push_str(&bare(&key.name));
                out.push_str(" = ");
                value(node, texts, out);
            }
            out.push_str(" }");
        }
    }
}

/// Digits that stay a TOML float.
fn real(digits: &str) -> String {
    let special = digits.contains("inf") || digits.contains("nan");
    if special || digits.contains(['.', 'e', 'E']) { digits.to_owned() } else { format!("{digits}.0") }
}

fn bare(name: &str) -> String {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if plain { name.to_owned() } else { escaped(name) }
}

/// A text of several lines as a literal block where that is possible, else with escapes.
fn string(text: &str) -> String {
    let literal = text.contains('\n')
        && !text.contains("'''")
        && !text.ends_with('\'')
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    if literal { format!("'''\n{text}'''") } else { escaped(text) }
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value of the main file that `--set` replaced.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Where the old value stood.
    pub old: Span,
    /// The new value as TOML.
    pub new: String,
}

/// The main file with the edits made and the job's name filled in; comments stay. `None` where that is not possible.
pub fn edited(
    main: TextId,
    root: &Table,
    named: bool,
    name: &str,
    edits: &[Edit],
    texts: &Texts,
) -> Option<String> {
    let text = texts.get(main);
    let mut changes: Vec<(usize, usize, String)> = Vec::new();
    for edit in edits {
        if edit.old.text != main {
            return None;
        }
        changes.push((edit.old.start as usize, edit.old.end as usize, edit.new.clone()));
    }
    if !named {
        let (at, line) = name_line(main, root, name, text)?;
        changes.push((at, at, line));
    }
    changes.sort();
    let mut out = String::new();
    let mut from = 0;
    for (start, end, new) in changes {
        out.push_str(text.get(from..start)?);
        out.push_str(&new);
        from = end;
    }
    out.push_str(text.get(from..)?);
    Some(out)
}

/// Where `name = "..."` can be inserted: first in `[job]`, or first of all.
fn name_line(main: TextId, root: &Table, name: &str, text: &str) -> Option<(usize, String)> {
    let Some((_, node)) = root.get("job") else {
        return Some((0, format!("job.name = {}\n", escaped(name))));
    };
    let Value::Table(table) = &node.value else { return None };
    let (key, _) = table.entries.first()?;
    let at = key.span.start as usize;
    let before = text.get(..at)?;
    let line_start = before.rfind('\n').map_or(0, |k| k + 1);
    let alone = key.span.text == main && before[line_start..].trim().is_empty();
    alone.then(|| (at, format!("name = {}\n", escaped(name))))
}

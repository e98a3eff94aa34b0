//! The JSON Schema of the job file, for editors: draft-07, which they read best.
//!
//! It refuses less than the check: unknown keys, wrong types, missing keys and impossible choices, but neither wrong
//! units nor names nor equations. It refuses nothing that the reader takes, unless a table in braces is spread over
//! several included files.

use kernels::language::names::LONGEST;
use kernels::program::method;
use serde_json::{Map, Value, json};

use super::{Default, Fits, Key, MONITORS, Names, ROOT, Table, Takes};

type Object = Map<String, Value>;

/// The schema as text, with a line break at its end.
pub fn schema() -> String {
    let mut root = table(&ROOT);
    root.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    root.insert("title".into(), json!("A job of spikesweep"));
    // What a file lacks may stand in one that it includes.
    root.insert("if".into(), json!({ "not": { "required": ["include"] } }));
    root.insert("then".into(), whole_job());
    format!("{:#}\n", Value::Object(root))
}

/// What a job must have if it includes nothing.
fn whole_job() -> Value {
    let mut properties = Object::new();
    for key in ROOT.keys {
        let needed = match &key.takes {
            Takes::Table(table) => required(table),
            Takes::Map(_, Takes::Table(table)) => object(json!({ "additionalProperties": required(table) })),
            _ => continue,
        };
        properties.insert(key.name.into(), Value::Object(needed));
    }
    // Not in the table itself, where taplo would complete nothing any more.
    let kinds: Vec<Value> = MONITORS.iter().map(of_kind).collect();
    properties["record"]["additionalProperties"]["allOf"] = json!(kinds);
    json!({ "required": ROOT.needed(), "properties": properties })
}

/// What a table must have, and the tables of a map in it.
fn required(table: &Table) -> Object {
    let mut out = match table.needed() {
        needed if needed.is_empty() => Object::new(),
        needed => object(json!({ "required": needed })),
    };
    let inner = table.keys.iter().filter_map(|key| match &key.takes {
        Takes::Map(_, Takes::Table(inner)) if !inner.needed().is_empty() => {
            Some((key.name.to_owned(), json!({ "additionalProperties": required(inner) })))
        }
        _ => None,
    });
    let inner: Object = inner.collect();
    if !inner.is_empty() {
        out.insert("properties".into(), Value::Object(inner));
    }
    out
}

/// What holds for monitors of a kind: keys that they need, and keys that do not belong to them.
fn of_kind(fits: &Fits) -> Value {
    let foreign = MONITORS.iter().flat_map(|other| other.keys).filter(|key| !fits.keys.contains(key));
    let foreign: Object = foreign.map(|key| ((*key).to_owned(), json!(false))).collect();
    json!({
        "if": { "properties": { "kind": { "const": fits.kind } }, "required": ["kind"] },
        "then": { "properties": foreign, "required": fits.needed }
    })
}

/// A table with its keys, of which none is needed.
fn table(table: &Table) -> Object {
    let properties: Object =
        table.keys.iter().map(|key| (key.name.to_owned(), Value::Object(annotated(key)))).collect();
    object(json!({ "type": "object", "properties": properties, "additionalProperties": false }))
}

/// A key's type with what editors show of it.
fn annotated(key: &Key) -> Object {
    let mut out = match &key.takes {
        // Tables with a header may be spread over included files; see `whole_job`.
        Takes::Table(inner) if inner.title.starts_with('[') => table(inner),
        takes => value(takes),
    };
    out.insert("description".into(), json!(description(key)));
    out.insert("examples".into(), json!([parsed(key.example)]));
    if let Default::Value(default) = key.default {
        out.insert("default".into(), parsed(default));
    }
    out
}

fn description(key: &Key) -> String {
    let mut out = format!("{}\n\nType: {}.", key.meaning, key.takes.words());
    let unit = key.takes.unit();
    if !unit.is_empty() {
        out.push_str(&format!(" Unit: {unit}."));
    }
    match key.default {
        Default::Needed => out.push_str(" Needed."),
        Default::Value(value) => out.push_str(&format!(" Default: `{value}`.")),
        Default::Words(words) => out.push_str(&format!(" Default: {words}.")),
    }
    out
}

/// What a type accepts.
fn value(takes: &Takes) -> Object {
    object(match takes {
        Takes::Choice(choices) => json!({ "enum": choices.names }),
        Takes::Method => methods(),
        Takes::Quantity(dimension) if dimension.is_none() => json!({ "type": ["number", "string"] }),
        Takes::Value => json!({ "type": ["number", "boolean", "string"] }),
        Takes::TimeOrCondition => json!({ "type": ["boolean", "string"] }),
        Takes::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Takes::Boolean => json!({ "type": "boolean" }),
        Takes::List(of, least) => json!({ "type": "array", "items": value(of), "minItems": least }),
        Takes::Table(inner) => {
            let mut out = table(inner);
            out.extend(required(inner));
            return out;
        }
        Takes::Map(names, of) => return map(*names, of),
        Takes::OneOf(forms) => json!({ "anyOf": forms.iter().map(value).collect::<Vec<_>>() }),
        Takes::Text
        | Takes::Quantity(_)
        | Takes::TimeOrRate
        | Takes::Condition
        | Takes::Statements
        | Takes::Equations
        | Takes::Part
        | Takes::Reduction
        | Takes::Scheme
        | Takes::Unit => json!({ "type": "string" }),
    })
}

/// Names of methods, those of `[schemes]` among them; a text parameter may stand for one ("{method}"), and blanks around it.
fn methods() -> Value {
    let known = method::names().into_iter().filter(|name| !method::EXACT.contains(name));
    let names: Vec<&str> = method::EXACT.into_iter().chain(known).collect();
    json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "[{\\s]|^[A-Za-z_][A-Za-z0-9_]*$" }] })
}

/// A table whose keys the user chooses.
fn map(names: Names, of: &Takes) -> Object {
    let each = match of {
        Takes::Table(inner) if inner.title.starts_with('[') => table(inner),
        of => value(of),
    };
    let first = match names {
        Names::Columns | Names::Parts => {
            return object(json!({ "type": "object", "additionalProperties": each }));
        }
        Names::Parameters => "A-Za-z",
        Names::Objects => "A-Za-z_",
    };
    let pattern = format!("^[{first}][A-Za-z0-9_]{{0,{}}}$", LONGEST - 1);
    object(json!({ "type": "object", "patternProperties": { pattern: each }, "additionalProperties": false }))
}

/// A value of the description, which is written as TOML.
fn parsed(text: &str) -> Value {
    let table: toml::Table =
        format!("value = {text}").parse().expect("a test reads all values of the description");
    serde_json::to_value(&table["value"]).expect("numbers, strings, lists and tables have a form in JSON")
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => unreachable!("a schema is an object: {other}"),
    }
}

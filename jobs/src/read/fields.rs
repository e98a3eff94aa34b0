//! Typed access to the keys of a table; what does not fit is noted as a fault, and reading goes on.

use kernels::language::ast::Span;
use kernels::language::fault::Fault;

use super::slips;
use crate::tree::{Node, Table, Value};
use crate::written::{Form, Integers, Scalar, Text};
use crate::{codes, format};

/// Reads keys and collects faults.
#[derive(Default)]
pub struct Fields {
    /// What was refused so far.
    pub faults: Vec<Fault>,
}

impl Fields {
    /// Refuses keys that are not described; those for later versions with a word on that.
    pub fn known(&mut self, table: &Table, place: &str, described: &format::Table) {
        let (keys, later) = (described.names(), described.later);
        let mut unknown = Vec::new();
        for (key, node) in &table.entries {
            let name = key.name.as_str();
            if keys.contains(&name) {
                continue;
            }
            if let Some((_, what)) = later.iter().find(|(k, _)| *k == name) {
                let message = format!("'{name}' in {place}: {what} are not supported yet");
                self.faults.push(Fault::new(codes::UNSUPPORTED, key.span, message));
                continue;
            }
            unknown.push((key, node));
        }
        self.faults.extend(slips::unknown(&unknown, place, &keys));
    }

    /// Notes a value of the wrong type.
    pub fn wrong(&mut self, node: &Node, key: &str, expected: &str) {
        let message = format!("'{key}' must be {expected}, not {}", type_name(&node.value));
        let fault = Fault::new(codes::WRONG_TYPE, node.span, message);
        self.faults.push(match slips::type_help(key, &node.value) {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    /// The table of that name.
    pub fn table<'t>(&mut self, table: &'t Table, name: &str) -> Option<(&'t Table, Span)> {
        let (_, node) = table.get(name)?;
        self.as_table(node, name).map(|table| (table, node.span))
    }

    /// The string of that name.
    pub fn text(&mut self, table: &Table, name: &str) -> Option<Text> {
        self.as_text(&table.get(name)?.1, name)
    }

    /// The number, boolean or string of that name.
    pub fn scalar(&mut self, table: &Table, name: &str) -> Option<Scalar> {
        self.as_scalar(&table.get(name)?.1, name)
    }

    /// The integer of that name.
    pub fn integer(&mut self, table: &Table, name: &str) -> Option<(i64, Span)> {
        let (_, node) = table.get(name)?;
        if let Value::Integer(value) = node.value {
            return Some((value, node.span));
        }
        self.wrong(node, name, "a whole number");
        None
    }

    /// The boolean of that name.
    pub fn boolean(&mut self, table: &Table, name: &str) -> Option<(bool, Span)> {
        let (_, node) = table.get(name)?;
        if let Value::Boolean(value) = node.value {
            return Some((value, node.span));
        }
        self.wrong(node, name, "true or false");
        None
    }

    /// The list of integers of that name.
    pub fn integers(&mut self, table: &Table, name: &str) -> Option<Integers> {
        let (_, node) = table.get(name)?;
        let Value::List(items) = &node.value else {
            self.wrong(node, name, "a list of whole numbers");
            return None;
        };
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match item.value {
                Value::Integer(value) => values.push((value, item.span)),
                _ => {
                    self.wrong(item, &format!("an element of {name}"), "a whole number");
                    return None;
                }
            }
        }
        Some(Integers { values, span: node.span })
    }

    /// The list of strings of that name.
    pub fn strings(&mut self, table: &Table, name: &str) -> Option<(Vec<Text>, Span)> {
        let (_, node) = table.get(name)?;
        let Value::List(items) = &node.value else {
            self.wrong(node, name, "a list of strings");
            return None;
        };
        let texts: Option<Vec<Text>> =
            items.iter().map(|item| self.as_text(item, &format!("an element of {name}"))).collect();
        Some((texts?, node.span))
    }

    /// A node as a table.
    pub fn as_table<'t>(&mut self, node: &'t Node, name: &str) -> Option<&'t Table> {
        if let Value::Table(table) = &node.value {
            return Some(table);
        }
        self.wrong(node, name, "a table");
        None
    }

    /// A node as a string.
    pub fn as_text(&mut self, node: &Node, name: &str) -> Option<Text> {
        if let Value::Text(id) = node.value {
            return Some(Text { id, span: node.span });
        }
        self.wrong(node, name, "a string");
        None
    }

    /// A node as a number, boolean or string.
    pub fn as_scalar(&mut self, node: &Node, name: &str) -> Option<Scalar> {
        let form = match &node.value {
            Value::Integer(i) => Form::Integer(*i),
            Value::Real(digits) => Form::Real(digits.clone()),
            Value::Boolean(b) => Form::Boolean(*b),
            Value::Text(id) => Form::Text(*id),
            _ => {
                self.wrong(node, name, "a number or a string");
                return None;
            }
        };
        Some(Scalar { form, span: node.span })
    }
}

/// The type of a value in words.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "a string",
        Value::Integer(_) => "a number",
        Value::Real(_) => "a real number",
        Value::Boolean(_) => "a boolean",
        Value::Date => "a date",
        Value::List(_) => "a list",
        Value::Table(_) => "a table",
    }
}

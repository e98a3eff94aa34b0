//! What a table, a key and a type are in the description.

use kernels::language::dimension::Dimension;
use kernels::language::units;

use super::Choices;

/// A table: `[run]`, or one in braces.
#[derive(Debug)]
pub struct Table {
    /// What the manual calls it.
    pub title: &'static str,
    /// Its keys, in the order in which messages list them.
    pub keys: &'static [Key],
    /// Keys for what is not supported yet, with the words for that.
    pub later: &'static [(&'static str, &'static str)],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// Its type.
    pub takes: Takes,
    /// What holds where it is left out.
    pub default: Default,
    /// A value, as TOML.
    pub example: &'static str,
    /// One sentence, in Markdown.
    pub meaning: &'static str,
}

/// What holds where a key is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// It must not be left out.
    Needed,
    /// This value, as TOML.
    Value(&'static str),
    /// What these words say.
    Words(&'static str),
}

/// Types of values.
#[derive(Debug)]
pub enum Takes {
    /// A string of any content.
    Text,
    /// One of these strings.
    Choice(&'static Choices),
    /// The name of an integration method.
    Method,
    /// The text of an integration scheme.
    Scheme,
    /// A value of this dimension: a quantity or an expression in a string; for pure numbers also a number.
    Quantity(Dimension),
    /// A quantity or expression of any dimension, a number, or a condition.
    Value,
    /// A time, or a condition.
    TimeOrCondition,
    /// A time, or a rate.
    TimeOrRate,
    /// A condition in a string.
    Condition,
    /// Statements in a string.
    Statements,
    /// Equations in a string.
    Equations,
    /// A group or a part of it: `P[:100]`.
    Part,
    /// A summary of neurons over time: `mean(P.v)`, `rate(P)`.
    Reduction,
    /// A unit as in quantities: `mV`.
    Unit,
    /// A whole number between these, both included.
    Whole(i64, i64),
    /// `true` or `false`.
    Boolean,
    /// A list of at least so many.
    List(&'static Takes, usize),
    /// A table with these keys.
    Table(&'static Table),
    /// A table whose keys are names that the user chooses.
    Map(Names, &'static Takes),
    /// Any one of these.
    OneOf(&'static [Takes]),
}

/// Names that the user chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Of parameters: a letter, then letters, digits and `_`.
    Parameters,
    /// Of groups, synapses, monitors and columns: as those of parameters, or with `_` in front.
    Objects,
    /// Of variables or columns, or `table.variable`.
    Columns,
    /// Of groups, with the part that is meant, and of synapses.
    Parts,
}

/// A key that must be given; [`Key::or`] and [`Key::otherwise`] say what holds without it.
pub(super) const fn key(
    name: &'static str,
    takes: Takes,
    example: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, takes, default: Default::Needed, example, meaning }
}

/// A whole number.
pub(super) const fn whole(least: i64, most: i64) -> Takes {
    Takes::Whole(least, most)
}

/// An order within a slot.
pub(super) const ORDER: Takes = whole(-(1 << 31), (1 << 31) - 1);
/// A time.
pub(super) const TIME: Takes = Takes::Quantity(Dimension::TIME);
/// A pure number.
pub(super) const NUMBER: Takes = Takes::Quantity(Dimension::NONE);

impl Key {
    /// With a default value, as TOML.
    pub(super) const fn or(self, value: &'static str) -> Key {
        Key { name: self.name, default: Default::Value(value), ..self }
    }

    /// With words for what holds where it is left out.
    pub(super) const fn otherwise(self, words: &'static str) -> Key {
        Key { default: Default::Words(words), ..self }
    }
}

impl Table {
    /// The names of its keys.
    pub fn names(&self) -> Vec<&'static str> {
        self.keys.iter().map(|key| key.name).collect()
    }

    /// The names of the keys that must be given.
    pub fn needed(&self) -> Vec<&'static str> {
        self.keys.iter().filter(|key| key.default == Default::Needed).map(|key| key.name).collect()
    }
}

impl Takes {
    /// The type in words, as Markdown.
    pub fn words(&self) -> String {
        match self {
            Takes::Text => "string".into(),
            Takes::Choice(choices) => quoted(choices.names),
            Takes::Method => {
                format!("{}, or a name of `[schemes]`", quoted(&kernels::program::method::names()))
            }
            Takes::Scheme => "lines of a scheme".into(),
            Takes::Quantity(dimension) if dimension.is_none() => "number or expression".into(),
            Takes::Quantity(_) | Takes::TimeOrRate => "quantity or expression".into(),
            Takes::Value => "value".into(),
            Takes::TimeOrCondition => "quantity, expression or condition".into(),
            Takes::Condition => "condition".into(),
            Takes::Statements => "statements".into(),
            Takes::Equations => "equations".into(),
            Takes::Part => "group or part of it".into(),
            Takes::Reduction => "summary".into(),
            Takes::Unit => "unit".into(),
            Takes::Whole(least, most) if least == most => format!("whole number, {least}"),
            Takes::Whole(least, most) => format!("whole number, {least} to {most}"),
            Takes::Boolean => "`true` or `false`".into(),
            Takes::List(of, _) => format!("list, each: {}", of.words()),
            Takes::Table(table) => format!("table `{}`", table.title),
            Takes::Map(_, of) => format!("names, each: {}", of.words()),
            Takes::OneOf(forms) => forms.iter().map(Takes::words).collect::<Vec<_>>().join("; or "),
        }
    }

    /// The unit that is needed: a base unit in words, or nothing where the type has none.
    pub fn unit(&self) -> String {
        match self {
            Takes::Quantity(dimension) => units::describe(*dimension),
            Takes::TimeOrCondition => units::describe(Dimension::TIME),
            Takes::TimeOrRate => "second or 1/second".into(),
            Takes::Value => "any".into(),
            Takes::List(of, _) | Takes::Map(_, of) => of.unit(),
            Takes::OneOf(forms) => {
                forms.iter().map(Takes::unit).find(|unit| !unit.is_empty()).unwrap_or_default()
            }
            _ => String::new(),
        }
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`\"{name}\"`")).collect();
    quoted.join(", ")
}

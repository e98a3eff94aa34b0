//! Blocks of the user's statements (resets, initial values, `on_pre`) as lines over stored values.
//!
//! Statements run one after the other for one element, reading and writing stored values in place.

use std::collections::HashMap;

use crate::language::ast::{Assign, Expr, Statement, ValueKind};
use crate::model::Block;

use super::draws::{Index, Sites};
use super::lines::Line;
use super::names::{Known, Names};
use super::subexpressions::Subexpressions;

/// A place that statements may write.
#[derive(Debug, Clone)]
pub struct Place {
    /// The lvalue.
    pub code: String,
    /// Its kind.
    pub kind: ValueKind,
    /// The write is done only if this holds.
    pub guard: Option<Expr>,
    /// All elements have the same value: what is drawn for it is drawn once.
    pub shared: bool,
}

/// What a block of statements may see and touch.
pub struct Surroundings<'a> {
    /// Meanings of the names that can be read.
    pub names: &'a Names,
    /// Subexpressions that can be read (seen through at the time of use).
    pub subexpressions: &'a [&'a Subexpressions],
    /// Names that can be written.
    pub places: &'a HashMap<String, Place>,
    /// How draws are indexed.
    pub index: Index<'a>,
}

/// Translates a block.
pub fn translate(statements: &[Statement], around: &Surroundings, sites: &mut Sites) -> Vec<Line> {
    let mut names = around.names.clone();
    let mut temporaries: HashMap<String, (String, ValueKind)> = HashMap::new();
    let mut lines = Vec::new();
    for statement in statements {
        let place = around.places.get(&statement.target);
        let element = if place.is_some_and(|p| p.shared) { "0" } else { around.index.element };
        let around = &Surroundings { index: Index { element, ..around.index.clone() }, ..*around };
        let value = expression(&statement.value, &names, around, sites);
        if let Some(place) = place {
            lines.push(write(place, statement.assign, value));
        } else if let Some((ident, kind)) = temporaries.get(&statement.target) {
            lines.push(Line::Assign { target: ident.clone(), kind: *kind, assign: statement.assign, value });
        } else {
            let ident = format!("w_{}", statement.target);
            let kind = names.kind(&value);
            names.bind(&statement.target, ident.clone(), Known::changing(kind));
            temporaries.insert(statement.target.clone(), (ident.clone(), kind));
            lines.push(Line::Declare { ident, kind, value });
        }
    }
    lines
}

/// Translates blocks that are done in order, each where its condition holds.
pub fn blocks(blocks: &[Block], around: &Surroundings, sites: &mut Sites) -> Vec<Line> {
    let mut lines = Vec::new();
    for block in blocks {
        let inner = translate(&block.statements, around, sites);
        match &block.condition {
            Some(condition) => {
                let condition = expression(condition, around.names, around, sites);
                lines.push(Line::If { condition, lines: inner });
            }
            None => lines.extend(inner),
        }
    }
    lines
}

/// Translates one expression, its draws bound.
pub fn expression(expr: &Expr, names: &Names, around: &Surroundings, sites: &mut Sites) -> Expr {
    let deep = around.subexpressions.iter().fold(expr.clone(), |expr, s| s.inline(&expr));
    let value = names.resolve(&deep);
    sites.bind(&value, &around.index)
}

/// A write of a value to a place, where its guard holds.
pub fn write(place: &Place, assign: Assign, value: Expr) -> Line {
    let line = Line::Assign { target: place.code.clone(), kind: place.kind, assign, value };
    match &place.guard {
        Some(guard) => Line::If { condition: guard.clone(), lines: vec![line] },
        None => line,
    }
}

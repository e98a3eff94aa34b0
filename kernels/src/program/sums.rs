//! Variables of neurons that are, at each step, sums of an expression over synapses (Brian's summed variables).
//!
//! Synapses are taken in their order, row by row, so that the sum of a neuron is the same number whatever is done side by
//! side. What depends on the neuron of the row alone is computed once a row.

use std::collections::HashMap;

use crate::language::ast::{Assign, Expr, ExprKind, ValueKind};
use crate::model::{Side, Sum};

use super::algebra::{key, map_children, name, names as names_in};
use super::lines::Line;
use super::names::{Known, Names, part};
use super::pathways::{can_be_full, sorting};
use super::synapses::SynapsesBuilder;

/// The program of a sum.
#[derive(Debug, Clone)]
pub struct SumProgram {
    /// The side whose neurons have the sums.
    pub side: Side,
    /// Their clock.
    pub clock: usize,
    /// Their array.
    pub array: String,
    /// Computed once a row.
    pub row: Vec<Line>,
    /// What synapse `q` adds.
    pub adds: Line,
    /// What is known of the identifiers.
    pub names: Names,
    /// Rows have each target once at most, in their order, and may have all of them.
    pub dense: bool,
}

impl SynapsesBuilder<'_> {
    /// The programs of all sums of the object.
    pub(super) fn sums(&self, variables: &[(String, ValueKind, bool)]) -> Vec<SumProgram> {
        self.object().sums.iter().map(|sum| self.sum(sum, variables)).collect()
    }

    fn sum(&self, sum: &Sum, variables: &[(String, ValueKind, bool)]) -> SumProgram {
        let object = self.object();
        let slice = object.end(sum.side);
        let clock = self.model.clock(slice.of);
        let names = self.names_at(clock, variables);
        let seen_through = self.seen_through(&self.subexpressions());
        let deep = seen_through.iter().fold(sum.value.clone(), |value, seen| seen.inline(&value));
        let value = names.resolve(&deep);
        let mut rows =
            Rows { lines: Vec::new(), seen: HashMap::new(), names: &names, stem: part(&object.name) };
        let value = rows.take_out(&value);
        let row = rows.lines;
        let array = self.parts(slice).expect("the check wants neurons").array(&sum.variable);
        let target = match sum.side {
            Side::Pre => "sum".to_string(),
            Side::Post => format!("{array}[post]"),
        };
        SumProgram {
            side: sum.side,
            clock,
            array,
            row,
            adds: Line::Assign { target, kind: sum.kind, assign: Assign::Add, value },
            names,
            dense: can_be_full(object) && sorting(self.number, self.model).is_none(),
        }
    }
}

/// Takes out of a loop over the synapses of a row what is the same for all of them.
struct Rows<'a> {
    lines: Vec<Line>,
    seen: HashMap<String, String>,
    names: &'a Names,
    stem: String,
}

impl Rows<'_> {
    fn take_out(&mut self, expr: &Expr) -> Expr {
        let is_operation =
            matches!(expr.kind, ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Call(..));
        if !is_operation || names_in(expr).is_empty() {
            return expr.clone();
        }
        if names_in(expr).iter().any(|ident| is_of_synapse(ident)) {
            return map_children(expr, &mut |child| self.take_out(child));
        }
        let text = key(expr);
        if let Some(ident) = self.seen.get(&text) {
            return name(ident.clone());
        }
        let ident = format!("u_{}_{}", self.stem, self.lines.len());
        let kind = self.names.kind(expr);
        self.names.know(ident.clone(), Known::changing(kind));
        self.lines.push(Line::Let { ident: ident.clone(), kind, value: expr.clone() });
        self.seen.insert(text, ident.clone());
        name(ident)
    }
}

/// Whether an identifier differs between the synapses of a row.
fn is_of_synapse(ident: &str) -> bool {
    ident.contains("[q]") || ident.contains("[post]") || ident.contains("(post ")
}

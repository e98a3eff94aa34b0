//! Numbers that code looks up by calling a name of the job: what they are, and how a call finds its value.
//!
//! They lie once in the segment, for all points and workers of a run; a kernel finds them, and how many there are,
//! through its plan, so that files of other lengths need no other kernel.

pub mod table;
pub mod timed;

use std::sync::Arc;

use crate::language::ast::{Expr, ValueKind};
use crate::language::dimension::Dimension;

/// Read-only numbers, row after row.
#[derive(Debug, Clone)]
pub struct Data {
    /// Its name: one name of the job stands for one of these at most.
    pub name: String,
    /// SI values; as many as rows times columns.
    pub values: Arc<Vec<f64>>,
    /// Numbers in a row; 1 or more.
    pub columns: usize,
}

impl Data {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }
}

/// A function that looks its value up.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// What it is called by.
    pub name: String,
    /// Kind of its values: integers and conditions are stored as numbers, too.
    pub kind: ValueKind,
    /// Dimension of its values.
    pub dimension: Dimension,
    /// Index into `Model::data`.
    pub data: usize,
    /// How a value is found.
    pub way: Way,
}

/// How a value is found.
#[derive(Debug, Clone)]
pub enum Way {
    /// A timed array: rows are samples, the argument is a time.
    Time(Timed),
    /// A table: rows of x and y, the argument is an x.
    Table(table::Interpolated),
}

/// A timed array: row k holds from time k*dt on. Before the first row the first holds, after the last one the last.
#[derive(Debug, Clone)]
pub struct Timed {
    /// Time from row to row: an expression of parameters, more than zero at every point.
    pub dt: Expr,
    /// Between rows a straight line; else the row before, as in Brian.
    pub linear: bool,
    /// Called with a time and a column; else with a time, and there is one column.
    pub columned: bool,
    /// The clocks on which a value holds for whole steps at every point, since `dt` is a multiple of theirs and nothing is
    /// interpolated: there a call with `t` is constant within a step.
    pub stepwise: Vec<usize>,
}

//! What comes into a model from outside: lists of spikes, and many Poisson sources as one.

use crate::language::ast::{Expr, Span};
use crate::slots::When;

use super::Slice;

/// Spikes that are given as a list.
#[derive(Debug, Clone)]
pub struct SpikeGenerator {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Number of its neurons.
    pub size: Expr,
    /// The list.
    pub spikes: SpikeList,
    /// The list begins anew after this time, an expression of parameters; a whole number of steps.
    pub period: Option<Expr>,
    /// Its clock: see `Model::clocks`.
    pub clock: usize,
    /// `None`: slot thresholds, order 0.
    pub when: Option<When>,
}

/// Who spikes when.
#[derive(Debug, Clone)]
pub enum SpikeList {
    /// Neurons and times as written; times are expressions of parameters.
    Written(Vec<(u32, Expr)>),
    /// Rows of a block of data: time (s) and neuron, in the order of times, then of neurons.
    Rows {
        /// Index into `Model::data`.
        data: usize,
        /// Whose rows; `None`: all.
        of: Option<RowsOf>,
        /// Which row of a file, or element of a list, each of them was, from 0.
        lines: std::sync::Arc<Vec<u32>>,
        /// Where the file is named.
        span: Span,
    },
}

/// The rows of a file that have a whole number in a column; they lie side by side.
#[derive(Debug, Clone)]
pub struct RowsOf {
    /// The number: an expression of parameters.
    pub number: Expr,
    /// First row and number of rows, by the number.
    pub places: std::sync::Arc<std::collections::BTreeMap<i64, (u64, u64)>>,
}

/// Events of many equal Poisson sources, added to a variable without synapses.
#[derive(Debug, Clone)]
pub struct PoissonInput {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Neurons that receive it, each its own events.
    pub target: Slice,
    /// The variable that is raised.
    pub variable: String,
    /// Sources of each neuron: a whole number, an expression of parameters.
    pub n: Expr,
    /// Rate of each source in Hz: an expression of parameters, `i` (in the slice) and `t`.
    pub rate: Expr,
    /// What one event adds: also of variables of the target, and draws.
    pub weight: Expr,
    /// When in a step; `None`: slot synapses, order 0.
    pub when: Option<When>,
}

//! How synapses are made: the rules of `connect`, checked.

use crate::language::ast::{Expr, Span};

/// One rule that makes synapses; pairs come in row-major order (source outer, target inner).
#[derive(Debug, Clone)]
pub enum Connect {
    /// Each pair for which `condition` holds (all when absent), with probability `p` (1 when absent), `n` times (1 when absent).
    /// Names: parameters, `i`, `j`, `N_pre`, `N_post`, variables with `_pre` and `_post`.
    Rule {
        /// Which pairs.
        condition: Option<Expr>,
        /// With which probability.
        p: Option<Expr>,
        /// How many synapses each.
        n: Option<Expr>,
    },
    /// These pairs, in this order.
    Pairs {
        /// Sources, counted in the slice.
        i: Vec<u32>,
        /// Targets, likewise.
        j: Vec<u32>,
        /// Where they are written.
        span: Span,
    },
}

//! The statements of the step program: what printers of every target turn into source.

use crate::language::ast::{Assign, Expr, ValueKind};

use super::adaptive::Adaptive;

/// One statement; all names in expressions are identifiers or lvalues of the generated code.
#[derive(Debug, Clone)]
pub enum Line {
    /// A new constant.
    Let {
        /// Its identifier.
        ident: String,
        /// Its kind.
        kind: ValueKind,
        /// Its value.
        value: Expr,
    },
    /// A new variable that later lines may change.
    Declare {
        /// Its identifier.
        ident: String,
        /// Its kind.
        kind: ValueKind,
        /// Its first value.
        value: Expr,
    },
    /// A change of a variable or of a stored value.
    Assign {
        /// The lvalue.
        target: String,
        /// Kind of the target.
        kind: ValueKind,
        /// `=`, `+=`, ...
        assign: Assign,
        /// The right-hand side.
        value: Expr,
    },
    /// Lines that are done only if a condition holds.
    If {
        /// The condition.
        condition: Expr,
        /// The lines.
        lines: Vec<Line>,
    },
    /// Arrays `p` and `f`, in row order: the exponential of a matrix over a time, and its integral.
    Propagator {
        /// Coefficients, row by row.
        matrix: Vec<Expr>,
        /// The time (s).
        over: Expr,
    },
    /// Inner steps of adaptive length.
    Adaptive(Box<Adaptive>),
}

//! Conversions that keep the kinds of a C expression what the language says they are.

use crate::language::ast::{Expr, ValueKind};

use super::algebra::call;
use super::names::Names;

/// The expression as a real number: whole and boolean values are converted.
pub fn as_real(expr: &Expr, names: &Names) -> Expr {
    match (names.kind(expr), super::algebra::literal(expr)) {
        (_, Some(value)) => super::algebra::real(value),
        (ValueKind::Real, _) => expr.clone(),
        _ => call("(double)", vec![expr.clone()]),
    }
}

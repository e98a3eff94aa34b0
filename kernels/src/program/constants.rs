//! Replaces units and constants by their SI values, and folds what becomes constant.

use crate::language::ast::{Expr, ExprKind};
use crate::language::units;

use super::algebra::map_children;

/// Folds an expression; names for which `is_variable` holds are left alone.
pub fn fold(expr: &Expr, is_variable: &dyn Fn(&str) -> bool) -> Expr {
    if let ExprKind::Name(name) = &expr.kind {
        let value = if is_variable(name) { None } else { constant(name) };
        return match value {
            Some(value) => Expr { kind: ExprKind::Real(value), span: expr.span },
            None => expr.clone(),
        };
    }
    map_children(expr, &mut |child| fold(child, is_variable))
}

fn constant(name: &str) -> Option<f64> {
    match name {
        "pi" => Some(std::f64::consts::PI),
        "e" => Some(std::f64::consts::E),
        "inf" => Some(f64::INFINITY),
        _ => units::unit(name).map(|unit| unit.scale),
    }
}

//! Small whole powers as products, square roots as such: `pow` is ten times as dear.

use crate::language::ast::{Binary, Expr, ExprKind, ValueKind};

use super::algebra::{call, divide, literal, map_children, multiply, real};
use super::names::Names;

/// Rewrites every power in an expression over identifiers.
pub fn expand(expr: &Expr, names: &Names) -> Expr {
    let expr = map_children(expr, &mut |child| expand(child, names));
    let ExprKind::Binary(Binary::Power, base, exponent) = &expr.kind else { return expr };
    let integer = names.kind(&expr) == ValueKind::Integer;
    match literal(exponent) {
        Some(0.5) => call("sqrt", vec![(**base).clone()]),
        Some(n) if n == n.trunc() && (1.0..=8.0).contains(&n.abs()) => {
            let product = product(base, n.abs() as u32, integer);
            if n < 0.0 { divide(real(1.0), product) } else { product }
        }
        _ => expr,
    }
}

fn product(base: &Expr, n: u32, integer: bool) -> Expr {
    if let ExprKind::Name(_) = base.kind {
        return spelled(base, n);
    }
    match (n, integer) {
        (1, _) => base.clone(),
        (_, true) => spelled(base, n),
        (2, _) => call("ss_square", vec![base.clone()]),
        (3, _) => call("ss_cube", vec![base.clone()]),
        (4, _) => call("ss_square", vec![call("ss_square", vec![base.clone()])]),
        _ => call(
            "ss_whole_power",
            vec![base.clone(), Expr { kind: ExprKind::Integer(i64::from(n)), span: base.span }],
        ),
    }
}

fn spelled(base: &Expr, n: u32) -> Expr {
    match n {
        1 => base.clone(),
        4 | 6 | 8 => {
            let half = spelled(base, n / 2);
            multiply(half.clone(), half)
        }
        _ => multiply(spelled(base, n - 1), base.clone()),
    }
}

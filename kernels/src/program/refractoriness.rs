//! Expressions that depend on `not_refractory`, as they are while a neuron is active and while it is refractory.

use crate::language::ast::{Binary, Expr, ExprKind, Unary};

use super::algebra::{add, map_children, mentions, multiply, subtract};
use super::subexpressions::Subexpressions;

const NAME: &str = "not_refractory";

/// Whether refractoriness occurs, seen through subexpressions.
pub fn depends(expr: &Expr, subexpressions: &Subexpressions) -> bool {
    mentions(&subexpressions.inline(expr), NAME)
}

/// The expression while active, or not. Terms that vanish are left out.
pub fn at(expr: &Expr, active: bool, subexpressions: &Subexpressions) -> Expr {
    if !depends(expr, subexpressions) {
        return expr.clone();
    }
    put(&subexpressions.inline_where(expr, &[NAME.to_string()]), active)
}

fn put(expr: &Expr, active: bool) -> Expr {
    let known = |kind| Expr { kind, span: expr.span };
    match &expr.kind {
        ExprKind::Name(name) if name == NAME => known(ExprKind::Boolean(active)),
        ExprKind::Unary(Unary::Not, a) => match put(a, active) {
            Expr { kind: ExprKind::Boolean(value), .. } => known(ExprKind::Boolean(!value)),
            a => known(ExprKind::Unary(Unary::Not, Box::new(a))),
        },
        ExprKind::Call(function, arguments) if function == "int" => match put(&arguments[0], active) {
            Expr { kind: ExprKind::Boolean(value), .. } => known(ExprKind::Integer(i64::from(value))),
            argument => known(ExprKind::Call(function.clone(), vec![argument])),
        },
        ExprKind::Binary(Binary::Multiply, a, b) => multiply(put(a, active), put(b, active)),
        ExprKind::Binary(Binary::Add, a, b) => add(put(a, active), put(b, active)),
        ExprKind::Binary(Binary::Subtract, a, b) => subtract(put(a, active), put(b, active)),
        _ => map_children(expr, &mut |child| put(child, active)),
    }
}

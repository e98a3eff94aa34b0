//! Visits to all parts of an expression.

use super::ast::{Expr, ExprKind, Span};

/// Calls `visit` for an expression and all its parts, from the outside in, left to right.
pub fn each(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match &expr.kind {
        ExprKind::Unary(_, inner) => each(inner, visit),
        ExprKind::Binary(_, left, right) => {
            each(left, visit);
            each(right, visit);
        }
        ExprKind::Call(_, arguments) => arguments.iter().for_each(|a| each(a, visit)),
        _ => {}
    }
}

/// Calls `visit` for every name (functions that are called are not among them).
pub fn names(expr: &Expr, visit: &mut dyn FnMut(&str, Span)) {
    each(expr, &mut |part| {
        if let ExprKind::Name(name) = &part.kind {
            visit(name, part.span);
        }
    });
}

/// Replaces names: where `new` gives a name, it stands instead of the old one.
pub fn rename(expr: &mut Expr, new: &dyn Fn(&str) -> Option<String>) {
    match &mut expr.kind {
        ExprKind::Name(name) => {
            if let Some(other) = new(name) {
                *name = other;
            }
        }
        ExprKind::Unary(_, inner) => rename(inner, new),
        ExprKind::Binary(_, left, right) => {
            rename(left, new);
            rename(right, new);
        }
        ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(|a| rename(a, new)),
        _ => {}
    }
}

/// Whether any part of an expression calls one of these functions.
pub fn calls(expr: &Expr, functions: &[&str]) -> bool {
    let mut found = false;
    each(expr, &mut |part| {
        if let ExprKind::Call(name, _) = &part.kind {
            found |= functions.contains(&name.as_str());
        }
    });
    found
}

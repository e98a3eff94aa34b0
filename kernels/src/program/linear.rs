//! Linearity: splits a right-hand side into coefficients of the state variables and a rest.

use crate::language::ast::{Binary, Expr, ExprKind, Unary};

use super::algebra::{add, divide, mentions, multiply, negate, real, subtract};

/// `expr = sum(coefficients[k] * variables[k]) + rest`, with none of the variables in any coefficient or in the rest.
#[derive(Debug, Clone)]
pub struct Linear {
    /// One coefficient a variable; literal 0 where it does not occur.
    pub coefficients: Vec<Expr>,
    /// What is left.
    pub rest: Expr,
}

/// Splits `expr`; `None` where it is not linear in the variables (as written: nothing is expanded beyond
/// products and quotients with one side free of them).
pub fn split(expr: &Expr, variables: &[String]) -> Option<Linear> {
    if variables.iter().all(|v| !mentions(expr, v)) {
        return Some(constant(expr.clone(), variables.len()));
    }
    match &expr.kind {
        ExprKind::Name(name) => Some(Linear {
            coefficients: variables.iter().map(|v| real(f64::from(u8::from(v == name)))).collect(),
            rest: real(0.0),
        }),
        ExprKind::Unary(Unary::Negate, a) => Some(each(split(a, variables)?, negate)),
        ExprKind::Binary(Binary::Add, a, b) => {
            Some(pairwise(split(a, variables)?, split(b, variables)?, add))
        }
        ExprKind::Binary(Binary::Subtract, a, b) => {
            Some(pairwise(split(a, variables)?, split(b, variables)?, subtract))
        }
        ExprKind::Binary(Binary::Multiply, a, b) => split_product(a, b, variables),
        ExprKind::Binary(Binary::Divide, a, b) if is_free(b, variables) => {
            Some(each(split(a, variables)?, |c| divide(c, (**b).clone())))
        }
        _ => None,
    }
}

fn split_product(a: &Expr, b: &Expr, variables: &[String]) -> Option<Linear> {
    if is_free(b, variables) {
        return Some(each(split(a, variables)?, |c| multiply(c, b.clone())));
    }
    if is_free(a, variables) {
        return Some(each(split(b, variables)?, |c| multiply(a.clone(), c)));
    }
    None
}

fn is_free(expr: &Expr, variables: &[String]) -> bool {
    variables.iter().all(|v| !mentions(expr, v))
}

fn constant(rest: Expr, count: usize) -> Linear {
    Linear { coefficients: vec![real(0.0); count], rest }
}

fn each(linear: Linear, f: impl Fn(Expr) -> Expr) -> Linear {
    Linear { coefficients: linear.coefficients.into_iter().map(&f).collect(), rest: f(linear.rest) }
}

fn pairwise(a: Linear, b: Linear, f: impl Fn(Expr, Expr) -> Expr) -> Linear {
    let coefficients = a.coefficients.into_iter().zip(b.coefficients).map(|(x, y)| f(x, y)).collect();
    Linear { coefficients, rest: f(a.rest, b.rest) }
}

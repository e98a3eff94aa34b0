//! Values of a scheme for one variable: a part free of noise, and a factor for each noise of the equation.
//!
//! Noises multiply noise by noise: what stands at one of them never meets what stands at another, as in the sums over k of
//! g_k*dW_k. `whole` adds them up.

use std::collections::BTreeMap;

use crate::language::ast::{Binary, Expr, ExprKind, Unary};

use super::algebra::{add, divide, map_children, multiply, negate, real, subtract};

/// A value; both parts may be missing, which is zero.
#[derive(Debug, Clone, Default)]
pub struct Value {
    /// Free of noise.
    pub plain: Option<Expr>,
    /// By noise.
    pub noisy: BTreeMap<String, Expr>,
}

impl Value {
    /// A value without noise.
    pub fn plain(expr: Expr) -> Value {
        Value { plain: Some(expr), noisy: BTreeMap::new() }
    }

    /// Whether no noise is in it, and something is.
    pub fn is_plain(&self) -> bool {
        self.noisy.is_empty() && self.plain.is_some()
    }

    /// The sum of all parts; `None`: zero.
    pub fn sum(&self) -> Option<Expr> {
        self.plain.iter().chain(self.noisy.values()).cloned().reduce(add)
    }

    /// The sum of all parts.
    pub fn whole(&self) -> Expr {
        self.sum().unwrap_or_else(|| real(0.0))
    }

    fn each(&self, f: impl Fn(Expr) -> Expr) -> Value {
        Value {
            plain: self.plain.clone().map(&f),
            noisy: self.noisy.iter().map(|(xi, e)| (xi.clone(), f(e.clone()))).collect(),
        }
    }

    /// `-a`
    pub fn negated(&self) -> Value {
        self.each(negate)
    }

    /// `a + b`
    pub fn plus(&self, other: &Value) -> Value {
        self.joined(other, add, |b| b)
    }

    /// `a - b`
    pub fn minus(&self, other: &Value) -> Value {
        self.joined(other, subtract, negate)
    }

    fn joined(&self, other: &Value, both: fn(Expr, Expr) -> Expr, second: fn(Expr) -> Expr) -> Value {
        let mut out = self.clone();
        out.plain = match (self.plain.clone(), other.plain.clone()) {
            (Some(a), Some(b)) => Some(both(a, b)),
            (a, b) => a.or(b.map(second)),
        };
        for (xi, b) in &other.noisy {
            let joined = match self.noisy.get(xi) {
                Some(a) => both(a.clone(), b.clone()),
                None => second(b.clone()),
            };
            out.noisy.insert(xi.clone(), joined);
        }
        out
    }

    /// `a * b`
    pub fn times(&self, other: &Value) -> Value {
        let plain = self.plain.clone().zip(other.plain.clone()).map(|(a, b)| multiply(a, b));
        let mut out = Value { plain, noisy: BTreeMap::new() };
        for (one, another) in [(self, other), (other, self)] {
            let Some(factor) = &another.plain else { continue };
            let left = std::ptr::eq(one, self);
            let term = |e: &Expr| match left {
                true => multiply(e.clone(), factor.clone()),
                false => multiply(factor.clone(), e.clone()),
            };
            let terms = one.noisy.iter().map(|(xi, e)| (xi.clone(), term(e))).collect();
            out = out.plus(&Value { plain: None, noisy: terms });
        }
        let squares = self
            .noisy
            .iter()
            .filter_map(|(xi, a)| other.noisy.get(xi).map(|b| (xi.clone(), multiply(a.clone(), b.clone()))));
        let squares = Value { plain: None, noisy: squares.collect() };
        out.plus(&squares)
    }

    /// `a / b` with `b` free of noise.
    pub fn over(&self, divisor: &Expr) -> Value {
        self.each(|e| divide(e, divisor.clone()))
    }

    /// `a ** n` for a whole n from 1.
    pub fn power(&self, n: i64) -> Value {
        (1..n).fold(self.clone(), |product, _| product.times(self))
    }

    /// An operator or a function of values.
    pub fn combined(expr: &Expr, parts: &[Value]) -> Value {
        if parts.iter().all(Value::is_plain) {
            let mut plain = parts.iter().filter_map(|p| p.plain.clone());
            let built = map_children(expr, &mut |_| plain.next().expect("as many children as before"));
            return Value::plain(built);
        }
        match (&expr.kind, parts) {
            (ExprKind::Unary(Unary::Negate, _), [a]) => a.negated(),
            (ExprKind::Binary(Binary::Add, ..), [a, b]) => a.plus(b),
            (ExprKind::Binary(Binary::Subtract, ..), [a, b]) => a.minus(b),
            (ExprKind::Binary(Binary::Multiply, ..), [a, b]) => a.times(b),
            (ExprKind::Binary(Binary::Divide, ..), [a, b]) => a.over(&b.whole()),
            (ExprKind::Binary(Binary::Power, _, n), [a, _]) => match n.kind {
                ExprKind::Integer(n) => a.power(n),
                _ => Value::default(),
            },
            // Functions of nothing but a noise that the equation does not have.
            _ => Value::plain(map_children(expr, &mut |_| real(0.0))),
        }
    }
}

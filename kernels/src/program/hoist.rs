//! Takes out of a loop what does not change in it.
//!
//! What depends on no element becomes a scalar computed before the loop over steps; what depends on constants of an
//! element (or of its lane) and is dear becomes an array computed once a point. A division by something constant
//! becomes a product with its reciprocal. Values may differ from the text as written by one rounding a division; they
//! do not depend on where the value was computed, so batches of any width give the same bits.
//!
//! What reads data and depends on the time alone is computed once a step. (Other functions of time need no rule: compilers
//! take them out of the loop, but not a load from memory beside stores to it.)

use std::collections::HashMap;

use crate::language::ast::{Binary, Expr, ExprKind, ValueKind};

use super::algebra::{
    divide, is_random, key, literal, map_children, multiply, name, real, substitute, visit,
};
use super::lookups;
use super::names::{Known, Names};

/// A value computed before the loop.
#[derive(Debug, Clone)]
pub struct Hoisted {
    /// Its identifier in the loop.
    pub ident: String,
    /// Boolean, integer or real.
    pub kind: ValueKind,
    /// How it is computed.
    pub value: Expr,
}

/// Collects the hoisted values of one loop.
#[derive(Debug, Default)]
pub struct Hoister {
    /// Scalars, in an order in which each needs only earlier ones.
    pub scalars: Vec<Hoisted>,
    /// Values of elements, likewise.
    pub elements: Vec<Hoisted>,
    /// Values of a step, likewise.
    pub stepwise: Vec<Hoisted>,
    /// Names that the loop gives to functions of time.
    times: HashMap<String, Expr>,
    seen: HashMap<String, String>,
    prefix: String,
}

impl Hoister {
    /// A collector whose identifiers carry the group's name.
    pub fn new(prefix: &str) -> Hoister {
        Hoister { prefix: prefix.to_string(), ..Hoister::default() }
    }

    /// Rewrites an expression of the loop, collecting what is taken out.
    pub fn hoist(&mut self, expr: &Expr, names: &Names) -> Expr {
        let depends = names.depends(expr);
        if !depends.step
            && !is_random(expr)
            && let Some(done) = self.take_out(expr, depends, names)
        {
            return done;
        }
        if depends.step && !depends.element && !depends.lane && lookups::reads(expr) && !is_random(expr) {
            return self.once_a_step(expr, depends.kind, names);
        }
        if let ExprKind::Binary(Binary::Divide, a, b) = &expr.kind
            && let Some(product) = self.reciprocal(a, b, names)
        {
            return product;
        }
        map_children(expr, &mut |child| self.hoist(child, names))
    }

    /// Rewrites an expression, collecting only what is computed once a step.
    pub fn only_once_a_step(&mut self, expr: &Expr, names: &Names) -> Expr {
        let depends = names.depends(expr);
        let expr = map_children(expr, &mut |child| self.only_once_a_step(child, names));
        match depends.step && !depends.element && lookups::reads(&expr) && !is_random(&expr) {
            true => self.keep_step(&expr, depends.kind, names),
            false => expr,
        }
    }

    fn take_out(&mut self, expr: &Expr, depends: Known, names: &Names) -> Option<Expr> {
        if depends.lane || (depends.element && is_dear(expr)) {
            return Some(self.element(expr, depends.kind, names));
        }
        (!depends.element && is_operation(expr)).then(|| self.scalar(expr, depends.kind, names))
    }

    /// `a / b` with a constant `b` as `a * (1/b)`; `None` where `b` changes, or `a` is constant as well.
    fn reciprocal(&mut self, a: &Expr, b: &Expr, names: &Names) -> Option<Expr> {
        if names.depends(b).step || is_random(b) {
            return None;
        }
        let inverse = divide(real(1.0), super::printing::as_real(b, names));
        let factor = if literal(&inverse).is_some() { inverse } else { self.hoist(&inverse, names) };
        Some(multiply(self.hoist(a, names), factor))
    }

    /// Notes that the loop calls a value `ident`, so that functions of it can be computed outside.
    pub fn local(&mut self, ident: &str, value: &Expr, names: &Names) {
        let depends = names.depends(value);
        if !depends.element && !depends.lane {
            let value = substitute(value, &self.times);
            self.times.insert(ident.to_string(), value);
        }
    }

    fn once_a_step(&mut self, expr: &Expr, kind: ValueKind, names: &Names) -> Expr {
        let expr = map_children(expr, &mut |child| self.hoist(child, names));
        self.keep_step(&expr, kind, names)
    }

    fn keep_step(&mut self, expr: &Expr, kind: ValueKind, names: &Names) -> Expr {
        let value = substitute(expr, &self.times);
        let text = key(&value);
        if let Some(ident) = self.seen.get(&text) {
            return name(ident.clone());
        }
        let ident = format!("z_{}_{}", self.prefix, self.stepwise.len());
        names.know(ident.clone(), Known { step: true, ..Known::scalar(kind) });
        self.stepwise.push(Hoisted { ident: ident.clone(), kind, value });
        self.seen.insert(text, ident.clone());
        name(ident)
    }

    fn scalar(&mut self, expr: &Expr, kind: ValueKind, names: &Names) -> Expr {
        let text = key(expr);
        if let Some(ident) = self.seen.get(&text) {
            return name(ident.clone());
        }
        let ident = format!("h_{}_{}", self.prefix, self.scalars.len());
        names.know(ident.clone(), Known::scalar(kind));
        self.scalars.push(Hoisted { ident: ident.clone(), kind, value: expr.clone() });
        self.seen.insert(text, ident.clone());
        name(ident)
    }

    fn element(&mut self, expr: &Expr, kind: ValueKind, names: &Names) -> Expr {
        let text = key(expr);
        if let Some(ident) = self.seen.get(&text) {
            return name(ident.clone());
        }
        let ident = format!("e_{}_{}[e]", self.prefix, self.elements.len());
        names.know(ident.clone(), Known::constant(kind));
        self.elements.push(Hoisted { ident: ident.clone(), kind, value: expr.clone() });
        self.seen.insert(text, ident.clone());
        name(ident)
    }
}

fn is_operation(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Call(..))
        && literal_part(expr).is_none()
}

/// A negated literal is still a literal to the reader.
fn literal_part(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Unary(_, a) => literal(a),
        _ => literal(expr),
    }
}

fn is_dear(expr: &Expr) -> bool {
    let mut dear = false;
    visit(expr, &mut |e| {
        dear |= matches!(
            e.kind,
            ExprKind::Binary(Binary::Divide | Binary::Power | Binary::Modulo | Binary::FloorDivide, ..)
        ) || matches!(e.kind, ExprKind::Call(..));
    });
    dear
}

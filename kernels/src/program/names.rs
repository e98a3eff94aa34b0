//! Identifiers of the generated code, and what is known of each: its kind of value and what it depends on.
//!
//! User names never reach the generated code bare: every identifier gets a prefix (`v_` values, `p_` parameters,
//! `s_` stored arrays, `h_` hoisted scalars, `e_` hoisted arrays, `k_` random keys), so no C keyword, macro or
//! prelude name can be hit. Parts of an identifier are joined by `_`, with underscores of user names doubled, so that no two
//! identifiers meet.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::language::ast::{Binary, Expr, ExprKind, Unary, ValueKind};

use super::algebra::{name, substitute, visit};
use super::lookups::{self, Lookups};

/// What an identifier of the generated code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// Boolean, integer or real.
    pub kind: ValueKind,
    /// Differs between the elements of a group.
    pub element: bool,
    /// Differs between steps.
    pub step: bool,
    /// Differs between the lanes of a batch and lies in the lane's row, out of reach of a loop over elements.
    pub lane: bool,
}

impl Known {
    /// One value for the whole run.
    pub fn scalar(kind: ValueKind) -> Known {
        Known { kind, element: false, step: false, lane: false }
    }

    /// One value an element, constant over the run.
    pub fn constant(kind: ValueKind) -> Known {
        Known { kind, element: true, step: false, lane: false }
    }

    /// One value an element, changing from step to step.
    pub fn changing(kind: ValueKind) -> Known {
        Known { kind, element: true, step: true, lane: false }
    }
}

/// From the user's names to expressions over identifiers, and what is known of the identifiers.
#[derive(Debug, Clone, Default)]
pub struct Names {
    meaning: HashMap<String, Expr>,
    /// Shared by clones: an identifier means the same wherever it is met.
    known: Rc<RefCell<HashMap<String, Known>>>,
    lookups: Rc<Lookups>,
}

impl Names {
    /// The user's `user` is the identifier (or lvalue) `ident`.
    pub fn bind(&mut self, user: &str, ident: impl Into<String>, known: Known) {
        let ident = ident.into();
        self.meaning.insert(user.to_string(), name(ident.clone()));
        self.known.borrow_mut().insert(ident, known);
    }

    /// The user's `user` stands for an expression over identifiers.
    pub fn define(&mut self, user: &str, meaning: Expr) {
        self.meaning.insert(user.to_string(), meaning);
    }

    /// Registers an identifier that no user name stands for.
    pub fn know(&self, ident: impl Into<String>, known: Known) {
        self.known.borrow_mut().insert(ident.into(), known);
    }

    /// What is known of an identifier; unknown ones are real scalars.
    pub fn known(&self, ident: &str) -> Known {
        self.known.borrow().get(ident).copied().unwrap_or(Known::scalar(ValueKind::Real))
    }

    /// Whether the user's name has a meaning here.
    pub fn has(&self, user: &str) -> bool {
        self.meaning.contains_key(user)
    }

    /// The meaning of a user's name.
    pub fn meaning(&self, user: &str) -> Option<&Expr> {
        self.meaning.get(user)
    }

    /// Calls of these functions look numbers up.
    pub fn look_up(&mut self, lookups: Lookups) {
        self.lookups = Rc::new(lookups);
    }

    /// Replaces user names by identifiers, units and constants by numbers, lookups by what they are made of.
    pub fn resolve(&self, expr: &Expr) -> Expr {
        let named = substitute(&super::constants::fold(expr, &|n| self.has(n)), &self.meaning);
        super::powers::expand(&self.lookups.lower(&named, self), self)
    }

    /// Whether an expression over user names looks something up.
    pub fn looks_up(&self, expr: &Expr) -> bool {
        let mut found = false;
        visit(expr, &mut |part| {
            found |= matches!(&part.kind, ExprKind::Call(function, _) if self.lookups.has(function));
        });
        found
    }

    /// Whether an expression over user names has other values within a step than at its beginning, as far as the time
    /// goes.
    pub fn moves_within_step(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Name(user) => user == "t",
            ExprKind::Unary(_, a) => self.moves_within_step(a),
            ExprKind::Binary(_, a, b) => self.moves_within_step(a) || self.moves_within_step(b),
            ExprKind::Call(function, arguments) => {
                let first = usize::from(self.lookups.is_stepwise(function, arguments));
                arguments[first..].iter().any(|a| self.moves_within_step(a))
            }
            _ => false,
        }
    }

    /// Union of what the identifiers of an expression depend on; `kind` is that of its value.
    pub fn depends(&self, expr: &Expr) -> Known {
        let mut sum = Known::scalar(self.kind(expr));
        visit(expr, &mut |e| {
            if let ExprKind::Name(ident) = &e.kind {
                let known = self.known(ident);
                sum.element |= known.element;
                sum.step |= known.step;
                sum.lane |= known.lane;
            }
        });
        sum
    }

    /// The kind of an expression over identifiers.
    pub fn kind(&self, expr: &Expr) -> ValueKind {
        use ValueKind::{Boolean, Integer, Real};
        match &expr.kind {
            ExprKind::Integer(_) => Integer,
            ExprKind::Boolean(_) | ExprKind::Unary(Unary::Not, _) => Boolean,
            ExprKind::Name(ident) => self.known(ident).kind,
            ExprKind::Unary(Unary::Negate, a) => self.kind(a),
            ExprKind::Binary(op, a, b) => match op {
                Binary::Add | Binary::Subtract | Binary::Multiply | Binary::FloorDivide | Binary::Modulo => {
                    let whole = |k| matches!(k, Integer | Boolean);
                    if whole(self.kind(a)) && whole(self.kind(b)) { Integer } else { Real }
                }
                Binary::Power => match (self.kind(a), &b.kind) {
                    (Integer, ExprKind::Integer(n)) if *n >= 0 => Integer,
                    _ => Real,
                },
                Binary::Divide => Real,
                _ => Boolean,
            },
            ExprKind::Call(function, arguments) => match function.as_str() {
                "int" | "sign" | "timestep" | "ss_refractory_steps" | "ss_time_bin" | lookups::WHOLE => {
                    Integer
                }
                "poisson" | "binomial" | "ss_poisson" | "ss_binomial" => Integer,
                "abs" => self.kind(&arguments[0]),
                "?:" => self.kind(&arguments[1]),
                _ => Real,
            },
            _ => Real,
        }
    }
}

/// The name of a population as a part of identifiers; that of an event is `group.event`.
pub fn population(name: &str) -> String {
    part(name).replace('.', "_")
}

/// A user's name as a part of an identifier. Names do not begin with an underscore, so `a_b` joined to `c` (`a__b_c`) differs
/// from `a` joined to `b_c` (`a_b__c`).
pub fn part(user: &str) -> String {
    user.replace('_', "__")
}

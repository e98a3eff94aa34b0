//! What a scheme may say: checks the text of one, and finds out which noise it can integrate.
//!
//! Every name is one of `x`, `t`, `dt`, `dW`, `pi` and the stages above. Quantities are followed in powers of the variable and of
//! time, so that a missing `dt` is found. Refuses all else, with the place.

mod calls;
mod known;

use std::collections::BTreeMap;

use crate::language::ast::{Assign, Binary, Expr, ExprKind, Span, Statement, Unary};
use crate::language::fault::Fault;
use crate::language::functions;
use crate::language::{print, suggest};

use super::algebra::mentions;
use super::codes::SCHEME;
use known::{Known, Noise, dimension, plain, same};

/// The noise that a scheme can integrate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stochastic {
    /// None.
    None,
    /// Noise whose factors do not change within a step.
    Additive,
    /// One noise an equation, of its own.
    Diagonal,
    /// Any.
    Any,
}

/// What the check finds out.
#[derive(Debug, Clone)]
pub struct Found {
    /// The noise it can integrate.
    pub stochastic: Stochastic,
    /// Stages with a value for each noise.
    pub by_noise: Vec<String>,
}

/// Checks a scheme.
pub fn check(lines: &[Statement], whole: Span) -> Result<Found, Vec<Fault>> {
    let mut checker =
        Checker { stages: BTreeMap::new(), faults: Vec::new(), most: 0, pointed: false, noisy: false };
    let mut by_noise = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        let known = checker.line(line, k + 1 == lines.len());
        if known.is_some_and(|known| !known.adds_up()) {
            by_noise.push(line.target.clone());
        }
    }
    match lines.last() {
        Some(last) if last.target == "x_new" => {}
        _ if checker.stages.contains_key("x_new") => {}
        last => {
            let span = last.map_or(whole, |l| l.target_span);
            let fault =
                Fault::new(SCHEME, span, "the last line of a scheme defines x_new, the value after the step");
            checker.faults.push(fault.help("for example: x_new = x + dt*f(x, t)"));
        }
    }
    if !checker.faults.is_empty() {
        return Err(checker.faults);
    }
    let stochastic = match (checker.noisy, checker.most >= 2 || checker.pointed) {
        (false, _) => Stochastic::None,
        (true, true) => Stochastic::Diagonal,
        (true, false) => Stochastic::Any,
    };
    Ok(Found { stochastic, by_noise })
}

struct Checker {
    stages: BTreeMap<String, Option<Known>>,
    faults: Vec<Fault>,
    /// The most of dW in any product.
    most: u32,
    /// f or g is evaluated at a stage with a value for each noise.
    pointed: bool,
    /// g or dW is there.
    noisy: bool,
}

const OWN: [&str; 5] = ["x", "t", "dt", "dW", "pi"];
const RATES: [&str; 3] = ["f", "g", "A"];

impl Checker {
    fn refuse<T>(&mut self, span: Span, message: String, help: &str) -> Option<T> {
        self.faults.push(Fault::new(SCHEME, span, message).help(help));
        None
    }

    fn line(&mut self, line: &Statement, last: bool) -> Option<Known> {
        let known = self.value(&line.value);
        let name = line.target.as_str();
        let taken =
            OWN.contains(&name) || RATES.contains(&name) || functions::lookup(name).is_some() || name == "e";
        if taken {
            self.refuse::<()>(
                line.target_span,
                format!("'{name}' has a meaning in schemes already"),
                "choose another name for the stage",
            );
        } else if line.assign != Assign::Set {
            self.refuse::<()>(
                line.target_span,
                "a line of a scheme defines a stage with =".into(),
                "write a new stage for each value",
            );
        } else if self.stages.contains_key(name) {
            self.refuse::<()>(
                line.target_span,
                format!("'{name}' is defined twice"),
                "write a new stage for each value",
            );
        } else if name == "x_new" && !last {
            self.refuse::<()>(
                line.target_span,
                "x_new is the last line of a scheme".into(),
                "call stages otherwise, such as k1",
            );
        } else if name == "x_new" {
            self.result(line, known);
        }
        let stage = known.map(|known| match known.adds_up() {
            true => Known {
                noise: None,
                plain: true,
                summed: known.noise.map_or(known.summed, |n| n.most.max(known.summed)),
                ..known
            },
            false => known,
        });
        self.stages.insert(name.to_string(), stage);
        known
    }

    /// What x_new must be.
    fn result(&mut self, line: &Statement, known: Option<Known>) {
        let Some(known) = known else { return };
        if !known.adds_up() {
            self.refuse::<()>(
                line.value.span,
                "x_new has g without dW, or dW without g".into(),
                "noise enters by g(x, t)*dW, or by stages of this form",
            );
        } else if !same(known.powers, (1.0, 0.0)) {
            let what = dimension(known.powers);
            self.refuse::<()>(line.value.span, format!("x_new must be like x, but this is {what}"), MULTIPLY);
        } else if !mentions(&line.value, "x") && self.stages.is_empty() {
            self.refuse::<()>(
                line.value.span,
                "x_new does not depend on x".into(),
                "for example: x_new = x + dt*f(x, t)",
            );
        }
    }

    fn value(&mut self, expr: &Expr) -> Option<Known> {
        match &expr.kind {
            ExprKind::Integer(_) | ExprKind::Real(_) => Some(plain(0.0, 0.0)),
            ExprKind::Name(name) => self.name(expr, name),
            ExprKind::Unary(Unary::Negate, a) => self.value(a),
            ExprKind::Binary(op, a, b) => self.binary(expr, *op, a, b),
            ExprKind::Call(function, arguments) => self.call(expr, function, arguments),
            _ => self.refuse(
                expr.span,
                format!("'{}' has no place in a scheme", print::expression(expr)),
                "schemes are made of numbers, + - * / ** and functions",
            ),
        }
    }

    fn name(&mut self, expr: &Expr, name: &str) -> Option<Known> {
        match name {
            "x" => return Some(plain(1.0, 0.0)),
            "t" | "dt" => return Some(plain(0.0, 1.0)),
            "pi" => return Some(plain(0.0, 0.0)),
            "dW" => {
                self.noisy = true;
                let noise = Some(Noise { least: 1, most: 1, with_g: false });
                return Some(Known { powers: (0.0, 0.5), noise, plain: false, summed: 0 });
            }
            _ => {}
        }
        if let Some(stage) = self.stages.get(name) {
            return *stage;
        }
        if RATES.contains(&name) {
            return self.refuse(
                expr.span,
                format!("'{name}' needs its arguments"),
                &format!("write {name}(x, t)"),
            );
        }
        let known: Vec<&str> = OWN.into_iter().chain(self.stages.keys().map(String::as_str)).collect();
        let help = match suggest::nearest(name, &known) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!(
                "known here: {}; parameters of the model are not, their place is in the equations",
                known.join(", ")
            ),
        };
        self.refuse(expr.span, format!("'{name}' is not defined in this scheme"), &help)
    }

    fn binary(&mut self, expr: &Expr, op: Binary, a: &Expr, b: &Expr) -> Option<Known> {
        let (left, right) = (self.value(a), self.value(b));
        let (left, right) = (left?, right?);
        match op {
            Binary::Add | Binary::Subtract => self.sum(expr, (a, left), (b, right)),
            Binary::Multiply => self.product(left, right),
            Binary::Divide if right.noise.is_some() => self.refuse(
                b.span,
                "noise cannot be divided by".into(),
                "dW may be 0; dW/dt**0.5 is a normal number",
            ),
            Binary::Divide => {
                let powers = (left.powers.0 - right.powers.0, left.powers.1 - right.powers.1);
                Some(Known { powers, summed: left.summed.max(right.summed), ..left })
            }
            Binary::Power => self.power(expr, left, b),
            _ => self.refuse(
                expr.span,
                "this operator has no place in a scheme".into(),
                "schemes are made of numbers, + - * / ** and functions",
            ),
        }
    }

    fn sum(&mut self, expr: &Expr, (a, left): (&Expr, Known), (b, right): (&Expr, Known)) -> Option<Known> {
        if !same(left.powers, right.powers) {
            let (one, other) = (dimension(left.powers), dimension(right.powers));
            let fault = Fault::new(
                SCHEME,
                expr.span,
                format!("'{}' adds {one} and {other}", print::expression(expr)),
            )
            .label(String::new())
            .also(a.span, one)
            .also(b.span, other)
            .help(MULTIPLY);
            self.faults.push(fault);
            return None;
        }
        let noise = match (left.noise, right.noise) {
            (Some(a), Some(b)) => Some(Noise {
                least: a.least.min(b.least),
                most: a.most.max(b.most),
                with_g: a.with_g && b.with_g,
            }),
            (a, b) => a.or(b),
        };
        let summed = left.summed.max(right.summed);
        Some(Known { powers: left.powers, noise, plain: left.plain || right.plain, summed })
    }

    fn product(&mut self, left: Known, right: Known) -> Option<Known> {
        let powers = (left.powers.0 + right.powers.0, left.powers.1 + right.powers.1);
        let most = |k: Known| k.summed.max(k.noise.map_or(0, |n| n.most));
        self.most = self.most.max(most(left) + most(right));
        let noise = match (left.noise, right.noise) {
            (Some(a), Some(b)) => {
                let mut both =
                    Noise { least: a.least + b.least, most: a.most + b.most, with_g: a.with_g || b.with_g };
                for (other, alone) in [(left.plain, b), (right.plain, a)] {
                    if other {
                        both.least = both.least.min(alone.least);
                        both.with_g &= alone.with_g;
                    }
                }
                Some(both)
            }
            (a, b) => a.or(b),
        };
        let summed = left.summed + right.summed;
        Some(Known { powers, noise, plain: left.plain && right.plain, summed })
    }

    fn power(&mut self, expr: &Expr, base: Known, exponent: &Expr) -> Option<Known> {
        let Some(n) = number(exponent) else {
            return self.refuse(exponent.span, "the exponent must be a number".into(), "for example dt**0.5");
        };
        if base.noise.is_none() {
            self.most = self.most.max((f64::from(base.summed) * n.abs()).ceil() as u32);
            return Some(Known { powers: (base.powers.0 * n, base.powers.1 * n), ..base });
        }
        match exponent.kind {
            ExprKind::Integer(n @ 1..=4) => (1..n).try_fold(base, |product, _| self.product(product, base)),
            _ => self.refuse(
                expr.span,
                "noise can be raised to whole powers from 1 to 4".into(),
                "for example dW**2",
            ),
        }
    }
}

const MULTIPLY: &str = "f is a rate: dt*f(x, t) is a change of x; g(x, t)*dW is one, too";

fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Integer(n) => Some(*n as f64),
        ExprKind::Real(x) => Some(*x),
        ExprKind::Unary(Unary::Negate, a) => number(a).map(|x| -x),
        ExprKind::Binary(Binary::Divide, a, b) => Some(number(a)? / number(b)?),
        _ => None,
    }
}

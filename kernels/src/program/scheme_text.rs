//! What a scheme may say: checks the text of one, and finds out which noise it can integrate.
//!
//! Every name is one of `x`, `t`, `dt`, `dW`, `pi` and the stages above. Quantities are followed in powers of the variable and of
//! time, so that a missing `dt` is found. Refuses all else, with the place.

use std::collections::BTreeMap;

use crate::language::ast::{Assign, Binary, Expr, ExprKind, Span, Statement, Unary};
use crate::language::fault::Fault;
use crate::language::functions::{self, Arguments, ResultDimension};
use crate::language::{print, suggest};

use super::algebra::{is, mentions, names, visit};
use super::codes::SCHEME;
use super::linear;

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

/// Where dW and g stand in a value: the least and the most of dW among its terms with noise, and whether all have g.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    least: u32,
    most: u32,
    with_g: bool,
}

/// What is known of a value of a scheme.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Known {
    /// Exponents of the variable and of time; a number of any dimension (0) has none.
    powers: (f64, f64),
    /// Its terms with noise.
    noise: Option<Noise>,
    /// Whether terms without noise are there.
    plain: bool,
    /// The most of dW that was added up in it.
    summed: u32,
}

const fn plain(x: f64, t: f64) -> Known {
    Known { powers: (x, t), noise: None, plain: true, summed: 0 }
}

impl Known {
    /// Whether its noises are added up when it becomes a stage: all terms are g times dW.
    fn adds_up(&self) -> bool {
        self.noise.is_none_or(|n| n.least >= 1 && n.with_g)
    }
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

    fn call(&mut self, expr: &Expr, function: &str, arguments: &[Expr]) -> Option<Known> {
        match function {
            "f" | "A" | "g" => {}
            _ => return self.function(expr, function, arguments),
        }
        let [x, t] = arguments else {
            return self.refuse(
                expr.span,
                format!("{function} takes a value and a time"),
                &format!("write {function}(x, t)"),
            );
        };
        self.point(function, x)?;
        self.time(function, t)?;
        self.noisy |= function == "g";
        let noise = (function == "g").then_some(Noise { least: 0, most: 0, with_g: true });
        let powers = match function {
            "A" => (0.0, -1.0),
            "f" => (1.0, -1.0),
            _ => (1.0, -0.5),
        };
        Some(Known { powers, noise, plain: noise.is_none(), summed: 0 })
    }

    /// The value at which a rate is computed.
    fn point(&mut self, function: &str, x: &Expr) -> Option<()> {
        if calls(x) || mentions(x, "dW") || mentions(x, "t") {
            let message = format!("the first argument of {function} is made of x, stages, dt and numbers");
            return self.refuse(x.span, message, "write a stage for it, a line above: k = ...");
        }
        let known = self.value(x)?;
        if !same(known.powers, (1.0, 0.0)) {
            let message = format!(
                "the first argument of {function} must be like x, but this is {}",
                dimension(known.powers)
            );
            return self.refuse(x.span, message, MULTIPLY);
        }
        self.pointed |= known.noise.is_some();
        Some(())
    }

    /// The time at which it is computed: t, or t and a part of the step.
    fn time(&mut self, function: &str, t: &Expr) -> Option<()> {
        let only = names(t).iter().all(|n| n == "t" || n == "dt") && !calls(t);
        let split = linear::split(t, &["t".to_string(), "dt".to_string()]);
        let fits = split.is_some_and(|s| is(&s.coefficients[0], 1.0) && is(&s.rest, 0.0));
        if only && fits {
            return Some(());
        }
        self.refuse(
            t.span,
            format!("the second argument of {function} is t, or t plus a part of dt"),
            "for example t + dt/2",
        )
    }

    fn function(&mut self, expr: &Expr, name: &str, arguments: &[Expr]) -> Option<Known> {
        let known: Vec<Option<Known>> = arguments.iter().map(|a| self.value(a)).collect();
        let Some(function) = functions::lookup(name).filter(|f| !f.random && f.arguments != Arguments::Time)
        else {
            let message = format!("there is no function '{name}' in schemes");
            return self.refuse(expr.span, message, "f(x, t) is the right-hand side without noise, g(x, t) the factor of its noise, A(x, t) the coefficient of x");
        };
        if function.arity != arguments.len() {
            return self.refuse(
                expr.span,
                format!("{name} takes {} arguments", function.arity),
                &format!("write {}", function.usage),
            );
        }
        let known: Vec<Known> = known.into_iter().collect::<Option<_>>()?;
        if known.iter().any(|k| k.noise.is_some()) {
            return self.refuse(
                expr.span,
                format!("{name} of noise has no meaning in a scheme"),
                "noise stands in sums, products and whole powers",
            );
        }
        let bad = match function.arguments {
            Arguments::Same => known.iter().any(|k| !same(k.powers, known[0].powers)),
            _ => known.iter().any(|k| !same(k.powers, (0.0, 0.0))),
        };
        if bad {
            let what = dimension(known[0].powers);
            return self.refuse(
                expr.span,
                format!("{name} takes pure numbers, but this is {what}"),
                "for example exp(dt*A(x, t))",
            );
        }
        let powers = match function.result {
            ResultDimension::Pure => (0.0, 0.0),
            ResultDimension::First => known[0].powers,
            ResultDimension::Root => (known[0].powers.0 / 2.0, known[0].powers.1 / 2.0),
        };
        let summed = known.iter().map(|k| k.summed).max().unwrap_or(0);
        self.most = self.most.max(summed * 2);
        Some(Known { powers, noise: None, plain: true, summed })
    }
}

const MULTIPLY: &str = "f is a rate: dt*f(x, t) is a change of x; g(x, t)*dW is one, too";

/// Equal but for roundings of thirds.
fn same(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
}

fn calls(expr: &Expr) -> bool {
    let mut found = false;
    visit(expr, &mut |e| found |= matches!(e.kind, ExprKind::Call(..)));
    found
}

fn number(expr: &Expr) -> Option<f64> {
    match &expr.kind {
        ExprKind::Integer(n) => Some(*n as f64),
        ExprKind::Real(x) => Some(*x),
        ExprKind::Unary(Unary::Negate, a) => number(a).map(|x| -x),
        ExprKind::Binary(Binary::Divide, a, b) => Some(number(a)? / number(b)?),
        _ => None,
    }
}

/// A dimension in words: `x`, `x/time`, `time**0.5`.
fn dimension((x, t): (f64, f64)) -> String {
    if same((x, t), (0.0, 0.0)) {
        return "a pure number".into();
    }
    let power = |name: &str, n: f64| if n == 1.0 { name.to_string() } else { format!("{name}**{n}") };
    let over: Vec<String> =
        [("x", x), ("time", t)].iter().filter(|(_, n)| *n < 0.0).map(|(s, n)| power(s, -n)).collect();
    let up: Vec<String> =
        [("x", x), ("time", t)].iter().filter(|(_, n)| *n > 0.0).map(|(s, n)| power(s, *n)).collect();
    let up = if up.is_empty() { "1".to_string() } else { up.join("*") };
    if over.is_empty() { up } else { format!("{up}/{}", over.join("/")) }
}

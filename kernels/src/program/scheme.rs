//! Integration schemes as text: one template for each variable, with holes, serves every model and every target.
//!
//! In a scheme `x` is the variable, `t` and `dt` the time and the step, `f(x, t)` the right-hand side without noise and
//! `A(x, t)` its coefficient of `x`; `dW` is the increment of a noise over the step and `g(x, t)` its factor. Other names
//! are stages, one value for each variable. Terms with g and dW are added up over the noises of an equation; a stage with
//! one of the two only has a value for each noise. The last line defines `x_new`. `scheme_text` refuses all else.

use std::collections::HashMap;

use crate::language::ast::{Binary, Expr, ExprKind, Span, Statement, TextId, ValueKind};
use crate::language::fault::Fault;
use crate::language::parser;
use crate::model::UserScheme;

use super::algebra::{map_children, mentions, name, real, select, substitute};
use super::hoist::Hoister;
use super::linear;
use super::lines::Line;
use super::names::{Known, Names, part};
use super::noise::increment;
use super::noisy::Value;
use super::powers;
use super::scheme_text::{self, Stochastic};
use super::subexpressions::Subexpressions;

const BUILT_IN: [(&str, &str); 6] = [
    ("euler", include_str!("../../schemes/euler.scheme")),
    ("rk2", include_str!("../../schemes/rk2.scheme")),
    ("rk4", include_str!("../../schemes/rk4.scheme")),
    ("exponential_euler", include_str!("../../schemes/exponential_euler.scheme")),
    ("heun", include_str!("../../schemes/heun.scheme")),
    ("milstein", include_str!("../../schemes/milstein.scheme")),
];

/// A parsed scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    lines: Vec<Statement>,
    /// Stages with a value for each noise.
    by_noise: Vec<String>,
    /// The noise it can integrate.
    pub stochastic: Stochastic,
    /// Written in the job: its stages need names that meet no others.
    own: bool,
}

/// One differential equation over user names, and the name of its variable.
#[derive(Debug, Clone)]
pub struct Derivative {
    /// The variable.
    pub variable: String,
    /// Its right-hand side; without its noises once they are separated.
    pub rate: Expr,
    /// Its noises with their factors.
    pub noise: Vec<(String, Expr)>,
    /// Held while refractory.
    pub held: bool,
}

impl Scheme {
    /// The built-in scheme of that name.
    pub fn built_in(name: &str) -> Option<Scheme> {
        let (_, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        let lines = parser::statements(text, TextId::default())
            .expect("built-in schemes parse: a test reads them all");
        let mut scheme = Scheme::of(lines, Span::default(), false).expect("built-in schemes pass the check");
        if name == "euler" {
            // It converges to the integral of Ito, heun and milstein to that of Stratonovich. For additive noise they agree.
            scheme.stochastic = Stochastic::Additive;
        }
        Some(scheme)
    }

    /// A scheme of the user's; the check has passed it.
    pub fn of_user(scheme: &UserScheme) -> Scheme {
        Scheme::of(scheme.lines.clone(), scheme.span, true).expect("the check passed it")
    }

    /// The faults of a scheme of the user's.
    pub fn check(lines: &[Statement], whole: Span) -> Vec<Fault> {
        scheme_text::check(lines, whole).err().unwrap_or_default()
    }

    fn of(lines: Vec<Statement>, whole: Span, own: bool) -> Result<Scheme, Vec<Fault>> {
        let found = scheme_text::check(&lines, whole)?;
        Ok(Scheme { lines, by_noise: found.by_noise, stochastic: found.stochastic, own })
    }

    /// The identifier of a stage of a variable.
    fn ident(&self, stage: &str, variable: &str) -> String {
        match (stage, self.own) {
            ("x_new", _) => format!("new_{variable}"),
            (_, false) => format!("{stage}_{variable}"),
            (_, true) => format!("stage_{}_{variable}", part(stage)),
        }
    }

    /// Names of all built-in schemes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Whether the scheme needs the coefficient of the variable in its own equation.
    pub fn needs_coefficient(&self) -> bool {
        self.lines.iter().any(|line| calls(&line.value, "A"))
    }

    /// Whether right-hand sides are evaluated more than once a step.
    fn has_stages(&self) -> bool {
        self.lines.len() > 1
    }
}

fn calls(expr: &Expr, function: &str) -> bool {
    let mut found = false;
    super::algebra::visit(expr, &mut |e| found |= matches!(&e.kind, ExprKind::Call(f, _) if f == function));
    found
}

/// The coefficient of the variable in its own equation, or `None` where the equation is not linear in it.
pub fn coefficient(derivative: &Derivative, subexpressions: &Subexpressions) -> Option<Expr> {
    let variable = std::slice::from_ref(&derivative.variable);
    let rate = subexpressions.inline_where(&derivative.rate, variable);
    linear::split(&rate, variable).map(|mut split| split.coefficients.remove(0))
}

/// Expands a scheme for a set of equations into lines of a loop over elements.
///
/// Before: every variable `v` is bound to its old value. After: bound to its new value, whose identifier is returned in
/// the order of the equations.
pub struct Expansion<'a> {
    /// Where values taken out of the loop go.
    pub hoister: &'a mut Hoister,
    /// User names.
    pub names: &'a mut Names,
    /// The group's subexpressions.
    pub subexpressions: &'a Subexpressions,
    /// The lines so far.
    pub lines: &'a mut Vec<Line>,
    /// True while the element is not refractory; present if any equation is held.
    pub active: Option<Expr>,
}

impl Expansion<'_> {
    /// Runs the expansion.
    pub fn run(&mut self, scheme: &Scheme, derivatives: &[Derivative]) -> Vec<String> {
        let mut stages: Stages = HashMap::new();
        let mut results = Vec::new();
        for (number, line) in scheme.lines.iter().enumerate() {
            let mut points = Points { number, made: HashMap::new() };
            // All right-hand sides first: what they share is independent work for the processor, while each new value
            // waits for its own. Interleaved, a Hodgkin-Huxley loop takes twice as long.
            let filled: Vec<Value> = (0..derivatives.len())
                .map(|k| self.fill(line, k, derivatives, scheme, &stages, &mut points))
                .collect();
            let mut values = Vec::new();
            for (derivative, value) in derivatives.iter().zip(filled) {
                let ident = scheme.ident(&line.target, &derivative.variable);
                if line.target == "x_new" {
                    let value = self.held(value.whole(), derivative);
                    self.define(&ident, &value);
                    results.push(ident);
                } else {
                    values.push(self.stage(ident, &value, scheme.by_noise.contains(&line.target)));
                }
            }
            stages.insert(line.target.clone(), values);
        }
        results
    }

    fn define(&mut self, ident: &str, value: &Expr) -> Expr {
        let value = self.hoister.hoist(value, self.names);
        self.lines.push(Line::Let { ident: ident.to_string(), kind: ValueKind::Real, value });
        self.names.know(ident, Known::changing(ValueKind::Real));
        name(ident)
    }

    /// Lines for a stage: one value, or one for each noise.
    fn stage(&mut self, ident: String, value: &Value, by_noise: bool) -> Value {
        if !by_noise {
            let plain = value.sum().map(|sum| self.define(&ident, &sum));
            return Value { plain, ..Value::default() };
        }
        let plain = value.plain.as_ref().map(|plain| self.define(&ident, plain));
        let noisy = value.noisy.iter().enumerate();
        let noisy = noisy.map(|(k, (xi, e))| (xi.clone(), self.define(&format!("noise{k}_{ident}"), e)));
        Value { plain, noisy: noisy.collect() }
    }

    fn held(&self, value: Expr, derivative: &Derivative) -> Expr {
        match (&self.active, derivative.held) {
            (Some(active), true) => select(active.clone(), value, self.old(&derivative.variable)),
            _ => value,
        }
    }

    fn old(&self, variable: &str) -> Expr {
        self.names.meaning(variable).expect("every differential variable is bound").clone()
    }

    fn fill(
        &mut self,
        line: &Statement,
        k: usize,
        derivatives: &[Derivative],
        scheme: &Scheme,
        stages: &Stages,
        points: &mut Points,
    ) -> Value {
        let derivative = &derivatives[k];
        let mut own: HashMap<String, Value> =
            stages.iter().map(|(stage, values)| (stage.clone(), values[k].clone())).collect();
        own.insert("x".to_string(), Value::plain(self.old(&derivative.variable)));
        own.insert("pi".to_string(), Value::plain(real(std::f64::consts::PI)));
        let noisy = derivative.noise.iter().map(|(xi, _)| (xi.clone(), name(increment(xi))));
        own.insert("dW".to_string(), Value { plain: None, noisy: noisy.collect() });
        self.value(&line.value, &own, &mut |this, function, arguments| {
            let at = this.evaluation_point(arguments, derivatives, stages, points);
            let mut evaluate = |expr: &Expr| {
                let names = points.made.get_mut(&at).expect("made above");
                let value = this.subexpressions.resolve(expr, names, this.hoister, this.lines);
                match (&this.active, derivative.held && scheme.has_stages()) {
                    (Some(active), true) => select(active.clone(), value, real(0.0)),
                    _ => value,
                }
            };
            match function {
                "g" => {
                    let factors = derivative.noise.iter().map(|(xi, g)| (xi.clone(), evaluate(g)));
                    Value { plain: None, noisy: factors.collect() }
                }
                "A" => {
                    let own = coefficient(derivative, this.subexpressions).unwrap_or_else(|| real(0.0));
                    Value::plain(evaluate(&own))
                }
                _ => Value::plain(evaluate(&derivative.rate)),
            }
        })
    }

    /// The value of a part of a line for one variable.
    fn value(&mut self, expr: &Expr, own: &HashMap<String, Value>, hole: Hole<'_, Self>) -> Value {
        match &expr.kind {
            ExprKind::Call(function, arguments) if matches!(function.as_str(), "f" | "A" | "g") => {
                hole(self, function, arguments)
            }
            ExprKind::Name(n) => match n.as_str() {
                "dt" | "t" => Value::plain(self.names.resolve(expr)),
                _ => own.get(n).cloned().unwrap_or_else(|| Value::plain(expr.clone())),
            },
            ExprKind::Integer(value) => Value::plain(real(*value as f64)),
            _ => {
                let mut parts = Vec::new();
                map_children(expr, &mut |child| {
                    parts.push(self.value(child, own, hole));
                    child.clone()
                });
                let value = Value::combined(expr, &parts);
                match (&expr.kind, &value.plain) {
                    (ExprKind::Binary(Binary::Power, ..), Some(power)) => {
                        Value { plain: Some(powers::expand(power, self.names)), ..value }
                    }
                    _ => value,
                }
            }
        }
    }

    /// Names in which every variable means its value at the point `(x, t)` that a hole is evaluated at.
    fn evaluation_point(
        &mut self,
        arguments: &[Expr],
        derivatives: &[Derivative],
        stages: &Stages,
        points: &mut Points,
    ) -> String {
        let key = format!("{} {}", super::algebra::key(&arguments[0]), super::algebra::key(&arguments[1]));
        if points.made.contains_key(&key) {
            return key;
        }
        let number = points.label();
        let mut names = self.names.clone();
        if !matches!(&arguments[0].kind, ExprKind::Name(n) if n == "x") {
            for (k, derivative) in derivatives.iter().enumerate() {
                let own = scheme_values(&self.old(&derivative.variable), stages, k);
                let value = substitute(&whole_to_real(&arguments[0]), &own);
                let value = self.hoister.hoist(&value, self.names);
                let ident = format!("x{number}_{}", derivative.variable);
                self.lines.push(Line::Let { ident: ident.clone(), kind: ValueKind::Real, value });
                self.names.know(ident.clone(), Known::changing(ValueKind::Real));
                names.bind(&derivative.variable, ident, Known::changing(ValueKind::Real));
            }
            self.subexpressions.forget(&mut names);
        }
        if mentions(&arguments[1], "dt") {
            let time = self.names.resolve(&whole_to_real(&arguments[1]));
            let ident = format!("t_{number}");
            self.names.know(ident.clone(), Known { step: true, ..Known::scalar(ValueKind::Real) });
            names.bind("t", ident.clone(), Known { step: true, ..Known::scalar(ValueKind::Real) });
            self.hoister.local(&ident, &time, self.names);
            let mut computed =
                derivatives.iter().flat_map(|d| d.noise.iter().map(|(_, g)| g).chain([&d.rate]));
            if computed.any(|expr| self.subexpressions.uses_time(expr)) {
                self.lines.push(Line::Let { ident, kind: ValueKind::Real, value: time });
            }
            self.subexpressions.forget(&mut names);
        }
        points.made.insert(key.clone(), names);
        key
    }
}

/// Values of stages, one for each variable.
type Stages = HashMap<String, Vec<Value>>;
/// Fills `f`, `g` and `A`.
type Hole<'h, E> = &'h mut dyn FnMut(&mut E, &str, &[Expr]) -> Value;

/// The points at which right-hand sides are computed in a line, with what names mean there.
struct Points {
    number: usize,
    made: HashMap<String, Names>,
}

impl Points {
    /// Tells points of a scheme apart: by its line and, where a line has several, by a count.
    fn label(&self) -> String {
        match self.made.len() {
            0 => self.number.to_string(),
            more => format!("{}_{more}", self.number),
        }
    }
}

fn scheme_values(old: &Expr, stages: &Stages, k: usize) -> HashMap<String, Expr> {
    let mut values: HashMap<String, Expr> =
        stages.iter().map(|(stage, values)| (stage.clone(), values[k].whole())).collect();
    values.insert("x".to_string(), old.clone());
    values.insert("pi".to_string(), real(std::f64::consts::PI));
    values
}

fn whole_to_real(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::Integer(value) => real(*value as f64),
        _ => map_children(expr, &mut whole_to_real),
    }
}

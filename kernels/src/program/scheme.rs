//! Integration schemes as text: one template for each variable, with holes, serves every model and every target.
//!
//! In a scheme `x` is the variable, `t` and `dt` the time and the step, `f(x, t)` the right-hand side and `A(x, t)` its
//! coefficient of `x`; other names are stages, one value for each variable. The last line defines `x_new`.

use std::collections::HashMap;

use crate::language::ast::{Expr, ExprKind, Statement, TextId, ValueKind};
use crate::language::parser;

use super::algebra::{map_children, mentions, name, real, select, substitute};
use super::hoist::Hoister;
use super::linear;
use super::lines::Line;
use super::names::{Known, Names};
use super::subexpressions::Subexpressions;

const BUILT_IN: [(&str, &str); 4] = [
    ("euler", include_str!("../../schemes/euler.scheme")),
    ("rk2", include_str!("../../schemes/rk2.scheme")),
    ("rk4", include_str!("../../schemes/rk4.scheme")),
    ("exponential_euler", include_str!("../../schemes/exponential_euler.scheme")),
];

/// A parsed scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    lines: Vec<Statement>,
}

/// One differential equation over user names, and the name of its variable.
#[derive(Debug, Clone)]
pub struct Derivative {
    /// The variable.
    pub variable: String,
    /// Its right-hand side.
    pub rate: Expr,
    /// Held while refractory.
    pub held: bool,
}

impl Scheme {
    /// The built-in scheme of that name.
    pub fn built_in(name: &str) -> Option<Scheme> {
        let (_, text) = BUILT_IN.iter().find(|(n, _)| *n == name)?;
        let lines = parser::statements(text, TextId::default())
            .expect("built-in schemes parse: a test reads them all");
        Some(Scheme { lines })
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
        let mut stages: HashMap<String, Vec<Expr>> = HashMap::new();
        let mut results = Vec::new();
        for (number, line) in scheme.lines.iter().enumerate() {
            let mut evaluated: HashMap<String, Names> = HashMap::new();
            // All right-hand sides first: what they share is independent work for the processor, while each new value
            // waits for its own. Interleaved, a Hodgkin-Huxley loop takes twice as long.
            let filled: Vec<Expr> = (0..derivatives.len())
                .map(|k| self.fill(line, k, derivatives, scheme, &stages, &mut evaluated, number))
                .collect();
            let mut values = Vec::new();
            for (derivative, value) in derivatives.iter().zip(filled) {
                let last = line.target == "x_new";
                let stem = if last { "new" } else { line.target.as_str() };
                let ident = format!("{stem}_{}", derivative.variable);
                let value = if last { self.held(value, derivative) } else { value };
                let value = self.hoister.hoist(&value, self.names);
                self.lines.push(Line::Let { ident: ident.clone(), kind: ValueKind::Real, value });
                self.names.know(ident.clone(), Known::changing(ValueKind::Real));
                values.push(name(ident.clone()));
                if last {
                    results.push(ident);
                }
            }
            stages.insert(line.target.clone(), values);
        }
        results
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

    #[allow(clippy::too_many_arguments)]
    fn fill(
        &mut self,
        line: &Statement,
        k: usize,
        derivatives: &[Derivative],
        scheme: &Scheme,
        stages: &HashMap<String, Vec<Expr>>,
        evaluated: &mut HashMap<String, Names>,
        number: usize,
    ) -> Expr {
        let own = scheme_values(&self.old(&derivatives[k].variable), stages, k);
        self.fill_expr(&line.value, &own, &mut |this, function, arguments| {
            let derivative = &derivatives[k];
            let at = this.evaluation_point(arguments, derivatives, stages, evaluated, number);
            let expr = match function {
                "A" => coefficient(derivative, this.subexpressions).unwrap_or_else(|| real(0.0)),
                _ => derivative.rate.clone(),
            };
            let value = this.subexpressions.resolve(
                &expr,
                evaluated.get_mut(&at).expect("made above"),
                this.hoister,
                this.lines,
            );
            match (&this.active, derivative.held && scheme.has_stages()) {
                (Some(active), true) => select(active.clone(), value, real(0.0)),
                _ => value,
            }
        })
    }

    fn fill_expr(
        &mut self,
        expr: &Expr,
        own: &HashMap<String, Expr>,
        hole: &mut dyn FnMut(&mut Self, &str, &[Expr]) -> Expr,
    ) -> Expr {
        match &expr.kind {
            ExprKind::Call(function, arguments) if function == "f" || function == "A" => {
                hole(self, function, arguments)
            }
            ExprKind::Name(n) => match n.as_str() {
                "dt" | "t" => self.names.resolve(expr),
                _ => own.get(n).cloned().unwrap_or_else(|| expr.clone()),
            },
            ExprKind::Integer(value) => real(*value as f64),
            _ => {
                let mut filled = Vec::new();
                map_children(expr, &mut |child| {
                    filled.push(self.fill_expr(child, own, hole));
                    child.clone()
                });
                let mut filled = filled.into_iter();
                map_children(expr, &mut |_| filled.next().expect("as many children as before"))
            }
        }
    }

    /// Names in which every variable means its value at the point `(x, t)` that a hole is evaluated at.
    fn evaluation_point(
        &mut self,
        arguments: &[Expr],
        derivatives: &[Derivative],
        stages: &HashMap<String, Vec<Expr>>,
        evaluated: &mut HashMap<String, Names>,
        number: usize,
    ) -> String {
        let key = format!("{} {}", super::algebra::key(&arguments[0]), super::algebra::key(&arguments[1]));
        if evaluated.contains_key(&key) {
            return key;
        }
        let mut names = self.names.clone();
        if !matches!(&arguments[0].kind, ExprKind::Name(n) if n == "x") {
            for (k, derivative) in derivatives.iter().enumerate() {
                let own = scheme_values(&self.old(&derivative.variable), stages, k);
                let value = substitute(&whole_to_real(&arguments[0]), &own);
                let value = self.hoister.hoist(&value, self.names);
                let ident = format!("x{}_{}", number, derivative.variable);
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
            if derivatives.iter().any(|d| self.subexpressions.uses_time(&d.rate)) {
                self.lines.push(Line::Let { ident, kind: ValueKind::Real, value: time });
            }
            self.subexpressions.forget(&mut names);
        }
        evaluated.insert(key.clone(), names);
        key
    }
}

fn scheme_values(old: &Expr, stages: &HashMap<String, Vec<Expr>>, k: usize) -> HashMap<String, Expr> {
    let mut values: HashMap<String, Expr> =
        stages.iter().map(|(stage, values)| (stage.clone(), values[k].clone())).collect();
    values.insert("x".to_string(), old.clone());
    values
}

fn whole_to_real(expr: &Expr) -> Expr {
    match &expr.kind {
        ExprKind::Integer(value) => real(*value as f64),
        _ => map_children(expr, &mut whole_to_real),
    }
}

//! The method with inner steps of adaptive length, `rk45`: from equations to the loop of one neuron over one step.
//!
//! The pair of Dormand and Prince and the control of errors are in `prelude/rk45.c`; here is what it needs of a model:
//! the rates at any point, tolerances, and the array of lengths that inner steps had. Nothing is refused: it takes all
//! equations that do not draw.

use crate::language::ast::{EquationKind, Expr, ValueKind};
use crate::language::units;
use crate::model::Group;

use super::algebra::{mentions, multiply, name, names, real, select};
use super::hoist::Hoister;
use super::lines::Line;
use super::names::{Known, Names};
use super::scheme::Derivative;
use super::subexpressions::Subexpressions;

/// The name of the method.
pub const NAME: &str = "rk45";
/// Tolerated error of an inner step where none is given: of the variable's size, and of the unit in which tables show it.
pub const TOLERANCE: f64 = 1e-6;
/// Inner steps of a neuron in a step, where no other number is given.
pub const MOST_STEPS: f64 = 1000.0;

/// The loop of one neuron over one step. All expressions are over identifiers.
#[derive(Debug, Clone)]
pub struct Adaptive {
    /// The group's name as a part of identifiers.
    pub group: String,
    /// Values at the beginning of the step.
    pub old: Vec<Expr>,
    /// Identifiers of values where rates are wanted.
    pub at: Vec<String>,
    /// Identifiers of values at the end.
    pub new: Vec<String>,
    /// The identifier of the inner time, if rates depend on it.
    pub time: Option<String>,
    /// What rates need, computed at each point.
    pub lines: Vec<Line>,
    /// Rates.
    pub rates: Vec<Expr>,
    /// Tolerated error of each variable, in SI units.
    pub absolute: Vec<Expr>,
    /// Tolerated error as a part of a variable's size.
    pub relative: Expr,
    /// Inner steps that may be tried.
    pub most: Expr,
    /// For each variable, its number among those of the group that are tested for divergence.
    pub tested: Vec<usize>,
}

impl Adaptive {
    /// The array of lengths of inner steps.
    pub fn lengths(group: &str) -> String {
        format!("inner_{group}")
    }

    /// All expressions besides those of `lines`.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        self.old.iter().chain(&self.rates).chain(&self.absolute).chain([&self.relative, &self.most])
    }
}

/// What the loop of one neuron is made of.
pub struct Integration<'a> {
    /// The group.
    pub group: &'a Group,
    /// Its name as a part of identifiers.
    pub name: &'a str,
    /// Its differential equations.
    pub derivatives: &'a [Derivative],
    /// Its subexpressions.
    pub subexpressions: &'a Subexpressions,
    /// Variables that are tested for divergence, in order.
    pub tested: &'a [String],
    /// Where values taken out of the loop go.
    pub hoister: &'a mut Hoister,
    /// User names.
    pub names: &'a mut Names,
    /// The lines so far.
    pub lines: &'a mut Vec<Line>,
    /// True while the element is not refractory; present if any equation is held.
    pub active: Option<&'a Expr>,
}

impl Integration<'_> {
    /// Adds the loop; the identifiers of new values, in the order of the equations.
    pub fn run(mut self) -> Vec<String> {
        let mut names = self.point();
        let at = self.bind(&mut names, "x");
        let uses_time = self.derivatives.iter().any(|d| self.subexpressions.uses_time(&d.rate));
        let time = uses_time.then(|| "t_x".to_string());
        if let Some(time) = &time {
            names.bind("t", time.clone(), Known::changing(ValueKind::Real));
        }
        let mut lines = Vec::new();
        let rates = self.derivatives.iter().map(|derivative| {
            let rate = self.subexpressions.resolve(&derivative.rate, &mut names, self.hoister, &mut lines);
            let rate = match (self.active, derivative.held) {
                (Some(active), true) => select(active.clone(), rate, real(0.0)),
                _ => rate,
            };
            self.hoister.hoist(&rate, &names)
        });
        let rates = rates.collect();
        let new: Vec<String> = self.derivatives.iter().map(|d| format!("new_{}", d.variable)).collect();
        let adaptive = Adaptive {
            group: self.name.to_string(),
            old: self.derivatives.iter().map(|d| self.old(&d.variable)).collect(),
            at,
            time,
            lines,
            rates,
            absolute: self.derivatives.iter().map(|d| absolute(self.group, &d.variable)).collect::<Vec<_>>(),
            relative: self.group.tolerances.relative.clone().unwrap_or_else(|| real(TOLERANCE)),
            most: self.group.tolerances.max_steps.clone().unwrap_or_else(|| real(MOST_STEPS)),
            tested: self.derivatives.iter().map(|d| self.number(&d.variable)).collect(),
            new: new.clone(),
        };
        let adaptive = self.fixed(adaptive);
        self.lines.push(Line::Adaptive(Box::new(adaptive)));
        new.iter().for_each(|ident| self.names.know(ident.clone(), Known::changing(ValueKind::Real)));
        new
    }

    /// Names at a point of the inner loop. Subexpressions that are the same at all points are computed before it.
    fn point(&mut self) -> Names {
        let variables: Vec<String> = self.derivatives.iter().map(|d| d.variable.clone()).collect();
        let moves = |expr: &Expr| {
            let deep = self.subexpressions.inline(expr);
            mentions(&deep, "t") || variables.iter().any(|v| mentions(&deep, v))
        };
        let (moving, standing): (Vec<_>, Vec<_>) =
            self.subexpressions.definitions().partition(|(_, definition)| moves(definition));
        let moving: Vec<&String> = moving.into_iter().map(|(n, _)| n).collect();
        let used = |wanted: &str| {
            let mut texts = self.derivatives.iter().map(|d| &d.rate).collect::<Vec<_>>();
            texts.extend(
                self.subexpressions.definitions().filter(|(n, _)| moving.contains(n)).map(|(_, e)| e),
            );
            texts.iter().any(|text| names(text).contains(wanted))
        };
        for (standing, _) in standing.into_iter().filter(|(n, _)| used(n)) {
            self.subexpressions.resolve(&name(standing.clone()), self.names, self.hoister, self.lines);
        }
        let mut names = self.names.clone();
        self.subexpressions.forget_some(&mut names, &moving);
        names
    }

    fn bind(&self, names: &mut Names, prefix: &str) -> Vec<String> {
        let bind = |derivative: &Derivative| {
            let ident = format!("{prefix}_{}", derivative.variable);
            names.bind(&derivative.variable, ident.clone(), Known::changing(ValueKind::Real));
            ident
        };
        self.derivatives.iter().map(bind).collect()
    }

    fn old(&self, variable: &str) -> Expr {
        self.names.meaning(variable).expect("every differential variable is bound").clone()
    }

    fn number(&self, variable: &str) -> usize {
        let found = self.tested.iter().position(|tested| tested == variable);
        found.expect("every differential variable is tested for divergence")
    }

    /// Tolerances are computed once, before the loop.
    fn fixed(&mut self, adaptive: Adaptive) -> Adaptive {
        let mut fixed = |expr: &Expr| {
            let expr = self.names.resolve(expr);
            self.hoister.hoist(&expr, self.names)
        };
        Adaptive {
            absolute: adaptive.absolute.iter().map(&mut fixed).collect(),
            relative: fixed(&adaptive.relative),
            most: fixed(&adaptive.most),
            ..adaptive
        }
    }
}

/// The tolerated error of a variable, in SI units, over user names.
fn absolute(group: &Group, variable: &str) -> Expr {
    if let Some((_, expr)) = group.tolerances.absolute.iter().find(|(v, _)| v == variable) {
        return expr.clone();
    }
    multiply(real(TOLERANCE), real(shown(group, variable)))
}

/// The unit in which tables show a variable by default, in SI units: what a tolerance without a unit counts.
pub fn shown(group: &Group, variable: &str) -> f64 {
    let of = |e: &&crate::language::ast::Equation| {
        e.name == variable && matches!(e.kind, EquationKind::Differential(_))
    };
    group.equations.iter().find(of).map_or(1.0, |e| units::display(e.dimension).scale)
}

//! The `exact` method: linear systems advance by the exponential of their matrix.
//!
//! For dx/dt = M x + b over one step, x(t+dt) = P x(t) + F b with P = exp(M dt) and F the integral of exp(M s) over the
//! step (Rotter & Diesmann 1999, Biol. Cybern. 81, eq. 2-4); F exists for singular M too. A variable that depends on no
//! other needs no matrix: P = exp(a dt), F = dt exprel(a dt). While refractory, held variables have a zero row, and
//! coefficients may depend on `not_refractory`, so that there is a second propagator; both are computed when a point is
//! prepared. Where a coefficient of coupled variables can change during the run, each element keeps the values that its
//! propagators are made of, and makes them anew when one differs.

use crate::language::ast::{Expr, ValueKind};

use super::algebra::{add, call, is, is_random, key, multiply, name, real, select};
use super::hoist::Hoister;
use super::linear;
use super::lines::Line;
use super::names::{Known, Names};
use super::refractoriness;
use super::scheme::Derivative;
use super::subexpressions::Subexpressions;

/// A linear system over user names.
#[derive(Debug, Clone)]
pub struct System {
    /// Coefficients, row-major, n x n.
    pub matrix: Vec<Expr>,
    /// Inhomogeneous part, n.
    pub constant: Vec<Expr>,
}

/// Why a system cannot be solved exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotExact {
    /// The equation of this variable is not linear.
    NotLinear(String),
    /// The equation of this variable depends on time within a step.
    DependsOnTime(String),
}

impl System {
    /// Reads the system off the equations.
    pub fn analyse(
        derivatives: &[Derivative],
        subexpressions: &Subexpressions,
        names: &Names,
    ) -> Result<System, NotExact> {
        let variables: Vec<String> = derivatives.iter().map(|d| d.variable.clone()).collect();
        let mut system = System { matrix: Vec::new(), constant: Vec::new() };
        for derivative in derivatives {
            let deep = subexpressions.inline(&derivative.rate);
            if names.moves_within_step(&deep) || is_random(&deep) {
                return Err(NotExact::DependsOnTime(derivative.variable.clone()));
            }
            let rate = subexpressions.inline_where(&derivative.rate, &variables);
            let split = linear::split(&rate, &variables)
                .ok_or_else(|| NotExact::NotLinear(derivative.variable.clone()))?;
            system.matrix.extend(split.coefficients);
            system.constant.push(split.rest);
        }
        Ok(system)
    }

    fn size(&self) -> usize {
        self.constant.len()
    }

    /// `reach[i*n + j]`: whether x_i after a step depends on x_j before it.
    pub fn reach(&self) -> Vec<bool> {
        let n = self.size();
        let mut reach: Vec<bool> = self.matrix.iter().map(|c| !is(c, 0.0)).collect();
        for i in 0..n {
            reach[i * n + i] = true;
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    reach[i * n + j] |= reach[i * n + k] && reach[k * n + j];
                }
            }
        }
        reach
    }

    /// What the elements obey: one system, or one while active and one while refractory.
    pub fn variants(
        self,
        derivatives: &[Derivative],
        subexpressions: &Subexpressions,
        has_refractoriness: bool,
    ) -> Vec<System> {
        let changes = |c: &Expr| refractoriness::depends(c, subexpressions);
        let held = derivatives.iter().any(|d| d.held);
        if !has_refractoriness || !(held || self.matrix.iter().any(changes)) {
            return vec![self];
        }
        let mut refractory = self.at(false, subexpressions);
        let n = self.size();
        for (i, _) in derivatives.iter().enumerate().filter(|(_, d)| d.held) {
            refractory.matrix[i * n..(i + 1) * n].fill(real(0.0));
            refractory.constant[i] = real(0.0);
        }
        vec![self.at(true, subexpressions), refractory]
    }

    fn at(&self, active: bool, subexpressions: &Subexpressions) -> System {
        let at = |expr: &Expr| refractoriness::at(expr, active, subexpressions);
        System {
            matrix: self.matrix.iter().map(at).collect(),
            constant: self.constant.iter().map(at).collect(),
        }
    }

    /// The system over identifiers.
    pub fn resolved(&self, resolve: &mut dyn FnMut(&Expr) -> Expr) -> System {
        System {
            matrix: self.matrix.iter().map(&mut *resolve).collect(),
            constant: self.constant.iter().map(&mut *resolve).collect(),
        }
    }

    /// Variables in which a row with several of them takes part.
    pub fn coupled(&self) -> Vec<bool> {
        let (n, reach) = (self.size(), self.reach());
        let alone = |i: usize| (0..n).all(|j| j == i || !reach[i * n + j]);
        (0..n).map(|j| (0..n).any(|i| !alone(i) && reach[i * n + j])).collect()
    }

    /// Coefficients of coupled variables that can change during the run, over identifiers.
    fn changing(&self, names: &Names) -> Vec<&Expr> {
        let (n, coupled) = (self.size(), self.coupled());
        let of = |(k, c): (usize, &'_ Expr)| coupled[k / n] && names.depends(c).step;
        (0..n * n).map(|k| (k, &self.matrix[k])).filter(|found| of(*found)).map(|(_, c)| c).collect()
    }

    /// The matrix without what coupled variables do not need and the preparation of a point cannot know.
    fn needed(&self, names: &Names) -> Vec<Expr> {
        let (n, coupled) = (self.size(), self.coupled());
        let of = |(k, c): (usize, &Expr)| match !coupled[k / n] && names.depends(c).step {
            true => real(0.0),
            false => c.clone(),
        };
        self.matrix.iter().enumerate().map(of).collect()
    }
}

/// An entry of a propagator that the step loop uses.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Identifier in the step loop.
    pub ident: String,
    /// Which of the variants.
    pub variant: usize,
    /// True: of the integral F, false: of P.
    pub integral: bool,
    /// Row and column.
    pub place: (usize, usize),
}

/// A matrix exponential computed when a point is prepared.
#[derive(Debug, Clone)]
pub struct Propagator {
    /// Name of the array it is stored in.
    pub field: String,
    /// Number of variables.
    pub size: usize,
    /// Matrices over identifiers: while active, and while refractory if that differs.
    pub matrices: Vec<Vec<Expr>>,
    /// What is stored, in this order.
    pub entries: Vec<Entry>,
    /// One propagator an element, or one for all.
    pub per_element: bool,
    /// Where coefficients can change during the run.
    pub changing: Option<Changing>,
}

/// Propagators that follow their coefficients.
#[derive(Debug, Clone)]
pub struct Changing {
    /// What coefficients need of an element at the beginning of a step.
    pub lines: Vec<Line>,
    /// The arrays of coefficients that the propagators of an element were made of, and the coefficients.
    pub coefficients: Vec<(String, Expr)>,
}

/// New values of all variables, as expressions over identifiers, and the propagator they need.
pub struct Update {
    /// One expression a variable.
    pub values: Vec<Expr>,
    /// `None` where no two variables are coupled.
    pub propagator: Option<Propagator>,
}

/// A linear system over identifiers, in all its variants.
pub struct Resolved<'a> {
    /// While active, and while refractory if that differs.
    pub variants: &'a [System],
    /// Its equations.
    pub derivatives: &'a [Derivative],
    /// True while the element is not refractory; needed for two variants.
    pub active: Option<&'a Expr>,
    /// Name of the array of propagators.
    pub field: &'a str,
}

impl Resolved<'_> {
    /// Whether coefficients of coupled variables can change during the run.
    pub fn changes(&self, names: &Names) -> bool {
        self.variants.iter().any(|system| !system.changing(names).is_empty())
    }

    /// Builds the update.
    pub fn update(&self, names: &Names, hoister: &mut Hoister) -> Update {
        let mut builder = Builder {
            derivatives: self.derivatives,
            names,
            hoister,
            field: self.field,
            entries: Vec::new(),
            per_element: self.variants.iter().flat_map(|v| &v.matrix).any(|c| names.depends(c).element),
            changes: self.changes(names),
        };
        let n = self.derivatives.len();
        let mut values = Vec::new();
        for i in 0..n {
            let moving = builder.row(&self.variants[0], 0, i);
            values.push(match (self.active, self.variants.get(1)) {
                (Some(active), Some(refractory)) if self.differ(i) => {
                    let standing = builder.row(refractory, 1, i);
                    select(active.clone(), moving, standing)
                }
                _ => moving,
            });
        }
        let (entries, per_element) = (builder.entries, builder.per_element);
        let propagator = (!entries.is_empty()).then(|| Propagator {
            field: self.field.to_string(),
            size: n,
            matrices: self.matrices(names),
            entries,
            per_element,
            changing: None,
        });
        Update { values, propagator }
    }

    /// What propagators are made of.
    pub fn matrices(&self, names: &Names) -> Vec<Vec<Expr>> {
        self.variants.iter().map(|v| v.needed(names)).collect()
    }

    /// Whether row i of the propagators differs between the variants.
    fn differ(&self, i: usize) -> bool {
        let [a, b] = self.variants else { return false };
        let (n, here, there) = (a.size(), a.reach(), b.reach());
        let same = |x: &Expr, y: &Expr| key(x) == key(y);
        let differs = |j: usize| {
            !same(&a.constant[j], &b.constant[j])
                || (0..n).any(|k| !same(&a.matrix[j * n + k], &b.matrix[j * n + k]))
        };
        (0..n).any(|j| (here[i * n + j] || there[i * n + j]) && differs(j))
    }

    /// The coefficients to keep for each element, each once.
    pub fn kept(&self, names: &Names) -> Vec<(String, Expr)> {
        let mut kept: Vec<(String, Expr)> = Vec::new();
        for coefficient in self.variants.iter().flat_map(|system| system.changing(names)) {
            if !kept.iter().any(|(_, other)| key(other) == key(coefficient)) {
                kept.push((format!("{}_c{}[e]", self.field, kept.len()), coefficient.clone()));
            }
        }
        kept
    }
}

struct Builder<'a> {
    derivatives: &'a [Derivative],
    names: &'a Names,
    hoister: &'a mut Hoister,
    field: &'a str,
    entries: Vec<Entry>,
    per_element: bool,
    changes: bool,
}

impl Builder<'_> {
    fn old(&self, i: usize) -> Expr {
        self.names
            .meaning(&self.derivatives[i].variable)
            .expect("every differential variable is bound")
            .clone()
    }

    /// Row i of P x + F b.
    fn row(&mut self, system: &System, variant: usize, i: usize) -> Expr {
        let n = system.size();
        let reach = system.reach();
        let alone = (0..n).all(|j| j == i || !reach[i * n + j]);
        let mut sum = real(0.0);
        for j in (0..n).filter(|j| reach[i * n + j]) {
            let factor = if alone {
                self.alone(&system.matrix[i * n + i], false)
            } else {
                self.entry(variant, false, i, j)
            };
            sum = add(sum, multiply(factor, self.old(j)));
        }
        let mut fixed = real(0.0);
        for j in (0..n).filter(|j| reach[i * n + j] && !is(&system.constant[*j], 0.0)) {
            let factor = if alone {
                self.alone(&system.matrix[i * n + i], true)
            } else {
                self.entry(variant, true, i, j)
            };
            let part = multiply(factor, system.constant[j].clone());
            match self.names.depends(&part).step {
                true => sum = add(sum, part),
                false => fixed = add(fixed, part),
            }
        }
        let sum = add(sum, fixed);
        self.hoister.hoist(&sum, self.names)
    }

    /// Literal identities stay what they are, so that a variable without dynamics costs nothing.
    fn alone(&mut self, a: &Expr, integral: bool) -> Expr {
        let dt = || self.names.meaning("dt").expect("every group has a time step").clone();
        let exponent = multiply(a.clone(), dt());
        let value = match (is(a, 0.0), integral) {
            (true, false) => real(1.0),
            (true, true) => dt(),
            (false, false) => call("exp", vec![exponent]),
            (false, true) => multiply(dt(), call("exprel", vec![exponent])),
        };
        self.hoister.hoist(&value, self.names)
    }

    fn entry(&mut self, variant: usize, integral: bool, i: usize, j: usize) -> Expr {
        let found =
            self.entries.iter().find(|e| (e.variant, e.integral, e.place) == (variant, integral, (i, j)));
        if let Some(entry) = found {
            return name(entry.ident.clone());
        }
        let number = self.entries.len();
        let (ident, known) = match (self.per_element, self.changes) {
            (true, true) => (format!("{}_{number}[e]", self.field), Known::changing(ValueKind::Real)),
            (true, false) => (format!("{}_{number}[e]", self.field), Known::constant(ValueKind::Real)),
            (false, _) => (format!("{}_{number}", self.field), Known::scalar(ValueKind::Real)),
        };
        self.names.know(ident.clone(), known);
        self.entries.push(Entry { ident: ident.clone(), variant, integral, place: (i, j) });
        name(ident)
    }
}

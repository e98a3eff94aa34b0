//! The `exact` method: linear systems advance by the exponential of their matrix.
//!
//! For dx/dt = M x + b over one step, x(t+dt) = P x(t) + F b with P = exp(M dt) and F the integral of exp(M s) over the
//! step (Rotter & Diesmann 1999, Biol. Cybern. 81, eq. 2-4); F exists for singular M too. A variable that depends on no
//! other needs no matrix: P = exp(a dt), F = dt exprel(a dt). While refractory, held variables have a zero row, so that
//! there is a second propagator; both are computed when a point is prepared.

use crate::language::ast::{Expr, ValueKind};

use super::algebra::{add, call, is, is_random, mentions, multiply, name, real, select};
use super::hoist::Hoister;
use super::linear;
use super::names::{Known, Names};
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
    pub fn analyse(derivatives: &[Derivative], subexpressions: &Subexpressions) -> Result<System, NotExact> {
        let variables: Vec<String> = derivatives.iter().map(|d| d.variable.clone()).collect();
        let mut system = System { matrix: Vec::new(), constant: Vec::new() };
        for derivative in derivatives {
            let deep = subexpressions.inline(&derivative.rate);
            if mentions(&deep, "t") || is_random(&deep) {
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
    fn reach(&self) -> Vec<bool> {
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

    /// The system while refractory: held variables do not move.
    fn held(&self, derivatives: &[Derivative]) -> System {
        let n = self.size();
        let mut system = self.clone();
        for (i, derivative) in derivatives.iter().enumerate().filter(|(_, d)| d.held) {
            debug_assert_eq!(derivatives[i].variable, derivative.variable);
            system.matrix[i * n..(i + 1) * n].fill(real(0.0));
            system.constant[i] = real(0.0);
        }
        system
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
}

/// New values of all variables, as expressions over identifiers, and the propagator they need.
pub struct Update {
    /// One expression a variable.
    pub values: Vec<Expr>,
    /// `None` where no two variables are coupled.
    pub propagator: Option<Propagator>,
}

/// Builds the update of a linear system.
pub fn update(
    system: &System,
    derivatives: &[Derivative],
    names: &Names,
    hoister: &mut Hoister,
    active: Option<&Expr>,
    field: &str,
) -> Update {
    let mut builder = Builder { derivatives, names, hoister, field, entries: Vec::new(), per_element: false };
    let variants = match active {
        Some(_) => vec![resolved(system, names), resolved(&system.held(derivatives), names)],
        None => vec![resolved(system, names)],
    };
    builder.per_element = variants[0].matrix.iter().any(|c| names.depends(c).element);
    let reach = system.reach();
    let n = system.size();
    let mut values = Vec::new();
    for i in 0..n {
        let moving = builder.row(&variants[0], 0, i);
        let touched = (0..n).any(|j| reach[i * n + j] && derivatives[j].held);
        values.push(match active {
            Some(active) if derivatives[i].held => select(active.clone(), moving, builder.old(i)),
            Some(active) if touched => {
                let standing = builder.row(&variants[1], 1, i);
                select(active.clone(), moving, standing)
            }
            _ => moving,
        });
    }
    let (entries, per_element) = (builder.entries, builder.per_element);
    let matrices = variants.into_iter().map(|v| v.matrix).collect();
    let propagator = (!entries.is_empty()).then(|| Propagator {
        field: field.to_string(),
        size: n,
        matrices,
        entries,
        per_element,
    });
    Update { values, propagator }
}

fn resolved(system: &System, names: &Names) -> System {
    System {
        matrix: system.matrix.iter().map(|c| names.resolve(c)).collect(),
        constant: system.constant.iter().map(|c| names.resolve(c)).collect(),
    }
}

struct Builder<'a> {
    derivatives: &'a [Derivative],
    names: &'a Names,
    hoister: &'a mut Hoister,
    field: &'a str,
    entries: Vec<Entry>,
    per_element: bool,
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
        let (ident, known) = match self.per_element {
            true => (format!("{}_{number}[e]", self.field), Known::constant(ValueKind::Real)),
            false => (format!("{}_{number}", self.field), Known::scalar(ValueKind::Real)),
        };
        self.names.know(ident.clone(), known);
        self.entries.push(Entry { ident: ident.clone(), variant, integral, place: (i, j) });
        name(ident)
    }
}

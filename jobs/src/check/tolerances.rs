//! `absolute_tolerance`, `relative_tolerance` and `max_steps` of a group or of synapses: what the adaptive method keeps to.
//!
//! Refuses them where the method has fixed steps, tolerances of what has no differential equation, and values of
//! another dimension. Whether values are possible is a rule of the points.

use kernels::language::ast::{Binary, Equation, EquationKind, Expr, ExprKind};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::{suggest, units};
use kernels::model::Tolerances;
use kernels::program::adaptive;

use super::model::Checker;
use crate::codes;
use crate::tree::Key;
use crate::written::{self, Absolute, Scalar, Text};

impl Checker<'_> {
    /// Tolerances of a group or of synapses; `equations` are those that its method integrates.
    pub fn tolerances(
        &mut self,
        name: &Key,
        (keys, method): (&written::Tolerances, Option<Text>),
        equations: &[Equation],
    ) -> Tolerances {
        self.without_effect(name, keys, method);
        let absolute = match &keys.absolute {
            None => Vec::new(),
            Some(Absolute::All(scalar)) => self.of_all(scalar, equations),
            Some(Absolute::Each(each)) => each
                .iter()
                .filter_map(|(key, scalar)| {
                    let Some(equation) = differential(equations).find(|e| e.name == key.name) else {
                        return self.refuse(no_equation(key, equations));
                    };
                    let what = format!("the tolerance of '{}'", key.name);
                    let expr = self.fixed(scalar, equation.dimension, &what)?;
                    Some((key.name.clone(), expr))
                })
                .collect(),
        };
        let mut number = |scalar: &Option<Scalar>, what| self.fixed(scalar.as_ref()?, Dimension::NONE, what);
        Tolerances {
            absolute,
            relative: number(&keys.relative, "the relative tolerance"),
            max_steps: number(&keys.max_steps, "max_steps"),
        }
    }

    /// A pure number counts the units in which tables show the variables.
    fn of_all(&mut self, scalar: &Scalar, equations: &[Equation]) -> Vec<(String, Expr)> {
        let before = self.faults.len();
        let Some(expr) = self.fixed(scalar, Dimension::NONE, "the absolute tolerance") else {
            let example = differential(equations).next().map_or("v", |e| &e.name);
            for fault in self.faults[before..].iter_mut().filter(|f| f.help.is_none()) {
                let help =
                    format!("a tolerance with a unit belongs to a variable: {{ {example} = \"1e-6 mV\" }}");
                fault.help = Some(help);
            }
            return Vec::new();
        };
        let of = |equation: &Equation| {
            let unit =
                Expr { kind: ExprKind::Real(units::display(equation.dimension).scale), span: expr.span };
            let kind = ExprKind::Binary(Binary::Multiply, Box::new(expr.clone()), Box::new(unit));
            (equation.name.clone(), Expr { kind, span: expr.span })
        };
        differential(equations).map(of).collect()
    }

    /// A text parameter may stand for the method of some points; then the keys belong to those.
    fn without_effect(&mut self, name: &Key, keys: &written::Tolerances, asked: Option<Text>) {
        let method = asked.map(|text| self.read(text.id).trim().to_owned());
        if method.as_ref().is_some_and(|m| m == adaptive::NAME || m.contains('{')) {
            return;
        }
        let absolute = keys.absolute.as_ref().map(|absolute| match absolute {
            Absolute::All(scalar) => scalar.span,
            Absolute::Each(each) => each.first().map_or(name.span, |(key, _)| key.span),
        });
        let spans = [
            ("absolute_tolerance", absolute),
            ("relative_tolerance", keys.relative.as_ref().map(|s| s.span)),
            ("max_steps", keys.max_steps.as_ref().map(|s| s.span)),
        ];
        for (key, span) in spans {
            let Some(span) = span else { continue };
            let message = match &method {
                Some(method) => format!("'{key}' has no effect: '{method}' takes steps of fixed length"),
                None => format!("'{key}' has no effect: without 'method', steps have a fixed length"),
            };
            let fault = Fault::new(codes::NO_EFFECT, span, message);
            let fault = asked.into_iter().fold(fault, |f, text| f.also(text.span, "the method"));
            self.faults.push(fault.help("write method = \"rk45\", or leave the key out"));
        }
    }
}

fn differential(equations: &[Equation]) -> impl Iterator<Item = &Equation> {
    equations.iter().filter(|e| matches!(e.kind, EquationKind::Differential(_)))
}

fn no_equation(key: &Key, equations: &[Equation]) -> Fault {
    let names: Vec<&str> = differential(equations).map(|e| e.name.as_str()).collect();
    let message = format!("'{}' has no differential equation, and so no tolerance", key.name);
    let fault = Fault::new(codes::UNKNOWN_NAME, key.span, message);
    match suggest::nearest(&key.name, &names) {
        Some(near) => fault.help(format!("did you mean '{near}'?")),
        None => fault.help(format!("variables with a differential equation: {}", names.join(", "))),
    }
}

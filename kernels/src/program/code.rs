//! What is done to the stored values of a group outside its loop: initial values, places of links, subexpressions that
//! hold for a step, spikes, resets.

use crate::language::ast::{Expr, ValueKind};
use crate::model::Population;

use super::algebra::name;
use super::draws::Index;
use super::group::{GroupBuilder, Owner};
use super::lines::Line;
use super::links::{self, LinkProgram};
use super::names::{Known, Names, part};
use super::statements::{self, Place, Surroundings};

impl GroupBuilder<'_> {
    pub(super) fn links(&mut self, names: &Names) -> Vec<LinkProgram> {
        let Owner::Neurons(population) = self.owner else { return Vec::new() };
        let mut names = names.clone();
        names.bind("i", "(int32_t)i", Known::constant(ValueKind::Integer));
        let mut all = links::declare(self.group, population, &names, self.fields);
        for (program, link) in all.iter_mut().zip(&self.group.links) {
            program.source = part(&self.model.name(link.of));
            program.of_synapses = matches!(link.of, Population::Synapses(_));
        }
        all
    }

    /// Stores the subexpressions that keep their value for a step.
    pub(super) fn held(&mut self, names: &Names) -> Vec<Line> {
        let places = Default::default();
        let around = Surroundings {
            names,
            subexpressions: &[&self.parts.subexpressions],
            places: &places,
            index: Index {
                object: &self.group.name,
                text: "constant over dt",
                structural: false,
                step: "step",
                element: "e",
            },
        };
        let line = |(variable, kind, expr): &(String, ValueKind, Expr)| {
            let element = if self.parts.shared.contains(variable) { "0" } else { around.index.element };
            let around = Surroundings { index: Index { element, ..around.index.clone() }, ..around };
            Line::Assign {
                target: format!("{}[e]", self.parts.array(variable)),
                kind: *kind,
                assign: crate::language::ast::Assign::Set,
                value: statements::expression(expr, names, &around, self.sites),
            }
        };
        self.parts.held.iter().map(line).collect()
    }

    pub(super) fn initial(&mut self, mut names: Names) -> Vec<Line> {
        names.bind("i", "(int32_t)i", Known::constant(ValueKind::Integer));
        names.define("t", super::algebra::real(0.0));
        let mut places = self.parts.places("e", "", false);
        if self.parts.stores_last {
            let code = format!("{}[e]", self.parts.array("lastspike"));
            places.insert(
                "lastspike".into(),
                Place { code, kind: ValueKind::Real, guard: None, shared: false },
            );
        }
        let around = Surroundings {
            names: &names,
            subexpressions: &[&self.parts.subexpressions],
            places: &places,
            index: Index {
                object: &self.group.name,
                text: "initial",
                structural: true,
                step: "0",
                element: "i",
            },
        };
        statements::blocks(&self.group.initial, &around, self.sites)
    }

    pub(super) fn on_spike(&self) -> Vec<Line> {
        let set = |array: String, kind, value: &str| Line::Assign {
            target: format!("{array}[e]"),
            kind,
            assign: crate::language::ast::Assign::Set,
            value: name(value),
        };
        let mut lines = Vec::new();
        if self.group.refractory.is_some() {
            lines.push(set(self.parts.last(), ValueKind::Integer, "step"));
        }
        if self.parts.stores_active {
            lines.push(set(self.parts.array("not_refractory"), ValueKind::Integer, "0"));
        }
        if self.parts.stores_last {
            lines.push(set(self.parts.array("lastspike"), ValueKind::Real, "t"));
        }
        lines
    }

    pub(super) fn reset(&mut self, names: Names) -> Vec<Line> {
        let places = self.parts.places("e", "", false);
        let element = if self.coupled { "e" } else { "i" };
        let around = Surroundings {
            names: &names,
            subexpressions: &[&self.parts.subexpressions],
            places: &places,
            index: Index {
                object: &self.group.name,
                text: "reset",
                structural: false,
                step: "step",
                element,
            },
        };
        statements::translate(&self.group.reset, &around, self.sites)
    }
}

//! Which population a text names, and which part of it: `P`, `P[:80]`.
//!
//! Refuses populations that are not there, and bounds that are no numbers.

use kernels::language::ast::{Span, TextId};
use kernels::language::check;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::parser::{self, SliceText};
use kernels::language::suggest;
use kernels::model::{Model, Population, Slice};

use super::model::Checker;
use crate::codes;

impl Checker<'_> {
    /// A population or a part of it.
    pub fn slice(&mut self, text: TextId, model: &Model, what: &str) -> Option<Slice> {
        let id = self.substituted(text)?;
        let result = parser::slice(self.texts.get(id), id).map_err(|f| vec![f]);
        let parsed = self.keep(result)?;
        let span = self.texts.whole(id);
        self.part(SliceText { span, ..parsed }, model, what)
    }

    /// A population or a part of it that was parsed with something else.
    pub fn part(&mut self, parsed: SliceText, model: &Model, what: &str) -> Option<Slice> {
        let of = self.population(&parsed.name, parsed.name_span, model, what)?;
        for bound in [&parsed.start, &parsed.stop].into_iter().flatten() {
            let result = self.parameters.only_numbers(bound, "the bound");
            self.keep(result)?;
            let result = check::expect(bound, &self.scalars, Dimension::NONE, "the bound of a part");
            self.keep(result)?;
        }
        Some(Slice { of, start: parsed.start, stop: parsed.stop, span: parsed.span })
    }

    fn population(&mut self, name: &str, span: Span, model: &Model, what: &str) -> Option<Population> {
        if let Some(k) = model.groups.iter().position(|g| g.name == name) {
            return Some(Population::Group(k));
        }
        if let Some(k) = model.poisson.iter().position(|g| g.name == name) {
            return Some(Population::Poisson(k));
        }
        if let Some(k) = model.generators.iter().position(|g| g.name == name) {
            return Some(Population::Generator(k));
        }
        let known = model.groups.iter().map(|g| &g.name).chain(model.poisson.iter().map(|g| &g.name));
        let known: Vec<&String> = known.chain(model.generators.iter().map(|g| &g.name)).collect();
        let fault = Fault::new(codes::POPULATION, span, format!("{what}: there is no group '{name}'"));
        let fault = match suggest::nearest(name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => {
                fault.help("groups are defined by [neurons.NAME], [poisson.NAME] and [spike_generators.NAME]")
            }
        };
        self.refuse(fault)
    }
}

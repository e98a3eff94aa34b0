//! All that is written about the synapses of an object and can name variables of either side.

use crate::language::ast::{Expr, Statement};
use crate::model::Model;
use crate::phases::{Target, codes};

/// Rules, delays, equations, sums and initial values of an object; its code at spikes, in actions and at phases; and what of
/// it is recorded.
pub fn of_synapses(model: &Model, number: usize) -> Vec<&Expr> {
    let object = &model.synapses[number];
    let initial = object.initial.iter();
    let initial = initial.flat_map(|b| b.condition.iter().chain(b.statements.iter().map(|s| &s.value)));
    let delays = object.pathways.iter().filter_map(|pathway| pathway.delay.as_ref());
    let rules = object.connect.iter().flat_map(|connect| connect.expressions());
    let code = code_at(model, number).map(|statement| &statement.value);
    let texts = object.at_steps().chain(code).chain(initial).chain(delays).chain(rules);
    texts.chain(super::recording::of_synapses_of(model, number)).collect()
}

/// Statements that are done at the synapses of an object while simulating.
pub fn code_at(model: &Model, number: usize) -> impl Iterator<Item = &Statement> {
    let at_phases = codes(&model.phases).filter(move |c| matches!(c.on, Target::Synapses(k) if k == number));
    let code = model.synapses[number].code().chain(model.actions_at(number));
    code.chain(at_phases.flat_map(|c| &c.statements))
}

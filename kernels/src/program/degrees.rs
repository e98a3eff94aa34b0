//! How many synapses of an object the neurons at both ends of a synapse have: `N_outgoing` of its source, which row starts
//! tell, and `N_incoming` of its target, which are counted where something reads them.

use crate::language::ast::{Expr, ValueKind};
use crate::model::Model;
use crate::phases::{Target, codes};

use super::algebra::mentions;
use super::choices;
use super::names::{Known, Names};
use super::recording;

/// Synapses of the object onto the target of a synapse.
pub const INCOMING: &str = "N_incoming";
/// Synapses of the object from the source of a synapse.
pub const OUTGOING: &str = "N_outgoing";

/// The array of the synapses that each neuron of the target has.
pub fn incoming(object: &str) -> String {
    format!("incoming_{object}")
}

/// What reads both numbers, where source and target are counted in their slices.
pub(super) fn read(object: &str, i: &str, j: &str) -> [(&'static str, String); 2] {
    let row = format!("first_{object}");
    [
        (OUTGOING, format!("(int32_t)({row}[{i} + 1] - {row}[{i}])")),
        (INCOMING, format!("{}[{j}]", incoming(object))),
    ]
}

/// Gives both numbers their names.
pub(super) fn bind(names: &mut Names, object: &str, i: &str, j: &str) {
    read(object, i, j).into_iter().for_each(|(user, ident)| {
        names.bind(user, ident, Known::changing(ValueKind::Integer));
    });
}

/// Whether anything reads how many synapses the neurons of the target have.
pub(super) fn counts_incoming(model: &Model, number: usize) -> bool {
    let object = &model.synapses[number];
    let at_phases = codes(&model.phases).filter(|c| matches!(c.on, Target::Synapses(k) if k == number));
    let initial = object.initial.iter();
    let statements =
        object.code().chain(at_phases.flat_map(|c| &c.statements)).chain(model.actions_at(number));
    let statements = statements.chain(initial.clone().flat_map(|block| &block.statements));
    let values = statements.map(|statement| &statement.value);
    let values = values.chain(initial.filter_map(|block| block.condition.as_ref()));
    let values = values.chain(object.at_steps());
    let values = values.chain(object.pathways.iter().filter_map(|pathway| pathway.delay.as_ref()));
    let values = values.chain(recording::of_synapses_of(model, number));
    let mut values = values.chain(choices::conditions(model, number));
    values.any(|value: &Expr| mentions(value, INCOMING))
}

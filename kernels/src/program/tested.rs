//! Which variables are tested for values that are not finite.
//!
//! Of neurons whatever changes; of synapses what is integrated at each step, and in a model with `strict_nan` whatever
//! changes. Constants are left out: what is not finite there is found in what is computed from it.

use crate::language::ast::ValueKind;
use crate::model::Model;

use super::clocked::is_clocked;
use super::event_driven::LAST_UPDATE;
use super::names::part;
use super::parts::GroupParts;
use super::synapses;

/// A variable that is tested.
#[derive(Debug, Clone)]
pub struct Tested {
    /// What users call it.
    pub variable: String,
    /// The array of its values.
    pub array: String,
    /// Integer or real.
    pub kind: ValueKind,
}

/// The variables of a group of neurons, or of an object of synapses.
#[derive(Debug, Clone)]
pub struct TestedOf {
    /// Its name as a part of identifiers.
    pub name: String,
    /// In the order of their numbers.
    pub variables: Vec<Tested>,
}

/// All of a model: those of groups, then those of synapses. Counted through, their numbers are those in `diverged`.
pub fn all(model: &Model, groups: &[GroupParts]) -> Vec<TestedOf> {
    let groups = groups[..model.groups.len()].iter();
    let of_groups = groups.map(|parts| TestedOf { name: parts.name.clone(), variables: of_group(parts) });
    let of_synapses = model
        .synapses
        .iter()
        .enumerate()
        .map(|(k, object)| TestedOf { name: part(&object.name), variables: of_synapses(model, k) });
    of_groups.chain(of_synapses).collect()
}

/// Those of a group.
pub fn of_group(parts: &GroupParts) -> Vec<Tested> {
    let changing = parts.stored.iter().filter(|(_, kind, moves)| *moves && *kind != ValueKind::Boolean);
    let tested = |(variable, kind, _): &(String, ValueKind, bool)| Tested {
        variable: variable.clone(),
        array: parts.array(variable),
        kind: *kind,
    };
    changing.map(tested).collect()
}

/// Those of an object of synapses.
pub fn of_synapses(model: &Model, number: usize) -> Vec<Tested> {
    let object = &model.synapses[number];
    let integrated = |variable: &str| object.equations.iter().any(|e| e.name == variable && is_clocked(e));
    let is_tested = |(variable, kind, moves): &(String, ValueKind, bool)| {
        // Times of the last update are no values of the model.
        *moves
            && *kind != ValueKind::Boolean
            && variable != LAST_UPDATE
            && (model.strict_nan || integrated(variable))
    };
    let variables = synapses::variables(model, number).into_iter().filter(is_tested);
    variables
        .map(|(variable, kind, _)| {
            let array = format!("y_{}_{}", part(&object.name), part(&variable));
            Tested { variable, array, kind }
        })
        .collect()
}

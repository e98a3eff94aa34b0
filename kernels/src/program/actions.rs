//! Code that is done for neurons or synapses at times of its own, as a program.

use crate::language::ast::ValueKind;
use crate::model::{Model, Population};

use super::draws::{Index, Sites};
use super::lines::Line;
use super::names::{Known, Names};
use super::parts::{GroupParts, seen_from};
use super::statements::{self, Surroundings};

/// The program of an action.
#[derive(Debug, Clone)]
pub struct ActionProgram {
    /// Its number in the model.
    pub action: usize,
    /// For whom.
    pub on: Doers,
    /// Done for each element `e`, the `k`-th of the slice, or for each synapse `q` from `pre` to `post`.
    pub code: Vec<Line>,
    /// What is known of the identifiers.
    pub names: Names,
    /// It is done every so many steps of its clock, which the plan says; else at every one.
    pub counts: bool,
}

/// For whom code is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doers {
    /// Neurons of this population.
    Neurons(usize),
    /// All synapses of this object.
    Synapses(usize),
}

/// The programs of all actions.
pub fn build(model: &Model, parts: &[GroupParts], coupled: bool, sites: &mut Sites) -> Vec<ActionProgram> {
    let mut all = Vec::new();
    for (number, action) in model.actions.iter().enumerate() {
        if let Some(object) = action.object() {
            let (code, names) = super::synapses::action(model, object, parts, action, sites);
            let counts = action.every.is_some();
            all.push(ActionProgram { action: number, on: Doers::Synapses(object), code, names, counts });
            continue;
        }
        let Some(Population::Group(g)) = action.slice().map(|slice| slice.of) else { continue };
        let mut names = seen_from(model, &parts[g], coupled, (model.groups[g].clock, action.clock));
        names.bind("i", "(int32_t)k", Known::constant(ValueKind::Integer));
        names.bind("N", format!("(int32_t)size_action_{number}"), Known::scalar(ValueKind::Integer));
        let around = Surroundings {
            names: &names,
            subexpressions: &[&parts[g].subexpressions],
            places: &parts[g].places("e", "", true),
            index: Index {
                object: &action.name,
                text: "code",
                structural: false,
                step: "step",
                element: "k",
            },
        };
        let code = statements::translate(&action.code, &around, sites);
        all.push(ActionProgram {
            action: number,
            on: Doers::Neurons(g),
            code,
            names,
            counts: action.every.is_some(),
        });
    }
    all
}

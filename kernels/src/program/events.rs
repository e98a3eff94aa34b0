//! Custom events as a program: who is concerned in a step, and what is done to them.

use crate::language::ast::Expr;
use crate::model::{Model, Population};

use super::draws::{Index, Sites};
use super::lines::Line;
use super::names::{Names, population};
use super::parts::{GroupParts, stored_names};
use super::statements::{self, Surroundings};

/// The program of an event; those to whom it happened stand in the list of its population, like spikes.
#[derive(Debug, Clone)]
pub struct EventProgram {
    /// The group, and the number of the event in it.
    pub event: (usize, usize),
    /// The population.
    pub population: usize,
    /// Its name as a part of identifiers, and the group's.
    pub names: [String; 2],
    /// Whether it happens to element `e`.
    pub condition: Expr,
    /// Done for each element `e` to which it happened.
    pub code: Vec<Line>,
    /// What is known of the identifiers.
    pub known: Names,
}

/// The programs of all events, in the order of their populations.
pub fn build(model: &Model, parts: &[GroupParts], sites: &mut Sites) -> Vec<EventProgram> {
    let events = model.populations().enumerate().filter_map(|(number, of)| match of {
        Population::Event(g, k) => Some((number, g, k)),
        _ => None,
    });
    let program = |(number, g, k): (usize, usize, usize)| {
        let (group, event) = (&model.groups[g], &model.groups[g].events[k]);
        let known = stored_names(model, &parts[g], true, group.clock);
        let object = model.name(Population::Event(g, k));
        let index = |text| Index { object: &object, text, structural: false, step: "step", element: "e" };
        // Like a reset it also sets what a refractory neuron holds (Brian's Resetter, groups/neurongroup.py).
        let places = parts[g].places("e", "", false);
        let none = Default::default();
        let reading = Surroundings {
            names: &known,
            subexpressions: &[&parts[g].subexpressions],
            places: &none,
            index: index("condition"),
        };
        let condition = statements::expression(&event.condition, &known, &reading, sites);
        let writing = Surroundings { places: &places, index: index("code"), ..reading };
        let code = statements::translate(&event.code, &writing, sites);
        let names = [population(&object), parts[g].name.clone()];
        EventProgram { event: (g, k), population: number, names, condition, code, known }
    };
    events.map(program).collect()
}

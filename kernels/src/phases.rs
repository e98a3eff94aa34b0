//! Phases of a run, in the checked model: one follows the other, with all state kept.
//!
//! What differs between them is said in terms of the model: which objects rest, what is set back or set anew when a phase
//! begins. Durations and values of parameters belong to the points of the sweep.

use crate::language::ast::{Span, Statement};
use crate::model::{Population, Slice};

/// A phase.
#[derive(Debug, Clone)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// What rests while it lasts.
    pub off: Vec<Part>,
    /// What is set back to its initial values when it begins.
    pub reset: Vec<Home>,
    /// What is done then, after that, in this order.
    pub code: Vec<Code>,
    /// Points that agree in it may go through it together: nothing in it is drawn for a configuration.
    pub shared: bool,
}

/// A part of the model that can rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A group: no state update, threshold, reset, event or action.
    Group(usize),
    /// A Poisson group: no spikes.
    Poisson(usize),
    /// A spike generator: no spikes.
    Generator(usize),
    /// A Poisson input.
    Input(usize),
    /// A custom event: index into `Model::groups`, and into its events.
    Event(usize, usize),
    /// What spikes do at an object of synapses: its number, and that of its pathway.
    Pathway(usize, usize),
    /// What is done to all synapses of an object at each step: its number.
    Synapses(usize),
    /// An action.
    Action(usize),
    /// A monitor.
    Monitor(usize),
}

/// What has values that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Home {
    /// Index into `Model::groups`.
    Group(usize),
    /// Index into `Model::synapses`.
    Synapses(usize),
}

/// Statements that are done once, when a phase begins.
#[derive(Debug, Clone)]
pub struct Code {
    /// For whom.
    pub on: Target,
    /// What.
    pub statements: Vec<Statement>,
}

/// For whom statements are done.
#[derive(Debug, Clone)]
pub enum Target {
    /// Neurons; `i` and `N` count in the slice.
    Neurons(Slice),
    /// All synapses of an object.
    Synapses(usize),
}

impl Part {
    /// The part that is a population, if it is one.
    pub fn of_population(population: Population) -> Part {
        match population {
            Population::Group(g) => Part::Group(g),
            Population::Poisson(p) => Part::Poisson(p),
            Population::Generator(g) => Part::Generator(g),
            Population::Event(g, k) => Part::Event(g, k),
            Population::Synapses(k) => Part::Synapses(k),
        }
    }
}

impl Code {
    /// The neurons that it is done for.
    pub fn slice(&self) -> Option<&Slice> {
        match &self.on {
            Target::Neurons(slice) => Some(slice),
            Target::Synapses(_) => None,
        }
    }

    /// Whether it is done for neurons of this group.
    pub fn is_of(&self, group: usize) -> bool {
        self.slice().is_some_and(|slice| slice.of == Population::Group(group))
    }
}

/// All code of all phases.
pub fn codes(phases: &[Phase]) -> impl Iterator<Item = &Code> {
    phases.iter().flat_map(|phase| &phase.code)
}

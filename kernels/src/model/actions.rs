//! Actions in the checked model: code that is done at times of its own, for neurons or for synapses.

use crate::language::ast::{Expr, Span, Statement};
use crate::phases::Target;
use crate::slots::When;

use super::{Model, Population, Slice};

/// Statements that are done for some neurons, or for all synapses of an object, at times of their own (Brian's
/// `run_regularly` and `run_at`).
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// For whom; among neurons `i` and `N` count in the slice.
    pub on: Target,
    /// What is done.
    pub code: Vec<Statement>,
    /// Time between (an expression of parameters); `None`: at every tick of its clock.
    pub every: Option<Expr>,
    /// Its clock: see `Model::clocks`.
    pub clock: usize,
    /// When in a step; `None`: slot start, order 0.
    pub when: Option<When>,
}

impl Action {
    /// Whether it is done for neurons of this group.
    pub fn is_of(&self, group: usize) -> bool {
        self.slice().is_some_and(|slice| slice.of == Population::Group(group))
    }

    /// The neurons that it is done for.
    pub fn slice(&self) -> Option<&Slice> {
        match &self.on {
            Target::Neurons(slice) => Some(slice),
            Target::Synapses(_) => None,
        }
    }

    /// The object of synapses that it is done for.
    pub fn object(&self) -> Option<usize> {
        match self.on {
            Target::Synapses(object) => Some(object),
            Target::Neurons(_) => None,
        }
    }
}

impl Model {
    /// Code of actions on the synapses of an object.
    pub fn actions_at(&self, object: usize) -> impl Iterator<Item = &Statement> {
        let on_it = self.actions.iter().filter(move |action| action.object() == Some(object));
        on_it.flat_map(|action| &action.code)
    }
}

//! Poisson inputs: to each element of a target a variable is raised by the number of events of many equal sources, times
//! a weight. The numbers are binomial; what their law needs is computed as far outside of the loops as it stays the same.

use crate::language::ast::{Assign, Expr, ValueKind};
use crate::model::{Model, PoissonInput, Population};

use super::algebra::{binary, name};
use super::draws::{Index, Sites};
use super::lines::Line;
use super::names::{Known, Names, part};
use super::parts::GroupParts;
use super::printing::as_real;
use super::statements::{self, Surroundings};

/// How long the law of an input's numbers stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Law {
    /// For all elements and steps.
    Run,
    /// For all elements of a step.
    Step,
    /// Each element has its own.
    Element,
}

/// The program of a Poisson input.
#[derive(Debug, Clone)]
pub struct InputProgram {
    /// Its name as a part of identifiers.
    pub name: String,
    /// Population number of the target.
    pub population: usize,
    /// Number of sources, over identifiers.
    pub n: Expr,
    /// Rate of each in Hz, over identifiers.
    pub rate: Expr,
    /// How long these stay the same.
    pub law: Law,
    /// Identifier of the key of its draws.
    pub key: String,
    /// Adds `drawn` times the weight to element `e`, number `i` of the target.
    pub lines: Vec<Line>,
    /// What is known of the identifiers.
    pub names: Names,
    /// Identifier of the time step of its clock: that of the target.
    pub dt: String,
}

/// The number of events of a step, in lines.
const DRAWN: &str = "drawn";

/// Builds the programs of all inputs. Their targets are neurons, as the check has seen.
pub fn build(model: &Model, groups: &[GroupParts], sites: &mut Sites) -> Vec<InputProgram> {
    let inputs = model.poisson_inputs.iter().filter_map(|input| match input.target.of {
        Population::Group(g) => Some(program(model, input, g, &groups[g], sites)),
        _ => None,
    });
    inputs.collect()
}

fn program(
    model: &Model,
    input: &PoissonInput,
    population: usize,
    parts: &GroupParts,
    sites: &mut Sites,
) -> InputProgram {
    let own = part(&input.name);
    let clock = model.groups[population].clock;
    let mut names = super::parts::common_names(model, true, &parts.name, clock);
    names.bind("i", "(int32_t)i", Known::changing(ValueKind::Integer));
    let index = Index { object: &input.name, text: "rate", structural: false, step: "step", element: "i" };
    let n = as_real(&names.resolve(&input.n), &names);
    let rate = as_real(&names.resolve(&input.rate), &names);
    let depends = names.depends(&rate);
    let law = match (depends.element || super::algebra::is_random(&rate), depends.step) {
        (true, _) => Law::Element,
        (false, true) => Law::Step,
        (false, false) => Law::Run,
    };
    let rate = sites.bind(&rate, &index);
    let key = sites.add(&Index { text: "events", ..index.clone() });
    names.bind("N", format!("input_count_{own}"), Known::scalar(ValueKind::Integer));
    parts.bind(&mut names, "e", "");
    names.know(DRAWN, Known::changing(ValueKind::Integer));
    let places = parts.places("e", "", true);
    let around = Surroundings {
        names: &names,
        subexpressions: &[&parts.subexpressions],
        places: &places,
        index: Index { text: "weight", ..index },
    };
    let weight = statements::expression(&input.weight, &names, &around, sites);
    let value = binary(crate::language::ast::Binary::Multiply, name(DRAWN), weight);
    let place = places.get(&input.variable).expect("the check knows the variable");
    let lines = vec![statements::write(place, Assign::Add, value)];
    InputProgram { name: own, population, n, rate, law, key, lines, names, dt: super::dt_of(model, clock) }
}

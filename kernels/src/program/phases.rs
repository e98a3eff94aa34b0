//! Phases as a program: which objects some phase switches, and what is done when a phase begins.
//!
//! A phase changes nothing in the loop over steps but the bounds of loops. What phases write is constant between their
//! beginnings, so it is no changing variable there: whatever was prepared from it is prepared anew.

use std::collections::HashMap;

use crate::language::ast::ValueKind;
use crate::model::{Model, Population};
use crate::phases::{Code, Home, Part, Phase, Target};

use super::draws::{Index, Sites};
use super::fields::{Element, Extent, Field, Fields};
use super::lines::Line;
use super::names::{Known, Names};
use super::parts::{GroupParts, stored_names};
use super::statements::{self, Surroundings};
use super::synapses;

/// What phases make of a model; nothing where the job has none.
#[derive(Debug, Clone, Default)]
pub struct PhasesProgram {
    /// Objects that rest in some phase; their numbers are those of their switches.
    pub switches: Vec<Switch>,
    /// The beginning of each phase.
    pub beginnings: Vec<Beginning>,
    /// The first phase that points do not share, where some do.
    pub first_own: Option<usize>,
}

/// An object that some phase switches off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The object.
    pub part: Part,
    /// For each phase: it rests.
    pub off: Vec<bool>,
    /// The clock in whose ticks it works.
    pub clock: usize,
}

/// What is done when a phase begins.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// Set back to initial values.
    pub reset: Vec<Home>,
    /// Done after that, in order.
    pub code: Vec<CodeProgram>,
}

/// Code of a phase.
#[derive(Debug, Clone)]
pub struct CodeProgram {
    /// For whom.
    pub on: Doer,
    /// What is done for each.
    pub lines: Vec<Line>,
    /// What is known of the identifiers.
    pub names: Names,
}

/// For whom code is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer {
    /// Elements `e` of a population, the `k`-th of the slice with this number in `Shape::coded`.
    Neurons {
        /// The population.
        population: usize,
        /// The slice.
        slice: usize,
    },
    /// Synapses `q` between `pre` and `post`.
    Synapses(usize),
}

impl PhasesProgram {
    /// How many phases there are; 0 where the job has none.
    pub fn count(&self) -> usize {
        self.beginnings.len()
    }

    /// The switch of an object, if some phase switches it.
    pub fn switch(&self, part: Part) -> Option<usize> {
        self.switches.iter().position(|s| s.part == part)
    }

    /// Whether an object rests in a phase.
    pub fn is_off(&self, part: Part, phase: usize) -> bool {
        self.switch(part).is_some_and(|k| self.switches[k].off[phase])
    }

    /// Code done for neurons of whole slices.
    pub fn slices(&self) -> usize {
        let all = self.beginnings.iter().flat_map(|b| &b.code);
        all.filter(|c| matches!(c.on, Doer::Neurons { .. })).count()
    }
}

/// The program of a model's phases.
pub fn build(
    model: &Model,
    parts: &[GroupParts],
    coupled: bool,
    fields: &mut Fields,
    sites: &mut Sites,
) -> PhasesProgram {
    if model.phases.is_empty() {
        return PhasesProgram::default();
    }
    let mut slices = 0;
    let beginning = |phase: &Phase| Beginning {
        reset: phase.reset.clone(),
        code: phase
            .code
            .iter()
            .map(|code| match &code.on {
                Target::Neurons(slice) => {
                    let Population::Group(g) = slice.of else { unreachable!("the check wants a group") };
                    slices += 1;
                    of_neurons(model, &parts[g], g, coupled, phase, code, slices - 1, sites)
                }
                Target::Synapses(k) => {
                    let (lines, names) = synapses::phase(model, *k, parts, phase, &code.statements, sites);
                    CodeProgram { on: Doer::Synapses(*k), lines, names }
                }
            })
            .collect(),
    };
    let beginnings: Vec<Beginning> = model.phases.iter().map(beginning).collect();
    let first_own = model.phases.iter().position(|p| !p.shared).filter(|k| *k > 0);
    let program = PhasesProgram { switches: switches(model), beginnings, first_own };
    let mut add = |ident: &str, extent| {
        let ident = ident.to_string();
        fields.add(Field { ident, element: Element::I64, extent, zeroed: false, structural: None });
    };
    // The step at which blocks of lanes begin.
    add("first_step", Extent::Fixed(1));
    if !program.switches.is_empty() {
        add("off", Extent::Fixed(program.switches.len() as u64));
        add("since", Extent::Fixed(program.switches.len() as u64));
    }
    if program.slices() > 0 {
        add("coded", Extent::Fixed(2 * program.slices() as u64));
    }
    program
}

#[allow(clippy::too_many_arguments)]
fn of_neurons(
    model: &Model,
    parts: &GroupParts,
    group: usize,
    coupled: bool,
    phase: &Phase,
    code: &Code,
    slice: usize,
    sites: &mut Sites,
) -> CodeProgram {
    let mut names = stored_names(model, parts, coupled, model.groups[group].clock);
    names.bind("i", "(int32_t)k", Known::constant(ValueKind::Integer));
    names.bind("N", format!("(int32_t)coded[{}]", 2 * slice + 1), Known::scalar(ValueKind::Integer));
    let text = format!("phase {}", phase.name);
    let around = Surroundings {
        names: &names,
        subexpressions: &[&parts.subexpressions],
        // As in Brian's statements between runs, what is held while a neuron is refractory is not set then.
        places: &parts.places("e", "", true),
        index: Index {
            object: &model.groups[group].name,
            text: &text,
            structural: false,
            step: "step",
            element: "k",
        },
    };
    let lines = statements::translate(&code.statements, &around, sites);
    CodeProgram { on: Doer::Neurons { population: group, slice }, lines, names }
}

fn switches(model: &Model) -> Vec<Switch> {
    let mut found: HashMap<Part, Vec<bool>> = HashMap::new();
    for (k, phase) in model.phases.iter().enumerate() {
        for part in &phase.off {
            found.entry(*part).or_insert_with(|| vec![false; model.phases.len()])[k] = true;
        }
    }
    let switch = |(part, off)| Switch { clock: clock(model, part), part, off };
    let mut all: Vec<Switch> = found.into_iter().map(switch).collect();
    all.sort_by_key(|s| s.part);
    all
}

/// The clock of a part; that of the run for what has none.
fn clock(model: &Model, part: Part) -> usize {
    match part {
        Part::Pathway(k, p) => model.clock(model.synapses[k].pathways[p].sender),
        _ => 0,
    }
}

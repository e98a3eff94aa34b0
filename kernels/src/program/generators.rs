//! Spike generators as programs: a walk along a sorted list, as Brian's (input/spikegeneratorgroup.py).
//!
//! A spike belongs to the step int((time + 1e-3 dt)/dt). The list lies in the segment; the kernel keeps which spike is
//! next, and in which step it is due, so that a step without spikes costs one comparison.

use crate::model::{Model, Population};

use super::fields::{Element, Extent, Field, Fields};
use super::names::part;

/// The program of a spike generator.
#[derive(Debug, Clone)]
pub struct GeneratorProgram {
    /// Its number in the model.
    pub generator: usize,
    /// Its name as a part of identifiers.
    pub name: String,
    /// The population.
    pub population: usize,
    /// The list begins anew after so many steps, which the plan says.
    pub repeats: bool,
    /// Identifier of its time step.
    pub dt: String,
}

/// The programs of all generators.
pub fn build(model: &Model, fields: &mut Fields) -> Vec<GeneratorProgram> {
    let mut all = Vec::new();
    for (number, generator) in model.generators.iter().enumerate() {
        let name = part(&generator.name);
        let mut add = |ident, element, extent| {
            fields.add(Field { ident, element, extent, zeroed: false, structural: None });
        };
        add(format!("train_{name}"), Element::F64, Extent::Train(number));
        add(format!("next_{name}"), Element::I64, Extent::Fixed(2));
        all.push(GeneratorProgram {
            generator: number,
            population: model.number(Population::Generator(number)),
            name,
            repeats: generator.period.is_some(),
            dt: super::dt_of(model, generator.clock),
        });
    }
    all
}

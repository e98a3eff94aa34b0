//! The equation language: text -> units-checked model -> step program -> C source -> compiled, cached, loaded.
//!
//! Knows nothing of job files or processes.
pub mod abi;
pub mod c;
pub mod compile;
pub mod data;
pub mod language;
pub mod layout;
pub mod load;
pub mod making;
pub mod model;
pub mod phases;
pub mod plan;
pub mod program;
pub mod random;
pub mod shape;
pub mod slots;
mod ticks;
mod trains;

/// Faults that only show when the step program is made: methods that do not fit their equations.
pub fn check_model(model: &model::Model) -> Vec<language::fault::Fault> {
    program::build(model).err().unwrap_or_default()
}

/// Those of these faults that follow from the equations alone: draws in them. For models of which parts were refused.
pub fn drawn(model: &model::Model) -> Vec<language::fault::Fault> {
    let of_groups = model.groups.iter().flat_map(program::method::drawn_equations);
    let of_synapses = model.synapses.iter().map(program::clocked::as_group);
    of_groups.chain(of_synapses.flat_map(|group| program::method::drawn_rates(&group))).collect()
}

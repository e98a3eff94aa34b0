//! Prints a step program as C: one file of source that needs no header, exporting one symbol.
//!
//! What users wrote reaches the text only as checked names with a prefix and as numbers.

mod adaptive;
mod advance;
mod clocked;
mod connect;
mod deliver;
mod derived;
pub mod expression;
mod generators;
mod groups;
mod inputs;
mod lines;
mod occasions;
mod phases;
mod prelude;
mod prepare;
mod propagate;
mod queue;
mod reads;
mod recording;
mod rules;
pub mod scope;
mod step;
mod writer;

pub use prelude::TEXTS as PRELUDE;
pub use reads::{Reads, reads};

use crate::language::ast::ValueKind;
use crate::program::StepProgram;
use crate::program::group::GroupProgram;
use crate::program::hoist::Hoisted;

/// Version of the interface between kernel and host.
pub const ABI: u32 = 1;

/// The source of a kernel, and the hash of the layout that it was printed for.
#[derive(Debug, Clone)]
pub struct Source {
    /// C text.
    pub text: String,
    /// Hash of everything above the export table; host and kernel compare it at load.
    pub layout: u64,
}

/// Prints the whole kernel.
pub fn kernel(program: &StepProgram) -> Source {
    let functions = functions(program);
    let mut text = String::from("/* A kernel of spikesweep. Made by a program: edits are lost. */\n\n");
    let states = clocked::states(program).map(|(_, state)| state);
    if program.groups.iter().chain(states).any(propagate::is_changing) {
        text.push_str("#define SS_ONCE\n");
    }
    text.push_str(&prelude::for_body(&functions));
    text.push_str(include_str!("../../abi/kernel.h"));
    text.push('\n');
    if program.phases.count() > 0 {
        text.push_str(include_str!("../../abi/phases.h"));
        text.push('\n');
    }
    text.push_str(&functions);
    let hash = blake3::hash(text.as_bytes());
    let layout = u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"));
    text.push_str(&format!(
        "\n__attribute__((visibility(\"default\"))) const ss_kernel spikesweep_kernel = {{\n    sizeof(ss_kernel), SS_ABI, 0, {layout:#x}u, ss_prepare, ss_count, ss_fill, ss_advance,\n}};\n"
    ));
    if program.phases.count() > 0 {
        text.push_str("\n__attribute__((visibility(\"default\"))) const ss_phases spikesweep_phases = { sizeof(ss_phases), ss_enter };\n");
    }
    Source { text, layout }
}

/// Declarations of a group's hoisted scalars and propagator that a text mentions, directly or through each other.
fn scalars(group: &GroupProgram, text: &str) -> Vec<String> {
    let declare = |h: &Hoisted| {
        let of = if h.kind == ValueKind::Real { "double" } else { "int64_t" };
        let line = format!("const {of} {} = {};", h.ident, expression::print(&h.value, &group.loop_names));
        writer::Declaration { ident: h.ident.clone(), line }
    };
    let mut all = Vec::new();
    if let Some(propagator) = group.propagator.as_ref().filter(|p| !p.per_element) {
        all.extend(propagator.entries.iter().enumerate().map(|(k, entry)| {
            let line = format!("const double {} = {}[{k}];", entry.ident, propagator.field);
            writer::Declaration { ident: entry.ident.clone(), line }
        }));
    }
    all.extend(group.scalars.iter().map(declare));
    writer::needed(&all, text)
}

/// The functions of the model, without prelude and interface: what `show --code c` prints.
pub fn functions(program: &StepProgram) -> String {
    let mut all = vec![prepare::function(program), connect::functions(program), advance::function(program)];
    all.extend(phases::function(program));
    all.join("\n")
}

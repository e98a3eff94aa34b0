//! Delivery of spikes: nothing is queued; each pathway looks up who spiked as long ago as its delays say.
//!
//! Spikes (or custom events) of the last steps lie in a ring, a list a step. A row's synapses are sorted by delay,
//! longest first, so that one pass over the distinct delays meets the spikes in Brian's order: earlier steps first, then
//! by spiking neuron, then by synapse. Pathways for which they do not lie in that order have a list of them that does.

use crate::model::Side;
use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::pathways::PathwayProgram;

use super::lines;
use super::phases;
use super::writer::Writer;

/// What the spikes of one side do; `late`: they arrive before it is found out who spikes, each a step later.
pub fn pathway(program: &StepProgram, object: usize, number: usize, late: bool, out: &mut Writer) {
    let synapses = &program.synapses[object];
    let pathway = &synapses.pathways[number];
    // Spikes sent before this step are lost.
    let earliest = phases::since(program, Part::Pathway(object, number));
    let population = &program.populations[pathway.sender];
    spikes(pathway, &synapses.name, population, late, &earliest, out);
    each_synapse(pathway, &synapses.name, out);
    lines::write(&pathway.lines, &pathway.names, out);
    (0..3).for_each(|_| out.close());
}

/// Opens loops over delays, and over the spikes that are due.
fn spikes(
    pathway: &PathwayProgram,
    object: &str,
    population: &str,
    late: bool,
    earliest: &str,
    out: &mut Writer,
) {
    let PathwayProgram { name, called, side, .. } = pathway;
    let late = if late { " - 1" } else { "" };
    let [start, size] = match side {
        Side::Pre => ["source_start", "rows"],
        Side::Post => ["target_start", "columns"],
    };
    out.line(format!("/* synapses: {object}, {called} */"));
    out.open(format!("for (int64_t d = 0; d < n_delays_{name}; ++d)"));
    out.line(format!("const int64_t sent = step - delays_{name}[d]{late};"));
    out.line(format!("if (sent < {earliest}) continue;"));
    out.line(format!("const int64_t slot = sent % slots_{population};"));
    out.line(format!("const int32_t *const senders = ring_{population} + slot * n_{population};"));
    out.open(format!("for (int64_t k = 0; k < spikes_{population}[slot]; ++k)"));
    out.line(format!("const int64_t sender = senders[k], own = sender - {start}_{object};"));
    out.line(format!("if (own < 0 || own >= {size}_{object}) continue;"));
    out.line(format!("const int64_t *const run = start_{name} + own * n_delays_{name} + d;"));
    out.line("synaptic_events += run[1] - run[0];");
}

/// Opens the loop over the synapses of a spike: `q` from `pre` to `post`.
fn each_synapse(pathway: &PathwayProgram, object: &str, out: &mut Writer) {
    let PathwayProgram { name, side, listed, .. } = pathway;
    let (sender, other, others) = match side {
        Side::Pre => ("pre", "post", "target"),
        Side::Post => ("post", "pre", "source"),
    };
    out.line(format!("const int64_t {sender} = sender;"));
    out.line(format!("(void){sender};"));
    if *listed {
        out.open("for (int64_t o = run[0]; o < run[1]; ++o)");
        out.line(format!("const int64_t q = order_{name}[o], {other} = {others}_{object}[q];"));
    } else {
        out.open("for (int64_t q = run[0]; q < run[1]; ++q)");
        out.line(format!("const int64_t {other} = {others}_{object}[q];"));
    }
    out.line(format!("(void){other};"));
}

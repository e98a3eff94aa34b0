//! Delivery of spikes: nothing is queued; each pathway looks up who spiked as long ago as its delays say.
//!
//! Spikes (or custom events) of the last steps lie in a ring, a list a step. A row's synapses are sorted by delay,
//! longest first, so that one pass over the distinct delays meets the spikes in Brian's order: earlier steps first, then
//! by spiking neuron, then by synapse.

use crate::phases::Part;
use crate::program::StepProgram;

use super::lines;
use super::phases;
use super::writer::Writer;

/// One side of an object of synapses.
struct Pathway<'a> {
    name: &'a str,
    side: &'a str,
    /// Whose spikes arrive.
    population: &'a str,
    /// Start and size of its slice.
    slice: [&'a str; 2],
    /// Spikes arrive before it is found out who spikes: each a step later.
    late: bool,
    /// Spikes sent before this step are lost.
    earliest: String,
}

fn open(pathway: &Pathway<'_>, out: &mut Writer) {
    let Pathway { name, side, population, slice: [start, size], late, earliest } = pathway;
    let late = if *late { " - 1" } else { "" };
    out.line(format!("/* synapses: {name}, on_{side} */"));
    out.open(format!("for (int64_t d = 0; d < n_delays_{name}_{side}; ++d)"));
    out.line(format!("const int64_t sent = step - delays_{name}_{side}[d]{late};"));
    out.line(format!("if (sent < {earliest}) continue;"));
    out.line(format!("const int64_t slot = sent % slots_{population};"));
    out.line(format!("const int32_t *const senders = ring_{population} + slot * n_{population};"));
    out.open(format!("for (int64_t k = 0; k < spikes_{population}[slot]; ++k)"));
    out.line(format!("const int64_t sender = senders[k], own = sender - {start}_{name};"));
    out.line(format!("if (own < 0 || own >= {size}_{name}) continue;"));
    out.line(format!("const int64_t *const run = start_{name}_{side} + own * n_delays_{name}_{side} + d;"));
    out.line("synaptic_events += run[1] - run[0];");
}

/// What a spike of the source does.
pub fn pre(program: &StepProgram, number: usize, late: bool, out: &mut Writer) {
    let synapses = &program.synapses[number];
    let name = &synapses.name;
    let population = &program.populations[synapses.senders[0]];
    let earliest = phases::since(program, Part::Pre(number));
    open(&Pathway { name, side: "pre", population, slice: ["source_start", "rows"], late, earliest }, out);
    out.line("const int64_t pre = sender;");
    out.line("(void)pre;");
    out.open("for (int64_t q = run[0]; q < run[1]; ++q)");
    out.line(format!("const int64_t post = target_{name}[q];"));
    lines::write(&synapses.on_pre, &synapses.pathway_names[0], out);
    (0..3).for_each(|_| out.close());
}

/// What a spike of the target does.
pub fn post(program: &StepProgram, number: usize, late: bool, out: &mut Writer) {
    let synapses = &program.synapses[number];
    let name = &synapses.name;
    let population = &program.populations[synapses.senders[1]];
    let earliest = phases::since(program, Part::Post(number));
    open(
        &Pathway { name, side: "post", population, slice: ["target_start", "columns"], late, earliest },
        out,
    );
    out.line("const int64_t post = sender;");
    out.line("(void)post;");
    out.open("for (int64_t o = run[0]; o < run[1]; ++o)");
    out.line(format!("const int64_t q = order_{name}_post[o], pre = source_{name}[q];"));
    out.line("(void)pre;");
    lines::write(&synapses.on_post, &synapses.pathway_names[1], out);
    (0..3).for_each(|_| out.close());
}

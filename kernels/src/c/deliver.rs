//! Delivery of spikes: each pathway looks up who spiked as long ago as its delay says.
//!
//! Spikes (or custom events) of the last steps lie in a ring, a list a step. A row's synapses are sorted by delay,
//! longest first, so that one pass over the distinct delays meets the spikes in Brian's order: earlier steps first, then
//! by spiking neuron, then by synapse. Pathways for which they do not lie in that order have a list of them that does.
//! Where synapses have delays of their own, `queue` may keep them until they are due.

use crate::model::Side;
use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::pathways::PathwayProgram;

use super::lines;
use super::phases;
use super::writer::Writer;

/// Rows that are done at once where they have all targets: as many as keep memory busy, then what is left of them by two.
const ROWS: [usize; 2] = [4, 2];
/// Longer code takes its time in computing, not in waiting for memory.
const MOST_LINES: usize = 3;

/// A pathway at its place in a step.
pub struct Arriving<'a> {
    /// The pathway.
    pub pathway: &'a PathwayProgram,
    /// The name of its object.
    pub object: &'a str,
    /// The name of the population that sends.
    pub population: &'a str,
    /// Spikes arrive before it is found out who spikes: each a step later.
    pub late: bool,
    /// Spikes sent before this step are lost.
    pub earliest: String,
}

/// What the spikes of one side do; `late`: they arrive before it is found out who spikes, each a step later.
pub fn pathway(program: &StepProgram, object: usize, number: usize, late: bool, out: &mut Writer) {
    let synapses = &program.synapses[object];
    let pathway = &synapses.pathways[number];
    let arriving = Arriving {
        pathway,
        object: &synapses.name,
        population: &program.populations[pathway.sender],
        late,
        earliest: phases::since(program, Part::Pathway(object, number)),
    };
    if pathway.delay.is_each() {
        super::queue::pathway(&arriving, out);
        return;
    }
    out.line(format!("/* synapses: {}, {} */", arriving.object, pathway.called));
    out.open(format!("for (int64_t d = 0; d < n_delays_{}; ++d)", pathway.name));
    looked_up(&arriving, out);
    out.close();
}

/// The spikes that were sent as long ago as delay `d` says, looked up in the ring.
pub fn looked_up(arriving: &Arriving<'_>, out: &mut Writer) {
    let Arriving { pathway, object, .. } = arriving;
    due(arriving, out);
    out.line("int64_t k = 0;");
    if pathway.dense && pathway.lines.len() <= MOST_LINES && !pathway.delay.is_each() {
        ROWS.iter().for_each(|rows| several_rows(*rows, pathway, object, out));
    }
    each_spike(pathway, object, out);
    if pathway.dense {
        full_row(pathway, object, out);
    }
    each_synapse(pathway, object, out);
    lines::write(&pathway.lines, &pathway.names, out);
    (0..2).for_each(|_| out.close());
}

/// Part and size of the slice that a pathway's spikes come from.
pub fn slice(side: Side) -> [&'static str; 2] {
    match side {
        Side::Pre => ["source_start", "rows"],
        Side::Post => ["target_start", "columns"],
    }
}

/// The list of spikes that are due.
fn due(arriving: &Arriving<'_>, out: &mut Writer) {
    let Arriving { pathway, population, late, earliest, .. } = arriving;
    let late = if *late { " - 1" } else { "" };
    out.line(format!("const int64_t sent = step - delays_{}[d]{late};", pathway.name));
    out.line(format!("if (sent < {earliest}) continue;"));
    out.line(format!("const int64_t slot = sent % slots_{population};"));
    out.line(format!("const int32_t *const senders = ring_{population} + slot * n_{population};"));
    out.line(format!("const int64_t due = spikes_{population}[slot];"));
}

/// Opens the loop over these spikes.
fn each_spike(pathway: &PathwayProgram, object: &str, out: &mut Writer) {
    let PathwayProgram { name, side, .. } = pathway;
    let [start, size] = slice(*side);
    out.open("for (; k < due; ++k)");
    out.line(format!("const int64_t sender = senders[k], own = sender - {start}_{object};"));
    out.line(format!("if (own < 0 || own >= {size}_{object}) continue;"));
    out.line(format!("const int64_t *const run = start_{name} + own * n_delays_{name} + d;"));
    out.line("synaptic_events += run[1] - run[0];");
}

/// Several spikes at once, as long as their rows have all targets: each target is read and written once for all of them.
/// What is done at a target keeps its order.
fn several_rows(rows: usize, pathway: &PathwayProgram, object: &str, out: &mut Writer) {
    let PathwayProgram { name, side, .. } = pathway;
    let [start, size] = slice(*side);
    out.open(format!("for (; k + {rows} <= due; k += {rows})"));
    out.line(format!("int64_t first[{rows}], full = 0;"));
    out.open(format!("for (int64_t r = 0; r < {rows}; ++r)"));
    out.line(format!("const int64_t own = senders[k + r] - {start}_{object};"));
    out.line(format!("if (own < 0 || own >= {size}_{object}) break;"));
    out.line(format!("const int64_t *const run = start_{name} + own * n_delays_{name} + d;"));
    out.line(format!("if (run[1] - run[0] != columns_{object}) break;"));
    out.line(format!("first[full++] = run[0] - target_start_{object};"));
    out.close();
    out.line(format!("if (full < {rows}) break;"));
    out.line(format!("synaptic_events += {rows} * columns_{object};"));
    each_target(object, out);
    for r in 0..rows {
        out.open("");
        out.line(format!("const int64_t q = first[{r}] + post, pre = senders[k + {r}];"));
        out.line("(void)q; (void)pre;");
        lines::write(&pathway.lines, &pathway.names, out);
        out.close();
    }
    out.close();
    out.close();
}

/// A row that has all targets: no list of them is read, and several are done at once.
fn full_row(pathway: &PathwayProgram, object: &str, out: &mut Writer) {
    out.open(format!("if (run[1] - run[0] == columns_{object})"));
    out.line(format!("const int64_t pre = sender, first = run[0] - target_start_{object};"));
    out.line("(void)pre; (void)first;");
    each_target(object, out);
    out.line("const int64_t q = first + post;");
    out.line("(void)q;");
    lines::write(&pathway.lines, &pathway.names, out);
    out.close();
    out.line("continue;");
    out.close();
}

/// Opens a loop over targets, at which what is done does not matter to another one.
fn each_target(object: &str, out: &mut Writer) {
    out.line("#pragma GCC ivdep");
    out.open(format!(
        "for (int64_t post = target_start_{object}; post < target_start_{object} + columns_{object}; ++post)"
    ));
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

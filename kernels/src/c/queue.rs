//! Delivery with a delay for each synapse: events wait in a queue, a list for each of the next steps.
//!
//! What is sent in a step is put behind what was sent before it, spike by spike, so that a list has Brian's order. Lists have
//! a fixed room. Where the spikes of a step do not fit, marks in their place say to look them up in the ring when their time
//! has come, and so it is where synapses with equal delays are many: then nothing is queued, and all is looked up.

use crate::model::Side;
use crate::program::pathways::PathwayProgram;

use super::deliver::{self, Arriving};
use super::lines;
use super::writer::{Writer, mentions};

/// What the spikes of one side do.
pub fn pathway(arriving: &Arriving<'_>, out: &mut Writer) {
    let Arriving { pathway, object, .. } = arriving;
    let name = &pathway.name;
    let mut body = Writer::at(0);
    lines::write(&pathway.lines, &pathway.names, &mut body);
    let body = body.finish();
    push(arriving, has_targets_only(pathway, &body), out);
    let population = arriving.population;
    out.open("");
    out.line(format!("const int64_t now = step % slots_{population};"));
    out.line(format!(
        "const int32_t *const entries = queue_{name} + now * (room_{name} + slots_{population});"
    ));
    out.line(format!("const int64_t many = room_{name} ? queued_{name}[now] : n_delays_{name};"));
    out.open("for (int64_t n = 0; n < many; ++n)");
    out.line(format!("const int64_t entry = room_{name} ? entries[n] : -1 - n;"));
    out.open("if (entry >= 0)");
    out.line("++synaptic_events;");
    at_entry(pathway, object, &body, out);
    lines::write(&pathway.lines, &pathway.names, out);
    out.line("continue;");
    out.close();
    out.line("const int64_t d = -1 - entry;");
    deliver::looked_up(arriving, out);
    out.close();
    out.line(format!("if (room_{name}) queued_{name}[now] = 0;"));
    out.close();
}

/// Opens the event of an entry: the synapse, or only its target where no more is needed.
fn at_entry(pathway: &PathwayProgram, object: &str, body: &str, out: &mut Writer) {
    if has_targets_only(pathway, body) {
        out.line("const int64_t post = entry;");
        return;
    }
    out.line("const int64_t q = entry;");
    for (neuron, array) in [("pre", "source"), ("post", "target")] {
        if mentions(body, neuron) {
            out.line(format!("const int64_t {neuron} = {array}_{object}[q];"));
        }
    }
}

/// What is done needs no more of a synapse than its target.
fn has_targets_only(pathway: &PathwayProgram, body: &str) -> bool {
    pathway.side == Side::Pre && !mentions(body, "q") && !mentions(body, "pre")
}

/// The events of the spikes that are sent now.
fn push(arriving: &Arriving<'_>, targets_only: bool, out: &mut Writer) {
    let Arriving { pathway, object, population, late, earliest } = arriving;
    let PathwayProgram { name, listed, called, .. } = pathway;
    let late = if *late { " - 1" } else { "" };
    out.line(format!("/* synapses: {object}, {called} */"));
    out.open(format!("if (room_{name} && step{late} >= {earliest})"));
    out.line(format!("const int64_t slots = slots_{population}, now = step % slots;"));
    out.line(format!("const int64_t stride = room_{name} + slots, slot = (step{late}) % slots;"));
    out.line(format!("const int32_t *const senders = ring_{population} + slot * n_{population};"));
    out.line(format!("const int64_t sent = spikes_{population}[slot];"));
    out.line("int64_t total = 0;");
    each_row(pathway, object, out);
    out.line("total += to - from;");
    out.close();
    out.open(format!("if (queued_{name}[slots] + total > room_{name})"));
    out.line("int64_t most = 0;");
    out.line(format!(
        "for (int64_t s = 0; s < slots; ++s) most = queued_{name}[s] > most ? queued_{name}[s] : most;"
    ));
    out.line(format!("queued_{name}[slots] = most;"));
    out.close();
    out.open(format!("if (queued_{name}[slots] + total > room_{name})"));
    out.open(format!("for (int64_t d = 0; d < n_delays_{name}; ++d)"));
    out.line(format!("const int64_t due = (now + delays_{name}[d]) % slots;"));
    out.line(format!("queue_{name}[due * stride + queued_{name}[due]++] = (int32_t)(-1 - d);"));
    out.close();
    out.close();
    out.open("else if (total)");
    out.line(format!("queued_{name}[slots] += total;"));
    each_row(pathway, object, out);
    out.open("for (int64_t o = from; o < to; ++o)");
    out.line(match listed {
        true => format!("const int64_t q = order_{name}[o];"),
        false => "const int64_t q = o;".to_string(),
    });
    out.line(format!("int64_t due = now + delay_{name}[q];"));
    out.line("due -= due >= slots ? slots : 0;");
    let entry = if targets_only { format!("target_{object}[q]") } else { "(int32_t)q".to_string() };
    out.line(format!("queue_{name}[due * stride + queued_{name}[due]++] = {entry};"));
    (0..4).for_each(|_| out.close());
}

/// Opens the loop over the spikes of a list: synapses `from` up to `to`, in the order of delays.
fn each_row(pathway: &PathwayProgram, object: &str, out: &mut Writer) {
    let name = &pathway.name;
    let [start, size] = deliver::slice(pathway.side);
    out.open("for (int64_t k = 0; k < sent; ++k)");
    out.line(format!("const int64_t own = senders[k] - {start}_{object};"));
    out.line(format!("if (own < 0 || own >= {size}_{object}) continue;"));
    out.line(format!("const int64_t *const row = start_{name} + own * n_delays_{name};"));
    out.line(format!("const int64_t from = row[0], to = row[n_delays_{name}];"));
}

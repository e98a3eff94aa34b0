//! The loops of a step over the elements of a population: state update, threshold, reset.
//!
//! Every loop runs over elements `lo` to `hi` of the population: all of them where points are coupled, those of one
//! block of lanes where they are not.

use crate::language::ast::Expr;
use crate::program::group::GroupProgram;
use crate::program::hoist::Hoisted;
use crate::program::lines::Line;
use crate::program::names::Names;
use crate::program::noise::NoiseProgram;
use crate::program::{PoissonProgram, StepProgram};

use super::expression::print;
use super::lines;
use super::phases;
use super::scope::{Row, rows};
use super::writer::{Writer, needed};

/// Elements whose threshold is tested before the spikes among them are collected.
const CHUNK: usize = 128;
/// Elements of which it is gathered at once who spikes: the bits of a word.
const WORD: usize = 64;

/// Whether an expression or a block reads what differs between lanes.
pub fn with_lane(program: &StepProgram, name: &str, body: &str, out: &mut Writer) {
    if program.coupled {
        out.paste(body);
        return;
    }
    let wanted = needed(&rows(program, Row::Lane), body);
    if !wanted.is_empty() || super::writer::mentions(body, "i") {
        out.line(format!("const int64_t lane = e / n_{name};"));
        out.line(format!("const int64_t i = e % n_{name};"));
        out.line("(void)lane; (void)i;");
        wanted.iter().for_each(|line| out.line(line));
    }
    out.paste(body);
}

/// State update of a group, with its threshold unless that has a loop of its own; spikes go to `spiked`, their number to
/// `fired`.
pub fn update(program: &StepProgram, group: &GroupProgram, population: usize, out: &mut Writer) {
    let name = &group.name;
    super::propagate::refresh(program, group, out);
    match &group.crossed {
        Some(crossed) if group.test.is_none() => {
            out.line(format!("/* groups, thresholds: {name} */"));
            crossing(program, group, population, (&group.noise, &group.update, crossed), out);
        }
        _ => elements(program, group, out),
    }
}

/// State update of something without threshold.
pub fn state(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    super::propagate::refresh(program, group, out);
    elements(program, group, out);
}

/// Whatever has a state that is integrated: groups, then objects of synapses.
pub fn integrated(program: &StepProgram) -> impl Iterator<Item = &GroupProgram> {
    program.groups.iter().chain(super::clocked::states(program).map(|(_, state)| state))
}

fn elements(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    let name = &group.name;
    if group.update.is_empty() {
        return;
    }
    out.line(format!("/* groups: {name} */"));
    let integrates = super::adaptive::of(&group.update).is_some();
    let in_chunks = integrates || !group.noise.is_empty();
    if in_chunks {
        open_chunk(name, out);
        normals(&group.noise, out);
    }
    if integrates {
        super::adaptive::integrate(program, group, &group.update, CHUNK, out);
    }
    independent(out);
    match in_chunks {
        true => out.open("for (int64_t e = from; e < to; ++e)"),
        false => out.open(format!("for (int64_t e = lo_{name}; e < hi_{name}; ++e)")),
    }
    lines::write(&group.update, &group.loop_names, out);
    out.close();
    if in_chunks {
        out.close();
    }
}

/// Subexpressions that keep their value for a step.
pub fn hold(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    let name = &group.name;
    out.line(format!("/* constant over dt: {name} */"));
    out.open(format!("for (int64_t e = lo_{name}; e < hi_{name}; ++e)"));
    let mut body = Writer::at(out.depth());
    lines::write(&group.held, &group.stored_names, &mut body);
    with_lane(program, name, &body.finish(), out);
    out.close();
}

/// The threshold of a group in a loop of its own.
pub fn test(program: &StepProgram, group: &GroupProgram, population: usize, out: &mut Writer) {
    if let (Some(crossed), Some(lines)) = (&group.crossed, &group.test) {
        out.line(format!("/* thresholds: {} */", group.name));
        crossing(program, group, population, (&[], lines, crossed), out);
    }
}

/// The loop that finds out who spikes.
fn crossing(
    program: &StepProgram,
    group: &GroupProgram,
    population: usize,
    (noises, before, crossed): (&[NoiseProgram], &[Line], &Expr),
    out: &mut Writer,
) {
    let name = &group.name;
    open_spikes(program, name, out);
    open_chunk(name, out);
    normals(noises, out);
    super::adaptive::integrate(program, group, before, CHUNK, out);
    out.line(format!("int64_t crossed[{CHUNK}], any = 0;"));
    independent(out);
    out.open("for (int64_t e = from; e < to; ++e)");
    lines::write(before, &group.loop_names, out);
    out.line(format!("const int64_t above = {};", print(crossed, &group.loop_names)));
    out.line("crossed[e - from] = above;");
    out.line("any |= above;");
    out.close();
    open_hits("crossed[part - from + k] != 0", out);
    collect(program, name, population, out);
    lines::write(&group.on_spike, &group.stored_names, out);
    if !program.coupled {
        let mut body = Writer::at(out.depth());
        lines::write(&group.reset, &group.stored_names, &mut body);
        with_lane(program, name, &body.finish(), out);
    }
    (0..3).for_each(|_| out.close());
    close_spikes(program, name, out);
}

/// Opens a loop over chunks of elements `from` to `to`.
pub fn open_chunk(name: &str, out: &mut Writer) {
    out.open(format!("for (int64_t from = lo_{name}; from < hi_{name}; from += {CHUNK})"));
    out.line(format!("const int64_t to = from + {CHUNK} < hi_{name} ? from + {CHUNK} : hi_{name};"));
}

/// Opens the loop over those elements `e` of a chunk that a condition on element `part + k` holds for, if `any`. Their bits
/// are gathered without a branch an element, which few of them would be worth: spikes are rare and come unforeseen.
fn open_hits(condition: &str, out: &mut Writer) {
    out.open(format!("if (any) for (int64_t part = from; part < to; part += {WORD})"));
    out.line(format!("const int64_t most = to - part < {WORD} ? to - part : {WORD};"));
    out.line("uint64_t hits = 0;");
    out.line(format!("for (int64_t k = 0; k < most; ++k) hits |= (uint64_t)({condition}) << k;"));
    out.open("for (; hits; hits &= hits - 1)");
    out.line("const int64_t e = part + __builtin_ctzll(hits);");
}

/// The normal numbers that noise needs in a chunk.
fn normals(noises: &[NoiseProgram], out: &mut Writer) {
    for noise in noises {
        out.line(format!("double {}[{CHUNK}];", noise.array));
        let arguments = format!("{}, (uint64_t)step, (uint64_t)from, to - from, {}", noise.key, noise.array);
        out.line(format!("ss_normals({arguments});"));
    }
}

/// What loops over elements of this step find ready.
pub fn once_a_step(values: &[Hoisted], names: &Names, out: &mut Writer) {
    for Hoisted { ident, kind, value } in values {
        out.line(format!("const {} {ident} = {};", lines::local_type(*kind), print(value, names)));
    }
}

/// Names for the list of this step's spikes, where another block of code made it.
pub fn list_spikes(name: &str, out: &mut Writer) {
    out.line(format!(
        "const int64_t now_{name} = step % slots_{name}, fired_{name} = spikes_{name}[now_{name}];"
    ));
    out.line(format!("const int32_t *const spiked_{name} = ring_{name} + now_{name} * n_{name};"));
}

/// Names for the list of the spikes of the step before, which lies in the ring still.
pub fn list_last_spikes(name: &str, out: &mut Writer) {
    out.line(format!("const int64_t before_{name} = step > 0 ? (step - 1) % slots_{name} : 0;"));
    out.line(format!("const int64_t fired_{name} = step > 0 ? spikes_{name}[before_{name}] : 0;"));
    out.line(format!("const int32_t *const spiked_{name} = ring_{name} + before_{name} * n_{name};"));
}

/// Says that elements do not touch each other's values: gcc gives up on long loops, for which it would have to compare too
/// many addresses at run time to prove it.
fn independent(out: &mut Writer) {
    out.line("#pragma GCC ivdep");
}

/// Opens the list of this step's spikes.
pub fn open_spikes(program: &StepProgram, name: &str, out: &mut Writer) {
    if program.coupled {
        out.line(format!("const int64_t now_{name} = step % slots_{name};"));
        out.line(format!("int32_t *const spiked_{name} = ring_{name} + now_{name} * n_{name};"));
        out.line(format!("int64_t fired_{name} = 0;"));
    }
}

/// Closes it.
pub fn close_spikes(program: &StepProgram, name: &str, out: &mut Writer) {
    if program.coupled {
        out.line(format!("spikes_{name}[now_{name}] = fired_{name};"));
    }
}

/// Notes a spike of element `e`.
pub fn collect(program: &StepProgram, name: &str, population: usize, out: &mut Writer) {
    if program.coupled {
        out.line(format!("spiked_{name}[fired_{name}++] = (int32_t)e;"));
    }
    if program.recorded[population] {
        out.line("events[2 * events_used] = step;");
        out.line(format!("events[2 * events_used++ + 1] = ((int64_t){population} << 32) | e;"));
    }
}

/// Spikes of a Poisson group.
pub fn poisson(program: &StepProgram, group: &PoissonProgram, population: usize, out: &mut Writer) {
    let name = &group.name;
    out.line(format!("/* thresholds: {name} */"));
    open_spikes(program, name, out);
    once_a_step(&group.stepwise, &group.names, out);
    if group.constant {
        waiting(program, group, population, out);
    } else {
        let end = phases::bound(program, population, name);
        out.open(format!("for (int64_t e = 0; e < {end}; ++e)"));
        out.line(format!("const double p = ({}) * {};", print(&group.rate, &group.names), group.dt));
        out.line("if (!(p >= 0.0 && p <= 1.0)) { reason = SS_BAD_RATE; break; }");
        out.open(format!("if (ss_uniform({}, (uint64_t)step, (uint64_t)e) < p)", group.key));
        collect(program, name, population, out);
        out.close();
        out.close();
    }
    close_spikes(program, name, out);
    if !group.constant {
        out.line("if (reason == SS_BAD_RATE) break;");
    }
}

/// Constant rates: the step of each train's next spike is known.
fn waiting(program: &StepProgram, group: &PoissonProgram, population: usize, out: &mut Writer) {
    let (name, key) = (&group.name, &group.key);
    let end = phases::bound(program, population, name);
    out.open(format!("for (int64_t from = 0; from < {end}; from += {CHUNK})"));
    out.line(format!("const int64_t to = from + {CHUNK} < {end} ? from + {CHUNK} : {end};"));
    out.line("int64_t any = 0;");
    out.line(format!("for (int64_t e = from; e < to; ++e) any |= next_{name}[e] == step;"));
    open_hits(&format!("next_{name}[part + k] == step"), out);
    collect(program, name, population, out);
    (0..3).for_each(|_| out.close());
    // Draws take long one after the other; in a loop of their own they overlap.
    out.open(format!("for (int64_t k = 0; k < fired_{name}; ++k)"));
    out.line(format!("const int64_t e = spiked_{name}[k];"));
    out.line(format!("drawn_{name}[e] += 1;"));
    out.line(format!("const double u = 1.0 - ss_uniform({key}, (uint64_t)drawn_{name}[e], (uint64_t)e);"));
    out.line(format!("next_{name}[e] = step + 1 + ss_geometric_from(u, odds_{name}[e]);"));
    out.close();
}

/// The reset of a coupled group, for this step's spikes.
pub fn reset(group: &GroupProgram, out: &mut Writer) {
    if group.reset.is_empty() || group.crossed.is_none() {
        return;
    }
    let name = &group.name;
    out.line(format!("/* resets: {name} */"));
    out.open(format!("for (int64_t k = 0; k < fired_{name}; ++k)"));
    out.line(format!("const int64_t e = spiked_{name}[k];"));
    lines::write(&group.reset, &group.stored_names, out);
    out.close();
}

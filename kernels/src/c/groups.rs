//! The loops of a step over the elements of a population: state update, threshold, reset, recording.
//!
//! Every loop runs over elements `lo` to `hi` of the population: all of them where points are coupled, those of one
//! block of lanes where they are not.

use crate::language::ast::Expr;
use crate::model::Reduce;
use crate::phases::Part;
use crate::program::group::GroupProgram;
use crate::program::lines::Line;
use crate::program::recording::{RecordProgram, ReductionProgram};
use crate::program::{PoissonProgram, StepProgram};

use super::expression::print;
use super::lines;
use super::phases;
use super::scope::{Row, rows};
use super::writer::{Writer, needed};

/// Elements whose threshold is tested before the spikes among them are collected.
const CHUNK: usize = 128;

/// Whether an expression or a block reads what differs between lanes.
fn with_lane(program: &StepProgram, name: &str, body: &str, out: &mut Writer) {
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
    match &group.crossed {
        Some(crossed) if group.test.is_none() => {
            out.line(format!("/* groups, thresholds: {name} */"));
            crossing(program, group, population, (&group.update, crossed), out);
        }
        _ if group.update.is_empty() => {}
        _ => {
            out.line(format!("/* groups: {name} */"));
            independent(out);
            out.open(format!("for (int64_t e = lo_{name}; e < hi_{name}; ++e)"));
            lines::write(&group.update, &group.loop_names, out);
            out.close();
        }
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
        crossing(program, group, population, (lines, crossed), out);
    }
}

/// The loop that finds out who spikes.
fn crossing(
    program: &StepProgram,
    group: &GroupProgram,
    population: usize,
    (before, crossed): (&[Line], &Expr),
    out: &mut Writer,
) {
    let name = &group.name;
    open_spikes(program, name, out);
    out.open(format!("for (int64_t from = lo_{name}; from < hi_{name}; from += {CHUNK})"));
    out.line(format!("const int64_t to = from + {CHUNK} < hi_{name} ? from + {CHUNK} : hi_{name};"));
    out.line(format!("int64_t crossed[{CHUNK}], any = 0;"));
    independent(out);
    out.open("for (int64_t e = from; e < to; ++e)");
    lines::write(before, &group.loop_names, out);
    out.line(format!("const int64_t above = {};", print(crossed, &group.loop_names)));
    out.line("crossed[e - from] = above;");
    out.line("any |= above;");
    out.close();
    out.open("if (any) for (int64_t e = from; e < to; ++e) if (crossed[e - from])");
    collect(program, name, population, out);
    lines::write(&group.on_spike, &group.stored_names, out);
    if !program.coupled {
        let mut body = Writer::at(out.depth());
        lines::write(&group.reset, &group.stored_names, &mut body);
        with_lane(program, name, &body.finish(), out);
    }
    out.close();
    out.close();
    close_spikes(program, name, out);
}

/// Names for the list of this step's spikes, where another block of code made it.
pub fn list_spikes(name: &str, out: &mut Writer) {
    out.line(format!(
        "const int64_t now_{name} = step % slots_{name}, fired_{name} = spikes_{name}[now_{name}];"
    ));
    out.line(format!("const int32_t *const spiked_{name} = ring_{name} + now_{name} * n_{name};"));
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
    out.open(format!("if (any) for (int64_t e = from; e < to; ++e) if (next_{name}[e] == step)"));
    collect(program, name, population, out);
    out.line(format!("drawn_{name}[e] += 1;"));
    out.line(format!("const double u = 1.0 - ss_uniform({key}, (uint64_t)drawn_{name}[e], (uint64_t)e);"));
    out.line(format!("next_{name}[e] = step + 1 + ss_geometric_from(u, odds_{name}[e]);"));
    out.close();
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

/// Copies the values of a state monitor, lane by lane.
pub fn record(program: &StepProgram, number: usize, record: &RecordProgram, out: &mut Writer) {
    let name = &program.populations[record.population];
    out.line(format!("/* start: state monitor {} */", record.monitor));
    let due = phases::unless_off(program, &[Part::Monitor(record.monitor)]);
    out.open(format!(
        "if ({due}step % every_{number} == 0) for (int64_t lane = first_lane; lane < last_lane; ++lane)"
    ));
    out.line("double *const record = records + records_used;");
    out.line("((int64_t *)record)[0] = step;");
    out.line(format!("((int64_t *)record)[1] = (lane << 32) | {};", record.monitor));
    out.line(format!("records_used += 2 + count_{number} * {};", record.values.len()));
    let mut body = Writer::at(out.depth());
    body.open(format!("for (int64_t k = 0; k < count_{number}; ++k)"));
    let index = if record.listed { format!("indices_{}[k]", record.monitor) } else { "k".to_string() };
    body.line(format!("const int64_t e = lane * n_{name} + start_{number} + {index};"));
    for (v, value) in record.values.iter().enumerate() {
        let width = record.values.len();
        body.line(format!("record[2 + k * {width} + {v}] = {};", print(value, &record.names)));
    }
    body.close();
    let body = body.finish();
    if !program.coupled {
        needed(&rows(program, Row::Lane), &body).iter().for_each(|line| out.line(line));
    }
    out.paste(&body);
    out.close();
}

/// One accumulator an element.
pub fn reduce(program: &StepProgram, reduction: &ReductionProgram, out: &mut Writer) {
    let name = &program.populations[reduction.population];
    let array = &reduction.array;
    out.line(format!("/* start: reduction {} */", reduction.reduction));
    let [first, end] = phases::whole(program, reduction.population, name);
    out.open(format!("for (int64_t e = {first}; e < {end}; ++e)"));
    let mut body = Writer::at(out.depth());
    body.line(format!("const double value = {};", print(&reduction.value, &reduction.names)));
    body.line(match reduction.operation {
        Reduce::Minimum => format!("{array}[e] = value < {array}[e] ? value : {array}[e];"),
        Reduce::Maximum => format!("{array}[e] = value > {array}[e] ? value : {array}[e];"),
        Reduce::Mean => format!("{array}[e] += value;"),
    });
    with_lane(program, name, &body.finish(), out);
    out.close();
}

//! Recording in a step: values copied for the host, and reductions.

use crate::model::Reduce;
use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::recording::{OfSynapses, RecordProgram, ReductionProgram};

use super::expression::print;
use super::groups::with_lane;
use super::phases;
use super::scope::{Row, rows};
use super::writer::{Writer, needed};

/// Copies values, lane by lane.
pub fn record(program: &StepProgram, number: usize, record: &RecordProgram, out: &mut Writer) {
    let name = &program.populations[record.population];
    out.line(format!("/* monitor {} */", record.monitor));
    let due = due(program, number, record);
    out.open(format!("if ({due}) for (int64_t lane = lane_from; lane < lane_until; ++lane)"));
    head(number, record, &format!("count_{number} * {}", record.values.len()), out);
    let mut body = Writer::at(out.depth());
    body.open(format!("for (int64_t k = 0; k < count_{number}; ++k)"));
    let index = if record.listed { format!("indices_{}[k]", record.monitor) } else { "k".to_string() };
    body.line(format!("const int64_t e = lane * n_{name} + start_{number} + {index};"));
    let width = record.values.len();
    values(record, |v| format!("2 + k * {width} + {v}"), &mut body);
    body.close();
    let body = body.finish();
    if !program.coupled {
        needed(&rows(program, Row::Lane), &body).iter().for_each(|line| out.line(line));
    }
    out.paste(&body);
    out.close();
}

/// Copies values of synapses of an object, row after row.
pub fn record_synapses(
    program: &StepProgram,
    number: usize,
    record: &RecordProgram,
    of: OfSynapses,
    out: &mut Writer,
) {
    let name = &program.synapses[of.object].name;
    out.line(format!("/* monitor {} */", record.monitor));
    out.open(format!("if ({})", due(program, number, record)));
    let width = record.values.len();
    out.line("const int64_t lane = 0;");
    head(number, record, &format!("count_{number} * {width}"), out);
    let place = match of.choice {
        None => {
            out.open(format!("for (int64_t row = 0; row < rows_{name}; ++row)"));
            out.open(format!("for (int64_t q = first_{name}[row]; q < first_{name}[row + 1]; ++q)"));
            "q"
        }
        Some(choice) => {
            out.line("int64_t row = 0;");
            out.open(format!("for (int64_t k = 0; k < count_{number}; ++k)"));
            out.line(format!("const int64_t q = {}[k];", program.choices[choice].array));
            out.line(format!("while (first_{name}[row + 1] <= q) ++row;"));
            "k"
        }
    };
    out.line(format!("const int64_t pre = source_start_{name} + row, post = target_{name}[q];"));
    out.line("(void)pre; (void)post;");
    values(record, |v| format!("2 + {place} * {width} + {v}"), out);
    if of.choice.is_none() {
        out.close();
    }
    out.close();
    out.close();
}

/// Whether a record that is not made for spikes is due at a step.
fn due(program: &StepProgram, number: usize, record: &RecordProgram) -> String {
    let awake = phases::unless_off(program, &[Part::Monitor(record.monitor)]);
    let window = if record.windowed {
        format!(" && step >= from_{number} && step < to_{number}")
    } else {
        String::new()
    };
    format!("{awake}step % every_{number} == 0{window}")
}

/// Copies values of the elements in the list of a population, which has a name already.
pub fn capture(program: &StepProgram, number: usize, record: &RecordProgram, out: &mut Writer) {
    let Some(on) = record.on else { return };
    let name = &program.populations[on];
    out.line(format!("/* monitor {}: who spiked */", record.monitor));
    out.open(format!("for (int64_t k = 0; k < fired_{name}; ++k)"));
    out.line(format!("const int64_t e = spiked_{name}[k], own = e - start_{number}, lane = 0;"));
    out.line(format!("if (own < 0 || own >= count_{number}) continue;"));
    head(number, record, &(1 + record.values.len()).to_string(), out);
    out.line("record[2] = (double)own;");
    values(record, |v| (3 + v).to_string(), out);
    out.close();
}

fn head(number: usize, record: &RecordProgram, words: &str, out: &mut Writer) {
    debug_assert!(record.monitor <= u32::MAX as usize);
    out.line("double *const record = records + records_used;");
    out.line("((int64_t *)record)[0] = step;");
    out.line(format!("((int64_t *)record)[1] = (lane << 32) | {number};"));
    out.line(format!("records_used += 2 + {words};"));
}

fn values(record: &RecordProgram, place: impl Fn(usize) -> String, out: &mut Writer) {
    for (v, value) in record.values.iter().enumerate() {
        out.line(format!("record[{}] = {};", place(v), print(value, &record.names)));
    }
}

/// Takes the values of a step into the accumulators.
pub fn reduce(program: &StepProgram, reduction: &ReductionProgram, out: &mut Writer) {
    let name = &program.populations[reduction.population];
    let array = &reduction.array;
    out.line(format!("/* reduction {} */", reduction.reduction));
    let [first, end] = phases::whole(program, reduction.population, name);
    out.open(format!("for (int64_t e = {first}; e < {end}; ++e)"));
    let mut body = Writer::at(out.depth());
    if let Some(when) = &reduction.when {
        body.line(format!("if (!({})) continue;", print(when, &reduction.names)));
    }
    body.line(format!("const double value = {};", print(&reduction.value, &reduction.names)));
    if let Some(counted) = &reduction.counted {
        body.line(format!("{counted}[e] += 1.0;"));
    }
    match (reduction.operation, &reduction.counted, &reduction.spread) {
        (Reduce::Minimum, ..) => body.line(format!("{array}[e] = value < {array}[e] ? value : {array}[e];")),
        (Reduce::Maximum, ..) => body.line(format!("{array}[e] = value > {array}[e] ? value : {array}[e];")),
        (Reduce::Last, ..) => body.line(format!("{array}[e] = value;")),
        // Welford 1962, Technometrics 4(3):419.
        (Reduce::Deviation, Some(counted), Some(spread)) => {
            body.line(format!("const double off = value - {array}[e];"));
            body.line(format!("{array}[e] += off / {counted}[e];"));
            body.line(format!("{spread}[e] += off * (value - {array}[e]);"));
        }
        _ => body.line(format!("{array}[e] += value;")),
    }
    with_lane(program, name, &body.finish(), out);
    out.close();
}

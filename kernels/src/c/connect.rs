//! `ss_count` and `ss_fill`: the synapses of one object, found twice in the same order.
//!
//! The first pass counts synapses a row; the second, with the row starts in place, writes targets, variables and delays.
//! Both are asked for a range of rows, and write nothing outside of it, so that several processes can share the work.

use crate::language::ast::Expr;
use crate::program::StepProgram;
use crate::program::event_driven::LAST_UPDATE;
use crate::program::names::{Names, part};
use crate::program::pathways::{Delay, PathwayProgram};
use crate::program::rules::Rule;
use crate::program::synapses::SynapsesProgram;

use super::expression::print;
use super::lines;
use super::rules::Pairs;
use super::scope::{Row, before_steps};
use super::writer::{Writer, needed};

/// What a pass over the rules does.
#[derive(Clone, Copy)]
pub(super) struct Making {
    /// Synapses are written, not counted.
    pub fills: bool,
    /// Some rule goes column by column, so that synapses do not come row by row.
    pub scattered: bool,
}

/// Both functions.
pub fn functions(program: &StepProgram) -> String {
    let generated =
        |synapses: &SynapsesProgram| synapses.rules.iter().any(|r| matches!(r, Rule::Generated(_)));
    let unmade = if program.synapses.iter().any(generated) { UNMADE } else { "" };
    format!("{unmade}{}\n{}", function(program, false), function(program, true))
}

const UNMADE: &str = "\
#define SS_NO_NUMBER (-0x7fffffffffffffff - 1)

static SS_COLD int64_t ss_unmade(int64_t *place, int64_t cause, int64_t rule, int64_t neuron, double value) {
    place[0] = cause;
    place[1] = rule;
    place[2] = neuron;
    place[3] = (int64_t)ss_bits(value);
    return -1;
}

";

fn function(program: &StepProgram, fills: bool) -> String {
    let mut body = Writer::at(1);
    for (k, synapses) in program.synapses.iter().enumerate() {
        body.open(format!("if (object == {k})"));
        object(synapses, fills, &mut body);
        body.close();
    }
    choices(program, fills, &mut body);
    body.line("return 0;");
    let body = body.finish();
    let mut out = Writer::at(0);
    let name = if fills { "ss_fill" } else { "ss_count" };
    out.open(format!(
        "static int64_t {name}(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place)"
    ));
    out.line("(void)base; (void)arena; (void)object; (void)from; (void)to; (void)place;");
    needed(&before_steps(program, Row::First), &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.close();
    out.finish()
}

fn object(synapses: &SynapsesProgram, fills: bool, out: &mut Writer) {
    let making = Making { fills, scattered: synapses.scattered() };
    for pathway in synapses.pathways.iter().filter(|_| fills) {
        if let Delay::Same(delay) = &pathway.delay {
            let place = format!("delays_{}[0]", pathway.name);
            steps_of(delay, pathway, &synapses.build_names, &place, out);
        }
    }
    for (number, rule) in synapses.rules.iter().enumerate() {
        if matches!(rule, Rule::Listed { .. }) {
            out.line(format!("int64_t listed_{number} = 0;"));
        }
    }
    match making.scattered {
        true => rule_by_rule(synapses, making, out),
        false => row_by_row(synapses, making, out),
    }
}

/// Synapses that are recorded, in the rows that are asked for: choices are numbered behind the objects.
fn choices(program: &StepProgram, fills: bool, out: &mut Writer) {
    for (c, choice) in program.choices.iter().enumerate() {
        let Some((condition, names)) = &choice.condition else { continue };
        let name = &program.synapses[choice.object].name;
        out.open(format!("if (object == {})", program.synapses.len() + c));
        out.line("int64_t n = 0;");
        out.open("for (int64_t i = from; i < to; ++i)");
        out.open(format!("for (int64_t q = first_{name}[i]; q < first_{name}[i + 1]; ++q)"));
        out.line(format!("const int64_t j = target_{name}[q] - target_start_{name};"));
        out.line("(void)j;");
        out.line(format!("if (!({})) continue;", print(condition, names)));
        if fills {
            out.line(format!("{}[n] = (int32_t)q;", choice.array));
        }
        out.line("++n;");
        (0..2).for_each(|_| out.close());
        out.line("return n;");
        out.close();
    }
}

fn row_by_row(synapses: &SynapsesProgram, making: Making, out: &mut Writer) {
    let name = &synapses.name;
    if !making.fills {
        out.line("int64_t q = 0;");
    }
    out.open("for (int64_t i = from; i < to; ++i)");
    let start = if making.fills { format!("first_{name}[i]") } else { "q".to_string() };
    out.line(format!("const int64_t row = {start};"));
    if making.fills {
        out.line("int64_t q = row;");
    }
    for (number, rule) in synapses.rules.iter().enumerate() {
        Pairs { synapses, number, making }.rule(rule, out);
    }
    if !making.fills {
        out.line(format!("first_{name}[i] = q - row;"));
    }
    out.close();
    out.line(if making.fills { "return 0;" } else { "return q;" });
}

fn rule_by_rule(synapses: &SynapsesProgram, making: Making, out: &mut Writer) {
    let name = &synapses.name;
    let array = if making.fills { "made" } else { "first" };
    out.line(format!("for (int64_t i = from; i < to; ++i) {array}_{name}[i] = 0;"));
    for (number, rule) in synapses.rules.iter().enumerate() {
        match rule.by_columns() {
            true => out.open(format!("for (int64_t j = 0; j < columns_{name}; ++j)")),
            false => out.open("for (int64_t i = from; i < to; ++i)"),
        }
        Pairs { synapses, number, making }.rule(rule, out);
        out.close();
    }
    if making.fills {
        out.line("return 0;");
        return;
    }
    out.line("int64_t sum = 0;");
    out.line(format!("for (int64_t i = from; i < to; ++i) sum += first_{name}[i];"));
    out.line("return sum;");
}

/// Writes a delay in steps; one that is negative or not a number becomes -1, which the host reports.
fn steps_of(delay: &Expr, pathway: &PathwayProgram, names: &Names, place: &str, out: &mut Writer) {
    let (delay, dt) = (print(delay, names), &pathway.dt);
    out.open("");
    out.line(format!("const double seconds = {delay}, steps = __builtin_floor(seconds / {dt} + 0.5);"));
    out.line(format!("{place} = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;"));
    out.close();
}

pub(super) fn fill_one(synapses: &SynapsesProgram, given: &[String], out: &mut Writer) {
    let name = &synapses.name;
    out.line(format!("target_{name}[q] = (int32_t)(target_start_{name} + j);"));
    if synapses.sources {
        out.line(format!("source_{name}[q] = (int32_t)(source_start_{name} + i);"));
    }
    let first = synapses.variables.iter().filter(|(variable, ..)| variable != LAST_UPDATE);
    for (variable, _, moves) in first {
        let stem = if *moves { "first_y" } else { "y" };
        out.line(format!("{stem}_{name}_{}[q] = 0;", part(variable)));
    }
    if let Some(variable) = &synapses.multisynaptic {
        parallel(synapses, variable, out);
    }
    // Values that are given can be read by other initial values, and prevail over their own.
    given.iter().for_each(|line| out.line(line));
    lines::write(&synapses.initial, &synapses.build_names, out);
    if !synapses.initial.is_empty() {
        given.iter().for_each(|line| out.line(line));
    }
    for pathway in &synapses.pathways {
        if let Delay::Each(delay) = &pathway.delay {
            steps_of(delay, pathway, &synapses.build_names, &format!("delay_{}[q]", pathway.name), out);
        }
    }
}

/// The number of a synapse among those of its pair: one more than that of the last one made before.
fn parallel(synapses: &SynapsesProgram, variable: &str, out: &mut Writer) {
    let name = &synapses.name;
    let number = format!("y_{name}_{}", part(variable));
    let least = if synapses.parallel_lie_together() { "q - 1" } else { "row" };
    out.open(format!("for (int64_t r = q - 1; r >= row && r >= {least}; --r)"));
    out.line(format!("if (target_{name}[r] != target_{name}[q]) continue;"));
    out.line(format!("{number}[q] = {number}[r] + 1;"));
    out.line("break;");
    out.close();
}

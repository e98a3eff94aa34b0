//! `ss_count` and `ss_fill`: the synapses of one object, found twice in the same order.
//!
//! The first pass counts synapses a row and leaves the row starts; the second writes targets, variables and delays.

use crate::program::StepProgram;
use crate::program::names::part;
use crate::program::rules::Rule;
use crate::program::synapses::SynapsesProgram;

use super::expression::print;
use super::lines;
use super::scope::{Row, before_steps};
use super::writer::{Writer, needed};

/// Both functions.
pub fn functions(program: &StepProgram) -> String {
    format!("{}\n{}", function(program, false), function(program, true))
}

fn function(program: &StepProgram, fills: bool) -> String {
    let mut body = Writer::at(1);
    for (k, synapses) in program.synapses.iter().enumerate() {
        body.open(format!("if (object == {k})"));
        rows(synapses, fills, &mut body);
        body.close();
    }
    body.line("return 0;");
    let body = body.finish();
    let mut out = Writer::at(0);
    let name = if fills { "ss_fill" } else { "ss_count" };
    out.open(format!("static int64_t {name}(unsigned char *base, uint64_t arena, int64_t object)"));
    out.line("(void)base; (void)arena; (void)object;");
    needed(&before_steps(program, Row::First), &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.close();
    out.finish()
}

fn rows(synapses: &SynapsesProgram, fills: bool, out: &mut Writer) {
    let name = &synapses.name;
    out.line("int64_t q = 0;");
    for (number, rule) in synapses.rules.iter().enumerate() {
        if matches!(rule, Rule::Listed { .. }) {
            out.line(format!("int64_t listed_{number} = 0;"));
        }
    }
    out.open(format!("for (int64_t i = 0; i < rows_{name}; ++i)"));
    out.line("const int64_t row = q;");
    out.line("(void)row;");
    if !fills {
        out.line(format!("first_{name}[i] = q;"));
    }
    synapses
        .rules
        .iter()
        .enumerate()
        .for_each(|(number, rule)| super::rules::rule(synapses, number, rule, fills, out));
    out.close();
    if !fills {
        out.line(format!("first_{name}[rows_{name}] = q;"));
    }
    out.line("return q;");
}

/// A delay that is negative or not a number becomes -1, which the host reports.
fn delay_steps(delay: &str, dt: &str) -> String {
    format!("const double seconds = {delay}, steps = __builtin_floor(seconds / {dt} + 0.5);")
}

pub(super) fn fill_one(synapses: &SynapsesProgram, out: &mut Writer) {
    let name = &synapses.name;
    out.line(format!("target_{name}[q] = (int32_t)(target_start_{name} + j);"));
    out.line(format!("source_{name}[q] = (int32_t)(source_start_{name} + i);"));
    for (variable, _, moves) in &synapses.variables {
        let stem = if *moves { "first_y" } else { "y" };
        out.line(format!("{stem}_{name}_{}[q] = 0;", part(variable)));
    }
    lines::write(&synapses.initial, &synapses.build_names, out);
    let [dt_pre, dt_post] = &synapses.dts;
    for (stem, delay, dt) in
        [("delay", &synapses.delay, dt_pre), ("delay_post", &synapses.delay_post, dt_post)]
    {
        if stem == "delay_post" && synapses.on_post.is_empty() {
            continue;
        }
        match delay {
            Some(delay) => {
                out.open("");
                out.line(delay_steps(&print(delay, &synapses.build_names), dt));
                out.line(format!(
                    "{stem}_{name}[q] = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;"
                ));
                out.close();
            }
            None => out.line(format!("{stem}_{name}[q] = 0;")),
        }
    }
}

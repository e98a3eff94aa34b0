//! `ss_count` and `ss_fill`: the synapses of one object, found twice in the same order.
//!
//! The first pass counts synapses a row and leaves the row starts; the second writes targets, variables and delays.

use crate::language::ast::Expr;
use crate::program::StepProgram;
use crate::program::event_driven::LAST_UPDATE;
use crate::program::names::{Names, part};
use crate::program::pathways::{Delay, PathwayProgram};
use crate::program::synapses::{Rule, SynapsesProgram};

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
    for pathway in synapses.pathways.iter().filter(|_| fills) {
        if let Delay::Same(delay) = &pathway.delay {
            let place = format!("delays_{}[0]", pathway.name);
            steps_of(delay, pathway, &synapses.build_names, &place, out);
        }
    }
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
        .for_each(|(number, rule)| self::rule(synapses, number, rule, fills, out));
    out.close();
    if !fills {
        out.line(format!("first_{name}[rows_{name}] = q;"));
    }
    out.line("return q;");
}

fn rule(synapses: &SynapsesProgram, number: usize, rule: &Rule, fills: bool, out: &mut Writer) {
    let name = &synapses.name;
    match rule {
        Rule::Listed { count, .. } => {
            let cursor = format!("listed_{number}");
            out.open(format!(
                "for (; {cursor} < {count} && pairs_{name}_{number}_i[{cursor}] == i; ++{cursor})"
            ));
            out.line(format!("const int64_t j = pairs_{name}_{number}_j[{cursor}];"));
            synapse(synapses, None, fills, out);
            out.close();
        }
        Rule::Pairs { condition, p: Some((p, key)), skips: true, n } => {
            out.open("");
            out.line(format!(
                "const double odds = ss_geometric_inverse({});",
                print(p, &synapses.build_names)
            ));
            out.line("uint64_t draw = 0;");
            out.open(format!("for (int64_t j = -1; j < columns_{name};)"));
            out.line(format!(
                "j += 1 + ss_geometric_from(1.0 - ss_uniform({key}, draw++, (uint64_t)i), odds);"
            ));
            out.line(format!("if (j >= columns_{name}) break;"));
            filtered(synapses, condition.as_ref(), n.as_ref(), fills, out);
            out.close();
            out.close();
        }
        Rule::Pairs { condition, p, n, .. } => {
            out.open(format!("for (int64_t j = 0; j < columns_{name}; ++j)"));
            if let Some((p, key)) = p {
                let p = print(p, &synapses.build_names);
                out.line(format!("if (!(ss_uniform({key}, (uint64_t)j, (uint64_t)i) < {p})) continue;"));
            }
            filtered(synapses, condition.as_ref(), n.as_ref(), fills, out);
            out.close();
        }
    }
}

fn filtered(
    synapses: &SynapsesProgram,
    condition: Option<&Expr>,
    n: Option<&Expr>,
    fills: bool,
    out: &mut Writer,
) {
    if let Some(condition) = condition {
        out.line(format!("if (!({})) continue;", print(condition, &synapses.build_names)));
    }
    synapse(synapses, n, fills, out);
}

fn synapse(synapses: &SynapsesProgram, n: Option<&Expr>, fills: bool, out: &mut Writer) {
    let repeats = n.map(|n| print(n, &synapses.build_names));
    if let Some(n) = &repeats {
        out.open(format!("for (int64_t copy = 0, copies = (int64_t)({n}); copy < copies; ++copy)"));
    }
    if fills {
        fill_one(synapses, out);
    }
    out.line("++q;");
    if repeats.is_some() {
        out.close();
    }
}

/// Writes a delay in steps; one that is negative or not a number becomes -1, which the host reports.
fn steps_of(delay: &Expr, pathway: &PathwayProgram, names: &Names, place: &str, out: &mut Writer) {
    let (delay, dt) = (print(delay, names), &pathway.dt);
    out.open("");
    out.line(format!("const double seconds = {delay}, steps = __builtin_floor(seconds / {dt} + 0.5);"));
    out.line(format!("{place} = seconds >= 0.0 && steps < 2147483647.0 ? (int32_t)steps : -1;"));
    out.close();
}

fn fill_one(synapses: &SynapsesProgram, out: &mut Writer) {
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
    lines::write(&synapses.initial, &synapses.build_names, out);
    for pathway in &synapses.pathways {
        if let Delay::Each(delay) = &pathway.delay {
            steps_of(delay, pathway, &synapses.build_names, &format!("delay_{}[q]", pathway.name), out);
        }
    }
}

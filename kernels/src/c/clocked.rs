//! What is done to all synapses of an object at each step: their state moves on, and variables of neurons become sums over
//! them.

use crate::language::ast::ValueKind;
use crate::model::Side;
use crate::phases::Part;
use crate::program::StepProgram;
use crate::program::fields::Fields;
use crate::program::group::GroupProgram;
use crate::program::sums::SumProgram;
use crate::program::synapses::SynapsesProgram;

use super::derived;
use super::groups;
use super::lines;
use super::phases;
use super::scope::{Row, declarations};
use super::writer::{Declaration, Writer, needed};

/// The flag that values computed before the first step are there.
const SETTLED: &str = "settled";

/// The loops that integrate synapses.
pub fn states(program: &StepProgram) -> impl Iterator<Item = (usize, &GroupProgram)> {
    let objects = program.synapses.iter().enumerate();
    objects.filter_map(|(k, synapses)| Some((k, &**synapses.state.as_ref()?)))
}

/// The number of synapses of each object.
pub fn counts(program: &StepProgram) -> Vec<Declaration> {
    let count = |SynapsesProgram { name, .. }: &SynapsesProgram| {
        let line = format!("const int64_t n_{name} = first_{name}[rows_{name}];");
        Declaration { ident: format!("n_{name}"), line }
    };
    program.synapses.iter().map(count).collect()
}

/// Bounds of the loops over synapses.
pub fn bounds(program: &StepProgram, out: &mut Writer) {
    for (k, GroupProgram { name, .. }) in states(program) {
        let end = match program.phases.switch(Part::Synapses(k)) {
            Some(switch) => format!("off_{switch} ? 0 : n_{name}"),
            None => format!("n_{name}"),
        };
        out.line(format!("const int64_t lo_{name} = 0, hi_{name} = {end};"));
        out.line(format!("(void)lo_{name}; (void)hi_{name};"));
    }
}

/// The state of an object moves on.
pub fn integrate(program: &StepProgram, object: usize, out: &mut Writer) {
    let Some(state) = &program.synapses[object].state else { return };
    out.open("");
    groups::once_a_step(&state.stepwise, &state.loop_names, out);
    groups::state(program, state, out);
    out.close();
}

/// Subexpressions of synapses that keep their value for a step.
pub fn hold(program: &StepProgram, object: usize, out: &mut Writer) {
    if let Some(state) = &program.synapses[object].state {
        groups::hold(program, state, out);
    }
}

/// A variable of neurons becomes a sum.
pub fn sum(program: &StepProgram, object: usize, number: usize, out: &mut Writer) {
    let synapses = &program.synapses[object];
    let (name, sum) = (&synapses.name, &synapses.sums[number]);
    out.line(format!("/* groups: {name}, sums of {} */", sum.array));
    let awake = phases::awake(program, &[Part::Synapses(object)]);
    out.open(awake.map_or(String::new(), |awake| format!("if ({awake})")));
    if sum.side == Side::Post {
        let end = format!("target_start_{name} + columns_{name}");
        out.line(format!("for (int64_t e = target_start_{name}; e < {end}; ++e) {}[e] = 0;", sum.array));
    }
    out.open(format!("for (int64_t row = 0; row < rows_{name}; ++row)"));
    out.line(format!("const int64_t pre = source_start_{name} + row;"));
    out.line("(void)pre;");
    lines::write(&sum.row, &sum.names, out);
    match sum.side {
        Side::Pre => of_row(name, sum, out),
        Side::Post => to_targets(name, sum, out),
    }
    out.close();
    out.close();
}

/// The sum of the neuron of a row.
fn of_row(name: &str, sum: &SumProgram, out: &mut Writer) {
    let crate::program::lines::Line::Assign { kind, .. } = &sum.adds else { return };
    out.line(match kind {
        ValueKind::Real => "double sum = 0.0;",
        _ => "int32_t sum = 0;",
    });
    each_synapse(name, sum, out);
    out.line(format!("{}[pre] = sum;", sum.array));
}

/// Synapses of a row whose targets lie side by side, and are done at once.
const RUN: usize = 64;

/// What the synapses of a row add. Rows that lack few targets have long runs of neighbours; one that has all of them needs
/// no list.
fn to_targets(name: &str, sum: &SumProgram, out: &mut Writer) {
    if !sum.dense {
        each_synapse(name, sum, out);
        return;
    }
    out.line(format!("const int64_t first = first_{name}[row], end = first_{name}[row + 1];"));
    out.open(format!("if (end - first == columns_{name})"));
    neighbours(&format!("columns_{name}"), "first", &format!("target_start_{name}"), sum, out);
    out.line("continue;");
    out.close();
    out.open(format!("for (int64_t begin = first; begin < end; begin += {RUN})"));
    out.line(format!("const int64_t stop = begin + {RUN} < end ? begin + {RUN} : end;"));
    out.open(format!(
        "if (stop == begin + {RUN} && target_{name}[stop - 1] - target_{name}[begin] == {RUN} - 1)"
    ));
    neighbours(&RUN.to_string(), "begin", &format!("target_{name}[begin]"), sum, out);
    out.line("continue;");
    out.close();
    out.open("for (int64_t q = begin; q < stop; ++q)");
    out.line(format!("const int64_t post = target_{name}[q];"));
    out.line("(void)post;");
    lines::write(std::slice::from_ref(&sum.adds), &sum.names, out);
    out.close();
    out.close();
}

/// What `count` synapses from `q` on add, whose targets follow each other from `post` on.
fn neighbours(count: &str, q: &str, post: &str, sum: &SumProgram, out: &mut Writer) {
    out.line(format!("const int64_t next = {post};"));
    out.line("#pragma GCC ivdep");
    out.open(format!("for (int64_t k = 0; k < {count}; ++k)"));
    out.line(format!("const int64_t q = {q} + k, post = next + k;"));
    out.line("(void)q; (void)post;");
    lines::write(std::slice::from_ref(&sum.adds), &sum.names, out);
    out.close();
}

fn each_synapse(name: &str, sum: &SumProgram, out: &mut Writer) {
    out.open(format!("for (int64_t q = first_{name}[row]; q < first_{name}[row + 1]; ++q)"));
    out.line(format!("const int64_t post = target_{name}[q];"));
    out.line("(void)post;");
    lines::write(std::slice::from_ref(&sum.adds), &sum.names, out);
    out.close();
}

/// Whether anything is computed before the first step for synapses.
pub fn settles(fields: &Fields) -> bool {
    fields.number(SETTLED).is_some()
}

/// `ss_settle`: what is computed once from parameters and first values of synapses, which are not there yet when a lane is
/// prepared.
pub fn settle(program: &StepProgram) -> String {
    let mut out = Writer::at(0);
    if !settles(&program.fields) {
        return out.finish();
    }
    let mut body = Writer::at(1);
    states(program).for_each(|(_, state)| derived::prepared(state, &mut body));
    body.line(format!("{SETTLED}[0] = 1;"));
    let body = body.finish();
    out.open("static SS_COLD void ss_settle(unsigned char *base, uint64_t arena)");
    out.line("const int64_t lane = 0;");
    out.line("(void)lane;");
    needed(&declarations(program, Row::First), &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.close();
    out.line("");
    out.finish()
}

/// Calls it, unless that was done.
pub fn settled(program: &StepProgram, out: &mut Writer) {
    if settles(&program.fields) {
        out.line(format!("if (!{SETTLED}[0]) ss_settle(base, arena);"));
    }
}

/// Has it called again.
pub fn unsettle(program: &StepProgram, out: &mut Writer) {
    if settles(&program.fields) {
        out.line(format!("{SETTLED}[0] = 0;"));
    }
}

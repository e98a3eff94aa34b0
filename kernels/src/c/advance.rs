//! `ss_advance`: the loop over steps; `step` prints what one does.

use crate::language::ast::ValueKind;
use crate::program::tested::Tested;
use crate::program::{ClockProgram, StepProgram};

use super::scope::{Row, declarations};
use super::step;
use super::writer::{Writer, needed};

/// Divergence is tested at absolute multiples of so many steps, and at the end; with `strict_nan` before every step.
pub const TEST_EVERY: u64 = 1000;

/// The function.
pub fn function(program: &StepProgram) -> String {
    let mut body = Writer::at(1);
    match (program.coupled, program.clocks.is_empty()) {
        (false, _) => lanes(program, &mut body),
        (true, true) => coupled(program, &mut body),
        (true, false) => clocks(program, &mut body),
    }
    let body = body.finish();
    let mut scalars = Writer::at(1);
    hoisted(program, &body, &mut scalars);
    let scalars = scalars.finish();
    let mut out = Writer::at(0);
    out.paste(&test(program));
    out.paste(&super::clocked::settle(program));
    out.open("static int32_t ss_advance(unsigned char *base, uint64_t arena, int64_t most_steps)");
    let mut before = Writer::at(1);
    super::clocked::settled(program, &mut before);
    let before = before.finish();
    let all = format!("{before}{scalars}{body} header");
    needed(&declarations(program, Row::First), &all).iter().for_each(|line| out.line(line));
    out.line("if (header->struct_size != sizeof(ss_header) || header->abi != SS_ABI) return SS_BAD_HEADER;");
    out.line("const uint64_t environment = ss_flush_to_zero();");
    out.paste(&before);
    out.paste(&scalars);
    out.line("int64_t events_used = header->events_used, records_used = header->records_used;");
    out.line("int64_t synaptic_events = 0, neuron_updates = 0, left = most_steps;");
    out.line("int32_t reason = SS_DONE;");
    out.paste(&body);
    for counter in ["events_used", "records_used"] {
        out.line(format!("header->{counter} = {counter};"));
    }
    for counter in ["synaptic_events", "neuron_updates"] {
        out.line(format!("header->{counter} += {counter};"));
    }
    out.line("ss_restore(environment);");
    out.line("return reason;");
    out.close();
    out.finish()
}

/// Scalars that the body mentions, directly or through each other.
fn hoisted(program: &StepProgram, body: &str, out: &mut Writer) {
    for group in super::groups::integrated(program) {
        super::scalars(group, body).iter().for_each(|line| out.line(line));
    }
    super::inputs::fixed(program, body, out);
}

/// One point: a block of one lane.
fn one_lane(program: &StepProgram, out: &mut Writer) {
    out.line("const int64_t lane_from = 0, lane_until = 1;");
    out.line("(void)lane_from; (void)lane_until;");
    for (population, name) in program.populations.iter().enumerate() {
        let end = super::phases::end(program, population, "0", &format!("n_{name}"));
        out.line(format!("const int64_t lo_{name} = 0, hi_{name} = {end};"));
        out.line(format!("(void)lo_{name}; (void)hi_{name};"));
    }
    super::clocked::bounds(program, out);
}

fn coupled(program: &StepProgram, out: &mut Writer) {
    one_lane(program, out);
    out.line("int64_t step = header->step;");
    out.open("for (; step < header->n_steps; ++step, --left)");
    guards(program, "", out);
    step::tasks(program, out);
    out.line("header->progress = step + 1;");
    out.close();
    out.line("if (reason == SS_DONE && step >= header->n_steps) reason = ss_test(base, arena, step, 0, 1);");
    out.line("header->step = step;");
}

/// Several clocks: each turn of the loop is the next time at which any of them ticks. Times closer together than 1e-4 of
/// the shortest dt are the same (Brian's Clock.epsilon_dt); each is computed from its own step, so nothing drifts.
fn clocks(program: &StepProgram, out: &mut Writer) {
    one_lane(program, out);
    let all = 0..=program.clocks.len();
    out.line("double shortest = dt;");
    for (k, clock) in (1..).zip(&program.clocks) {
        if *clock == ClockProgram::Every {
            out.line(format!("if (dt_{k} < shortest) shortest = dt_{k};"));
        }
    }
    all.clone().for_each(|k| out.line(format!("int64_t step_{k} = clock_steps[{k}];")));
    out.open("for (;; --left)");
    for k in all.clone() {
        let time = match k.checked_sub(1).map(|k| program.clocks[k]) {
            None => "(double)step_0 * dt".to_string(),
            Some(ClockProgram::Every) => format!("(double)step_{k} * dt_{k}"),
            Some(ClockProgram::At) => format!("clock_times_{k}[step_{k}]"),
        };
        out.line(format!("const double t_{k} = step_{k} < clock_ends[{k}] ? {time} : SS_INFINITY;"));
    }
    out.line("double next = t_0;");
    all.clone().skip(1).for_each(|k| out.line(format!("if (t_{k} < next) next = t_{k};")));
    out.line("if (!(next < SS_INFINITY)) break;");
    out.line("next += 1e-4 * shortest;");
    all.clone().for_each(|k| out.line(format!("const int32_t due_{k} = t_{k} <= next;")));
    out.line("const int64_t step = step_0;");
    guards(program, "due_0 && ", out);
    step::tasks_of_clocks(program, out);
    all.clone().for_each(|k| out.line(format!("step_{k} += due_{k};")));
    out.line("header->progress += 1;");
    out.close();
    all.for_each(|k| out.line(format!("clock_steps[{k}] = step_{k};")));
    out.line("header->step = step_0;");
    out.line("if (reason == SS_DONE) reason = ss_test(base, arena, step_0, 0, 1);");
}

fn lanes(program: &StepProgram, out: &mut Writer) {
    out.line("const int64_t wide = header->lanes_per_block, blocks = (header->lanes + wide - 1) / wide;");
    out.open("for (; header->block < blocks && reason == SS_DONE;)");
    out.line("const int64_t lane_from = header->block * wide;");
    out.line(
        "const int64_t lane_until = lane_from + wide < header->lanes ? lane_from + wide : header->lanes;",
    );
    for (population, name) in program.populations.iter().enumerate() {
        let first = format!("lane_from * n_{name}");
        let end = super::phases::end(program, population, &first, &format!("lane_until * n_{name}"));
        out.line(format!("const int64_t lo_{name} = {first}, hi_{name} = {end};"));
    }
    out.line("int64_t step = header->step;");
    out.open("for (; step < header->n_steps; ++step, --left)");
    guards(program, "", out);
    step::tasks(program, out);
    out.line("++header->progress;");
    out.close();
    out.line("header->step = step;");
    out.line("if (reason != SS_DONE) break;");
    out.line("reason = ss_test(base, arena, header->n_steps, lane_from, lane_until);");
    out.line("header->block += 1;");
    let first = if program.phases.count() > 0 { "first_step[0]" } else { "0" };
    out.line(format!("header->step = {first};"));
    out.close();
}

/// What may end the loop before a step; `due` is a condition on the test for values that are not finite, unless all steps
/// are tested.
fn guards(program: &StepProgram, due: &str, out: &mut Writer) {
    if !program.strict_nan {
        out.open(format!("if ({due}step % {TEST_EVERY} == 0 && step > 0)"));
    }
    out.line("reason = ss_test(base, arena, step, lane_from, lane_until);");
    out.line("if (reason != SS_DONE) break;");
    if !program.strict_nan {
        out.close();
    }
    out.line("if (left <= 0 || *(volatile int64_t *)&header->stop) { reason = SS_STOPPED; break; }");
    out.open("if (header->events_room - events_used < events_most || header->records_room - records_used < records_most)");
    out.line("reason = SS_FULL;");
    out.line("break;");
    out.close();
}

/// `ss_test` looks for values that are not finite; the first one of a lane is noted with step, variable and element.
/// Coupled batches end there, lanes go on beside one that diverged.
fn test(program: &StepProgram) -> String {
    let mut body = Writer::at(1);
    let tested = program.tested.iter().flat_map(|of| of.variables.iter().map(move |v| (&of.name, v)));
    for (variable, (name, Tested { array, kind, .. })) in tested.enumerate() {
        let bad = match kind {
            ValueKind::Real => format!("!({array}[e] - {array}[e] == 0.0)"),
            _ => format!("{array}[e] == (int32_t)0x80000000"),
        };
        body.line("any = 0;");
        body.line(format!(
            "for (int64_t e = lane_from * n_{name}; e < lane_until * n_{name}; ++e) any |= {bad};"
        ));
        body.open(format!("if (any) for (int64_t e = lane_from * n_{name}; e < lane_until * n_{name}; ++e)"));
        body.line(format!("int64_t *const found = diverged + 3 * (e / n_{name});"));
        body.line(format!(
            "if (({bad}) && found[0] < 0) found[0] = step, found[1] = {variable}, found[2] = e % n_{name};"
        ));
        body.close();
        if program.coupled {
            body.line("if (any) return SS_DIVERGED;");
        }
    }
    body.line("return SS_DONE;");
    let body = body.finish();
    let mut out = Writer::at(0);
    let seldom = if program.strict_nan { "" } else { "SS_COLD " };
    let arguments =
        "unsigned char *base, uint64_t arena, int64_t step, int64_t lane_from, int64_t lane_until";
    out.open(format!("static {seldom}int32_t ss_test({arguments})"));
    out.line("(void)base; (void)arena; (void)step; (void)lane_from; (void)lane_until;");
    needed(&declarations(program, Row::First), &body).iter().for_each(|line| out.line(line));
    out.line("int32_t any = 0;");
    out.line("(void)any;");
    out.paste(&body);
    out.close();
    out.line("");
    out.finish()
}

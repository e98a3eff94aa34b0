//! `ss_enter`: what is done for a lane when a phase begins; and how objects that rest look in the loop over steps.
//!
//! A group that rests has no elements there: its loops end where they begin, and its list of spikes is empty. A pathway
//! that rests ignores spikes sent before the end of time, and one that has rested those from before it went on. So no
//! step tests anything that it did not test before. Only records and actions ask.

use crate::language::ast::ValueKind;
use crate::phases::{Home, Part};
use crate::program::StepProgram;
use crate::program::adaptive::Adaptive;
use crate::program::event_driven::LAST_UPDATE;
use crate::program::group::GroupProgram;
use crate::program::phases::{CodeProgram, Doer, PhasesProgram};

use super::derived;
use super::lines;
use super::prepare;
use super::scope::{Row, at_ticks, at_zero};
use super::writer::{Writer, needed};

/// A step that no run reaches.
const NEVER: &str = "((int64_t)1 << 62)";

/// Where the loops over a population end: at `first`, where they begin, while it rests.
pub fn end(program: &StepProgram, population: usize, first: &str, last: &str) -> String {
    let last = match part(program, population) {
        Part::Event(g, _) if program.phases.switch(part(program, population)).is_some() => {
            format!("hi_{}", program.populations[g])
        }
        _ => last.to_string(),
    };
    match program.phases.switch(part(program, population)) {
        Some(k) => format!("off_{k} ? {first} : {last}"),
        None => last,
    }
}

/// The end of the loops over a population of which there is one lane only.
pub fn bound(program: &StepProgram, population: usize, name: &str) -> String {
    let switched = program.phases.switch(part(program, population)).is_some();
    if switched { format!("hi_{name}") } else { format!("n_{name}") }
}

/// Bounds of a loop over all elements, also those that rest.
pub fn whole(program: &StepProgram, population: usize, name: &str) -> [String; 2] {
    match program.phases.switch(part(program, population)) {
        Some(_) => [format!("lane_from * n_{name}"), format!("lane_until * n_{name}")],
        None => [format!("lo_{name}"), format!("hi_{name}")],
    }
}

/// The beginning of a condition: none of these rests.
pub fn unless_off(program: &StepProgram, parts: &[Part]) -> String {
    let switches = parts.iter().filter_map(|part| program.phases.switch(*part));
    switches.map(|k| format!("!off_{k} && ")).collect()
}

/// A condition on what is done in a step by something that may rest; `None`: it never does.
pub fn awake(program: &StepProgram, parts: &[Part]) -> Option<String> {
    let all = unless_off(program, parts);
    all.strip_suffix(" && ").map(str::to_string)
}

/// The first step whose spikes a pathway still delivers.
pub fn since(program: &StepProgram, part: Part) -> String {
    program.phases.switch(part).map_or("0".into(), |k| format!("since_{k}"))
}

/// The part of the model that a population is.
pub fn part(program: &StepProgram, population: usize) -> Part {
    let (groups, poisson) = (program.groups.len(), program.poisson.len());
    let generators = program.generators.len();
    match population {
        p if p < groups => Part::Group(p),
        p if p < groups + poisson => Part::Poisson(p - groups),
        p if p < groups + poisson + generators => Part::Generator(p - groups - poisson),
        p => {
            let event = program.events.iter().find(|e| e.population == p);
            let (g, k) = event.expect("what is no group sends events").event;
            Part::Event(g, k)
        }
    }
}

/// The function, where the model has phases.
pub fn function(program: &StepProgram) -> Option<String> {
    if program.phases.count() == 0 {
        return None;
    }
    let mut body = Writer::at(1);
    switches(program, &mut body);
    for (k, beginning) in program.phases.beginnings.iter().enumerate() {
        if beginning.reset.is_empty() && beginning.code.is_empty() {
            continue;
        }
        body.open(format!("if (phase == {k})"));
        reset(program, &beginning.reset, &mut body);
        beginning.code.iter().for_each(|code| self::code(program, code, &mut body));
        body.close();
    }
    program.groups.iter().for_each(|group| derived::prepared(group, &mut body));
    super::clocked::unsettle(program, &mut body);
    rates(program, &mut body);
    super::inputs::refused(program, &mut body);
    body.line("return SS_DONE;");
    let body = body.finish();
    let mut out = Writer::at(0);
    out.open(
        "static SS_COLD int32_t ss_enter(unsigned char *base, uint64_t arena, int64_t lane, int64_t phase)",
    );
    out.line("(void)base; (void)arena; (void)lane; (void)phase;");
    needed(&at_ticks(program, Row::Lane), &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.close();
    Some(out.finish())
}

/// The next step of a clock, and its time.
fn now(program: &StepProgram, clock: usize, out: &mut Writer) {
    let (step, dt) = match (program.clocks.is_empty(), clock) {
        (true, _) => ("header->step".to_string(), "dt".to_string()),
        (false, 0) => ("clock_steps[0]".to_string(), "dt".to_string()),
        (false, k) => (format!("clock_steps[{k}]"), format!("dt_{k}")),
    };
    out.line(format!("const int64_t step = {step};"));
    out.line(format!("const double t = (double)step * {dt};"));
    out.line("(void)step; (void)t;");
}

fn phases_where(off: &[bool]) -> String {
    let all: Vec<String> =
        off.iter().enumerate().filter(|(_, yes)| **yes).map(|(k, _)| format!("phase == {k}")).collect();
    all.join(" || ")
}

fn switches(program: &StepProgram, out: &mut Writer) {
    let PhasesProgram { switches, .. } = &program.phases;
    if switches.is_empty() {
        return;
    }
    out.open("if (lane == 0)");
    for (k, switch) in switches.iter().enumerate() {
        out.line(format!("off[{k}] = {};", phases_where(&switch.off)));
        if !matches!(switch.part, Part::Pathway(..)) {
            continue;
        }
        out.open("");
        now(program, switch.clock, out);
        out.line(format!("const int64_t before = phase == 0 ? 0 : since[{k}];"));
        out.line(format!("since[{k}] = off[{k}] ? {NEVER} : before == {NEVER} ? step : before;"));
        forget(program, switch.part, &format!("off[{k}]"), out);
        out.close();
    }
    out.close();
}

/// The queue of a pathway that begins to rest is emptied.
fn forget(program: &StepProgram, part: Part, off: &str, out: &mut Writer) {
    let Part::Pathway(object, number) = part else { return };
    let pathway = &program.synapses[object].pathways[number];
    if pathway.delay.is_each() {
        let (name, population) = (&pathway.name, &program.populations[pathway.sender]);
        out.open(format!("if ({off} && room_{name})"));
        out.line(format!("for (int64_t s = 0; s < slots_{population}; ++s) queued_{name}[s] = 0;"));
        out.close();
    }
}

/// Back to the first values: groups as they were prepared, those first that linked variables of others read; then synapses.
fn reset(program: &StepProgram, homes: &[Home], out: &mut Writer) {
    let is_reset = |group: &GroupProgram| {
        let set_back = |g: &usize| program.groups[*g].name == group.name;
        homes.iter().any(|home| matches!(home, Home::Group(g) if set_back(g)))
    };
    let groups: Vec<&GroupProgram> =
        prepare::sources_first(program).into_iter().filter(|group| is_reset(group)).collect();
    let mut inner = Writer::at(out.depth() + 1);
    groups.iter().for_each(|group| zero(program, group, &mut inner));
    groups.iter().for_each(|group| prepare::initial(program, group, &mut inner));
    groups.iter().for_each(|group| prepare::held(group, &mut inner));
    let text = inner.finish();
    if !groups.is_empty() {
        out.open("");
        needed(&at_zero(program), &text).iter().for_each(|line| out.line(line));
        out.paste(&text);
        out.close();
    }
    homes.iter().for_each(|home| match home {
        Home::Synapses(k) => reset_synapses(program, *k, out),
        Home::Group(_) => {}
    });
}

fn reset_synapses(program: &StepProgram, number: usize, out: &mut Writer) {
    let synapses = &program.synapses[number];
    let name = &synapses.name;
    out.line(format!("/* first values: {name} */"));
    out.open("");
    now(program, synapses.clock, out);
    out.open(format!("for (int64_t q = 0; q < first_{name}[rows_{name}]; ++q)"));
    for (variable, ..) in synapses.variables.iter().filter(|(.., moves)| *moves) {
        let place = format!("y_{name}_{}[q]", crate::program::names::part(variable));
        match variable.as_str() {
            LAST_UPDATE => out.line(format!("{place} = t;")),
            _ => out.line(format!("{place} = first_{place};")),
        }
    }
    let lengths = Adaptive::lengths(name);
    if program.fields.number(&lengths).is_some() {
        out.line(format!("{lengths}[q] = 0.0;"));
    }
    out.close();
    out.close();
}

/// Variables start at zero, and adaptive steps without a length.
fn zero(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    derived::open_elements(&group.name, out);
    for (array, kind) in &group.stored {
        let zero = if *kind == ValueKind::Real { "0.0" } else { "0" };
        out.line(format!("{array}[e] = {zero};"));
    }
    let lengths = Adaptive::lengths(&group.name);
    if program.fields.number(&lengths).is_some() {
        out.line(format!("{lengths}[e] = 0.0;"));
    }
    out.close();
}

fn code(program: &StepProgram, code: &CodeProgram, out: &mut Writer) {
    out.open("");
    match code.on {
        Doer::Neurons { population, slice } => {
            let name = &program.populations[population];
            let group = &program.groups[population];
            now(program, group.clock, out);
            let mut each = Writer::at(out.depth());
            each.open(format!("for (int64_t k = 0; k < coded[{}]; ++k)", 2 * slice + 1));
            each.line(format!("const int64_t e = lane * n_{name} + coded[{}] + k;", 2 * slice));
            lines::write(&code.lines, &code.names, &mut each);
            each.close();
            let each = each.finish();
            super::scalars(group, &each).iter().for_each(|line| out.line(line));
            out.paste(&each);
        }
        Doer::Synapses(k) => {
            let synapses = &program.synapses[k];
            let name = &synapses.name;
            now(program, synapses.clock, out);
            out.open(format!("for (int64_t row = 0; row < rows_{name}; ++row)"));
            out.open(format!("for (int64_t q = first_{name}[row]; q < first_{name}[row + 1]; ++q)"));
            out.line(format!("const int64_t pre = source_start_{name} + row, post = target_{name}[q];"));
            out.line("(void)pre; (void)post;");
            lines::write(&code.lines, &code.names, out);
            out.close();
            out.close();
        }
    }
    out.close();
}

/// Trains of constant rate: those whose odds are others now, and those that rested while a spike was due, wait anew; what
/// has no memory may. Drawn as number `step + phase`, which none before had: a spike takes a step.
fn rates(program: &StepProgram, out: &mut Writer) {
    let own = program.phases.first_own.map_or(String::new(), |k| format!("phase == {k} || "));
    for group in program.poisson.iter().filter(|group| group.constant) {
        let (name, key) = (&group.name, &group.key);
        out.line(format!("/* rates: {name} */"));
        out.open("");
        now(program, group.clock, out);
        derived::open_trains(group, out);
        out.line("const double odds = ss_geometric_inverse(p);");
        out.line(format!(
            "if (phase > 0 && !({own}odds != odds_{name}[e] || next_{name}[e] < step)) continue;"
        ));
        out.line(format!("odds_{name}[e] = odds;"));
        out.line(format!("drawn_{name}[e] = step + phase;"));
        out.line(format!(
            "const double u = 1.0 - ss_uniform({key}, (uint64_t)drawn_{name}[e], (uint64_t)e);"
        ));
        out.line(format!("next_{name}[e] = step + ss_geometric_from(u, odds);"));
        out.close();
        out.close();
    }
}

//! `ss_prepare`: initial values of one lane, and whatever follows from them and from the parameters (`derived`).

use crate::model::Reduce;
use crate::program::StepProgram;
use crate::program::group::GroupProgram;

use super::derived::{self, open_elements};
use super::expression::print;
use super::lines;
use super::scope::{Row, before_steps};
use super::writer::{Writer, needed};

/// The function.
pub fn function(program: &StepProgram) -> String {
    let mut body = Writer::at(1);
    program.groups.iter().for_each(|group| links(group, &mut body));
    let groups = sources_first(program);
    groups.iter().for_each(|group| initial(program, group, &mut body));
    groups.iter().for_each(|group| held(group, &mut body));
    program.groups.iter().for_each(|group| derived::prepared(group, &mut body));
    derived::first_spikes(program, &mut body);
    program.generators.iter().for_each(|generator| super::generators::first(generator, &mut body));
    super::inputs::refused(program, &mut body);
    reductions(program, &mut body);
    body.line("return SS_DONE;");
    let body = body.finish();
    let mut out = Writer::at(0);
    out.open("static SS_COLD int32_t ss_prepare(unsigned char *base, uint64_t arena, int64_t lane)");
    out.line("(void)base; (void)arena; (void)lane;");
    needed(&before_steps(program, Row::Lane), &body).iter().for_each(|line| out.line(line));
    out.paste(&body);
    out.close();
    out.finish()
}

/// Groups after those that their linked variables read, else in their order; in circles of links the first comes first.
pub fn sources_first(program: &StepProgram) -> Vec<&GroupProgram> {
    let mut waiting: Vec<&GroupProgram> = program.groups.iter().collect();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let reads = |a: &GroupProgram, b: &GroupProgram| a.links.iter().any(|link| link.source == b.name);
        let ready = waiting.iter().position(|group| waiting.iter().all(|other| !reads(group, other)));
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// The places that linked variables are read at; the check has found them to be there.
fn links(group: &GroupProgram, out: &mut Writer) {
    for link in group.links.iter().filter(|link| !link.listed) {
        let source = &link.source;
        out.line(format!("/* link: {} */", link.array));
        open_elements(&group.name, out);
        let place = match &link.index {
            Some(index) => format!("(int64_t)({})", print(index, &group.stored_names)),
            None => format!("n_{source} == 1 ? 0 : i"),
        };
        out.line(format!("const int64_t place = {place};"));
        if link.of_synapses {
            out.line(format!("{}[e] = (int32_t)place;", link.array));
            out.close();
            continue;
        }
        out.line(format!(
            "{}[e] = (int32_t)(place < 0 ? 0 : place < n_{source} ? place : n_{source} - 1);",
            link.array
        ));
        out.close();
    }
}

/// Subexpressions that keep their value for a step, as they are before the first one.
pub fn held(group: &GroupProgram, out: &mut Writer) {
    if group.held.is_empty() {
        return;
    }
    out.line(format!("/* constant over dt: {} */", group.name));
    open_elements(&group.name, out);
    lines::write(&group.held, &group.stored_names, out);
    out.close();
}

/// Values of a group before its first step; what is not set here was zeroed by the host.
pub fn initial(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    let name = &group.name;
    let has = |ident: String| program.fields.number(&ident).is_some();
    out.line(format!("/* initial values: {name} */"));
    open_elements(name, out);
    if has(format!("s_{name}_i")) && !program.coupled {
        out.line(format!("s_{name}_i[e] = (int32_t)i;"));
    }
    if has(format!("last_{name}")) {
        // Before any step, and so that no difference to a step overflows.
        out.line(format!("last_{name}[e] = -((int64_t)1 << 61);"));
    }
    if has(format!("s_{name}_not__refractory")) {
        out.line(format!("s_{name}_not__refractory[e] = 1;"));
    }
    if has(format!("s_{name}_lastspike")) {
        out.line(format!("s_{name}_lastspike[e] = -1e4;"));
    }
    lines::write(&group.initial, &group.stored_names, out);
    out.close();
}

fn reductions(program: &StepProgram, out: &mut Writer) {
    for reduction in &program.reductions {
        let start = match reduction.operation {
            Reduce::Minimum => "SS_INFINITY",
            Reduce::Maximum => "-SS_INFINITY",
            Reduce::Mean | Reduce::Deviation | Reduce::Last => "0.0",
        };
        let name = &program.populations[reduction.population];
        let zeroed = reduction.counted.iter().chain(&reduction.spread).map(|array| (array, "0.0"));
        for (array, start) in [(&reduction.array, start)].into_iter().chain(zeroed) {
            out.line(format!(
                "for (int64_t i = 0; i < n_{name}; ++i) {array}[lane * n_{name} + i] = {start};"
            ));
        }
    }
}

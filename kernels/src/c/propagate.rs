//! Prints how propagators are made: when a point is prepared, and, where their coefficients can change, in the steps in
//! which these differ from what they were.

use crate::program::StepProgram;
use crate::program::exact::Propagator;
use crate::program::group::GroupProgram;

use super::expression::print;
use super::groups::{open_chunk, with_lane};
use super::lines;
use super::writer::Writer;

/// Lines of the preparation of a point: propagators, or that none is made yet.
pub fn prepare(group: &GroupProgram, propagator: &Propagator) -> String {
    let mut out = Writer::at(2);
    match &propagator.changing {
        Some(changing) => {
            changing.coefficients.iter().for_each(|(kept, _)| out.line(format!("{kept} = SS_NAN;")))
        }
        None => matrices(group, propagator, &mut out),
    }
    out.finish()
}

/// Whether propagators of a group are made in steps, too.
pub fn is_changing(group: &GroupProgram) -> bool {
    group.propagator.as_ref().is_some_and(|propagator| propagator.changing.is_some())
}

/// The loops before a group's update that make propagators anew. That nothing differs is found out for many elements at
/// once.
pub fn refresh(program: &StepProgram, group: &GroupProgram, out: &mut Writer) {
    let Some(propagator) = &group.propagator else { return };
    let Some(changing) = &propagator.changing else { return };
    let name = &group.name;
    out.line(format!("/* groups: {name}, coefficients that have changed */"));
    open_chunk(name, out);
    let mut differ = Vec::new();
    let mut coefficients = Writer::at(out.depth() + 1);
    lines::write(&changing.lines, &group.loop_names, &mut coefficients);
    for (number, (kept, coefficient)) in changing.coefficients.iter().enumerate() {
        coefficients.line(format!("const double c_{number} = {};", print(coefficient, &group.loop_names)));
        differ.push(format!("(c_{number} != {kept})"));
    }
    let coefficients = coefficients.finish();
    let loop_over = |rest: &dyn Fn(&mut Writer), out: &mut Writer| {
        out.open("for (int64_t e = from; e < to; ++e)");
        let mut body = Writer::at(out.depth());
        body.paste(&coefficients);
        rest(&mut body);
        with_lane(program, name, &body.finish(), out);
        out.close();
    };
    out.line("int64_t differ = 0;");
    loop_over(&|body| body.line(format!("differ |= {};", differ.join(" | "))), out);
    out.line("if (!differ) continue;");
    let renew = |body: &mut Writer| {
        body.line(format!("if (!({})) continue;", differ.join(" | ")));
        for (number, (kept, _)) in changing.coefficients.iter().enumerate() {
            body.line(format!("{kept} = c_{number};"));
        }
        matrices(group, propagator, body);
    };
    loop_over(&renew, out);
    out.close();
}

fn matrices(group: &GroupProgram, propagator: &Propagator, out: &mut Writer) {
    let n = propagator.size;
    out.line(format!("double m[{0}], p[{0}], f[{0}], work[{1}];", n * n, 32 * n * n + 2 * n));
    for (variant, matrix) in propagator.matrices.iter().enumerate() {
        if !propagator.entries.iter().any(|e| e.variant == variant) {
            continue;
        }
        for (k, coefficient) in matrix.iter().enumerate() {
            out.line(format!("m[{k}] = {};", print(coefficient, &group.loop_names)));
        }
        out.line(format!("ss_propagator({n}, m, {}, p, f, work);", group.dt));
        for (number, entry) in propagator.entries.iter().enumerate().filter(|(_, e)| e.variant == variant) {
            let from = if entry.integral { "f" } else { "p" };
            let place = match propagator.per_element {
                true => entry.ident.clone(),
                false => format!("{}[{number}]", propagator.field),
            };
            out.line(format!("{place} = {from}[{}];", entry.place.0 * n + entry.place.1));
        }
    }
}

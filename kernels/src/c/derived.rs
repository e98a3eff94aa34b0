//! Whatever is computed once a point from parameters and initial values: hoisted values of elements, propagators, waiting
//! times of Poisson trains of constant rate. Phases compute it again.

use crate::program::algebra::names as names_in;
use crate::program::exact::Propagator;
use crate::program::group::GroupProgram;
use crate::program::{PoissonProgram, StepProgram};

use super::expression::print;
use super::writer::{Writer, mentions};

/// A loop over the elements `e` of the lane, the `i`-th of their population.
pub fn open_elements(name: &str, out: &mut Writer) {
    out.open(format!("for (int64_t i = 0; i < n_{name}; ++i)"));
    out.line(format!("const int64_t e = lane * n_{name} + i;"));
}

/// Hoisted values and propagators of a group.
pub fn prepared(group: &GroupProgram, out: &mut Writer) {
    if let Some(propagator) = &group.propagator {
        propagate(group, propagator, out);
    }
    if group.prepared.is_empty() {
        return;
    }
    open_elements(&group.name, out);
    let mut inner = Writer::at(out.depth());
    for hoisted in &group.prepared {
        inner.line(format!("{} = {};", hoisted.ident, print(&hoisted.value, &group.loop_names)));
    }
    loads(group, &inner.finish(), out);
    out.close();
}

/// Constants of an element, and hoisted scalars, that the text mentions by their local names; then the text.
fn loads(group: &GroupProgram, text: &str, out: &mut Writer) {
    for (ident, of, place) in group.constants() {
        if mentions(text, &ident) {
            out.line(format!("const {of} {ident} = {place};"));
        }
    }
    super::scalars(group, text).iter().for_each(|line| out.line(line));
    out.paste(text);
}

fn propagate(group: &GroupProgram, propagator: &Propagator, out: &mut Writer) {
    if propagator.per_element {
        open_elements(&group.name, out);
    } else {
        out.open("");
    }
    loads(group, &super::propagate::prepare(group, propagator), out);
    out.close();
}

/// The first spikes of trains of constant rate.
pub fn first_spikes(program: &StepProgram, out: &mut Writer) {
    for group in program.poisson.iter().filter(|group| group.constant) {
        let (name, key) = (&group.name, &group.key);
        out.line(format!("/* first spikes: {name} */"));
        open_trains(group, out);
        out.line(format!("odds_{name}[e] = ss_geometric_inverse(p);"));
        out.line(format!("drawn_{name}[e] = 0;"));
        out.line(format!(
            "next_{name}[e] = ss_geometric_from(1.0 - ss_uniform({key}, 0, (uint64_t)e), odds_{name}[e]);"
        ));
        out.close();
    }
}

/// A loop over the trains `e` of a group; each spikes with probability `p` in a step.
pub fn open_trains(group: &PoissonProgram, out: &mut Writer) {
    debug_assert!(!names_in(&group.rate).contains("t"));
    out.open(format!("for (int64_t e = 0; e < n_{}; ++e)", group.name));
    out.line(format!("const double p = ({}) * {};", print(&group.rate, &group.names), group.dt));
    out.line("if (!(p >= 0.0 && p <= 1.0)) return SS_BAD_RATE;");
}

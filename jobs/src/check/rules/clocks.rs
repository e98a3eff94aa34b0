//! Monitors whose `every` is no multiple of the time step get a clock of their own.
//!
//! Where it is one at every point, rows are taken at steps of the run, which costs no second clock.

use kernels::language::ast::Expr;
use kernels::model::{Clock, Model, MonitorKind};

use super::super::formula;
use super::super::parameters::Parameters;
use super::super::schedule;
use super::sizes::real;
use crate::points::{Bindings, Points, Projection};

/// Gives clocks to the monitors that need them.
pub fn own_clocks(points: &Points, models: &mut [Model], parameters: &Parameters) {
    for model in models {
        for k in 0..model.actions.len() {
            let Some(every) = model.actions[k].every.clone() else { continue };
            if !is_multiple(&every, dt_of(model, model.actions[k].clock, points), points, parameters) {
                model.actions[k].clock = schedule::add(&mut model.clocks, every);
                model.actions[k].every = None;
            }
        }
        for k in 0..model.monitors.len() {
            let (MonitorKind::State { every: Some(every), .. }
            | MonitorKind::Synapses { every: Some(every), .. }) = &model.monitors[k].kind
            else {
                continue;
            };
            if !is_multiple(every, dt_of(model, model.monitors[k].clock, points), points, parameters) {
                let every = every.clone();
                model.monitors[k].clock = schedule::add(&mut model.clocks, every);
            }
        }
    }
}

/// The time step of a clock.
fn dt_of<'m>(model: &'m Model, clock: usize, points: &'m Points) -> &'m Expr {
    match clock.checked_sub(1).map(|k| &model.clocks[k]) {
        Some(Clock::Every(dt)) => dt,
        _ => &points.run_formulas().dt,
    }
}

/// Whether a time is a whole number of steps at every point at which both can be computed.
fn is_multiple(every: &Expr, dt: &Expr, points: &Points, parameters: &Parameters) -> bool {
    let names = [every, dt].into_iter().flat_map(formula::names);
    let mut uses: Vec<usize> = names.filter_map(|(name, _)| parameters.number(&name)).collect();
    uses.sort_unstable();
    uses.dedup();
    points.blocks().all(|(block, ..)| {
        let at_all = Projection::of(block, &uses, false).visit(
            &mut Bindings::new(points.frame()),
            |_, bindings, failed| match (failed, real(every, bindings), real(dt, bindings)) {
                (None, Ok(every), Ok(dt)) if !is_whole(every / dt) => Err(()),
                _ => Ok(()),
            },
        );
        at_all.is_ok()
    })
}

/// Within 1e-4 of a whole number, from 1: what Brian takes for the same time (core/clocks.py).
pub(super) fn is_whole(ratio: f64) -> bool {
    let near = libm::round(ratio);
    near >= 1.0 && libm::fabs(ratio - near) <= 1e-4
}

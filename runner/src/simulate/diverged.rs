//! Points that diverged: in which element of which variable, and when.

use kernels::layout::Ticks;

use crate::channel::WorkerError;
use crate::store::{Cause, Class};
use crate::supervise::WorkerContext;

use super::arena;
use super::ends::ends;
use super::engine::Variant;
use super::ready::Ready;
use super::statistics::decimal;
use super::worker::internal;

/// Why and when a lane diverged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// In words, with variable, element and time.
    pub message: String,
    /// The kind, and the step of the run before which it was found.
    pub cause: Cause,
    /// For each clock, the steps before that: what came later does not count.
    pub ends: Vec<i64>,
}

/// Whether a lane diverged.
pub fn diverged(
    context: &WorkerContext<'_>,
    variant: &Variant,
    ready: &Ready<'_>,
    lane: usize,
) -> Result<Option<Divergence>, WorkerError> {
    let at = ready.layout.field("diverged").expect("every kernel has it") as usize;
    let view = context.segment.read::<i64>(at + 24 * lane, 3).map_err(internal)?;
    let [step, variable, element] = view.slice().try_into().expect("three words were read");
    if step < 0 {
        return Ok(None);
    }
    let (cause, variable) = (variable >> 32, variable & 0xffff_ffff);
    let name = name(context, variant, ready, variable as usize, element)?;
    let (class, what) = match cause {
        kernels::abi::INACCURATE => (
            Class::Tolerance,
            "needs more inner steps than max_steps, or too short ones, to keep to its tolerance",
        ),
        _ => (Class::NotFinite, "is not finite"),
    };
    let header = arena::header(context.segment, ready.layout.header).map_err(internal)?;
    let (ends, when) = match steps_of_clocks(context, variant, ready)? {
        // Each tick of any clock was tested, so that the next one is when it was found.
        Some(steps) if variant.program.strict_nan => {
            let t = next_tick(ready, &steps, header.dt);
            (steps, format!("t = {t} ms"))
        }
        _ => {
            let clocks = 0..=ready.shape.clocks.len();
            let time = step as f64 * header.dt;
            let ends = clocks.map(|clock| match clock {
                0 => step,
                _ => ready.shape.ticks_before(clock, time, header.dt) as i64,
            });
            let t = decimal(header.dt).shifted(3).at(step);
            (ends.collect(), format!("step {step}, t = {t} ms"))
        }
    };
    let cause = Cause { class, step: Some(step as u64) };
    Ok(Some(Divergence { message: format!("{name} {what} at {when}"), cause, ends }))
}

/// The next step of each clock, where there are several.
pub fn steps_of_clocks(
    context: &WorkerContext<'_>,
    variant: &Variant,
    ready: &Ready<'_>,
) -> Result<Option<Vec<i64>>, WorkerError> {
    let Some(at) = ready.layout.field("clock_steps") else { return Ok(None) };
    let count = 1 + variant.program.clocks.len();
    let view = context.segment.read::<i64>(at as usize, count).map_err(internal)?;
    Ok(Some(view.slice().to_vec()))
}

/// Milliseconds at which the first of the clocks ticks next, or at which the run ends; `dt` is that of the run.
fn next_tick(ready: &Ready<'_>, steps: &[i64], dt: f64) -> f64 {
    let shape = &ready.shape;
    let ticks = steps.iter().enumerate().filter(|(clock, step)| **step < shape.ticks(*clock) as i64);
    let times = ticks.map(|(clock, step)| match clock.checked_sub(1).map(|k| &shape.clocks[k]) {
        Some(Ticks::At { times, .. }) => decimal(f64::from_bits(times[*step as usize])).shifted(3).at(1),
        _ => decimal(shape.dt(clock, dt)).shifted(3).at(*step),
    });
    times.reduce(f64::min).unwrap_or_else(|| decimal(dt).shifted(3).at(shape.steps as i64))
}

/// What users call an element of a variable, by its number among those that are tested.
fn name(
    context: &WorkerContext<'_>,
    variant: &Variant,
    ready: &Ready<'_>,
    number: usize,
    element: i64,
) -> Result<String, WorkerError> {
    let (model, program) = (&variant.model, &variant.program);
    let tested = program.tested.iter().enumerate();
    let mut variables = tested.flat_map(|(owner, of)| of.variables.iter().map(move |v| (owner, v)));
    let (owner, tested) = variables.nth(number).expect("kernels name what they test");
    let variable = &tested.variable;
    let Some(k) = owner.checked_sub(model.groups.len()) else {
        return Ok(format!("{}.{variable}[{element}]", model.groups[owner].name));
    };
    let (i, j) = ends(context.segment, program, &ready.layout, k, element as usize).map_err(internal)?;
    Ok(format!("{}.{variable} from {i} to {j}", model.synapses[k].name))
}

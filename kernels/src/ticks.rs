//! When clocks tick within a run.

use crate::language::ast::Expr;
use crate::language::evaluate::Values;
use crate::layout::real;
use crate::model::{Clock, Monitor};

/// When a clock ticks at one set of parameter values. Seconds are kept as bits, so that shapes can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ticks {
    /// At multiples of dt, so many times.
    Every {
        /// Bits of dt.
        dt: u64,
        /// How often within the run.
        steps: u64,
    },
    /// At these times.
    At {
        /// Bits of the times.
        times: Vec<u64>,
        /// How many of them lie within the run.
        steps: u64,
    },
}

impl Ticks {
    /// Ticks from 0 up to (not at) `end` seconds.
    ///
    /// The number of steps is Brian's (core/clocks.py, `calc_timestep`): rounded where the end is within 1e-4 of a step of
    /// a multiple of dt, else up.
    pub(crate) fn of(clock: &Clock, values: &dyn Values, end: f64, dt: f64) -> Option<Ticks> {
        match clock {
            Clock::Every(every) => {
                let dt = real(every, values)?;
                Some(Ticks::Every { dt: dt.to_bits(), steps: steps_until(end, dt) })
            }
            Clock::At(times) => {
                let times = times.iter().map(|t| real(t, values)).collect::<Option<Vec<f64>>>()?;
                let steps = times_before(&times, end, dt);
                Some(Ticks::At { times: times.into_iter().map(f64::to_bits).collect(), steps })
            }
        }
    }

    /// How often it ticks.
    pub fn steps(&self) -> u64 {
        match self {
            Ticks::Every { steps, .. } | Ticks::At { steps, .. } => *steps,
        }
    }
}

/// Seconds of a step of a clock; where it has no such, `dt`.
pub(crate) fn dt_of(clocks: &[Ticks], clock: usize, dt: f64) -> f64 {
    match clock.checked_sub(1).map(|k| &clocks[k]) {
        Some(Ticks::Every { dt, .. }) => f64::from_bits(*dt),
        _ => dt,
    }
}

/// Steps of `dt` seconds that begin before `end`.
pub fn steps_until(end: f64, dt: f64) -> u64 {
    let exact = end / dt;
    let near = exact.round();
    let steps = if (near * dt - end).abs() <= 1e-4 * dt { near } else { exact.ceil() };
    steps.max(0.0) as u64
}

/// How many listed times lie before another one; closer to it than 1e-4 of `dt`, the step of the run, is not before.
pub(crate) fn times_before(times: &[f64], end: f64, dt: f64) -> u64 {
    times.iter().filter(|t| **t < end - 1e-4 * dt).count() as u64
}

/// Ticks of a clock before a time in seconds; `dt` is that of the run.
pub(crate) fn ticks_before(clocks: &[Ticks], clock: usize, time: f64, dt: f64) -> u64 {
    match clock.checked_sub(1).map(|k| &clocks[k]) {
        None => steps_until(time, dt),
        Some(Ticks::Every { dt, .. }) => steps_until(time, f64::from_bits(*dt)),
        Some(Ticks::At { times, .. }) => {
            let times: Vec<f64> = times.iter().map(|t| f64::from_bits(*t)).collect();
            times_before(&times, time, dt)
        }
    }
}

/// Steps in which a monitor records, on its clock.
pub(crate) fn window(
    monitor: &Monitor,
    clocks: &[Ticks],
    (steps, dt): (u64, f64),
    values: &dyn Values,
) -> Option<(u64, u64)> {
    let all = monitor.clock.checked_sub(1).map_or(steps, |k| clocks[k].steps());
    let step = |time: &Option<Expr>, default: u64| match time {
        Some(time) => Some(ticks_before(clocks, monitor.clock, real(time, values)?, dt).min(all)),
        None => Some(default),
    };
    let first = step(&monitor.from, 0)?;
    Some((first, step(&monitor.to, all)?.max(first)))
}

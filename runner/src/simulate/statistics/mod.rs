//! Statistics of the spikes of one point, gathered while they go by, in memory that does not grow with the run.
//!
//! A [`Statistic`] is a line of `[summary]` at a point. It hears the spikes of its neurons at the steps that count,
//! in order of their steps. Numbers of steps are summed exactly, so that nothing depends on how spikes arrive.
//! `trains` has the statistics that every group has in the summary.

mod counts;
mod fano;
mod gamma_factor;
mod intervals;
mod trains;
mod vector_strength;

use std::fmt::Debug;

use kernels::language::ast::Expr;
use kernels::layout::{Range, real};
use kernels::model::{Model, Reduction, ReductionKind, SpikeStatistic};

use crate::store::DecimalTime;

use super::keeper::{Keeper, Kept};
use super::when::{Clock, When};
use counts::{Count, Latency, Rate};
use fano::Fano;
use gamma_factor::GammaFactor;
use intervals::{Cv, Cv2};
pub use trains::Trains;
use vector_strength::VectorStrength;

/// A statistic of the spikes of some neurons.
pub trait Statistic: Debug {
    /// Neuron `i`, counted from the first one that is watched, spiked at a step that counts.
    fn spike(&mut self, i: usize, step: i64);

    /// What came of it, in SI units, when the run is over; `None` where it is not defined.
    fn value(&self) -> Option<f64>;

    /// All that may have changed since it began goes into a checkpoint, or comes out of it.
    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept;
}

/// A statistic with what it hears.
#[derive(Debug)]
pub struct Listening {
    /// Its neurons.
    pub range: Range,
    /// The steps that count.
    pub when: When,
    /// It.
    pub statistic: Box<dyn Statistic>,
}

impl Listening {
    /// Neuron `i` of the population spiked.
    pub fn spike(&mut self, i: u64, step: i64) {
        if (self.range.start..self.range.stop).contains(&i) && self.when.holds(step) {
            self.statistic.spike((i - self.range.start) as usize, step);
        }
    }
}

/// The statistic of a reduction at a point, if it is one of spikes.
pub fn listening(reduction: &Reduction, range: Range, model: &Model, clock: &Clock<'_>) -> Option<Listening> {
    let ReductionKind::Spikes(kind) = &reduction.kind else { return None };
    let when = When::of(reduction.when.as_ref(), clock);
    let statistic = statistic(kind, range.len() as usize, &when, model, clock);
    Some(Listening { range, when, statistic })
}

fn statistic(
    kind: &SpikeStatistic,
    neurons: usize,
    when: &When,
    model: &Model,
    clock: &Clock<'_>,
) -> Box<dyn Statistic> {
    let time = |expr: &Expr| real(expr, clock.values).unwrap_or(clock.dt);
    match kind {
        SpikeStatistic::Count => Box::new(Count::default()),
        SpikeStatistic::Rate => Box::new(Rate::new(neurons, when.steps(), decimal(clock.dt))),
        SpikeStatistic::Latency => Box::new(Latency::new(neurons, decimal(clock.dt))),
        SpikeStatistic::Cv => Box::new(Cv::new(neurons)),
        SpikeStatistic::Cv2 => Box::new(Cv2::new(neurons)),
        SpikeStatistic::Fano { window } => {
            let width = (libm::round(time(window) / clock.dt) as i64).max(1);
            let When::Span(span) = when else { unreachable!("the check refuses other conditions") };
            Box::new(Fano::new(neurons, *span, width))
        }
        SpikeStatistic::VectorStrength { period } => Box::new(VectorStrength::new(clock.dt, time(period))),
        SpikeStatistic::GammaFactor { train, delta } => {
            let train = gamma_factor::steps(&model.arrays[*train].values, clock, when);
            Box::new(GammaFactor::new(neurons, train, (time(delta), clock.dt), when.steps()))
        }
    }
}

/// An exact time step.
pub fn decimal(dt: f64) -> DecimalTime {
    DecimalTime::from_f64(dt).unwrap_or(DecimalTime { mantissa: 0, exponent: 0 })
}

/// Spikes a neuron and second over so many steps; `None` for no length. One rounding: 70 spikes in 1 s are 70.
pub fn hertz(spikes: u64, neurons: usize, steps: u64, dt: DecimalTime) -> Option<f64> {
    let power = |exponent: i32| 10f64.powi(exponent.max(0));
    let span = neurons as f64 * steps as f64 * dt.mantissa as f64 * power(dt.exponent);
    (span > 0.0).then(|| spikes as f64 * power(-dt.exponent) / span)
}

/// The mean of what each neuron has, over those that have it; in order of neurons.
fn mean(each: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = each.fold((0.0, 0u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

//! Counts, rates, first spikes.

use crate::store::DecimalTime;

use super::super::keeper::{Keeper, Kept};
use super::{Statistic, hertz};

/// Spikes of all neurons.
#[derive(Debug, Default)]
pub struct Count {
    spikes: u64,
}

impl Statistic for Count {
    fn spike(&mut self, _i: usize, _step: i64) {
        self.spikes += 1;
    }

    fn value(&self) -> Option<f64> {
        Some(self.spikes as f64)
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.spikes)
    }
}

/// Spikes a neuron and second.
#[derive(Debug)]
pub struct Rate {
    spikes: u64,
    neurons: usize,
    steps: u64,
    dt: DecimalTime,
}

impl Rate {
    /// Of so many neurons over so many steps.
    pub fn new(neurons: usize, steps: u64, dt: DecimalTime) -> Rate {
        Rate { spikes: 0, neurons, steps, dt }
    }
}

impl Statistic for Rate {
    fn spike(&mut self, _i: usize, _step: i64) {
        self.spikes += 1;
    }

    fn value(&self) -> Option<f64> {
        hertz(self.spikes, self.neurons, self.steps, self.dt)
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.spikes)
    }
}

/// The time of a neuron's first spike, counted from the beginning of the run; the mean over neurons that have one.
#[derive(Debug)]
pub struct Latency {
    first: Vec<Option<i64>>,
    dt: DecimalTime,
}

impl Latency {
    /// Of so many neurons.
    pub fn new(neurons: usize, dt: DecimalTime) -> Latency {
        Latency { first: vec![None; neurons], dt }
    }
}

impl Statistic for Latency {
    fn spike(&mut self, i: usize, step: i64) {
        self.first[i].get_or_insert(step);
    }

    fn value(&self) -> Option<f64> {
        let (mut sum, mut count) = (0, 0);
        for step in self.first.iter().flatten() {
            (sum, count) = (sum + step, count + 1);
        }
        (count > 0).then(|| self.dt.at(sum) / f64::from(count))
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.first)
    }
}

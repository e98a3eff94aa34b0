//! What the summary has of every group: counts, mean rate, CV of inter-spike intervals.

use serde::{Deserialize, Serialize};

use crate::store::DecimalTime;

use super::{hertz, mean};

/// The train of one neuron so far.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Train {
    first: i64,
    last: i64,
    count: u64,
    squares: u128,
}

/// Trains of one population at one point.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Trains {
    trains: Vec<Train>,
    spikes: u64,
}

impl Trains {
    /// Forgets everything; for so many neurons.
    pub fn reset(&mut self, neurons: usize) {
        self.trains.clear();
        self.trains.resize(neurons, Train::default());
        self.spikes = 0;
    }

    /// Nothing is kept for this population.
    pub fn is_unused(&self) -> bool {
        self.trains.is_empty()
    }

    /// A spike.
    pub fn add(&mut self, neuron: usize, step: i64) {
        let train = &mut self.trains[neuron];
        if train.count == 0 {
            train.first = step;
        } else {
            let interval = (step - train.last) as u128;
            train.squares += interval * interval;
        }
        train.last = step;
        train.count += 1;
        self.spikes += 1;
    }

    /// Spikes of all neurons.
    pub fn spikes(&self) -> u64 {
        self.spikes
    }

    /// Spikes a neuron and second over so many steps; `None` for a run of no length.
    pub fn rate(&self, steps: u64, dt: DecimalTime) -> Option<f64> {
        hertz(self.spikes, self.trains.len(), steps, dt)
    }

    /// Standard deviation over mean of inter-spike intervals (population form), averaged over neurons with at least two
    /// intervals; `None` where there is none.
    pub fn cv(&self) -> Option<f64> {
        let cvs = self.trains.iter().filter(|t| t.count >= 3).map(|train| {
            let sum = (train.last - train.first) as u128;
            // n sum(x^2) - sum(x)^2, exactly: nothing cancels.
            let spread = (train.count - 1) as u128 * train.squares - sum * sum;
            libm::sqrt(spread as f64) / sum as f64
        });
        mean(cvs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trains(steps: &[&[i64]]) -> Trains {
        let mut trains = Trains::default();
        trains.reset(steps.len());
        for (neuron, steps) in steps.iter().enumerate() {
            steps.iter().for_each(|s| trains.add(neuron, *s));
        }
        trains
    }

    #[test]
    fn a_regular_train_has_no_variation() {
        assert_eq!(trains(&[&[3, 13, 23, 33]]).cv(), Some(0.0));
    }

    #[test]
    fn intervals_one_and_three_vary_by_half() {
        assert_eq!(trains(&[&[0, 1, 4], &[5, 9]]).cv(), Some(0.5));
    }

    #[test]
    fn one_interval_is_not_enough() {
        assert_eq!(trains(&[&[0, 1], &[]]).cv(), None);
    }

    #[test]
    fn rate_is_per_neuron() {
        let trains = trains(&[&[0, 1], &[7]]);
        let dt = DecimalTime { mantissa: 1, exponent: -4 };
        assert_eq!((trains.spikes(), trains.rate(5000, dt)), (3, Some(3.0)));
        assert_eq!(trains.rate(0, dt), None);
    }
}

//! How well spikes keep to a phase of a period.

use super::super::keeper::{Keeper, Kept};
use super::Statistic;

/// Length of the mean of exp(2 pi i t/period) over the spikes of all neurons: 1 if all come at one phase, near 0 if
/// phases do not matter. Goldberg and Brown 1969, J Neurophysiol 32:613, equation 3.
#[derive(Debug)]
pub struct VectorStrength {
    dt: f64,
    period: f64,
    sum: [f64; 2],
    spikes: u64,
}

impl VectorStrength {
    /// For a period in seconds.
    pub fn new(dt: f64, period: f64) -> VectorStrength {
        VectorStrength { dt, period, sum: [0.0; 2], spikes: 0 }
    }
}

impl Statistic for VectorStrength {
    fn spike(&mut self, _i: usize, step: i64) {
        let turns = step as f64 * self.dt / self.period;
        let phase = 2.0 * std::f64::consts::PI * (turns - libm::floor(turns));
        self.sum[0] += libm::cos(phase);
        self.sum[1] += libm::sin(phase);
        self.spikes += 1;
    }

    fn value(&self) -> Option<f64> {
        let length = libm::hypot(self.sum[0], self.sum[1]);
        // Rounding must not make it longer than the number of its parts.
        (self.spikes > 0).then(|| (length / self.spikes as f64).min(1.0))
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.sum)?;
        keeper.value(&mut self.spikes)
    }
}

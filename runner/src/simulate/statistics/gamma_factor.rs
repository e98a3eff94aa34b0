//! How well spikes coincide with those of a given train.

use serde::{Deserialize, Serialize};

use super::super::keeper::{Keeper, Kept};
use super::super::when::{Clock, When};
use super::{Statistic, mean};

/// Gamma of each neuron, then the mean over all neurons. With n spikes of the neuron, m of the train at rate r, k
/// spikes of the train that have one of the neuron's within delta: (k - 2 delta r m)/((n + m)(1 - 2 delta r)/2). 1 if
/// each coincides, 0 for chance. Jolivet et al. 2008, J Neurosci Methods 169:417, equation 1, with the rate of the
/// train in the place of the neuron's, as Brian has it.
#[derive(Debug)]
pub struct GammaFactor {
    neurons: Vec<Matches>,
    /// Steps of the train's spikes, in order.
    train: Vec<i64>,
    /// Steps that coincident spikes are apart at most.
    within: i64,
    /// Seconds.
    delta: f64,
    seconds: f64,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Matches {
    spikes: u64,
    coincident: u64,
    /// The first spike of the train that may still get a partner.
    next: usize,
}

/// The steps next to these times, in order; those that count.
pub fn steps(times: &[f64], clock: &Clock<'_>, when: &When) -> Vec<i64> {
    let mut steps: Vec<i64> = times.iter().map(|time| libm::rint(time / clock.dt) as i64).collect();
    steps.retain(|step| when.holds(*step));
    steps.sort_unstable();
    steps
}

impl GammaFactor {
    /// Of so many neurons, with a train given in steps; `precision`: delta and the time step, in seconds.
    pub fn new(neurons: usize, train: Vec<i64>, (delta, dt): (f64, f64), steps: u64) -> GammaFactor {
        let within = libm::rint(delta / dt) as i64;
        GammaFactor {
            neurons: vec![Matches::default(); neurons],
            train,
            within,
            delta,
            seconds: steps as f64 * dt,
        }
    }

    fn gamma(&self, matches: &Matches) -> f64 {
        let train = self.train.len() as f64;
        let rate = train / self.seconds;
        let chance = 2.0 * self.delta * train * rate;
        let norm = 0.5 * (1.0 - 2.0 * self.delta * rate);
        (matches.coincident as f64 - chance) / (norm * (train + matches.spikes as f64))
    }
}

impl Statistic for GammaFactor {
    fn spike(&mut self, i: usize, step: i64) {
        let matches = &mut self.neurons[i];
        matches.spikes += 1;
        // Spikes come in order: what is too early for this one is too early for all that follow.
        while let Some(target) =
            self.train.get(matches.next).filter(|t| **t <= step.saturating_add(self.within))
        {
            matches.coincident += u64::from(step - target <= self.within);
            matches.next += 1;
        }
    }

    fn value(&self) -> Option<f64> {
        if self.train.is_empty() || self.seconds <= 0.0 {
            return None;
        }
        mean(self.neurons.iter().map(|m| self.gamma(m))).filter(|gamma| gamma.is_finite())
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.neurons)
    }
}

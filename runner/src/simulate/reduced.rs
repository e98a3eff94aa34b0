//! From the accumulators of each neuron to one number: reductions of state.

use kernels::model::Reduce;

/// What the kernel accumulated, a value a neuron.
#[derive(Debug)]
pub struct Accumulated {
    /// The extreme, the sum, the mean so far, or the last value.
    pub values: Vec<f64>,
    /// How many steps were counted; `None`: all.
    pub counted: Option<Vec<f64>>,
    /// Sums of squared differences from the mean.
    pub spread: Option<Vec<f64>>,
    /// Steps of the run.
    pub steps: u64,
}

impl Accumulated {
    /// The number; `None` where no step counted.
    pub fn of(&self, operation: Reduce) -> Option<f64> {
        let neurons = self.values.len() as f64;
        let all = |k: usize| self.counted.as_ref().map_or(self.steps as f64, |counted| counted[k]);
        let count: f64 = (0..self.values.len()).map(all).sum();
        let values = || self.values.iter().copied();
        let value = match operation {
            Reduce::Minimum => values().fold(f64::INFINITY, f64::min),
            Reduce::Maximum => values().fold(f64::NEG_INFINITY, f64::max),
            Reduce::Mean => values().sum::<f64>() / count,
            Reduce::Last => values().sum::<f64>() / neurons,
            Reduce::Deviation => self.deviation(),
        };
        // Without a step that counts, an extreme is still infinite and a count zero.
        (count > 0.0 && !value.is_infinite()).then_some(value)
    }

    /// Over all neurons and steps: means and squares of neurons joined in pairs (Chan, Golub and LeVeque 1983, The
    /// American Statistician 37:242, eq. 2.1).
    fn deviation(&self) -> f64 {
        let (Some(counted), Some(spread)) = (&self.counted, &self.spread) else { return f64::NAN };
        let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
        for ((m, count), spread) in self.values.iter().zip(counted).zip(spread) {
            if *count > 0.0 {
                let (off, both) = (m - mean, n + count);
                squares += spread + off * off * n * count / both;
                mean += off * count / both;
                n = both;
            }
        }
        libm::sqrt(squares / n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviations_of_neurons_join_to_that_of_all() {
        // 1, 2, 3 and 10, 14: mean 6, squares 25 + 16 + 9 + 16 + 64 = 130.
        let both = Accumulated {
            values: vec![2.0, 12.0, 0.0],
            counted: Some(vec![3.0, 2.0, 0.0]),
            spread: Some(vec![2.0, 8.0, 0.0]),
            steps: 9,
        };
        let found = both.of(Reduce::Deviation).expect("steps counted");
        assert!((found - libm::sqrt(26.0)).abs() < 1e-14, "{found}");
    }

    #[test]
    fn nothing_is_none() {
        for operation in [Reduce::Minimum, Reduce::Maximum, Reduce::Mean, Reduce::Deviation, Reduce::Last] {
            let start = match operation {
                Reduce::Minimum => f64::INFINITY,
                Reduce::Maximum => f64::NEG_INFINITY,
                _ => 0.0,
            };
            let spread = (operation == Reduce::Deviation).then(|| vec![0.0]);
            let none = Accumulated { values: vec![start], counted: Some(vec![0.0]), spread, steps: 5 };
            assert_eq!(none.of(operation), None, "{operation:?}");
        }
    }
}

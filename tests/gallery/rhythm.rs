//! How a population's rate varies in time: its mean, how much it is modulated, and whether and how fast it oscillates.

use std::f64::consts::TAU;

/// Length of a bin, ms.
const BIN: f64 = 0.5;

/// The counts of all spikes of a population in bins.
pub struct Activity {
    counts: Vec<f64>,
    neurons: f64,
}

impl Activity {
    /// From rates in Hz at steps of `dt` ms, of so many neurons; the first `from` ms are left out.
    pub fn new(rates: &[f64], dt: f64, neurons: f64, from: f64) -> Activity {
        let steps = (BIN / dt).round() as usize;
        let count = |bin: &[f64]| bin.iter().map(|rate| rate * 1e-3 * dt * neurons).sum();
        let counts = rates.chunks_exact(steps).skip((from / BIN).round() as usize).map(count);
        Activity { counts: counts.collect(), neurons }
    }

    /// Spikes in a bin, on average.
    fn mean(&self) -> f64 {
        self.counts.iter().sum::<f64>() / self.counts.len() as f64
    }

    /// Mean product of the deviations from the mean, so many bins apart.
    fn covariance(&self, bins: usize) -> f64 {
        let (mean, n) = (self.mean(), self.counts.len() - bins);
        (0..n).map(|k| (self.counts[k] - mean) * (self.counts[k + bins] - mean)).sum::<f64>() / n as f64
    }

    /// Variance beyond that of independent Poisson neurons, which is the mean.
    fn excess(&self) -> f64 {
        self.covariance(0) - self.mean()
    }

    /// Rate of a neuron, Hz.
    pub fn rate(&self) -> f64 {
        self.mean() / self.neurons / BIN * 1e3
    }

    /// Relative variance of the population's rate beyond what independent Poisson neurons would show: 0 for these,
    /// A*A/2 if the rate is a sine of relative amplitude A, however many neurons there are.
    pub fn modulation(&self) -> f64 {
        self.excess() / self.mean().powi(2)
    }

    /// The first peak of the autocorrelation after it has fallen below 0, up to 60 ms (Poisson variance left out): 1 if
    /// the activity repeats itself, near 0 if it forgets.
    pub fn echo(&self) -> f64 {
        let lags: Vec<f64> = (1..=(60.0 / BIN) as usize).map(|bins| self.covariance(bins)).collect();
        let after = lags.iter().skip_while(|c| **c >= 0.0);
        after.fold(f64::NEG_INFINITY, |most, c| most.max(*c)) / self.excess()
    }

    /// Where the power spectrum is largest, Hz, from 8 to 990 Hz: windows of 250 ms (Hann) that overlap by half.
    pub fn peak(&self) -> f64 {
        let power: Vec<f64> = (8..=990).map(|frequency| self.power(f64::from(frequency))).collect();
        let largest = power.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        8.0 + largest.expect("the range is not empty").0 as f64
    }

    /// Power at a frequency in Hz, in units of no interest.
    fn power(&self, frequency: f64) -> f64 {
        let (mean, length) = (self.mean(), (250.0 / BIN) as usize);
        let hann = |k: usize| 0.5 - 0.5 * (TAU * k as f64 / length as f64).cos();
        let wave = |k: usize| (TAU * frequency * k as f64 * BIN * 1e-3).sin_cos();
        let weights: Vec<(f64, f64)> =
            (0..length).map(|k| (hann(k) * wave(k).0, hann(k) * wave(k).1)).collect();
        let of_window = |start: usize| {
            let (mut sine, mut cosine) = (0.0, 0.0);
            for (count, weight) in self.counts[start..].iter().zip(&weights) {
                sine += (count - mean) * weight.0;
                cosine += (count - mean) * weight.1;
            }
            sine * sine + cosine * cosine
        };
        (0..=self.counts.len() - length).step_by(length / 2).map(of_window).sum()
    }
}

#[test]
fn a_sine_is_measured() {
    let rate = |k: usize| 50.0 * (1.0 + 0.5 * (TAU * 60.0 * k as f64 * 1e-4).sin());
    let rates: Vec<f64> = (0..6000).map(rate).collect();
    // So many neurons that the Poisson variance, which these counts lack, is next to nothing.
    let activity = Activity::new(&rates, 0.1, 1e6, 100.0);
    assert_eq!(activity.peak(), 60.0);
    assert!((activity.rate() - 50.0).abs() < 0.1, "{} Hz", activity.rate());
    assert!((activity.modulation() - 0.125).abs() < 0.002, "{}", activity.modulation());
    assert!((activity.echo() - 1.0).abs() < 0.02, "{}", activity.echo());
}

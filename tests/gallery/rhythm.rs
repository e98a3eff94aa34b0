//! How a population's rate varies in time: its mean, how much it is modulated, and how fast it oscillates.

use std::f64::consts::TAU;

/// The counts of all spikes of a population in bins of one millisecond.
pub struct Activity {
    counts: Vec<f64>,
    neurons: f64,
}

impl Activity {
    /// From rates in Hz at steps of `dt` milliseconds, of so many neurons; the first `from` milliseconds are left out.
    pub fn new(rates: &[f64], dt: f64, neurons: f64, from: usize) -> Activity {
        let steps = (1.0 / dt).round() as usize;
        let count = |bin: &[f64]| bin.iter().map(|rate| rate * 1e-3 * dt * neurons).sum();
        Activity { counts: rates.chunks_exact(steps).skip(from).map(count).collect(), neurons }
    }

    /// Spikes in a bin, on average.
    fn mean(&self) -> f64 {
        self.counts.iter().sum::<f64>() / self.counts.len() as f64
    }

    /// Rate of a neuron, Hz.
    pub fn rate(&self) -> f64 {
        self.mean() / self.neurons * 1e3
    }

    /// Variance of the counts over their mean: 1 for independent Poisson neurons.
    pub fn fano(&self) -> f64 {
        let mean = self.mean();
        let squares = self.counts.iter().map(|n| (n - mean).powi(2)).sum::<f64>();
        squares / (self.counts.len() - 1) as f64 / mean
    }

    /// Relative variance of the population's rate beyond what independent Poisson neurons would show: 0 for these,
    /// A*A/2 if the rate is a sine of relative amplitude A, however many neurons there are.
    pub fn modulation(&self) -> f64 {
        (self.fano() - 1.0) / self.mean()
    }

    /// Where the power spectrum is largest, Hz, from 8 to 490 Hz: windows of 250 ms (Hann) that overlap by half.
    pub fn peak(&self) -> f64 {
        let (mean, length) = (self.mean(), 250);
        let hann = |k: usize| 0.5 - 0.5 * (TAU * k as f64 / length as f64).cos();
        let power = |frequency: u32| -> f64 {
            let of_window = |start: usize| {
                let (mut re, mut im) = (0.0, 0.0);
                for k in 0..length {
                    let (value, angle) = (
                        (self.counts[start + k] - mean) * hann(k),
                        TAU * f64::from(frequency) * k as f64 * 1e-3,
                    );
                    re += value * angle.cos();
                    im += value * angle.sin();
                }
                re * re + im * im
            };
            (0..=self.counts.len() - length).step_by(length / 2).map(of_window).sum()
        };
        let largest = (8..=490).max_by(|a, b| power(*a).total_cmp(&power(*b)));
        f64::from(largest.expect("the range is not empty"))
    }
}

#[test]
fn a_sine_is_measured() {
    let rate = |k: usize| 50.0 * (1.0 + 0.5 * (TAU * 60.0 * k as f64 * 1e-4).sin());
    let rates: Vec<f64> = (0..6000).map(rate).collect();
    // Deterministic counts lack the Poisson variance: subtracting it takes 1/mean off.
    let activity = Activity::new(&rates, 0.1, 1e6, 100);
    assert_eq!(activity.peak(), 60.0);
    assert!((activity.rate() - 50.0).abs() < 0.1, "{} Hz", activity.rate());
    assert!((activity.modulation() - 0.125).abs() < 0.002, "{}", activity.modulation());
}

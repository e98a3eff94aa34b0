//! Population rates, smoothed as Brian's `smooth_rate` does, from counts that arrive step by step.
//!
//! Keeps no more steps than the window is wide.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Weights of a smoothing window, of odd length, summing to 1.
pub fn gaussian(width: f64, dt: f64) -> Vec<f64> {
    let steps = width / dt;
    let half = libm::round(2.0 * steps) as i64;
    let weights: Vec<f64> =
        (-half..=half).map(|k| libm::exp(-(k as f64) * (k as f64) / (2.0 * steps * steps))).collect();
    normalised(weights)
}

/// Equal weights over the odd number of steps next to the width.
pub fn flat(width: f64, dt: f64) -> Vec<f64> {
    let half = libm::rint(width / 2.0 / dt) as usize;
    normalised(vec![1.0; 2 * half + 1])
}

fn normalised(weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    if sum > 0.0 { weights.into_iter().map(|w| w / sum).collect() } else { vec![1.0] }
}

/// Counts of spikes on their way to rates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RateStream {
    weights: Vec<f64>,
    /// Counts of steps `next - half` and later; steps before 0 count nothing.
    counts: VecDeque<u64>,
    /// Next step whose rate is to be told.
    next: u64,
    /// Steps whose counts are complete.
    complete: u64,
    /// One spike in a step, as a rate: 1 / (neurons dt).
    unit: f64,
}

impl RateStream {
    /// Rates of so many neurons.
    pub fn new(weights: Vec<f64>, neurons: u64, dt: f64) -> RateStream {
        let counts = std::iter::repeat_n(0, weights.len() / 2).collect();
        RateStream { weights, counts, next: 0, complete: 0, unit: 1.0 / dt / neurons as f64 }
    }

    /// A spike at a step that is not complete yet.
    pub fn add(&mut self, step: u64) {
        let at = self.place(step);
        self.counts[at] += 1;
    }

    fn place(&mut self, step: u64) -> usize {
        let at = (step - self.next) as usize + self.weights.len() / 2;
        if at >= self.counts.len() {
            self.counts.resize(at + 1, 0);
        }
        at
    }

    /// No more spikes come before `step`; tells every rate that is known by now. `last`: there are no steps after.
    pub fn complete(&mut self, step: u64, last: bool, mut tell: impl FnMut(u64, f64)) {
        self.complete = self.complete.max(step);
        let half = (self.weights.len() / 2) as u64;
        while self.next < self.complete && (last || self.next + half < self.complete) {
            let sum: f64 = self
                .weights
                .iter()
                .enumerate()
                .map(|(k, w)| w * self.counts.get(k).copied().unwrap_or(0) as f64)
                .sum();
            tell(self.next, sum * self.unit);
            self.counts.pop_front();
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(weights: Vec<f64>, spikes: &[u64], pieces: &[u64], steps: u64) -> Vec<f64> {
        let mut stream = RateStream::new(weights, 2, 0.5);
        let (mut out, mut done) = (Vec::new(), 0);
        for end in pieces.iter().copied().chain([steps]) {
            spikes.iter().filter(|s| (done..end).contains(s)).for_each(|s| stream.add(*s));
            stream.complete(end, end == steps, |step, rate| {
                assert_eq!(step, out.len() as u64);
                out.push(rate);
            });
            done = end;
        }
        out
    }

    #[test]
    fn a_spike_is_spread_over_the_window() {
        assert_eq!(told(flat(1.0, 0.5), &[2], &[], 5), [0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]);
    }

    #[test]
    fn pieces_do_not_matter() {
        let whole = told(gaussian(1.0, 0.5), &[0, 3, 3, 9, 11], &[], 12);
        assert_eq!(whole, told(gaussian(1.0, 0.5), &[0, 3, 3, 9, 11], &[1, 4, 5, 11], 12));
        assert_eq!(whole.len(), 12);
    }

    #[test]
    fn widths_round_as_brian_rounds() {
        assert_eq!(flat(3.0, 0.1).len(), 31);
        assert_eq!(gaussian(1.0, 0.1).len(), 41);
    }
}

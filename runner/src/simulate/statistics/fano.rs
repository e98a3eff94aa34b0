//! How much the counts of spikes in windows vary.

use serde::{Deserialize, Serialize};

use super::super::keeper::{Keeper, Kept};
use super::super::when::Span;
use super::{Statistic, mean};

/// Variance over mean (population form) of the counts of a neuron in windows side by side, of each neuron that spiked
/// in one, then the mean. Windows begin with the first step that counts; what is left at the end is no window.
#[derive(Debug)]
pub struct Fano {
    neurons: Vec<Counts>,
    first: i64,
    width: i64,
    windows: i64,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Counts {
    window: i64,
    /// In that window.
    count: u64,
    /// Of windows that are over.
    sum: u64,
    squares: u128,
}

impl Counts {
    fn close(mut self) -> Counts {
        self.sum += self.count;
        self.squares += u128::from(self.count) * u128::from(self.count);
        self.count = 0;
        self
    }
}

impl Fano {
    /// Of so many neurons, over windows of so many steps.
    pub fn new(neurons: usize, span: Span, width: i64) -> Fano {
        let windows = (span.end - span.first) / width;
        Fano { neurons: vec![Counts::default(); neurons], first: span.first, width, windows }
    }
}

impl Statistic for Fano {
    fn spike(&mut self, i: usize, step: i64) {
        let window = (step - self.first) / self.width;
        if window >= self.windows {
            return;
        }
        let counts = &mut self.neurons[i];
        if window != counts.window {
            *counts = Counts { window, ..counts.close() };
        }
        counts.count += 1;
    }

    fn value(&self) -> Option<f64> {
        if self.windows < 2 {
            return None;
        }
        let n = self.windows as u128;
        mean(self.neurons.iter().map(|c| c.close()).filter(|c| c.sum > 0).map(|c| {
            // n sum(x^2) - sum(x)^2, exactly: nothing cancels.
            let spread = n * c.squares - u128::from(c.sum) * u128::from(c.sum);
            spread as f64 / (n as f64 * c.sum as f64)
        }))
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.neurons)
    }
}

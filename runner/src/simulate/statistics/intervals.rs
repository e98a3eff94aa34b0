//! How irregular the intervals between the spikes of a neuron are.

use serde::{Deserialize, Serialize};

use super::super::keeper::{Keeper, Kept};
use super::{Statistic, Trains, mean};

/// Standard deviation over mean (population form), of each neuron with at least two intervals, then the mean.
#[derive(Debug)]
pub struct Cv {
    trains: Trains,
}

impl Cv {
    /// Of so many neurons.
    pub fn new(neurons: usize) -> Cv {
        let mut trains = Trains::default();
        trains.reset(neurons);
        Cv { trains }
    }
}

impl Statistic for Cv {
    fn spike(&mut self, i: usize, step: i64) {
        self.trains.add(i, step);
    }

    fn value(&self) -> Option<f64> {
        self.trains.cv()
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.trains)
    }
}

/// Mean of 2|b - a|/(b + a) over intervals that follow each other, of each neuron with at least two, then the mean.
/// Insensitive to slow changes of the rate. Holt, Softky, Koch and Douglas 1996, J Neurophysiol 75:1806, equation 5.
#[derive(Debug)]
pub struct Cv2 {
    trains: Vec<Local>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Local {
    /// The spike before and the interval before it; 0: none yet.
    last: Option<i64>,
    interval: i64,
    sum: f64,
    pairs: u64,
}

impl Cv2 {
    /// Of so many neurons.
    pub fn new(neurons: usize) -> Cv2 {
        Cv2 { trains: vec![Local::default(); neurons] }
    }
}

impl Statistic for Cv2 {
    fn spike(&mut self, i: usize, step: i64) {
        let train = &mut self.trains[i];
        if let Some(last) = train.last {
            let (a, b) = (train.interval, step - last);
            if a > 0 {
                train.sum += 2.0 * (b - a).abs() as f64 / (b + a) as f64;
                train.pairs += 1;
            }
            train.interval = b;
        }
        train.last = Some(step);
    }

    fn value(&self) -> Option<f64> {
        mean(self.trains.iter().filter(|t| t.pairs > 0).map(|t| t.sum / t.pairs as f64))
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.trains)
    }
}

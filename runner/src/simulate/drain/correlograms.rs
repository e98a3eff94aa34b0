//! `autocorrelogram` and `correlogram`: how far apart spikes are, pair by pair.
//!
//! Lags are whole numbers of steps, bins half-open as those of histograms. Nothing is kept of spikes that are further
//! back than `max`.

use std::collections::VecDeque;

use kernels::model::Bins;
use serde::{Deserialize, Serialize};

use super::super::keeper::{Keeper, Kept};
use super::histograms::StepBins;
use super::shown::Rows;
use super::watch::{Watch, Watched, Watching};

/// `autocorrelogram`: each spike with each later one of the same neuron, of all neurons together. A spike is no pair
/// with itself, and lags below 0 would only repeat those above.
#[derive(Debug)]
pub struct Autocorrelogram(pub Bins);

#[derive(Debug)]
struct OfEach {
    /// Steps of the last spikes of each neuron.
    recent: Vec<VecDeque<i64>>,
    bins: StepBins,
}

impl Watch for Autocorrelogram {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let recent = vec![VecDeque::new(); watched.source.len() as usize];
        Box::new(OfEach { recent, bins: StepBins::new(&self.0, &watched.clock) })
    }
}

impl Watching for OfEach {
    fn spike(&mut self, step: i64, i: u64, _rows: &mut Rows) {
        let recent = &mut self.recent[i as usize];
        while recent.front().is_some_and(|before| step - before >= self.bins.end()) {
            recent.pop_front();
        }
        recent.iter().for_each(|before| self.bins.add(step - before));
        recent.push_back(step);
    }

    fn finish(&mut self, _end: i64, whole: bool, rows: &mut Rows) {
        if whole {
            self.bins.tell(rows);
        }
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.recent)?;
        keeper.value(&mut self.bins)
    }
}

/// `correlogram`: each spike of the source with each one of the target; the lag is how much later the target's is. A
/// spike is no pair with itself, where source and target have neurons in common.
#[derive(Debug)]
pub struct Correlogram {
    /// Of lags.
    pub bins: Bins,
    /// Both are parts of the same population.
    pub same: bool,
}

/// Spikes of one step.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Together {
    step: i64,
    source: u64,
    target: u64,
    /// Of neurons that are in both.
    both: u64,
}

#[derive(Debug)]
struct Pairs {
    /// Source neurons that are also in the target.
    common: std::ops::Range<u64>,
    /// Steps with spikes, none further back than the largest lag.
    past: VecDeque<Together>,
    /// The step that is not over.
    now: Together,
    /// Steps of a bin, and of the largest lag.
    width: i64,
    most: i64,
    /// Pairs by their lag in steps, where the target's spike comes later (or with the source's) and where it comes
    /// before. As long as they need be: bins are made of them at the end, since a division for each pair would take
    /// most of the time.
    later: Vec<u64>,
    before: Vec<u64>,
}

impl Watch for Correlogram {
    fn begin<'a>(&'a self, watched: &Watched<'_>) -> Box<dyn Watching + 'a> {
        let bins = StepBins::new(&self.bins, &watched.clock);
        let (source, target) = (watched.source, watched.target.unwrap_or(watched.source));
        let common = if self.same {
            let inside = |element: u64| element.clamp(source.start, source.stop) - source.start;
            inside(target.start)..inside(target.stop)
        } else {
            0..0
        };
        Box::new(Pairs {
            common,
            past: VecDeque::new(),
            now: Together::default(),
            width: bins.width(),
            most: bins.end(),
            later: vec![0],
            before: Vec::new(),
        })
    }
}

impl Pairs {
    /// The spikes of a step, once those of all steps before are paired.
    fn at(&mut self, step: i64) -> &mut Together {
        if step != self.now.step {
            self.close();
            self.now.step = step;
        }
        &mut self.now
    }

    /// Pairs the spikes of a step that is over with each other and with those before.
    fn close(&mut self) {
        let now = std::mem::take(&mut self.now);
        if now.source + now.target == 0 {
            return;
        }
        while self.past.front().is_some_and(|before| now.step - before.step > self.most) {
            self.past.pop_front();
        }
        self.later[0] += now.source * now.target - now.both;
        if let Some(first) = self.past.front() {
            let longest = (now.step - first.step) as usize + 1;
            self.later.resize(self.later.len().max(longest), 0);
            self.before.resize(self.before.len().max(longest), 0);
        }
        for past in &self.past {
            let lag = (now.step - past.step) as usize;
            self.later[lag] += past.source * now.target;
            self.before[lag] += now.source * past.target;
        }
        self.past.push_back(now);
    }
}

impl Watching for Pairs {
    fn spike(&mut self, step: i64, i: u64, _rows: &mut Rows) {
        let both = u64::from(self.common.contains(&i));
        let now = self.at(step);
        now.source += 1;
        now.both += both;
    }

    fn target_spike(&mut self, step: i64, _i: u64, _rows: &mut Rows) {
        self.at(step).target += 1;
    }

    fn finish(&mut self, _end: i64, whole: bool, rows: &mut Rows) {
        self.close();
        let (width, zero) = (self.width as usize, (self.most / self.width) as usize);
        let mut counts = vec![0; 2 * zero];
        // A lag of `-max` is in the first bin, one of `max` beyond the last.
        for (lag, pairs) in self.later.iter().enumerate().take(self.most as usize) {
            counts[zero + lag / width] += pairs;
        }
        for (lag, pairs) in self.before.iter().enumerate() {
            counts[zero - lag.div_ceil(width)] += pairs;
        }
        for (k, count) in counts.iter().enumerate().filter(|_| whole) {
            rows.point().time((k as i64 - zero as i64) * self.width).count(*count).end();
        }
    }

    fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.past)?;
        keeper.value(&mut self.now)?;
        keeper.value(&mut self.later)?;
        keeper.value(&mut self.before)
    }
}

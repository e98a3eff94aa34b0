//! Turns what a kernel recorded into CSV rows and statistics, lane by lane, in bounded memory.
//!
//! Here spikes and records find their lane and their monitors; what a monitor makes of them is said in a file a kind:
//! `spikes`, `state`, `rate`. `watch` holds what they have in common, `shown` how numbers become text.

mod rate;
mod shown;
mod smoothing;
mod spikes;
mod state;
mod watch;

use kernels::layout::{Range, Shape};

use crate::store::{Extent, PointHasher};

use super::statistics::Trains;
use shown::Rows;
use watch::Watching;

pub use shown::{Shown, Times};
pub use watch::{Begin, Watcher, watchers};

/// Rows of all lanes together that are kept before they are written.
pub const ROWS_KEPT: usize = 1 << 20;

/// One point while it runs.
#[derive(Debug)]
pub struct Lane<'a> {
    /// Its number.
    pub point: u64,
    /// Where its rows went.
    pub extents: Vec<Vec<Extent>>,
    /// Over its rows.
    pub hasher: PointHasher,
    /// Trains of each population that is recorded.
    pub trains: Vec<Trains>,
    /// Monitors and their rows.
    watching: Vec<(Box<dyn Watching + 'a>, Rows)>,
    /// Steps of each clock that count in this lane: all, or those before it diverged.
    ends: Vec<i64>,
    finished: bool,
}

/// A monitor that hears the spikes of a population.
#[derive(Debug)]
struct Ear {
    monitor: usize,
    range: Range,
}

/// The lanes of a batch and what is watched of them.
#[derive(Debug)]
pub struct Drain<'a> {
    watchers: &'a [Watcher],
    ranges: Vec<Range>,
    sizes: Vec<u64>,
    /// Of each population.
    clocks: Vec<usize>,
    shape: &'a Shape,
    /// By population.
    ears: Vec<Vec<Ear>>,
    /// The lanes.
    pub lanes: Vec<Lane<'a>>,
    /// Monitors that rest.
    resting: Vec<bool>,
    kept: usize,
}

impl<'a> Drain<'a> {
    /// A batch without lanes yet.
    pub fn new(watchers: &'a [Watcher], clocks: Vec<usize>, shape: &'a Shape) -> Drain<'a> {
        let mut ears: Vec<Vec<Ear>> = shape.sizes.iter().map(|_| Vec::new()).collect();
        for (monitor, (watcher, range)) in watchers.iter().zip(&shape.watched).enumerate() {
            ears[watcher.population].push(Ear { monitor, range: *range });
        }
        Drain {
            watchers,
            ranges: shape.watched.clone(),
            sizes: shape.sizes.clone(),
            clocks,
            shape,
            ears,
            lanes: Vec::new(),
            resting: vec![false; watchers.len()],
            kept: 0,
        }
    }

    /// Adds a lane; `begin` has the time step of the run.
    pub fn begin(&mut self, begin: &Begin<'_>, recorded: &[bool]) {
        let watchers = self.watchers;
        let watching = watchers.iter().zip(&self.ranges).map(|(watcher, range)| {
            let own = Begin { dt: self.shape.dt(watcher.clock, begin.dt), ..*begin };
            let times = Times::of(self.shape, watcher.clock, begin.dt);
            (watcher.kind.begin(&own, *range), Rows::new(begin.point, times, watcher.time))
        });
        let trains = self.sizes.iter().zip(recorded).map(|(n, yes)| {
            let mut trains = Trains::default();
            trains.reset(if *yes { *n as usize } else { 0 });
            trains
        });
        self.lanes.push(Lane {
            point: begin.point,
            extents: vec![Vec::new(); watchers.len()],
            hasher: PointHasher::new(watchers.len()),
            watching: watching.collect(),
            trains: trains.collect(),
            ends: vec![i64::MAX; 1 + self.shape.clocks.len()],
            finished: false,
        });
    }

    /// A lane diverged at a step of the run, which is `dt` long: what comes later does not count.
    pub fn cut(&mut self, lane: usize, step: i64, dt: f64) {
        for (clock, end) in self.lanes[lane].ends.iter_mut().enumerate() {
            *end = (*end).min(if clock == 0 {
                step
            } else {
                self.shape.ticks_before(clock, step as f64 * dt) as i64
            });
        }
    }

    /// Spikes: pairs of (step, population << 32 | element).
    pub fn events(&mut self, events: &[i64]) {
        for event in events.chunks_exact(2) {
            let (step, population, element) = (event[0], (event[1] >> 32) as usize, event[1] as u32 as u64);
            let size = self.sizes[population];
            let (lane, i) = if self.lanes.len() == 1 {
                (0, element)
            } else {
                ((element / size) as usize, element % size)
            };
            self.spike(lane, step, population, i);
        }
    }

    fn spike(&mut self, lane: usize, step: i64, population: usize, i: u64) {
        let state = &mut self.lanes[lane];
        if step >= state.ends[self.clocks[population]] {
            return;
        }
        if (i as usize) < self.sizes[population] as usize && !state.trains[population].is_unused() {
            state.trains[population].add(i as usize, step);
        }
        for ear in &self.ears[population] {
            if (ear.range.start..ear.range.stop).contains(&i) && !self.resting[ear.monitor] {
                let watching = &mut state.watching[ear.monitor];
                self.kept += grown(watching, |w, rows| w.spike(step, i - ear.range.start, rows));
            }
        }
    }

    /// Records of monitors: step, lane << 32 | monitor, values.
    pub fn records(&mut self, words: &[f64]) {
        let mut at = 0;
        while at + 2 <= words.len() {
            let (step, tag) = (words[at].to_bits() as i64, words[at + 1].to_bits());
            let (lane, monitor) = ((tag >> 32) as usize, tag as u32 as usize);
            let state = &mut self.lanes[lane];
            let watching = &mut state.watching[monitor];
            let values = &words[at + 2..at + 2 + watching.0.words()];
            at += 2 + values.len();
            if step < state.ends[self.watchers[monitor].clock] {
                self.kept += grown(watching, |w, rows| w.record(step, values, rows));
            }
        }
    }

    /// From these steps of the clocks on, just these monitors rest.
    pub fn rest(&mut self, resting: Vec<bool>, steps: &[i64]) {
        for (m, watcher) in self.watchers.iter().enumerate() {
            let step = steps[watcher.clock];
            for lane in &mut self.lanes {
                match (self.resting[m], resting[m]) {
                    (false, true) => lane.watching[m].1.hide(step),
                    (true, false) => lane.watching[m].1.show(step),
                    _ => {}
                }
            }
        }
        self.resting = resting;
    }

    /// No more of what happens in these lanes before `steps` of the clocks comes; `last`: nothing more at all.
    pub fn complete(&mut self, lanes: std::ops::Range<usize>, steps: &[i64], last: bool) {
        for state in &mut self.lanes[lanes] {
            if state.finished {
                continue;
            }
            let whole = steps[0] < state.ends[0];
            state.finished = last || !whole;
            for (watching, watcher) in state.watching.iter_mut().zip(self.watchers) {
                let end = steps[watcher.clock].min(state.ends[watcher.clock]);
                self.kept += match state.finished {
                    true => grown(watching, |w, rows| w.finish(end, whole, rows)),
                    false => grown(watching, |w, rows| w.complete(end, rows)),
                };
            }
        }
    }

    /// Whether so many rows are kept that they should be written.
    pub fn is_full(&self) -> bool {
        self.kept >= ROWS_KEPT
    }

    /// Writes all rows: one append a monitor, through `append(monitor, rows)`, which says where they lie.
    pub fn flush<E>(&mut self, mut append: impl FnMut(usize, &[u8]) -> Result<Extent, E>) -> Result<(), E> {
        for m in 0..self.watchers.len() {
            let mut all = Vec::new();
            for lane in &mut self.lanes {
                let rows = lane.watching[m].1.bytes();
                lane.hasher.rows(m, rows);
                all.extend_from_slice(rows);
            }
            if all.is_empty() {
                continue;
            }
            let mut place = append(m, &all)?;
            for lane in &mut self.lanes {
                let rows = &mut lane.watching[m].1;
                place.length = rows.bytes().len() as u64;
                if place.length > 0 {
                    place.push(&mut lane.extents[m]);
                }
                place.offset += place.length;
                rows.clear();
            }
        }
        self.kept = 0;
        Ok(())
    }
}

/// Bytes that were added to the rows.
fn grown<'a>(
    watching: &mut (Box<dyn Watching + 'a>, Rows),
    act: impl FnOnce(&mut dyn Watching, &mut Rows),
) -> usize {
    let (watching, rows) = watching;
    let before = rows.bytes().len();
    act(watching.as_mut(), rows);
    rows.bytes().len() - before
}

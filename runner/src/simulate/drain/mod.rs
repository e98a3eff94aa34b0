//! Turns what a kernel recorded into CSV rows and statistics, lane by lane, in bounded memory.
//!
//! Here spikes and records find their lane, its monitors and its statistics; what a monitor makes of them is said in
//! a file a kind or family of kinds: `spikes`, `state`, `rate`, `histograms`, `correlograms`. `watch` holds what they
//! have in common, `shown` how numbers become text. Statistics for the summary are those of `super::statistics`.

mod correlograms;
mod histograms;
#[cfg(test)]
mod pieces;
mod rate;
mod shown;
mod smoothing;
mod snapshot;
mod spikes;
mod state;
mod watch;

use kernels::layout::{Range, Shape};
use kernels::model::{Model, ReductionKind};
use kernels::program::recording::RecordProgram;

use crate::store::{Extent, PointHasher};

use super::keeper::{Keeper, Kept};
use super::statistics::{Listening, Trains, listening};
use super::when::{Clock, Span};
use shown::Rows;
use watch::{Watched, Watching};

pub use shown::{Shown, Times};
pub use watch::{Watcher, times, watchers};

/// Rows of all lanes together that are kept before they are written.
pub const ROWS_KEPT: usize = 1 << 20;
/// About the length of a row of one value.
const ROW: usize = 32;
/// A call of the kernel should be worth it.
pub const FEWEST_STEPS: usize = 256;

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
    /// Statistics of spikes, by reduction.
    pub statistics: Vec<Listening>,
    monitors: Vec<Monitoring<'a>>,
    /// Steps of each clock that count in this lane: all, or those before it diverged.
    ends: Vec<i64>,
    finished: bool,
}

/// A monitor at a lane.
#[derive(Debug)]
struct Monitoring<'a> {
    watching: Box<dyn Watching + 'a>,
    rows: Rows,
    /// Steps whose spikes it hears.
    hears: Span,
    /// The clock that its rows follow.
    clock: usize,
}

/// What hears the spikes of a population.
#[derive(Debug, Clone, Copy)]
enum Ear {
    /// A monitor, of these elements as its source.
    Source(usize, Range),
    /// A monitor, as its target.
    Target(usize, Range),
    /// A statistic, by its place among those of a lane.
    Statistic(usize),
}

/// What is known of all lanes.
#[derive(Debug, Clone, Copy)]
pub struct Watchers<'a> {
    /// The model.
    pub model: &'a Model,
    /// Its monitors.
    pub monitors: &'a [Watcher],
    /// Populations whose spikes the kernel tells.
    pub recorded: &'a [bool],
    /// What the kernel records.
    pub records: &'a [RecordProgram],
}

/// Where a record of the kernel's goes, and how long it is.
#[derive(Debug)]
struct Record {
    monitor: usize,
    part: usize,
    words: usize,
}

/// The lanes of a batch and what is watched of them.
#[derive(Debug)]
pub struct Drain<'a> {
    watchers: Watchers<'a>,
    shape: Shape,
    /// The clock of each population.
    clocks: Vec<usize>,
    /// What the kernel's records are.
    records: Vec<Record>,
    /// By population.
    ears: Vec<Vec<Ear>>,
    /// The lanes.
    pub lanes: Vec<Lane<'a>>,
    /// Monitors that rest.
    resting: Vec<bool>,
    kept: usize,
}

impl<'a> Drain<'a> {
    /// A batch without lanes yet; `synapses` are those of each object, then of each choice.
    pub fn new(watchers: Watchers<'a>, shape: &Shape, synapses: &[u64]) -> Drain<'a> {
        let mut ears: Vec<Vec<Ear>> = shape.sizes.iter().map(|_| Vec::new()).collect();
        for (m, watcher) in watchers.monitors.iter().enumerate() {
            ears[watcher.population].push(Ear::Source(m, shape.watched[m]));
            if let (Some(target), Some(range)) = (watcher.target, shape.compared[m]) {
                ears[target].push(Ear::Target(m, range));
            }
        }
        let model = watchers.model;
        let of_spikes = |r: &&kernels::model::Reduction| matches!(r.kind, ReductionKind::Spikes(_));
        for (k, reduction) in model.reductions.iter().filter(of_spikes).enumerate() {
            ears[model.number(reduction.source.of)].push(Ear::Statistic(k));
        }
        let clocks = model.populations().map(|p| model.clock(p)).collect();
        let record = |r: &RecordProgram| Record {
            monitor: r.monitor,
            part: r.part,
            words: shape.words(r, model, synapses) as usize,
        };
        let records = watchers.records.iter().map(record).collect();
        Drain {
            watchers,
            shape: shape.clone(),
            records,
            clocks,
            ears,
            lanes: Vec::new(),
            resting: vec![false; watchers.monitors.len()],
            kept: 0,
        }
    }

    /// Adds a lane: a point with the clock of its run.
    pub fn begin(&mut self, point: u64, clock: Clock<'_>) {
        let (shape, Watchers { model, monitors, recorded, .. }) = (&self.shape, self.watchers);
        let own = |k: usize| Clock { dt: shape.dt(k, clock.dt), steps: shape.ticks(k), ..clock };
        let watch = |(m, watcher): (usize, &'a Watcher)| {
            let (source, target) = (shape.watched[m], shape.compared[m]);
            let times = Times::of(shape, watcher.clock, clock.dt);
            let clock = own(watcher.clock);
            let (first, end) = shape.windows[m];
            let window = Span { first: first as i64, end: end as i64 };
            let all = Span { first: 0, end: i64::MAX };
            Monitoring {
                watching: watcher.kind.begin(&Watched { source, target, window, clock }),
                rows: Rows::new(point, times, watcher.time),
                hears: if watcher.kind.hears_all() { all } else { window },
                clock: watcher.clock,
            }
        };
        let trains = shape.sizes.iter().zip(recorded).map(|(n, yes)| {
            let mut trains = Trains::default();
            trains.reset(if *yes { *n as usize } else { 0 });
            trains
        });
        let reductions = model.reductions.iter().enumerate();
        self.lanes.push(Lane {
            point,
            extents: vec![Vec::new(); monitors.len()],
            hasher: PointHasher::new(monitors.len()),
            monitors: monitors.iter().enumerate().map(watch).collect(),
            statistics: reductions
                .filter_map(|(k, r)| listening(r, shape.reduced[k], model, &own(model.clock(r.source.of))))
                .collect(),
            trains: trains.collect(),
            ends: vec![i64::MAX; 1 + self.shape.clocks.len()],
            finished: false,
        });
    }

    /// A lane diverged: of each clock only so many steps count.
    pub fn cut(&mut self, lane: usize, ends: &[i64]) {
        self.lanes[lane].ends.iter_mut().zip(ends).for_each(|(end, new)| *end = (*end).min(*new));
    }

    /// Spikes: pairs of (step, population << 32 | element).
    pub fn events(&mut self, events: &[i64]) {
        for event in events.chunks_exact(2) {
            let (step, population, element) = (event[0], (event[1] >> 32) as usize, event[1] as u32 as u64);
            let size = self.shape.sizes[population];
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
        if i < self.shape.sizes[population] && !state.trains[population].is_unused() {
            state.trains[population].add(i as usize, step);
        }
        for ear in &self.ears[population] {
            match ear {
                Ear::Statistic(k) => state.statistics[*k].spike(i, step),
                Ear::Source(m, _) | Ear::Target(m, _) if self.resting[*m] => {}
                Ear::Source(m, range) if (range.start..range.stop).contains(&i) => {
                    let heard = |w: &mut dyn Watching, rows: &mut Rows| w.spike(step, i - range.start, rows);
                    self.kept += state.monitors[*m].hear(step, heard);
                }
                Ear::Target(m, range) if (range.start..range.stop).contains(&i) => {
                    let heard =
                        |w: &mut dyn Watching, rows: &mut Rows| w.target_spike(step, i - range.start, rows);
                    self.kept += state.monitors[*m].hear(step, heard);
                }
                Ear::Source(..) | Ear::Target(..) => {}
            }
        }
    }

    /// Records of monitors: step, lane << 32 | monitor, values.
    pub fn records(&mut self, words: &[f64]) {
        let mut at = 0;
        while at + 2 <= words.len() {
            let (step, tag) = (words[at].to_bits() as i64, words[at + 1].to_bits());
            let (lane, record) = ((tag >> 32) as usize, &self.records[tag as u32 as usize]);
            let state = &mut self.lanes[lane];
            let monitor = &mut state.monitors[record.monitor];
            let values = &words[at + 2..at + 2 + record.words];
            at += 2 + values.len();
            let awake = !self.resting[record.monitor];
            if awake && step < state.ends[monitor.clock] && monitor.hears.has(step) {
                self.kept += monitor.act(|w, rows| w.record(record.part, step, values, rows));
            }
        }
    }

    /// From these steps of the clocks on, just these monitors rest.
    pub fn rest(&mut self, resting: Vec<bool>, steps: &[i64]) {
        for (m, watcher) in self.watchers.monitors.iter().enumerate() {
            let step = steps[watcher.clock];
            for lane in &mut self.lanes {
                match (self.resting[m], resting[m]) {
                    (false, true) => lane.monitors[m].rows.hide(step),
                    (true, false) => lane.monitors[m].rows.show(step),
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
            for monitor in &mut state.monitors {
                let end = steps[monitor.clock].min(state.ends[monitor.clock]);
                self.kept += match state.finished {
                    true => monitor.act(|w, rows| w.finish(end, whole, rows)),
                    false => monitor.act(|w, rows| w.complete(end, rows)),
                };
            }
        }
    }

    /// What was heard and told so far goes into a checkpoint, or comes out of it; all rows are written by then.
    pub fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.resting)?;
        for lane in &mut self.lanes {
            keeper.value(&mut lane.ends)?;
            keeper.value(&mut lane.finished)?;
            keeper.value(&mut lane.trains)?;
            lane.statistics.iter_mut().try_for_each(|listening| listening.statistic.keep(keeper))?;
            for monitor in &mut lane.monitors {
                monitor.rows.keep(keeper)?;
                monitor.watching.keep(keeper)?;
            }
        }
        Ok(())
    }

    /// Whether so many rows are kept that they should be written.
    pub fn is_full(&self) -> bool {
        self.kept >= ROWS_KEPT
    }

    /// Steps that may go by before it is looked whether many rows are kept: some monitors have one for each.
    pub fn steps_at_most(&self) -> i64 {
        let rows = self.watchers.monitors.iter().map(|watcher| watcher.kind.rows_a_step()).sum::<usize>();
        match rows * self.lanes.len() {
            0 => i64::MAX,
            rows => (ROWS_KEPT / ROW / rows).max(FEWEST_STEPS) as i64,
        }
    }

    /// Writes all rows: one append a monitor, through `append(monitor, rows)`, which says where they lie.
    pub fn flush<E>(&mut self, mut append: impl FnMut(usize, &[u8]) -> Result<Extent, E>) -> Result<(), E> {
        for m in 0..self.watchers.monitors.len() {
            for lane in &mut self.lanes {
                lane.hasher.rows(m, lane.monitors[m].rows.bytes());
            }
            let mut place = match &self.lanes[..] {
                [one] => append(m, one.monitors[m].rows.bytes())?,
                lanes => append(
                    m,
                    &lanes.iter().map(|lane| lane.monitors[m].rows.bytes()).collect::<Vec<_>>().concat(),
                )?,
            };
            for lane in &mut self.lanes {
                let rows = &mut lane.monitors[m].rows;
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

impl Monitoring<'_> {
    /// Lets it do something; bytes of the rows that came of it.
    fn act(&mut self, act: impl FnOnce(&mut dyn Watching, &mut Rows)) -> usize {
        let before = self.rows.bytes().len();
        act(self.watching.as_mut(), &mut self.rows);
        self.rows.bytes().len() - before
    }

    /// As `act`, if it hears spikes of this step.
    fn hear(&mut self, step: i64, act: impl FnOnce(&mut dyn Watching, &mut Rows)) -> usize {
        if self.hears.has(step) { self.act(act) } else { 0 }
    }
}

//! How large things are for one set of parameter values: sizes, parts of groups, ticks, lists of spikes.

use crate::language::ast::Expr;
use crate::language::evaluate::{self, Value, Values};
use crate::model::{Model, MonitorKind, Population, Slice, SpikeGenerator};
use crate::program::recording::RecordProgram;
use crate::ticks::{Ticks, dt_of, ticks_before, window};
use crate::trains::{Spikes, Train};

/// Elements from `start` up to `stop` of a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// First.
    pub start: u64,
    /// One past the last.
    pub stop: u64,
}

impl Range {
    /// How many.
    pub fn len(self) -> u64 {
        self.stop - self.start
    }

    /// None at all.
    pub fn is_empty(self) -> bool {
        self.stop == self.start
    }
}

/// Sizes for one set of parameter values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Elements of each population.
    pub sizes: Vec<u64>,
    /// Source and target of each object of synapses; ends that are synapses are empty until these are counted.
    pub ends: Vec<(Range, Range)>,
    /// Target of each Poisson input.
    pub inputs: Vec<Range>,
    /// Elements each monitor watches.
    pub watched: Vec<Range>,
    /// Elements whose spikes a monitor compares with those: the target of a correlogram.
    pub compared: Vec<Option<Range>>,
    /// Elements each reduction runs over.
    pub reduced: Vec<Range>,
    /// Steps between rows of each monitor (1 unless a state monitor says otherwise).
    pub every: Vec<u64>,
    /// Steps from which on, and up to which, each monitor records.
    pub windows: Vec<(u64, u64)>,
    /// Elements each action is done for.
    pub acted: Vec<Range>,
    /// Steps between two times of each action.
    pub act_every: Vec<u64>,
    /// Elements that the code of phases is done for, phase by phase.
    pub coded: Vec<Range>,
    /// The list of each spike generator.
    pub trains: Vec<Train>,
    /// Steps of the run.
    pub steps: u64,
    /// Ticks of each clock besides that of the run.
    pub clocks: Vec<Ticks>,
}

impl Shape {
    /// How many neurons a record holds at most.
    pub fn recorded(&self, record: &RecordProgram, model: &Model) -> u64 {
        match (record.listed, record.whole) {
            (true, _) => layout_indices(model, record.monitor),
            (_, true) => self.sizes[record.population],
            _ => self.watched[record.monitor].len(),
        }
    }

    /// Words of one record; `synapses` are those of each object, then of each choice.
    pub fn words(&self, record: &RecordProgram, model: &Model, synapses: &[u64]) -> u64 {
        record.words(match record.synapses {
            Some(of) => of.count(synapses, synapses.len() - model.synapses.len()),
            None => self.recorded(record, model),
        })
    }

    /// The same with ends that are synapses as long as these are.
    pub fn with_synapses(&self, model: &Model, counts: &[u64]) -> Shape {
        let mut shape = self.clone();
        for ((source, target), object) in shape.ends.iter_mut().zip(&model.synapses) {
            for (end, slice) in [(source, &object.source), (target, &object.target)] {
                if let Population::Synapses(k) = slice.of {
                    *end = Range { start: 0, stop: counts[k] };
                }
            }
        }
        shape
    }

    /// Whether the same arena serves: only lists of spikes differ, if anything.
    pub fn fits(&self, other: &Shape) -> bool {
        let lists = |shape: &Shape| {
            shape.trains.iter().map(|t| matches!(t.spikes, Spikes::Own(_))).collect::<Vec<_>>()
        };
        lists(self) == lists(other)
            && Shape { trains: Vec::new(), ..self.clone() } == Shape { trains: Vec::new(), ..other.clone() }
    }

    /// Seconds of a step of a clock that has such; that of the run is `dt`.
    pub fn dt(&self, clock: usize, dt: f64) -> f64 {
        dt_of(&self.clocks, clock, dt)
    }

    /// Ticks of a clock before a time in seconds; `dt` is that of the run.
    pub fn ticks_before(&self, clock: usize, time: f64, dt: f64) -> u64 {
        ticks_before(&self.clocks, clock, time, dt)
    }

    /// Ticks of a clock within the run.
    pub fn ticks(&self, clock: usize) -> u64 {
        clock.checked_sub(1).map_or(self.steps, |k| self.clocks[k].steps())
    }

    /// Evaluates all sizes. `steps` and `dt` (s) are those of the run.
    pub fn of(model: &Model, values: &dyn Values, steps: u64, dt: f64) -> Option<Shape> {
        let sizes = model.populations().filter_map(|p| model.size(p)).map(|size| whole(size, values));
        let sizes =
            sizes.collect::<Option<Vec<_>>>()?.into_iter().map(|n| n.max(0) as u64).collect::<Vec<_>>();
        // Actions on synapses are done for all of them.
        let none = Range { start: 0, stop: 0 };
        let slice = |s: &Slice| match s.of {
            Population::Synapses(_) => Some(none),
            of => range(s, sizes[model.number(of)], values),
        };
        let ends = model.synapses.iter().map(|s| Some((slice(&s.source)?, slice(&s.target)?)));
        let clocks: Vec<Ticks> = model
            .clocks
            .iter()
            .map(|clock| Ticks::of(clock, values, steps as f64 * dt, dt))
            .collect::<Option<_>>()?;
        let steps_of = |every: Option<&Expr>, clock: usize| match every {
            Some(every) => Some(((real(every, values)? / dt_of(&clocks, clock, dt)).round() as u64).max(1)),
            None => Some(1),
        };
        let every = model.monitors.iter().map(|m| match &m.kind {
            MonitorKind::State { every, .. } | MonitorKind::Synapses { every, .. } => {
                steps_of(every.as_ref(), m.clock)
            }
            _ => Some(1),
        });
        let compared = |m: &crate::model::Monitor| match &m.kind {
            MonitorKind::Correlogram { target, .. } => Some(Some(slice(target)?)),
            _ => Some(None),
        };
        let rows = |data: usize| model.data[data].rows() as u64;
        let train = |g: &SpikeGenerator| Train::of(g, values, &rows, dt_of(&clocks, g.clock, dt));
        Some(Shape {
            trains: model.generators.iter().map(train).collect::<Option<_>>()?,
            ends: ends.collect::<Option<_>>()?,
            inputs: model.poisson_inputs.iter().map(|i| slice(&i.target)).collect::<Option<_>>()?,
            watched: model.monitors.iter().map(|m| slice(&m.source)).collect::<Option<_>>()?,
            compared: model.monitors.iter().map(compared).collect::<Option<_>>()?,
            reduced: model.reductions.iter().map(|r| slice(&r.source)).collect::<Option<_>>()?,
            every: every.collect::<Option<_>>()?,
            windows: model
                .monitors
                .iter()
                .map(|m| window(m, &clocks, (steps, dt), values))
                .collect::<Option<_>>()?,
            acted: model
                .actions
                .iter()
                .map(|a| a.slice().map_or(Some(none), slice))
                .collect::<Option<_>>()?,
            act_every: model
                .actions
                .iter()
                .map(|a| steps_of(a.every.as_ref(), a.clock))
                .collect::<Option<_>>()?,
            coded: crate::phases::codes(&model.phases)
                .filter_map(|code| code.slice())
                .map(slice)
                .collect::<Option<_>>()?,
            clocks,
            sizes,
            steps,
        })
    }
}

/// A real value; whole numbers count as real. `None` where it has none, which the check of a job refuses.
pub fn real(expr: &Expr, values: &dyn Values) -> Option<f64> {
    evaluate::scalar(expr, values).ok()?.real()
}

/// A whole value; a real one counts if it is whole within rounding (`0.8*n_neurons`). `None` where it is not whole,
/// which the check of a job refuses.
pub fn whole(expr: &Expr, values: &dyn Values) -> Option<i64> {
    let value = match evaluate::scalar(expr, values).ok()? {
        Value::Integer(value) => return Some(value),
        other => other.real()?,
    };
    let near = value.round();
    let is_whole = (near - value).abs() <= 1e-9 * value.abs().max(1.0) && near.abs() <= 2f64.powi(53);
    is_whole.then_some(near as i64)
}

/// Elements of a slice of a population of this size; `None` where there is none, which the check of a job refuses.
pub fn range(slice: &Slice, size: u64, values: &dyn Values) -> Option<Range> {
    let bound = |expr: &Option<Expr>, default: u64| -> Option<u64> {
        let Some(expr) = expr else { return Some(default) };
        let value = whole(expr, values)?;
        let value = if value < 0 { value + size as i64 } else { value };
        Some((value.max(0) as u64).min(size))
    };
    let (start, stop) = (bound(&slice.start, 0)?, bound(&slice.stop, size)?);
    (start < stop).then_some(Range { start, stop })
}

/// Length of the index list of a monitor.
pub(crate) fn layout_indices(model: &Model, monitor: usize) -> u64 {
    match &model.monitors[monitor].kind {
        MonitorKind::State { indices: Some(list), .. } => list.len() as u64,
        _ => 0,
    }
}

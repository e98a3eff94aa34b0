//! The points of the sweep: counted at once, computed one by one, never stored as a table.
//!
//! A block is a product of axes (the last one fastest) with the repeats innermost; blocks follow each other. Point
//! numbers are digits in a mixed radix, so that any point is found in a time that does not depend on their number.

pub mod axis;
mod bindings;
pub mod block;
pub mod dependent;
pub mod design;
pub mod phases;
pub mod projection;
pub mod select;

use std::collections::BTreeSet;
use std::sync::Arc;

use kernels::language::ast::{Binary, Expr, ExprKind, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::{Prepared, Value};

pub use bindings::{Bindings, Frame, Slot};
pub use block::{Block, Computed, Failed, Group, How, Member};
pub use phases::PhaseFormulas;
pub use projection::{Classes, Projection};

/// A column of swept values in `points.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// The parameter's name.
    pub name: String,
    /// Where its value is found in a [`Point`].
    pub source: ColumnSource,
}

/// Where a column's values are found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ColumnSource {
    /// In `Point::values`.
    Value {
        /// The index, also in `Model::parameters`.
        index: usize,
        /// Its dimension.
        dimension: Dimension,
        /// Its kind.
        kind: ValueKind,
    },
    /// In `Point::texts`.
    Text {
        /// The index.
        index: usize,
    },
}

/// The expressions of `[run]`.
#[derive(Debug, Clone)]
pub struct RunFormulas {
    /// Simulated time in seconds.
    pub duration: Expr,
    /// Time step in seconds.
    pub dt: Expr,
    /// Seed.
    pub seed: Expr,
    /// `[[phase]]`; the duration is the sum of theirs.
    pub phases: Vec<PhaseFormulas>,
}

/// The values of `[run]` at a point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RunValues {
    /// Simulated time in seconds.
    pub duration: f64,
    /// Time step in seconds.
    pub dt: f64,
    /// Number of steps.
    pub steps: u64,
    /// Seed.
    pub seed: u64,
}

/// One row of `points.csv`.
#[derive(Debug, Clone, Default)]
pub struct Point {
    /// Its number, from 0 without gaps.
    pub index: u64,
    /// Which repeat it is, from 0.
    pub repeat: u64,
    /// The number of its configuration: the same for all repeats.
    pub config: u64,
    /// Which of the job's models it runs.
    pub variant: usize,
    /// All scalar parameters, in the order of `Model::parameters`.
    pub values: Vec<f64>,
    /// All text parameters, in the order of `Points::texts`.
    pub texts: Vec<Arc<str>>,
    /// The values of `[run]`.
    pub run: RunValues,
    /// When phases end, in seconds from the beginning; empty where the job has none.
    pub ends: Vec<f64>,
}

/// All points of a job. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Points {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    frame: Frame,
    columns: Vec<ColumnDef>,
    blocks: Vec<Block>,
    /// First point and first configuration of each block, and the totals.
    starts: Vec<(u64, u64)>,
    run: RunFormulas,
    /// Duration, time step, seed.
    prepared: [Prepared; 3],
    /// Durations of phases.
    durations: Vec<Prepared>,
}

impl Points {
    /// Puts blocks together. `None` if there are more than `most` points.
    pub fn new(frame: Frame, mut blocks: Vec<Block>, run: RunFormulas, most: u64) -> Option<Points> {
        let mut starts = vec![(0_u64, 0_u64)];
        for block in &blocks {
            let (points, configs) = starts[starts.len() - 1];
            let more = block.configs().checked_mul(block.repeat)?;
            starts.push((points.checked_add(more).filter(|n| *n <= most)?, configs + block.configs()));
        }
        let columns = columns(&frame, &blocks);
        let prepared = [&run.duration, &run.dt, &run.seed].map(|expr| frame.prepare(expr));
        for block in &mut blocks {
            block.phases = phases::entries(&run.phases, &frame, block);
        }
        let durations = run.phases.iter().map(|p| frame.prepare(&p.duration)).collect();
        Some(Points { inner: Arc::new(Inner { frame, columns, blocks, starts, run, prepared, durations }) })
    }

    /// How many points there are.
    pub fn len(&self) -> u64 {
        self.inner.starts.last().map_or(0, |s| s.0)
    }

    /// Whether there are none (never, for a job that was accepted).
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many configurations there are.
    pub fn configs(&self) -> u64 {
        self.inner.starts.last().map_or(0, |s| s.1)
    }

    /// The columns of swept values, in the order of `[parameters]`, texts last.
    pub fn columns(&self) -> &[ColumnDef] {
        &self.inner.columns
    }

    /// Names of the text parameters.
    pub fn texts(&self) -> &[String] {
        &self.inner.frame.texts
    }

    /// What the names of parameters mean.
    pub fn frame(&self) -> &Frame {
        &self.inner.frame
    }

    /// Point number `index`; beyond the end, the last one.
    pub fn get(&self, index: u64) -> Point {
        let mut point = Point::default();
        let mut bindings = self.bindings();
        self.fill(index, &mut bindings, &mut point);
        point
    }

    /// All points in order.
    pub fn iter(&self) -> impl Iterator<Item = Point> + '_ {
        (0..self.len()).map(|k| self.get(k))
    }

    /// Room for the values of a point, for [`Points::fill`].
    pub fn bindings(&self) -> Bindings<'_> {
        Bindings::new(&self.inner.frame)
    }

    /// As [`Points::get`], into memory that is used again.
    pub fn fill<'a>(&'a self, index: u64, bindings: &mut Bindings<'a>, point: &mut Point) {
        // A failure was refused when the job was checked.
        let _ = self.attempt(index, bindings, point);
    }

    /// As [`Points::fill`]; gives the value that cannot be computed, if there is one.
    pub fn attempt<'a>(
        &'a self,
        index: u64,
        bindings: &mut Bindings<'a>,
        point: &mut Point,
    ) -> Option<Failed> {
        let index = index.min(self.len().saturating_sub(1));
        let (block, local, start) = self.locate(index);
        let block = &self.inner.blocks[block];
        let (config, repeat) = (local / block.repeat, local % block.repeat);
        let (variant, failed) = block.bind(config, bindings);
        point.variant = variant;
        point.index = index;
        point.repeat = repeat;
        point.config = start + config;
        point.values.clear();
        point.values.extend(bindings.numbers.iter().map(number));
        point.texts.clone_from(&bindings.texts);
        point.run = self.run(bindings);
        phases::ends(&self.inner.durations, bindings, &mut point.ends);
        failed
    }

    /// Changes the values of a point, where they are those of the phase before (or of none, before the first), to those of
    /// a phase.
    pub fn enter(&self, point: u64, phase: usize, bindings: &mut Bindings<'_>) {
        // A failure was refused when the job was checked.
        let _ = self.block_of(point).phases[phase].enter(bindings);
    }

    /// The same points with all phases shortened to this part of their durations.
    pub fn shortened(&self, part: f64) -> Points {
        let Inner { frame, blocks, run, .. } = &*self.inner;
        let mut run = run.clone();
        let times = |expr: &Expr| Expr {
            kind: ExprKind::Binary(
                Binary::Multiply,
                Box::new(expr.clone()),
                Box::new(Expr { kind: ExprKind::Real(part), span: expr.span }),
            ),
            span: expr.span,
        };
        run.duration = times(&run.duration);
        run.phases.iter_mut().for_each(|phase| phase.duration = times(&phase.duration));
        Points::new(frame.clone(), blocks.clone(), run, self.len())
            .expect("there are as many points as before")
    }

    /// The phases; none where the run is of one piece.
    pub fn phases(&self) -> &[PhaseFormulas] {
        &self.inner.run.phases
    }

    /// Block, point in the block, first configuration of the block.
    fn locate(&self, index: u64) -> (usize, u64, u64) {
        let index = index.min(self.len().saturating_sub(1));
        let starts = &self.inner.starts;
        let block = starts.partition_point(|s| s.0 <= index).saturating_sub(1);
        (block, index - starts[block].0, starts[block].1)
    }

    fn run(&self, bindings: &Bindings<'_>) -> RunValues {
        let [duration, dt, seed] =
            self.inner.prepared.each_ref().map(|p| p.value(&|slot| bindings.slot(slot)).ok());
        let real = |value: Option<Value>| value.map_or(f64::NAN, |v| number(&v));
        let (duration, dt) = (real(duration), real(dt));
        let seed = seed.and_then(|s| whole(&s)).and_then(|s| u64::try_from(s).ok()).unwrap_or(0);
        RunValues { duration, dt, steps: steps(duration, dt).unwrap_or(0), seed }
    }

    /// The expressions of `[run]`.
    pub fn run_formulas(&self) -> &RunFormulas {
        &self.inner.run
    }

    /// All blocks, each with its first point and its first configuration.
    pub fn blocks(&self) -> impl Iterator<Item = (&Block, u64, u64)> {
        self.inner
            .blocks
            .iter()
            .zip(&self.inner.starts)
            .map(|(block, (point, config))| (block, *point, *config))
    }

    /// The block of a point.
    pub fn block_of(&self, index: u64) -> &Block {
        &self.inner.blocks[self.locate(index).0]
    }
}

fn columns(frame: &Frame, blocks: &[Block]) -> Vec<ColumnDef> {
    let mut out = Vec::new();
    let varying: BTreeSet<Slot> = blocks.iter().flat_map(Block::varying).collect();
    for (index, (name, kind, dimension)) in frame.numbers.iter().enumerate() {
        let derived = || blocks.iter().any(|b| b.derived.iter().any(|(number, _)| *number == index));
        if varying.contains(&Slot::Number(index)) || differs(blocks, index) || derived() {
            let source = ColumnSource::Value { index, dimension: *dimension, kind: *kind };
            out.push(ColumnDef { name: name.clone(), source });
        }
    }
    for (index, name) in frame.texts.iter().enumerate() {
        if varying.contains(&Slot::Text(index)) {
            out.push(ColumnDef { name: name.clone(), source: ColumnSource::Text { index } });
        }
    }
    out
}

/// Whether a number that is the same within blocks differs between them.
fn differs(blocks: &[Block], number: usize) -> bool {
    blocks.first().is_some_and(|first| blocks.iter().any(|b| b.base(number) != first.base(number)))
}

/// A value as a kernel sees it.
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Real(x) => *x,
        Value::Integer(i) => *i as f64,
        Value::Boolean(b) => f64::from(u8::from(*b)),
        Value::Text(_) => f64::NAN,
    }
}

/// A value as an integer: an integer, or a real number as near to one as rounding errors go (1e-9, relative).
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(i) => Some(*i),
        Value::Real(x) => {
            let near = libm::round(*x);
            let close = libm::fabs(near - x) <= 1e-9 * libm::fabs(*x).max(1.0);
            (close && libm::fabs(near) < 9e18).then_some(near as i64)
        }
        _ => None,
    }
}

/// The number of steps of a run, by Brian's rule: rounded, unless that misses the end by more than 1e-4 steps.
pub fn steps(duration: f64, dt: f64) -> Option<u64> {
    let near = libm::round(duration / dt);
    let misses = libm::fabs(near * dt - duration) / dt > 1e-4;
    let steps = if misses { libm::ceil(duration / dt) } else { near };
    (0.0..9e15).contains(&steps).then_some(steps as u64)
}

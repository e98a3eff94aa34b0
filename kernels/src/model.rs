//! The checked model: what a job simulates, with every name resolved and every dimension checked, free of values.
//!
//! `jobs` builds it from the written job; `program` turns it into steps. Nothing here knows files or points.

mod actions;
pub mod connect;
mod expressions;
mod inputs;
mod recording;
mod synapses;

use crate::data::{Data, Lookup};
use crate::language::ast::{Equation, Expr, Span, Statement, ValueKind};
use crate::language::dimension::Dimension;
use crate::phases::Phase;
use crate::slots::{Slots, When};

pub use actions::Action;
pub use connect::{Connect, Generator, Given, Taken, Through};
pub use inputs::{PoissonInput, RowsOf, SpikeGenerator, SpikeList};
pub use recording::{
    Bins, Chosen, Monitor, MonitorKind, Recorded, Reduce, Reduction, ReductionKind, Smooth, SpikeStatistic,
};
pub use synapses::{Pathway, Side, Sum, Synapses};

/// Everything that is simulated for one point.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Scalar parameters, in the order of the columns of the points' parameter table. Kernels see every value as f64.
    pub parameters: Vec<Parameter>,
    /// Parameters that hold a value per neuron (inline, CSV, NPY); the same for all points.
    pub arrays: Vec<ArrayParameter>,
    /// Numbers that code looks up.
    pub data: Vec<Data>,
    /// What it calls to do so.
    pub lookups: Vec<Lookup>,
    /// `[schemes]`
    pub schemes: Vec<UserScheme>,
    /// `[neurons.*]`, in the order of the job file.
    pub groups: Vec<Group>,
    /// `[poisson.*]`
    pub poisson: Vec<PoissonGroup>,
    /// `[spike_generators.*]`
    pub generators: Vec<SpikeGenerator>,
    /// `[synapses.*]`
    pub synapses: Vec<Synapses>,
    /// `[poisson_inputs.*]`
    pub poisson_inputs: Vec<PoissonInput>,
    /// `[actions.*]`
    pub actions: Vec<Action>,
    /// `[record.*]`
    pub monitors: Vec<Monitor>,
    /// `[summary]`
    pub reductions: Vec<Reduction>,
    /// The slots of a step.
    pub slots: Slots,
    /// Values that are not finite are looked for at each step, also in all that changes of synapses.
    pub strict_nan: bool,
    /// Clocks besides that of the run; clock k + 1 is the k-th of them, clock 0 that of the run.
    pub clocks: Vec<Clock>,
    /// `[[phase]]`, in order; none: the run is of one piece.
    pub phases: Vec<Phase>,
}

/// When a clock ticks.
#[derive(Debug, Clone)]
pub enum Clock {
    /// At all multiples of a time: an expression of parameters.
    Every(Expr),
    /// At these times, increasing: expressions of parameters.
    At(Vec<Expr>),
}

/// A scalar parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name in the job file.
    pub name: String,
    /// Its dimension.
    pub dimension: Dimension,
    /// Boolean, integer or real.
    pub kind: ValueKind,
    /// Whether points differ in it: an axis, or derived from one.
    pub varies: bool,
}

/// A parameter that holds a list of values; element k belongs to neuron k of the group that uses it.
#[derive(Debug, Clone)]
pub struct ArrayParameter {
    /// Its name in the job file.
    pub name: String,
    /// Dimension of the elements.
    pub dimension: Dimension,
    /// SI values.
    pub values: Vec<f64>,
}

/// An integration scheme that the job defines.
#[derive(Debug, Clone)]
pub struct UserScheme {
    /// Its name, which `method` uses.
    pub name: String,
    /// Where its text stands.
    pub span: Span,
    /// Its lines, checked by `program::scheme_text`.
    pub lines: Vec<Statement>,
}

/// A group of neurons.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Number of neurons: an integer expression of parameters.
    pub size: Expr,
    /// Differential equations, subexpressions and per-neuron parameters, in the order written.
    pub equations: Vec<Equation>,
    /// The integration method, `None`: chosen by the rules of Brian (exact, else euler).
    pub method: Option<(String, Span)>,
    /// What a method with inner steps of adaptive length keeps to.
    pub tolerances: Tolerances,
    /// Spikes where this is true.
    pub threshold: Option<Expr>,
    /// Done for the neurons that spiked, after the synapses.
    pub reset: Vec<Statement>,
    /// How long a neuron cannot spike again.
    pub refractory: Option<Refractory>,
    /// Initial values, applied in order.
    pub initial: Vec<Block>,
    /// Spikes a neuron and second (Hz) that estimates of time and output reckon with: an expression of parameters. No
    /// result depends on it.
    pub expected_rate: Option<Expr>,
    /// Its clock: see `Model::clocks`.
    pub clock: usize,
    /// Its order within the slots.
    pub order: i64,
    /// Custom events.
    pub events: Vec<Event>,
    /// Variables of other groups under names of this one.
    pub links: Vec<Link>,
}

/// A variable that is read from another group, or from synapses (Brian's `linked_var`).
#[derive(Debug, Clone)]
pub struct Link {
    /// Its name in this group.
    pub variable: String,
    /// The other group, or an object of synapses.
    pub of: Population,
    /// The variable or subexpression there.
    pub source: String,
    /// Which of its elements are read. `None`: the only one of a group of one, else element `i` by element `i`. Of synapses
    /// always a formula or a list: how many there are is known once they are made.
    pub index: Option<Places>,
    /// Where it is written.
    pub span: Span,
}

/// Something that happens to a neuron besides spikes: when a condition is true, at every step at which it is.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// When it happens; refractoriness does not matter.
    pub condition: Expr,
    /// When in a step the condition is tested; `None`: slot after_thresholds, order of the group.
    pub when: Option<When>,
    /// Done for the neurons to which it happened.
    pub code: Vec<Statement>,
    /// When in a step that is done; `None`: slot after_resets, order of the group.
    pub code_when: Option<When>,
    /// Events a neuron and second (Hz) that estimates reckon with; no result depends on it.
    pub expected_rate: Option<Expr>,
}

/// Which element of another group each element reads.
#[derive(Debug, Clone)]
pub enum Places {
    /// An integer expression of parameters, `i` and `N`.
    Formula(Expr),
    /// One for each element.
    List(Vec<u32>, Span),
}

/// What a method with inner steps of adaptive length keeps to: expressions of parameters. What is not given has its
/// default.
#[derive(Debug, Clone, Default)]
pub struct Tolerances {
    /// Tolerated error of an inner step, by variable, in its SI unit.
    pub absolute: Vec<(String, Expr)>,
    /// Tolerated error as a part of a variable's size.
    pub relative: Option<Expr>,
    /// Inner steps that a neuron may try in a step.
    pub max_steps: Option<Expr>,
}

/// Refractoriness in its two kinds; a quantity, a per-neuron parameter and a changing expression are all `Time`.
#[derive(Debug, Clone)]
pub enum Refractory {
    /// An expression with dimension of time.
    Time(Expr),
    /// A condition: refractory until it is false.
    While(Expr),
}

/// Statements with an optional condition on the elements they apply to.
#[derive(Debug, Clone)]
pub struct Block {
    /// Elements for which this is false are left alone.
    pub condition: Option<Expr>,
    /// The statements.
    pub statements: Vec<Statement>,
}

/// Independent Poisson spike trains.
#[derive(Debug, Clone)]
pub struct PoissonGroup {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Number of trains.
    pub size: Expr,
    /// Rate in Hz: an expression of parameters, `i` and `t`.
    pub rate: Expr,
    /// Its clock: see `Model::clocks`.
    pub clock: usize,
    /// `None`: slot thresholds, order 0.
    pub when: Option<When>,
}

/// A group, or a contiguous part of it; of synapses always all.
#[derive(Debug, Clone)]
pub struct Slice {
    /// What it is a part of.
    pub of: Population,
    /// First element (integer expression of parameters); `None`: 0. Negative counts from the end.
    pub start: Option<Expr>,
    /// One past the last element; `None`: the size. Negative counts from the end; clipped to the size.
    pub stop: Option<Expr>,
    /// Where it is written.
    pub span: Span,
}

/// Whatever has elements that synapses can lie between: all but synapses can spike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Population {
    /// Index into `Model::groups`.
    Group(usize),
    /// Index into `Model::poisson`.
    Poisson(usize),
    /// Index into `Model::generators`.
    Generator(usize),
    /// A custom event: index into `Model::groups`, and into its events.
    Event(usize, usize),
    /// The synapses of an object: index into `Model::synapses`. How many there are is known once they are made.
    Synapses(usize),
}

impl Model {
    /// Whatever can spike, in the order of its numbers in a kernel.
    pub fn populations(&self) -> impl Iterator<Item = Population> {
        let groups = (0..self.groups.len()).map(Population::Group);
        let poisson = (0..self.poisson.len()).map(Population::Poisson);
        let of_group = |g: usize| (0..self.groups[g].events.len()).map(move |k| Population::Event(g, k));
        let generators = (0..self.generators.len()).map(Population::Generator);
        groups.chain(poisson).chain(generators).chain((0..self.groups.len()).flat_map(of_group))
    }

    /// The number of a population in a kernel.
    ///
    /// # Panics
    /// Where the model has no such population, and for synapses, which have no number: they do not spike.
    pub fn number(&self, of: Population) -> usize {
        self.populations().position(|p| p == of).expect("the population is one of the model's")
    }

    /// How many elements it has; `None` for synapses, which are counted when they are made.
    pub fn size(&self, of: Population) -> Option<&Expr> {
        match of {
            Population::Group(g) | Population::Event(g, _) => Some(&self.groups[g].size),
            Population::Poisson(p) => Some(&self.poisson[p].size),
            Population::Generator(g) => Some(&self.generators[g].size),
            Population::Synapses(_) => None,
        }
    }

    /// Its name; that of an event is `group.event`.
    pub fn name(&self, of: Population) -> String {
        match of {
            Population::Group(g) => self.groups[g].name.clone(),
            Population::Poisson(p) => self.poisson[p].name.clone(),
            Population::Generator(g) => self.generators[g].name.clone(),
            Population::Event(g, k) => format!("{}.{}", self.groups[g].name, self.groups[g].events[k].name),
            Population::Synapses(k) => self.synapses[k].name.clone(),
        }
    }

    /// Its clock; of synapses that of their equations.
    pub fn clock(&self, of: Population) -> usize {
        match of {
            Population::Group(g) | Population::Event(g, _) => self.groups[g].clock,
            Population::Poisson(p) => self.poisson[p].clock,
            Population::Generator(g) => self.generators[g].clock,
            Population::Synapses(k) => self.synapses[k].clock,
        }
    }
}

//! Seconds of work from its amounts. The figures are those of one core of the machine they were measured on (see
//! `docs/design/estimates.md`), and are scaled by how fast this one does a known piece of work.

use std::collections::HashSet;

use kernels::language::ast::{Binary, Expr, ExprKind};
use kernels::program::StepProgram;
use kernels::program::adaptive::Adaptive;
use kernels::program::algebra;
use kernels::program::group::GroupProgram;
use kernels::program::lines::Line;
use kernels::program::names::Names;
use kernels::program::synapses::SynapsesProgram;

/// Doubles in a vector.
const VECTOR: u64 = 4;
/// How much longer an element takes that is left over, alone.
const ALONE: f64 = 6.0;

/// Evaluations of rates in a step of one inner step of adaptive length.
const STAGES: f64 = 7.0;
/// Operations of such a method for each variable and stage.
const RUNGE_KUTTA: f64 = 20.0;

/// Nanoseconds in a loop whose elements are computed side by side.
mod element {
    pub const OPERATION: f64 = 0.05;
    pub const DIVISION: f64 = 0.35;
    pub const FUNCTION: f64 = 0.9;
    pub const POWER: f64 = 3.5;
    pub const DRAW: f64 = 12.0;
    /// A normal number for a noise in equations.
    pub const NOISE: f64 = 3.0;
    pub const NAME: f64 = 0.02;
}

/// Nanoseconds of other things.
mod other {
    /// A loop over a population in a step, however short.
    pub const LOOP: f64 = 14.0;
    /// A spike of a population: found, reset, counted.
    pub const SPIKE: f64 = 25.0;
    /// A synapse that a spike reaches.
    pub const EVENT: f64 = 1.0;
    pub const EVENT_OPERATION: f64 = 0.8;
    pub const EVENT_FUNCTION: f64 = 8.0;
    /// Uniform and normal numbers; counts, which need several.
    pub const EVENT_DRAW: f64 = 12.0;
    pub const EVENT_POISSON: f64 = 45.0;
    /// A synapse in a sum, found by a list; and where rows may have all targets.
    pub const SUMMED: f64 = 0.8;
    pub const SUMMED_ROW: f64 = 0.2;
    /// A step of a pathway with delays of its own for each synapse: each delay that occurs is looked up in the ring,
    /// here some fifty.
    pub const DELAYS: f64 = 250.0;
    /// A train of a Poisson group in a step, whose next spike is known.
    pub const WAITING: f64 = 0.25;
    /// A train whose spike is drawn in each step.
    pub const TRAIN: f64 = 6.0;
    /// A neuron that receives a Poisson input, in a step: a binomial number.
    pub const INPUT: f64 = 35.0;
    /// As [`INPUT`], where each neuron has a rate of its own.
    pub const INPUT_LAW: f64 = 95.0;
    /// A pair that is tried.
    pub const PAIR: f64 = 6.0;
    pub const PAIR_OPERATION: f64 = 1.5;
    pub const PAIR_FUNCTION: f64 = 10.0;
    /// A synapse that is made, sorted and indexed.
    pub const SYNAPSE: f64 = 25.0;
    /// A byte of a table: printed, hashed, written, merged.
    pub const BYTE: f64 = 4.0;
    /// A step of a rate, for each step of its window.
    pub const WINDOW: f64 = 0.8;
    /// Two steps with spikes that a correlogram pairs.
    pub const LAG: f64 = 4.0;
    /// A point: values, arena, summary, commit, rows of points and summary.
    pub const POINT: f64 = 4_000.0;
    /// The arena of a point.
    pub const ARENA_BYTE: f64 = 0.15;
    /// Processes started and ended, journals and tables opened and synced.
    pub const RUN: f64 = 12e6;
    /// A kernel that is made as source, found in the cache, compared and opened.
    pub const KERNEL: f64 = 1.8e6;
}

pub use other::{
    ARENA_BYTE, BYTE, DELAYS, INPUT, INPUT_LAW, KERNEL, LAG, LOOP, PAIR, POINT, RUN, SPIKE, SYNAPSE, TRAIN,
    WAITING, WINDOW,
};

/// What is in some lines.
#[derive(Debug, Default)]
struct Counted<'a> {
    /// Of a loop over elements: calls that are the same for all of them are made once a step.
    known: Option<&'a Names>,
    operations: f64,
    divisions: f64,
    functions: f64,
    powers: f64,
    draws: f64,
    poisson: f64,
    names: HashSet<String>,
}

impl Counted<'_> {
    fn line(&mut self, line: &Line) {
        match line {
            Line::Let { value, .. } | Line::Declare { value, .. } => self.expr(value),
            Line::Assign { value, .. } => {
                self.operations += 1.0;
                self.expr(value);
            }
            Line::If { condition, lines } => {
                self.expr(condition);
                lines.iter().for_each(|line| self.line(line));
            }
            Line::Propagator { matrix, .. } => {
                // Some twenty products of matrices.
                let n = (matrix.len() as f64).sqrt();
                self.operations += 40.0 * n * n * n;
            }
            Line::Adaptive(adaptive) => self.adaptive(adaptive),
        }
        kernels::program::names_of_line(line, &mut self.names);
    }

    /// Inner steps: one a step is reckoned with.
    fn adaptive(&mut self, adaptive: &Adaptive) {
        let mut stage = Counted { known: self.known, ..Counted::default() };
        adaptive.lines.iter().for_each(|line| stage.line(line));
        adaptive.rates.iter().for_each(|rate| stage.expr(rate));
        stage.operations += RUNGE_KUTTA * adaptive.rates.len() as f64;
        self.operations += STAGES * stage.operations;
        self.divisions += STAGES * stage.divisions;
        self.functions += STAGES * stage.functions;
        self.powers += STAGES * stage.powers;
    }

    fn expr(&mut self, expr: &Expr) {
        algebra::visit(expr, &mut |part| match &part.kind {
            ExprKind::Call(..) if self.known.is_some_and(|known| !known.depends(part).element) => {}
            ExprKind::Call(function, _) => self.call(function),
            ExprKind::Binary(Binary::Divide, ..) => self.divisions += 1.0,
            ExprKind::Binary(Binary::Power | Binary::Modulo | Binary::FloorDivide, ..) => self.powers += 1.0,
            ExprKind::Binary(..) | ExprKind::Unary(..) => self.operations += 1.0,
            _ => {}
        });
    }

    fn call(&mut self, function: &str) {
        match function.trim_start_matches("ss_") {
            "?:" | "(double)" | "min" | "max" | "clip" | "abs" | "sign" | "int" | "whole" | "floor"
            | "ceil" | "square" | "cube" => self.operations += 1.0,
            "whole_power" | "timestep" | "refractory_steps" => self.operations += 3.0,
            "poisson" | "binomial" | "gamma" => self.poisson += 1.0,
            "uniform" | "normal" | "rand" | "randn" | "uniform_between" | "exponential" => self.draws += 1.0,
            "sqrt" => self.divisions += 1.0,
            "sinh" | "cosh" | "tanh" => self.functions += 2.5,
            "table_even" => self.functions += 3.5,
            "table_sorted" => self.functions += 12.0,
            _ => self.functions += 1.0,
        }
    }

    fn element(&self) -> f64 {
        self.operations * element::OPERATION
            + self.divisions * element::DIVISION
            + self.functions * element::FUNCTION
            + self.powers * element::POWER
            + self.names.len() as f64 * element::NAME
    }
}

/// What a program costs, piece by piece, in nanoseconds.
#[derive(Debug)]
pub struct Costs {
    /// For each group: an element of its loop, of which draws.
    groups: Vec<(f64, f64)>,
    /// For each object of synapses: an event of each pathway, and a pair that is tried.
    pub synapses: Vec<(Vec<f64>, f64)>,
    /// For each of them: what a synapse takes in a step, besides events, by the clocks of its state and of its sums.
    pub at_steps: Vec<Vec<(usize, f64)>>,
    /// For each reduction: an element.
    reductions: Vec<(usize, f64)>,
}

impl Costs {
    /// Reads them off a program.
    pub fn of(program: &StepProgram) -> Costs {
        let reductions = program.reductions.iter().map(|r| {
            let mut counted = Counted::default();
            counted.expr(&r.value);
            (r.population, counted.element() + 2.0 * element::OPERATION)
        });
        Costs {
            groups: program.groups.iter().map(group).collect(),
            synapses: program.synapses.iter().map(synapses).collect(),
            at_steps: program.synapses.iter().map(at_steps).collect(),
            reductions: reductions.collect(),
        }
    }

    /// A step of a population's loops over so many elements.
    pub fn step(&self, population: usize, elements: u64) -> f64 {
        let Some((element, draws)) = self.groups.get(population) else { return 0.0 };
        let alone = elements % VECTOR;
        let slots = (elements - alone) as f64 + ALONE * alone as f64;
        let reduced: f64 = self.reductions.iter().filter(|r| r.0 == population).map(|r| r.1).sum();
        other::LOOP + slots * element + elements as f64 * (draws + reduced)
    }
}

fn group(group: &GroupProgram) -> (f64, f64) {
    let mut counted = Counted { known: Some(&group.loop_names), ..Counted::default() };
    group.update.iter().for_each(|line| counted.line(line));
    group.crossed.iter().for_each(|expr| counted.expr(expr));
    let noise = group.noise.len() as f64 * element::NOISE;
    (counted.element(), counted.draws * element::DRAW + counted.poisson * other::EVENT_POISSON + noise)
}

fn at_steps(synapses: &SynapsesProgram) -> Vec<(usize, f64)> {
    let state = synapses.state.iter().map(|state| {
        let (element, draws) = group(state);
        (state.clock, element + draws)
    });
    let sums = synapses.sums.iter().map(|sum| {
        let mut counted = Counted { known: Some(&sum.names), ..Counted::default() };
        counted.line(&sum.adds);
        (sum.clock, if sum.dense { other::SUMMED_ROW } else { other::SUMMED } + counted.element())
    });
    state.chain(sums).collect()
}

fn synapses(synapses: &SynapsesProgram) -> (Vec<f64>, f64) {
    let pathway = |lines: &[Line]| {
        let mut counted = Counted::default();
        lines.iter().for_each(|line| counted.line(line));
        let operations = counted.operations + counted.divisions;
        let drawn = counted.draws * other::EVENT_DRAW + counted.poisson * other::EVENT_POISSON;
        let functions = counted.functions + counted.powers;
        other::EVENT + other::EVENT_OPERATION * operations + other::EVENT_FUNCTION * functions + drawn
    };
    let mut tried = Counted::default();
    for rule in &synapses.rules {
        if let kernels::program::rules::Rule::Pairs { condition, p, .. } = rule {
            condition.iter().chain(p.iter().map(|(p, _)| p)).for_each(|expr| tried.expr(expr));
        }
    }
    let functions = tried.functions + tried.powers + tried.divisions;
    let pair = other::PAIR_OPERATION * tried.operations + other::PAIR_FUNCTION * functions;
    (synapses.pathways.iter().map(|p| pathway(&p.lines)).collect(), pair)
}

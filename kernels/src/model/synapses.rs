//! Objects of synapses in the checked model: which pairs, what each synapse holds, and pathways: what spikes do to it.

use crate::language::ast::{Equation, EquationKind, Expr, Flag, Span, Statement, ValueKind};
use crate::slots::When;

use super::{Block, Connect, Model, Population, Slice, Tolerances};

/// Synapses between two slices; these can be of synapses that stand before them in the model.
#[derive(Debug, Clone)]
pub struct Synapses {
    /// The object's name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Where spikes come from.
    pub source: Slice,
    /// Where their effect goes.
    pub target: Slice,
    /// Differential equations, per-synapse parameters and subexpressions.
    pub equations: Vec<Equation>,
    /// How equations that the clock solves are integrated; `None`: chosen as for groups.
    pub method: Option<(String, Span)>,
    /// What a method with inner steps of adaptive length keeps to.
    pub tolerances: Tolerances,
    /// The clock of its equations: see `Model::clocks`. Sums are on that of what they are summed for, pathways on that of who
    /// sends.
    pub clock: usize,
    /// Variables of neurons at either side that are sums over the synapses.
    pub sums: Vec<Sum>,
    /// What spikes of either side do, in the order of the job file: `on_pre`, `on_post`, then named ones.
    pub pathways: Vec<Pathway>,
    /// How pairs are chosen, in order.
    pub connect: Vec<Connect>,
    /// The variable among `equations` that numbers parallel synapses of a pair, over all rules.
    pub multisynaptic: Option<String>,
    /// Initial values of per-synapse variables, in order.
    pub initial: Vec<Block>,
}

/// A variable of neurons that is, at each step, the sum of an expression over synapses.
#[derive(Debug, Clone)]
pub struct Sum {
    /// The variable.
    pub variable: String,
    /// At which side its neurons are.
    pub side: Side,
    /// Where it is written.
    pub span: Span,
    /// Integer or real.
    pub kind: ValueKind,
    /// What each synapse adds.
    pub value: Expr,
}

/// A side of synapses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// That of the source.
    Pre,
    /// That of the target.
    Post,
}

/// What spikes (or events) of one side do at each synapse.
#[derive(Debug, Clone)]
pub struct Pathway {
    /// `pre` for `on_pre`, `post` for `on_post`, else the user's name.
    pub name: String,
    /// Where the code, or the name, stands.
    pub span: Span,
    /// Whose spikes it waits for.
    pub side: Side,
    /// The population that sends: that of the side, or an event of it.
    pub sender: Population,
    /// What is done at each synapse.
    pub code: Vec<Statement>,
    /// From spike to code, an expression of parameters, i, j, synaptic variables, `rand()`; zero when absent.
    pub delay: Option<Expr>,
    /// When in a step; `None`: slot synapses, with order -1 before and 1 behind the synapse, as Brian's.
    pub when: Option<When>,
}

impl Synapses {
    /// The neurons at one side.
    pub fn end(&self, side: Side) -> &Slice {
        match side {
            Side::Pre => &self.source,
            Side::Post => &self.target,
        }
    }

    /// Objects of synapses that it lies between.
    pub fn between(&self) -> impl Iterator<Item = usize> {
        [&self.source, &self.target].into_iter().filter_map(|slice| match slice.of {
            Population::Synapses(k) => Some(k),
            _ => None,
        })
    }

    /// Whether a variable is kept in single precision.
    pub fn is_single(&self, variable: &str) -> bool {
        self.equations.iter().any(|e| e.name == variable && e.has(Flag::Single))
    }

    /// Code of all pathways.
    pub fn code(&self) -> impl Iterator<Item = &Statement> {
        self.pathways.iter().flat_map(|pathway| &pathway.code)
    }

    /// What equations and sums read.
    pub fn at_steps(&self) -> impl Iterator<Item = &Expr> {
        let rates = self.equations.iter().filter_map(|e| match &e.kind {
            EquationKind::Differential(value) | EquationKind::Subexpression(value) => Some(value),
            EquationKind::Parameter => None,
        });
        rates.chain(self.sums.iter().map(|sum| &sum.value))
    }
}

impl Pathway {
    /// How users call it: `on_pre`, `on_post`, or by name.
    pub fn called(&self) -> String {
        match self.name.as_str() {
            "pre" => "on_pre".into(),
            "post" => "on_post".into(),
            name => name.into(),
        }
    }

    /// What its delay is called where it can be read, and in streams of random numbers.
    pub fn delay_name(&self) -> String {
        match self.name.as_str() {
            "pre" => "delay".into(),
            name => format!("delay_{name}"),
        }
    }
}

impl Side {
    /// The order in the slot synapses of what waits for this side, unless it is said otherwise.
    pub fn usual_order(self) -> i64 {
        match self {
            Side::Pre => -1,
            Side::Post => 1,
        }
    }

    /// What names of its variables end in.
    pub fn suffix(self) -> &'static str {
        match self {
            Side::Pre => "_pre",
            Side::Post => "_post",
        }
    }
}

impl Model {
    /// Objects of synapses in the order in which they can be made: those between neurons, those that reach such synapses,
    /// and so on.
    pub fn tiers(&self) -> Vec<Vec<usize>> {
        let (mut tiers, mut of) = (Vec::<Vec<usize>>::new(), Vec::<usize>::new());
        for (k, object) in self.synapses.iter().enumerate() {
            let tier = object.between().map(|other| of[other] + 1).max().unwrap_or(0);
            of.push(tier);
            if tiers.len() == tier {
                tiers.push(Vec::new());
            }
            tiers[tier].push(k);
        }
        tiers
    }

    /// Objects that a population is an end of, with its side.
    pub fn reached_by(&self, of: Population) -> impl Iterator<Item = (usize, &Synapses, Side)> {
        self.synapses.iter().enumerate().flat_map(move |(k, object)| {
            let sides = [Side::Pre, Side::Post].into_iter();
            sides.filter(move |side| object.end(*side).of == of).map(move |side| (k, object, side))
        })
    }

    /// The number of a pathway of an object among those of all objects.
    pub fn pathway(&self, object: usize, pathway: usize) -> usize {
        self.synapses[..object].iter().map(|s| s.pathways.len()).sum::<usize>() + pathway
    }
}

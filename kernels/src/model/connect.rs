//! How synapses are made: the rules of `connect`, checked.

use std::sync::Arc;

use crate::language::ast::{Expr, Span};

/// One rule that makes synapses. All rules of an object make them row by row (source outer), within a row in the order of
/// the rules.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)]
pub enum Connect {
    /// Each pair for which `condition` holds (all when absent), with probability `p` (1 when absent), `n` times (1 when absent).
    /// Names: parameters, `i`, `j`, `N_pre`, `N_post`, variables with `_pre` and `_post`.
    Rule {
        /// Which pairs.
        condition: Option<Expr>,
        /// With which probability.
        p: Option<Expr>,
        /// How many synapses each.
        n: Option<Expr>,
    },
    /// What a generator gives for each neuron of one side.
    Generator(Box<Generator>),
    /// These pairs, in this order.
    Pairs {
        /// Sources, counted in the slice.
        i: Vec<u32>,
        /// Targets, likewise.
        j: Vec<u32>,
        /// Values of synaptic variables that are given with them.
        given: Vec<Given>,
        /// They are rows of a file.
        rows: bool,
        /// Where they are written.
        span: Span,
    },
}

/// Values of a synaptic variable, one for each pair of a list.
#[derive(Debug, Clone)]
pub struct Given {
    /// The variable.
    pub variable: String,
    /// SI values; integers and conditions as numbers.
    pub values: Arc<Vec<f64>>,
}

impl Connect {
    /// Whether targets are gone through, so that synapses come column by column.
    pub fn by_columns(&self) -> bool {
        matches!(self, Connect::Generator(generator) if generator.through == Through::Targets)
    }

    /// All expressions.
    pub fn expressions(&self) -> Vec<&Expr> {
        match self {
            Connect::Rule { condition, p, n } => [condition, p, n].into_iter().flatten().collect(),
            Connect::Generator(generator) => generator.expressions(),
            Connect::Pairs { .. } => Vec::new(),
        }
    }

    /// All expressions, to be changed.
    pub fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Connect::Rule { condition, p, n } => [condition, p, n].into_iter().flatten().collect(),
            Connect::Generator(generator) => generator.expressions_mut(),
            Connect::Pairs { i: _, j: _, given: _, rows: _, span: _ } => Vec::new(),
        }
    }
}

/// The side whose neurons are gone through; indices of the other side are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// `j = "..."`: for each source its targets.
    Sources,
    /// `i = "..."`: for each target its sources.
    Targets,
}

/// A generator of indices. Names: those of a rule, and the variable of the iteration.
#[derive(Debug, Clone)]
pub struct Generator {
    /// Whose neurons are gone through.
    pub through: Through,
    /// The index of the other side; `None`: the value of the iteration itself.
    pub element: Option<Expr>,
    /// The name of the iteration's variable; `None`: nothing names it.
    pub variable: Option<String>,
    /// The values it goes through.
    pub values: Values,
    /// Which of them can be taken: what does not fulfil this is no candidate, and not counted.
    pub among: Option<Expr>,
    /// Which of them are taken.
    pub taken: Taken,
    /// Which results count.
    pub condition: Option<Expr>,
    /// How many synapses each.
    pub n: Option<Expr>,
    /// Indices out of range, and samples of more than there are, are left out rather than refused.
    pub skip_if_invalid: bool,
    /// As it is written, for messages.
    pub text: String,
    /// Where it is written.
    pub span: Span,
}

/// Whole numbers from `low` to before `high`.
#[derive(Debug, Clone)]
pub struct Values {
    /// First; 0 when absent.
    pub low: Option<Expr>,
    /// Before which it ends; `None`: one value.
    pub high: Option<Expr>,
    /// From one to the next; 1 when absent.
    pub step: Option<Expr>,
}

/// Which values of an iteration are taken, always in their order.
#[derive(Debug, Clone)]
pub enum Taken {
    /// All.
    All,
    /// Each with this probability.
    Each(Expr),
    /// So many, drawn without repetition.
    Some(Expr),
    /// So many, drawn with repetition.
    Repeated(Expr),
}

impl Generator {
    fn expressions(&self) -> Vec<&Expr> {
        let Values { low, high, step } = &self.values;
        let taken = match &self.taken {
            Taken::All => None,
            Taken::Each(e) | Taken::Some(e) | Taken::Repeated(e) => Some(e),
        };
        let rest = [&self.element, low, high, step, &self.among, &self.condition, &self.n];
        rest.into_iter().flatten().chain(taken).collect()
    }

    fn expressions_mut(&mut self) -> Vec<&mut Expr> {
        let Generator { through: _, element, variable: _, values, among, taken, condition, n, .. } = self;
        let Values { low, high, step } = values;
        let taken = match taken {
            Taken::All => None,
            Taken::Each(e) | Taken::Some(e) | Taken::Repeated(e) => Some(e),
        };
        [element, low, high, step, among, condition, n].into_iter().flatten().chain(taken).collect()
    }
}

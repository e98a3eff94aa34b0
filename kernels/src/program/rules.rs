//! The rules that make synapses, as a program.

use crate::language::ast::Expr;
use crate::model::{Connect, Generator, Given, Taken, Through};

use super::algebra::{mentions, names as names_in};
use super::draws::Index;
use super::fields::{Element, Extent, Field};
use super::names::{Known, Names, part};
use super::printing::as_real;
use super::synapses::SynapsesBuilder;

/// One rule that makes pairs.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant)]
pub enum Rule {
    /// Pairs by condition and probability; all expressions over identifiers with `i` and `j`.
    Pairs {
        /// Which pairs may be connected.
        condition: Option<Expr>,
        /// Probability, and the identifier of the key of its draws.
        p: Option<(Expr, String)>,
        /// The probability is the same along a row, so that misses are skipped.
        skips: bool,
        /// Synapses a pair.
        n: Option<Expr>,
    },
    /// What a generator gives.
    Generated(Box<Generated>),
    /// Pairs given one by one, sorted by source.
    Listed {
        /// Index of the rule in the object.
        rule: usize,
        /// How many pairs.
        count: usize,
        /// Variables whose values are given, and the arrays that hold these.
        given: Vec<(String, String)>,
    },
}

impl Rule {
    /// The targets of a row do not fall from one synapse to the next.
    pub fn rises(&self) -> bool {
        match self {
            Rule::Pairs { .. } => true,
            Rule::Generated(generated) => {
                generated.through == Through::Targets || generated.element.is_none()
            }
            Rule::Listed { .. } => false,
        }
    }

    /// Targets are gone through, so that synapses come column by column.
    pub fn by_columns(&self) -> bool {
        matches!(self, Rule::Generated(generated) if generated.through == Through::Targets)
    }
}

/// A generator over identifiers: numbers are real expressions, which must be whole when they are computed.
#[derive(Debug, Clone)]
pub struct Generated {
    /// Whose neurons are gone through.
    pub through: Through,
    /// First value.
    pub low: Option<Expr>,
    /// The value before which it ends; `None`: one value.
    pub high: Option<Expr>,
    /// From one value to the next.
    pub step: Option<Expr>,
    /// Which values are candidates; over the index that is made.
    pub among: Option<Expr>,
    /// Candidates are all values but the neuron's own number.
    pub others: bool,
    /// Which candidates are taken, and the identifier of the key of their draws.
    pub taken: Taken,
    /// That key; empty where nothing is drawn.
    pub key: String,
    /// The index that is made; `None`: the value itself.
    pub element: Option<Expr>,
    /// Which results count.
    pub condition: Option<Expr>,
    /// The condition reads variables of the neuron that the index is of, so that it must exist.
    pub looks: bool,
    /// Synapses a pair.
    pub n: Option<Expr>,
    /// What does not exist is left out.
    pub skip_if_invalid: bool,
}

/// What the value of an iteration and its number are called in C.
pub const VALUE: &str = "(int32_t)value";

impl SynapsesBuilder<'_> {
    pub(super) fn rules(&mut self, names: &Names) -> Vec<Rule> {
        let object = self.object().clone();
        let mut rules = Vec::new();
        for (number, connect) in object.connect.iter().enumerate() {
            rules.push(match connect {
                Connect::Pairs { i, given, .. } => self.listed(number, i.len(), given),
                Connect::Generator(generator) => Rule::Generated(Box::new(self.generated(generator, names))),
                Connect::Rule { condition, p, n } => {
                    let index = index(&object.name, "connect", "j", "i");
                    let mut bind = |e: &Expr| self.sites.bind(&names.resolve(e), &index);
                    let condition = condition.as_ref().map(&mut bind);
                    let n = n.as_ref().map(&mut bind);
                    let skips = p.as_ref().is_some_and(|p| !varies_along_row(p));
                    let p = p.as_ref().map(|p| {
                        let drawn = Index { text: "p", ..index.clone() };
                        let value = self.sites.bind(&as_real(&names.resolve(p), names), &index);
                        (value, self.sites.add(&drawn))
                    });
                    Rule::Pairs { condition, p, skips, n }
                }
            });
        }
        rules
    }

    fn listed(&mut self, number: usize, count: usize, given: &[Given]) -> Rule {
        let object = part(&self.object().name);
        let (extent, structural) = (Extent::Pairs(self.number, number), Some(self.number));
        let mut add = |ident: String, element| {
            self.fields.add(Field { ident, element, extent, zeroed: false, structural });
        };
        ["i", "j"].into_iter().for_each(|side| add(format!("pairs_{object}_{number}_{side}"), Element::I32));
        let arrays: Vec<(String, String)> =
            given.iter().map(|g| (g.variable.clone(), given_array(&object, number, &g.variable))).collect();
        arrays.iter().for_each(|(_, ident)| add(ident.clone(), Element::F64));
        Rule::Listed { rule: number, count, given: arrays }
    }

    fn generated(&mut self, generator: &Generator, outside: &Names) -> Generated {
        let object = self.object().name.clone();
        let neuron = if generator.through == Through::Sources { "i" } else { "j" };
        let made = if generator.through == Through::Sources { "j" } else { "i" };
        let mut names = outside.clone();
        if let Some(variable) = &generator.variable {
            names.bind(variable, VALUE, Known::changing(crate::language::ast::ValueKind::Integer));
        }
        let mut number = |e: &Expr, step: &str, text: &str| {
            let drawn = index(&object, text, step, neuron);
            self.sites.bind(&as_real(&names.resolve(e), &names), &drawn)
        };
        let [low, high, step] = [&generator.values.low, &generator.values.high, &generator.values.step]
            .map(|bound| bound.as_ref().map(|e| number(e, "0", "range")));
        let taken = match &generator.taken {
            Taken::All => Taken::All,
            Taken::Each(p) => Taken::Each(number(p, "0", "range")),
            Taken::Some(size) => Taken::Some(number(size, "0", "range")),
            Taken::Repeated(size) => Taken::Repeated(number(size, "0", "range")),
        };
        let element = generator.element.as_ref().map(|e| number(e, "at", "connect"));
        let n = generator.n.as_ref().map(|e| number(e, "at", "connect"));
        let others = generator.among.as_ref().is_some_and(is_not_self);
        let among = generator.among.as_ref().filter(|_| !others);
        let mut bind = |e: &Expr, step: &str| {
            self.sites.bind(&names.resolve(e), &index(&object, "connect", step, neuron))
        };
        let among = among.map(|e| bind(e, made));
        let condition = generator.condition.as_ref().map(|e| bind(e, "at"));
        let suffix = if made == "j" { "_post" } else { "_pre" };
        let looks = generator.condition.as_ref().is_some_and(|e| reads(e, suffix));
        let key = match generator.taken {
            Taken::All => String::new(),
            _ => self.sites.add(&index(&object, "sample", "draw", neuron)),
        };
        Generated {
            through: generator.through,
            low,
            high,
            step,
            among,
            others,
            taken,
            key,
            element,
            condition,
            looks,
            n,
            skip_if_invalid: generator.skip_if_invalid,
        }
    }
}

/// The array that holds the values of a variable that are given with the pairs of a rule.
pub fn given_array(object: &str, rule: usize, variable: &str) -> String {
    format!("given_{object}_{rule}_{}", part(variable))
}

fn index<'a>(object: &'a str, text: &'a str, step: &'a str, element: &'a str) -> Index<'a> {
    Index { object, text, structural: true, step, element }
}

/// `i != j`: the candidates need not be counted.
fn is_not_self(condition: &Expr) -> bool {
    use crate::language::ast::{Binary, ExprKind};
    let ExprKind::Binary(Binary::NotEqual, a, b) = &condition.kind else { return false };
    let is = |e: &Expr, index: &str| matches!(&e.kind, ExprKind::Name(name) if name == index);
    (is(a, "i") && is(b, "j")) || (is(a, "j") && is(b, "i"))
}

/// Whether variables of neurons with a suffix are read.
fn reads(expr: &Expr, suffix: &str) -> bool {
    names_in(expr).iter().any(|name| name.ends_with(suffix) && !name.starts_with("N_"))
}

fn varies_along_row(p: &Expr) -> bool {
    mentions(p, "j") || reads(p, "_post") || super::algebra::is_random(p)
}

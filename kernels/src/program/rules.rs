//! The rules that make synapses, as a program.

use crate::language::ast::Expr;
use crate::model::Connect;

use super::algebra::{mentions, names as names_in};
use super::draws::Index;
use super::fields::{Element, Extent, Field};
use super::names::{Names, part};
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
    /// Pairs given one by one, sorted by source.
    Listed {
        /// Index of the rule in the object.
        rule: usize,
        /// How many pairs.
        count: usize,
    },
}

impl SynapsesBuilder<'_> {
    pub(super) fn rules(&mut self, names: &Names) -> Vec<Rule> {
        let object = self.object().clone();
        let mut rules = Vec::new();
        for (number, connect) in object.connect.iter().enumerate() {
            rules.push(match connect {
                Connect::Pairs { i, .. } => {
                    for side in ["i", "j"] {
                        let ident = format!("pairs_{}_{number}_{side}", part(&object.name));
                        let extent = Extent::Pairs(self.number, number);
                        let structural = Some(self.number);
                        self.fields.add(Field {
                            ident,
                            element: Element::I32,
                            extent,
                            zeroed: false,
                            structural,
                        });
                    }
                    Rule::Listed { rule: number, count: i.len() }
                }
                Connect::Rule { condition, p, n } => {
                    let index = Index {
                        object: &object.name,
                        text: "connect",
                        structural: true,
                        step: "j",
                        element: "i",
                    };
                    let mut bind = |e: &Expr| self.sites.bind(&names.resolve(e), &index);
                    let condition = condition.as_ref().map(&mut bind);
                    let n = n.as_ref().map(&mut bind);
                    let skips = p.as_ref().is_some_and(|p| !varies_along_row(p));
                    let p = p.as_ref().map(|p| {
                        let drawn = Index { text: "p", ..index.clone() };
                        let value =
                            self.sites.bind(&super::printing::as_real(&names.resolve(p), names), &index);
                        (value, self.sites.add(&drawn))
                    });
                    Rule::Pairs { condition, p, skips, n }
                }
            });
        }
        rules
    }
}

fn varies_along_row(p: &Expr) -> bool {
    mentions(p, "j") || names_in(p).iter().any(|n| n.ends_with("_post")) || super::algebra::is_random(p)
}

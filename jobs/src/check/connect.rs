//! `connect` of `[synapses.*]`: the rules that make pairs.
//!
//! Refuses rules that mix listed pairs with anything else, and lists that do not match.

use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::model::Connect;

use super::model::Checker;
use super::names::Names;
use crate::codes;
use crate::written::{self, Integers};

impl Checker<'_> {
    pub(super) fn connects(&mut self, written: &written::Synapses, scope: &Names) -> Vec<Connect> {
        if written.connect.is_empty() {
            let example = "connect = { p = 0.1 }, or connect = {} for all pairs";
            self.missing::<()>(&written.name, "synapses", "connect", example);
        }
        written.connect.iter().filter_map(|rule| self.connect(rule, scope)).collect()
    }

    fn connect(&mut self, rule: &written::Connect, scope: &Names) -> Option<Connect> {
        if rule.i.is_some() || rule.j.is_some() {
            return self.pairs(rule);
        }
        let condition = rule.condition.and_then(|text| self.condition(text, scope, "'where'"));
        let p = rule.p.as_ref().and_then(|p| self.value(p, scope, Dimension::NONE, "the probability"));
        let n = rule.n.as_ref().and_then(|n| self.value(n, scope, Dimension::NONE, "the number of synapses"));
        Some(Connect::Rule { condition, p, n })
    }

    fn pairs(&mut self, rule: &written::Connect) -> Option<Connect> {
        let refuse = |message: &str| Fault::new(codes::CONNECT, rule.span, message);
        if rule.condition.is_some() || rule.p.is_some() || rule.n.is_some() {
            return self
                .refuse(refuse("listed pairs ('i' and 'j') stand alone, without 'where', 'p' or 'n'"));
        }
        let (Some(i), Some(j)) = (&rule.i, &rule.j) else {
            return self.refuse(refuse("listed pairs need both 'i' and 'j'"));
        };
        if i.values.len() != j.values.len() {
            let message = format!("'i' has {} elements, but 'j' has {}", i.values.len(), j.values.len());
            return self.refuse(refuse(&message));
        }
        if i.values.is_empty() {
            return self.refuse(refuse("these lists are empty"));
        }
        let span = rule.span;
        let (i, j) = (self.indices(i), self.indices(j));
        Some(Connect::Pairs { i: i?, j: j?, span })
    }

    /// A list of indices.
    pub fn indices(&mut self, list: &Integers) -> Option<Vec<u32>> {
        let mut out = Vec::with_capacity(list.values.len());
        for (value, span) in &list.values {
            match u32::try_from(*value).ok().filter(|v| *v <= i32::MAX as u32) {
                Some(value) => out.push(value),
                None => {
                    let message = format!("{value} is not an index; indices count from 0");
                    return self.refuse(Fault::new(codes::CONNECT, *span, message));
                }
            }
        }
        Some(out)
    }
}

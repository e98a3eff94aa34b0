//! Phases at a point: when each ends, and which values parameters have from its beginning on.
//!
//! A phase sets parameters. Those that are computed from them follow, as they follow an axis, unless an axis or a phase
//! gave them a value of their own.

use std::collections::{BTreeMap, BTreeSet};

use kernels::language::ast::{Expr, ValueKind};
use kernels::language::evaluate::{Prepared, Value};

use super::block::{Computed, Failed, How, coerce};
use super::{Bindings, Block, Frame};

/// A phase as written: expressions over the parameters.
#[derive(Debug, Clone)]
pub struct PhaseFormulas {
    /// Its name.
    pub name: String,
    /// Simulated time in seconds, by the values of `[parameters]` and axes.
    pub duration: Expr,
    /// Numbers that it sets, each with its value, by the values of the phase before.
    pub changes: Vec<(usize, Expr)>,
    /// Points that agree may go through it together.
    pub shared: bool,
}

/// A number that a phase sets.
#[derive(Debug, Clone)]
struct Change {
    number: usize,
    kind: ValueKind,
    value: Prepared,
}

/// The beginning of a phase in a block.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it sets; all by the values before.
    set: Vec<Change>,
    /// What follows, in order.
    follow: Vec<Computed>,
}

impl Entry {
    /// Sets the values of the phase, where those of the one before stand.
    pub fn enter(&self, bindings: &mut Bindings<'_>) -> Result<(), Failed> {
        let mut news: Vec<(usize, Value)> = Vec::new();
        for change in &self.set {
            let value = change.value.value(&|slot| bindings.slot(slot));
            let value = value.map_err(|fault| Failed { number: change.number, fault })?;
            news.push((change.number, coerce(value, change.kind)));
        }
        news.into_iter().for_each(|(number, value)| bindings.numbers[number] = value);
        self.follow.iter().try_for_each(|computed| computed.compute(bindings))
    }
}

/// How a number is computed from others.
fn computed(frame: &Frame, number: usize, value: &Expr) -> Computed {
    let kind = frame.numbers[number].1;
    Computed { number, kind, uses: frame.numbers_in(value), how: How::Formula(frame.prepare(value)) }
}

/// The beginnings of all phases in a block.
pub fn entries(phases: &[PhaseFormulas], frame: &Frame, block: &Block) -> Vec<Entry> {
    let all = block.definitions.iter().filter(|_| !phases.is_empty());
    let mut definitions: BTreeMap<usize, Computed> =
        all.map(|(k, value)| (*k, computed(frame, *k, value))).collect();
    let mut out = Vec::new();
    for phase in phases {
        phase.changes.iter().for_each(|(k, _)| {
            definitions.remove(k);
        });
        let set = |(number, value): &(usize, Expr)| Change {
            number: *number,
            kind: frame.numbers[*number].1,
            value: frame.prepare(value),
        };
        out.push(Entry {
            set: phase.changes.iter().map(set).collect(),
            follow: followers(&phase.changes, &definitions),
        });
    }
    out
}

/// What is computed from the numbers that a phase sets, each after what it needs itself.
fn followers(changes: &[(usize, Expr)], definitions: &BTreeMap<usize, Computed>) -> Vec<Computed> {
    let mut known: BTreeSet<usize> = changes.iter().map(|(k, _)| *k).collect();
    let mut affected = known.clone();
    loop {
        let before = affected.len();
        let more = definitions.values().filter(|c| c.uses.iter().any(|k| affected.contains(k)));
        let more: Vec<usize> = more.map(|c| c.number).collect();
        affected.extend(more);
        if affected.len() == before {
            break;
        }
    }
    let mut out = Vec::new();
    while known.len() < affected.len() {
        let open = |c: &&Computed| affected.contains(&c.number) && !known.contains(&c.number);
        let ready = |c: &&Computed| c.uses.iter().all(|k| !affected.contains(k) || known.contains(k));
        let next: Vec<&Computed> = definitions.values().filter(open).filter(ready).collect();
        // Definitions in a circle were refused.
        if next.is_empty() {
            break;
        }
        known.extend(next.iter().map(|c| c.number));
        out.extend(next.into_iter().cloned());
    }
    out
}

/// When the phases end, in seconds from the beginning: each the sum of the durations so far, added in order as Brian's clock
/// does.
pub fn ends(durations: &[Prepared], bindings: &Bindings<'_>, out: &mut Vec<f64>) {
    out.clear();
    let mut end = 0.0;
    for duration in durations {
        let value = duration.value(&|slot| bindings.slot(slot)).ok();
        end += value.map_or(f64::NAN, |v| super::number(&v));
        out.push(end);
    }
}

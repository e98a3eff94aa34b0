//! The plan of a block: what is computed for each point, in an order in which everything is there when it is used.
//!
//! Refuses values that are defined by each other, values that cannot be computed, and conditions that no point fulfils.

use std::collections::BTreeMap;

use kernels::language::ast::{Expr, Span};
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;

use super::formula;
use super::order;
use super::parameters::{Base, Parameters};
use super::sweep::RawBlock;
use crate::codes;
use crate::points::block::coerce;
use crate::points::dependent::Dependent;
use crate::points::{Bindings, Block, Computed, Frame, How, Projection, Slot};

/// Where a number of a block has its value from.
#[derive(Clone, Copy)]
enum Source<'a> {
    /// An axis whose values are known.
    Axis(Span),
    /// An axis whose values depend on others.
    Dependent(&'a Dependent),
    /// `[parameters]`, or `derived`.
    Formula(&'a Expr),
}

impl Source<'_> {
    fn span(&self) -> Span {
        match self {
            Source::Axis(span) => *span,
            Source::Dependent(axis) => axis.span,
            Source::Formula(expr) => expr.span,
        }
    }
}

/// What is computed for each point, in order; what is the same for all is computed now.
pub fn plan(
    raw: &RawBlock,
    dependents: Vec<(usize, Dependent)>,
    parameters: &Parameters,
    base: &Base<'_>,
    block: &mut Block,
) -> Result<(), Vec<Fault>> {
    let frame = base.bindings.frame;
    let sources = sources(raw, &dependents, parameters, block);
    let uses = |k: usize| match sources[k] {
        Source::Axis(_) => Vec::new(),
        Source::Dependent(axis) => axis.uses.clone(),
        Source::Formula(expr) => {
            formula::names(expr).iter().filter_map(|(name, _)| parameters.number(name)).collect()
        }
    };
    let (order, circles) = order::sorted(sources.len(), &uses);
    if !circles.is_empty() {
        let spans = |k: usize| sources[k].span();
        return Err(circles.iter().map(|circle| parameters.circle_fault(circle, &spans)).collect());
    }
    let mut varying: Vec<bool> = sources.iter().map(|s| !matches!(s, Source::Formula(_))).collect();
    let mut fresh = vec![false; sources.len()];
    raw.derived.iter().for_each(|(k, ..)| fresh[*k] = true);
    let mut bindings = Bindings { numbers: block.numbers.clone(), ..Bindings::new(frame) };
    bindings.texts.clone_from(&block.texts);
    let mut faults = Vec::new();
    let mut plan = Vec::new();
    for k in order {
        let uses = uses(k);
        let kind = frame.numbers[k].1;
        let mut compute = |how| plan.push(Computed { number: k, kind, uses: uses.clone(), how });
        match sources[k] {
            Source::Axis(_) => {}
            Source::Dependent(axis) => compute(How::Axis(axis.clone())),
            Source::Formula(expr) if uses.iter().any(|u| varying[*u]) => {
                varying[k] = true;
                compute(How::Formula(frame.prepare(expr)));
            }
            Source::Formula(expr) if fresh[k] || uses.iter().any(|u| fresh[*u]) => {
                fresh[k] = true;
                match evaluate::scalar(expr, &bindings) {
                    Ok(value) => bindings.numbers[k] = coerce(value, kind),
                    Err(fault) => faults.push(fault),
                }
            }
            Source::Formula(_) => faults.extend(base.failed.get(&k).cloned().flatten()),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    block.plan = plan;
    let formula = |(k, source): (usize, &Source)| match source {
        Source::Formula(expr) => Some((k, (*expr).clone())),
        _ => None,
    };
    block.definitions = sources.iter().enumerate().filter_map(formula).collect();
    block.numbers = bindings.numbers;
    Ok(())
}

fn sources<'a>(
    raw: &'a RawBlock,
    dependents: &'a [(usize, Dependent)],
    parameters: &'a Parameters,
    block: &Block,
) -> Vec<Source<'a>> {
    let mut out: Vec<Source> = parameters.numbers.iter().map(|n| Source::Formula(&n.formula.expr)).collect();
    for (k, formula, _) in &raw.derived {
        out[*k] = Source::Formula(&formula.expr);
    }
    let by_number: BTreeMap<usize, &Dependent> = dependents.iter().map(|(k, axis)| (*k, axis)).collect();
    for member in block.groups.iter().flat_map(|g| &g.members) {
        if let Slot::Number(k) = member.slot {
            out[k] = by_number.get(&k).map_or(Source::Axis(member.span), |axis| Source::Dependent(axis));
        }
    }
    out
}

/// The combinations that fulfil the condition.
pub fn kept(condition: &Expr, block: &Block, frame: &Frame) -> Result<Vec<u32>, Fault> {
    let prepared = frame.prepare(condition);
    let mut out = Vec::new();
    Projection::whole(block).visit(&mut Bindings::new(frame), |combination, bindings, failed| {
        if let Some(failed) = failed {
            return Err(failed.fault);
        }
        if prepared.value(&|slot| bindings.slot(slot))? == Value::Boolean(true) {
            out.push(combination as u32);
        }
        Ok(())
    })?;
    if out.is_empty() {
        let message = "no point of this block fulfils 'where'";
        return Err(Fault::new(codes::NO_POINTS, condition.span, message));
    }
    Ok(out)
}

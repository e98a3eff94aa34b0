//! A `[[sweep]]` block with its values computed: a grid of groups of axes, or one long group for a design.
//!
//! Refuses what axes refuse, zips of axes that differ in length, derived values and conditions that are malformed, and more
//! combinations than can be run.

use std::collections::BTreeSet;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span};
use kernels::language::check::{self, Symbol};
use kernels::language::fault::Fault;

use super::axes::{Context, Made, Raw};
use super::formula;
use super::names::Names;
use super::parameters::{Base, Parameters};
use super::plan;
use super::sweep::RawBlock;
use super::variants::variants;
use crate::codes;
use crate::limits::Limits;
use crate::points::dependent::Dependent;
use crate::points::design::Coordinate;
use crate::points::{Bindings, Block, Group, Member, Slot};

/// Computes a block; `models` collects the texts of all models.
pub fn compute(
    raw: &RawBlock,
    parameters: &Parameters,
    base: &Base<'_>,
    (seed, limits): (Option<&Expr>, Limits),
    models: &mut Vec<Vec<String>>,
) -> Result<Block, Vec<Fault>> {
    let mut faults = Vec::new();
    let scope = parameters.scope();
    let values = &base.bindings;
    let known = Known { raw, parameters, scope: &scope, moving: moving(raw, parameters), base: values, seed };
    let (groups, dependents) = known.groups(&mut faults);
    for (k, formula, _) in &raw.derived {
        let Some(symbol) = parameters.numbers[*k].symbol else { continue };
        let name = &parameters.numbers[*k].key.name;
        let checked = parameters
            .only_numbers(&formula.expr, name)
            .and_then(|()| formula.expect(&scope, symbol.dimension, &format!("'{name}'")));
        faults.extend(checked.err().into_iter().flatten());
    }
    if let Some(condition) = &raw.condition {
        let scope = parameters.scope_with_texts();
        faults.extend(check::condition(condition, &scope, "'where'").err().into_iter().flatten());
        if let Some((name, span)) = formula::random_call(condition) {
            faults.push(Fault::new(
                codes::RANDOM,
                span,
                format!("'where' must be fixed, but {name}() is random"),
            ));
        }
    }
    let combinations = Block::combinations(&groups).filter(|n| *n <= limits.points);
    if combinations.is_none() {
        faults.push(too_many(raw.span, &groups, limits));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let variants = variants(&groups, values, &parameters.texts, raw.span, models).map_err(|f| vec![f])?;
    let mut block = Block {
        definitions: Vec::new(),
        phases: Vec::new(),
        number: raw.number,
        groups,
        repeat: raw.repeat,
        numbers: values.numbers.clone(),
        texts: values.texts.clone(),
        plan: Vec::new(),
        derived: raw.derived.iter().map(|(k, _, span)| (*k, *span)).collect(),
        kept: None,
        variants,
    };
    plan::plan(raw, dependents, parameters, base, &mut block)?;
    if let Some(condition) = &raw.condition {
        block.kept = Some(plan::kept(condition, &block, values.frame).map_err(|f| vec![f])?);
    }
    Ok(block)
}

fn too_many(span: Span, groups: &[Group], limits: Limits) -> Fault {
    let lengths: Vec<String> = groups.iter().map(|g| g.length.to_string()).collect();
    let product = lengths.join(" x ");
    let message = format!("{product} combinations are too many: at most {} points are run", limits.points);
    Fault::new(codes::TOO_MANY, span, message).help(limits.more_points())
}

/// Names whose values a block changes: of its axes, of what it derives, and of what depends on these.
fn moving(raw: &RawBlock, parameters: &Parameters) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = raw.groups.iter().flatten().map(|r| r.key.name.clone()).collect();
    out.extend(raw.derived.iter().map(|(k, ..)| parameters.numbers[*k].key.name.clone()));
    for number in parameters.order.iter().map(|k| &parameters.numbers[*k]) {
        if formula::names(&number.formula.expr).iter().any(|(name, _)| out.contains(name)) {
            out.insert(number.key.name.clone());
        }
    }
    out
}

/// What is known of a block where its axes are computed.
struct Known<'a> {
    raw: &'a RawBlock,
    parameters: &'a Parameters,
    scope: &'a Names,
    moving: BTreeSet<String>,
    base: &'a Bindings<'a>,
    seed: Option<&'a Expr>,
}

impl Known<'_> {
    /// The groups of axes, and those axes whose values are computed at each point.
    fn groups(&self, faults: &mut Vec<Fault>) -> (Vec<Group>, Vec<(usize, Dependent)>) {
        let coordinates = match self.coordinates() {
            Ok(coordinates) => coordinates,
            Err(more) => {
                faults.extend(more);
                return (Vec::new(), Vec::new());
            }
        };
        let (mut out, mut dependents): (Vec<Group>, Vec<(usize, Dependent)>) = Default::default();
        for (k, group) in self.raw.groups.iter().enumerate() {
            let mut members: Vec<Member> = Vec::new();
            for axis in group {
                match self.member(axis, coordinates.get(k).cloned(), &mut dependents) {
                    Ok(member) => members.push(member),
                    Err(more) => faults.extend(more),
                }
            }
            if members.len() == group.len() {
                faults.extend(if self.raw.design.is_some() {
                    mixed(group)
                } else {
                    unequal(group, &members)
                });
            }
            let length = members.first().map_or(1, |m| m.values.len());
            match out.first_mut().filter(|_| self.raw.design.is_some()) {
                // A design is one long group: all its axes advance together.
                Some(first) => first.members.append(&mut members),
                None if members.is_empty() => {}
                None => out.push(Group { members, length }),
            }
        }
        (out, dependents)
    }

    /// Where points lie on each group of axes of a design; none for a grid.
    fn coordinates(&self) -> Result<Vec<(Arc<Coordinate>, u64)>, Vec<Fault>> {
        let Some(design) = &self.raw.design else { return Ok(Vec::new()) };
        let seed = design.seed(self.parameters, self.scope, &self.moving, self.base, self.seed)?;
        let names: Vec<&str> = self.raw.groups.iter().map(|group| group[0].key.name.as_str()).collect();
        let coordinates = design.coordinates(self.raw.number, &names, seed).map_err(|f| vec![f])?;
        Ok(coordinates.into_iter().map(|c| (c, design.len())).collect())
    }

    fn member(
        &self,
        axis: &Raw,
        coordinate: Option<(Arc<Coordinate>, u64)>,
        dependents: &mut Vec<(usize, Dependent)>,
    ) -> Result<Member, Vec<Fault>> {
        let symbol = match axis.slot {
            Slot::Number(k) => self.parameters.numbers[k].symbol.unwrap_or(Symbol::NUMBER),
            Slot::Text(_) => Symbol::NUMBER,
        };
        let made = axis.made(&Context {
            name: &axis.key.name,
            symbol,
            unit: axis.unit.as_deref(),
            parameters: self.parameters,
            scope: self.scope,
            moving: &self.moving,
            base: self.base,
            coordinate,
        })?;
        let (slot, span) = (axis.slot, axis.span);
        Ok(match (made, slot) {
            (Made::Later { positions, over, uses }, Slot::Number(number)) => {
                let place = dependents.len();
                let name = axis.key.name.clone();
                dependents.push((number, Dependent { name, place, over, uses, span }));
                Member { slot, values: positions, place: Some(place), span }
            }
            (Made::Later { positions: values, .. } | Made::Fixed(values), _) => {
                Member { slot, values, place: None, span }
            }
        })
    }
}

/// Zipped axes of a grid that differ in length.
fn unequal(group: &[Raw], members: &[Member]) -> Option<Fault> {
    let first = members.first()?;
    let length = first.values.len();
    let (k, other) = members.iter().enumerate().find(|(_, m)| m.values.len() != length)?;
    let (a, b) = (&group[0].key.name, &group[k].key.name);
    let message = format!("'{a}' has {length} values, but '{b}', zipped with it, has {}", other.values.len());
    let fault = Fault::new(codes::ZIP, other.span, message)
        .also(first.span, format!("{length} values"))
        .help("give them equally many values, or leave one out of 'zip' to combine each with each");
    Some(fault)
}

/// Zipped axes of a design must all be ranges, or all lists of one length.
fn mixed(group: &[Raw]) -> Option<Fault> {
    let first = group.first()?;
    let other = group.iter().find(|raw| raw.listed() != first.listed())?;
    let (a, b) = (&first.key.name, &other.key.name);
    let what = |raw: &Raw| match raw.listed() {
        Some(count) => format!("{count} values"),
        None => "a range".into(),
    };
    let message = format!("'{a}' has {}, but '{b}', zipped with it, has {}", what(first), what(other));
    let fault = Fault::new(codes::ZIP, other.span, message).also(first.span, what(first));
    Some(fault.help("in a design, zip ranges with ranges, and lists with lists of the same length"))
}

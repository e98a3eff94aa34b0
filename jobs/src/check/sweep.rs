//! `[[sweep]]` blocks to blocks of points: groups of axes, zips, designs, derived values, conditions, models of texts.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span, ValueKind};
use kernels::language::check::{self, Symbol};
use kernels::language::fault::Fault;
use kernels::language::parser;

use super::axes::{self, Context, Made, Raw};
use super::design::{self, Design};
use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::{Base, Parameters};
use super::plan;
use super::table;
use super::variants::variants;
use crate::codes;
use crate::format::MOST_REPEATS;
use crate::points::dependent::Dependent;
use crate::points::design::Coordinate;
use crate::points::{Bindings, Block, Group, MOST_POINTS, Member, Slot};
use crate::texts::Texts;
use crate::written::Sweep;

/// A block whose axes are read but not computed.
pub struct RawBlock {
    /// Its place among the blocks of the job.
    number: u64,
    /// Axes; those of one group advance together.
    groups: Vec<Vec<Raw>>,
    /// What spreads the points, if they are no grid.
    design: Option<Design>,
    pub(super) derived: Vec<(usize, Formula, Span)>,
    condition: Option<Expr>,
    repeat: u64,
    pub(super) span: Span,
}

/// Reads all blocks; one without axes if there is none. Notes in `parameters` which integers become real.
pub fn read(
    sweeps: &[Sweep],
    parameters: &mut Parameters,
    folder: &Path,
    texts: &mut Texts,
    faults: &mut Vec<Fault>,
) -> Vec<RawBlock> {
    let mut out: Vec<RawBlock> =
        sweeps.iter().zip(0..).map(|(s, k)| block(s, k, parameters, folder, texts, faults)).collect();
    if out.is_empty() {
        out.push(RawBlock {
            number: 0,
            groups: Vec::new(),
            design: None,
            derived: Vec::new(),
            condition: None,
            repeat: 1,
            span: Span::default(),
        });
    }
    out
}

fn block(
    sweep: &Sweep,
    number: u64,
    parameters: &mut Parameters,
    folder: &Path,
    texts: &mut Texts,
    faults: &mut Vec<Fault>,
) -> RawBlock {
    let design = design::read(sweep, parameters, texts, faults);
    let mut raws: Vec<Raw> = Vec::new();
    for (key, axis) in &sweep.axes {
        let found = axes::target(key, parameters).map_err(|f| vec![f]);
        match found.and_then(|slot| {
            slot.map(|slot| axes::read(key, axis, slot, design.is_some(), parameters, texts)).transpose()
        }) {
            Ok(raw) => raws.extend(raw),
            Err(more) => faults.extend(more),
        }
    }
    let mut groups = zipped(raws, sweep, texts, faults);
    if let Some(points) = sweep.points.filter(|_| design.is_none()) {
        match table::read(points, parameters, folder, texts) {
            Ok(columns) => groups.insert(0, columns),
            Err(more) => faults.extend(more),
        }
    }
    let derived = derived(sweep, parameters, texts, faults);
    twice(&groups, &derived, parameters, faults);
    let condition = sweep.condition.and_then(|text| match parser::expression(texts.get(text.id), text.id) {
        Ok(expr) => Some(expr),
        Err(fault) => {
            faults.push(fault);
            None
        }
    });
    let repeat = repeat(sweep, faults);
    RawBlock { number, groups, design, derived, condition, repeat, span: sweep.span }
}

fn repeat(sweep: &Sweep, faults: &mut Vec<Fault>) -> u64 {
    match sweep.repeat {
        None => 1,
        Some((n, _)) if (1..=MOST_REPEATS).contains(&n) => n.unsigned_abs(),
        Some((n, span)) => {
            faults.push(Fault::new(codes::AXIS, span, format!("'repeat' must be 1 or more, not {n}")));
            1
        }
    }
}

/// Axes in groups, in the order of the file; a zip stands where its first axis stands.
fn zipped(raws: Vec<Raw>, sweep: &Sweep, texts: &Texts, faults: &mut Vec<Fault>) -> Vec<Vec<Raw>> {
    let names: Vec<String> = raws.iter().map(|r| r.key.name.clone()).collect();
    let written: BTreeSet<&str> = sweep.axes.iter().map(|(key, _)| key.name.as_str()).collect();
    let mut leader: Vec<usize> = (0..raws.len()).collect();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for (zip, span) in &sweep.zip {
        if zip.len() < 2 {
            faults.push(Fault::new(codes::ZIP, *span, "a zip needs two axes or more"));
        }
        let mut members = Vec::new();
        for text in zip {
            let name = texts.get(text.id);
            match names.iter().position(|n| n == name) {
                Some(k) if taken.insert(k) => members.push(k),
                Some(_) => {
                    let message = format!("axis '{name}' is zipped twice");
                    faults.push(Fault::new(codes::ZIP, text.span, message));
                }
                None if written.contains(name) => {}
                None => {
                    let message = format!("'{name}' is not an axis of this block");
                    let help = format!("its axes are: {}", names.join(", "));
                    faults.push(Fault::new(codes::ZIP, text.span, message).help(help));
                }
            }
        }
        let first = members.iter().min().copied();
        members.into_iter().for_each(|k| leader[k] = first.unwrap_or(k));
    }
    let mut groups: Vec<(usize, Vec<Raw>)> = Vec::new();
    for (raw, leader) in raws.into_iter().zip(leader) {
        match groups.iter_mut().find(|(l, _)| *l == leader) {
            Some((_, group)) => group.push(raw),
            None => groups.push((leader, vec![raw])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn derived(
    sweep: &Sweep,
    parameters: &Parameters,
    texts: &Texts,
    faults: &mut Vec<Fault>,
) -> Vec<(usize, Formula, Span)> {
    let mut out = Vec::new();
    for (key, scalar) in &sweep.derived {
        match axes::target(key, parameters) {
            Ok(Some(Slot::Number(k))) => match formula::read(scalar, texts) {
                Ok(formula) => out.push((k, parameters.with_constants(formula), scalar.span)),
                Err(fault) => faults.push(fault),
            },
            Ok(Some(Slot::Text(_))) => {
                let message = format!("'{}' is a text and cannot be derived", key.name);
                faults.push(Fault::new(codes::TEXT_PARAMETER, key.span, message));
            }
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    out
}

/// Refuses parameters that are set twice in a block.
fn twice(
    groups: &[Vec<Raw>],
    derived: &[(usize, Formula, Span)],
    parameters: &Parameters,
    faults: &mut Vec<Fault>,
) {
    let axes = groups.iter().flatten().map(|raw| (raw.slot, raw.key.span));
    let all = axes.chain(derived.iter().map(|(k, _, span)| (Slot::Number(*k), *span)));
    let mut seen: Vec<(Slot, Span)> = Vec::new();
    for (slot, span) in all {
        if let Some((_, first)) = seen.iter().find(|(s, _)| *s == slot) {
            let name = match slot {
                Slot::Number(k) => &parameters.numbers[k].key.name,
                Slot::Text(k) => &parameters.texts[k].key.name,
            };
            let message = format!("'{name}' is set twice in this block");
            faults.push(Fault::new(codes::TWICE, span, message).also(*first, "and here"));
        }
        seen.push((slot, span));
    }
}

/// Tells `parameters` which integers take other values; repeats until nothing changes, since kinds follow each other.
pub fn widen(blocks: &[RawBlock], parameters: &mut Parameters, texts: &Texts) -> Vec<Fault> {
    loop {
        let faults = parameters.resolve(texts);
        let mut news = Vec::new();
        let scope = parameters.scope();
        for block in blocks {
            for raw in block.groups.iter().flatten() {
                if let Slot::Number(k) = raw.slot
                    && raw.is_real(&scope)
                {
                    news.push(k);
                }
            }
            for (k, formula, _) in &block.derived {
                if formula.typed(&scope).is_ok_and(|typed| typed.kind == ValueKind::Real) {
                    news.push(*k);
                }
            }
        }
        let integer = |k: &usize| parameters.numbers[*k].symbol.is_some_and(|s| s.kind == ValueKind::Integer);
        news.retain(integer);
        if news.is_empty() {
            return faults;
        }
        news.into_iter().for_each(|k| parameters.widen(k));
    }
}

/// Computes a block; `models` collects the texts of all models.
pub fn compute(
    raw: &RawBlock,
    parameters: &Parameters,
    base: &Base<'_>,
    seed: Option<&Expr>,
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
    let combinations = Block::combinations(&groups).filter(|n| *n <= MOST_POINTS);
    if combinations.is_none() {
        faults.push(too_many(raw.span, &groups));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let variants = variants(&groups, values, &parameters.texts, raw.span, models).map_err(|f| vec![f])?;
    let mut block = Block {
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

fn too_many(span: Span, groups: &[Group]) -> Fault {
    let lengths: Vec<String> = groups.iter().map(|g| g.length.to_string()).collect();
    let message = format!("{} combinations are too many", lengths.join(" x "));
    Fault::new(codes::TOO_MANY, span, message).help(format!("at most {MOST_POINTS} points can be run"))
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

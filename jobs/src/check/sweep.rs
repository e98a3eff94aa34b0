//! `[[sweep]]` blocks to blocks of points: groups of axes, zips, derived values, conditions, models of texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use kernels::language::ast::{Expr, ExprKind, Span, ValueKind};
use kernels::language::check;
use kernels::language::evaluate::{self, Value};
use kernels::language::fault::Fault;
use kernels::language::parser;

use super::axes::{self, Raw};
use super::formula::{self, Formula};
use super::names::Names;
use super::parameters::{Base, Parameters};
use super::table;
use super::variants::variants;
use crate::codes;
use crate::format::MOST_REPEATS;
use crate::points::block::coerce;
use crate::points::{Bindings, Block, Computed, Frame, Group, MOST_POINTS, Member, Projection, Slot};
use crate::texts::Texts;
use crate::written::Sweep;

/// A block whose axes are read but not computed.
pub struct RawBlock {
    /// Axes; those of one group advance together.
    groups: Vec<Vec<Raw>>,
    derived: Vec<(usize, Formula, Span)>,
    condition: Option<Expr>,
    repeat: u64,
    span: Span,
}

/// Reads all blocks; one without axes if there is none. Notes in `parameters` which integers become real.
pub fn read(
    sweeps: &[Sweep],
    parameters: &mut Parameters,
    folder: &Path,
    texts: &mut Texts,
    faults: &mut Vec<Fault>,
) -> Vec<RawBlock> {
    let mut out: Vec<RawBlock> = sweeps.iter().map(|s| block(s, parameters, folder, texts, faults)).collect();
    if out.is_empty() {
        let span = Span::default();
        out.push(RawBlock { groups: Vec::new(), derived: Vec::new(), condition: None, repeat: 1, span });
    }
    out
}

fn block(
    sweep: &Sweep,
    parameters: &mut Parameters,
    folder: &Path,
    texts: &mut Texts,
    faults: &mut Vec<Fault>,
) -> RawBlock {
    let mut raws: Vec<Raw> = Vec::new();
    for (key, axis) in &sweep.axes {
        let found = axes::target(key, parameters).map_err(|f| vec![f]);
        match found
            .and_then(|slot| slot.map(|slot| axes::read(key, axis, slot, parameters, texts)).transpose())
        {
            Ok(raw) => raws.extend(raw),
            Err(more) => faults.extend(more),
        }
    }
    let mut groups = zipped(raws, sweep, texts, faults);
    if let Some(points) = sweep.points {
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
    RawBlock { groups, derived, condition, repeat: repeat(sweep, faults), span: sweep.span }
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
    models: &mut Vec<Vec<String>>,
) -> Result<Block, Vec<Fault>> {
    let mut faults = Vec::new();
    let scope = parameters.scope();
    let Base { bindings: values, failed } = base;
    let groups = groups(raw, parameters, &scope, values, &mut faults);
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
        groups,
        repeat: raw.repeat,
        numbers: values.numbers.clone(),
        texts: values.texts.clone(),
        plan: Vec::new(),
        derived: raw.derived.iter().map(|(k, _, span)| (*k, *span)).collect(),
        kept: None,
        variants,
        phases: Vec::new(),
    };
    plan(raw, parameters, values.frame, failed, &mut block)?;
    if let Some(condition) = &raw.condition {
        block.kept = Some(kept(condition, &block, values.frame).map_err(|f| vec![f])?);
    }
    Ok(block)
}

fn too_many(span: Span, groups: &[Group]) -> Fault {
    let lengths: Vec<String> = groups.iter().map(|g| g.length.to_string()).collect();
    let message = format!("{} combinations are too many", lengths.join(" x "));
    Fault::new(codes::TOO_MANY, span, message).help(format!("at most {MOST_POINTS} points can be run"))
}

fn groups(
    raw: &RawBlock,
    parameters: &Parameters,
    scope: &Names,
    base: &Bindings<'_>,
    faults: &mut Vec<Fault>,
) -> Vec<Group> {
    let swept: BTreeSet<String> = raw.groups.iter().flatten().map(|r| r.key.name.clone()).collect();
    let mut out = Vec::new();
    for group in &raw.groups {
        let mut members: Vec<Member> = Vec::new();
        for axis in group {
            match axis.values(parameters, scope, &swept, base) {
                Ok(values) => members.push(Member { slot: axis.slot, values, span: axis.span }),
                Err(more) => faults.extend(more),
            }
        }
        let Some(first) = members.first() else { continue };
        let length = first.values.len();
        if let Some((k, other)) = members.iter().enumerate().find(|(_, m)| m.values.len() != length)
            && members.len() == group.len()
        {
            let (a, b) = (&group[0].key.name, &group[k].key.name);
            let message =
                format!("'{a}' has {length} values, but '{b}', zipped with it, has {}", other.values.len());
            let fault = Fault::new(codes::ZIP, other.span, message)
                .also(first.span, format!("{length} values"))
                .help("give them equally many values, or leave one out of 'zip' to combine each with each");
            faults.push(fault);
        }
        out.push(Group { members, length });
    }
    out
}

/// What is computed for each point, in order; what is the same for all is computed now.
fn plan(
    raw: &RawBlock,
    parameters: &Parameters,
    frame: &Frame,
    failed: &BTreeMap<usize, Option<Fault>>,
    block: &mut Block,
) -> Result<(), Vec<Fault>> {
    let count = parameters.numbers.len();
    let fixed = Expr { kind: ExprKind::Integer(0), span: raw.span };
    let mut definitions: Vec<&Expr> = parameters.numbers.iter().map(|n| &n.formula.expr).collect();
    let mut fresh = vec![false; count];
    for (k, formula, _) in &raw.derived {
        definitions[*k] = &formula.expr;
        fresh[*k] = true;
    }
    let mut varying = vec![false; count];
    for member in block.groups.iter().flat_map(|g| &g.members) {
        if let Slot::Number(k) = member.slot {
            definitions[k] = &fixed;
            varying[k] = true;
        }
    }
    let swept = varying.clone();
    let (order, circles) = parameters.sorted(&definitions);
    if !circles.is_empty() {
        return Err(circles.iter().map(|circle| parameters.circle_fault(circle, &definitions)).collect());
    }
    let mut bindings = Bindings { frame, numbers: block.numbers.clone(), texts: block.texts.clone() };
    let mut faults = Vec::new();
    for k in order.into_iter().filter(|k| !swept[*k]) {
        let uses: Vec<usize> =
            formula::names(definitions[k]).iter().filter_map(|(name, _)| parameters.number(name)).collect();
        let kind = frame.numbers[k].1;
        if uses.iter().any(|u| varying[*u]) {
            varying[k] = true;
            block.plan.push(Computed { number: k, kind, uses, value: frame.prepare(definitions[k]) });
        } else if fresh[k] || uses.iter().any(|u| fresh[*u]) {
            fresh[k] = true;
            match evaluate::scalar(definitions[k], &bindings) {
                Ok(value) => bindings.numbers[k] = coerce(value, kind),
                Err(fault) => faults.push(fault),
            }
        } else {
            faults.extend(failed.get(&k).cloned().flatten());
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    block.numbers = bindings.numbers;
    Ok(())
}

/// The combinations that fulfil the condition.
fn kept(condition: &Expr, block: &Block, frame: &Frame) -> Result<Vec<u32>, Fault> {
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

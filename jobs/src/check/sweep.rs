//! `[[sweep]]` blocks, read: axes in groups, zips, designs, derived values, conditions. `block` computes them.

use std::collections::BTreeSet;
use std::path::Path;

use kernels::language::ast::{Expr, Span, ValueKind};
use kernels::language::fault::Fault;
use kernels::language::parser;

use super::axes::{self, Raw};
use super::design::{self, Design};
use super::formula::{self, Formula};
use super::parameters::Parameters;
use super::table;
use crate::codes;
use crate::format::MOST_REPEATS;
use crate::points::Slot;
use crate::texts::Texts;
use crate::written::Sweep;

/// A block whose axes are read but not computed.
pub struct RawBlock {
    /// Its place among the blocks of the job.
    pub number: u64,
    /// Axes; those of one group advance together.
    pub groups: Vec<Vec<Raw>>,
    /// What spreads the points, if they are no grid.
    pub design: Option<Design>,
    /// Numbers that are computed at each point.
    pub derived: Vec<(usize, Formula, Span)>,
    /// Which points stay.
    pub condition: Option<Expr>,
    /// How often each configuration is repeated.
    pub repeat: u64,
    /// Where it stands.
    pub span: Span,
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

//! What must hold at every point: sizes, bounds of slices, probabilities, times, rates, seeds.
//!
//! Only what follows from the parameters is tried here; what depends on simulated or drawn values becomes the status of
//! its point. A rule is tried once for each combination of the values that it uses.

mod clocks;
mod collect;
mod connections;
mod generators;
mod links;
mod recording;
mod sizes;
mod sums;
mod trains;

use std::collections::BTreeSet;

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;
use kernels::language::units;
use kernels::model::Model;

use super::parameters::Parameters;
use super::phase_structure::Affected;
use crate::points::{Bindings, Block, Failed, Points, Projection, Slot, number};
use crate::written::Written;

pub use clocks::own_clocks;

/// Whether a value is possible; if not, why.
type Test = Box<dyn Fn(&Bindings<'_>) -> Result<(), Broken>>;

/// Why a value is not possible.
struct Broken {
    code: &'static str,
    message: String,
    span: Span,
    help: Option<String>,
}

/// One rule.
struct Rule {
    test: Test,
    /// The number of which it only says that it is finite.
    finite: Option<usize>,
    /// The numbers it depends on.
    uses: Vec<usize>,
    /// Phases in which it is tried, too.
    phases: usize,
}

/// Rules of one model that use the same numbers, and are therefore tried together.
struct Bundle<'r> {
    model: usize,
    uses: &'r [usize],
    /// Their places among the model's rules.
    rules: Vec<usize>,
}

/// What was found at a point.
struct Found {
    point: u64,
    /// Model and rule; none for a value that cannot be computed.
    rule: Option<(usize, usize)>,
    broken: Broken,
    /// The numbers that it depends on.
    uses: Vec<usize>,
    /// All numbers at the point; those it depends on are right.
    values: Vec<f64>,
}

/// Tries all rules at all points; one fault a rule, at the first point at which it is broken.
pub fn all(
    points: &Points,
    models: &[Model],
    parameters: &Parameters,
    affected: &Affected,
    written: &Written,
    main: TextId,
) -> Vec<Fault> {
    let run = points.run_formulas();
    let mut sets: Vec<Vec<Rule>> =
        models.iter().map(|m| collect::rules(m, run, parameters, written)).collect();
    sets.iter_mut().flatten().for_each(|rule| rule.through(points.phases().len(), affected));
    let mut found = Vec::new();
    for mut bundle in bundles(&sets) {
        for (block, first, _) in points.blocks() {
            bundle.attempt(block, first, &sets, points, &mut found);
        }
    }
    found.sort_by_key(|f| (f.point, f.rule));
    found.into_iter().map(|f| at_point(f, points, main)).collect()
}

fn bundles(sets: &[Vec<Rule>]) -> Vec<Bundle<'_>> {
    let mut out: Vec<Bundle<'_>> = Vec::new();
    for (model, rules) in sets.iter().enumerate() {
        for (k, rule) in rules.iter().enumerate() {
            match out.iter_mut().find(|b| b.model == model && b.uses == rule.uses) {
                Some(bundle) => bundle.rules.push(k),
                None => out.push(Bundle { model, uses: &rule.uses, rules: vec![k] }),
            }
        }
    }
    out
}
impl Bundle<'_> {
    /// Tries the rules at each configuration of a block that differs in what they use; those that are broken are done.
    fn attempt(
        &mut self,
        block: &Block,
        first: u64,
        sets: &[Vec<Rule>],
        points: &Points,
        found: &mut Vec<Found>,
    ) {
        let several = sets.len() > 1;
        let rules = &sets[self.model];
        if self.rules.iter().all(|k| rules[*k].finite.is_some_and(|number| block.is_finite(number))) {
            return;
        }
        let projection = Projection::of(block, self.uses, several);
        // Ends early where nothing is left to be found; that is not a failure.
        let _ = projection.visit(&mut Bindings::new(points.frame()), |config, bindings, failed| {
            let point = first + config * block.repeat;
            if let Some(failed) = failed {
                not_computable(failed, point, bindings, found);
                return Ok(());
            }
            if several && block.variant(block.combination(config)) != self.model {
                return Ok(());
            }
            self.rules.retain(|k| {
                let broken = sets[self.model][*k].attempt(block, points, bindings).err();
                let uses = self.uses.to_vec();
                let known = broken.is_none();
                let rule = Some((self.model, *k));
                found.extend(broken.map(|broken| Found {
                    point,
                    rule,
                    broken,
                    uses,
                    values: reals(bindings),
                }));
                known
            });
            if self.rules.is_empty() && !projection.computes() { Err(()) } else { Ok(()) }
        });
    }
}

impl Rule {
    /// Phases that change what the rule depends on must obey it as well.
    fn through(&mut self, phases: usize, affected: &Affected) {
        if self.uses.iter().any(|k| affected.numbers.contains(k)) {
            self.phases = phases;
            let all: BTreeSet<usize> = self.uses.iter().chain(&affected.sources).copied().collect();
            self.uses = all.into_iter().collect();
        }
    }

    fn attempt(&self, block: &Block, points: &Points, bindings: &Bindings<'_>) -> Result<(), Broken> {
        (self.test)(bindings)?;
        if self.phases == 0 {
            return Ok(());
        }
        let mut then = bindings.clone();
        for (entry, phase) in block.phases.iter().zip(points.phases()) {
            let entered = entry.enter(&mut then).map_err(|failed| Broken::of(failed.fault));
            entered.and_then(|()| (self.test)(&then)).map_err(|broken| Broken {
                message: format!("{}, in phase '{}'", broken.message, phase.name),
                ..broken
            })?;
        }
        Ok(())
    }
}

/// Notes a value that cannot be computed, at the first point.
fn not_computable(failed: Failed, point: u64, bindings: &Bindings<'_>, found: &mut Vec<Found>) {
    let uses = vec![failed.number];
    // Another block may compute the number in another way.
    let same = |f: &&mut Found| f.rule.is_none() && f.uses == uses && f.broken.span == failed.fault.span;
    if let Some(before) = found.iter_mut().find(same) {
        if point < before.point {
            (before.point, before.values) = (point, reals(bindings));
        }
        return;
    }
    found.push(Found { point, rule: None, broken: Broken::of(failed.fault), uses, values: reals(bindings) });
}

fn reals(bindings: &Bindings<'_>) -> Vec<f64> {
    bindings.numbers.iter().map(number).collect()
}

/// Names the swept values that the rule depends on, and where they come from.
fn at_point(found: Found, points: &Points, main: TextId) -> Fault {
    let Found { point, rule, broken, uses, values } = found;
    let mut message = broken.message;
    let mut fault = Fault::new(broken.code, broken.span, "");
    let mut shown = Vec::new();
    let block = points.block_of(point);
    // What cannot be computed has no value to show, but those that it is computed from do.
    let uses = if rule.is_none() { block.uses(uses[0]).to_vec() } else { uses };
    for k in block.sources(&uses) {
        shown.push(assigned(k, values[k], points));
        if let Some(span) = block.span_of(Slot::Number(k)).filter(|span| *span != broken.span) {
            fault = fault.also(span, "swept here");
        }
    }
    if !shown.is_empty() {
        message.push_str(&format!(", at point {point} ({})", shown.join(", ")));
    }
    fault.message = message;
    fault.help = broken.help;
    if fault.span == Span::default() {
        fault.span.text = main;
    }
    fault
}

/// `taum = 20 ms`
fn assigned(number: usize, value: f64, points: &Points) -> String {
    let (name, _, dimension) = &points.frame().numbers[number];
    let unit = units::display(*dimension);
    let value = value / unit.scale;
    if unit.suffix.is_empty() {
        format!("{name} = {value}")
    } else {
        format!("{name} = {value} {}", unit.suffix)
    }
}

impl Broken {
    fn new(code: &'static str, span: Span, message: String) -> Broken {
        Broken { code, message, span, help: None }
    }

    fn help(mut self, help: &str) -> Broken {
        self.help = Some(help.into());
        self
    }

    fn of(fault: Fault) -> Broken {
        Broken { code: fault.code, message: fault.message, span: fault.span, help: fault.help }
    }
}

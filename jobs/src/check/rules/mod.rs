//! What must hold at every point: sizes, bounds of slices, probabilities, times, rates, seeds.
//!
//! Only what follows from the parameters is tried here; what depends on simulated or drawn values becomes the status of
//! its point. A rule is computed again only where a parameter that it uses has changed.

mod collect;
mod connections;
mod sizes;

use std::collections::BTreeSet;

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;
use kernels::language::units;
use kernels::model::Model;

use super::parameters::Parameters;
use crate::points::{Bindings, Failed, Point, Points, Slot};
use crate::written::Written;

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
    /// The numbers it depends on.
    uses: Vec<usize>,
    /// Their values when it was last tried, as bits.
    tried: Option<Vec<u64>>,
    broken: bool,
}

/// Tries all rules at all points; one fault a rule.
pub fn all(
    points: &Points,
    models: &[Model],
    parameters: &Parameters,
    written: &Written,
    main: TextId,
) -> Vec<Fault> {
    let run = points.run_formulas();
    let rules = |model| collect::rules(model, run, parameters, written);
    let mut sets: Vec<Vec<Rule>> = models.iter().map(rules).collect();
    let (mut bindings, mut point, mut faults) = (points.bindings(), Point::default(), Vec::new());
    let mut failures = BTreeSet::new();
    for index in 0..points.len() {
        let failed = points.attempt(index, &mut bindings, &mut point);
        if let Some(Failed { number, fault }) = failed {
            if !failures.contains(&number) {
                failures.insert(number);
                faults.push(at_point(Broken::of(fault), &[number], points, &point, main));
            }
            continue;
        }
        if point.repeat > 0 {
            continue;
        }
        let Some(rules) = sets.get_mut(point.variant) else { continue };
        for rule in rules.iter_mut() {
            if let Some(broken) = rule.attempt(&bindings, &point) {
                faults.push(at_point(broken, &rule.uses, points, &point, main));
            }
        }
        if sets.iter().all(|rules| rules.iter().all(|r| r.broken)) {
            break;
        }
    }
    faults
}

impl Rule {
    fn attempt(&mut self, bindings: &Bindings<'_>, point: &Point) -> Option<Broken> {
        if self.broken {
            return None;
        }
        let same = |tried: &Vec<u64>| {
            self.uses
                .iter()
                .zip(tried)
                .all(|(k, old)| point.values.get(*k).is_some_and(|v| v.to_bits() == *old))
        };
        if self.tried.as_ref().is_some_and(same) {
            return None;
        }
        let tried = self.tried.get_or_insert_default();
        tried.clear();
        tried.extend(self.uses.iter().map(|k| point.values.get(*k).map_or(0, |v| v.to_bits())));
        let broken = (self.test)(bindings).err();
        self.broken = broken.is_some();
        broken
    }
}

/// Names the swept values that the rule depends on, and where they come from.
fn at_point(broken: Broken, uses: &[usize], points: &Points, point: &Point, main: TextId) -> Fault {
    let mut message = broken.message;
    let mut fault = Fault::new(broken.code, broken.span, "");
    let mut values = Vec::new();
    let block = points.block_of(point.index);
    for k in block.sources(uses, points.frame()) {
        values.push(shown(k, points, point));
        if let Some(span) = block.span_of(Slot::Number(k)).filter(|span| *span != broken.span) {
            fault = fault.also(span, "swept here");
        }
    }
    if !values.is_empty() {
        message.push_str(&format!(", at point {} ({})", point.index, values.join(", ")));
    }
    fault.message = message;
    fault.help = broken.help;
    if fault.span == Span::default() {
        fault.span.text = main;
    }
    fault
}

/// `taum = 20 ms`
fn shown(number: usize, points: &Points, point: &Point) -> String {
    let (name, _, dimension) = &points.frame().numbers[number];
    let unit = units::display(*dimension);
    let value = point.values[number] / unit.scale;
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

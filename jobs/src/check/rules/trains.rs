//! The rules of spike generators: neurons that exist, one spike of a neuron in a step, periods of whole steps.

use std::collections::HashMap;
use std::sync::Arc;

use kernels::language::ast::{Expr, Span};
use kernels::model::{Model, RowsOf, SpikeGenerator, SpikeList};

use super::Broken;
use super::clocks::is_whole;
use super::collect::Collector;
use super::sizes::{integer, real, size};
use crate::codes;
use crate::points::Bindings;

/// A spike: seconds, neuron, and its number in the list or file, from 0.
type Spike = (f64, u32, u32);

/// The list of a generator, so that its rule can be tried at points.
enum List {
    Written(Vec<(u32, Expr)>),
    Rows { values: Arc<Vec<f64>>, lines: Arc<Vec<u32>>, of: Option<RowsOf>, span: Span },
}

impl List {
    fn of(spikes: &SpikeList, model: &Model) -> List {
        match spikes {
            SpikeList::Written(list) => List::Written(list.clone()),
            SpikeList::Rows { data, of, lines, span } => {
                let values = model.data[*data].values.clone();
                List::Rows { values, lines: lines.clone(), of: of.clone(), span: *span }
            }
        }
    }

    /// What its values depend on.
    fn exprs(&self) -> Vec<Expr> {
        match self {
            List::Written(list) => list.iter().map(|(_, time)| time.clone()).collect(),
            List::Rows { of, .. } => of.iter().map(|of| of.number.clone()).collect(),
        }
    }

    /// Where a spike is written.
    fn span(&self, spike: &Spike) -> Span {
        match self {
            List::Written(list) => list[spike.2 as usize].1.span,
            List::Rows { span, .. } => *span,
        }
    }

    /// What the user calls a spike.
    fn name(&self, spike: &Spike) -> String {
        match self {
            List::Written(_) => format!("number {} of the list", spike.2),
            List::Rows { .. } => format!("row {}", spike.2 + 1),
        }
    }

    /// The spikes at a point, in the order of their times; `dt` is the step of their clock.
    fn spikes(&self, dt: f64, bindings: &Bindings<'_>) -> Result<Vec<Spike>, Broken> {
        match self {
            List::Written(list) => {
                let mut spikes = Vec::with_capacity(list.len());
                for (k, (i, time)) in list.iter().enumerate() {
                    spikes.push((possible(time, dt, bindings)?, *i, k as u32));
                }
                spikes.sort_by(|a, b| a.0.total_cmp(&b.0));
                Ok(spikes)
            }
            List::Rows { values, lines, of, span } => {
                let (first, count) = match of {
                    Some(of) => chosen(of, *span, bindings)?,
                    None => (0, lines.len()),
                };
                let rows = values.chunks_exact(2).zip(lines.iter()).skip(first).take(count);
                Ok(rows.map(|(row, line)| (row[0], row[1] as u32, *line)).collect())
            }
        }
    }
}

/// A time that is rounded to just below 0 (11*ms - 10*ms - 1*ms) lies in the first step, by the shift of [`bin`].
fn possible(time: &Expr, dt: f64, bindings: &Bindings<'_>) -> Result<f64, Broken> {
    let t = real(time, bindings)?;
    if t.is_finite() && t + SHIFT * dt >= 0.0 {
        return Ok(t);
    }
    let message = if t < 0.0 { "the time is before the beginning" } else { "the time is not finite" };
    Err(Broken::new(codes::SPIKES, time.span, message.into()))
}

/// First row and number of rows. A number between those of the file may have none; beyond them it is a slip.
fn chosen(of: &RowsOf, span: Span, bindings: &Bindings<'_>) -> Result<(usize, usize), Broken> {
    let number = integer(&of.number, "the number of rows", bindings)?;
    if let Some((first, count)) = of.places.get(&number) {
        return Ok((*first as usize, *count as usize));
    }
    match (of.places.keys().next(), of.places.keys().next_back()) {
        (Some(low), Some(high)) if (low..=high).contains(&&number) => Ok((0, 0)),
        (Some(low), Some(high)) => {
            let message = format!("no row has the number {number}: they go from {low} to {high}");
            Err(Broken::new(codes::SPIKES, of.number.span, message))
        }
        _ => Err(Broken::new(codes::SPIKES, span, format!("no row has the number {number}: there is none"))),
    }
}

impl Collector<'_> {
    /// The list of a generator; `dt` is that of its clock.
    pub(super) fn train(&mut self, generator: &SpikeGenerator, model: &Model, dt: &Expr) {
        let (own, list, dt) = (generator.clone(), List::of(&generator.spikes, model), dt.clone());
        let mut exprs = list.exprs();
        exprs.extend([own.size.clone(), dt.clone()].into_iter().chain(own.period.clone()));
        self.add(&exprs.iter().collect::<Vec<_>>(), move |bindings| {
            // A size or a step that is not possible is reported by its own rule.
            let (Ok(neurons), Ok(dt)) = (size(&own.name, &own.size, bindings), real(&dt, bindings)) else {
                return Ok(());
            };
            if !(dt > 0.0 && dt.is_finite()) {
                return Ok(());
            }
            let spikes = list.spikes(dt, bindings)?;
            if let Some(spike) = spikes.iter().find(|spike| i64::from(spike.1) >= neurons) {
                let (what, last) = (list.name(spike), neurons - 1);
                let message = format!("{what} is of neuron {}, but {} has 0 to {last}", spike.1, own.name);
                return Err(Broken::new(codes::SPIKES, list.span(spike), message));
            }
            once_a_step(&own, &list, &spikes, dt)?;
            match &own.period {
                Some(period) => whole_steps(period, &list, spikes.last(), real(period, bindings)?, dt),
                None => Ok(()),
            }
        });
    }
}

/// Brian's shift, in steps (input/spikegeneratorgroup.py).
const SHIFT: f64 = 1e-3;

/// The step of a spike.
fn bin(time: f64, dt: f64) -> i64 {
    ((time + SHIFT * dt) / dt) as i64
}

fn once_a_step(generator: &SpikeGenerator, list: &List, spikes: &[Spike], dt: f64) -> Result<(), Broken> {
    let (mut now, mut seen): (i64, HashMap<u32, &Spike>) = (-1, HashMap::new());
    for spike in spikes {
        if bin(spike.0, dt) != now {
            now = bin(spike.0, dt);
            seen.clear();
        }
        let Some(before) = seen.insert(spike.1, spike) else { continue };
        let shown = |spike: &Spike| format!("{} at {} ms", list.name(spike), milliseconds(spike.0));
        let message = format!(
            "neuron {} of {} spikes twice in one step of {} ms: {}, {}",
            spike.1,
            generator.name,
            milliseconds(dt),
            shown(before),
            shown(spike)
        );
        let help = "a neuron spikes once in a step: give the generator a smaller dt, or drop one of them";
        return Err(Broken::new(codes::SPIKES, list.span(spike), message).help(help));
    }
    Ok(())
}

/// A period is a whole number of steps, and ends behind the last spike.
fn whole_steps(period: &Expr, list: &List, last: Option<&Spike>, value: f64, dt: f64) -> Result<(), Broken> {
    let broken = |message| Err(Broken::new(codes::SPIKES, period.span, message));
    let (shown, step) = (milliseconds(value), milliseconds(dt));
    if !value.is_finite() || !is_whole(value / dt) {
        return broken(format!("the period of {shown} ms is not a whole number of steps of {step} ms"));
    }
    match last {
        Some(last) if bin(last.0, dt) >= libm::round(value / dt) as i64 => {
            let (what, at) = (list.name(last), milliseconds(last.0));
            broken(format!("{what} comes at {at} ms, which is not within the period of {shown} ms"))
        }
        _ => Ok(()),
    }
}

/// For messages: nanoseconds are enough.
fn milliseconds(seconds: f64) -> String {
    let text = format!("{:.6}", seconds * 1e3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

//! How often neurons will fire: what nobody can know before simulating, and where each figure comes from.

use std::collections::BTreeMap;

use jobs::Bindings;
use kernels::data::{Way, timed};
use kernels::language::ast::{Expr, ExprKind, ValueKind};
use kernels::language::evaluate::{self, Value, Values};
use kernels::layout::{Shape, real};
use kernels::model::{Group, Model, PoissonGroup};

/// Spikes a neuron and second where nothing is known.
pub const ASSUMED_RATE: f64 = 10.0;

/// Times and trains at which a rate that depends on them is looked at.
const SAMPLES: u64 = 16;

/// Where a rate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The group has no threshold.
    Silent,
    /// As the job gives it: the rate of a Poisson group, or a threshold that always holds.
    Given,
    /// `expected_rate` of the group or the event.
    Expected,
    /// Measured in a pilot.
    Measured,
    /// Nobody said anything.
    Assumed,
}

impl Basis {
    /// A stable name.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Silent => "silent",
            Basis::Given => "given",
            Basis::Expected => "expected",
            Basis::Measured => "measured",
            Basis::Assumed => "assumed",
        }
    }
}

/// The rate of a population in Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Firing {
    /// Spikes a neuron and second.
    pub hertz: f64,
    /// How it is known.
    pub basis: Basis,
}

/// Rates of all populations at a point, groups first; `measured` by name of the group.
pub fn rates(
    model: &Model,
    values: &Bindings<'_>,
    run: (f64, f64),
    measured: &BTreeMap<String, f64>,
    shape: &Shape,
) -> Vec<Firing> {
    let sources = model.groups.len() + model.poisson.len();
    let groups = model.groups.iter().map(|group| {
        if group.threshold.is_none() {
            return Firing { hertz: 0.0, basis: Basis::Silent };
        }
        if let Some(hertz) = measured.get(&group.name) {
            return Firing { hertz: *hertz, basis: Basis::Measured };
        }
        if always_fires(group) {
            return Firing { hertz: 1.0 / shape.dt(group.clock, run.1), basis: Basis::Given };
        }
        expected(group.expected_rate.as_ref(), values)
    });
    let events = model.groups.iter().flat_map(|group| &group.events);
    let events = events.map(|event| expected(event.expected_rate.as_ref(), values));
    let generators = model.generators.iter().zip(&shape.trains).zip(&shape.sizes[sources..]);
    let generators = generators.map(|((generator, train), size)| {
        let dt = shape.dt(generator.clock, run.1);
        let repeated = if train.period == 0 { run.0 } else { train.period as f64 * dt };
        let hertz = train.before(repeated, generator, model) as f64 / repeated / *size as f64;
        Firing { hertz: if hertz.is_finite() { hertz } else { 0.0 }, basis: Basis::Given }
    });
    let poisson = model
        .poisson
        .iter()
        .map(|group| poisson(model, group, values, (run.0, shape.dt(group.clock, run.1))));
    groups.chain(poisson).chain(generators).chain(events).collect()
}

fn expected(rate: Option<&Expr>, values: &Bindings<'_>) -> Firing {
    match rate.and_then(|rate| real(rate, values)) {
        Some(hertz) => Firing { hertz, basis: Basis::Expected },
        None => Firing { hertz: ASSUMED_RATE, basis: Basis::Assumed },
    }
}

/// A clock: a group that spikes at every step.
fn always_fires(group: &Group) -> bool {
    let holds = group.threshold.as_ref().map(|threshold| &threshold.kind);
    matches!(holds, Some(ExprKind::Boolean(true))) && group.refractory.is_none()
}

/// The mean over trains and time; assumed where it is drawn at random.
fn poisson(model: &Model, group: &PoissonGroup, values: &Bindings<'_>, (duration, dt): (f64, f64)) -> Firing {
    let size = real(&group.size, values).unwrap_or(1.0);
    let at = |k: u64, l: u64| {
        let part = |n: u64| (n as f64 + 0.5) / SAMPLES as f64;
        let at = Moment { i: (part(k) * size) as i64, t: part(l) * duration, dt, model, values };
        evaluate::scalar(&group.rate, &at).ok().and_then(|rate| rate.real())
    };
    let all = (0..SAMPLES).flat_map(|k| (0..SAMPLES).map(move |l| (k, l)));
    let found: Option<Vec<f64>> = all.map(|(k, l)| at(k, l).map(|rate| rate.clamp(0.0, 1.0 / dt))).collect();
    match found {
        Some(rates) => Firing { hertz: rates.iter().sum::<f64>() / rates.len() as f64, basis: Basis::Given },
        None => Firing { hertz: ASSUMED_RATE, basis: Basis::Assumed },
    }
}

/// What a rate can be computed from at one time, for one train.
struct Moment<'a> {
    i: i64,
    t: f64,
    dt: f64,
    model: &'a Model,
    values: &'a Bindings<'a>,
}

impl Values for Moment<'_> {
    fn value(&self, name: &str) -> Option<Value> {
        match name {
            "i" => Some(Value::Integer(self.i)),
            "t" => Some(Value::Real(self.t)),
            _ => self.values.value(name),
        }
    }

    fn called(&self, name: &str, given: &[Value]) -> Option<Value> {
        let lookup = self.model.lookups.iter().find(|lookup| lookup.name == name)?;
        let Way::Time(timed) = &lookup.way else { return self.values.called(name, given) };
        let (t, column) = (given.first()?.real()?, given.get(1).map_or(Some(0.0), Value::real)?);
        let spacing = real(&timed.dt, self.values)?;
        let found = timed::value(&self.model.data[lookup.data], timed, spacing, self.dt, t, column as i64);
        Some(match lookup.kind {
            ValueKind::Real => Value::Real(found),
            ValueKind::Integer => Value::Integer(found as i64),
            ValueKind::Boolean => Value::Boolean(found != 0.0),
        })
    }
}

//! How many synapses a generator of connections makes, as far as that is known before it is done: from its bounds, its
//! sizes and probabilities, not from its condition. Nothing is known where these are drawn or read variables of neurons.

use crate::language::ast::Expr;
use crate::language::evaluate::{Prepared, Value, Values};
use crate::language::walk;
use crate::model::{Generator, Taken, Through};
use crate::shape::Range;

/// Neurons that are looked at one by one; where there are more, nothing is known.
const LOOKED_AT: u64 = 4096;

/// An expression of a generator over what is known while it is done, and parameters whose values are known.
pub struct Formula {
    prepared: Prepared,
    slots: Vec<Value>,
    moves: bool,
}

/// Where a generator is: the neuron, the index that is made, the value of the variable.
pub type Place = [i64; 3];

impl Formula {
    /// `None` where something is drawn or is a variable of neurons.
    pub fn new(
        expr: &Expr,
        generator: &Generator,
        ends: (Range, Range),
        values: &dyn Values,
    ) -> Option<Formula> {
        let (neuron, made) = match generator.through {
            Through::Sources => ("i", "j"),
            Through::Targets => ("j", "i"),
        };
        let variable = generator.variable.as_deref().unwrap_or_default();
        let mut names = [neuron, made, variable, "N_pre", "N_post"].map(str::to_owned).to_vec();
        let numbers = [0, 0, 0, ends.0.len() as i64, ends.1.len() as i64];
        let mut slots = numbers.map(Value::Integer).to_vec();
        let mut moves = false;
        walk::names(expr, &mut |name, _| {
            moves |= name == neuron;
            if !names.iter().any(|known| known == name)
                && let Some(value) = values.value(name)
            {
                names.push(name.to_owned());
                slots.push(value);
            }
        });
        let prepared = Prepared::new(expr, &|name| names.iter().position(|known| known == name));
        let formula = Formula { prepared, slots, moves };
        formula.value([0; 3]).map(|_| formula)
    }

    /// The value at a place; `None` where it has none there.
    pub fn value(&self, place: Place) -> Option<Value> {
        let slot = |k: usize| match place.get(k) {
            Some(number) => Value::Integer(*number),
            None => self.slots[k].clone(),
        };
        self.prepared.value(&slot).ok()
    }

    fn at(&self, neuron: u64) -> Option<f64> {
        self.value([neuron as i64, 0, 0])?.real()
    }
}

/// What one neuron goes through.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Going {
    /// First value.
    pub low: i64,
    /// From one to the next.
    pub step: i64,
    /// How many there are.
    pub values: u64,
    /// The probability with which one is taken.
    pub part: f64,
    /// How many are taken at most, as far as that is certain.
    pub most: u64,
}

/// A generator between two ranges of neurons.
pub struct Making {
    low: Option<Formula>,
    high: Option<Formula>,
    step: Option<Formula>,
    number: Option<Formula>,
    kind: Kind,
    /// Neurons that are gone through.
    pub neurons: u64,
    /// Neurons of the other side.
    pub others: u64,
    fewer: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    All,
    Each,
    Some,
    Repeated,
}

impl Making {
    /// `None` where numbers are drawn or read variables of neurons.
    pub fn new(generator: &Generator, ends: (Range, Range), values: &dyn Values) -> Option<Making> {
        let sizes = [ends.0.len(), ends.1.len()];
        let (neurons, others) = match generator.through {
            Through::Sources => (sizes[0], sizes[1]),
            Through::Targets => (sizes[1], sizes[0]),
        };
        let formula = |expr: &Option<Expr>| match expr {
            Some(expr) => Formula::new(expr, generator, ends, values).map(Some),
            None => Some(None),
        };
        let (kind, number) = match &generator.taken {
            Taken::All => (Kind::All, None),
            Taken::Each(p) => (Kind::Each, Some(p)),
            Taken::Some(size) => (Kind::Some, Some(size)),
            Taken::Repeated(size) => (Kind::Repeated, Some(size)),
        };
        Some(Making {
            low: formula(&generator.values.low)?,
            high: formula(&generator.values.high)?,
            step: formula(&generator.values.step)?,
            number: formula(&number.cloned())?,
            kind,
            neurons,
            others,
            fewer: u64::from(generator.among.is_some()),
        })
    }

    /// What a neuron goes through; `None` where a number is not whole.
    pub fn at(&self, neuron: u64) -> Option<Going> {
        let whole = |formula: &Option<Formula>, absent: i64| match formula {
            Some(formula) => {
                let value = formula.at(neuron)?;
                (value == value.floor() && value.abs() < 2f64.powi(53)).then_some(value as i64)
            }
            None => Some(absent),
        };
        let (low, high, step) = (whole(&self.low, 0)?, whole(&self.high, 1)?, whole(&self.step, 1)?);
        let distance = match step {
            0 => return None,
            step if step > 0 => high - low,
            _ => low - high,
        };
        let values = (distance.max(0) as u64).div_ceil(step.unsigned_abs());
        let number = self.number.as_ref().map_or(Some(1.0), |formula| formula.at(neuron))?.max(0.0);
        let (part, most) = match self.kind {
            Kind::All => (1.0, values),
            Kind::Each => (number.min(1.0), values),
            Kind::Some => (number.min(values as f64) / (values as f64).max(1.0), (number as u64).min(values)),
            Kind::Repeated => (number / (values.saturating_sub(self.fewer) as f64).max(1.0), number as u64),
        };
        Some(Going { low, step, values, part, most })
    }

    fn is_same_for_all(&self) -> bool {
        [&self.low, &self.high, &self.step, &self.number].into_iter().flatten().all(|f| !f.moves)
    }

    /// A bound of all synapses, each counted once, that chance does not reach in practice.
    pub fn bound(&self) -> Option<u64> {
        let same = self.is_same_for_all();
        if !same && self.neurons > LOOKED_AT {
            return None;
        }
        let (looked_at, each) = if same { (1, self.neurons) } else { (self.neurons, 1) };
        let (mut mean, mut most) = (0.0, 0_u64);
        for neuron in 0..looked_at {
            let going = self.at(neuron)?;
            mean += each as f64 * going.values as f64 * going.part;
            most = most.saturating_add(each.saturating_mul(going.most));
        }
        match self.kind {
            Kind::Each => Some(((mean + 12.0 * mean.sqrt() + 1024.0) as u64).min(most)),
            _ => Some(most),
        }
    }
}

/// A bound of the synapses of a generator, each counted once.
pub fn most(generator: &Generator, ends: (Range, Range), values: &dyn Values) -> u64 {
    let known = Making::new(generator, ends, values).and_then(|making| making.bound());
    known.unwrap_or_else(|| {
        let (sources, targets) = (ends.0.len(), ends.1.len());
        sources.saturating_mul(targets).saturating_add(1024 * sources.max(targets))
    })
}

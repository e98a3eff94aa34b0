//! How many synapses a generator will make: what neurons go through, and at a sample of it, which results count.

use jobs::Bindings;
use kernels::language::ast::Expr;
use kernels::language::evaluate::{Prepared, Value};
use kernels::layout::Range;
use kernels::making::{Going, Making, most};
use kernels::model::{Generator, Model, Through};

use super::connections::Connections;

/// Values at which a generator is evaluated.
const VALUES: u64 = 60_000;
/// Neurons that are looked at.
const NEURONS: u64 = 2_000;

/// Names of the slots of prepared expressions: the neuron, the index that is made, the sizes, the variable; parameters
/// follow.
const OWN: usize = 5;

struct Sample<'a> {
    making: Making,
    element: Option<Prepared>,
    factors: Vec<Prepared>,
    sizes: [u64; 2],
    values: &'a Bindings<'a>,
    bound: bool,
}

/// The synapses of a generator between two ranges.
pub fn expected(
    generator: &Generator,
    model: &Model,
    ends: (Range, Range),
    values: &Bindings<'_>,
) -> Connections {
    let Some(making) = Making::new(generator, ends, values) else {
        let most = most(generator, ends, values) as f64;
        return Connections { synapses: most, tried: most, bound: true };
    };
    let (neuron, made) = if generator.through == Through::Sources { ("i", "j") } else { ("j", "i") };
    let slot = |name: &str| {
        let own = [neuron, made, "N_pre", "N_post"].iter().position(|own| *own == name);
        let variable = || generator.variable.as_deref().is_some_and(|v| v == name).then_some(OWN - 1);
        let parameter = || model.parameters.iter().position(|p| p.name == name).map(|k| OWN + k);
        own.or_else(variable).or_else(parameter)
    };
    let prepare = |e: &Expr| Prepared::new(e, &slot);
    let mut sample = Sample {
        making,
        element: generator.element.as_ref().map(prepare),
        factors: Vec::new(),
        sizes: [ends.0.len(), ends.1.len()],
        values,
        bound: false,
    };
    for factor in generator.condition.iter().chain(&generator.n).map(prepare) {
        match sample.value(&factor, [0, 0], 0) {
            Some(_) => sample.factors.push(factor),
            None => sample.bound = true,
        }
    }
    sample.expected()
}

impl Sample<'_> {
    fn value(&self, prepared: &Prepared, [neuron, made]: [i64; 2], variable: i64) -> Option<f64> {
        let own = [neuron, made, self.sizes[0] as i64, self.sizes[1] as i64, variable];
        let slot = |k: usize| match own.get(k) {
            Some(n) => Value::Integer(*n),
            None => self.values.numbers[k - OWN].clone(),
        };
        match prepared.value(&slot).ok()? {
            Value::Boolean(holds) => Some(f64::from(u8::from(holds))),
            number => number.real().filter(|x| x.is_finite()),
        }
    }

    /// How many synapses one value gives.
    fn of(&self, neuron: u64, variable: i64) -> f64 {
        let made = match &self.element {
            Some(element) => match self.value(element, [neuron as i64, 0], variable) {
                Some(made) => made as i64,
                None => return 1.0,
            },
            None => variable,
        };
        if self.element.is_some() && !(0..self.making.others as i64).contains(&made) {
            return 0.0;
        }
        let factor = |f: &Prepared| self.value(f, [neuron as i64, made], variable).unwrap_or(1.0).max(0.0);
        self.factors.iter().map(factor).product()
    }

    fn neuron(&self, neuron: u64, going: Going, looked_at: u64) -> f64 {
        let looked_at = looked_at.min(going.values);
        let sum: f64 = (0..looked_at)
            .map(|k| {
                let at = ((k as f64 + 0.5) / looked_at as f64 * going.values as f64) as i64;
                self.of(neuron, going.low + at * going.step)
            })
            .sum();
        if looked_at == 0 { 0.0 } else { sum / looked_at as f64 * going.values as f64 * going.part }
    }

    fn expected(&self) -> Connections {
        let neurons = self.making.neurons;
        let looked_at = neurons.min(NEURONS);
        let each = VALUES / looked_at.max(1);
        let (mut synapses, mut tried) = (0.0, 0.0);
        for k in 0..looked_at {
            let neuron = ((k as f64 + 0.5) / looked_at as f64 * neurons as f64) as u64;
            let Some(going) = self.making.at(neuron) else { continue };
            synapses += self.neuron(neuron, going, each);
            tried += going.values as f64 * going.part;
        }
        let scale = neurons as f64 / looked_at.max(1) as f64;
        Connections { synapses: synapses * scale, tried: tried * scale, bound: self.bound }
    }
}

//! How many synapses a generator will make: what neurons go through, and at a sample of it, which results count.

use jobs::Bindings;
use kernels::language::ast::Expr;
use kernels::language::evaluate::Value;
use kernels::layout::Range;
use kernels::making::{Formula, Going, Making, most};
use kernels::model::Generator;

use super::connections::Connections;

/// Values at which a generator is evaluated.
const VALUES: u64 = 60_000;
/// Neurons that are looked at.
const NEURONS: u64 = 2_000;

struct Sample {
    making: Making,
    element: Option<Formula>,
    factors: Vec<Formula>,
    bound: bool,
}

/// The synapses of a generator between two ranges.
pub fn expected(generator: &Generator, ends: (Range, Range), values: &Bindings<'_>) -> Connections {
    let Some(making) = Making::new(generator, ends, values) else {
        let most = most(generator, ends, values) as f64;
        return Connections { synapses: most, tried: most, bound: true };
    };
    let formula = |e: &Expr| Formula::new(e, generator, ends, values);
    let parts = generator.condition.iter().chain(&generator.n);
    let factors: Vec<Option<Formula>> = parts.map(formula).collect();
    let bound = factors.iter().any(Option::is_none);
    let element = generator.element.as_ref().map(formula);
    let bound = bound || matches!(element, Some(None));
    let factors = factors.into_iter().flatten().collect();
    Sample { making, element: element.flatten(), factors, bound }.expected()
}

/// A number, or a condition as 1 or 0.
fn number(value: Value) -> Option<f64> {
    match value {
        Value::Boolean(holds) => Some(f64::from(u8::from(holds))),
        number => number.real().filter(|x| x.is_finite()),
    }
}

impl Sample {
    /// How many synapses one value gives.
    fn of(&self, neuron: u64, variable: i64) -> f64 {
        let made = match &self.element {
            Some(element) => match element.value([neuron as i64, 0, variable]).and_then(number) {
                Some(made) => made as i64,
                None => return 1.0,
            },
            None => variable,
        };
        if self.element.is_some() && !(0..self.making.others as i64).contains(&made) {
            return 0.0;
        }
        let place = [neuron as i64, made, variable];
        let factor = |f: &Formula| f.value(place).and_then(number).unwrap_or(1.0).max(0.0);
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

//! How many synapses a rule will make, from the probability and the condition at a sample of pairs.

use jobs::Bindings;
use kernels::language::ast::{Binary, Expr, ExprKind};
use kernels::language::evaluate::{Prepared, Value};
use kernels::layout::Range;
use kernels::model::{Chosen, Connect, Model};

/// Pairs at which a rule is evaluated.
const PAIRS: u64 = 60_000;
/// Columns of a row that are all looked at.
const COLUMNS: u64 = 4_000;

/// Synapses of an object.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Connections {
    /// How many, expected.
    pub synapses: f64,
    /// Pairs at which the kernel will draw or test.
    pub tried: f64,
    /// A rule depends on variables or on random numbers of its own: all its pairs are counted.
    pub bound: bool,
}

/// The synapses of an object between two ranges.
pub fn expected(model: &Model, object: usize, ends: (Range, Range), values: &Bindings<'_>) -> Connections {
    let mut sum = Connections::default();
    for connect in &model.synapses[object].connect {
        let one = match connect {
            Connect::Pairs { i, .. } => {
                Connections { synapses: i.len() as f64, tried: i.len() as f64, bound: false }
            }
            Connect::Generator(generator) => super::generators::expected(generator, ends, values),
            Connect::Rule { condition, p, n } => {
                Rule::new([condition, p, n], model, ends, values).expected(values)
            }
        };
        sum.synapses += one.synapses;
        sum.tried += one.tried;
        sum.bound |= one.bound;
    }
    sum
}

/// How many synapses a monitor chooses of so many: those that are listed, or the part of all pairs for which its condition
/// holds, as far as that depends on the pair alone.
pub fn chosen(
    chosen: &Chosen,
    model: &Model,
    ends: (Range, Range),
    values: &Bindings<'_>,
) -> impl Fn(f64) -> f64 {
    let (most, part) = match chosen {
        Chosen::Listed(list) => (list.len() as f64, 1.0),
        Chosen::Where(condition) => {
            let mut conditions = Vec::new();
            conjuncts(condition, &mut conditions);
            // There may be no pairs at all: synapses onto synapses that a rule does not make.
            let pairs = (ends.0.len() as f64 * ends.1.len() as f64).max(1.0);
            let part = |condition: &Expr| {
                let rule = Rule::new([&Some(condition.clone()), &None, &None], model, ends, values);
                rule.expected(values).synapses / pairs
            };
            (f64::INFINITY, conditions.into_iter().map(part).product())
        }
    };
    move |synapses| (synapses * part).min(most)
}

/// The conditions of which all must hold.
fn conjuncts<'e>(condition: &'e Expr, into: &mut Vec<&'e Expr>) {
    match &condition.kind {
        ExprKind::Binary(Binary::And, a, b) => [a, b].into_iter().for_each(|part| conjuncts(part, into)),
        _ => into.push(condition),
    }
}

/// Condition, probability and number of synapses of a pair, each as a factor; and what is the same for all pairs.
struct Rule {
    factors: Vec<Prepared>,
    /// The probability, where it is the same along a row: misses are skipped.
    skips: Option<Prepared>,
    /// Nothing depends on the pair.
    uniform: bool,
    bound: bool,
    rows: u64,
    columns: u64,
}

/// Slots of prepared rules; parameters follow.
const OWN: [&str; 4] = ["i", "j", "N_pre", "N_post"];

impl Rule {
    fn new(parts: [&Option<Expr>; 3], model: &Model, ends: (Range, Range), values: &Bindings<'_>) -> Rule {
        let slot = |name: &str| {
            let own = OWN.iter().position(|o| *o == name);
            own.or_else(|| model.parameters.iter().position(|p| p.name == name).map(|k| OWN.len() + k))
        };
        let (rows, columns) = (ends.0.len(), ends.1.len());
        let along = |p: &&Expr| !kernels::program::algebra::mentions(p, "j");
        let skips = parts[1].as_ref().filter(along).map(|p| Prepared::new(p, &slot));
        let of_pair =
            |e: &Expr| ["i", "j"].into_iter().any(|index| kernels::program::algebra::mentions(e, index));
        let uniform = !parts.into_iter().flatten().any(of_pair);
        let mut rule = Rule { factors: Vec::new(), skips, uniform, bound: false, rows, columns };
        for part in parts.into_iter().flatten() {
            let factor = Prepared::new(part, &slot);
            if rule.factor(&factor, 0, 0, values).is_some() {
                rule.factors.push(factor);
            } else {
                rule.bound = true;
            }
        }
        rule
    }

    fn factor(&self, factor: &Prepared, i: u64, j: u64, values: &Bindings<'_>) -> Option<f64> {
        let own = [i, j, self.rows, self.columns];
        let slot = |k: usize| match own.get(k) {
            Some(n) => Value::Integer(*n as i64),
            None => values.numbers[k - own.len()].clone(),
        };
        match factor.value(&slot).ok()? {
            Value::Boolean(holds) => Some(f64::from(u8::from(holds))),
            number => number.real().filter(|x| x.is_finite()).map(|x| x.max(0.0)),
        }
    }

    fn at(&self, i: u64, j: u64, values: &Bindings<'_>) -> f64 {
        self.factors.iter().map(|f| self.factor(f, i, j, values).unwrap_or(1.0)).product()
    }

    fn expected(&self, values: &Bindings<'_>) -> Connections {
        let pairs = self.rows as f64 * self.columns as f64;
        if self.uniform {
            let synapses = pairs * self.at(0, 0, values);
            return Connections { synapses, tried: self.tried(values), bound: self.bound };
        }
        let looked_at = self.columns.min(COLUMNS);
        let rows = (PAIRS / looked_at.max(1)).clamp(1, self.rows.max(1));
        let mut sum = 0.0;
        for k in 0..rows {
            let i = ((k as f64 + 0.5) / rows as f64 * self.rows as f64) as u64;
            sum += self.row(i, values);
        }
        let mut synapses = sum * self.rows as f64 / rows as f64;
        if synapses == 0.0 && rows < self.rows {
            synapses = pairs * self.scattered(values);
        }
        Connections { synapses, tried: self.tried(values), bound: self.bound }
    }

    /// Pairs that the kernel looks at: those drawn, or all.
    fn tried(&self, values: &Bindings<'_>) -> f64 {
        let pairs = self.rows as f64 * self.columns as f64;
        let Some(p) = &self.skips else { return pairs };
        let rows = self.rows.clamp(1, COLUMNS);
        let at = |k: u64| self.factor(p, k * self.rows / rows, 0, values).unwrap_or(1.0).min(1.0);
        (0..rows).map(at).sum::<f64>() / rows as f64 * pairs
    }

    /// Synapses a pair, at pairs of many rows: where few rows have any at all, those looked at whole may miss them.
    fn scattered(&self, values: &Bindings<'_>) -> f64 {
        let all = (0..PAIRS).map(|k| {
            let i = ((k as f64 + 0.5) / PAIRS as f64 * self.rows as f64) as u64;
            let j = (jitter(i, k) * self.columns as f64) as u64;
            self.at(i, j, values)
        });
        all.sum::<f64>() / PAIRS as f64
    }

    /// All columns of a row, or those next to the same place in the target and a sample of the others.
    fn row(&self, i: u64, values: &Bindings<'_>) -> f64 {
        if self.columns <= COLUMNS {
            return (0..self.columns).map(|j| self.at(i, j, values)).sum();
        }
        let middle = (i as f64 / self.rows as f64 * self.columns as f64) as u64;
        let from = middle.min(i).saturating_sub(COLUMNS / 4).min(self.columns - COLUMNS / 2);
        let near = from..from + COLUMNS / 2;
        let close: f64 = near.clone().map(|j| self.at(i, j, values)).sum();
        let others = self.columns - COLUMNS / 2;
        let step = others as f64 / (COLUMNS / 2) as f64;
        let sampled = (0..COLUMNS / 2).map(|k| {
            let j = ((k as f64 + jitter(i, k)) * step) as u64;
            self.at(i, if j < near.start { j } else { j + COLUMNS / 2 }, values)
        });
        close + sampled.sum::<f64>() * step
    }
}

/// A number from 0 to below 1 that is always the same, but falls into step with no period of a rule: the finalizer of
/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
fn jitter(i: u64, k: u64) -> f64 {
    let mut z = (i << 32 | k).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64
}

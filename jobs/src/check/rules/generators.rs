//! What is known of generators of connections at a point: degrees that are too large, indices that do not exist.
//!
//! Of samples only the size is known; of large networks the first and the last neurons are looked at, where a window
//! leaves the range. The rest is found when the synapses are made.

use kernels::language::ast::Expr;
use kernels::language::evaluate::Value;
use kernels::layout::Range;
use kernels::making::{Formula, Making};
use kernels::model::{Generator, Slice, Synapses, Taken, Through};

use super::Broken;
use super::collect::Collector;
use super::sizes::{Sizes, bounds, integer};
use crate::codes;
use crate::points::Bindings;

/// Values that are looked at.
const VALUES: u64 = 20_000;
/// Neurons at each end, where there are more.
const ENDS: u64 = 50;

impl Collector<'_> {
    /// The rules of a generator.
    pub(super) fn generator(&mut self, generator: &Generator, synapses: &Synapses, sizes: &Sizes) {
        self.numbers(generator);
        let of = match generator.through {
            Through::Sources => &synapses.target,
            Through::Targets => &synapses.source,
        };
        self.degree(generator, of, sizes);
        self.indices(generator, synapses, sizes);
    }

    fn numbers(&mut self, generator: &Generator) {
        if let Some(n) = generator.n.as_ref().filter(|n| self.is_fixed(n)) {
            self.count(n);
        }
        if let Some(step) = &generator.values.step {
            self.number(step, "the step", codes::CONNECT, |x| (x == 0.0).then_some("0"));
        }
        let negative = |x: f64| (x < 0.0).then_some("negative");
        match &generator.taken {
            Taken::All => {}
            Taken::Each(p) => {
                let outside = |x: f64| (!(0.0..=1.0).contains(&x)).then_some("not between 0 and 1");
                self.number(p, "the probability", codes::POINT, outside);
            }
            Taken::Some(size) | Taken::Repeated(size) => {
                let what = if generator.element.is_some() { "the size of the sample" } else { "the degree" };
                self.number(size, what, codes::CONNECT, negative);
            }
        }
    }

    /// A degree is not larger than the number of neurons that there are.
    fn degree(&mut self, generator: &Generator, of: &Slice, sizes: &Sizes) {
        let (Taken::Some(degree), None) = (&generator.taken, &generator.element) else { return };
        let Some((_, size, _)) = sizes.get(of.of) else { return };
        if generator.skip_if_invalid || !self.is_fixed(degree) {
            return;
        }
        let mut exprs = vec![degree, size];
        exprs.extend(of.start.iter().chain(&of.stop));
        let (own, part, sizes) = (degree.clone(), of.clone(), sizes.clone());
        let others = generator.among.is_some();
        self.add(&exprs, move |bindings| {
            let Ok((start, stop)) = bounds(&part, &sizes, bindings) else { return Ok(()) };
            let value = integer(&own, "the degree", bindings)?;
            if value <= stop - start {
                return Ok(());
            }
            let among = if others { "at most " } else { "" };
            let message = format!("the degree is {value}, but there are {among}{} neurons to choose from", stop - start);
            Err(Broken::new(codes::CONNECT, own.span, message)
                .help("write repeats = true to draw with repetition, or skip_if_invalid = true to take what there is"))
        });
    }

    /// Indices exist, where all that a generator reads is known.
    fn indices(&mut self, generator: &Generator, synapses: &Synapses, sizes: &Sizes) {
        let Some(element) = &generator.element else { return };
        if generator.skip_if_invalid || !matches!(generator.taken, Taken::All) {
            return;
        }
        let mut exprs: Vec<&Expr> = Vec::new();
        for slice in [&synapses.source, &synapses.target] {
            exprs.extend(slice.start.iter().chain(&slice.stop));
            exprs.extend(sizes.get(slice.of).map(|(_, size, _)| size));
        }
        let kernels::model::connect::Values { low, high, step } = &generator.values;
        exprs.extend([low, high, step, &generator.condition].into_iter().flatten());
        exprs.push(element);
        let (own, sizes) = (generator.clone(), sizes.clone());
        let slices = [synapses.source.clone(), synapses.target.clone()];
        let span = element.span;
        self.add(&exprs, move |bindings| {
            let Some(message) = missing(&own, &slices, &sizes, bindings) else { return Ok(()) };
            Err(Broken::new(codes::CONNECT, span, message)
                .help("exclude them behind 'if', or write skip_if_invalid = true to leave them out"))
        });
    }
}

/// An index that does not exist, in words.
fn missing(
    generator: &Generator,
    slices: &[Slice; 2],
    sizes: &Sizes,
    bindings: &Bindings<'_>,
) -> Option<String> {
    let range = |slice: &Slice| {
        sizes.get(slice.of)?;
        let (start, end) = bounds(slice, sizes, bindings).ok()?;
        Some(Range { start: start as u64, stop: end as u64 })
    };
    let ends = (range(&slices[0])?, range(&slices[1])?);
    let making = Making::new(generator, ends, bindings)?;
    let formula = |expr: &Expr| Formula::new(expr, generator, ends, bindings);
    let element = formula(generator.element.as_ref()?)?;
    let condition = match &generator.condition {
        Some(condition) => Some(formula(condition)?),
        None => None,
    };
    let (own, made) = if generator.through == Through::Sources { ("i", "j") } else { ("j", "i") };
    let last = making.neurons.saturating_sub(ENDS).max(ENDS.min(making.neurons));
    let mut looked_at = 0;
    for neuron in (0..ENDS.min(making.neurons)).chain(last..making.neurons) {
        let going = making.at(neuron)?;
        for k in 0..going.values {
            looked_at += 1;
            if looked_at > VALUES {
                return None;
            }
            let variable = going.low + k as i64 * going.step;
            let index = element.value([neuron as i64, 0, variable])?.real()?;
            let place = [neuron as i64, index as i64, variable];
            let counts = condition.as_ref().is_none_or(|c| c.value(place) != Some(Value::Boolean(false)));
            if !counts {
                continue;
            }
            if index != libm::floor(index) {
                return Some(format!("the index {made} is {index} where {own} is {neuron}, no whole number"));
            }
            if !(index >= 0.0 && index < making.others as f64) {
                let others = making.others - 1;
                return Some(format!(
                    "the index {made} is {index} where {own} is {neuron}, but indices go from 0 to {others}"
                ));
            }
        }
    }
    None
}

//! The rules of synapses and slices.

use kernels::language::ast::{Expr, Span};
use kernels::model::{Connect, Slice, Synapses};

use super::Broken;
use super::collect::Collector;
use super::sizes::{LARGEST, Sizes, bounds, integer, size};
use crate::codes;

impl Collector<'_> {
    pub(super) fn synapses(&mut self, synapses: &Synapses, sizes: &Sizes) {
        self.slice(&synapses.source, sizes, None);
        self.slice(&synapses.target, sizes, None);
        for delay in synapses.pathways.iter().filter_map(|pathway| pathway.delay.as_ref()) {
            self.number(delay, "the delay", codes::POINT, |x| (x < 0.0).then_some("negative"));
        }
        for rule in &synapses.connect {
            match rule {
                Connect::Rule { p, n, .. } => {
                    if let Some(p) = p {
                        let outside = |x: f64| (!(0.0..=1.0).contains(&x)).then_some("not between 0 and 1");
                        self.number(p, "the probability", codes::POINT, outside);
                    }
                    if let Some(n) = n.as_ref().filter(|n| self.is_fixed(n)) {
                        self.count(n);
                    }
                }
                Connect::Generator(generator) => self.generator(generator, synapses, sizes),
                Connect::Pairs { i, j, rows, span, given: _ } => {
                    for (list, name, end) in [(i, "i", &synapses.source), (j, "j", &synapses.target)] {
                        let largest =
                            list.iter().enumerate().max_by_key(|(k, index)| (**index, std::cmp::Reverse(*k)));
                        let index = largest.map(|(k, index)| {
                            let row =
                                if *rows { format!("'{name}', row {},", k + 1) } else { format!("'{name}'") };
                            (*index, row, *span)
                        });
                        self.slice(end, sizes, index);
                    }
                }
            }
        }
    }

    /// The number of sources of a Poisson input.
    pub(super) fn sources(&mut self, n: &Expr) {
        let own = n.clone();
        self.add(&[n], move |bindings| {
            let value = integer(&own, "the number of sources", bindings)?;
            if (0..=LARGEST).contains(&value) {
                return Ok(());
            }
            let message = format!("the number of sources must be from 0 to {LARGEST}, not {value}");
            Err(Broken::new(codes::POINT, own.span, message))
        });
    }

    pub(super) fn count(&mut self, n: &Expr) {
        let own = n.clone();
        self.add(&[n], move |bindings| {
            let value = integer(&own, "the number of synapses of a pair", bindings)?;
            if (0..=LARGEST).contains(&value) {
                return Ok(());
            }
            let message = format!("the number of synapses of a pair must be 0 or more, not {value}");
            Err(Broken::new(codes::POINT, own.span, message))
        });
    }

    /// A slice is not empty, and holds an index.
    pub(super) fn slice(&mut self, slice: &Slice, sizes: &Sizes, index: Option<(u32, String, Span)>) {
        let Some((_, expr, _)) = sizes.get(slice.of) else { return };
        if slice.start.is_none() && slice.stop.is_none() && index.is_none() {
            return;
        }
        let mut exprs = vec![expr];
        exprs.extend(slice.start.iter().chain(&slice.stop));
        let own = sizes.clone();
        let part = slice.clone();
        self.add(&exprs, move |bindings| {
            let Some((name, expr, _)) = own.get(part.of) else { return Ok(()) };
            if size(name, expr, bindings).is_err() {
                return Ok(());
            }
            let found = bounds(&part, &own, bindings);
            let Some((index, what, listed)) = &index else { return found.map(|_| ()) };
            let Ok((start, stop)) = found else { return Ok(()) };
            if i64::from(*index) < stop - start {
                return Ok(());
            }
            let count = stop - start;
            let message =
                format!("{what} has index {index}, but there are {count} neurons, 0 to {}", count - 1);
            Err(Broken::new(codes::CONNECT, *listed, message))
        });
    }
}

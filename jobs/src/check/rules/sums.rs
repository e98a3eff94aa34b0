//! The rule of summed variables: no neuron has two sums for one variable.

use kernels::language::ast::Expr;
use kernels::model::{Model, Slice};

use super::super::sums::{doubled, is_whole};
use super::Broken;
use super::collect::Collector;
use super::sizes::{Sizes, bounds};
use crate::codes;

impl Collector<'_> {
    /// Sums of different objects for parts of one group; whole groups were compared before.
    pub(super) fn sums(&mut self, model: &Model) {
        let sizes = Sizes::of(model);
        for [(first, one, name), (second, other, _)] in doubled(model) {
            if is_whole(one) || is_whole(other) {
                continue;
            }
            let Some((_, size, _)) = sizes.get(one.of) else { continue };
            let bounds_of =
                |slice: &Slice| slice.start.iter().chain(&slice.stop).cloned().collect::<Vec<Expr>>();
            let exprs = [vec![size.clone()], bounds_of(one), bounds_of(other)].concat();
            let (own, one, other) = (sizes.clone(), one.clone(), other.clone());
            let (variable, name, span) = (first.variable.clone(), name.to_string(), second.span);
            self.add(&exprs.iter().collect::<Vec<_>>(), move |bindings| {
                // Parts that are not possible are reported by their own rule.
                let (Ok(a), Ok(b)) = (bounds(&one, &own, bindings), bounds(&other, &own, bindings)) else {
                    return Ok(());
                };
                let (start, end) = (a.0.max(b.0), a.1.min(b.1));
                if start >= end {
                    return Ok(());
                }
                let neurons = match end - start {
                    1 => format!("neuron {start}"),
                    _ => format!("neurons {start} to {}", end - 1),
                };
                let message = format!("'{variable}' of {neurons} is summed by {name}, too");
                let help = "each sum begins at zero: give each a variable of its own, or other neurons";
                Err(Broken::new(codes::SUM, span, message).help(help))
            });
        }
    }
}

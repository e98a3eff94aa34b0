//! Who can spike: code and monitors that wait for spikes of a group without threshold are refused.

use kernels::language::ast::Span;
use kernels::language::fault::Fault;
use kernels::model::{Model, Population, Slice};

use super::model::Checker;
use crate::codes;

impl Checker<'_> {
    /// Refuses what waits for spikes of a part of a group that has none; `so` says what would follow.
    pub fn spikes(&mut self, slice: &Slice, model: &Model, waits: Span, so: &str) {
        let k = match slice.of {
            Population::Group(k) => k,
            Population::Synapses(_) => {
                let message =
                    format!("'{}' are synapses, which do not spike, and {so}", model.name(slice.of));
                let help = "let the pathway wait for the other side, or use a summed variable";
                self.faults.push(Fault::new(codes::NO_THRESHOLD, waits, message).help(help));
                return;
            }
            _ => return,
        };
        let group = &model.groups[k];
        // A threshold that was refused has its own fault.
        if !self.silent.contains(&group.name) {
            return;
        }
        let message = format!("'{}' has no threshold, so it never spikes and {so}", group.name);
        let help =
            format!("give [neurons.{}] a threshold, for example threshold = \"v > -50*mV\"", group.name);
        let fault = Fault::new(codes::NO_THRESHOLD, waits, message);
        self.faults.push(fault.also(group.span, "no threshold here").help(help));
    }
}

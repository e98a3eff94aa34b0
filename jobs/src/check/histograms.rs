//! Monitors that count spikes, intervals, neurons or pairs, instead of writing down every one.
//!
//! Refuses bins that are missing, and correlograms with what cannot spike.

use kernels::language::ast::{Expr, Span};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::model::{Bins, Model, MonitorKind, Slice};

use super::model::Checker;
use crate::codes;
use crate::written::{Record, Scalar};

impl Checker<'_> {
    /// Kinds of monitors that take spikes and have no keys of their own, or bins.
    pub fn of_spikes(
        &mut self,
        kind: &str,
        written: &Record,
        source: &Slice,
        model: &Model,
    ) -> Option<MonitorKind> {
        let hertz = Dimension::NONE.over(Dimension::TIME);
        Some(match kind {
            "counts" => MonitorKind::Counts,
            "isi_histogram" => {
                MonitorKind::IsiHistogram(self.bins(written, Dimension::TIME, "5 ms", "200 ms")?)
            }
            "rate_histogram" => MonitorKind::RateHistogram(self.bins(written, hertz, "1 Hz", "50 Hz")?),
            "autocorrelogram" => {
                MonitorKind::Autocorrelogram(self.bins(written, Dimension::TIME, "1 ms", "100 ms")?)
            }
            "correlogram" => self.correlogram(written, source, model)?,
            _ => MonitorKind::Counts,
        })
    }

    fn correlogram(&mut self, written: &Record, source: &Slice, model: &Model) -> Option<MonitorKind> {
        let target = match written.target {
            Some(text) => {
                let target = self.slice(text.id, model, "the target");
                if let Some(target) = &target {
                    self.spikes(target, model, text.span, "no pair would be found");
                    self.same_clock(source, target, text.span, model)?;
                }
                target
            }
            None => self.missing(&written.name, "record", "target", "target = \"P\""),
        };
        let bins = self.bins(written, Dimension::TIME, "1 ms", "100 ms");
        Some(MonitorKind::Correlogram { target: target?, bins: bins? })
    }

    /// Lags are counted in steps, which both must have in common.
    fn same_clock(&mut self, source: &Slice, target: &Slice, span: Span, model: &Model) -> Option<()> {
        if model.clock(source.of) == model.clock(target.of) {
            return Some(());
        }
        let message =
            format!("'{}' and '{}' have different clocks", model.name(source.of), model.name(target.of));
        let help = "give both groups the same dt, or record their spikes";
        self.refuse(Fault::new(codes::MONITOR, span, message).help(help))
    }

    fn bins(&mut self, written: &Record, dimension: Dimension, bin: &str, max: &str) -> Option<Bins> {
        let mut width = |value: Option<&Scalar>, key: &str, example: &str| -> Option<Expr> {
            match value {
                Some(value) => self.fixed(value, dimension, &format!("'{key}'")),
                None => self.missing(&written.name, "record", key, &format!("{key} = \"{example}\"")),
            }
        };
        let (bin, max) = (width(written.bin.as_ref(), "bin", bin), width(written.max.as_ref(), "max", max));
        Some(Bins { bin: bin?, max: max? })
    }

    /// A time that is the same for the whole of a simulation, if it is given.
    pub fn time(&mut self, value: Option<&Scalar>, what: &str) -> Option<Expr> {
        self.fixed(value?, Dimension::TIME, what)
    }
}

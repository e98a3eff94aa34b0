//! The rules of monitors and summaries: slices, times that are whole numbers of steps, bins.

use kernels::language::ast::{Expr, Span};
use kernels::model::{Bins, Monitor, MonitorKind, Reduction, ReductionKind, SpikeStatistic};

use super::Broken;
use super::collect::Collector;
use super::sizes::{Sizes, real};
use crate::codes;

/// No histogram has more bins.
const MOST_BINS: f64 = 1e6;

impl Collector<'_> {
    pub(super) fn monitor(&mut self, monitor: &Monitor, sizes: &Sizes, dt: &Expr, listed: Span) {
        self.slice(&monitor.source, sizes, None);
        self.window(monitor);
        match &monitor.kind {
            MonitorKind::Spikes { .. } | MonitorKind::Counts | MonitorKind::Snapshot { .. } => {}
            MonitorKind::Rate { smooth, bin } => {
                if let Some(smooth) = smooth {
                    self.positive(&smooth.width, "the width");
                }
                if let Some(bin) = bin {
                    self.multiple(bin, dt, "'bin'");
                }
            }
            MonitorKind::Synapses { every, last, .. } => self.state(every.as_ref(), last.as_ref()),
            MonitorKind::State { indices, every, last, .. } => {
                self.state(every.as_ref(), last.as_ref());
                if let Some(most) = indices.as_ref().and_then(|list| list.iter().max()) {
                    self.slice(&monitor.source, sizes, Some((*most, "'indices'".into(), listed)));
                }
            }
            MonitorKind::RateHistogram(bins) => {
                self.positive(&bins.bin, "'bin'");
                self.bins(bins);
            }
            MonitorKind::IsiHistogram(bins) | MonitorKind::Autocorrelogram(bins) => {
                self.multiple(&bins.bin, dt, "'bin'");
                self.bins(bins);
            }
            MonitorKind::Correlogram { target, bins } => {
                self.slice(target, sizes, None);
                self.multiple(&bins.bin, dt, "'bin'");
                self.bins(bins);
            }
        }
    }

    pub(super) fn reduction(&mut self, reduction: &Reduction, sizes: &Sizes, dt: &Expr) {
        self.slice(&reduction.source, sizes, None);
        match &reduction.kind {
            ReductionKind::Spikes(SpikeStatistic::Fano { window }) => {
                self.multiple(window, dt, "the window");
            }
            ReductionKind::Spikes(SpikeStatistic::VectorStrength { period }) => {
                self.positive(period, "the period");
            }
            ReductionKind::Spikes(SpikeStatistic::GammaFactor { delta, .. }) => {
                self.number(delta, "the precision", codes::POINT, |x| (x < 0.0).then_some("negative"));
            }
            ReductionKind::Spikes(_) | ReductionKind::State { .. } => {}
        }
    }

    fn state(&mut self, every: Option<&Expr>, last: Option<&Expr>) {
        if let Some(last) = last {
            self.positive(last, "'last'");
        }
        if let Some(every) = every {
            self.positive(every, "'every'");
        }
    }

    fn positive(&mut self, expr: &Expr, what: &str) {
        self.number(expr, what, codes::POINT, |x| (x <= 0.0).then_some("not positive"));
    }

    /// `from` and `to` are times of a run, in this order.
    fn window(&mut self, monitor: &Monitor) {
        if let Some(from) = &monitor.from {
            self.number(from, "'from'", codes::POINT, |x| (x < 0.0).then_some("negative"));
        }
        let Some(to) = &monitor.to else { return };
        self.positive(to, "'to'");
        let Some(from) = &monitor.from else { return };
        let (begin, end) = (from.clone(), to.clone());
        self.add(&[from, to], move |bindings| {
            let (from, to) = (real(&begin, bindings)?, real(&end, bindings)?);
            if from < to || from < 0.0 || !(to > 0.0 && to.is_finite()) {
                return Ok(());
            }
            let message = format!("'to' is {}, which is not after 'from'", milliseconds(to));
            Err(Broken::new(codes::POINT, end.span, message).help("choose a later time, or leave it out"))
        });
    }

    /// `max` is a whole number of bins; not too many.
    fn bins(&mut self, bins: &Bins) {
        self.positive(&bins.max, "'max'");
        let own = bins.clone();
        self.add(&[&bins.bin, &bins.max], move |bindings| {
            let (bin, max) = (real(&own.bin, bindings)?, real(&own.max, bindings)?);
            let count = max / bin;
            let near = libm::round(count);
            if !(bin > 0.0 && max > 0.0 && count.is_finite()) {
                return Ok(());
            }
            if near > MOST_BINS {
                let message = format!("these are {near} bins, and at most {MOST_BINS} are possible");
                return Err(Broken::new(codes::POINT, own.max.span, message).help("choose wider bins"));
            }
            if near >= 1.0 && libm::fabs(count - near) <= 1e-4 {
                return Ok(());
            }
            let message = "'max' is not a multiple of 'bin'".into();
            Err(Broken::new(codes::POINT, own.max.span, message).help("let a bin end at 'max'"))
        });
    }

    /// A time that is a whole number of steps.
    fn multiple(&mut self, time: &Expr, dt: &Expr, what: &'static str) {
        self.positive(time, what);
        let (own, step) = (time.clone(), dt.clone());
        self.add(&[time, dt], move |bindings| {
            let (time, dt) = (real(&own, bindings)?, real(&step, bindings)?);
            let ratio = time / dt;
            let near = libm::round(ratio);
            let fits = near >= 1.0 && libm::fabs(ratio - near) <= 1e-4;
            if fits || !(time > 0.0 && dt > 0.0) {
                return Ok(());
            }
            let (shown, step) = (milliseconds(time), milliseconds(dt));
            let message = format!("{what} is {shown}, which is not a multiple of the time step, {step}");
            let multiples = [libm::floor(ratio), libm::floor(ratio) + 1.0].into_iter().filter(|k| *k >= 1.0);
            let near: Vec<String> = multiples.map(|k| format!("\"{}\"", milliseconds(k * dt))).collect();
            let help = format!("write a multiple of dt, such as {}", near.join(" or "));
            Err(Broken::new(codes::POINT, own.span, message).help(&help))
        });
    }
}

/// A time in the unit of most time steps; twelve digits, to leave out what rounding adds.
fn milliseconds(seconds: f64) -> String {
    let rounded = format!("{:.11e}", seconds * 1e3).parse::<f64>().unwrap_or(seconds * 1e3);
    format!("{rounded} ms")
}

//! What is recorded of a model: tables of monitors, columns of the summary.

use crate::language::ast::{Expr, Span, ValueKind};
use crate::language::dimension::Dimension;
use crate::slots::When;

use super::Slice;

/// A monitor: one table of results.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// The table's name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// What is watched; indices in the table count from 0 in the slice.
    pub source: Slice,
    /// What is recorded.
    pub kind: MonitorKind,
    /// Its clock, for kinds that read at ticks of their own: see `Model::clocks`.
    pub clock: usize,
    /// When in a step state is read; `None`: slot start, order 0.
    pub when: Option<When>,
    /// Nothing before this time is (expression of parameters); `None`: from the beginning.
    pub from: Option<Expr>,
    /// Nothing from this time on is; `None`: up to the end.
    pub to: Option<Expr>,
}

/// The kinds of monitor.
#[derive(Debug, Clone)]
pub enum MonitorKind {
    /// `point,t,i`, one row a spike.
    Spikes {
        /// Values of the neuron at that moment, before its reset.
        variables: Vec<Recorded>,
    },
    /// `point,t,i,variables...` at the start of a step.
    State {
        /// Values of each neuron.
        variables: Vec<Recorded>,
        /// Only rows of so much time before the end (of the run, or where the point diverged) are kept.
        last: Option<Expr>,
        /// Neurons (relative to the slice), in the order of the rows; `None`: all.
        indices: Option<Vec<u32>>,
        /// Time between rows (expression of parameters); `None`: every step.
        every: Option<Expr>,
    },
    /// `point,t,i,j,variables...`, a row for each synapse, at the start of a step.
    Synapses {
        /// Number of the object; the monitor's source is that of its spikes.
        object: usize,
        /// Values of each synapse.
        variables: Vec<Recorded>,
        /// Which synapses; `None`: all.
        chosen: Option<Chosen>,
        /// As for `State`.
        last: Option<Expr>,
        /// Likewise.
        every: Option<Expr>,
    },
    /// `point,t,rate`, one row a step (or a bin).
    Rate {
        /// Smoothing over time; not with bins.
        smooth: Option<Smooth>,
        /// Time of a bin; `None`: a step.
        bin: Option<Expr>,
    },
    /// `point,t,object,variable,i,value` (SI units): all variables of all groups and synapses, at the start of a step.
    Snapshot {
        /// Number of a group, and its variables.
        groups: Vec<(usize, Vec<Recorded>)>,
        /// Likewise of objects of synapses.
        synapses: Vec<(usize, Vec<Recorded>)>,
    },
    /// `point,i,count`, one row a neuron: its spikes.
    Counts,
    /// `point,isi,count`, one row a bin: intervals between spikes, of all neurons together.
    IsiHistogram(Bins),
    /// `point,rate,count`, one row a bin: neurons by their rates.
    RateHistogram(Bins),
    /// `point,lag,count`, one row a bin: pairs of spikes of one neuron, of all neurons together.
    Autocorrelogram(Bins),
    /// `point,lag,count`, one row a bin: pairs of a spike of the source and a spike of the target.
    Correlogram {
        /// Whose spikes come `lag` later.
        target: Slice,
        /// Of lags, to both sides.
        bins: Bins,
    },
}

/// Which synapses of an object are recorded: decided once, when they are made.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// Those of these numbers, rising, in the order of a table of all of them: by `i`, `j` and delay (longest first).
    Listed(Vec<u32>),
    /// Those for which this holds: a condition over `i`, `j`, parameters, delays and initial values.
    Where(Expr),
}

/// A value that is recorded: a column of a table.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its name, also that of its column.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// A variable, or an expression of the code of the group or the synapses.
    pub value: Expr,
    /// Its kind.
    pub kind: ValueKind,
    /// Its dimension.
    pub dimension: Dimension,
}

/// Bins of a histogram: half-open, side by side from 0 (lags of two populations: from `-max`).
#[derive(Debug, Clone)]
pub struct Bins {
    /// Width of a bin: an expression of parameters, in seconds, or Hz for rates.
    pub bin: Expr,
    /// Where the last one ends.
    pub max: Expr,
}

/// Smoothing of a rate, as Brian's `smooth_rate`.
#[derive(Debug, Clone)]
pub struct Smooth {
    /// `true`: gaussian, `false`: flat.
    pub gaussian: bool,
    /// Its width: an expression of parameters with dimension of time.
    pub width: Expr,
}

/// One column of `summary.csv`.
#[derive(Debug, Clone)]
pub struct Reduction {
    /// The column's name.
    pub name: String,
    /// The neurons.
    pub source: Slice,
    /// What is computed of them.
    pub kind: ReductionKind,
    /// At which times: a condition over parameters, `t`, `t_in_timesteps` and `dt`; `None`: always.
    pub when: Option<Expr>,
}

/// What a reduction is computed of.
#[derive(Debug, Clone)]
pub enum ReductionKind {
    /// Of a variable, over all neurons and steps (values at the start of steps): by the kernel.
    State {
        /// What is done.
        operation: Reduce,
        /// A variable, or an expression of the group's code.
        value: Expr,
        /// Its kind.
        kind: ValueKind,
        /// Its dimension.
        dimension: Dimension,
    },
    /// Of spikes: by whoever drains the kernel.
    Spikes(SpikeStatistic),
}

/// The operations over a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Reduce {
    Minimum,
    Maximum,
    Mean,
    /// Standard deviation over all neurons and steps (population form).
    Deviation,
    /// Mean over neurons at the last step that counts.
    Last,
}

/// Statistics of spike trains. Those of each neuron alone are averaged over the neurons that have one.
#[derive(Debug, Clone)]
pub enum SpikeStatistic {
    /// Spikes of all neurons.
    Count,
    /// Spikes a neuron and second, in Hz.
    Rate,
    /// Standard deviation over mean of the inter-spike intervals of a neuron.
    Cv,
    /// Mean of 2|b - a|/(b + a) over intervals a, b that follow each other (Holt et al. 1996, J Neurophysiol 75:1806).
    Cv2,
    /// Variance over mean of a neuron's spike counts in windows side by side.
    Fano {
        /// Length of a window: an expression of parameters, in seconds.
        window: Expr,
    },
    /// Length of the mean of exp(2 pi i t/period) over all spikes (Goldberg and Brown 1969, J Neurophysiol 32:613).
    VectorStrength {
        /// An expression of parameters, in seconds.
        period: Expr,
    },
    /// Coincidences with a train, less those of chance, of a neuron (Jolivet et al. 2008, J Neurosci Methods 169:417).
    GammaFactor {
        /// Index into `Model::arrays`: the times of the train, in seconds.
        train: usize,
        /// How far apart coincident spikes are at most: an expression of parameters, in seconds.
        delta: Expr,
    },
    /// Time of a neuron's first spike.
    Latency,
}

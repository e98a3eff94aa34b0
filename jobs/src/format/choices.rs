//! Choices between names. The first is the default, where there is one.

/// Names among which a key chooses.
#[derive(Debug)]
pub struct Choices {
    /// What can be chosen.
    pub names: &'static [&'static str],
    /// What is refused as not supported yet.
    pub later: &'static [&'static str],
}

const fn all(names: &'static [&'static str]) -> Choices {
    Choices { names, later: &[] }
}

/// `[run] noise`
pub const NOISE: Choices = all(&["independent", "common"]);
/// `[run] arithmetic`
pub const ARITHMETIC: Choices = Choices { names: &["strict"], later: &["fast"] };
/// `[run] precision`
pub const PRECISION: Choices = Choices { names: &["double"], later: &["single"] };
/// `scale` of an axis.
pub const SCALES: Choices = all(&["linear", "log"]);
/// `design` of a sweep.
pub const DESIGNS: Choices = all(&["latin_hypercube", "sobol", "random"]);
/// `scramble` of a Sobol sequence.
pub const SCRAMBLES: Choices = all(&["owen", "none"]);
/// `interpolation` of a table.
pub const TABLE_INTERPOLATIONS: Choices = all(&["linear", "previous", "nearest"]);
/// `outside` of a table.
pub const OUTSIDE: Choices = all(&["hold", "nan"]);
/// `window` of a smoothed rate.
pub const WINDOWS: Choices = all(&["gaussian", "flat"]);
/// `[output] columns`
pub const COLUMNS: Choices = Choices { names: &["plain"], later: &["inline"] };
/// `interpolation` of a timed array.
pub const INTERPOLATIONS: Choices = all(&["previous", "linear"]);
/// `columns` of a file, where it is no list.
pub const ALL_COLUMNS: Choices = all(&["all"]);
/// What `[summary]` computes.
pub const REDUCTIONS: Choices = all(&[
    "min",
    "max",
    "mean",
    "std",
    "last",
    "count",
    "rate",
    "cv",
    "cv2",
    "fano",
    "vector_strength",
    "gamma_factor",
    "latency",
]);
/// Kinds of monitors.
pub const KINDS: Choices = all(&[
    "spikes",
    "events",
    "state",
    "synapses",
    "rate",
    "counts",
    "isi_histogram",
    "rate_histogram",
    "autocorrelogram",
    "correlogram",
    "snapshot",
]);

/// The keys that belong to a kind of monitor, besides `kind` and `source`.
#[derive(Debug)]
pub struct Fits {
    /// The kind.
    pub kind: &'static str,
    /// Its keys.
    pub keys: &'static [&'static str],
    /// Those of them that must be given.
    pub needed: &'static [&'static str],
}

/// Every kind of monitor.
pub const MONITORS: &[Fits] = &[
    Fits { kind: "spikes", keys: &["variables", "slot", "order", "from", "to"], needed: &[] },
    Fits { kind: "events", keys: &["event", "variables", "slot", "order", "from", "to"], needed: &["event"] },
    Fits {
        kind: "state",
        keys: &["variables", "indices", "every", "at", "slot", "order", "from", "to", "last"],
        needed: &["variables"],
    },
    Fits {
        kind: "synapses",
        keys: &["variables", "indices", "where", "every", "at", "slot", "order", "from", "to", "last"],
        needed: &["variables"],
    },
    Fits { kind: "rate", keys: &["smooth", "bin", "event", "from", "to"], needed: &[] },
    Fits { kind: "counts", keys: &["event", "from", "to"], needed: &[] },
    Fits { kind: "isi_histogram", keys: &["bin", "max", "event", "from", "to"], needed: &["bin", "max"] },
    Fits { kind: "rate_histogram", keys: &["bin", "max", "event", "from", "to"], needed: &["bin", "max"] },
    Fits { kind: "autocorrelogram", keys: &["bin", "max", "event", "from", "to"], needed: &["bin", "max"] },
    Fits {
        kind: "correlogram",
        keys: &["target", "bin", "max", "event", "from", "to"],
        needed: &["target", "bin", "max"],
    },
    Fits { kind: "snapshot", keys: &["at", "slot", "order"], needed: &["at"] },
];

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
/// `window` of a smoothed rate.
pub const WINDOWS: Choices = all(&["gaussian", "flat"]);
/// `[output] columns`
pub const COLUMNS: Choices = Choices { names: &["plain"], later: &["inline"] };
/// What `[summary]` computes.
pub const REDUCTIONS: Choices = all(&["min", "max", "mean"]);
/// Kinds of monitors.
pub const KINDS: Choices = all(&["spikes", "events", "state", "rate"]);

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
    Fits { kind: "spikes", keys: &[], needed: &[] },
    Fits { kind: "events", keys: &["event"], needed: &["event"] },
    Fits {
        kind: "state",
        keys: &["variables", "indices", "every", "at", "slot", "order"],
        needed: &["variables"],
    },
    Fits { kind: "rate", keys: &["smooth", "event"], needed: &[] },
];

//! `[job]`, `[run]`, `[output]`.

use super::Takes::{Boolean, Choice, List, Map, Text, Unit};
use super::kinds::{NUMBER, TIME, key, whole};
use super::{ARITHMETIC, COLUMNS, NOISE, Names, PRECISION, Table};

/// The version of the format.
pub const VERSION: i64 = 1;
/// The time step, where the job gives none.
pub const DEFAULT_DT: &str = "0.1 ms";
/// The seed, where the job gives none.
pub const DEFAULT_SEED: i64 = 0;

/// `[job]`
pub const JOB: Table = Table {
    title: "[job]",
    keys: &[
        key("name", Text, "\"cuba\"", "Name of the job, without `/`; results go to `results/NAME`.")
            .otherwise("the file's name without `.toml`"),
        key("description", Text, "\"A network\"", "Goes to `datapackage.json`.").or("\"\""),
    ],
    later: &[],
};

/// `[run]`
pub const RUN: Table = Table {
    title: "[run]",
    keys: &[
        key("duration", TIME, "\"1 s\"", "Simulated time; may depend on parameters.")
            .otherwise("the sum of the phases; needed without `[[phase]]`"),
        key("dt", TIME, "\"0.05 ms\"", "Time step; may depend on parameters.").or("\"0.1 ms\""),
        key(
            "seed",
            NUMBER,
            "42",
            "Seed of all random numbers, a whole number from 0; may depend on parameters.",
        )
        .or("0"),
        key(
            "noise",
            Choice(&NOISE),
            "\"common\"",
            "Whether each configuration draws random numbers of its own during the run, or all the same.",
        )
        .or("\"independent\""),
        key("arithmetic", Choice(&ARITHMETIC), "\"strict\"", "How numbers are computed.").or("\"strict\""),
        key("precision", Choice(&PRECISION), "\"double\"", "The numbers of the simulation.").or("\"double\""),
        key(
            "strict_nan",
            Boolean,
            "true",
            "Values that are not finite are looked for at each step, also in whatever changes of synapses; else every 1000 steps.",
        )
        .or("false"),
        key(
            "slots",
            List(&Text, 6),
            "[\"start\", \"groups\", \"synapses\", \"thresholds\", \"resets\", \"end\"]",
            "The slots of a step in another order, or with more of them; each has one before and one after it.",
        )
        .otherwise("start, groups, thresholds, synapses, resets, end"),
        key(
            "checkpoint",
            TIME,
            "\"60 s\"",
            "Time on the clock after which the state of a point is kept on the disk, again and again; no result depends on it.",
        )
        .otherwise("a point that is cut short begins anew"),
    ],
    later: &[],
};

/// `[output]`
pub const OUTPUT: Table = Table {
    title: "[output]",
    keys: &[
        key(
            "units",
            Map(Names::Columns, &Unit),
            "{ t = \"s\" }",
            "Units of columns: by variable, by column, or by `\"table.variable\"`.",
        )
        .otherwise("ms, mV, nA, nS, pF, Hz; else SI"),
        key("columns", Choice(&COLUMNS), "\"plain\"", "Which columns tables repeat.").or("\"plain\""),
        key(
            "max_bytes",
            whole(1, i64::MAX),
            "2_000_000_000",
            "The run stops (exit code 74) when its rows take more; no result depends on it, so it may be raised.",
        )
        .or("100_000_000_000"),
    ],
    later: &[],
};

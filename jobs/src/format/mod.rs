//! The one description of the job file: tables, keys, types, units, defaults, examples, meanings.
//!
//! The reader takes the keys it knows from here and the checker its choices; the JSON Schema and the tables of
//! `docs/job-file.md` are printed from it. Nothing is read or refused here.

mod choices;
mod functions;
mod kinds;
mod model;
mod phases;
mod run;
mod schema;
mod spike_generators;
mod sweep;
mod synapses;
mod timed_arrays;

pub use choices::{
    ALL_COLUMNS, ARITHMETIC, COLUMNS, Choices, DESIGNS, Fits, INTERPOLATIONS, KINDS, MONITORS, NOISE,
    OUTSIDE, PRECISION, REDUCTIONS, SCALES, SCRAMBLES, TABLE_INTERPOLATIONS, WINDOWS,
};
pub use functions::FUNCTION;
pub use kinds::{Default, Key, Names, Table, Takes};
pub use model::{
    ACTION, EVENT, INITIAL, LINK, NEURONS, PARAMETER_FILE, PARAMETER_TEXT, PARAMETER_VALUE, POISSON,
    POISSON_INPUT, RECORD, SMOOTH,
};
pub use phases::PHASE;
pub use run::{DEFAULT_DT, DEFAULT_SEED, JOB, OUTPUT, RUN, VERSION};
pub use schema::schema;
pub use spike_generators::SPIKE_GENERATOR;
pub use sweep::{MOST_REPEATS, RANGE, SWEEP};
pub use synapses::{CONNECT, PATHWAY, SYNAPSES};
pub use timed_arrays::{SAMPLES, TIMED_ARRAY};

use Takes::{List, Map, OneOf};
use kinds::{key, whole};

/// Each `[kind.NAME]`.
const fn named(table: &'static Takes) -> Takes {
    Map(Names::Objects, table)
}

/// What the job file holds at its top level.
pub const ROOT: Table = Table {
    title: "the job file",
    keys: &[
        key("version", whole(VERSION, VERSION), "1", "Version of the format; may be left out.").or("1"),
        key("job", Takes::Table(&JOB), "{ name = \"cuba\" }", "Name and description.").otherwise("none"),
        key("run", Takes::Table(&RUN), "{ duration = \"1 s\" }", "Duration, time step, random numbers."),
        key(
            "parameters",
            Map(Names::Parameters, &model::PARAMETER),
            "{ tau = \"20 ms\", drive = \"10 mV\", E0 = \"2*drive\" }",
            PARAMETERS,
        )
        .otherwise("none"),
        key(
            "functions",
            named(&Takes::Table(&FUNCTION)),
            "{ decay = { arguments = [\"x\"], value = \"exp(-x)\" } }",
            "Functions of your own, by the name they are called by.",
        )
        .otherwise("none"),
        key(
            "neurons",
            named(&Takes::Table(&NEURONS)),
            "{ P = { size = 100, equations = \"dv/dt = -v/tau : volt\", threshold = \"v > -50*mV\" } }",
            "Groups of neurons, by name.",
        )
        .otherwise("none"),
        key(
            "schemes",
            named(&Takes::Scheme),
            "{ my_euler = \"x_new = x + dt*f(x, t)\" }",
            "Integration schemes, by name; `method` uses them as it does those that are built in.",
        )
        .otherwise("none"),
        key(
            "synapses",
            named(&Takes::Table(&SYNAPSES)),
            "{ S = { source = \"P\", target = \"P\", connect = {}, on_pre = \"v += 1*mV\" } }",
            "Synapses between two groups, by name.",
        )
        .otherwise("none"),
        key(
            "poisson",
            named(&Takes::Table(&POISSON)),
            "{ input = { size = 100, rate = \"10 Hz\" } }",
            "Groups that spike at random, by name.",
        )
        .otherwise("none"),
        key(
            "spike_generators",
            named(&Takes::Table(&SPIKE_GENERATOR)),
            "{ cue = { size = 1, indices = [0, 0], times = [\"1 ms\", \"2.5 ms\"] } }",
            "Groups that spike at given times, by name.",
        )
        .otherwise("none"),
        key(
            "poisson_inputs",
            named(&Takes::Table(&POISSON_INPUT)),
            "{ drive = { target = \"P\", variable = \"v\", n = 1000, rate = \"5 Hz\", weight = \"0.1 mV\" } }",
            "Events of many Poisson sources, added to a variable of neurons without synapses; by name.",
        )
        .otherwise("none"),
        key(
            "timed_arrays",
            named(&Takes::Table(&TIMED_ARRAY)),
            "{ stim = { values = [1, 2, 3], dt = \"1 ms\" } }",
            "Values that change with time, by the name they are called by.",
        )
        .otherwise("none"),
        key(
            "actions",
            named(&Takes::Table(&ACTION)),
            "{ kick = { on = \"P\", code = \"v += 1*mV\", every = \"10 ms\" } }",
            "What is done to neurons at times of its own, by name.",
        )
        .otherwise("none"),
        key(
            "record",
            named(&Takes::Table(&RECORD)),
            "{ spikes = { kind = \"spikes\", source = \"P\" } }",
            "What is recorded; each name becomes a table `NAME.csv`.",
        )
        .otherwise("none"),
        key(
            "summary",
            named(&Takes::Reduction),
            "{ v_mean = \"mean(P.v)\" }",
            "Further columns of `summary.csv`, by name.",
        )
        .otherwise("none"),
        key(
            "phase",
            OneOf(&[List(&Takes::Table(&PHASE), 0), Takes::Table(&PHASE)]),
            "[{ name = \"warm_up\", duration = \"1 s\" }]",
            "Phases of the run, one after the other; instead of `duration` in `[run]`.",
        )
        .otherwise("the run is of one piece"),
        key(
            "sweep",
            OneOf(&[List(&Takes::Table(&SWEEP), 0), Takes::Table(&SWEEP)]),
            "[{ axes = { tau = [\"10 ms\", \"20 ms\"] } }]",
            "Which points are simulated; several blocks follow each other.",
        )
        .otherwise("one point"),
        key("output", Takes::Table(&OUTPUT), "{ units = { t = \"s\" } }", "Units and columns of the tables.")
            .otherwise("none"),
        key(
            "include",
            List(&Takes::Text, 0),
            "[\"model.toml\"]",
            "Files in the job's folder whose tables are added to those of this file.",
        )
        .otherwise("none"),
    ],
    later: &[],
};

const PARAMETERS: &str = "Values with names, each of which can be swept.";

//! `[spike_generators.NAME]`.

use super::Takes::{List, Map, OneOf, Text};
use super::kinds::{NUMBER, ORDER, TIME, key, whole};
use super::model::PARAMETER_FILE;
use super::{Names, Table, Takes};

/// `[spike_generators.NAME]`
pub const SPIKE_GENERATOR: Table = Table {
    title: "[spike_generators.NAME]",
    keys: &[
        key("size", NUMBER, "10", "Number of neurons, a whole number from 1; may depend on parameters."),
        key(
            "indices",
            OneOf(&[List(&whole(0, i32::MAX as i64), 0), Takes::Table(&PARAMETER_FILE)]),
            "[0, 2, 2]",
            "Which neuron spikes, spike for spike, in any order; or a file of numbers.",
        )
        .otherwise("from `csv`"),
        key(
            "times",
            OneOf(&[List(&TIME, 0), Takes::Table(&PARAMETER_FILE)]),
            "[\"1 ms\", \"1 ms\", \"2.5 ms\"]",
            "When, as many; may depend on parameters. Or a file of times.",
        )
        .otherwise("from `csv`"),
        key(
            "csv",
            Text,
            "\"spikes.csv\"",
            "Instead of both: a CSV file with the columns `i` and `t_ms` (or another unit of time), such as our tables of \
             spikes. Text parameters may stand in its name: `\"{trial}.csv\"`.",
        )
        .otherwise("none"),
        key(
            "rows",
            Map(Names::Columns, &NUMBER),
            "{ point = 3 }",
            "Only the rows of `csv` that have this whole number in this column; may depend on parameters.",
        )
        .otherwise("all"),
        key(
            "period",
            TIME,
            "\"100 ms\"",
            "The list begins anew after this time, a whole number of time steps; may depend on parameters.",
        )
        .otherwise("never"),
        key("dt", TIME, "\"0.5 ms\"", "The time step of the generator's own clock; may depend on parameters.")
            .otherwise("that of the run"),
        key("slot", Text, "\"thresholds\"", "The slot of a step in which it spikes.").or("\"thresholds\""),
        key("order", ORDER, "1", "Its order among others in the slot.").or("0"),
    ],
    later: &[],
};

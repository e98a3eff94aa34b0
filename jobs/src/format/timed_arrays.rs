//! `[timed_arrays.NAME]`.

use super::Takes::{Choice, List, OneOf, Text, Unit, Value};
use super::choices::{ALL_COLUMNS, INTERPOLATIONS};
use super::kinds::{TIME, key};
use super::{Table, Takes};

/// `[timed_arrays.NAME]`
pub const TIMED_ARRAY: Table = Table {
    title: "[timed_arrays.NAME]",
    keys: &[
        key(
            "values",
            OneOf(&[List(&Value, 1), List(&List(&Value, 1), 1), Takes::Table(&SAMPLES)]),
            "[\"0 nA\", \"1 nA\", \"0.5 nA\"]",
            "One value a sample, called as `NAME(t)`; a list a sample, called as `NAME(t, column)`; or a file of them.",
        ),
        key("dt", TIME, "\"0.1 ms\"", "Time from sample to sample; may depend on parameters."),
        key(
            "interpolation",
            Choice(&INTERPOLATIONS),
            "\"linear\"",
            "Between samples: the one before, as in Brian, or a straight line.",
        )
        .or("\"previous\""),
    ],
    later: &[],
};

/// `values = { file = "x.csv", column = "I_nA" }`
pub const SAMPLES: Table = Table {
    title: "values = { ... }",
    keys: &[
        key(
            "file",
            Text,
            "\"data.csv\"",
            "A `.csv` file, or a `.npy` file of one or two dimensions, in the job's folder or below. Text parameters may \
             stand in it: `\"{trial}.csv\"`.",
        ),
        key(
            "column",
            Text,
            "\"drive_mV\"",
            "A column of a CSV file, called as `NAME(t)`; text parameters may stand in it.",
        )
        .otherwise("none"),
        key(
            "columns",
            OneOf(&[List(&Text, 1), Choice(&ALL_COLUMNS)]),
            "[\"drive_mV\"]",
            "Columns of a CSV file, or `\"all\"`, called as `NAME(t, column)` with numbers from 0.",
        )
        .otherwise("none"),
        key("unit", Unit, "\"mV\"", "The unit of the numbers.").otherwise("from the columns' names; else 1"),
    ],
    later: &[],
};

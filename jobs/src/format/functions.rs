//! `[functions.NAME]`.

use super::Takes::{Choice, List, OneOf, Text, Value};
use super::choices::{OUTSIDE, TABLE_INTERPOLATIONS};
use super::kinds::key;
use super::model::PARAMETER_FILE;
use super::{Table, Takes};

/// Values of a table.
const VALUES: Takes = OneOf(&[List(&Value, 2), Takes::Table(&PARAMETER_FILE)]);

/// `[functions.NAME]`
pub const FUNCTION: Table = Table {
    title: "[functions.NAME]",
    keys: &[
        key(
            "arguments",
            List(&Text, 1),
            "[\"x\", \"tau : second\"]",
            "Names of the arguments; with a unit, a call must give that dimension.",
        )
        .otherwise("a table"),
        key(
            "value",
            Text,
            "\"x*exp(-5*ms/tau)\"",
            "An expression of the arguments, parameters and other functions.",
        )
        .otherwise("a table"),
        key(
            "x",
            VALUES,
            "[\"-80 mV\", \"0 mV\"]",
            "Of a table: values of its one argument, in rising order.",
        )
        .otherwise("a formula"),
        key("y", VALUES, "[0, 1]", "Of a table: as many values of the function.").otherwise("a formula"),
        key(
            "interpolation",
            Choice(&TABLE_INTERPOLATIONS),
            "\"previous\"",
            "Of a table, between two rows: a straight line, the row before, or the nearest row.",
        )
        .or("\"linear\""),
        key(
            "outside",
            Choice(&OUTSIDE),
            "\"nan\"",
            "Of a table, outside of it: the value at its end, or not a number.",
        )
        .or("\"hold\""),
    ],
    later: &[],
};

//! `[[sweep]]` and the range of an axis.

use super::Takes::{Choice, Condition, List, Map, OneOf, Text, Value};
use super::kinds::{NUMBER, key, whole};
use super::{DESIGNS, Names, SCALES, SCRAMBLES, Table, Takes};
use crate::limits::Limits;
use crate::points::design;

/// The most repeats of a configuration.
pub const MOST_REPEATS: i64 = Limits::HIGHEST.points as i64;

/// `[[sweep]]`
pub const SWEEP: Table = Table {
    title: "[[sweep]]",
    keys: &[
        key(
            "axes",
            Map(Names::Parameters, &AXIS),
            "{ tau = [\"10 ms\", \"20 ms\"] }",
            "Values of parameters, by name; axes multiply, the last one fastest, unless there is a `design`.",
        )
        .otherwise("none"),
        key(
            "design",
            Choice(&DESIGNS),
            "\"latin_hypercube\"",
            "Spreads `n` points over the ranges of the axes, instead of a grid.",
        )
        .otherwise("a grid"),
        key("n", whole(1, design::MOST_POINTS as i64), "1000", "Number of points of a design.")
            .otherwise("needed with `design`"),
        key(
            "seed",
            NUMBER,
            "7",
            "Seed of a design, a whole number from 0; may depend on parameters that are not swept.",
        )
        .otherwise("`seed` of `[run]`"),
        key(
            "scramble",
            Choice(&SCRAMBLES),
            "\"none\"",
            "How a Sobol sequence is scrambled by the seed; `\"none\"`: it is the published one.",
        )
        .or("\"owen\""),
        key(
            "zip",
            OneOf(&[List(&Text, 0), List(&List(&Text, 0), 0)]),
            "[\"tau\", \"drive\"]",
            "Names of axes that advance together, or a list of such lists.",
        )
        .otherwise("none"),
        key("where", Condition, "\"drive > 15*mV\"", "Points for which this does not hold are left out.")
            .otherwise("all points"),
        key(
            "derived",
            Map(Names::Parameters, &Value),
            "{ E0 = \"-4*drive\" }",
            "Parameters computed at each point from the others.",
        )
        .otherwise("none"),
        key(
            "repeat",
            whole(1, MOST_REPEATS),
            "3",
            "How often each configuration is simulated, with other random numbers each time.",
        )
        .or("1"),
        key(
            "points",
            Text,
            "\"points.csv\"",
            "A CSV file with a configuration a row; columns are named `NAME` or `NAME_unit`.",
        )
        .otherwise("none"),
    ],
    later: &[],
};

/// The values of an axis.
const AXIS: Takes = OneOf(&[List(&Value, 1), Takes::Table(&RANGE)]);

/// A range of values.
pub const RANGE: Table = Table {
    title: "axes.NAME",
    keys: &[
        key("from", Value, "\"10 ms\"", "First value."),
        key("to", Value, "\"20 ms\"", "Last value."),
        key(
            "n",
            whole(1, Limits::HIGHEST.points as i64),
            "5",
            "Number of values, both ends included; this or `step`, and neither in a design.",
        )
        .otherwise("from `step`"),
        key(
            "step",
            Value,
            "\"2.5 ms\"",
            "Distance of values, on a linear scale; not where an end depends on another axis.",
        )
        .otherwise("from `n`"),
        key("scale", Choice(&SCALES), "\"log\"", "Whether differences or ratios are equal.").or("\"linear\""),
    ],
    later: &[],
};

//! The tables of the model: parameters, neurons, Poisson groups, synapses, monitors.

use kernels::language::dimension::Dimension;

use super::Takes::{
    Choice, Condition, Equations, List, Method, OneOf, Part, Statements, Text, TimeOrCondition, Unit, Value,
};
use super::choices::KINDS;
use super::kinds::{NUMBER, TIME, key, whole};
use super::{Table, Takes, WINDOWS};

const HERTZ: Takes = Takes::Quantity(Dimension::whole([0, 0, -1, 0, 0, 0, 0]));
/// Numbers of neurons, from 0.
const INDICES: Takes = List(&whole(0, i32::MAX as i64), 0);

/// The right-hand side of a parameter.
pub(super) const PARAMETER: Takes = OneOf(&[
    Value,
    List(&Value, 1),
    Takes::Table(&PARAMETER_VALUE),
    Takes::Table(&PARAMETER_TEXT),
    Takes::Table(&PARAMETER_FILE),
]);

/// `{ value = 3 }`
pub const PARAMETER_VALUE: Table = Table {
    title: "{ value = ... }",
    keys: &[key("value", Value, "\"20 ms\"", "The value: the same as without braces.")],
    later: &[],
};

/// `{ text = "euler" }`
pub const PARAMETER_TEXT: Table = Table {
    title: "{ text = ... }",
    keys: &[key(
        "text",
        Text,
        "\"euler\"",
        "Characters that take the place of `{NAME}` in strings of the model.",
    )],
    later: &[],
};

/// `{ file = "x.csv", column = "drive_mV" }`
pub const PARAMETER_FILE: Table = Table {
    title: "{ file = ... }",
    keys: &[
        key(
            "file",
            Text,
            "\"data.csv\"",
            "A `.csv` file or a one-dimensional `.npy` file in the job's folder or below.",
        ),
        key("column", Text, "\"drive_mV\"", "The column of a CSV file; needed there.").otherwise("none"),
        key("unit", Unit, "\"mV\"", "The unit of the numbers.").otherwise("from the column's name; else 1"),
    ],
    later: &[],
};

/// `[neurons.NAME]`
pub const NEURONS: Table = Table {
    title: "[neurons.NAME]",
    keys: &[
        key("size", NUMBER, "100", "Number of neurons, a whole number from 1; may depend on parameters."),
        key(
            "equations",
            Equations,
            "\"dv/dt = -v/tau : volt\"",
            "Differential equations, subexpressions and variables, one a line.",
        )
        .otherwise("no variables"),
        key("method", Method, "\"rk4\"", "How differential equations are integrated.")
            .otherwise("`exact` if all are linear, else `euler`; `heun` for noise that variables multiply"),
        key("threshold", Condition, "\"v > -50*mV\"", "The condition for a spike.").otherwise("no spikes"),
        key("reset", Statements, "\"v = E0\"", "What a spike does to its neuron.").otherwise("nothing"),
        key(
            "refractory",
            TimeOrCondition,
            "\"5 ms\"",
            "The time for which a neuron cannot spike again, or a condition while which it cannot.",
        )
        .otherwise("none"),
        key("initial", STARTS, "\"v = E0\"", "Values before the first step; a list is done in order.")
            .otherwise("0, false"),
        key(
            "expected_rate",
            HERTZ,
            "\"12 Hz\"",
            "Spikes a neuron and second that `check` reckons with; changes no result. May depend on parameters.",
        )
        .otherwise("10 Hz"),
    ],
    later: &[
        ("events", "custom events"),
        ("run_regularly", "regular operations"),
        ("dt", "groups with a clock of their own"),
        ("clock", "groups with a clock of their own"),
        ("linked", "linked variables"),
    ],
};

/// Initial values.
const STARTS: Takes = OneOf(&[Statements, Takes::Table(&INITIAL), List(&Takes::Table(&INITIAL), 0)]);

/// A part of `initial`.
pub const INITIAL: Table = Table {
    title: "initial",
    keys: &[
        key("where", Condition, "\"i < 10\"", "For which neurons or synapses.").otherwise("all"),
        key("set", Statements, "\"v = 0*mV\"", "What they are set to."),
    ],
    later: &[],
};

/// `[poisson.NAME]`
pub const POISSON: Table = Table {
    title: "[poisson.NAME]",
    keys: &[
        key("size", NUMBER, "1000", "Number of sources, a whole number from 1; may depend on parameters."),
        key("rate", HERTZ, "\"50 Hz\"", "Mean rate of each; may depend on parameters, `i` and `t`."),
    ],
    later: &[],
};

/// `[synapses.NAME]`
pub const SYNAPSES: Table = Table {
    title: "[synapses.NAME]",
    keys: &[
        key("source", Part, "\"P[:80]\"", "Where spikes come from: neurons or a Poisson group."),
        key("target", Part, "\"P\"", "Where they go: neurons."),
        key("equations", Equations, "\"w : volt\"", "Variables and subexpressions of each synapse.")
            .otherwise("none"),
        key("on_pre", Statements, "\"v += 1*mV\"", "What a spike of the source does.").otherwise("nothing"),
        key("on_post", Statements, "\"v_post -= 1*mV\"", "What a spike of the target does.")
            .otherwise("nothing"),
        key(
            "connect",
            OneOf(&[Takes::Table(&CONNECT), List(&Takes::Table(&CONNECT), 1)]),
            "{ p = 0.1 }",
            "Which pairs are connected: a rule, or a list of rules that are done in order.",
        ),
        key("initial", STARTS, "[{ set = \"w = 1*mV\" }]", "Values of synaptic variables; as for neurons.")
            .otherwise("0, false"),
        key("delay", TIME, "\"1.5 ms\"", "From a spike of the source to `on_pre`; rounded to steps.")
            .or("\"0 ms\""),
        key("delay_post", TIME, "\"2 ms\"", "From a spike of the target to `on_post`; rounded to steps.")
            .or("\"0 ms\""),
    ],
    later: &[
        ("method", "differential equations of synapses"),
        ("on_event", "custom events"),
        ("multisynaptic_index", "numbers of parallel synapses"),
        ("run_regularly", "regular operations"),
        ("order", "explicit orders"),
    ],
};

/// A rule of `connect`.
pub const CONNECT: Table = Table {
    title: "connect",
    keys: &[
        key("where", Condition, "\"i != j\"", "Which pairs.").otherwise("all"),
        key("p", NUMBER, "0.02", "The probability with which each of them is connected.").or("1"),
        key("n", NUMBER, "2", "Synapses of each connected pair.").or("1"),
        key("i", INDICES, "[0, 0, 1]", "Numbers of source neurons; with `j`, alone.").otherwise("by rule"),
        key("j", INDICES, "[1, 2, 0]", "Numbers of target neurons, as many.").otherwise("by rule"),
    ],
    later: &[("generator", "generators"), ("sample", "generators")],
};

/// `[record.NAME]`
pub const RECORD: Table = Table {
    title: "[record.NAME]",
    keys: &[
        key("kind", Choice(&KINDS), "\"state\"", "What is recorded."),
        key("source", Part, "\"P[:10]\"", "Of which neurons."),
        key(
            "variables",
            List(&Text, 1),
            "[\"v\"]",
            "Kind `state`, needed there: variables, subexpressions, `lastspike`, `not_refractory`.",
        )
        .otherwise("none"),
        key("indices", INDICES, "[0, 1, 5]", "Kind `state`: which neurons of the source.").otherwise("all"),
        key("every", TIME, "\"1 ms\"", "Kind `state`: time between rows, a multiple of `dt`.")
            .otherwise("every step"),
        key(
            "smooth",
            Takes::Table(&SMOOTH),
            "{ window = \"gaussian\", width = \"5 ms\" }",
            "Kind `rate`: a window over which rates are averaged.",
        )
        .otherwise("none"),
    ],
    later: &[("event", "custom events"), ("when", "recordings in other slots")],
};

/// `smooth`
pub const SMOOTH: Table = Table {
    title: "smooth",
    keys: &[
        key("window", Choice(&WINDOWS), "\"gaussian\"", "The shape of the window."),
        key("width", TIME, "\"5 ms\"", "Standard deviation of a Gaussian window, whole width of a flat one."),
    ],
    later: &[],
};

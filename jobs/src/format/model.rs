//! The tables of the model: parameters, neurons, Poisson groups, monitors.

use kernels::language::dimension::Dimension;

use super::Takes::{
    Choice, Condition, Equations, List, Map, Method, OneOf, Part, Statements, Text, TimeOrCondition,
    TimeOrRate, Unit, Value,
};
use super::choices::KINDS;
use super::kinds::{NUMBER, ORDER, TIME, key, whole};
use super::{Names, Table, Takes, WINDOWS};

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

/// Tolerated errors.
pub(super) const TOLERANCE: Takes = OneOf(&[Takes::Map(Names::Parameters, &Value), NUMBER]);

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
        key(
            "absolute_tolerance",
            TOLERANCE,
            "{ v = \"1e-4 mV\" }",
            "Method `rk45`: tolerated error of an inner step, by variable, or a number for all, in their units in tables. May depend on parameters.",
        )
        .or("1e-6"),
        key(
            "relative_tolerance",
            NUMBER,
            "1e-4",
            "Method `rk45`: tolerated error as a part of a variable's size, besides. May depend on parameters.",
        )
        .or("1e-6"),
        key(
            "max_steps",
            NUMBER,
            "100",
            "Method `rk45`: inner steps that a neuron may try in a step; with more, its point is `diverged`. May depend on parameters.",
        )
        .or("1000"),
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
        key("dt", TIME, "\"0.5 ms\"", "The time step of the group's own clock; may depend on parameters.")
            .otherwise("that of the run"),
        key("order", ORDER, "1", "Its order among others in the slots groups, thresholds and resets.").or("0"),
        key(
            "events",
            Map(Names::Objects, &Takes::Table(&EVENT)),
            "{ up = { condition = \"v > -50*mV\" } }",
            "Events besides spikes, by name.",
        )
        .otherwise("none"),
        key(
            "linked",
            Map(Names::Parameters, &OneOf(&[Text, Takes::Table(&LINK)])),
            "{ input = \"G.u\", near = { from = \"G.u\", index = \"i // 2\" } }",
            "For each variable with the flag `(linked)`: what it is read from.",
        )
        .otherwise("none"),
    ],
    later: &[
    ],
};

/// `[neurons.NAME.events.NAME]`
pub const EVENT: Table = Table {
    title: "[neurons.NAME.events.NAME]",
    keys: &[
        key(
            "condition",
            Condition,
            "\"v > -50*mV\"",
            "When it happens; at every step at which this is true.",
        ),
        key("slot", Text, "\"thresholds\"", "The slot of a step in which the condition is tested.")
            .or("\"after_thresholds\""),
        key("order", ORDER, "1", "Its order among others in that slot.").otherwise("that of the group"),
        key("code", Statements, "\"v = -60*mV\"", "What it does to its neuron.").otherwise("nothing"),
        key("code_slot", Text, "\"resets\"", "The slot of a step in which that is done.")
            .or("\"after_resets\""),
        key("code_order", ORDER, "1", "Its order among others in that slot.").otherwise("that of the group"),
        key(
            "expected_rate",
            HERTZ,
            "\"3 Hz\"",
            "Events a neuron and second that `check` reckons with; changes no result. May depend on parameters.",
        )
        .otherwise("10 Hz"),
    ],
    later: &[],
};

/// `[neurons.NAME.linked.NAME]`
pub const LINK: Table = Table {
    title: "linked",
    keys: &[
        key("from", Text, "\"G.u\"", "A variable or subexpression of another group, or of synapses."),
        key(
            "index",
            OneOf(&[NUMBER, INDICES]),
            "\"i // 2\"",
            "Which neuron of that group neuron `i` reads: a formula of `i`, `N` and parameters, or a list.",
        )
        .otherwise("the only one of a group of one, else neuron `i`"),
    ],
    later: &[],
};

/// `[actions.NAME]`
pub const ACTION: Table = Table {
    title: "[actions.NAME]",
    keys: &[
        key(
            "on",
            Part,
            "\"P[:10]\"",
            "For which neurons; `i` and `N` count in this part. Or an object of synapses: for all of its synapses.",
        ),
        key("code", Statements, "\"v += 1*mV\"", "What is done."),
        key(
            "every",
            TIME,
            "\"10 ms\"",
            "Time between, from 0 on; any time, also one that is no multiple of `dt`.",
        )
        .otherwise("every step"),
        key(
            "at",
            OneOf(&[TIME, List(&TIME, 1)]),
            "[\"10 ms\", \"25 ms\"]",
            "At these times, instead of `every`.",
        )
        .otherwise("none"),
        key("slot", Text, "\"end\"", "The slot of a step in which it is done.").or("\"start\""),
        key("order", ORDER, "1", "Its order among others in the slot.").or("0"),
    ],
    later: &[],
};

/// Initial values.
pub(super) const STARTS: Takes =
    OneOf(&[Statements, Takes::Table(&INITIAL), List(&Takes::Table(&INITIAL), 0)]);

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
        key("dt", TIME, "\"0.5 ms\"", "The time step of the group's own clock; may depend on parameters.")
            .otherwise("that of the run"),
        key("slot", Text, "\"thresholds\"", "The slot of a step in which it spikes.").or("\"thresholds\""),
        key("order", ORDER, "1", "Its order among others in the slot.").or("0"),
    ],
    later: &[],
};

/// `[poisson_inputs.NAME]`
pub const POISSON_INPUT: Table = Table {
    title: "[poisson_inputs.NAME]",
    keys: &[
        key("target", Part, "\"P[:100]\"", "Neurons, each of which receives events of its own."),
        key("variable", Text, "\"v\"", "The variable of the target that is raised."),
        key("n", NUMBER, "1000", "Sources of each neuron, a whole number from 0; may depend on parameters."),
        key("rate", HERTZ, "\"5 Hz\"", "Mean rate of each source; may depend on parameters, `i` and `t`."),
        key(
            "weight",
            Value,
            "\"0.1 mV\"",
            "What each event adds; may depend on parameters, `t` and variables of the target.",
        ),
        key("slot", Text, "\"start\"", "The slot of a step in which it acts.").or("\"synapses\""),
        key("order", ORDER, "1", "Its order among others in the slot.").or("0"),
    ],
    later: &[],
};

/// `[record.NAME]`
pub const RECORD: Table = Table {
    title: "[record.NAME]",
    keys: &[
        key("kind", Choice(&KINDS), "\"state\"", "What is recorded."),
        key("source", Part, "\"P[:10]\"", "Of which neurons, or which object of synapses; needed but for `snapshot`.").otherwise("all"),
        key(
            "variables",
            List(&Text, 1),
            "[\"v\"]",
            "Kinds `state` and `synapses`, needed there, `spikes` and `events`: variables, or `name = expression`.",
        )
        .otherwise("none"),
        key(
            "indices",
            INDICES,
            "[0, 1, 5]",
            "Kind `state`: which neurons of the source; kind `synapses`: which rows of a table of all.",
        )
        .otherwise("all"),
        key("where", Condition, "\"i == 3\"", "Kind `synapses`: which synapses, by initial values.").otherwise("all"),
        key(
            "every",
            TIME,
            "\"1 ms\"",
            "Kinds `state` and `synapses`: time between rows; any time, also one that is no multiple of `dt`.",
        )
        .otherwise("every step"),
        key(
            "smooth",
            Takes::Table(&SMOOTH),
            "{ window = \"gaussian\", width = \"5 ms\" }",
            "Kind `rate`: a window over which rates are averaged.",
        )
        .otherwise("none"),
        key(
            "event",
            Text,
            "\"up\"",
            "Kind `events`, needed there, and all that count: an event of the source instead of spikes.",
        )
        .otherwise("spikes"),
        key(
            "at",
            OneOf(&[TIME, List(&TIME, 1)]),
            "[\"10 ms\", \"25 ms\"]",
            "Kinds `state` and `synapses`: rows at these times, instead of `every`.",
        )
        .otherwise("none"),
        key(
            "last",
            TIME,
            "\"100 ms\"",
            "Kinds `state` and `synapses`: only rows of so much time before the end, or before the point diverged.",
        )
        .otherwise("all rows"),
        key("slot", Text, "\"end\"", "Where values are read: the slot of a step in which that is done.")
            .otherwise("start; for spikes that of the threshold"),
        key("order", ORDER, "1", "Where values are read: the order among others in the slot.")
            .otherwise("0; for spikes 1 more than the threshold"),
        key(
            "target",
            Part,
            "\"P[80:]\"",
            "Kind `correlogram`, needed there: whose spikes come after the lag.",
        )
        .otherwise("none"),
        key(
            "bin",
            TimeOrRate,
            "\"5 ms\"",
            "Kind `rate`: the time of a row; histograms and correlograms, needed there: the width of a bin.",
        )
        .otherwise("every step"),
        key(
            "max",
            TimeOrRate,
            "\"100 ms\"",
            "Histograms and correlograms, needed there: where the last bin ends.",
        )
        .otherwise("none"),
        key("from", TIME, "\"200 ms\"", "The time from which on something is recorded, or counts.")
            .or("\"0 ms\""),
        key("to", TIME, "\"1 s\"", "The time from which on it is not any more.").otherwise("the end"),
    ],
    later: &[],
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

//! The tables of synapses: the object, its pathways, how pairs are made.

use super::Takes::{Condition, Equations, List, Map, Method, OneOf, Part, Statements, Text, Value};
use super::kinds::{NUMBER, ORDER, TIME, key, whole};
use super::model::{PARAMETER_FILE, STARTS, TOLERANCE};
use super::{Names, Table, Takes};

/// Indices of a rule of `connect`: a list, or a generator.
const INDEXED: Takes = OneOf(&[List(&whole(0, i32::MAX as i64), 0), Text, Takes::Table(&PARAMETER_FILE)]);

/// Values given with pairs.
const GIVEN: Takes = OneOf(&[List(&Value, 1), Text, Takes::Table(&PARAMETER_FILE)]);

/// `[synapses.NAME]`
pub const SYNAPSES: Table = Table {
    title: "[synapses.NAME]",
    keys: &[
        key("source", Part, "\"P[:80]\"", "Where spikes come from: neurons, a Poisson group, a spike generator; or synapses that stand above, which have values but no spikes."),
        key("target", Part, "\"P\"", "Where they go: neurons; or synapses that stand above."),
        key(
            "equations",
            Equations,
            "\"w : volt\"",
            "Differential equations, subexpressions and variables of each synapse, and sums over them, one a line.",
        )
        .otherwise("none"),
        key("method", Method, "\"rk4\"", "How `(clock-driven)` equations are integrated.")
            .otherwise("as for neurons"),
        key("absolute_tolerance", TOLERANCE, "1e-4", "Method `rk45`: as for neurons.").or("1e-6"),
        key("relative_tolerance", NUMBER, "1e-4", "Method `rk45`: as for neurons.").or("1e-6"),
        key("max_steps", NUMBER, "100", "Method `rk45`: inner steps of a synapse in a step, as for neurons.")
            .or("1000"),
        key("dt", TIME, "\"0.5 ms\"", "The time step of `(clock-driven)` equations; may depend on parameters.")
            .otherwise("that of the run"),
        key("on_pre", Statements, "\"v += 1*mV\"", "What a spike of the source does.").otherwise("nothing"),
        key("on_post", Statements, "\"v_post -= 1*mV\"", "What a spike of the target does.")
            .otherwise("nothing"),
        key(
            "connect",
            OneOf(&[Takes::Table(&CONNECT), List(&Takes::Table(&CONNECT), 1)]),
            "{ p = 0.1 }",
            "Which pairs are connected: a rule, or a list of rules that are done in order.",
        ),
        key(
            "multisynaptic_index",
            Text,
            "\"k\"",
            "A name for the number of a synapse among those of its pair: 0, 1, ...",
        )
        .otherwise("none"),
        key("initial", STARTS, "[{ set = \"w = 1*mV\" }]", "Values of synaptic variables; as for neurons.")
            .otherwise("0, false"),
        key("delay", TIME, "\"1.5 ms\"", "From a spike of the source to `on_pre`; rounded to steps.")
            .or("\"0 ms\""),
        key("delay_post", TIME, "\"2 ms\"", "From a spike of the target to `on_post`; rounded to steps.")
            .or("\"0 ms\""),
        key("order_pre", ORDER, "-1", "The order of `on_pre` among others in the slot synapses.").or("-1"),
        key("order_post", ORDER, "1", "The order of `on_post` there.").or("1"),
        key("event_pre", Text, "\"up\"", "An event of the source that `on_pre` waits for instead of spikes.")
            .otherwise("spikes"),
        key("event_post", Text, "\"up\"", "An event of the target that `on_post` waits for.")
            .otherwise("spikes"),
        key(
            "pathways",
            Map(Names::Objects, &Takes::Table(&PATHWAY)),
            "{ slow = { on_pre = \"v += 1*mV\", delay = \"20 ms\" } }",
            "More of what spikes do, by name.",
        )
        .otherwise("none"),
    ],
    later: &[],
};

/// `[synapses.NAME.pathways.NAME]`
pub const PATHWAY: Table = Table {
    title: "[synapses.NAME.pathways.NAME]",
    keys: &[
        key("on_pre", Statements, "\"v += 1*mV\"", "What a spike of the source does.").otherwise("`on_post`"),
        key("on_post", Statements, "\"v_post -= 1*mV\"", "What a spike of the target does.")
            .otherwise("`on_pre`"),
        key("delay", TIME, "\"20 ms\"", "From the spike to this; rounded to steps.").or("\"0 ms\""),
        key("event", Text, "\"up\"", "An event of that side that it waits for.").otherwise("spikes"),
        key("slot", Text, "\"synapses\"", "The slot of a step in which it is done.").or("\"synapses\""),
        key("order", ORDER, "2", "Its order among others in the slot.")
            .otherwise("-1 with `on_pre`, 1 with `on_post`"),
    ],
    later: &[],
};

/// A rule of `connect`.
pub const CONNECT: Table = Table {
    title: "connect",
    keys: &[
        key("where", Condition, "\"i != j\"", "Which pairs.").otherwise("all"),
        key("p", NUMBER, "0.02", "The probability with which each of them is connected.").or("1"),
        key("n", NUMBER, "2", "Synapses of each connected pair.").or("1"),
        key(
            "i",
            INDEXED,
            "[0, 0, 1]",
            "Numbers of source neurons, with `j`; or a generator of them for each target.",
        )
        .otherwise("by rule"),
        key("j", INDEXED, "[1, 2, 0]", "Numbers of target neurons, as many; or a generator for each source.")
            .otherwise("by rule"),
        key(
            "skip_if_invalid",
            Takes::Boolean,
            "true",
            "With a generator or a degree: leave out indices that do not exist, rather than fail.",
        )
        .or("false"),
        key(
            "out_degree",
            NUMBER,
            "10",
            "Exactly so many targets for each source, drawn among those of `where`.",
        )
        .otherwise("by rule"),
        key(
            "in_degree",
            NUMBER,
            "10",
            "Exactly so many sources for each target, drawn among those of `where`.",
        )
        .otherwise("by rule"),
        key(
            "file",
            Text,
            "\"pairs.csv\"",
            "A CSV file of pairs, a row each, in the job's folder or below; `i`, `j` and `values` name its columns. Or a `.npy` file of two columns, sources and targets, without `i` and `j`.",
        )
        .otherwise("none"),
        key(
            "values",
            Takes::Map(Names::Parameters, &GIVEN),
            "{ w = [\"1 mV\", \"2 mV\", \"1 mV\"] }",
            "With listed pairs: values of synaptic variables, and of `delay` or `delay_post`, one for each pair.",
        )
        .otherwise("by `initial`"),
        key(
            "repeats",
            Takes::Boolean,
            "true",
            "With a degree: drawn with repetition, so that a pair can have several.",
        )
        .or("false"),
    ],
    later: &[],
};

//! `[[phase]]`.

use super::Takes::{Boolean, List, Map, Statements, Text, Value};
use super::kinds::{TIME, key};
use super::{Names, Table};

/// `[[phase]]`
pub const PHASE: Table = Table {
    title: "[[phase]]",
    keys: &[
        key("name", Text, "\"stimulus\"", "Its name, another one for each phase."),
        key("duration", TIME, "\"100 ms\"", "Simulated time of the phase; may depend on parameters."),
        key(
            "parameters",
            Map(Names::Parameters, &Value),
            "{ drive = \"20 mV\" }",
            "Values of parameters from this phase on.",
        )
        .otherwise("as before"),
        key(
            "off",
            List(&Text, 0),
            "[\"S\", \"m\"]",
            "What rests in this phase: groups, events (`P.up`), synapses (`S`, `S.on_pre`), actions, monitors.",
        )
        .otherwise("nothing"),
        key(
            "reset",
            List(&Text, 0),
            "[\"P\"]",
            "Groups and synapses that are set back to their initial values when the phase begins.",
        )
        .otherwise("none"),
        key(
            "code",
            Map(Names::Parts, &Statements),
            "{ P = \"v = E0\" }",
            "What is done when the phase begins, after `reset`: for a group, a part of it, or synapses.",
        )
        .otherwise("nothing"),
        key(
            "share",
            Boolean,
            "false",
            "Points that agree in this phase and those before it go through them together.",
        )
        .or("false"),
    ],
    later: &[],
};

//! The codes of all faults found in job files: stable, listed in the guide, one line of meaning each.
//!
//! Codes of the equation language (`E01..` to `E05..`) belong to `kernels::language`, those of integration methods
//! (`E06..`) to `kernels::program`; [`every`] has them all.

use kernels::language::codes as language;
use kernels::program::codes as program;

/// Every code that a job can be refused with, and its meaning, in order.
pub fn every() -> impl Iterator<Item = (&'static str, &'static str)> {
    language::TABLE.iter().chain(program::TABLE).chain(ALL).copied()
}

macro_rules! codes {
    ($($name:ident = $code:literal: $meaning:literal,)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*
        /// The codes of this crate with their meanings, in order.
        pub const ALL: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

codes! {
    FILE = "E2001": "a file cannot be read, or is too large, or lies outside the job's folder",
    ENCODING = "E2002": "a file is not UTF-8 text, or holds a NUL",
    TOML = "E2003": "a file is not valid TOML",
    INCLUDE = "E2004": "an include is circular, doubled or not allowed",
    TWICE = "E2005": "the same name is defined twice",
    UNKNOWN_KEY = "E2006": "a key or table is not known",
    MISSING_KEY = "E2007": "a key is missing",
    WRONG_TYPE = "E2008": "a value has the wrong type",
    VERSION = "E2009": "the job file is of another version",
    SETTING = "E2010": "a --set is malformed or names no parameter",
    NAME = "E2011": "a name is malformed, reserved or already taken",
    CHOICE = "E2012": "a value is not one of the choices",
    TOO_DEEP = "E2013": "tables or lists are nested too deeply",
    QUANTITY = "E2101": "a quantity or number is malformed",
    PARAMETER_CYCLE = "E2102": "parameters are defined by each other",
    PARAMETER_VALUE = "E2103": "a parameter's value cannot be computed",
    ARRAY = "E2104": "a list of values is empty, mixed, or of the wrong length",
    TEXT_PARAMETER = "E2105": "a text parameter is misused, or {name} names none",
    RANDOM = "E2106": "a random function stands where the value must be fixed",
    DATA = "E2107": "a data file is malformed",
    FUNCTION = "E2108": "a function is defined by itself, or by neither a formula nor a table, or its table is none",
    UNKNOWN_NAME = "E2201": "a name is not known here",
    NO_THRESHOLD = "E2202": "something needs spikes, but the group has no threshold",
    REFRACTORY = "E2203": "refractoriness is inconsistent",
    POPULATION = "E2301": "a source or target is not known or of the wrong kind",
    SLICE = "E2302": "a part of a group is malformed or out of range",
    CONNECT = "E2303": "a connection rule is malformed or out of range",
    NO_EFFECT = "E2304": "something is written that can have no effect",
    LINK = "E2305": "a linked variable and what it is linked to do not fit",
    SUM = "E2306": "a summed variable has no side, no variable that takes it up, or is summed twice",
    MONITOR = "E2401": "a monitor's keys do not fit its kind",
    SUMMARY = "E2402": "a summary is malformed",
    UNIT = "E2403": "an output unit does not fit",
    AXIS = "E2501": "an axis is malformed or empty",
    ZIP = "E2502": "a zip is malformed or its axes differ in length",
    TOO_MANY = "E2503": "there are too many points or variants",
    POINT = "E2504": "a value is not possible at a point of the sweep",
    NO_POINTS = "E2505": "a sweep block has no points",
    SIZE = "E2506": "a size is not a whole number from 1 to 2147483647",
    RUN = "E2507": "a run value is not possible",
    DESIGN = "E2508": "a design lacks something, or has what does not belong to it",
    SCHEDULE = "E2601": "a slot of a step does not exist, or the list of slots is not complete",
    SPIKES = "E2602": "a list of spikes is malformed, or a neuron would spike twice in a step",
    PHASE = "E2701": "a phase names what is not there, or changes what no phase can change",
    UNSUPPORTED = "E2901": "not supported in this version",
}

//! The usual slips in tables and keys, with the mend: names of other simulators, keys in the wrong table, headers
//! without a name, a string where a list stands. What is not listed here falls back to the nearest known key.

use kernels::language::fault::Fault;
use kernels::language::suggest;

use crate::tree::{Key, Node, Table, Value};
use crate::{codes, format};

/// The tables in which to look for a key that stands in another one.
const OWNERS: &[&format::Table] = &[
    &format::RUN,
    &format::NEURONS,
    &format::POISSON,
    &format::SYNAPSES,
    &format::TIMED_ARRAY,
    &format::RECORD,
    &format::SWEEP,
    &format::OUTPUT,
    &format::JOB,
];

/// Keys that people write in a kind of table, and what is meant.
const MEANT: &[(&str, &[&str], &str)] = &[
    (
        "the job file",
        &["neuron", "group", "groups", "neurongroup", "population", "populations", "cells"],
        "a group of neurons is [neurons.NAME]",
    ),
    (
        "the job file",
        &["synapse", "connection", "connections", "projection", "projections"],
        "synapses between two groups are [synapses.NAME]",
    ),
    (
        "the job file",
        &["param", "params", "parameter", "constants", "namespace", "variables"],
        "parameters stand in [parameters]",
    ),
    (
        "the job file",
        &["monitor", "monitors", "recorder", "recording", "spikemonitor", "statemonitor", "recorders"],
        "what is recorded is [record.NAME] with kind = \"spikes\", \"state\" or \"rate\"",
    ),
    (
        "the job file",
        &[
            "spikegenerator",
            "spikegenerators",
            "spikegeneratorgroup",
            "spike_generator",
            "generator",
            "generators",
            "spikes",
        ],
        "spikes at given times are [spike_generators.NAME] with size, indices and times",
    ),
    (
        "the job file",
        &["timedarray", "timedarrays", "timed_array", "inputs", "currents", "stimulus", "stimuli"],
        "values that change with time are [timed_arrays.NAME] with values and dt, called as NAME(t)",
    ),
    (
        "the job file",
        &["run_regularly", "run_at", "operations", "network_operation"],
        "what is done at times is [actions.NAME] with on, code, and every or at",
    ),
    ("the job file", &["poissongroup", "poissons"], "Poisson spike trains are [poisson.NAME]"),
    (
        "the job file",
        &["poissoninput", "poissoninputs", "poisson_input", "background"],
        "events of many sources are [poisson_inputs.NAME] with target, variable, n, rate and weight",
    ),
    (
        "the job file",
        &["function", "tables", "table", "lookup", "lookups"],
        "functions, and tables of values, are [functions.NAME]",
    ),
    ("the job file", &["sweeps", "scan", "scans", "grid"], "a sweep is [[sweep]], in double brackets"),
    ("the job file", &["simulation", "sim", "settings", "config"], "duration, dt and seed stand in [run]"),
    (
        "[run]",
        &["t", "time", "runtime", "t_end", "tstop", "simtime", "t_sim"],
        "the simulated time is duration = \"1 s\"",
    ),
    ("[run]", &["timestep", "time_step", "delta_t", "step"], "the time step is dt = \"0.1 ms\""),
    ("[run]", &["workers", "threads", "cores", "processes"], "give it to the command: --workers 4"),
    ("[neurons.", &["n", "number", "count", "num", "n_neurons"], "the number of neurons is size = 100"),
    ("[poisson.", &["n", "number", "count", "num"], "the number of spike trains is size = 100"),
    ("[spike_generators.", &["n", "number", "count", "num"], "the number of neurons is size = 10"),
    (
        "[spike_generators.",
        &["i", "index", "neurons", "ids", "senders"],
        "which neurons spike is indices = [0, 1, 0]",
    ),
    (
        "[spike_generators.",
        &["t", "spike_times", "time", "when"],
        "when they spike is times = [\"1 ms\", \"2 ms\"]",
    ),
    ("[spike_generators.", &["file", "table"], "a table of spikes is csv = \"spikes.csv\""),
    ("[poisson.", &["frequency", "freq", "f"], "the rate is rate = \"10 Hz\""),
    (
        "[poisson_inputs.",
        &["size", "number", "count", "sources"],
        "the number of sources of each neuron is n = 1000",
    ),
    ("[poisson_inputs.", &["var", "target_var"], "what is raised is variable = \"v\""),
    ("[poisson_inputs.", &["w", "strength", "on_pre"], "what an event adds is weight = \"0.1 mV\""),
    ("[synapses.", &["on_event", "event"], "an event that on_pre waits for is event_pre = \"up\""),
    ("[functions.", &["expression", "expr", "body", "returns"], "what it gives is value = \"x*exp(-x)\""),
    (
        "[functions.",
        &["args", "parameters", "variables"],
        "its arguments are arguments = [\"x\", \"tau : second\"]",
    ),
    ("[functions.", &["xs", "ys", "data", "points", "values"], "a table has x = [...] and y = [...]"),
    (
        "[neurons.",
        &["model", "eqs", "eq", "equation", "odes", "ode"],
        "the equations are equations = '''...'''",
    ),
    ("[neurons.", &["init", "initials", "initial_values", "v0"], "initial values are initial = \"v = 0*mV\""),
    ("[neurons.", &["t_ref", "tref", "refractory_period"], "the refractory period is refractory = \"5 ms\""),
    ("[neurons.", &["integrator", "solver", "integration"], "the integration method is method = \"exact\""),
    (
        "[neurons.",
        &["absolute_error", "abs_error", "abstol", "atol", "tolerance", "absolute_error_per_variable"],
        "the tolerated error is absolute_tolerance = { v = \"1e-6 mV\" }, or relative_tolerance = 1e-6",
    ),
    ("[neurons.", &["relative_error", "reltol", "rtol"], "the tolerated part is relative_tolerance = 1e-6"),
    (
        "[neurons.",
        &["method_options"],
        "options of rk45 are keys of the group: absolute_tolerance, relative_tolerance, max_steps",
    ),
    ("[neurons.", &["name"], "the name stands in the header: [neurons.NAME]"),
    (
        "[neurons.",
        &["on_spike"],
        "what a spike does to its own neuron is reset = \"...\"; to others, on_pre of [synapses.NAME]",
    ),
    ("[synapses.", &["model", "eqs", "eq", "equation"], "the equations are equations = '''...'''"),
    ("[synapses.", &["integrator", "solver", "integration"], "the integration method is method = \"exact\""),
    (
        "[synapses.",
        &["run_regularly", "run_at"],
        "what is done to synapses at times is [actions.NAME] with on = \"S\", code, and every or at",
    ),
    ("[synapses.", &["summed", "sum"], "a sum is an equation: x_post = w*s : 1 (summed)"),
    ("[synapses.", &["pre", "on_spike"], "what a spike of the source does is on_pre = \"v_post += 1*mV\""),
    ("[synapses.", &["post"], "what a spike of the target does is on_post = \"...\""),
    ("[synapses.", &["from", "origin"], "where spikes come from is source = \"P\""),
    ("[synapses.", &["to", "dest", "destination"], "where spikes go is target = \"P\""),
    (
        "[synapses.",
        &["weight", "weights", "w"],
        "a weight is a parameter or a variable of 'equations', used in on_pre = \"v_post += w\"",
    ),
    (
        "[synapses.",
        &["p", "n", "i", "j", "where", "condition", "probability", "prob", "sparseness", "rule"],
        "who is connected is said by connect = { p = 0.1 } or connect = { where = \"i != j\" }",
    ),
    ("connect", &["condition", "if", "when"], "a condition is where = \"i != j\""),
    ("connect", &["probability", "prob", "sparseness"], "a probability is p = 0.1"),
    (
        "connect",
        &["indegree", "fan_in", "fixed_indegree", "k_in", "convergence"],
        "so many sources for each target are in_degree = 10",
    ),
    (
        "connect",
        &["outdegree", "fan_out", "fixed_outdegree", "k_out", "divergence"],
        "so many targets for each source are out_degree = 10",
    ),
    (
        "connect",
        &["multapses", "allow_multapses", "replace", "with_replacement"],
        "drawing with repetition is repeats = true",
    ),
    (
        "connect",
        &["autapses", "allow_autapses", "self"],
        "connections to itself are left out by where = \"i != j\"",
    ),
    (
        "connect",
        &["csv", "table", "npy"],
        "pairs from a file are file = \"pairs.csv\", i = \"source\", j = \"target\"",
    ),
    (
        "connect",
        &["source", "sources", "pre", "target", "targets", "post"],
        "numbers of sources are i, those of targets j",
    ),
    (
        "connect",
        &["weights", "weight", "w", "delay", "delays"],
        "values of listed pairs are values = { w = [\"1 mV\"], delay = [\"1 ms\"] }",
    ),
    ("connect", &["skip", "skip_invalid"], "what does not exist is left out by skip_if_invalid = true"),
    (
        "connect",
        &["generator", "sample", "range", "size"],
        "a generator is j = \"k for k in sample(N_post, size=10)\"",
    ),
    ("[record.", &["variable", "vars", "var"], "what is recorded is variables = [\"v\"]"),
    ("[record.", &["dt", "interval", "timestep", "step"], "how often is every = \"1 ms\""),
    ("[record.", &["type", "monitor"], "the kind is kind = \"spikes\", \"state\" or \"rate\""),
    ("[record.", &["bins", "binsize", "bin_size", "bin_width"], "the width of a bin is bin = \"5 ms\""),
    ("[record.", &["max_lag", "maxlag", "tau_max", "maximum"], "where the last bin ends is max = \"100 ms\""),
    (
        "[record.",
        &["start", "begin", "t_start", "start_time"],
        "times from which on spikes count: from = \"200 ms\"",
    ),
    (
        "[record.",
        &["stop", "end", "until", "t_stop"],
        "the time from which on spikes count no more: to = \"1 s\"",
    ),
    ("[record.", &["record", "index", "neurons"], "which neurons is indices = [0, 1, 2]"),
    ("[record.", &["condition", "if", "select"], "which synapses is where = \"i == 0 and w > 0*mV\""),
    ("[record.", &["group", "of", "population"], "what is recorded from is source = \"P\""),
    ("[[sweep]]", &["range", "ranges", "axis", "values"], RANGE),
    ("[[sweep]]", &["repeats", "trials", "repetitions"], "each configuration is done so often: repeat = 3"),
    (
        "[[sweep]]",
        &["lhs", "latin_hypercube", "sobol", "random"],
        "a design is design = \"latin_hypercube\", \"sobol\" or \"random\", with n = 1000",
    ),
    ("[[sweep]]", &["samples", "n_samples", "num", "count", "size"], "a design has so many points: n = 1000"),
    ("[[sweep]]", &["filter", "condition", "if"], "points are chosen by where = \"a < b\""),
    (
        "axis ",
        &[
            "start", "stop", "begin", "end", "min", "max", "num", "count", "points", "range", "linspace",
            "values", "list", "log", "logspace",
        ],
        RANGE,
    ),
];

const RANGE: &str = "a range is axes.NAME = { from = \"1 mV\", to = \"2 mV\", n = 11 }, with scale = \"log\" if it is \
                     logarithmic; a list is axes.NAME = [\"1 mV\", \"2 mV\"]";

/// How to mend a key that `place` does not know; `all` are the unknown keys beside it.
fn mend(name: &str, node: &Node, place: &str, known: &[&str], all: &[&str]) -> String {
    let lower = name.to_ascii_lowercase();
    let listed =
        |(kind, keys, _): &&(&str, &[&str], &str)| place.starts_with(kind) && keys.contains(&&*lower);
    if let Some((_, _, help)) = MEANT.iter().find(listed) {
        return (*help).to_owned();
    }
    if place == "the job file"
        && let Some(header) = header(name, node)
    {
        return header;
    }
    let takes_axis = matches!(node.value, Value::List(_) | Value::Table(_));
    if place == "[[sweep]]" && takes_axis {
        return format!("an axis is written axes.{name} = ...");
    }
    let near = suggest::nearest(name, known);
    match near {
        _ if ["version", "include"].contains(&name) => {
            "this belongs to the top of the file, above all tables".into()
        }
        _ if OWNERS.iter().any(|owner| owner.names().contains(&name)) => {
            format!("this belongs to {}", owners(name, all).join(" or "))
        }
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("known keys: {}", known.join(", ")),
    }
}

/// The tables that have a key; where several do, those that have most of the other keys, too.
fn owners(name: &str, all: &[&str]) -> Vec<&'static str> {
    let count = |keys: &[&str]| all.iter().filter(|k| keys.contains(k)).count();
    let having = || OWNERS.iter().filter(|owner| owner.names().contains(&name));
    let most = having().map(|owner| count(&owner.names())).max().unwrap_or(0);
    having().filter(|owner| count(&owner.names()) == most).map(|owner| owner.title).collect()
}

/// `[P]` for `[neurons.P]`: the kind of table whose keys stand in it.
fn header(name: &str, node: &Node) -> Option<String> {
    let Value::Table(table) = &node.value else { return None };
    let fits = |keys: &[&str]| table.entries.iter().filter(|(key, _)| keys.contains(&&*key.name)).count();
    let named = OWNERS.iter().filter(|owner| owner.title.ends_with(".NAME]"));
    let owner = named.max_by_key(|owner| (fits(&owner.names()), owner.title.starts_with("[neurons")))?;
    (fits(&owner.names()) > 0).then(|| format!("did you mean {}?", owner.title.replace("NAME", name)))
}

/// Unknown keys as faults: those with the same mend are one fault.
pub fn unknown(keys: &[(&Key, &Node)], place: &str, known: &[&str]) -> Vec<Fault> {
    let all: Vec<&str> = keys.iter().map(|(key, _)| key.name.as_str()).collect();
    let mut out: Vec<(Fault, Vec<String>)> = Vec::new();
    for (key, node) in keys {
        let help = mend(&key.name, node, place, known, &all);
        if let Some((fault, names)) = out.iter_mut().find(|(f, _)| f.help.as_deref() == Some(&*help)) {
            names.push(format!("'{}'", key.name));
            fault.also.push((key.span, "and this".into()));
            continue;
        }
        let message = format!("unknown key '{}' in {place}", key.name);
        let fault = Fault::new(codes::UNKNOWN_KEY, key.span, message).help(help);
        out.push((fault, vec![format!("'{}'", key.name)]));
    }
    let told = |(mut fault, names): (Fault, Vec<String>)| {
        if names.len() > 1 {
            fault.message = format!("unknown keys {} in {place}", names.join(", "));
        }
        fault
    };
    out.into_iter().map(told).collect()
}

/// `[neurons]` with keys of a group in it: the header lacks the group's name.
pub fn unnamed(kind: &str, table: &Table) -> Option<Fault> {
    let header = format!("[{kind}.NAME]");
    let keys = OWNERS.iter().find(|owner| owner.title == header)?.names();
    let is_group = |node: &Node| matches!(node.value, Value::Table(_));
    let (key, _) = table.entries.iter().find(|(key, node)| keys.contains(&&*key.name) && !is_group(node))?;
    let message = format!("'{}' stands in [{kind}] itself, which holds named tables only", key.name);
    let help = format!("give the table a name of your choice: [{kind}.P]");
    Some(Fault::new(codes::WRONG_TYPE, key.span, message).help(help))
}

/// `initial = { v = "0*mV" }`: the variable as a key, where a statement sets it.
pub fn by_variable(block: &Table) -> Option<Fault> {
    let keys = format::INITIAL.names();
    let (key, _) = block.entries.iter().find(|(key, _)| !keys.contains(&&*key.name))?;
    if block.get("set").is_some() || suggest::nearest(&key.name, &keys).is_some_and(|_| key.name.len() > 1) {
        return None;
    }
    let message = format!("'{}' as a key of 'initial': initial values are set by statements", key.name);
    let names: Vec<&str> =
        block.entries.iter().map(|(key, _)| &*key.name).filter(|n| !keys.contains(n)).collect();
    let statements = names.join(" = ...; ");
    let help = format!("write initial = \"{statements} = ...\", or {{ set = \"{statements} = ...\" }}");
    Some(Fault::new(codes::UNKNOWN_KEY, key.span, message).help(help))
}

/// How to mend a value of the wrong type.
pub fn type_help(key: &str, value: &Value) -> Option<String> {
    let key = key.strip_prefix("an element of ").unwrap_or(key);
    let help = match (key, value) {
        ("variables", Value::Text(_)) => "write a list of strings: variables = [\"v\", \"w\"]",
        ("indices", _) => "write a list of numbers: indices = [0, 1, 2]",
        ("zip", _) => "write zip = [\"a\", \"b\"], with the names of axes",
        ("threshold", Value::Boolean(true)) => "every neuron spikes at every step with threshold = \"True\"",
        ("threshold", Value::Boolean(false)) => "leave 'threshold' out of a group that does not spike",
        ("connect", Value::Text(_)) => "a condition is written connect = { where = \"i != j\" }",
        ("connect", Value::Boolean(_)) => "all pairs are connected by connect = {}",
        ("connect", Value::Integer(_) | Value::Real(_)) => "a probability is written connect = { p = 0.1 }",
        ("smooth", _) => "write smooth = { window = \"gaussian\", width = \"5 ms\" }",
        ("axes", _) => "write axes.NAME = [...], one line for each parameter",
        ("reset" | "on_pre" | "on_post", Value::List(_)) => {
            "write one string, with ; between statements: \"v = 0*mV; w += 1*nA\""
        }
        ("equations", Value::List(_)) => "write one string of several lines between '''",
        ("source" | "target", Value::List(_)) => {
            "one table takes one group; write a second table for the other"
        }
        ("dt" | "duration" | "seed", Value::Table(_)) => {
            return Some(format!("write {key} = ... as a key of [run], not as a table of its own"));
        }
        (
            "functions" | "neurons" | "poisson" | "spike_generators" | "synapses" | "poisson_inputs"
            | "timed_arrays" | "actions" | "record",
            Value::List(_),
        ) => {
            return Some(format!("write [{key}.NAME], in single brackets"));
        }
        ("run" | "parameters" | "output" | "job" | "summary", Value::List(_)) => {
            return Some(format!("write [{key}], in single brackets"));
        }
        (axis, Value::Text(_) | Value::Integer(_) | Value::Real(_)) if axis.starts_with("axes.") => {
            return Some(format!(
                "a list is {axis} = [\"1 mV\", \"2 mV\"]; a range is {axis} = {{ from = \"1 mV\", to = \"2 mV\", n = 11 }}"
            ));
        }
        _ => return None,
    };
    Some(help.to_owned())
}

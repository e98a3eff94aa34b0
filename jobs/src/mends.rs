//! The mend of faults whose message names the culprit but not the way out: by code and words of the message.

use kernels::language::codes as language;
use kernels::language::fault::Fault;

use crate::codes;

/// Code, words that the message holds, help. The first that fits is taken.
const MENDS: &[(&str, &str, &str)] = &[
    (language::OPERAND, "", "write a name, a number or a call there"),
    (language::EMPTY, "", "write the expression, or leave the key out"),
    (language::ZERO_DIVISION, "", "choose another divisor, or compute with / and floor()"),
    (language::NOT_INTEGER, "", "choose values for which it is finite and below 9.2e18"),
    (language::RESULT, "the size", "a size is a number without unit"),
    (language::RESULT, "the refractory period", "write a time such as \"5 ms\", or a condition"),
    (language::RESULT, "the time step", "write a time such as \"0.1 ms\""),
    (language::RESULT, "the duration", "write a time such as \"1 s\""),
    (language::RESULT, "every element", "all elements of a list have one dimension"),
    (language::RESULT, "", "give it that unit, or use it elsewhere"),
    (codes::FILE, "it must lie in the folder", "copy the file to the job's folder and name it from there"),
    (
        codes::FILE,
        "there is no such file",
        "names are relative to the folder of the job file; check the spelling",
    ),
    (codes::INCLUDE, "itself", "remove this include"),
    (codes::INCLUDE, "twice", "remove one of the two"),
    (codes::TWICE, "is set twice in this block", "remove one of the two, or put it in a second [[sweep]]"),
    (codes::WRONG_TYPE, "a whole number", "write a number without point and quotes"),
    (codes::WRONG_TYPE, "not a date", "write a number, or a string with a quantity or an expression"),
    (
        codes::WRONG_TYPE,
        "must be a number or a string",
        "write one value: a number, \"20 ms\" or an expression",
    ),
    (codes::WRONG_TYPE, "must be a string", "write it in quotes"),
    (codes::WRONG_TYPE, "must be a table", "write its keys under a header: [neurons.NAME]"),
    (codes::WRONG_TYPE, "", "see the guide to the job file for the type of each key"),
    (codes::VERSION, "", "write version = 1, or use the program that made the file"),
    (codes::TOO_DEEP, "", "no key of a job needs more than a few levels"),
    (codes::QUANTITY, "finite double", "write a finite number"),
    (codes::QUANTITY, "double precision", "write a number between 1e-308 and 1e308, in SI units"),
    (codes::PARAMETER_VALUE, "", "choose values for which it is a finite number"),
    (codes::ARRAY, "empty", "write the values, or remove the parameter"),
    (codes::TEXT_PARAMETER, "cannot be derived", "sweep the text itself: axes.NAME = [\"euler\", \"exact\"]"),
    (codes::TEXT_PARAMETER, "", "{NAME} stands for its characters, in strings of the model"),
    (codes::DATA, "no columns", "remove 'column'"),
    (codes::DATA, ".npy file", "write the array by numpy.save"),
    (codes::DATA, "one dimension", "save x.ravel()"),
    (codes::DATA, " cells, but", "give every row as many cells as the header"),
    (codes::DATA, "is empty", "fill the cell, or leave the row out"),
    (codes::DATA, "", "each cell is a number with a point, such as 1.5 or 2e-3"),
    (
        codes::POPULATION,
        "must be neurons",
        "make the neurons the target; a group that only spikes is a source",
    ),
    (codes::SLICE, "", "bounds count from 0, and the second one is not included: P[0:10] are ten"),
    (
        codes::CONNECT,
        "stand alone",
        "remove the other keys, or write two rules: connect = [{ ... }, { ... }]",
    ),
    (codes::CONNECT, "the step is", "a range goes up with a step such as 1, down with -1"),
    (codes::CONNECT, "the size of the sample is", "a sample has 0 or more elements: clip(k, 0, N_post)"),
    (codes::CONNECT, "the degree is", "a degree is 0 or more: clip(k, 0, 10)"),
    (codes::CONNECT, "and 'p'", "leave out 'p': the degree says how many"),
    (codes::CONNECT, "'skip_if_invalid'", "leave it out: nothing that does not exist can be asked for here"),
    (codes::CONNECT, "'repeats'", "write out_degree = 10 or in_degree = 10 with it, or leave it out"),
    (codes::CONNECT, "one 'if'", "write if a and b"),
    (codes::CONNECT, "index", "neurons count from 0 to size - 1"),
    (codes::CONNECT, "", "write connect = { i = [0, 0], j = [1, 2] }, with one i for each j"),
    (codes::NO_EFFECT, "could delay", "remove it, or say what happens: on_post = \"...\""),
    (codes::MONITOR, "twice", "remove one of the two"),
    (codes::MONITOR, "listed", "leave the key out for all neurons"),
    (codes::UNIT, "", "write a unit of that dimension, such as mV, nA or 1/ms"),
    (codes::AXIS, "is a text", "write axes.NAME = [\"euler\", \"exact\"]"),
    (codes::AXIS, "true and false", "write axes.NAME = [true, false]"),
    (codes::AXIS, "'repeat'", "write repeat = 1, or leave it out"),
    (codes::AXIS, "the step", "a range is { from = \"1 ms\", to = \"2 ms\", step = \"0.1 ms\" }"),
    (codes::AXIS, "logarithmic", "begin above zero, or write a list"),
    (codes::AXIS, "", "write a list of values, or { from = ..., to = ..., n = ... } with n from 1 on"),
    (codes::ZIP, "two axes", "write zip = [\"a\", \"b\"], or leave it out"),
    (codes::ZIP, "twice", "name each axis once"),
    (codes::TOO_MANY, "", "choose fewer values, or several jobs"),
    (codes::POINT, "'every'", "write a positive time, such as \"1 ms\""),
    (codes::POINT, "the delay", "delays are 0 or more: clip(d, 0*ms, 10*ms) bounds them"),
    (codes::POINT, "probability", "bound it: clip(p, 0, 1)"),
    (codes::POINT, "number of synapses", "bound it: clip(n, 0, 100)"),
    (codes::POINT, "", "choose other values, or leave the points out by 'where'"),
    (codes::NO_POINTS, "has no rows", "write a row for each point"),
    (codes::NO_POINTS, "", "choose another condition or other values"),
    (codes::SIZE, "too many", "choose a smaller size"),
    (codes::SIZE, "too large", "choose a smaller size"),
    (codes::SIZE, "a whole number, not", "int() cuts off the digits behind the point: size = \"int(n)\""),
    (codes::SIZE, "", "write size = 1 or more"),
    (codes::RUN, "seed", "write seed = 0 or more"),
    (codes::RUN, "too many steps", "choose a shorter duration or a longer time step"),
    (codes::RUN, "time step", "write a positive time, such as \"0.1 ms\""),
    (codes::RUN, "", "write a positive time, such as \"1 s\""),
    (
        codes::SPIKES,
        "a whole number of steps",
        "choose another period, or give the generator a dt of its own",
    ),
    (codes::SPIKES, "within the period", "choose a longer period"),
    (codes::SPIKES, "beginning", "times count from the beginning of the run, 0 ms"),
    (codes::SPIKES, "not finite", "choose other values"),
    (
        codes::SPIKES,
        "no row has the number",
        "leave the point out; a number between those of the table may have no rows",
    ),
    (codes::SPIKES, "no whole number", "rows are chosen by whole numbers"),
    (codes::SPIKES, "", "neurons count from 0 to size - 1"),
    (codes::UNSUPPORTED, "precision", "leave it out: double is what there is"),
    (codes::UNSUPPORTED, "arithmetic", "leave it out: strict is what there is"),
    (
        codes::UNSUPPORTED,
        "linked",
        "hand the value over by synapses from a group with threshold = \"True\": docs/guide/from-brian.md",
    ),
    (codes::UNSUPPORTED, "at spikes", "record the spikes, and the variables by a monitor of kind \"state\""),
    (
        codes::UNSUPPORTED,
        "custom events",
        "synapses hear spikes: give the source a threshold for what they should hear",
    ),
    (codes::UNSUPPORTED, "", "remove it"),
];

/// Adds the mend to a fault without one.
pub fn mended(fault: Fault) -> Fault {
    if fault.help.is_some() {
        return fault;
    }
    let fits = |(code, words, _): &&(&str, &str, &str)| *code == fault.code && fault.message.contains(words);
    match MENDS.iter().find(fits) {
        Some((_, _, help)) => fault.help(*help),
        None => fault,
    }
}

//! Features of Brian that this version lacks: named as such, rather than by the word or the sign that is unknown for lack
//! of them, and always with the equivalent that there is.

use kernels::language::ast::Span;
use kernels::language::codes as language;
use kernels::language::fault::Fault;
use kernels::program::codes as program;
use kernels::program::degrees::{INCOMING, OUTGOING};

use crate::codes;
use crate::texts::Texts;

/// Names that mean something in Brian's equations only; what they are part of; what to do.
const NAMES: &[(&str, &str, &str)] = &[(
    "multisynaptic_index",
    "'multisynaptic_index' is",
    "write a table of its own for each synapse of a pair, or connect once",
)];

/// What to write where synapses are not counted.
const COUNTS: &str = "write the expected number as a parameter, such as n_in = \"p*size\"; exact numbers are made by \
                      in_degree and out_degree";

/// Objects of Brian that are tables here: what they are, and what to write.
const TABLES: &[(&str, &str, &str)] = &[
    (
        "TimedArray",
        "a timed array",
        "write [timed_arrays.stim] with values = [...] and dt = \"1 ms\", and stim(t) here: docs/guide/inputs.md",
    ),
    (
        "SpikeGeneratorGroup",
        "a spike generator",
        "write [spike_generators.cue] with size, indices = [...] and times = [...]: docs/guide/inputs.md",
    ),
];

/// What to write where no equation is event-driven.
const LAST_UPDATE: &str = "elsewhere, keep the time in a variable of the synapse, t_last : second, and end 'on_pre' with t_last = t";

/// What to write instead of noise that is in no differential equation.
const NOISE: &str = "draw a number here: sigma*sqrt(dt)*randn() is what sigma*xi adds in a step";

/// What noise of the wrong dimension lacks.
const ROOT: &str = "xi is in 1/second**0.5: noise with the standard deviation sigma and the time constant tau is \
                    sigma*sqrt(2/tau)*xi";

/// Integration methods of Brian, with what to write instead.
const METHODS: &[(&str, &str)] = &[("independent", ORDINARY)];

/// Names that methods with adaptive steps have elsewhere: those of GSL in Brian, of SciPy, of Matlab.
const ADAPTIVE: &[&str] = &[
    "gsl",
    "gsl_rkf45",
    "gsl_rk2",
    "gsl_rk4",
    "gsl_rkck",
    "gsl_rk8pd",
    "rkf45",
    "rkck",
    "dopri5",
    "dopri",
    "ode45",
    "adaptive",
    "RK45",
];

const ORDINARY: &str = "write method = \"exact\" for linear equations, \"rk4\" for others";

/// Codes of what the grammar or the names of the language make of such a feature.
const GUISES: &[&str] = &[
    language::UNKNOWN_NAME,
    language::UNKNOWN_FUNCTION,
    language::OPERAND,
    language::OPERATOR,
    language::INDEX,
    language::KEYWORD_ARGUMENT,
];

/// An object of Brian that is called where a value stands. The call may be refused for its list in square brackets already,
/// which stands behind the name.
fn table(fault: &Fault, texts: &Texts) -> Option<Fault> {
    TABLES.iter().find_map(|(name, what, help)| {
        let span = called_as(name, fault, texts)?;
        let message = format!("{what} is a table of its own in the job file");
        Some(Fault::new(language::UNKNOWN_FUNCTION, span, message).help(*help))
    })
}

/// The fault in terms of the feature, if it is one of these.
pub fn named(fault: Fault, texts: &Texts) -> Fault {
    if [language::OPERANDS, language::RESULT].contains(&fault.code) && with_noise(&fault, texts) {
        return fault.help(ROOT);
    }
    if !GUISES.contains(&fault.code) {
        return fault;
    }
    noise(&fault, texts)
        .or_else(|| last_update(&fault, texts))
        .or_else(|| degree(&fault, texts))
        .or_else(|| name(&fault, texts))
        .or_else(|| table(&fault, texts))
        .unwrap_or(fault)
}

/// The fault of an integration method that Brian has.
pub fn method(name: &str, span: Span) -> Option<Fault> {
    if ADAPTIVE.contains(&name) {
        let message =
            format!("there is no integration method '{name}'; the one with adaptive steps is 'rk45'");
        let help =
            "write method = \"rk45\"; its tolerances differ from those of GSL: docs/guide/integration.md";
        return Some(Fault::new(program::METHOD, span, message).label("not a method").help(help));
    }
    let (_, help) = METHODS.iter().find(|(method, _)| *method == name)?;
    Some(refused(span, format!("the integration method '{name}' is not supported yet")).help(*help))
}

/// Whether noise is in what has the wrong dimension.
fn with_noise(fault: &Fault, texts: &Texts) -> bool {
    let spans = fault.also.iter().map(|(span, _)| *span).chain([fault.span]);
    spans.map(|span| texts.slice(span)).any(|text| {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(kernels::language::names::is_noise)
    })
}

fn refused(span: Span, message: String) -> Fault {
    Fault::new(codes::UNSUPPORTED, span, message)
}

fn noise(fault: &Fault, texts: &Texts) -> Option<Fault> {
    let slice = texts.slice(fault.span);
    let is_noise = fault.code == language::UNKNOWN_NAME && (slice == "xi" || slice.starts_with("xi_"));
    is_noise.then(|| {
        let message = format!("'{slice}' is known in differential equations that the clock solves only");
        Fault { message, help: Some(NOISE.into()), ..fault.clone() }
    })
}

fn last_update(fault: &Fault, texts: &Texts) -> Option<Fault> {
    let is_it = fault.code == language::UNKNOWN_NAME && texts.slice(fault.span) == "lastupdate";
    is_it.then(|| {
        let message =
            "'lastupdate' is known in code and records of synapses with event-driven equations only";
        Fault { message: message.into(), help: Some(LAST_UPDATE.into()), ..fault.clone() }
    })
}

fn degree(fault: &Fault, texts: &Texts) -> Option<Fault> {
    let slice = texts.slice(fault.span);
    let is_one = fault.code == language::UNKNOWN_NAME && [INCOMING, OUTGOING].contains(&slice);
    is_one.then(|| {
        let message =
            format!("'{slice}' is known at synapses only, and not in 'connect', which makes what it counts");
        Fault { message, help: Some(COUNTS.into()), ..fault.clone() }
    })
}

fn name(fault: &Fault, texts: &Texts) -> Option<Fault> {
    let slice = texts.slice(fault.span);
    let (_, subject, help) = NAMES.iter().find(|(name, ..)| *name == slice)?;
    Some(refused(fault.span, format!("{subject} not supported yet")).help(*help))
}

/// Where this name is called in the line of the fault, at it or before it.
fn called_as(name: &str, fault: &Fault, texts: &Texts) -> Option<Span> {
    let text = texts.get(fault.span.text);
    let line_start = text.get(..fault.span.start as usize)?.rfind('\n').map_or(0, |k| k + 1);
    let line_end = text[line_start..].find('\n').map_or(text.len(), |k| line_start + k);
    let start = line_start + text[line_start..line_end].find(&format!("{name}("))?;
    let end = start + name.len();
    (start <= fault.span.start as usize).then_some(Span {
        text: fault.span.text,
        start: start as u32,
        end: end as u32,
    })
}

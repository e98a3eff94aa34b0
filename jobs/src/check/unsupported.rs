//! Features of Brian that this version lacks: named as such, rather than by the word or the sign that is unknown for lack
//! of them, and always with the equivalent that there is.

use kernels::language::ast::Span;
use kernels::language::codes as language;
use kernels::language::fault::Fault;

use crate::codes;
use crate::texts::Texts;

/// Names that mean something in Brian's equations only; what they are part of; what to do.
const NAMES: &[(&str, &str, &str)] = &[
    (
        "lastupdate",
        "'lastupdate' is",
        "keep the time of the last event in a variable of the synapse, t_last : second, and end 'on_pre' with t_last = t",
    ),
    ("N_incoming", "'N_incoming' is", COUNTS),
    ("N_outgoing", "'N_outgoing' is", COUNTS),
    (
        "multisynaptic_index",
        "'multisynaptic_index' is",
        "write a table of its own for each synapse of a pair, or connect once",
    ),
];

const COUNTS: &str = "write the expected number as a parameter, such as n_in = \"p*size\"";

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

/// What to write instead of noise in a differential equation.
const NOISE: &str = "let a group with threshold = \"True\" add the noise at every step: \
                     on_pre = \"v += sigma*sqrt(dt)*randn()\"; an example is in docs/guide/from-brian.md";

/// Integration methods of Brian, with what to write instead.
const METHODS: &[(&str, &str)] = &[
    ("heun", STOCHASTIC),
    ("milstein", STOCHASTIC),
    ("rkf45", ORDINARY),
    ("gsl", ORDINARY),
    ("gsl_rkf45", ORDINARY),
    ("gsl_rk2", ORDINARY),
    ("gsl_rk4", ORDINARY),
    ("gsl_rkck", ORDINARY),
    ("gsl_rk8pd", ORDINARY),
    ("independent", ORDINARY),
];

const STOCHASTIC: &str = "write method = \"rk2\" for equations without noise; noise is added by on_pre of a group with \
                          threshold = \"True\": docs/guide/from-brian.md";

const ORDINARY: &str = "write method = \"rk4\", \"exponential_euler\" or, for linear equations, \"exact\"; all have the \
                        fixed step dt";

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
    if !GUISES.contains(&fault.code) {
        return fault;
    }
    noise(&fault, texts).or_else(|| name(&fault, texts)).or_else(|| table(&fault, texts)).unwrap_or(fault)
}

/// The fault of an integration method that Brian has.
pub fn method(name: &str, span: Span) -> Option<Fault> {
    let (_, help) = METHODS.iter().find(|(method, _)| *method == name)?;
    Some(refused(span, format!("the integration method '{name}' is not supported yet")).help(*help))
}

fn refused(span: Span, message: String) -> Fault {
    Fault::new(codes::UNSUPPORTED, span, message)
}

fn noise(fault: &Fault, texts: &Texts) -> Option<Fault> {
    let slice = texts.slice(fault.span);
    let is_noise = fault.code == language::UNKNOWN_NAME && (slice == "xi" || slice.starts_with("xi_"));
    is_noise.then(|| {
        refused(fault.span, format!("'{slice}': noise in differential equations is not supported yet"))
            .help(NOISE)
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

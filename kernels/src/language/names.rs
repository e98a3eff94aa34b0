//! Which names may be defined, and why others may not.

use super::ast::Span;
use super::codes;
use super::fault::Fault;
use super::{functions, units};

/// The longest name, in bytes.
pub const LONGEST: usize = 64;

/// Where a name is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the equations of a group of neurons.
    Neurons,
    /// In the equations of synapses.
    Synapses,
    /// In `[parameters]`.
    Parameter,
    /// In a statement.
    Temporary,
}

/// Names that always mean something.
pub const RESERVED: [&str; 13] = [
    "t",
    "dt",
    "t_in_timesteps",
    "i",
    "j",
    "N",
    "N_pre",
    "N_post",
    "N_incoming",
    "N_outgoing",
    "lastspike",
    "not_refractory",
    "lastupdate",
];

/// The constants that are always known.
pub const CONSTANTS: [(&str, f64); 3] =
    [("pi", std::f64::consts::PI), ("e", std::f64::consts::E), ("inf", f64::INFINITY)];

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// Whether the word belongs to the grammar of Python, which equations share.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Whether the name is that of a noise: `xi`, `xi_a`.
pub fn is_noise(name: &str) -> bool {
    name == "xi" || name.strip_prefix("xi_").is_some_and(|rest| !rest.is_empty())
}

/// The value of a constant that is always known.
pub fn constant(name: &str) -> Option<f64> {
    CONSTANTS.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
}

/// Whether the text has the form of a name: a letter or `_`, then letters, digits, `_`; at most 64.
pub fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Refuses names that cannot be defined in this place.
pub fn definable(name: &str, span: Span, place: Place) -> Result<(), Fault> {
    if !is_name(name) || name.starts_with('_') {
        return Err(Fault::new(codes::BAD_NAME, span, format!("'{name}' cannot be a name")).help(
            "names begin with a letter, go on with letters, digits and _, and have at most 64 characters",
        ));
    }
    match meaning(name, place) {
        None => Ok(()),
        Some(why) => Err(refused(name, span, &why, place)),
    }
}

fn refused(name: &str, span: Span, why: &str, place: Place) -> Fault {
    let fault = Fault::new(codes::RESERVED_NAME, span, format!("'{name}' {why}")).label("cannot be defined");
    let other = another(name);
    if is_name(&other) && meaning(&other, place).is_none() {
        fault.help(format!("choose another name, such as '{other}'"))
    } else {
        fault.help("choose another name")
    }
}

fn meaning(name: &str, place: Place) -> Option<String> {
    if is_keyword(name) {
        return Some("is a word of the language".into());
    }
    if RESERVED.contains(&name) || name == "xi" || name.starts_with("xi_") {
        return Some("has a special meaning in equations".into());
    }
    if functions::lookup(name).is_some_and(|f| !f.yields) {
        return Some("is the name of a function".into());
    }
    if constant(name).is_some() {
        return Some("is the name of a constant".into());
    }
    if units::unit(name).is_some() {
        return Some("is the name of a unit".into());
    }
    let owned = match place {
        Place::Neurons => matches!(name, "refractory" | "refractory_until"),
        Place::Synapses => matches!(name, "refractory" | "refractory_until" | "delay"),
        Place::Parameter | Place::Temporary => false,
    };
    if owned {
        return Some("is a property of the group".into());
    }
    if name.ends_with("_pre") || name.ends_with("_post") {
        return Some("ends like a variable of the source (_pre) or the target (_post) of synapses".into());
    }
    None
}

fn another(name: &str) -> String {
    let base = name.trim_end_matches("_pre").trim_end_matches("_post");
    if base != name && !base.is_empty() { format!("{base}_") } else { format!("{name}_") }
}

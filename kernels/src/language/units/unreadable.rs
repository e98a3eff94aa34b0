//! What to say of a unit that is none: the one that was most likely meant.

use std::fmt;

use super::super::suggest;
use super::*;

/// Why a text of the shape of a quantity is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.help {
            Some(help) => write!(f, "{}; {help}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl From<String> for Unreadable {
    fn from(message: String) -> Unreadable {
        Unreadable { message, help: None }
    }
}

/// Prefixes as words.
const WORDS: [(&str, &str); 10] = [
    ("milli", "m"),
    ("micro", "u"),
    ("nano", "n"),
    ("pico", "p"),
    ("femto", "f"),
    ("kilo", "k"),
    ("mega", "M"),
    ("giga", "G"),
    ("centi", "c"),
    ("deci", "d"),
];

/// Names that are no units here, and what to write.
const OTHERS: [(&[&str], &str); 4] = [
    (
        &["\u{B0}C", "degC", "celsius", "Celsius"],
        "degrees Celsius are no multiple of kelvin; write 310.15 K for 37 degrees",
    ),
    (&["%", "percent"], "write a fraction, as a plain number: 0.05"),
    (
        &["min", "minute", "minutes", "h", "hour", "hours", "day", "days"],
        "times are given in seconds: \"60 s\"",
    ),
    (&["deg", "degree", "degrees", "\u{B0}"], "angles are plain numbers, in radians"),
];

/// The unit that is none, with the one that was meant.
pub(super) fn unknown(name: &str) -> Unreadable {
    let message = format!("'{name}' is not a unit");
    if let Some((_, help)) = OTHERS.iter().find(|(names, _)| names.contains(&name)) {
        return Unreadable { message, help: Some((*help).to_owned()) };
    }
    if let Some(meant) = meant(name) {
        return Unreadable { message, help: Some(format!("write {meant}")) };
    }
    let known = BASES.iter().map(|b| b.1).filter(|s| !s.is_empty()).chain(SHORT);
    let help = match suggest::nearest(name, known) {
        Some(near) => format!("did you mean {near}? (an expression needs its operators: 2*x)"),
        None => "an expression needs its operators: 2*x".into(),
    };
    Unreadable { message, help: Some(help) }
}

/// `ms` for `msec`, `milliseconds`, `Ms`; `mV` for `mv`, `millivolt`.
fn meant(name: &str) -> Option<String> {
    let symbols = || SHORT.into_iter().chain(BASES.iter().map(|b| b.1).filter(|s| s.len() > 1));
    if let Some(symbol) = symbols().find(|s| s.eq_ignore_ascii_case(name)) {
        return Some(symbol.to_owned());
    }
    let lower = name.to_ascii_lowercase();
    if let Some(symbol) = spelt(&lower) {
        return Some(symbol.to_owned());
    }
    if let Some((symbol, (_, prefix))) =
        WORDS.iter().find_map(|w| Some((spelt(lower.strip_prefix(w.0)?)?, w)))
    {
        return Some(format!("{prefix}{symbol}"));
    }
    PREFIXES.iter().find_map(|(prefix, _)| Some(format!("{prefix}{}", spelt(name.strip_prefix(prefix)?)?)))
}

/// The symbol of a unit whose name is spelt out, in the singular or the plural.
fn spelt(name: &str) -> Option<&'static str> {
    let one = name.strip_suffix('s').filter(|n| n.len() > 1).unwrap_or(name);
    if matches!(one, "sec") {
        return Some("s");
    }
    let base = BASES.iter().find(|b| !b.0.is_empty() && (b.0 == name || b.0 == one))?;
    BASES.iter().find(|b| !b.1.is_empty() && (b.2, b.3) == (base.2, base.3)).map(|b| b.1)
}

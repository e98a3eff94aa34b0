//! Units of columns in tables: a suffix for the column's name and the scale of its values.

use super::super::dimension::Dimension;
use super::quantity::{compound, shape};
use super::*;

/// The unit of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct DisplayUnit {
    /// What is put behind the column's name and `_`: `mV`, `S_per_m2`; empty for pure numbers.
    pub suffix: String,
    /// The value of the unit in SI base units; values are divided by it.
    pub scale: f64,
}

const DEFAULTS: [(&str, Exponents); 6] =
    [("ms", SECOND), ("mV", VOLT), ("nA", AMP), ("nS", SIEMENS), ("pF", FARAD), ("Hz", HERTZ)];

/// Symbols for compound units, in the order in which they are tried.
const SYMBOLS: [(&str, Exponents); 14] = [
    ("V", VOLT),
    ("A", AMP),
    ("S", SIEMENS),
    ("s", SECOND),
    ("F", FARAD),
    ("Ohm", OHM),
    ("m", METER),
    ("C", COULOMB),
    ("mol", MOLE),
    ("K", KELVIN),
    ("kg", KILOGRAM),
    ("J", JOULE),
    ("N", NEWTON),
    ("cd", CANDLE),
];

/// The unit in which a dimension is shown unless the job says otherwise.
pub fn display(dimension: Dimension) -> DisplayUnit {
    if dimension.is_none() {
        return DisplayUnit { suffix: String::new(), scale: 1.0 };
    }
    let default = DEFAULTS.iter().find(|(_, e)| Dimension::whole(*e) == dimension);
    match default.and_then(|(name, _)| display_named(name, dimension)) {
        Some(unit) => unit,
        None => DisplayUnit { suffix: symbols(dimension), scale: 1.0 },
    }
}

/// A unit by name, such as `uV` or `nS/cm^2`; `None` if it is no unit of this dimension.
pub fn display_named(name: &str, dimension: Dimension) -> Option<DisplayUnit> {
    if name == "1" && dimension.is_none() {
        return Some(display(dimension));
    }
    let unit = compound(name)?.ok().filter(|u| u.dimension == dimension && u.scale.is_finite())?;
    Some(DisplayUnit { suffix: suffix(&shape(name.trim())?), scale: unit.scale })
}

fn symbols(dimension: Dimension) -> String {
    let one = |power: f64| {
        SYMBOLS.iter().filter_map(move |(s, e)| Some((*s, power, Dimension::whole(*e).power(power)?)))
    };
    let factors = || [1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 0.5, -0.5].into_iter().flat_map(one);
    if let Some((s, p, _)) = factors().find(|(_, _, d)| *d == dimension) {
        return suffix(&[(s, p)]);
    }
    for (a, p, da) in one(1.0) {
        if let Some((b, q, _)) = factors().find(|(_, _, db)| dimension.over(da) == *db) {
            return suffix(&[(a, p), (b, q)]);
        }
    }
    let names = ["m", "kg", "s", "A", "K", "mol", "cd"];
    let all: Vec<_> = names.into_iter().zip(dimension.exponents()).filter(|(_, p)| *p != 0.0).collect();
    suffix(&all)
}

/// `S_per_m2`, `V2`, `per_s`, `m2_kg_per_s2_per_A`: letters, digits and `_` only.
fn suffix(factors: &[(&str, f64)]) -> String {
    let mut out = String::new();
    for (name, power) in factors.iter().filter(|f| f.1 > 0.0).chain(factors.iter().filter(|f| f.1 < 0.0)) {
        if !out.is_empty() {
            out.push('_');
        }
        if *power < 0.0 {
            out.push_str("per_");
        }
        for c in name.chars() {
            match c {
                '\u{B5}' | '\u{3BC}' => out.push('u'),
                '\u{3A9}' | '\u{2126}' => out.push_str("Ohm"),
                _ => out.push(c),
            }
        }
        if power.abs() != 1.0 {
            out.push_str(&power.abs().to_string().replace('.', "p"));
        }
    }
    out
}

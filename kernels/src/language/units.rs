//! Units: the names known in expressions, the symbols known in quantities, and words for dimensions.
//!
//! Everything is generated from the base names below and the prefixes of SI; a scale is always a power of ten, kept as
//! its exponent so that no rounding happens before the last step. Refuses celsius: it is no multiple of kelvin.

mod describe;
mod display;
mod quantity;
mod unreadable;

pub use describe::describe;
pub use display::{DisplayUnit, display, display_named};
pub use quantity::{Measure, quantity};
pub use unreadable::Unreadable;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::dimension::Dimension;

/// A unit: how many SI base units it is, and of what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// The value of one of it in SI base units: the double nearest to a power of ten.
    pub scale: f64,
    /// Its dimension.
    pub dimension: Dimension,
}

/// A unit with its scale as an exponent of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Decimal {
    pub exponent: i32,
    pub dimension: Dimension,
}

impl Decimal {
    fn unit(self) -> Unit {
        Unit { scale: power_of_ten(self.exponent), dimension: self.dimension }
    }

    /// Its whole power; `None` where the exponents are absurd.
    fn power(self, n: i32) -> Option<Decimal> {
        let dimension = self.dimension.power(f64::from(n))?;
        Some(Decimal { exponent: self.exponent.checked_mul(n)?, dimension })
    }
}

/// The powers that units with prefixes have, from -100 to 100: the table of names would read each many times.
static POWERS_OF_TEN: LazyLock<Vec<f64>> = LazyLock::new(|| (-100..=100).map(read_power_of_ten).collect());

/// The double nearest to a power of ten.
fn power_of_ten(exponent: i32) -> f64 {
    let known =
        usize::try_from(exponent.saturating_add(100)).ok().and_then(|k| POWERS_OF_TEN.get(k).copied());
    known.unwrap_or_else(|| read_power_of_ten(exponent))
}

fn read_power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::NAN)
}

/// Whether any exponent is beyond what physics needs; keeps sums of exponents in range.
pub(super) fn is_absurd(dimension: Dimension) -> bool {
    dimension.exponents().iter().any(|e| e.abs() > 1000.0)
}

const PREFIXES: [(&str, i32); 20] = [
    ("y", -24),
    ("z", -21),
    ("a", -18),
    ("f", -15),
    ("p", -12),
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("c", -2),
    ("da", 1),
    ("d", -1),
    ("h", 2),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
    ("Z", 21),
    ("Y", 24),
];

/// Exponents of m, kg, s, A, K, mol, cd.
type Exponents = [i32; 7];

const NONE: Exponents = [0; 7];
const METER: Exponents = [1, 0, 0, 0, 0, 0, 0];
const KILOGRAM: Exponents = [0, 1, 0, 0, 0, 0, 0];
const SECOND: Exponents = [0, 0, 1, 0, 0, 0, 0];
const AMP: Exponents = [0, 0, 0, 1, 0, 0, 0];
const KELVIN: Exponents = [0, 0, 0, 0, 1, 0, 0];
const MOLE: Exponents = [0, 0, 0, 0, 0, 1, 0];
const CANDLE: Exponents = [0, 0, 0, 0, 0, 0, 1];
const HERTZ: Exponents = [0, 0, -1, 0, 0, 0, 0];
const NEWTON: Exponents = [1, 1, -2, 0, 0, 0, 0];
const PASCAL: Exponents = [-1, 1, -2, 0, 0, 0, 0];
const JOULE: Exponents = [2, 1, -2, 0, 0, 0, 0];
const WATT: Exponents = [2, 1, -3, 0, 0, 0, 0];
const COULOMB: Exponents = [0, 0, 1, 1, 0, 0, 0];
const VOLT: Exponents = [2, 1, -3, -1, 0, 0, 0];
const FARAD: Exponents = [-2, -1, 4, 2, 0, 0, 0];
const OHM: Exponents = [2, 1, -3, -2, 0, 0, 0];
const SIEMENS: Exponents = [-2, -1, 3, 2, 0, 0, 0];
const WEBER: Exponents = [2, 1, -2, -1, 0, 0, 0];
const TESLA: Exponents = [0, 1, -2, -1, 0, 0, 0];
const HENRY: Exponents = [2, 1, -2, -2, 0, 0, 0];
const LUX: Exponents = [-2, 0, 0, 0, 0, 0, 1];
const SIEVERT: Exponents = [2, 0, -2, 0, 0, 0, 0];
const KATAL: Exponents = [0, 0, -1, 0, 0, 1, 0];
const MOLAR: Exponents = [-3, 0, 0, 0, 0, 1, 0];
const LITER: Exponents = [3, 0, 0, 0, 0, 0, 0];

/// One base unit: name in expressions, symbol in quantities, exponent of ten, dimension.
struct Base(&'static str, &'static str, i32, Exponents);

impl Base {
    /// Prefixes are refused where the unit has one already, and for kelvin as in Brian; quantities take mK.
    fn name_takes_prefix(&self) -> bool {
        !matches!(self.0, "kelvin" | "kilogram" | "kilogramme")
    }

    /// Liters have no squares and cubes.
    fn name_powers(&self) -> i32 {
        if matches!(self.0, "liter" | "litre") { 1 } else { 3 }
    }

    fn decimal(&self) -> Decimal {
        Decimal { exponent: self.2, dimension: Dimension::whole(self.3) }
    }
}

const BASES: [Base; 39] = [
    Base("meter", "m", 0, METER),
    Base("metre", "", 0, METER),
    Base("kilogram", "", 0, KILOGRAM),
    Base("kilogramme", "", 0, KILOGRAM),
    Base("gram", "g", -3, KILOGRAM),
    Base("gramme", "", -3, KILOGRAM),
    Base("second", "s", 0, SECOND),
    Base("amp", "A", 0, AMP),
    Base("ampere", "", 0, AMP),
    Base("kelvin", "K", 0, KELVIN),
    Base("mole", "mol", 0, MOLE),
    Base("mol", "", 0, MOLE),
    Base("molar", "M", 3, MOLAR),
    Base("candle", "cd", 0, CANDLE),
    Base("radian", "rad", 0, NONE),
    Base("steradian", "sr", 0, NONE),
    Base("hertz", "Hz", 0, HERTZ),
    Base("newton", "N", 0, NEWTON),
    Base("pascal", "Pa", 0, PASCAL),
    Base("joule", "J", 0, JOULE),
    Base("watt", "W", 0, WATT),
    Base("coulomb", "C", 0, COULOMB),
    Base("volt", "V", 0, VOLT),
    Base("farad", "F", 0, FARAD),
    Base("ohm", "Ohm", 0, OHM),
    Base("", "\u{3A9}", 0, OHM),
    Base("", "\u{2126}", 0, OHM),
    Base("siemens", "S", 0, SIEMENS),
    Base("weber", "Wb", 0, WEBER),
    Base("tesla", "T", 0, TESLA),
    Base("henry", "H", 0, HENRY),
    Base("lumen", "lm", 0, CANDLE),
    Base("lux", "lx", 0, LUX),
    Base("becquerel", "Bq", 0, HERTZ),
    Base("gray", "Gy", 0, SIEVERT),
    Base("sievert", "Sv", 0, SIEVERT),
    Base("katal", "kat", 0, KATAL),
    Base("liter", "L", -3, LITER),
    Base("litre", "l", -3, LITER),
];

/// The short names that expressions know, as in Brian; each is also a symbol of quantities.
const SHORT: [&str; 22] = [
    "mV", "mA", "uA", "nA", "pA", "pF", "uF", "nF", "nS", "uS", "mS", "ms", "us", "Hz", "kHz", "MHz", "cm",
    "mm", "um", "mM", "uM", "nM",
];

/// Every name that expressions know; a table, because conditions on a million points look names up.
static NAMES: LazyLock<HashMap<String, (Decimal, Unit)>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    let mut add = |name: String, one: Decimal, powers: i32| {
        for n in 1..=powers {
            let full = if n == 1 { name.clone() } else { format!("{name}{n}") };
            if let Some(decimal) = one.power(n) {
                table.entry(full).or_insert((decimal, decimal.unit()));
            }
        }
    };
    for base in BASES.iter().filter(|b| !b.0.is_empty()) {
        add(base.0.to_string(), base.decimal(), base.name_powers());
    }
    for base in BASES.iter().filter(|b| !b.0.is_empty() && b.name_takes_prefix()) {
        for (prefix, shift) in PREFIXES {
            let decimal = Decimal { exponent: base.2 + shift, ..base.decimal() };
            add(format!("{prefix}{}", base.0), decimal, base.name_powers());
        }
    }
    for short in SHORT {
        let lengths = matches!(short, "cm" | "mm" | "um");
        prefixed(short).into_iter().for_each(|d| add(short.to_string(), d, if lengths { 3 } else { 1 }));
    }
    table
});

/// A unit by a name that expressions know: `volt`, `mvolt`, `mV`, `umetre2`.
pub fn unit(name: &str) -> Option<Unit> {
    NAMES.get(name).map(|(_, unit)| *unit)
}

/// The long name of a unit that was written as a symbol.
pub(super) fn long_name(written: Unit) -> String {
    let base = describe(written.dimension);
    let prefix = [
        (1e-15, "f"),
        (1e-12, "p"),
        (1e-9, "n"),
        (1e-6, "u"),
        (1e-3, "m"),
        (1e3, "k"),
        (1e6, "M"),
        (1e9, "G"),
    ];
    let found = prefix.iter().find(|(scale, _)| *scale == written.scale).map(|(_, p)| format!("{p}{base}"));
    match found {
        Some(name) if unit(&name).is_some() => name,
        _ if written.scale == 1.0 => base,
        _ => format!("{:e}*{base}", written.scale),
    }
}

/// A unit by its symbol in quantities (`V`, `mV`, `\u{3bc}S`, `cm2`), or by any name that expressions know.
pub(super) fn symbol(name: &str) -> Option<Unit> {
    symbol_decimal(name).map(Decimal::unit)
}

/// Long names without prefix that may stand behind the `:` of an equation.
pub(super) fn base_names() -> impl Iterator<Item = &'static str> {
    let whole = BASES.iter().filter(|b| b.2 == 0 && !b.0.is_empty()).map(|b| b.0);
    whole.chain(["Hz", "1", "boolean", "integer"])
}

/// Names to suggest for an unknown name in an expression.
pub(super) fn suggested_names<'a>() -> impl Iterator<Item = &'a str> {
    SHORT.iter().copied().chain(BASES.iter().map(|b| b.0).filter(|n| !n.is_empty()))
}

fn symbol_decimal(name: &str) -> Option<Decimal> {
    let micro = name.replace(['\u{B5}', '\u{3BC}'], "u");
    let (plain, power) = match micro.as_bytes().last() {
        Some(b'2') => (&micro[..micro.len() - 1], 2),
        Some(b'3') => (&micro[..micro.len() - 1], 3),
        _ => (micro.as_str(), 1),
    };
    let found = prefixed(if plain == "ohm" { "Ohm" } else { plain });
    found.and_then(|d| d.power(power)).or_else(|| NAMES.get(name).map(|(decimal, _)| *decimal))
}

/// A symbol, as it is or with a prefix.
fn prefixed(symbol: &str) -> Option<Decimal> {
    let base = |text: &str| BASES.iter().find(|b| !text.is_empty() && b.1 == text);
    if let Some(found) = base(symbol) {
        return Some(found.decimal());
    }
    PREFIXES.iter().find_map(|(prefix, shift)| {
        let found = base(symbol.strip_prefix(prefix)?)?.decimal();
        Some(Decimal { exponent: found.exponent + shift, ..found })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_found_by_name_with_every_prefix() {
        for base in BASES.iter().filter(|b| !b.0.is_empty()) {
            assert_eq!(unit(base.0), Some(base.decimal().unit()), "{}", base.0);
            for (prefix, shift) in PREFIXES {
                let found = NAMES.get(&format!("{prefix}{}", base.0)).map(|(d, _)| d.exponent);
                let wanted = base.name_takes_prefix().then_some(base.2 + shift);
                assert_eq!(found, wanted, "{prefix}{}", base.0);
            }
        }
    }

    #[test]
    fn every_short_name_is_a_unit() {
        assert!(SHORT.iter().all(|s| unit(s).is_some()));
    }
}

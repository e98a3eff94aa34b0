//! Words for dimensions, for messages: `volt/second`, `siemens/meter**2`. They can be pasted behind a `:`.

use super::super::dimension::Dimension;
use super::*;

/// Units of neuroscience first; the order decides between equally short words. Only the first [`COMPOUND`] are used in
/// products.
const WORDS: [(&str, Exponents); 15] = [
    ("volt", VOLT),
    ("amp", AMP),
    ("siemens", SIEMENS),
    ("second", SECOND),
    ("farad", FARAD),
    ("ohm", OHM),
    ("meter", METER),
    ("coulomb", COULOMB),
    ("mole", MOLE),
    ("kelvin", KELVIN),
    ("kilogram", KILOGRAM),
    ("joule", JOULE),
    ("watt", WATT),
    ("newton", NEWTON),
    ("candle", CANDLE),
];

const COMPOUND: usize = 11;

const POWERS: [f64; 8] = [1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0, -3.0];

/// A power of a word: its place among the words, the word, the power, its dimension.
type Power = (usize, &'static str, f64, Dimension);

/// All powers of all words, the first power of each before the second ones.
static FACTORS: LazyLock<Vec<Power>> = LazyLock::new(|| {
    let words = || WORDS.iter().enumerate();
    let of = |power: f64| {
        words().filter_map(move |(k, (word, e))| Some((k, *word, power, Dimension::whole(*e).power(power)?)))
    };
    POWERS.into_iter().flat_map(of).collect()
});

/// A dimension in words: `volt/second`; `1` for a pure number.
pub fn describe(dimension: Dimension) -> String {
    if dimension.is_none() {
        return "1".into();
    }
    single(dimension)
        .or_else(|| pair(dimension))
        .or_else(|| triple(dimension))
        .unwrap_or_else(|| fundamental(dimension))
}

fn single(dimension: Dimension) -> Option<String> {
    factors(WORDS.len()).find(|(_, _, d)| *d == dimension).map(|(word, power, _)| joined(&[(word, power)]))
}

fn pair(dimension: Dimension) -> Option<String> {
    factors(COMPOUND).filter(|(_, power, _)| *power == 1.0).find_map(|(word, power, d)| {
        let (other, its_power, _) = factors(COMPOUND).find(|(_, _, e)| dimension.over(d) == *e)?;
        Some(joined(&[(word, power), (other, its_power)]))
    })
}

/// `siemens/(volt*second)` and the like: three different words, powers of one only.
fn triple(dimension: Dimension) -> Option<String> {
    let words = || WORDS[..COMPOUND].iter().map(|(word, e)| (*word, Dimension::whole(*e)));
    for (p, q) in [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0)] {
        for (a, da) in words() {
            for (b, db) in words().filter(|(b, _)| *b != a) {
                let two = if p > 0.0 { da.times(db) } else { da.over(db) };
                let left = if q > 0.0 { dimension.over(two) } else { two.over(dimension) };
                if let Some((c, _)) = words().find(|(c, dc)| left == *dc && *c != a && *c != b) {
                    return Some(joined(&[(a, 1.0), (b, p), (c, q)]));
                }
            }
        }
    }
    None
}

/// Powers of the first `words` words.
fn factors(words: usize) -> impl Iterator<Item = (&'static str, f64, Dimension)> {
    let among = FACTORS.iter().filter(move |(k, ..)| *k < words);
    among.map(|(_, word, power, dimension)| (*word, *power, *dimension))
}

fn fundamental(dimension: Dimension) -> String {
    let names = ["meter", "kilogram", "second", "amp", "kelvin", "mole", "candle"];
    let factors: Vec<(&str, f64)> =
        names.into_iter().zip(dimension.exponents()).filter(|(_, power)| *power != 0.0).collect();
    joined(&factors)
}

/// Factors as a product over a product.
fn joined(factors: &[(&str, f64)]) -> String {
    let part = |sign: f64| -> Vec<String> {
        let chosen = factors.iter().filter(|(_, power)| power * sign > 0.0);
        chosen
            .map(
                |(word, power)| {
                    if power.abs() == 1.0 { word.to_string() } else { format!("{word}**{}", power.abs()) }
                },
            )
            .collect()
    };
    let (above, below) = (part(1.0), part(-1.0));
    let above = if above.is_empty() { "1".to_string() } else { above.join("*") };
    match below.as_slice() {
        [] => above,
        [one] => format!("{above}/{one}"),
        many => format!("{above}/({})", many.join("*")),
    }
}

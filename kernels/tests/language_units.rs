//! Units in expressions, quantities, and units of columns.

use kernels::language::dimension::Dimension;
use kernels::language::units::{self, Measure, quantity};
use proptest::prelude::*;

fn dimension(name: &str) -> Dimension {
    if name == "1" { Dimension::NONE } else { units::unit(name).expect(name).dimension }
}

#[test]
fn names_in_expressions_are_those_of_brian() {
    let table = [
        ("volt", 1.0, "volt"),
        ("mvolt", 1e-3, "volt"),
        ("mV", 1e-3, "volt"),
        ("usecond", 1e-6, "second"),
        ("ms", 1e-3, "second"),
        ("nsiemens", 1e-9, "siemens"),
        ("nS", 1e-9, "siemens"),
        ("Mohm", 1e6, "ohm"),
        ("Gohm", 1e9, "ohm"),
        ("khertz", 1e3, "hertz"),
        ("kHz", 1e3, "hertz"),
        ("pamp", 1e-12, "amp"),
        ("ufarad", 1e-6, "farad"),
        ("mgram", 1e-6, "kilogram"),
        ("kgram", 1.0, "kilogram"),
        ("molar", 1e3, "mmolar"),
        ("mM", 1.0, "mmolar"),
        ("uM", 1e-3, "mmolar"),
        ("cm2", 1e-4, "meter2"),
        ("um3", 1e-18, "meter3"),
        ("umetre2", 1e-12, "meter2"),
        ("cmetre3", 1e-6, "meter3"),
        ("dametre", 10.0, "meter"),
        ("mliter", 1e-6, "meter3"),
        ("Yvolt", 1e24, "volt"),
        ("mol", 1.0, "mole"),
        ("volt2", 1.0, "volt2"),
        ("steradian", 1.0, "radian"),
    ];
    for (name, scale, like) in table {
        let unit = units::unit(name).expect(name);
        assert_eq!((unit.scale, unit.dimension), (scale, dimension(like)), "{name}");
    }
    let unknown = [
        "V",
        "A",
        "s",
        "S",
        "m",
        "F",
        "K",
        "M",
        "g",
        "C",
        "J",
        "pS",
        "kV",
        "Ohm",
        "mkelvin",
        "mkilogram",
        "liter2",
        "mV2",
        "celsius",
        "meter4",
        "mm4",
        "2",
        "",
        "u",
        "volts",
        "mmV",
        "Volt",
    ];
    for name in unknown {
        assert_eq!(units::unit(name), None, "{name}");
    }
}

#[test]
fn quantities_are_the_nearest_doubles_of_the_exact_decimals() {
    let table = [
        ("20 ms", 0.02, "second"),
        ("0.1 ms", 0.0001, "second"),
        ("1.62 mV", 0.00162, "volt"),
        ("-50 mV", -0.05, "volt"),
        ("+5 mV", 0.005, "volt"),
        (".5 mV", 0.0005, "volt"),
        ("5. mV", 0.005, "volt"),
        ("1e-3 V", 0.001, "volt"),
        ("1.5E3 Hz", 1500.0, "hertz"),
        ("  3   nA ", 3e-9, "amp"),
        ("3 \u{B5}S", 3e-6, "siemens"),
        ("3 \u{3BC}S", 3e-6, "siemens"),
        ("3 uS", 3e-6, "siemens"),
        ("100 M\u{3A9}", 1e8, "ohm"),
        ("100 M\u{2126}", 1e8, "ohm"),
        ("100 MOhm", 1e8, "ohm"),
        ("100 Mohm", 1e8, "ohm"),
        ("5 volt", 5.0, "volt"),
        ("7 nsiemens", 7e-9, "siemens"),
        ("5 1/s", 5.0, "hertz"),
        ("5 1 / ms", 5000.0, "hertz"),
        ("2 kg", 2.0, "kilogram"),
        ("2 g", 0.002, "kilogram"),
        ("2 ug", 2e-9, "kilogram"),
        ("310.15 K", 310.15, "kelvin"),
        ("3 mK", 0.003, "kelvin"),
        ("5 M", 5000.0, "mmolar"),
        ("5 mM", 5.0, "mmolar"),
        ("2 mL", 2e-6, "meter3"),
        ("3 cm2", 3e-4, "meter2"),
        ("3 cm^2", 3e-4, "meter2"),
        ("3 cm\u{B2}", 3e-4, "meter2"),
        ("3 mV^2", 3e-6, "volt2"),
        ("3 mV**2", 3e-6, "volt2"),
        ("1 mol", 1.0, "mole"),
        ("1 Pa", 1.0, "pascal"),
        ("1 cd", 1.0, "candle"),
        ("1 rad", 1.0, "1"),
        ("4 ms^-1", 4000.0, "hertz"),
        ("0 mV", 0.0, "volt"),
        ("-0.0 mV", -0.0, "volt"),
        ("0.30000000000000004 V", 0.30000000000000004, "volt"),
        ("123456789012345678901234567890 fF", 123456789012345.67, "farad"),
    ];
    for (text, value, like) in table {
        let (found, d) = quantity(text).expect(text).expect(text);
        assert_eq!((found.to_bits(), d), (f64::to_bits(value), dimension(like)), "{text}: {found:?}");
    }
    let per_area = dimension("siemens").over(dimension("meter2"));
    for text in ["10 nS/cm^2", "10 nS/cm2", "10 nS / cm**2", "10 nS*cm^-2", "10 nS\u{B7}cm^-2", "1e-2 uS/cm2"]
    {
        assert_eq!(quantity(text), Some(Ok((1e-4, per_area))), "{text}");
    }
    assert_eq!(quantity("1 uF/cm2"), Some(Ok((0.01, dimension("farad").over(dimension("meter2"))))));
    assert_eq!(quantity("2 mV/ms"), Some(Ok((2.0, dimension("volt").over(Dimension::TIME)))));
    assert_eq!(quantity("2 mV*ms"), Some(Ok((2e-6, dimension("weber")))));
    let (noise, d) = quantity("2 mV/ms^0.5").expect("shape").expect("unit");
    assert!((noise - 0.002 / 0.001_f64.sqrt()).abs() < 1e-16);
    assert_eq!(Some(d), Dimension::TIME.power(0.5).map(|root| dimension("volt").over(root)));
}

#[test]
fn other_texts_are_expressions_or_faults() {
    let expressions = [
        "20*ms",
        "20",
        "20ms",
        "taum",
        "2 + 3",
        "20 ms + 1",
        "2 * x",
        "1 < 2",
        "1 and 2",
        "5 1",
        "",
        " ",
        "ms",
        "20 ",
        "- 5 mV",
        "2 m s",
        "3 (mV)",
        "1e mV",
        ". mV",
        "5 mV/",
        "5 mV^",
        "5 mV^x",
        "5 /s",
        "euler",
        "1 if x else y",
    ];
    for text in expressions {
        assert_eq!(quantity(text), None, "{text}");
    }
    for (text, part) in [
        ("5 mv", "write mV"),
        ("5 Mv", "write mV"),
        ("5 hz", "write Hz"),
        ("5 msec", "write ms"),
        ("5 millisecond", "write ms"),
        ("5 milliseconds", "write ms"),
        ("5 Seconds", "write s"),
        ("5 volts", "write V"),
        ("5 nanoSiemens", "write nS"),
        ("5 kiloohms", "write kOhm"),
        ("5 mvolts", "write mV"),
        ("5 min", "in seconds"),
        ("5 parsec", "'parsec' is not a unit"),
        ("2 n_neurons", "2*x"),
        ("37 degC", "310.15 K"),
        ("37 \u{B0}C", "310.15 K"),
        ("5 %", "'%' is not a unit"),
        ("1e400 mV", "double precision"),
        ("1e-400 mV", "double precision"),
        ("1 mV^99999999999", "too large"),
        ("1 m^900*m^900", "too large"),
    ] {
        let message = quantity(text).expect(text).expect_err(text).to_string();
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn columns_have_suffixes() {
    let table = [
        ("1", "", 1.0),
        ("second", "ms", 1e-3),
        ("volt", "mV", 1e-3),
        ("amp", "nA", 1e-9),
        ("siemens", "nS", 1e-9),
        ("farad", "pF", 1e-12),
        ("hertz", "Hz", 1.0),
        ("ohm", "Ohm", 1.0),
        ("meter", "m", 1.0),
        ("volt2", "V2", 1.0),
        ("kelvin", "K", 1.0),
        ("mmolar", "mol_per_m3", 1.0),
    ];
    for (name, suffix, scale) in table {
        let unit = units::display(dimension(name));
        assert_eq!((unit.suffix.as_str(), unit.scale), (suffix, scale), "{name}");
    }
    let over = |a: &str, b: &str| units::display(dimension(a).over(dimension(b))).suffix;
    assert_eq!(over("siemens", "meter2"), "S_per_m2");
    assert_eq!(over("farad", "meter2"), "F_per_m2");
    assert_eq!(over("volt", "second"), "V_per_s");
    assert_eq!(over("1", "second2"), "per_s2");
    assert_eq!(over("1", "volt"), "per_V");
    let root = dimension("volt").over(Dimension::TIME.power(0.5).expect("half"));
    assert_eq!(units::display(root).suffix, "V_per_s0p5");
    for (name, like, suffix, scale) in [
        ("uV", "volt", "uV", 1e-6),
        ("V", "volt", "V", 1.0),
        ("s", "second", "s", 1.0),
        ("\u{B5}V", "volt", "uV", 1e-6),
        ("M\u{3A9}", "ohm", "MOhm", 1e6),
        ("cm^2", "meter2", "cm2", 1e-4),
        ("1/ms", "hertz", "per_ms", 1e3),
        ("mvolt", "volt", "mvolt", 1e-3),
        ("1", "1", "", 1.0),
    ] {
        let unit = units::display_named(name, dimension(like)).expect(name);
        assert_eq!((unit.suffix.as_str(), unit.scale), (suffix, scale), "{name}");
    }
    let per_area = dimension("siemens").over(dimension("meter2"));
    let unit = units::display_named("mS/cm^2", per_area).expect("mS/cm^2");
    assert_eq!((unit.suffix.as_str(), unit.scale), ("mS_per_cm2", 10.0));
    for (name, like) in [("mV", "second"), ("foo", "volt"), ("", "volt"), ("mV mV", "volt"), ("1", "volt")] {
        assert_eq!(units::display_named(name, dimension(like)), None, "{name}");
    }
}

#[test]
fn dimensions_have_words() {
    let d = |name: &str| dimension(name);
    let table = [
        (d("1"), "1"),
        (d("volt"), "volt"),
        (d("volt").over(Dimension::TIME), "volt/second"),
        (d("siemens").over(Dimension::TIME), "siemens/second"),
        (d("hertz"), "1/second"),
        (d("siemens").over(d("meter2")), "siemens/meter**2"),
        (d("ohm").times(d("meter")), "ohm*meter"),
        (d("amp").over(d("meter2")), "amp/meter**2"),
        (d("mmolar"), "mole/meter**3"),
        (Dimension::TIME.power(-0.5).expect("half"), "1/second**0.5"),
        (d("siemens").over(d("volt")).over(Dimension::TIME), "siemens/(volt*second)"),
        (d("meter").times(d("kelvin")).times(d("candle")).over(d("mole")), "meter*kelvin*candle/mole"),
    ];
    for (dimension, words) in table {
        assert_eq!(units::describe(dimension), words);
    }
}

proptest! {
    /// Shifting decimals by hand gives the same double as the unit does.
    #[test]
    fn milli_is_three_decimals(digits in 0_u64..1_000_000_000_000, point in 0_u32..12) {
        let text = format!("{}e-{point}", digits);
        let exact: f64 = format!("{digits}e-{}", point + 3).parse().expect("a number");
        prop_assert_eq!(quantity(&format!("{text} mV")), Some(Ok((exact, dimension("volt")))));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", unit in "[a-zA-Zµ0-9^*/. -]{0,20}") {
        let _ = quantity(&text);
        let _ = quantity(&format!("5 {unit}"));
        let _ = units::display_named(&unit, Dimension::TIME);
        let _ = units::unit(&text);
    }
}

/// The names of Brian with exponents of m, kg, s, A, K, mol, cd and the power of ten: section by section as its
/// documentation has them.
#[rustfmt::skip]
const BRIAN: [(&str, [i32; 7], i32); 37] = [
    ("metre", [1, 0, 0, 0, 0, 0, 0], 0), ("meter", [1, 0, 0, 0, 0, 0, 0], 0),
    ("kilogram", [0, 1, 0, 0, 0, 0, 0], 0), ("kilogramme", [0, 1, 0, 0, 0, 0, 0], 0),
    ("gram", [0, 1, 0, 0, 0, 0, 0], -3), ("gramme", [0, 1, 0, 0, 0, 0, 0], -3),
    ("second", [0, 0, 1, 0, 0, 0, 0], 0), ("amp", [0, 0, 0, 1, 0, 0, 0], 0),
    ("ampere", [0, 0, 0, 1, 0, 0, 0], 0), ("kelvin", [0, 0, 0, 0, 1, 0, 0], 0),
    ("mole", [0, 0, 0, 0, 0, 1, 0], 0), ("mol", [0, 0, 0, 0, 0, 1, 0], 0),
    ("molar", [-3, 0, 0, 0, 0, 1, 0], 3), ("candle", [0, 0, 0, 0, 0, 0, 1], 0),
    ("radian", [0; 7], 0), ("steradian", [0; 7], 0),
    ("hertz", [0, 0, -1, 0, 0, 0, 0], 0), ("newton", [1, 1, -2, 0, 0, 0, 0], 0),
    ("pascal", [-1, 1, -2, 0, 0, 0, 0], 0), ("joule", [2, 1, -2, 0, 0, 0, 0], 0),
    ("watt", [2, 1, -3, 0, 0, 0, 0], 0), ("coulomb", [0, 0, 1, 1, 0, 0, 0], 0),
    ("volt", [2, 1, -3, -1, 0, 0, 0], 0), ("farad", [-2, -1, 4, 2, 0, 0, 0], 0),
    ("ohm", [2, 1, -3, -2, 0, 0, 0], 0), ("siemens", [-2, -1, 3, 2, 0, 0, 0], 0),
    ("weber", [2, 1, -2, -1, 0, 0, 0], 0), ("tesla", [0, 1, -2, -1, 0, 0, 0], 0),
    ("henry", [2, 1, -2, -2, 0, 0, 0], 0), ("lumen", [0, 0, 0, 0, 0, 0, 1], 0),
    ("lux", [-2, 0, 0, 0, 0, 0, 1], 0), ("becquerel", [0, 0, -1, 0, 0, 0, 0], 0),
    ("gray", [2, 0, -2, 0, 0, 0, 0], 0), ("sievert", [2, 0, -2, 0, 0, 0, 0], 0),
    ("katal", [0, 0, -1, 0, 0, 1, 0], 0),
    ("liter", [3, 0, 0, 0, 0, 0, 0], -3), ("litre", [3, 0, 0, 0, 0, 0, 0], -3),
];

#[rustfmt::skip]
const PREFIXES: [(&str, i32); 21] = [
    ("", 0), ("y", -24), ("z", -21), ("a", -18), ("f", -15), ("p", -12), ("n", -9), ("u", -6), ("m", -3), ("c", -2),
    ("d", -1), ("da", 1), ("h", 2), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18), ("Z", 21), ("Y", 24),
];

#[test]
fn every_name_of_brian_has_its_prefixes_and_powers() {
    let mut count = 0;
    for (name, exponents, ten) in BRIAN {
        let bare = matches!(name, "kelvin" | "kilogram" | "kilogramme");
        let liters = matches!(name, "liter" | "litre");
        for (prefix, shift) in PREFIXES.iter().filter(|(p, _)| p.is_empty() || !bare) {
            for power in 1..=if liters { 1 } else { 3 } {
                let suffix = if power == 1 { String::new() } else { power.to_string() };
                let full = format!("{prefix}{name}{suffix}");
                let unit = units::unit(&full).unwrap_or_else(|| panic!("{full} is missing"));
                let scale: f64 = format!("1e{}", (ten + shift) * power).parse().expect("a power of ten");
                assert_eq!(unit.scale, scale, "{full}");
                assert_eq!(unit.dimension.exponents(), exponents.map(|e| f64::from(e * power)), "{full}");
                count += 1;
            }
        }
    }
    // 32 names with 21 prefixes and 3 powers, 3 without prefixes, 2 without powers.
    assert_eq!(count, 32 * 21 * 3 + 3 * 3 + 2 * 21);
}

#[test]
fn short_names_are_those_of_brian_and_no_letter_is_one() {
    let short = "mV mA uA nA pA pF uF nF nS uS mS ms us Hz kHz MHz cm cm2 cm3 mm mm2 mm3 um um2 um3 mM uM nM";
    for name in short.split(' ') {
        assert!(units::unit(name).is_some(), "{name}");
    }
    for letter in ('a'..='z').chain('A'..='Z') {
        assert_eq!(units::unit(&letter.to_string()), None, "{letter}");
    }
}

proptest! {
    /// A unit that is read once gives the doubles that quantities give.
    #[test]
    fn a_measure_gives_what_quantities_give(value in any::<f64>().prop_filter("finite", |x| x.is_finite()), plain in any::<bool>()) {
        let digits = if plain { format!("{value}") } else { format!("{value:e}") };
        for unit in ["mV", "Mohm", "nS/cm^2", "1", "ms^0.5"] {
            let measured = Measure::new(unit).and_then(|m| m.value(&digits)).map(f64::to_bits);
            let quantity = quantity(&format!("{digits} {unit}")).and_then(Result::ok).map(|(x, _)| x.to_bits());
            prop_assert_eq!(measured, quantity, "{} {}", digits, unit);
        }
        prop_assert_eq!(Measure::new("mV").and_then(|m| m.value(&format!("{digits}x"))), None);
    }
}

//! Numbers and times as text.

use proptest::prelude::*;
use runner::store::DecimalTime;
use runner::store::numbers::{write_f64, write_i64, write_time, write_u64};

fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = b"before,".to_vec();
    write(&mut out);
    let text = String::from_utf8(out).expect("digits");
    text.strip_prefix("before,").expect("it only appends").to_owned()
}

fn number(value: f64) -> String {
    text(|out| write_f64(out, value))
}

fn time(step: i64, mantissa: i64, exponent: i32) -> String {
    text(|out| write_time(out, step, DecimalTime { mantissa, exponent }))
}

#[test]
fn numbers_by_example() {
    let cases = [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (-1.0, "-1.0"),
        (100.0, "100.0"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-49.999_999_999_999_99, "-49.99999999999999"),
        (1e-5, "0.00001"),
        (9.9e-6, "9.9e-6"),
        (1e15, "1000000000000000.0"),
        (9_007_199_254_740_991.0, "9007199254740991.0"),
        (9_007_199_254_740_993.0, "9007199254740992.0"),
        (1e16, "1e16"),
        (-1.5e300, "-1.5e300"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
        (f64::NAN, "NaN"),
        (-f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ];
    for (value, expected) in cases {
        assert_eq!(number(value), expected);
    }
}

#[test]
fn times_by_example() {
    let cases = [
        (0, 1, -1, "0.0"),
        (255, 1, -1, "25.5"),
        (10_000, 1, -1, "1000.0"),
        (3, 1, -1, "0.3"),
        (-3, 1, -1, "-0.3"),
        (7, 25, -3, "0.175"),
        (1, 1, -5, "0.00001"),
        (1, 1, -6, "1e-6"),
        (12, 1, -6, "0.000012"),
        (5, 2, 3, "10000.0"),
        (1, 1, 15, "1000000000000000.0"),
        (1, 1, 16, "1e16"),
        (i64::MAX, i64::MAX, -10, "8.507059173023462e27"),
        (123_456_789_012_345_678, 1, -3, "123456789012345.67"),
        (1, 1, -400, "0.0"),
        (1, 1, 400, "inf"),
        (1, i64::MIN, 0, "-9.223372036854776e18"),
    ];
    for (step, mantissa, exponent, expected) in cases {
        assert_eq!(time(step, mantissa, exponent), expected, "{step} * {mantissa}e{exponent}");
    }
}

#[test]
fn a_million_steps_read_back_as_the_nearest_double() {
    for step in 0..1_000_000 {
        let nearest = step as f64 / 10.0; // one rounding of an exact quotient
        assert_eq!(time(step, 1, -1).parse(), Ok(nearest), "{step}");
    }
}

#[test]
fn decimals_are_read_as_written() {
    let cases = [
        ("0.1", Some((1, -1))),
        ("-25", Some((-25, 0))),
        ("1e-4", Some((1, -4))),
        ("2.50E3", Some((25, 2))),
        ("100", Some((1, 2))),
        ("0", Some((0, 0))),
        ("-0.0e7", Some((0, 0))),
        ("123456789012345678", Some((123_456_789_012_345_678, 0))),
        ("1234567890123456789", None),
        ("", None),
        ("-", None),
        ("1.2.3", None),
        ("+-1", None),
        ("0x10", None),
        ("1e", None),
        ("inf", None),
        ("1e99999999999", None),
    ];
    for (text, expected) in cases {
        let read = text.parse::<DecimalTime>().ok().map(|time| (time.mantissa, time.exponent));
        assert_eq!(read, expected, "{text}");
    }
    let dt = DecimalTime::from_f64(0.0001).expect("finite").shifted(3);
    assert_eq!(text(|out| write_time(out, 3, dt)), "0.3");
    assert_eq!(DecimalTime::from_f64(f64::NAN), None);
}

fn doubles() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        any::<i64>().prop_map(|whole| whole as f64),
        (-1_000_000_000..1_000_000_000i64, 0..12)
            .prop_map(|(digits, places)| digits as f64 / 10f64.powi(places)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn numbers_come_back_and_none_is_shorter(value in doubles()) {
        let written = number(value);
        let read: f64 = written.parse().expect("a number");
        prop_assert!(read.to_bits() == value.to_bits() || read.is_nan() && value.is_nan(), "{}", written);
        let shortest = ryu::Buffer::new().format(value).to_owned();
        prop_assert_eq!(written, shortest);
    }

    #[test]
    fn integers_are_those_of_the_standard_library(value in prop_oneof![any::<i64>(), -1000..1000i64]) {
        prop_assert_eq!(text(|out| write_i64(out, value)), value.to_string());
        prop_assert_eq!(text(|out| write_u64(out, value as u64)), (value as u64).to_string());
    }

    #[test]
    fn times_are_the_nearest_double_of_the_exact_decimal(
        step in prop_oneof![any::<i64>(), -20_000..20_000_000i64],
        mantissa in prop_oneof![any::<i64>(), -1000..1000i64],
        exponent in -25..20i32,
    ) {
        let exact = format!("{}e{exponent}", i128::from(step) * i128::from(mantissa));
        let nearest: f64 = exact.parse().expect("a number");
        prop_assert_eq!(time(step, mantissa, exponent), number(nearest));
    }

    #[test]
    fn decimals_of_doubles_are_exact(value in doubles()) {
        if let Some(decimal) = DecimalTime::from_f64(value) {
            prop_assert_eq!(decimal.at(1), value);
        } else {
            prop_assert!(!value.is_finite());
        }
    }
}

//! Values of scalar expressions.

use kernels::language::ast::TextId;
use kernels::language::evaluate::{self, Prepared, Value};
use kernels::language::fault::Fault;
use kernels::language::functions::{self, Arguments};
use kernels::language::parser;
use proptest::prelude::*;

fn names(name: &str) -> Option<Value> {
    Some(match name {
        "n" => Value::Integer(4000),
        "taum" => Value::Real(0.02),
        "on" => Value::Boolean(true),
        "method" => Value::Text("euler".into()),
        _ => return None,
    })
}

fn value(text: &str) -> Value {
    let found = evaluate::scalar(&parser::expression(text, TextId(0)).expect(text), &names).expect(text);
    // Bits, since zeros of both signs are equal, and no two that are not a number are.
    let prepared = prepared(text, &names).expect(text);
    assert_eq!(format!("{prepared:?}"), format!("{found:?}"), "{text}, prepared");
    found
}

/// The value by way of a prepared expression.
fn prepared(text: &str, names: &dyn Fn(&str) -> Option<Value>) -> Result<Value, Fault> {
    const SLOTS: [&str; 7] = ["n", "taum", "on", "method", "a", "b", "x"];
    let slot = |name: &str| SLOTS.iter().position(|s| *s == name).filter(|_| names(name).is_some());
    let expr = parser::expression(text, TextId(0)).expect(text);
    Prepared::new(&expr, &slot).value(&|k| names(SLOTS[k]).expect("the slot has a value"))
}

#[test]
fn integers_stay_integers() {
    let table = [
        ("1 + 2*3", 7),
        ("n//3", 1333),
        ("-7//2", -4),
        ("7//-2", -4),
        ("-7//-2", 3),
        ("-7 % 3", 2),
        ("7 % -3", -2),
        ("-7 % -3", -1),
        ("-6 % 3", 0),
        ("2**10", 1024),
        ("(-2)**3", -8),
        ("-2**2", -4),
        ("1**9223372036854775807", 1),
        ("(-1)**9223372036854775807", -1),
        ("int(0.8*n)", 3200),
        ("int(-2.7)", -2),
        ("int(on)", 1),
        ("int(1 > 2)", 0),
        ("int(5)", 5),
        ("abs(-3)", 3),
        ("sign(-3)", -1),
        ("sign(0.0)", 0),
        ("sign(taum)", 1),
        ("clip(12, 0, 9)", 9),
        ("clip(-1, 0, 9)", 0),
        ("clip(5, 9, 0)", 9),
        ("min(3, 2)", 2),
        ("max(3, 2)", 3),
        ("timestep(5*ms, 0.1*ms)", 50),
        ("timestep(0.3*ms, 0.1*ms)", 3),
        ("timestep(0.0999*ms, 0.1*ms)", 1),
        ("timestep(0.0989*ms, 0.1*ms)", 0),
        ("9223372036854775807 - 1", i64::MAX - 1),
    ];
    for (text, wanted) in table {
        assert_eq!(value(text), Value::Integer(wanted), "{text}");
    }
}

#[test]
fn reals_are_doubles() {
    let table = [
        ("7/2", 3.5),
        ("6/2", 3.0),
        ("1/0", f64::INFINITY),
        ("2**-1", 0.5),
        ("2**0.5", std::f64::consts::SQRT_2),
        ("7.5//2", 3.0),
        ("-7.5//2", -4.0),
        ("-7.5 % 2", 0.5),
        ("7.5 % -2", -0.5),
        ("20*ms", 20.0 * 1e-3),
        ("taum/ms", 0.02 / 1e-3),
        ("0.8*n", 3200.0),
        ("-inf", f64::NEG_INFINITY),
        ("2*pi", std::f64::consts::TAU),
        ("e", std::f64::consts::E),
        ("floor(-1.5)", -2.0),
        ("ceil(-1.5)", -1.0),
        ("floor(3)", 3.0),
        ("abs(-1.5)", 1.5),
        ("clip(1.5, 0, 1)", 1.0),
        ("min(1, 0.5)", 0.5),
        ("max(1, 0.5)", 1.0),
        ("sqrt(2)", std::f64::consts::SQRT_2),
        ("exp(0)", 1.0),
        ("exprel(0)", 1.0),
        ("exprel(1)", std::f64::consts::E - 1.0),
        ("exprel(800)", f64::INFINITY),
        ("log10(1000)", 3.0),
        ("log1p(0)", 0.0),
        ("expm1(0)", 0.0),
        ("arcsin(1)", std::f64::consts::FRAC_PI_2),
        ("arccos(0)", std::f64::consts::FRAC_PI_2),
        ("arctan(inf)", std::f64::consts::FRAC_PI_2),
        ("tanh(100)", 1.0),
        ("sinh(0)", 0.0),
        ("cosh(0)", 1.0),
        ("sin(0)", 0.0),
        ("cos(0)", 1.0),
        ("tan(0)", 0.0),
    ];
    for (text, wanted) in table {
        let found = value(text);
        let Value::Real(found) = found else { panic!("{text}: {found:?}") };
        assert!(found == wanted || (found - wanted).abs() < 1e-15, "{text}: {found:?}");
    }
    assert_eq!(value("20*ms").real(), Some(0.02));
}

#[test]
fn conditions_and_texts() {
    let table = [
        ("n == 4000.0", true),
        ("taum < 20*ms", false),
        ("taum >= 20*ms", true),
        ("on and n > 1", true),
        ("not on or n != 4000", false),
        ("on == True", true),
        ("on != (n > 0)", false),
        ("method == \"euler\"", true),
        ("method != 'heun'", true),
        ("'a' == 'b'", false),
        ("n < 5 and 1//0 > 0", false),
        ("on or 1//0 > 0", true),
        ("inf - inf == inf - inf", false),
        ("inf - inf != 0", true),
        ("9007199254740993 == 9007199254740992", false),
    ];
    for (text, wanted) in table {
        assert_eq!(value(text), Value::Boolean(wanted), "{text}");
    }
    assert_eq!(value("method"), Value::Text("euler".into()));
}

#[test]
fn prepared_expressions_refuse_where_they_are_reached() {
    for text in [
        "1//0 > 0 and on",
        "on and 1//0 > 0",
        "nowhere + 1",
        "rand()",
        "n + method",
        "not n",
        "-(1 == 2)",
        "on and n",
    ] {
        let found = evaluate::scalar(&parser::expression(text, TextId(0)).expect(text), &names);
        assert!(found.is_err(), "{text}");
        assert_eq!(format!("{:?}", prepared(text, &names)), format!("{found:?}"), "{text}");
    }
}

#[test]
fn every_function_that_is_known_has_a_value_unless_random() {
    for function in functions::ALL {
        assert_eq!(functions::lookup(function.name).map(|f| f.name), Some(function.name));
        let argument = if function.arguments == Arguments::Time { "ms" } else { "0.5" };
        let call = format!("{}({})", function.name, vec![argument; function.arity].join(", "));
        let found = evaluate::scalar(&parser::expression(&call, TextId(0)).expect(&call), &names);
        assert_eq!(found.is_err(), function.random, "{call}: {found:?}");
    }
}

proptest! {
    /// Python's law of floor division, for all signs.
    #[test]
    fn floor_division_and_modulo_belong_together(a in any::<i64>(), b in any::<i64>()) {
        prop_assume!(b != 0 && (a, b) != (i64::MIN, -1));
        let both = |name: &str| match name { "a" => Some(Value::Integer(a)), "b" => Some(Value::Integer(b)), _ => None };
        let get = |text: &str| evaluate::scalar(&parser::expression(text, TextId(0)).expect("parses"), &both);
        let (q, r) = (get("a//b").expect("in range").integer(), get("a % b").expect("in range").integer());
        let (q, r) = (q.expect("an integer"), r.expect("an integer"));
        prop_assert_eq!(i128::from(q)*i128::from(b) + i128::from(r), i128::from(a));
        prop_assert!(r == 0 || (r < 0) == (b < 0));
        prop_assert!(i128::from(r).abs() < i128::from(b).abs());
    }

    /// No pair of numbers and no operator makes it panic; what overflows is a fault.
    #[test]
    fn arithmetic_never_panics(a in any::<i64>(), b in any::<i64>(), x in any::<f64>()) {
        let both = |name: &str| match name {
            "a" => Some(Value::Integer(a)),
            "b" => Some(Value::Integer(b)),
            "x" => Some(Value::Real(x)),
            _ => None,
        };
        for text in ["a + b", "a - b", "a*b", "a//b", "a % b", "-a", "abs(a)", "a**2", "int(x)", "a//x", "x % a", "a**x",
                     "clip(a, b, 0)", "timestep(x, a)", "exprel(x)", "sign(x)"] {
            let found = evaluate::scalar(&parser::expression(text, TextId(0)).expect(text), &both);
            prop_assert_eq!(format!("{:?}", prepared(text, &both)), format!("{found:?}"));
            if let ("a + b", Ok(sum)) = (text, &found) {
                prop_assert_eq!(sum.integer(), a.checked_add(b));
            }
        }
    }
}

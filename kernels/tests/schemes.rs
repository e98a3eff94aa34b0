//! Schemes as text: what the built-in ones can integrate, and that a scheme which passes the check makes a program.

mod support;

use kernels::language::ast::{Span, TextId};
use kernels::language::parser;
use kernels::model::UserScheme;
use kernels::program::scheme::Scheme;
use kernels::program::scheme_text::Stochastic;
use kernels::{c, program};
use proptest::prelude::*;
use support::{group, model};

#[test]
fn the_built_in_ones_pass_the_check() {
    let expected = [
        ("euler", Stochastic::Additive),
        ("rk2", Stochastic::None),
        ("rk4", Stochastic::None),
        ("exponential_euler", Stochastic::None),
        ("heun", Stochastic::Any),
        ("milstein", Stochastic::Diagonal),
    ];
    let found: Vec<(&str, Stochastic)> =
        Scheme::names().map(|name| (name, Scheme::built_in(name).unwrap().stochastic)).collect();
    assert_eq!(found, expected);
}

/// What noise a scheme can integrate follows from where dW and g stand in it.
#[test]
fn noise_is_read_off_the_text() {
    let cases = [
        ("x_new = x + dt*f(x, t)", Stochastic::None),
        ("x_new = x + dt*f(x, t) + g(x, t)*dW", Stochastic::Any),
        ("n = dW/dt**0.5\nx_new = x + dt*f(x, t) + g(x, t)*n*dt**0.5", Stochastic::Any),
        ("y = x + g(x, t)*dW\nx_new = x + dt*f(y, t + dt) + g(y, t)*dW", Stochastic::Any),
        ("x_new = x + dt*f(x, t) + g(x, t)*(dW + dW**2/dt**0.5)", Stochastic::Diagonal),
        ("h = g(x, t)\nx_new = x + h*dW*dW/dt**0.5", Stochastic::Diagonal),
        ("y = x + g(x, t)*dt**0.5\nx_new = x + dt*f(y, t) + g(x, t)*dW", Stochastic::Diagonal),
    ];
    for (text, expected) in cases {
        let lines = parser::statements(text, TextId::default()).unwrap();
        assert_eq!(Scheme::check(&lines, Span::default()), [], "{text}");
        let scheme = UserScheme { name: "mine".into(), span: Span::default(), lines };
        assert_eq!(Scheme::of_user(&scheme).stochastic, expected, "{text}");
    }
}

/// Sums of terms that are like x, mostly, over stages that may be there or not.
fn text() -> impl Strategy<Value = String> {
    let term = prop::sample::select(vec![
        "x",
        "k/2",
        "(h - k)",
        "y",
        "dt*f(x, t)",
        "dt*f(x + k/2, t + dt/2)",
        "2*dt*f(x - (k + h)/3, t + dt)",
        "dt*f(h, t)",
        "dt*A(x, t)*k",
        "dt*A(k + x, t + dt)*(x + h)",
        "x*exp(dt*A(x, t))",
        "k*exprel(-dt*A(x, t))/pi",
        "g(x, t)*dW",
        "dW*g(x + k, t + dt)",
        "0.5*dW*(g(x, t) + g(h, t))",
        "dt**0.5*g(x, t)",
        "(h + g(x, t)*dt**0.5)*dW**2/dt",
        "sqrt(x**2)",
        "dW/dt**0.5*k",
        "dt",
        "z",
    ]);
    let sign = prop::sample::select(vec![" + ", " - ", " + 0.25*"]);
    let line = prop::collection::vec((sign, term), 1..4);
    prop::collection::vec(line, 1..4).prop_map(|lines| {
        let names = ["k", "h", "y"];
        let last = lines.len() - 1;
        let sum = |terms: &[(&str, &str)]| {
            terms.iter().map(|(sign, term)| format!("{sign}{term}")).collect::<String>()
        };
        let line = |(n, terms): (usize, &Vec<(&str, &str)>)| match n == last {
            true => format!("x_new = x{}\n", sum(terms)),
            false => format!("{} = x{}\n", names[n], sum(terms)),
        };
        lines.iter().enumerate().map(line).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    /// Whatever passes the check can be filled for equations without noise, with noise of their own, and with two noises.
    #[test]
    fn what_passes_makes_a_program(text in text()) {
        let Ok(lines) = parser::statements(&text, TextId::default()) else { return Ok(()) };
        if !Scheme::check(&lines, Span::default()).is_empty() {
            return Ok(());
        }
        for equations in [
            "dv/dt = -v/(10*second) : 1\ndw/dt = (v - w*t/second)/(10*second) : 1",
            "dv/dt = -v/(10*second) + v*xi_a/second**0.5 : 1\ndw/dt = (v - w)/(10*second) + xi_b/second**0.5 : 1",
            "dv/dt = -v/(10*second) + v*(xi_a + xi_b)/second**0.5 : 1\ndw/dt = (v - w)/(10*second) : 1",
        ] {
            let mut model = model(group("G", "100", equations, "mine"));
            model.schemes.push(UserScheme { name: "mine".into(), span: Span::default(), lines: lines.clone() });
            if let Ok(program) = program::build(&model) {
                let text = c::functions(&program);
                let from = text.find("/* groups").expect("there is a loop");
                let values = text[from..].lines().filter_map(|l| l.trim().strip_prefix("const double "));
                let mut names: Vec<&str> = values.filter_map(|l| l.split(' ').next()).collect();
                prop_assert!(names.contains(&"new_v") && names.contains(&"new_w"), "{text}");
                names.sort_unstable();
                let twice = names.windows(2).find(|two| two[0] == two[1]);
                prop_assert!(twice.is_none(), "{twice:?} is defined twice: {text}");
                prop_assert!(!text.contains("dW*") && !text.contains("pi)"), "a name is left: {text}");
            }
        }
    }
}

/// Of those that pass at random there are enough to mean something.
#[test]
fn some_random_schemes_pass() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = text();
    let passes = |text: &str| {
        parser::statements(text, TextId::default())
            .is_ok_and(|l| Scheme::check(&l, Span::default()).is_empty())
    };
    let count = (0..4000).filter(|_| passes(&strategy.new_tree(&mut runner).unwrap().current())).count();
    assert!(count >= 100, "only {count} of 4000 pass");
}

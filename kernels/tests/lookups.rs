//! Timed arrays in the printed C: looked up once a step where they depend on the time alone, and without a value in the text.

mod support;

use std::sync::Arc;

use kernels::data::{Data, Lookup, Timed, Way};
use kernels::language::ast::{TextId, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::parser;
use kernels::model::Model;
use kernels::{c, program};
use support::{group, model};

/// A model with these equations, and timed arrays `stim(t)` of so many rows and `pair(t, i)`.
fn with_arrays(equations: &str, method: &str, rows: usize) -> Model {
    let mut model = model(group("G", "100", equations, method));
    for (name, columns) in [("stim", 1), ("pair", 2)] {
        let values = Arc::new((0..rows * columns).map(|k| k as f64 + 0.125).collect());
        model.lookups.push(Lookup {
            name: name.into(),
            kind: ValueKind::Real,
            dimension: Dimension::NONE,
            data: model.data.len(),
            way: Way::Time(Timed {
                dt: parser::expression("1*ms", TextId(1)).unwrap(),
                linear: false,
                columned: columns > 1,
                stepwise: vec![0],
            }),
        });
        model.data.push(Data { name: name.into(), values, columns });
    }
    model
}

/// The loop over elements of the update, and what stands before it in the step.
fn step(model: &Model) -> (String, String) {
    let text = c::functions(&program::build(model).expect("the method fits"));
    let at = text.find("const double t = ").expect("there is a step");
    let (before, rest) = text[at..].split_once("#pragma").expect("there is a loop");
    let (inside, _) = rest.split_once("\n            }").expect("the loop ends");
    (before.to_owned(), inside.to_owned())
}

#[test]
fn what_depends_on_the_time_alone_is_looked_up_once_a_step() {
    let equations =
        "dv/dt = (stim(t) - v)/(10*ms) : 1\ndu/dt = (I - u)/(10*ms) : 1\nI = stim(t - 2*ms) + stim(t) : 1";
    for (method, lookups) in [("euler", 2), ("exact", 2), ("rk2", 4), ("rk4", 6)] {
        let equations = if method == "exact" { equations.replace("t - 2*ms", "t") } else { equations.into() };
        let lookups = if method == "exact" { 1 } else { lookups };
        let (before, inside) = step(&with_arrays(&equations, method, 3));
        assert!(!inside.contains("data_stim"), "{method} looks up for each element:\n{inside}");
        assert_eq!(before.matches("ss_sample(data_stim").count(), lookups, "{method}:\n{before}");
    }
}

#[test]
fn the_row_of_columns_is_found_once_a_step() {
    let (before, inside) = step(&with_arrays("dv/dt = (pair(t, i % 2) - v)/(10*ms) : 1", "euler", 3));
    assert_eq!(before.matches("ss_time_bin(").count(), 1, "{before}");
    assert_eq!(
        (inside.matches("ss_time_bin(").count(), inside.matches("ss_entry(").count()),
        (0, 1),
        "{inside}"
    );
}

/// Times that differ between elements are looked up for each.
#[test]
fn delays_of_elements() {
    let (before, inside) = step(&with_arrays("dv/dt = (stim(t - i*ms) - v)/(10*ms) : 1", "euler", 3));
    assert!(!before.contains("ss_time_bin("), "{before}");
    assert_eq!(inside.matches("ss_sample(data_stim, ss_time_bin(").count(), 1, "{inside}");
}

#[test]
fn numbers_and_their_number_are_not_in_the_text() {
    let text = |rows| {
        let equations = "dv/dt = (stim(t) + pair(t, i) - v)/(10*ms) : 1";
        c::kernel(&program::build(&with_arrays(equations, "euler", rows)).unwrap()).text
    };
    assert_eq!(text(3), text(4000));
    assert!(!text(3).contains("0.125"));
}

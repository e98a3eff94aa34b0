//! Models from a few lines of text, for tests of the step program.

use kernels::language::ast::{Span, TextId};
use kernels::language::parser;
use kernels::model::{Group, Model};

const TEXT: TextId = TextId(1);

/// A group of so many neurons.
pub fn group(name: &str, size: &str, equations: &str, method: &str) -> Group {
    Group {
        name: name.into(),
        span: Span::default(),
        size: parser::expression(size, TEXT).expect("the test's size parses"),
        equations: parser::equations(equations, TEXT).expect("the test's equations parse"),
        method: Some((method.into(), Span::default())),
        tolerances: Default::default(),
        threshold: None,
        reset: Vec::new(),
        refractory: None,
        initial: Vec::new(),
        expected_rate: None,
        clock: 0,
        order: 0,
        events: Vec::new(),
        links: Vec::new(),
    }
}

/// A model of one group.
pub fn model(group: Group) -> Model {
    Model { groups: vec![group], ..Model::default() }
}

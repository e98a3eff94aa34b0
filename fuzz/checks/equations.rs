//! What must hold for any text of the equation language: nothing panics, faults and trees point into the text, and
//! what is printed is read as the same tree.

use kernels::language::ast::{Equation, EquationKind, Expr, ExprKind, Span, TextId};
use kernels::language::check::{self, Scope, Symbol};
use kernels::language::evaluate::{self, Prepared, Value};
use kernels::language::fault::Fault;
use kernels::language::names::Place;
use kernels::language::parser::{self, NoSummary, Of, Taken};
use kernels::language::{print, units, walk};

const ID: TextId = TextId(7);

/// Gives bytes to every reader of the language, and what they read to every check.
pub fn check(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        texts(text);
    }
}

/// As [`check`].
pub fn texts(text: &str) {
    of_expression(text);
    of_statements(text);
    of_equations(text);
    of_parts(text);
    let _ = units::quantity(text);
    let _ = units::unit(text);
    if let Some(measure) = units::Measure::new(text) {
        let _ = measure.value("1.5e3");
    }
}

fn of_expression(text: &str) {
    match parser::expression(text, ID) {
        Err(fault) => faults_lie_in(text, &[fault]),
        Ok(expr) => {
            is_good(text, &expr);
            let value = |name: &str| if name == "n" { Some(Value::Integer(2)) } else { None };
            let direct = evaluate::scalar(&expr, &value);
            let prepared = Prepared::new(&expr, &|name| (name == "n").then_some(0));
            let prepared = prepared.value(&|_| Value::Integer(2));
            assert_eq!(format!("{direct:?}"), format!("{prepared:?}"), "{text}");
            direct.err().into_iter().for_each(|fault| faults_lie_in(text, &[fault]));
            check::condition(&expr, &Everything, "it").err().iter().for_each(|f| faults_lie_in(text, f));
            check::integer(&expr, &Everything, "it").err().iter().for_each(|f| faults_lie_in(text, f));
        }
    }
}

fn of_statements(text: &str) {
    let list = match parser::statements(text, ID) {
        Err(fault) => return faults_lie_in(text, &[fault]),
        Ok(list) => list,
    };
    for statement in &list {
        is_good(text, &statement.value);
        assert_eq!(slice(text, statement.target_span), statement.target);
        let printed = print::statement(statement);
        let again = parser::statements(&printed, ID).expect("a printed statement is one");
        assert_eq!(again.len(), 1, "{printed}");
        assert_eq!((&again[0].target, again[0].assign), (&statement.target, statement.assign));
        assert_eq!(bare(&again[0].value), bare(&statement.value), "{printed}");
    }
    let writable = |name: &str| Everything.symbol(name).filter(|_| name == "v");
    check::statements(&list, &Everything, &writable).err().iter().for_each(|f| faults_lie_in(text, f));
}

fn of_equations(text: &str) {
    let list = match parser::equations(text, ID) {
        Err(faults) => {
            assert!(!faults.is_empty());
            return faults_lie_in(text, &faults);
        }
        Ok(list) => list,
    };
    for equation in &list {
        of_equation(text, equation);
    }
    for place in [Place::Neurons, Place::Synapses] {
        match check::equations(&list, place, &Everything) {
            Err(faults) => faults_lie_in(text, &faults),
            Ok(order) => {
                let mut distinct = order.clone();
                distinct.sort_unstable();
                distinct.dedup();
                assert_eq!(distinct.len(), order.len(), "{text}");
            }
        }
    }
}

fn of_equation(text: &str, equation: &Equation) {
    assert!(slice(text, equation.name_span).ends_with(&equation.name), "{text}");
    slice(text, equation.unit_span);
    equation.flags.iter().for_each(|(_, span)| assert!(!slice(text, *span).is_empty()));
    match &equation.kind {
        EquationKind::Differential(value) | EquationKind::Subexpression(value) => is_good(text, value),
        EquationKind::Parameter => {}
    }
    // The words for its dimension are read as the same.
    let words = format!("x : {}", units::describe(equation.dimension));
    let again = parser::equations(&words, ID).unwrap_or_else(|faults| panic!("{words}: {faults:?}"));
    assert_eq!(again[0].dimension, equation.dimension, "{words}");
}

/// Groups, generators and summaries.
fn of_parts(text: &str) {
    match parser::slice(text, ID) {
        Err(fault) => faults_lie_in(text, &[fault]),
        Ok(part) => is_part(text, &part),
    }
    match parser::generator(text, ID) {
        Err(fault) => faults_lie_in(text, &[fault]),
        Ok(made) => {
            slice(text, made.span);
            made.condition.iter().chain([&made.element]).for_each(|e| is_good(text, e));
            if let Some(over) = made.iteration {
                assert_eq!(slice(text, over.variable_span), over.variable);
                slice(text, over.span);
                let taken = match over.taken {
                    Taken::All => None,
                    Taken::Each(value) | Taken::Some(value) => Some(value),
                };
                let bounds = over.low.iter().chain([&over.high]).chain(&over.step).chain(&taken);
                bounds.for_each(|e| is_good(text, e));
            }
        }
    }
    match parser::summary(text, ID) {
        Err(NoSummary::Form) => {}
        Err(NoSummary::Fault(fault)) => faults_lie_in(text, &[fault]),
        Ok(summary) => {
            assert_eq!(slice(text, summary.operation_span), summary.operation);
            slice(text, summary.span);
            summary.arguments.iter().for_each(|e| is_good(text, e));
            match &summary.of {
                Of::Value(value) => is_good(text, value),
                Of::Part(part, variable) => {
                    is_part(text, part);
                    variable.iter().for_each(|(name, span)| assert_eq!(slice(text, *span), name));
                }
            }
        }
    }
}

fn is_part(text: &str, part: &parser::SliceText) {
    assert_eq!(slice(text, part.name_span), part.name);
    slice(text, part.span);
    // The end of `P[k]` is `k + 1`, of which nothing is written: it is printed all the same.
    part.start.iter().chain(&part.stop).for_each(is_printed);
}

/// Every part of an expression points into the text, inside of what it is a part of; and it is printed as it is.
fn is_good(text: &str, expr: &Expr) {
    let whole = expr.span;
    walk::each(expr, &mut |part| {
        let here = slice(text, part.span);
        assert!(whole.start <= part.span.start && part.span.end <= whole.end, "{text}: {here}");
        if let ExprKind::Name(name) = &part.kind {
            assert!(here.contains(name.as_str()), "{text}: {here}");
        }
    });
    is_printed(expr);
    check::expression(expr, &Everything).err().iter().for_each(|f| faults_lie_in(text, f));
}

fn is_printed(expr: &Expr) {
    let printed = print::expression(expr);
    match parser::expression(&printed, ID) {
        Ok(again) => assert_eq!(bare(&again), bare(expr), "{printed}"),
        // Blanks of the printer, or the part behind `P[k]`, may go beyond what a text may hold.
        Err(fault) => assert_eq!(fault.code, "E0113", "{printed}: {fault:?}"),
    }
}

fn faults_lie_in(text: &str, faults: &[Fault]) {
    for fault in faults {
        slice(text, fault.span);
        for (span, _) in &fault.also {
            slice(text, *span);
        }
        assert!(fault.code.starts_with('E') && !fault.message.is_empty(), "{fault:?}");
    }
}

fn slice(text: &str, span: Span) -> &str {
    assert_eq!(span.text, ID, "{text}: {span:?}");
    text.get(span.start as usize..span.end as usize).unwrap_or_else(|| panic!("{text:?}: {span:?}"))
}

/// The tree without its places.
pub fn bare(expr: &Expr) -> Expr {
    let kind = match &expr.kind {
        ExprKind::Unary(unary, inner) => ExprKind::Unary(*unary, Box::new(bare(inner))),
        ExprKind::Binary(binary, left, right) => {
            ExprKind::Binary(*binary, Box::new(bare(left)), Box::new(bare(right)))
        }
        ExprKind::Call(name, arguments) => ExprKind::Call(name.clone(), arguments.iter().map(bare).collect()),
        leaf => leaf.clone(),
    };
    Expr { kind, span: Span::default() }
}

/// Some names of every kind.
pub struct Everything;

impl Scope for Everything {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        match name {
            "v" => Some(Symbol::real(units::unit("volt")?.dimension)),
            "n" | "i" => Some(Symbol::INTEGER),
            "b" => Some(Symbol::BOOLEAN),
            "a" | "x" => Some(Symbol::NUMBER),
            _ => None,
        }
    }

    fn names(&self) -> Vec<String> {
        ["v", "n", "i", "b", "a", "x"].map(String::from).to_vec()
    }

    fn is_text(&self, name: &str) -> bool {
        name == "m"
    }
}

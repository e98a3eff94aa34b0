//! Names, dimensions and kinds of expressions and statements: everything that can be known without values.
//!
//! Reports all faults of an expression at once. Exact, as in Brian: a literal 0 is a pure number, so `v > 0` is refused
//! where v is in volt.

mod advice;
mod blocks;
mod calls;
mod declared;
mod operators;
mod statements;

use std::collections::BTreeSet;

use super::ast::{Expr, ExprKind, Span, Statement, Unary, ValueKind};
use super::callable::Callable;
use super::codes;
use super::dimension::Dimension;
use super::fault::Fault;
use super::{constants, functions, names, suggest, units, walk};
use advice::{in_words, shown};

pub use blocks::{equations, flags};
pub use statements::statements;

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typed {
    /// Boolean, integer or real.
    pub kind: ValueKind,
    /// Its dimension.
    pub dimension: Dimension,
}

/// What is known of a name.
pub type Symbol = Typed;

impl Typed {
    /// A real number with a dimension.
    pub const fn real(dimension: Dimension) -> Typed {
        Typed { kind: ValueKind::Real, dimension }
    }

    /// A real number without dimension.
    pub const NUMBER: Typed = Typed::real(Dimension::NONE);
    /// An integer.
    pub const INTEGER: Typed = Typed { kind: ValueKind::Integer, dimension: Dimension::NONE };
    /// A condition.
    pub const BOOLEAN: Typed = Typed { kind: ValueKind::Boolean, dimension: Dimension::NONE };
}

/// The names that an expression can use, besides constants, units and functions, which are always known.
pub trait Scope {
    /// What is known of a name.
    fn symbol(&self, name: &str) -> Option<Symbol>;

    /// All names, to suggest one for a misspelled one.
    fn names(&self) -> Vec<String>;

    /// Where the name is defined, if that is a place to show.
    fn declared(&self, _name: &str) -> Option<Span> {
        None
    }

    /// Whether the name is a text; texts can only be compared with each other.
    fn is_text(&self, _name: &str) -> bool {
        false
    }

    /// The function of the job of that name.
    fn callable(&self, _name: &str) -> Option<&dyn Callable> {
        None
    }

    /// The names of all functions of the job.
    fn callables(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Checks an expression that must be a number or a condition.
pub fn expression(expr: &Expr, scope: &dyn Scope) -> Result<Typed, Vec<Fault>> {
    let mut checker = Checker::new(scope);
    let found = checker.value(expr);
    checker.finish(found)
}

/// The faults of an expression that can be seen without dimensions: names and functions that are not known here.
pub fn known(expr: &Expr, scope: &dyn Scope) -> Vec<Fault> {
    let mut checker = Checker::new(scope);
    walk::each(expr, &mut |part| match &part.kind {
        ExprKind::Name(name) => {
            checker.name(part, name);
        }
        ExprKind::Call(name, given) => checker.known_call(part, name, given.len()),
        _ => {}
    });
    checker.faults
}

/// Checks an expression that must be a number of this dimension; `what` names it in messages ("the delay").
pub fn expect(expr: &Expr, scope: &dyn Scope, dimension: Dimension, what: &str) -> Result<Typed, Vec<Fault>> {
    let mut checker = Checker::new(scope);
    let found = checker.value(expr).and_then(|typed| checker.needed(expr, typed, dimension, what));
    checker.finish(found)
}

/// Checks an expression that must be an integer.
pub fn integer(expr: &Expr, scope: &dyn Scope, what: &str) -> Result<(), Vec<Fault>> {
    let mut checker = Checker::new(scope);
    let found = checker.value(expr).and_then(|typed| checker.needed(expr, typed, Dimension::NONE, what));
    let found = found.and_then(|typed| checker.needed_integer(expr, typed, what));
    checker.finish(found)
}

/// Checks an expression that must be a condition.
pub fn condition(expr: &Expr, scope: &dyn Scope, what: &str) -> Result<(), Vec<Fault>> {
    let mut checker = Checker::new(scope);
    let found = checker.value(expr).and_then(|typed| checker.needed_condition(expr, typed, what));
    checker.finish(found)
}

/// What an expression gives; texts exist only inside comparisons.
#[derive(Clone, Copy)]
enum Sort {
    Value(Typed),
    Text,
}

/// Walks expressions and collects faults; `None` from its methods means that a fault was reported already.
struct Checker<'a> {
    scope: &'a dyn Scope,
    faults: Vec<Fault>,
    /// Names whose definition is at fault: nothing more is said about them.
    broken: BTreeSet<String>,
}

impl<'a> Checker<'a> {
    fn new(scope: &'a dyn Scope) -> Checker<'a> {
        Checker { scope, faults: Vec::new(), broken: BTreeSet::new() }
    }

    fn finish<T>(self, found: Option<T>) -> Result<T, Vec<Fault>> {
        match found {
            Some(value) if self.faults.is_empty() => Ok(value),
            _ => Err(self.faults),
        }
    }

    fn report<T>(&mut self, fault: Fault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    /// The type of an expression that must not be a text.
    fn value(&mut self, expr: &Expr) -> Option<Typed> {
        match self.sort(expr)? {
            Sort::Value(typed) => Some(typed),
            Sort::Text => self.report(
                Fault::new(codes::TEXT, expr.span, format!("{} is a text, not a number", shown(expr)))
                    .help("texts can only be compared: method == \"euler\""),
            ),
        }
    }

    fn sort(&mut self, expr: &Expr) -> Option<Sort> {
        let typed = match &expr.kind {
            ExprKind::Text(_) => return Some(Sort::Text),
            ExprKind::Name(name) => return self.name(expr, name),
            ExprKind::Integer(_) => Typed::INTEGER,
            ExprKind::Real(_) => Typed::NUMBER,
            ExprKind::Boolean(_) => Typed::BOOLEAN,
            ExprKind::Unary(Unary::Not, inner) => self.all_conditions(&[inner], "not")?,
            ExprKind::Unary(Unary::Negate, inner) => self.number(inner, "-")?,
            ExprKind::Binary(binary, left, right) => self.binary(expr, *binary, left, right)?,
            ExprKind::Call(name, arguments) => self.call(expr, name, arguments)?,
        };
        Some(Sort::Value(typed))
    }

    fn name(&mut self, expr: &Expr, name: &str) -> Option<Sort> {
        if self.broken.contains(name) {
            return None;
        }
        if self.scope.is_text(name) {
            return Some(Sort::Text);
        }
        if let Some(symbol) = self.scope.symbol(name) {
            return Some(Sort::Value(symbol));
        }
        if names::constant(name).is_some() {
            return Some(Sort::Value(Typed::NUMBER));
        }
        if let Some(unit) = units::unit(name) {
            return Some(Sort::Value(Typed::real(unit.dimension)));
        }
        let usage = match (functions::lookup(name), self.scope.callable(name)) {
            (Some(function), _) => Some((function.usage.to_owned(), None)),
            (_, Some(callable)) => Some((callable.usage(), callable.bare())),
            _ => None,
        };
        let fault = match usage {
            Some((usage, more)) => {
                let message = format!("'{name}' is a function and needs its arguments");
                let help = format!("write {usage}");
                Fault::new(codes::FUNCTION_AS_VALUE, expr.span, message)
                    .help(more.map_or(help.clone(), |more| format!("{help}; {more}")))
            }
            None => unknown_name(expr, name, self.scope),
        };
        self.report(fault)
    }

    fn needed(&mut self, expr: &Expr, typed: Typed, dimension: Dimension, what: &str) -> Option<Typed> {
        if typed.kind == ValueKind::Boolean {
            let fault = Fault::new(
                codes::RESULT_KIND,
                expr.span,
                format!("{what} must be a number, not a condition"),
            );
            return self.report(
                fault.help(format!("int() makes 1 of true and 0 of false: int({})", shown_bare(expr))),
            );
        }
        if typed.dimension == dimension {
            return Some(typed);
        }
        let (need, have) = (in_words(dimension), in_words(typed.dimension));
        let fault =
            Fault::new(codes::RESULT, expr.span, format!("{what} must be {need}, but this is {have}"))
                .label(have)
                .help(self.unitless(expr, advice::scaled(expr, typed.dimension, dimension)));
        let fault = self.origins(fault, &[expr]);
        self.report(fault)
    }

    fn needed_integer(&mut self, expr: &Expr, typed: Typed, what: &str) -> Option<()> {
        if typed.kind == ValueKind::Integer {
            return Some(());
        }
        self.report(
            Fault::new(
                codes::RESULT_KIND,
                expr.span,
                format!("{what} must be an integer, but this is a real number"),
            )
            .help(format!("int() cuts off the digits behind the point: int({})", shown_bare(expr))),
        )
    }

    fn needed_condition(&mut self, expr: &Expr, typed: Typed, what: &str) -> Option<()> {
        if typed.kind == ValueKind::Boolean {
            return Some(());
        }
        self.report(
            Fault::new(
                codes::NOT_BOOLEAN,
                expr.span,
                format!("{what} must be a condition, but this is a number"),
            )
            .label(in_words(typed.dimension))
            .help(format!(
                "compare it with something, as in {} > 0{}",
                shown_bare(expr),
                advice::times(typed.dimension)
            )),
        )
    }
}

fn shown_bare(expr: &Expr) -> String {
    advice::shortened(expr)
}

fn unknown_name(expr: &Expr, name: &str, scope: &dyn Scope) -> Fault {
    let fault = Fault::new(codes::UNKNOWN_NAME, expr.span, format!("'{name}' is not defined"));
    let known = scope.names();
    if let Some(near) = suggest::nearest(name, known.iter().filter(|n| n.eq_ignore_ascii_case(name))) {
        let unit = units::symbol(name).map(|u| format!(" (the unit is written {})", units::long_name(u)));
        return fault.help(format!("did you mean '{near}'?{}", unit.unwrap_or_default()));
    }
    if let Some(condition) = ["True", "False"].into_iter().find(|word| word.eq_ignore_ascii_case(name)) {
        return fault.help(format!("write {condition}"));
    }
    if constants::is_physical(name) {
        let short = name.chars().next().unwrap_or('c').to_ascii_uppercase();
        return fault.help(format!(
            "ask for the constant in [parameters]: {short} = \"{name}\", or {name} = \"{name}\""
        ));
    }
    if matches!(name, "celsius" | "degC") {
        return fault.help("degrees Celsius are no multiple of kelvin; write 310.15*kelvin for 37 degrees");
    }
    // Nobody means exalitres by `El`.
    if let Some(unit) = units::symbol(name).filter(|unit| (1e-15..=1e9).contains(&unit.scale)) {
        let long = units::long_name(unit);
        return fault.help(format!(
            "as a unit in an expression write {long}; {name} is known in quantities only: \"5 {name}\""
        ));
    }
    if let Some(advice) = functions::advice(name) {
        return fault.help(advice);
    }
    if known.iter().any(|n| n.strip_prefix('d') == Some(name)) {
        return fault.help(format!("a differential equation begins with d{name}/dt = ..."));
    }
    let constants = names::CONSTANTS.iter().map(|(n, _)| *n);
    let known = known.iter().map(String::as_str);
    match suggest::nearest(name, known.chain(constants).chain(units::suggested_names())) {
        Some(near) => fault.help(format!("did you mean '{near}'?")),
        None => fault.help("define it in [parameters], or in the equations"),
    }
}

/// A statement in quotes.
fn assigned(statement: &Statement) -> String {
    format!("'{}'", super::print::statement(statement))
}

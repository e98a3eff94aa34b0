//! The rules of calls.

use super::super::ast::{Expr, ValueKind};
use super::super::callable::Callable;
use super::super::codes;
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::functions::{self, Arguments, Function, ResultDimension, ResultKind};
use super::super::{names, suggest, units};
use super::advice::{self, in_words, shown};
use super::{Checker, Typed};

impl Checker<'_> {
    pub(super) fn call(&mut self, expr: &Expr, name: &str, arguments: &[Expr]) -> Option<Typed> {
        let values: Vec<Option<Typed>> = arguments.iter().map(|a| self.value(a)).collect();
        let Some(function) = functions::lookup(name) else {
            if let Some(callable) = self.scope.callable(name).filter(|_| self.scope.symbol(name).is_none()) {
                return self.call_of_job(expr, name, callable, arguments, values);
            }
            let fault = self.no_function(expr, name);
            return self.report(fault);
        };
        if self.scope.symbol(name).is_some() {
            let fault = self.no_function(expr, name);
            return self.report(fault);
        }
        if arguments.len() != function.arity {
            let (name, usage) = (function.name, function.usage);
            return self.report(wrong_arity(expr, name, function.arity, usage, arguments.len()));
        }
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        let kinds = match function.arguments {
            Arguments::PureOrBoolean => Some(()),
            _ => self.argument_kinds(function.name, arguments, &values),
        };
        self.argument_dimensions(function, arguments, &values).and(kinds)?;
        self.result(expr, function, &values)
    }

    /// A call of a function that the job defines.
    fn call_of_job(
        &mut self,
        expr: &Expr,
        name: &str,
        callable: &dyn Callable,
        arguments: &[Expr],
        values: Vec<Option<Typed>>,
    ) -> Option<Typed> {
        if callable.is_refused() {
            return None;
        }
        let needed = callable.arguments();
        if arguments.len() != needed.len() {
            let fault = wrong_arity(expr, name, needed.len(), &callable.usage(), arguments.len());
            return self.report(also_defined(fault, callable));
        }
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        let mut all = self.argument_kinds(name, arguments, &values);
        for (k, ((argument, value), needed)) in arguments.iter().zip(&values).zip(needed).enumerate() {
            let Some(needed) = needed.filter(|needed| *needed != value.dimension) else { continue };
            if value.kind == ValueKind::Boolean {
                continue;
            }
            let fault = wrong_argument(name, k, argument, value.dimension, needed);
            let fault = self.origins(fault, &[argument]);
            all = self.report(also_defined(fault, callable));
        }
        all?;
        match callable.result(expr, &values) {
            Ok(typed) => Some(typed),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    /// Notes what can be said of a call without its arguments: a function that does not exist, or takes another number.
    pub(super) fn known_call(&mut self, expr: &Expr, name: &str, given: usize) {
        let arity = match (functions::lookup(name), self.scope.callable(name)) {
            (Some(function), _) => Some((function.arity, function.usage.to_owned())),
            (_, Some(callable)) if callable.is_refused() => None,
            (_, Some(callable)) => Some((callable.arguments().len(), callable.usage())),
            _ => {
                self.faults.push(self.no_function(expr, name));
                None
            }
        };
        if let Some((arity, usage)) = arity.filter(|(arity, _)| *arity != given) {
            self.faults.push(wrong_arity(expr, name, arity, &usage, given));
        }
    }

    fn no_function(&self, expr: &Expr, name: &str) -> Fault {
        let is_value = self.scope.symbol(name).is_some()
            || names::constant(name).is_some()
            || units::unit(name).is_some();
        if is_value {
            return Fault::new(codes::VALUE_AS_FUNCTION, expr.span, format!("'{name}' is not a function"))
                .help(format!("for a product write {name}*(...)"));
        }
        let fault = Fault::new(codes::UNKNOWN_FUNCTION, expr.span, format!("there is no function '{name}'"));
        if let Some(advice) = functions::advice(name) {
            return fault.help(advice);
        }
        let own = self.scope.callables();
        let known: Vec<&str> =
            functions::ALL.iter().map(|f| f.name).chain(own.iter().map(String::as_str)).collect();
        match suggest::nearest(name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("the functions are {}", known.join(", "))),
        }
    }

    fn argument_kinds(&mut self, function: &str, arguments: &[Expr], values: &[Typed]) -> Option<()> {
        let mut all = Some(());
        for (argument, _) in arguments.iter().zip(values).filter(|(_, v)| v.kind == ValueKind::Boolean) {
            let message = format!("{function} needs numbers, but {} is a condition", shown(argument));
            all =
                self.report(Fault::new(codes::ARGUMENT_KIND, argument.span, message).help(format!(
                    "int() makes 1 of true and 0 of false: int({})",
                    advice::shortened(argument)
                )));
        }
        all
    }

    fn argument_dimensions(
        &mut self,
        function: &Function,
        arguments: &[Expr],
        values: &[Typed],
    ) -> Option<()> {
        let Some(first) = values.first() else { return Some(()) };
        let mut all = Some(());
        for (k, (argument, value)) in arguments.iter().zip(values).enumerate() {
            let needed = match function.arguments {
                Arguments::Pure | Arguments::PureOrBoolean => Dimension::NONE,
                Arguments::Time => Dimension::TIME,
                Arguments::Same => first.dimension,
                Arguments::PureThenAny if k == 0 => Dimension::NONE,
                Arguments::PureThenAny => value.dimension,
            };
            if value.dimension != needed {
                let mut fault = wrong_argument(function.name, k, argument, value.dimension, needed);
                if function.arguments == Arguments::Same {
                    fault = fault.also(arguments[0].span, in_words(first.dimension));
                }
                let fault = self.origins(fault, &[argument]);
                all = self.report(fault);
            }
        }
        all
    }

    fn result(&mut self, expr: &Expr, function: &Function, values: &[Typed]) -> Option<Typed> {
        let first = values.first().map_or(Dimension::NONE, |v| v.dimension);
        let dimension = match function.result {
            ResultDimension::Pure => Dimension::NONE,
            ResultDimension::First => first,
            ResultDimension::Last => values.last().map_or(Dimension::NONE, |v| v.dimension),
            ResultDimension::Root => match first.power(0.5) {
                Some(root) => root,
                None => {
                    return self.report(Fault::new(
                        codes::POWER,
                        expr.span,
                        "this root has an absurd dimension",
                    ));
                }
            },
        };
        let whole = values.iter().all(|v| v.kind == ValueKind::Integer);
        let kind = match function.kind {
            ResultKind::Always(kind) => kind,
            ResultKind::Highest if whole => ValueKind::Integer,
            ResultKind::Highest => ValueKind::Real,
        };
        Some(Typed { kind, dimension })
    }
}

/// Shows where a function of the job is defined.
fn also_defined(fault: Fault, callable: &dyn Callable) -> Fault {
    match callable.defined() {
        Some(span) => fault.also(span, "defined here"),
        None => fault,
    }
}

fn wrong_arity(expr: &Expr, name: &str, arity: usize, usage: &str, given: usize) -> Fault {
    let plural = |n: usize| match n {
        0 => "no arguments".to_string(),
        1 => "one argument".to_string(),
        n => format!("{n} arguments"),
    };
    let message = format!("{name} takes {}, not {given}", plural(arity));
    Fault::new(codes::ARITY, expr.span, message).help(format!("write {usage}"))
}

fn wrong_argument(function: &str, k: usize, argument: &Expr, found: Dimension, needed: Dimension) -> Fault {
    let (have, need) = (in_words(found), in_words(needed));
    let message =
        format!("argument {} of {function} must be {need}, but {} is {have}", k + 1, shown(argument));
    Fault::new(codes::ARGUMENT, argument.span, message)
        .label(have)
        .help(advice::scaled(argument, found, needed))
}

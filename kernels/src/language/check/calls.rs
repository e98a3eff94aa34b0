//! The rules of calls.

use super::super::ast::{Expr, ValueKind};
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
            let fault = self.no_function(expr, name);
            return self.report(fault);
        };
        if self.scope.symbol(name).is_some() {
            let fault = self.no_function(expr, name);
            return self.report(fault);
        }
        if arguments.len() != function.arity {
            return self.report(wrong_arity(expr, function, arguments.len()));
        }
        let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
        let kinds = self.argument_kinds(function, arguments, &values);
        self.argument_dimensions(function, arguments, &values).and(kinds)?;
        self.result(expr, function, &values)
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
        match suggest::nearest(name, functions::ALL.iter().map(|f| f.name)) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("the functions are {}", functions::ALL.map(|f| f.name).join(", "))),
        }
    }

    fn argument_kinds(&mut self, function: &Function, arguments: &[Expr], values: &[Typed]) -> Option<()> {
        if function.arguments == Arguments::PureOrBoolean {
            return Some(());
        }
        let mut all = Some(());
        for (argument, _) in arguments.iter().zip(values).filter(|(_, v)| v.kind == ValueKind::Boolean) {
            let message = format!("{} needs numbers, but {} is a condition", function.name, shown(argument));
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
                let mut fault = wrong_argument(function, k, argument, value.dimension, needed);
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

fn wrong_arity(expr: &Expr, function: &Function, given: usize) -> Fault {
    let plural = |n: usize| match n {
        0 => "no arguments".to_string(),
        1 => "one argument".to_string(),
        n => format!("{n} arguments"),
    };
    let message = format!("{} takes {}, not {given}", function.name, plural(function.arity));
    Fault::new(codes::ARITY, expr.span, message).help(format!("write {}", function.usage))
}

fn wrong_argument(
    function: &Function,
    k: usize,
    argument: &Expr,
    found: Dimension,
    needed: Dimension,
) -> Fault {
    let (have, need) = (in_words(found), in_words(needed));
    let message =
        format!("argument {} of {} must be {need}, but {} is {have}", k + 1, function.name, shown(argument));
    Fault::new(codes::ARGUMENT, argument.span, message)
        .label(have)
        .help(advice::scaled(argument, found, needed))
}

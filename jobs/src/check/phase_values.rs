//! `[[phase]]`: names, durations, values of parameters, sharing. What concerns the model stands in `phases`.
//!
//! Refuses phases beside a duration of the run, and values of what is no number.

use kernels::language::ast::{Expr, ExprKind, Span, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::{names as language, suggest};

use super::formula;
use super::parameters::Parameters;
use crate::codes;
use crate::points::PhaseFormulas;
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{Phase, Scalar};

/// Tells `parameters` which integers take other values in a phase; true: some do.
pub fn widen(phases: &[Phase], parameters: &mut Parameters, texts: &Texts) -> bool {
    let scope = parameters.scope();
    let mut news = Vec::new();
    for (key, value) in phases.iter().flat_map(|p| &p.parameters) {
        let Some(k) = parameters.number(&key.name) else { continue };
        let is_integer = parameters.numbers[k].symbol.is_some_and(|s| s.kind == ValueKind::Integer);
        let typed = formula::read(value, texts).ok().and_then(|f| f.typed(&scope).ok());
        if is_integer && typed.is_some_and(|t| t.kind == ValueKind::Real) {
            news.push(k);
        }
    }
    news.iter().for_each(|k| parameters.widen(*k));
    !news.is_empty()
}

/// The phases of the run; what was refused is left out.
pub fn values(
    phases: &[Phase],
    parameters: &Parameters,
    texts: &Texts,
    faults: &mut Vec<Fault>,
) -> Vec<PhaseFormulas> {
    let mut context = Context { parameters, texts, faults: Vec::new() };
    let mut out = Vec::new();
    for (number, phase) in phases.iter().enumerate() {
        let name = context.name(number, phase, &phases[..number]);
        let changes = phase.parameters.iter().filter_map(|(key, value)| context.change(key, value)).collect();
        let duration = context.duration(phase);
        let shared = context.shared(phase, &phases[..number]);
        out.extend(duration.map(|duration| PhaseFormulas { name, duration, changes, shared }));
    }
    if let Some((_, span)) = phases.last().and_then(|p| p.share).filter(|(yes, _)| *yes) {
        let fault = Fault::new(
            codes::PHASE,
            span,
            "the last phase is shared, so that no phase is left for what differs",
        );
        context.faults.push(fault.help("leave 'share' out here, or add a phase in which points differ"));
    }
    faults.extend(parameters.quieted(context.faults, texts));
    out
}

/// The duration of all phases together.
pub fn total(phases: &[PhaseFormulas]) -> Option<Expr> {
    let mut durations = phases.iter().map(|p| p.duration.clone());
    let first = durations.next()?;
    Some(durations.fold(first, |sum, next| {
        let span = next.span;
        let kind = ExprKind::Binary(kernels::language::ast::Binary::Add, Box::new(sum), Box::new(next));
        Expr { kind, span }
    }))
}

struct Context<'a> {
    parameters: &'a Parameters,
    texts: &'a Texts,
    faults: Vec<Fault>,
}

impl Context<'_> {
    fn refuse<T>(&mut self, fault: Fault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    fn name(&mut self, number: usize, phase: &Phase, before: &[Phase]) -> String {
        let Some(text) = phase.name else {
            let fault = Fault::new(codes::MISSING_KEY, phase.span, "this [[phase]] has no 'name'");
            self.faults.push(fault.help("for example: name = \"stimulus\""));
            return number.to_string();
        };
        let name = self.texts.get(text.id).to_owned();
        if !language::is_name(&name) {
            let help =
                "names begin with a letter, go on with letters, digits and _, and have at most 64 characters";
            let fault = Fault::new(codes::NAME, text.span, format!("{name:?} cannot be a name"));
            self.faults.push(fault.help(help));
        }
        let same = |p: &&Phase| p.name.is_some_and(|t| self.texts.get(t.id) == name);
        if let Some(first) = before.iter().find(same).and_then(|p| p.name) {
            let fault = Fault::new(codes::NAME, text.span, format!("there are two phases named '{name}'"));
            self.faults.push(fault.also(first.span, "the other one").help("give one of them another name"));
        }
        name
    }

    fn duration(&mut self, phase: &Phase) -> Option<Expr> {
        let Some(scalar) = &phase.duration else {
            let fault = Fault::new(codes::MISSING_KEY, phase.span, "this [[phase]] has no 'duration'");
            return self.refuse(fault.help("for example: duration = \"100 ms\""));
        };
        self.value(scalar, Dimension::TIME, "the duration").map(|(expr, _)| expr)
    }

    fn value(&mut self, scalar: &Scalar, dimension: Dimension, what: &str) -> Option<(Expr, ValueKind)> {
        let checked = formula::read(scalar, self.texts).map_err(|f| vec![f]).and_then(|formula| {
            let formula = self.parameters.with_constants(formula);
            self.parameters.only_numbers(&formula.expr, what)?;
            let typed = formula.expect(&self.parameters.scope(), dimension, what)?;
            Ok((formula.expr, typed.kind))
        });
        match checked {
            Ok(found) => Some(found),
            Err(more) => {
                self.faults.extend(more);
                None
            }
        }
    }

    fn change(&mut self, key: &Key, scalar: &Scalar) -> Option<(usize, Expr)> {
        let name = key.name.as_str();
        let Some(k) = self.parameters.number(name) else {
            return if self.parameters.is_refused(name) { None } else { self.no_number(key) };
        };
        let symbol = self.parameters.numbers[k].symbol?;
        let what = format!("'{name}'");
        let (expr, kind) = self.value(scalar, symbol.dimension, &what)?;
        if (kind == ValueKind::Boolean) != (symbol.kind == ValueKind::Boolean) {
            let message = format!("'{name}' is a condition in one place and a number in the other");
            let fault = Fault::new(codes::PHASE, expr.span, message);
            let fault = fault.also(self.parameters.numbers[k].key.span, "defined here");
            return self.refuse(
                fault.help("give it a value of the same kind: true, false or a comparison; or a number"),
            );
        }
        Some((k, expr))
    }

    fn no_number<T>(&mut self, key: &Key) -> Option<T> {
        let name = key.name.as_str();
        if let Some(defined) = self.parameters.defined(name) {
            let (what, help) = match self.parameters.text(name) {
                Some(_) => (
                    "a text, which decides the code",
                    "write the choice as a number, and test it in the equations",
                ),
                None => (
                    "a list of values",
                    "change a number that it is multiplied by, or set a variable in 'code'",
                ),
            };
            let message = format!("'{name}' is {what}, and cannot change in a phase");
            return self.refuse(
                Fault::new(codes::PHASE, key.span, message).also(defined, "defined here").help(help),
            );
        }
        let fault = Fault::new(codes::PHASE, key.span, format!("there is no parameter '{name}'"));
        self.refuse(match suggest::nearest(name, self.parameters.names()) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help("define it in [parameters]; its value there holds before this phase. Variables are set in 'code'"),
        })
    }

    /// Only the first phases can be shared.
    fn shared(&mut self, phase: &Phase, before: &[Phase]) -> bool {
        let Some((true, span)) = phase.share else { return false };
        let own = |p: &&Phase| p.share.is_none_or(|(yes, _)| !yes);
        if let Some(other) = before.iter().find(own) {
            let fault = Fault::new(
                codes::PHASE,
                span,
                "points cannot share a phase after one in which they may differ",
            );
            self.faults
                .push(fault.also(other.span, "this one is not shared").help("the shared phases come first"));
        }
        true
    }
}

/// The place of a table that stands where it must not.
pub fn beside_duration(duration: &Scalar, phases: &[Phase]) -> Option<Fault> {
    let phase: Span = phases.first()?.span;
    let message = "[run] has a 'duration' beside [[phase]]";
    let fault = Fault::new(codes::PHASE, duration.span, message)
        .also(phase, "the phases have durations of their own");
    Some(fault.help("leave it out: the run lasts as long as its phases together"))
}

//! Statements: what is set, by what, and which temporaries arise.

use std::collections::{BTreeMap, BTreeSet};

use super::super::ast::{Assign, Span, Statement, ValueKind};
use super::super::callable::Callable;
use super::super::codes;
use super::super::dimension::Dimension;
use super::super::fault::Fault;
use super::super::names::{self, Place};
use super::super::{suggest, walk};
use super::advice::{self, in_words};
use super::{Checker, Scope, Symbol, Typed, assigned};

/// Names known so far: temporaries before those of the scope.
struct WithTemporaries<'a> {
    scope: &'a dyn Scope,
    temporaries: &'a BTreeMap<String, Symbol>,
}

impl Scope for WithTemporaries<'_> {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        self.temporaries.get(name).copied().or_else(|| self.scope.symbol(name))
    }

    fn names(&self) -> Vec<String> {
        let mut names = self.scope.names();
        names.extend(self.temporaries.keys().cloned());
        names
    }

    fn declared(&self, name: &str) -> Option<Span> {
        if self.temporaries.contains_key(name) { None } else { self.scope.declared(name) }
    }

    fn is_text(&self, name: &str) -> bool {
        self.scope.is_text(name)
    }

    fn callable(&self, name: &str) -> Option<&dyn Callable> {
        self.scope.callable(name)
    }

    fn callables(&self) -> Vec<String> {
        self.scope.callables()
    }
}

/// Checks statements in order; `writable` says which names of the scope may be set. Gives the temporaries, whose
/// dimension and kind are those of the first value; one that is never read is refused as a misspelled variable.
pub fn statements(
    list: &[Statement],
    scope: &dyn Scope,
    writable: &dyn Fn(&str) -> Option<Symbol>,
) -> Result<BTreeMap<String, Symbol>, Vec<Fault>> {
    let mut temporaries: BTreeMap<String, Symbol> = BTreeMap::new();
    let mut broken: BTreeSet<String> = BTreeSet::new();
    let mut first_set: Vec<(&str, Span)> = Vec::new();
    let mut faults = Vec::new();
    for statement in list {
        let names = WithTemporaries { scope, temporaries: &temporaries };
        let mut checker = Checker::new(&names);
        checker.broken = std::mem::take(&mut broken);
        let value = checker.value(&statement.value);
        let created = checker.statement(statement, value, writable, &temporaries);
        broken = checker.broken;
        faults.extend(checker.faults);
        if let Some(symbol) = created {
            first_set.push((&statement.target, statement.target_span));
            temporaries.insert(statement.target.clone(), symbol);
        }
    }
    faults.extend(unread(list, &first_set, scope));
    if faults.is_empty() { Ok(temporaries) } else { Err(faults) }
}

fn unread(list: &[Statement], temporaries: &[(&str, Span)], scope: &dyn Scope) -> Vec<Fault> {
    let mut read: BTreeSet<String> = BTreeSet::new();
    for statement in list {
        walk::names(&statement.value, &mut |name, _| {
            read.insert(name.to_string());
        });
    }
    let unread = temporaries.iter().filter(|(name, _)| !read.contains(*name));
    unread
        .map(|(name, span)| {
            let fault = Fault::new(
                codes::UNUSED,
                *span,
                format!("'{name}' is no variable here, and its value is never used"),
            );
            match suggest::nearest(name, scope.names()) {
                Some(near) => fault.help(format!("did you mean '{near}'?")),
                None => fault.help("define it in the equations, or use it in a later statement"),
            }
        })
        .collect()
}

impl Checker<'_> {
    /// Checks one statement whose value is known; gives the symbol of a new temporary.
    fn statement(
        &mut self,
        statement: &Statement,
        value: Option<Typed>,
        writable: &dyn Fn(&str) -> Option<Symbol>,
        temporaries: &BTreeMap<String, Symbol>,
    ) -> Option<Symbol> {
        let name = statement.target.as_str();
        if let Some(target) = temporaries.get(name).copied().or_else(|| writable(name)) {
            self.fits(statement, target, value?);
            return None;
        }
        if self.broken.contains(name) {
            return None;
        }
        let created = self.new_temporary(statement, value);
        if created.is_none() {
            self.broken.insert(name.to_string());
        }
        created
    }

    fn new_temporary(&mut self, statement: &Statement, value: Option<Typed>) -> Option<Symbol> {
        let (name, span) = (statement.target.as_str(), statement.target_span);
        if self.scope.symbol(name).is_some() || self.scope.is_text(name) {
            let fault = Fault::new(codes::READ_ONLY, span, format!("'{name}' cannot be set here"));
            return self.report(fault.help("only variables of the group itself, and new names, can be set"));
        }
        if let Err(fault) = names::definable(name, span, Place::Temporary) {
            return self.report(fault);
        }
        if statement.assign != Assign::Set {
            let fault =
                Fault::new(codes::UNKNOWN_NAME, span, format!("'{name}' is changed but has no value yet"));
            return self.report(match suggest::nearest(name, self.scope.names()) {
                Some(near) => fault.help(format!("did you mean '{near}'?")),
                None => fault.help("define it in the equations, or set it with = before"),
            });
        }
        value
    }

    fn fits(&mut self, statement: &Statement, target: Symbol, value: Typed) -> Option<()> {
        self.kinds_fit(statement, target, value)?;
        let needed = match statement.assign {
            Assign::Multiply | Assign::Divide => Dimension::NONE,
            _ => target.dimension,
        };
        if value.dimension == needed {
            return Some(());
        }
        let (have, need) = (in_words(value.dimension), in_words(needed));
        let message =
            format!("in {} the right-hand side must be {need}, but it is {have}", assigned(statement));
        let fault = Fault::new(codes::ASSIGNED, statement.value.span, message)
            .label(have)
            .also(statement.target_span, in_words(target.dimension))
            .help(advice::scaled(&statement.value, value.dimension, needed));
        let fault = match self.scope.declared(&statement.target) {
            Some(span) => {
                fault.also(span, format!("'{}' is {}", statement.target, in_words(target.dimension)))
            }
            None => fault,
        };
        let fault = self.origins(fault, &[&statement.value]);
        self.report(fault)
    }

    fn kinds_fit(&mut self, statement: &Statement, target: Symbol, value: Typed) -> Option<()> {
        let Some((have, help)) = misfit(statement, target.kind, value.kind) else { return Some(()) };
        let kind = match target.kind {
            ValueKind::Boolean => "a condition",
            ValueKind::Integer => "an integer",
            ValueKind::Real => "a real number",
        };
        let message =
            format!("'{}' is {kind}, but {} gives it {have}", statement.target, assigned(statement));
        self.report(
            Fault::new(codes::ASSIGNED_KIND, statement.value.span, message)
                .label(have)
                .also(statement.target_span, kind)
                .help(help),
        )
    }
}

/// What is wrong with setting one kind by another, and the way to mend it.
fn misfit(statement: &Statement, target: ValueKind, value: ValueKind) -> Option<(&'static str, String)> {
    let text = advice::shortened(&statement.value);
    let name = &statement.target;
    let plain = statement.assign == Assign::Set;
    match (target, value) {
        (ValueKind::Boolean, ValueKind::Boolean) if plain => None,
        (ValueKind::Boolean, ValueKind::Boolean) => {
            Some(("the result of arithmetic", format!("write {name} = {name} and {text}, or with 'or'")))
        }
        (ValueKind::Boolean, _) if advice::is_literal(&statement.value) => {
            Some(("a number", "write True or False".into()))
        }
        (ValueKind::Boolean, _) => Some(("a number", format!("compare it with something, as in {text} > 0"))),
        (_, ValueKind::Boolean) => {
            Some(("a condition", format!("int() makes 1 of true and 0 of false: int({text})")))
        }
        (ValueKind::Integer, ValueKind::Real) => {
            let help = "int() cuts off the digits behind the point";
            Some((
                "a real number",
                format!("{help}: int({text}); a temporary is an integer if first set to one: 0.0 is none"),
            ))
        }
        (ValueKind::Integer, _) if statement.assign == Assign::Divide => {
            Some(("a quotient, which is real", format!("write {name} = {name}//{text}")))
        }
        _ => None,
    }
}

//! `(shared)`: what of it means the same here as in Brian.
//!
//! A shared variable is kept for each element, which is the same as keeping it once as long as nothing gives elements
//! different values; whatever could is refused here.

use std::collections::BTreeSet;

use kernels::language::ast::{Equation, EquationKind, Expr, Flag, Span, Statement};
use kernels::language::fault::Fault;
use kernels::model::{Block, Slice};
use kernels::program::degrees::{INCOMING, OUTGOING};

use super::formula;
use super::model::Checker;
use crate::codes;

impl Checker<'_> {
    /// Refuses shared variables that could differ between the elements of an object: by their definitions, or by the
    /// blocks of `initial`.
    pub fn shared(&mut self, equations: &[Equation], initial: &[Block]) {
        if !equations.iter().any(|e| e.has(Flag::Shared)) {
            return;
        }
        for equation in equations.iter().filter(|e| e.has(Flag::Shared)) {
            let EquationKind::Subexpression(value) = &equation.kind else { continue };
            let none = BTreeSet::new();
            let at = match equation.has(Flag::ConstantOverDt) {
                true => self.names_differ(value, equations, &none),
                false => self.differs(value, equations, &none),
            };
            if let Some(at) = at {
                self.differing(&equation.name, at);
            }
        }
        for block in initial {
            self.shared_initial(block, equations);
        }
    }

    fn shared_initial(&mut self, block: &Block, equations: &[Equation]) {
        let mut temporaries = BTreeSet::new();
        for Statement { target, target_span, value, .. } in &block.statements {
            let at = self.differs(value, equations, &temporaries);
            match equations.iter().find(|e| e.name == *target) {
                // What is drawn for a shared variable is drawn once.
                Some(equation) if equation.has(Flag::Shared) => {
                    let at = self.names_differ(value, equations, &temporaries);
                    if let Some(at) = at.or(block.condition.as_ref().map(|_| *target_span)) {
                        self.differing(target, at);
                    }
                }
                Some(_) => {}
                None if at.is_some() => {
                    temporaries.insert(target.clone());
                }
                None => {}
            }
        }
    }

    /// Refuses statements of an action that would give elements different values of a shared variable; it may set one if
    /// it is done for the whole group.
    pub fn shared_action(&mut self, statements: &[Statement], equations: &[Equation], on: &Slice) {
        let whole = on.start.is_none() && on.stop.is_none();
        let block = Block { condition: None, statements: statements.to_vec() };
        if whole {
            return self.shared_initial(&block, equations);
        }
        for Statement { target, target_span, .. } in statements {
            if equations.iter().any(|e| e.name == *target && e.has(Flag::Shared)) {
                let message =
                    format!("'{target}' is shared, and this action is done for a part of the group");
                let fault = Fault::new(codes::UNSUPPORTED, *target_span, message);
                self.faults.push(fault.help("set it in an action on the whole group"));
            }
        }
    }

    /// Refuses statements run by spikes that set a shared variable; `suffix` is that of its name in this code.
    pub fn shared_unset(&mut self, statements: &[Statement], equations: &[Equation], suffix: &str) {
        for statement in statements {
            let name = statement.target.strip_suffix(suffix);
            let Some(equation) = equations.iter().find(|e| Some(e.name.as_str()) == name) else { continue };
            if equation.has(Flag::Shared) {
                let message = format!(
                    "'{}' is shared, and cannot be set by what happens to single neurons",
                    equation.name
                );
                let fault = Fault::new(codes::UNSUPPORTED, statement.target_span, message);
                self.faults.push(
                    fault.help(
                        "set it in `initial` or in an action on the whole group, or leave out the flag",
                    ),
                );
            }
        }
    }

    /// The first part of a value that may differ between elements. Variables of the two sides of a synapse differ, too.
    fn differs(&self, value: &Expr, equations: &[Equation], temporaries: &BTreeSet<String>) -> Option<Span> {
        let named = self.names_differ(value, equations, temporaries);
        named.or_else(|| formula::random_call(value).map(|(_, span)| span))
    }

    /// The first name in a value that may differ between elements.
    fn names_differ(
        &self,
        value: &Expr,
        equations: &[Equation],
        temporaries: &BTreeSet<String>,
    ) -> Option<Span> {
        let differing = |name: &str| {
            let own = equations.iter().find(|e| e.name == name);
            let side = name.ends_with("_pre") || name.ends_with("_post");
            match own {
                Some(equation) => !equation.has(Flag::Shared),
                None => {
                    ["i", "j", INCOMING, OUTGOING, "lastspike", "not_refractory"].contains(&name)
                        || side
                            && !["N_pre", "N_post"].contains(&name)
                            && self.parameters.number(name).is_none()
                        || self.parameters.array_named(name).is_some()
                        || temporaries.contains(name)
                }
            }
        };
        formula::names(value).into_iter().find(|(name, _)| differing(name)).map(|(_, span)| span)
    }

    fn differing(&mut self, name: &str, at: Span) {
        let message = format!("'{name}' is shared, but this gives each element a value of its own");
        let fault = Fault::new(codes::UNSUPPORTED, at, message);
        self.faults.push(fault.help("use parameters and other shared variables only, or leave out the flag"));
    }
}

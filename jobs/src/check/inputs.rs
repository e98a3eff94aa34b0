//! `[poisson_inputs.*]`: events of many sources, added to a variable of neurons without synapses.
//!
//! Refuses targets that are no neurons, and variables that code could not set.

use kernels::language::ast::{Assign, Equation, Expr, ExprKind, Statement};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::{Group, Model, PoissonInput, Population, Slice};

use super::groups::hertz;
use super::model::{Checker, declare, writable};
use super::names::Names;
use crate::codes;
use crate::written::{self, Text};

const TIME: Symbol = Symbol::real(Dimension::TIME);
const TABLE: &str = "poisson_inputs";

impl Checker<'_> {
    /// `[poisson_inputs.NAME]`
    pub fn poisson_input(&mut self, written: &written::PoissonInput, model: &Model) -> Option<PoissonInput> {
        let name = &written.name;
        let target = match written.target {
            Some(text) => self.slice(text.id, model, "the target"),
            None => self.missing(name, TABLE, "target", "target = \"P\""),
        };
        let n = match &written.n {
            Some(n) => self.fixed(n, Dimension::NONE, "the number of sources"),
            None => self.missing(name, TABLE, "n", "n = 1000"),
        };
        let scope = self.with_timed(self.scalars.with(&[("i", Symbol::INTEGER), ("t", TIME)]));
        let rate = match &written.rate {
            Some(rate) => self.value(rate, &scope, hertz(), "the rate"),
            None => self.missing(name, TABLE, "rate", "rate = \"10 Hz\""),
        };
        let variable = match written.variable {
            Some(text) => Some(text),
            None => self.missing(name, TABLE, "variable", "variable = \"v\""),
        };
        if written.weight.is_none() {
            self.missing::<()>(name, TABLE, "weight", "weight = \"0.1 mV\"");
        }
        let when = self.when(written.slot, written.order, ("synapses", 0));
        let (target, variable) = (target?, variable?);
        let group = self.receiving(&target, model)?;
        let (variable, weight) = self.weight(written, variable, group)?;
        let (name, span) = (name.name.clone(), name.span);
        Some(PoissonInput { name, span, target, variable, n: n?, rate: rate?, weight, when })
    }

    /// The group that receives; nothing where it was refused.
    fn receiving<'m>(&mut self, target: &Slice, model: &'m Model) -> Option<&'m Group> {
        let Population::Group(k) = target.of else {
            let fault =
                Fault::new(codes::POPULATION, target.span, "the target of a Poisson input must be neurons");
            return self.refuse(fault.label("this group only sends spikes"));
        };
        Some(&model.groups[k]).filter(|group| !self.broken.contains(&group.name))
    }

    /// The variable, and a weight that fits it: what `variable += weight` must be in code of synapses.
    fn weight(
        &mut self,
        written: &written::PoissonInput,
        variable: Text,
        group: &Group,
    ) -> Option<(String, Expr)> {
        let id = self.substituted(variable.id)?;
        let name = self.read(id).trim().to_owned();
        let settable = writable(&group.equations, false);
        let Some(symbol) = settable.get(&name).copied() else {
            let fault = not_settable(&name, variable, group, settable.keys().map(String::as_str));
            return self.refuse(fault);
        };
        let formula = self.formula(written.weight.as_ref()?)?;
        let scope = self.target_scope(group);
        // A quantity has lost its unit in the tree: its dimension is compared here.
        if formula.dimension.is_some() {
            let result = formula.expect(&scope, symbol.dimension, "the weight");
            self.keep(result)?;
        }
        let value = match formula.dimension {
            Some(_) => Expr { kind: ExprKind::Name(name.clone()), span: formula.expr.span },
            None => formula.expr.clone(),
        };
        let target_span = variable.span;
        let statement = Statement { target: name.clone(), target_span, assign: Assign::Add, value };
        let statements = [statement];
        let result = check::statements(&statements, &scope, &|n| settable.get(n).copied());
        self.keep(result)?;
        self.shared_unset(&statements, &group.equations, "");
        Some((name, formula.expr))
    }

    /// What a weight sees: the time, and all of the target's variables.
    fn target_scope(&self, group: &Group) -> Names {
        let integers = ["i", "N", "t_in_timesteps"].map(|name| (name, Symbol::INTEGER));
        let mut scope = self.with_timed(self.scalars.with(&integers).with(&[("t", TIME), ("dt", TIME)]));
        declare(&group.equations, &mut scope);
        if group.refractory.is_some() {
            scope.add("lastspike", TIME);
            scope.add("not_refractory", Symbol::BOOLEAN);
        }
        scope
    }
}

fn not_settable<'a>(
    name: &str,
    at: Text,
    group: &Group,
    settable: impl Iterator<Item = &'a str> + Clone,
) -> Fault {
    let known = |e: &&Equation| e.name == name;
    let (group_name, own) = (&group.name, group.equations.iter().find(known));
    let fault = match own {
        Some(equation) => {
            let message = format!("'{name}' of [neurons.{group_name}] cannot be set during the run");
            Fault::new(codes::UNKNOWN_NAME, at.span, message).also(equation.name_span, "defined here")
        }
        None => {
            let message = format!("[neurons.{group_name}] has no variable '{name}'");
            Fault::new(codes::UNKNOWN_NAME, at.span, message)
        }
    };
    match suggest::nearest(name, settable.clone()) {
        Some(near) if own.is_none() => fault.help(format!("did you mean '{near}'?")),
        _ => {
            let all: Vec<&str> = settable.collect();
            fault.help(format!("an input adds to one of: {}", all.join(", ")))
        }
    }
}

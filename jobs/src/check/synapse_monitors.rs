//! `[record.NAME]` with `kind = "synapses"`: values of synapses, a row for each.
//!
//! A value is a variable of the synapses, `delay`, a variable of a neuron at one end (`v_post`), or an expression of
//! those. Refuses neurons as source, parts of an object, and choices by what is not known before the first step.

use kernels::language::ast::{Expr, ExprKind};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::language::walk;
use kernels::model::{Chosen, Model, Monitor, MonitorKind, Population, Recorded, Slice, Synapses};

use super::formula;
use super::model::Checker;
use super::names::Names;
use super::recorded::Said;
use crate::codes;
use crate::written::{Record, Text, Written};

/// Columns that every table of synapses has.
const COLUMNS: &[&str] = &["point", "t", "i", "j"];

impl Checker<'_> {
    /// A monitor of synapses.
    pub fn synapse_monitor(&mut self, written: &Record, model: &Model, job: &Written) -> Option<Monitor> {
        let Some(source) = written.source else {
            return self.missing(&written.name, "record", "source", "source = \"S\"");
        };
        let object = self.recorded_object(source, model, job);
        let variables = self.listed_variables(written)?;
        let object = object?;
        let synapses = &model.synapses[object];
        let variables = self.values_of_synapses(variables, synapses, model)?;
        let chosen = self.chosen_synapses(written, synapses, model)?;
        let last = self.last(written);
        let every = written.every.as_ref().and_then(|every| self.fixed(every, Dimension::TIME, "'every'"));
        let (from, to) = (self.time(written.from.as_ref(), "'from'"), self.time(written.to.as_ref(), "'to'"));
        let clock = self.own_times(written.at.as_ref(), written.every.as_ref(), synapses.clock);
        let when = self.when(written.slot, written.order.map(|o| o.0), ("start", 0));
        let kind = MonitorKind::Synapses { object, variables, chosen, last, every };
        let (name, span) = (written.name.name.clone(), written.name.span);
        Some(Monitor {
            name,
            span,
            source: neurons_behind(&synapses.source, model),
            kind,
            clock,
            when,
            from,
            to,
        })
    }

    fn recorded_object(&mut self, source: Text, model: &Model, job: &Written) -> Option<usize> {
        let name = self.read(source.id).trim().to_owned();
        if let Some(object) = model.synapses.iter().position(|s| s.name == name) {
            return Some(object);
        }
        let known: Vec<&str> = job.synapses.iter().map(|s| s.name.name.as_str()).collect();
        if known.contains(&name.as_str()) {
            // What is wrong with it was said.
            return None;
        }
        let whole = name.split('[').next().unwrap_or("").trim().to_owned();
        if known.contains(&whole.as_str()) {
            let fault = Fault::new(
                codes::MONITOR,
                source.span,
                "the source of such a table is a whole object of synapses",
            );
            return self.refuse(fault.help(format!(
                "write source = \"{whole}\", and choose by where = \"i == 0\", or by indices = [0, 1]"
            )));
        }
        if model.populations().any(|p| model.name(p) == whole) {
            let message = format!("'{whole}' are neurons, not synapses");
            let fault = Fault::new(codes::MONITOR, source.span, message);
            return self.refuse(fault.help("write kind = \"state\", or name an object of synapses"));
        }
        let fault = Fault::new(codes::UNKNOWN_NAME, source.span, format!("there are no synapses '{name}'"));
        self.refuse(match suggest::nearest(&name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None if known.is_empty() => fault.help("synapses are defined by [synapses.NAME]"),
            None => fault.help(format!("synapses: {}", known.join(", "))),
        })
    }

    /// `indices = [0, 7]` or `where = "i == 3 and w > 0*mV"`; the inner `None`: all synapses.
    fn chosen_synapses(
        &mut self,
        written: &Record,
        synapses: &Synapses,
        model: &Model,
    ) -> Option<Option<Chosen>> {
        match (&written.indices, written.condition) {
            (None, None) => Some(None),
            (Some(list), None) => Some(Some(Chosen::Listed(self.distinct(list)?))),
            (Some(list), Some(condition)) => {
                let message = "'indices' and 'where' exclude each other";
                let fault = Fault::new(codes::MONITOR, list.span, message);
                self.refuse(fault.also(condition.span, "the condition").help("keep one of them"))
            }
            (None, Some(text)) => Some(Some(self.synapses_where(text, synapses, model)?)),
        }
    }

    /// The synapses are chosen before the first step, so that nothing is known there of time.
    fn synapses_where(&mut self, text: Text, synapses: &Synapses, model: &Model) -> Option<Chosen> {
        let scopes = self.scopes_of(synapses, model);
        let scope = recording_scope(&scopes.before, synapses);
        let mut condition = self.parsed(text)?;
        walk::rename(&mut condition, &|name| scopes.post(name));
        let of_time = ["t", "t_in_timesteps", "lastupdate"];
        let mut names = formula::names(&condition).into_iter();
        if let Some((name, span)) = names.find(|(name, _)| of_time.contains(&name.as_str())) {
            let message = format!("'where' decides before the first step, and knows no '{name}'");
            let help = "times are chosen by 'every', 'at', 'from' and 'to'";
            return self.refuse(Fault::new(codes::MONITOR, span, message).help(help));
        }
        if let Some((function, span)) = formula::random_call(&condition) {
            let message = format!("{function}() cannot choose what is recorded");
            let help = "draw a variable of the synapses in 'initial', and compare that";
            return self.refuse(Fault::new(codes::RANDOM, span, message).help(help));
        }
        let result = check::condition(&condition, &scope, "'where'");
        self.keep(result).map(|()| Chosen::Where(condition))
    }

    fn values_of_synapses(
        &mut self,
        texts: &[Text],
        synapses: &Synapses,
        model: &Model,
    ) -> Option<Vec<Recorded>> {
        let scopes = self.scopes_of(synapses, model);
        let scope = recording_scope(&scopes.code, synapses);
        self.each_value(texts, &mut |checker, said, span| {
            let (name, mut value) = match said {
                Said::Variable(name) => (name.clone(), Expr { kind: ExprKind::Name(name), span }),
                Said::Expression(name, value) => (name, value),
            };
            if COLUMNS.contains(&name.as_str()) {
                let message = format!("every table of synapses has a column '{name}'");
                let fault = Fault::new(codes::MONITOR, span, message);
                return checker.refuse(fault.help("leave it out, or give the expression another name"));
            }
            walk::rename(&mut value, &|name| scopes.post(name));
            let (kind, dimension) = checker.typed_in(&value, &scope)?;
            Some(Recorded { name, span, value, kind, dimension })
        })
    }
}

/// What code of the synapses sees, and their delays.
fn recording_scope(code: &Names, synapses: &Synapses) -> Names {
    let time = Symbol::real(Dimension::TIME);
    let delays: Vec<String> = synapses.pathways.iter().map(|pathway| pathway.delay_name()).collect();
    let own = |name: &String| synapses.equations.iter().any(|e| e.name == *name);
    let shown: Vec<(&str, Symbol)> =
        delays.iter().filter(|name| !own(name)).map(|name| (name.as_str(), time)).collect();
    code.with(&shown)
}

/// The neurons that a side begins with, where it is synapses: a monitor belongs to a population that can spike.
fn neurons_behind(slice: &Slice, model: &Model) -> Slice {
    match slice.of {
        Population::Synapses(k) => neurons_behind(&model.synapses[k].source, model),
        _ => slice.clone(),
    }
}

//! `[neurons.*.events.*]` and `[actions.*]`: what happens to neurons besides spikes, and what is done to them at times.
//!
//! Refuses events without condition, actions without effect, and times that are given twice or do not increase.

use kernels::language::ast::{Expr, Span};
use kernels::language::check;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::is_name;
use kernels::model::{Action, Clock, Event, Group, Model, Population};
use kernels::phases::Target;

use super::model::{Checker, declare, writable};
use super::names::Names;
use crate::codes;
use crate::tree::Key;
use crate::written::{self, Neurons, Scalar};

/// Times in a list, with the place of the list.
type Times = (Vec<Scalar>, Span);

impl Checker<'_> {
    /// The custom events of a group, in the scope of its code.
    pub fn events(&mut self, written: &Neurons, scope: &Names, group: &Group) -> Vec<Event> {
        let mut out: Vec<Event> = Vec::new();
        for event in &written.events {
            self.event_name(&event.name, &out);
            let Some(condition) = event.condition else {
                let table = format!("neurons.{}.events", group.name);
                self.missing::<()>(&event.name, &table, "condition", "condition = \"v > -50*mV\"");
                continue;
            };
            let condition = self.condition(condition, scope, "the condition");
            let code = event.code.and_then(|text| self.statements(text)).unwrap_or_default();
            let own = writable(&group.equations, false);
            let result = check::statements(&code, scope, &|name| own.get(name).copied());
            self.keep(result);
            self.shared_unset(&code, &group.equations, "");
            let when = self.when(event.slot, event.order, ("after_thresholds", group.order));
            let code_when = self.when(event.code_slot, event.code_order, ("after_resets", group.order));
            let expected_rate = self.expected_rate(event.expected_rate.as_ref());
            let Some(condition) = condition else { continue };
            let (name, span) = (event.name.name.clone(), event.name.span);
            out.push(Event { name, span, condition, when, code, code_when, expected_rate });
        }
        out
    }

    fn event_name(&mut self, key: &Key, before: &[Event]) {
        if key.name == "spike" {
            let message = "'spike' is the event of the threshold, and cannot be another one";
            let help = "what a spike does is the 'reset'; give the event another name";
            self.faults.push(Fault::new(codes::NAME, key.span, message).help(help));
        } else if !is_name(&key.name) {
            self.well_formed(key);
        }
        debug_assert!(before.iter().all(|e| e.name != key.name), "TOML has no key twice");
    }

    /// `[actions.NAME]`
    pub fn action(&mut self, written: &written::Action, model: &Model) -> Option<Action> {
        let name = &written.name;
        if let (Some(on), Some(code)) = (written.on, written.code)
            && let Some(object) = self.object_of_action(on, model)
        {
            return self.action_on_synapses(written, code, object?, model);
        }
        let on = match written.on {
            Some(text) => self.slice(text.id, model, "the action"),
            None => self.missing(name, "actions", "on", "on = \"P\""),
        };
        let Some(code) = written.code else {
            return self.missing(name, "actions", "code", "code = \"v += 1*mV\"");
        };
        let on = on?;
        let Population::Group(g) = on.of else {
            let fault = Fault::new(codes::POPULATION, on.span, "actions are done for neurons");
            let help = "name a group of [neurons.*], or a part of one";
            return self.refuse(fault.label("this group only sends spikes").help(help));
        };
        let group = &model.groups[g];
        if self.broken.contains(&group.name) {
            self.statements(code);
            return None;
        }
        let mut scope = self.around(group.refractory.is_some());
        declare(&group.equations, &mut scope);
        let statements = self.statements(code)?;
        let own = writable(&group.equations, false);
        let result = check::statements(&statements, &scope, &|name| own.get(name).copied());
        self.keep(result);
        self.shared_action(&statements, &group.equations, &on);
        let every = self.every(written);
        let clock = self.own_times(written.at.as_ref(), written.every.as_ref(), group.clock);
        Some(Action {
            name: name.name.clone(),
            span: name.span,
            on: Target::Neurons(on),
            code: statements,
            every: every.filter(|_| written.at.is_none()),
            clock,
            when: self.when(written.slot, written.order, ("start", 0)),
        })
    }

    /// Time between two actions.
    pub fn every(&mut self, written: &written::Action) -> Option<Expr> {
        written.every.as_ref().and_then(|t| self.fixed(t, Dimension::TIME, "'every'"))
    }

    /// The clock of something with `at`, or else `usual`.
    pub fn own_times(&mut self, at: Option<&Times>, every: Option<&Scalar>, usual: usize) -> usize {
        let Some((times, span)) = at else { return usual };
        if let Some(every) = every {
            let fault = Fault::new(codes::MONITOR, every.span, "'every' and 'at' exclude each other");
            self.faults.push(fault.also(*span, "the times are listed here").help("keep one of them"));
        }
        if times.is_empty() {
            let fault = Fault::new(codes::MONITOR, *span, "no times are listed");
            self.faults.push(fault.help("write at = [\"10 ms\", \"25 ms\"], or leave the key out"));
            return usual;
        }
        let times: Vec<Option<Expr>> =
            times.iter().map(|t| self.fixed(t, Dimension::TIME, "the time")).collect();
        match times.into_iter().collect() {
            Some(times) => {
                self.clocks.push(Clock::At(times));
                self.clocks.len()
            }
            None => usual,
        }
    }
}

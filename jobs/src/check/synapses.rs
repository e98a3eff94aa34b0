//! `[synapses.*]`: ends, equations, code, connections, delays.
//!
//! A bare name in code means the synapse's own variable, else the target's; the target's becomes `NAME_post` here, so
//! that later stages see explicit names only.

use std::collections::BTreeMap;

use kernels::language::ast::{Equation, EquationKind, Expr, Flag, Statement};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::Place;
use kernels::language::walk;
use kernels::model::{Group, Model, Population, Slice, Synapses};

use super::model::{Checker, declare, variables, writable};
use super::names::Names;
use super::pairs::Own;
use super::samples::Files;
use crate::codes;
use crate::written::{self, Text};

const TIME: Symbol = Symbol::real(Dimension::TIME);

/// The names in the code of synapses.
pub struct Scopes {
    /// The target's variables by bare name.
    bare: BTreeMap<String, Symbol>,
    /// What `connect` sees.
    connect: Names,
    /// What `initial` and delays see: also synaptic variables.
    before: Names,
    /// What code sees: also the time.
    pub code: Names,
    /// What code may set.
    writable: BTreeMap<String, Symbol>,
}

impl Checker<'_> {
    /// `[synapses.NAME]`
    pub fn synapses(
        &mut self,
        written: &written::Synapses,
        files: &mut Files<'_>,
        model: &Model,
    ) -> Option<Synapses> {
        let source = self.end(written, written.source, "source", model);
        let target = self.end(written, written.target, "target", model);
        let mut equations = self.equations(written.equations).unwrap_or_default();
        self.shadowing(&equations);
        let multisynaptic = self.multisynaptic(written, &mut equations);
        self.effects(written);
        let (source, target) = (source?, target?);
        let Population::Group(target_group) = target.of else {
            let fault = Fault::new(codes::POPULATION, target.span, "the target of synapses must be neurons");
            return self.refuse(fault.label("this group only sends spikes"));
        };
        let ends = [self.group_name(&source, model), self.group_name(&target, model)];
        if ends.iter().any(|name| self.broken.contains(name)) {
            for text in written.on_pre.into_iter().chain(written.on_post) {
                self.statements(text);
            }
            return None;
        }
        self.events_without_code(written);
        let sending = self.heard(source.clone(), written.event_pre, model);
        let back = self.heard(target.clone(), written.event_post, model);
        let senders = [sending?, back?];
        self.spikes_for_code(written, [&senders[0], &senders[1]], model);
        let pre = match source.of {
            Population::Group(k) => Some(&model.groups[k]),
            _ => None,
        };
        let scopes = self.scopes(&equations, pre, &model.groups[target_group]);
        let before = self.faults.len();
        self.synaptic_equations(&mut equations, &scopes);
        let given = self.given_delays(written, &mut equations);
        let code = self.faults.len();
        let on_pre = self.synaptic_code(written.on_pre, &scopes);
        let on_post = self.synaptic_code(written.on_post, &scopes);
        let mut settable = writable(&equations, true);
        if let Some(index) = &multisynaptic {
            settable.remove(index);
        }
        let initial = self.blocks(&written.initial, &scopes.before, &settable);
        self.shared(&equations, &initial);
        for code in [&on_pre, &on_post] {
            self.shared_unset(code, &equations, "");
            pre.iter().for_each(|pre| self.shared_unset(code, &pre.equations, "_pre"));
            self.shared_unset(code, &model.groups[target_group].equations, "_post");
        }
        let found = Synapses {
            name: written.name.name.clone(),
            span: written.name.span,
            on_pre,
            on_post,
            senders: senders.map(|slice| slice.of),
            connect: self.connects(
                written,
                &scopes.connect,
                &Own { equations: &equations, multisynaptic: multisynaptic.as_deref() },
                files,
            ),
            multisynaptic,
            initial,
            delay: given[0]
                .clone()
                .or_else(|| self.delay(written.delay.as_ref(), "the delay", &scopes.before)),
            delay_post: given[1]
                .clone()
                .or_else(|| self.delay(written.delay_post.as_ref(), "the delay", &scopes.before)),
            order_pre: written.order_pre,
            order_post: written.order_post,
            source,
            target,
            equations,
        };
        self.explain_sides(before, code, &scopes.connect, &found.equations);
        Some(found)
    }

    fn end(
        &mut self,
        written: &written::Synapses,
        text: Option<Text>,
        key: &str,
        model: &Model,
    ) -> Option<Slice> {
        match text {
            Some(text) => self.slice(text.id, model, &format!("the {key}")),
            None => self.missing(&written.name, "synapses", key, &format!("{key} = \"P\"")),
        }
    }

    fn group_name(&self, slice: &Slice, model: &Model) -> String {
        model.name(slice.of)
    }

    /// Refuses what can have no effect.
    fn effects(&mut self, written: &written::Synapses) {
        let name = &written.name.name;
        if written.on_pre.is_none() && written.on_post.is_none() {
            let message = format!("[synapses.{name}] has neither 'on_pre' nor 'on_post', and so no effect");
            let help = "say what a spike does, for example on_pre = \"v_post += 1*mV\"";
            self.faults.push(Fault::new(codes::NO_EFFECT, written.name.span, message).help(help));
            return;
        }
        let delays = [
            ("delay", &written.delay, "on_pre", written.on_pre),
            ("delay_post", &written.delay_post, "on_post", written.on_post),
        ];
        for (key, delay, code, text) in delays {
            if let (Some(delay), None) = (delay, text) {
                let message = format!("[synapses.{name}] has '{key}' but no '{code}' that it could delay");
                self.faults.push(Fault::new(codes::NO_EFFECT, delay.span, message));
            }
        }
    }

    /// Refuses events that no code waits for.
    fn events_without_code(&mut self, written: &written::Synapses) {
        let events = [
            ("event_pre", written.event_pre, "on_pre", written.on_pre),
            ("event_post", written.event_post, "on_post", written.on_post),
        ];
        for (key, event, code, text) in events {
            if let (Some(event), None) = (event, text) {
                let message = format!(
                    "[synapses.{}] has '{key}' but no '{code}' that would wait for it",
                    written.name.name
                );
                self.faults.push(
                    Fault::new(codes::NO_EFFECT, event.span, message)
                        .help(format!("remove '{key}', or write '{code}'")),
                );
            }
        }
    }

    /// The names in the code of synapses that were accepted.
    pub fn scopes_of(&self, object: &Synapses, model: &Model) -> Scopes {
        let group = |slice: &Slice| match slice.of {
            Population::Group(k) => Some(&model.groups[k]),
            _ => None,
        };
        let post = group(&object.target).expect("the target of synapses is a group");
        self.scopes(&object.equations, group(&object.source), post)
    }

    fn scopes(&self, equations: &[Equation], pre: Option<&Group>, post: &Group) -> Scopes {
        let integers = ["i", "j", "N_pre", "N_post"].map(|name| (name, Symbol::INTEGER));
        let mut connect = self.scalars.with(&integers);
        let mut settable = writable(equations, false);
        for (group, suffix) in [(pre, "_pre"), (Some(post), "_post")] {
            let Some(group) = group else { continue };
            for (name, symbol) in readable(group) {
                let name_there = format!("{name}{suffix}");
                match group.equations.iter().find(|e| e.name == name) {
                    Some(equation) => connect.add_at(name_there, symbol, equation.unit_span),
                    None => connect.add(name_there, symbol),
                }
            }
            for (name, symbol) in writable(&group.equations, false) {
                settable.insert(format!("{name}{suffix}"), symbol);
            }
        }
        let mut before = self.with_timed(connect.with(&[("dt", TIME)]));
        declare(equations, &mut before);
        let code = before.with(&[("t", TIME), ("t_in_timesteps", Symbol::INTEGER)]);
        let bare = readable(post).into_iter().filter(|(name, _)| !code.has(name)).collect();
        Scopes { bare, connect, before, code, writable: settable }
    }

    fn synaptic_equations(&mut self, equations: &mut [Equation], scopes: &Scopes) {
        for equation in equations.iter_mut() {
            match &mut equation.kind {
                EquationKind::Subexpression(value) => walk::rename(value, &|name| scopes.post(name)),
                EquationKind::Differential(_) => {
                    let message = format!(
                        "'{}': differential equations of synapses are not supported yet",
                        equation.name
                    );
                    self.faults.push(Fault::new(codes::UNSUPPORTED, equation.name_span, message));
                }
                EquationKind::Parameter => {}
            }
        }
        self.unsupported_flag(equations, Flag::Linked, "linked variables");
        self.unsupported_flag(equations, Flag::Summed, "summed variables");
        self.unsupported_flag(
            equations,
            Flag::ConstantOverDt,
            "subexpressions of synapses that are constant over dt",
        );
        let result = check::equations(equations, Place::Synapses, &scopes.code);
        self.keep(result);
    }

    fn synaptic_code(&mut self, text: Option<Text>, scopes: &Scopes) -> Vec<Statement> {
        let Some(mut statements) = text.and_then(|text| self.statements(text)) else { return Vec::new() };
        for statement in &mut statements {
            walk::rename(&mut statement.value, &|name| scopes.post(name));
            if let Some(name) = scopes.post(&statement.target) {
                statement.target = name;
            }
        }
        let result = check::statements(&statements, &scopes.code, &|name| scopes.writable.get(name).copied());
        self.keep(result);
        statements
    }

    fn delay(&mut self, delay: Option<&written::Scalar>, what: &str, scope: &Names) -> Option<Expr> {
        self.value(delay?, scope, Dimension::TIME, what)
    }
}

impl Scopes {
    /// The explicit name of a variable of the target.
    pub fn post(&self, name: &str) -> Option<String> {
        self.bare.contains_key(name).then(|| format!("{name}_post"))
    }
}

/// What can be read of a group from outside.
fn readable(group: &Group) -> BTreeMap<String, Symbol> {
    let mut out = variables(&group.equations);
    if group.refractory.is_some() {
        out.insert("lastspike".into(), TIME);
        out.insert("not_refractory".into(), Symbol::BOOLEAN);
    }
    out
}

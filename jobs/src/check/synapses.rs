//! `[synapses.*]`: ends, equations, code, connections, delays.
//!
//! A bare name in code means the synapse's own variable, else the target's; the target's becomes `NAME_post` here, so
//! that later stages see explicit names only.

use std::collections::BTreeMap;

use kernels::language::ast::{Equation, EquationKind, Flag};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::Place;
use kernels::language::walk;
use kernels::model::{Group, Model, Side, Slice, Synapses};
use kernels::program::clocked;
use kernels::program::degrees::{INCOMING, OUTGOING};

use super::ends::{explain_events, variables_of};
use super::groups::with_noise;
use super::model::{Checker, declare, variables, writable};
use super::names::Names;
use super::pairs::{Own, delay_names};
use super::samples::Files;
use crate::codes;
use crate::written;

const TIME: Symbol = Symbol::real(Dimension::TIME);

/// The names in the code of synapses.
pub struct Scopes {
    /// The target's variables by bare name.
    bare: BTreeMap<String, Symbol>,
    /// What `connect` sees.
    connect: Names,
    /// What `initial` and delays see: also synaptic variables.
    pub before: Names,
    /// What code sees: also the time.
    pub code: Names,
    /// What code may set.
    pub writable: BTreeMap<String, Symbol>,
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
        let acts = equations.iter().any(|e| clocked::is_clocked(e) || e.has(Flag::Summed));
        self.doing_something(written, acts || self.acted_on.contains(&written.name.name));
        let (source, target) = (source?, target?);
        let ends = [self.group_name(&source, model), self.group_name(&target, model)];
        if ends.iter().any(|name| self.broken.contains(name)) {
            for pathway in &written.pathways {
                pathway.code.and_then(|text| self.statements(text));
            }
            return None;
        }
        let senders = self.senders(written, [&source, &target], model);
        let [pre, post] = [&source, &target].map(|slice| variables_of(slice, model));
        let [pre, post] = [pre.as_deref(), post.as_deref()];
        let is_own = |e: &&Equation| !e.has(Flag::Summed);
        let scopes = self.scopes(&equations.iter().filter(is_own).cloned().collect::<Vec<_>>(), pre, post);
        let before = self.faults.len();
        self.synaptic_equations(&mut equations, &scopes);
        let given = self.given_delays(written, &mut equations);
        let (summed, equations): (Vec<_>, Vec<_>) = equations.into_iter().partition(|e| e.has(Flag::Summed));
        let sums = self.sums(&summed, &equations, [(&source, pre), (&target, post)], model);
        let code = self.faults.len();
        let pathways = self.pathways(written, &senders, &given, &scopes);
        let mut settable = writable(&equations, true);
        if let Some(index) = &multisynaptic {
            settable.remove(index);
        }
        let initial = self.blocks(&written.initial, &scopes.before, &settable);
        self.shared(&equations, &initial);
        for code in pathways.iter().map(|pathway| &pathway.code) {
            self.shared_unset(code, &equations, "");
            pre.iter().for_each(|pre| self.shared_unset(code, &pre.equations, "_pre"));
            post.iter().for_each(|post| self.shared_unset(code, &post.equations, "_post"));
        }
        let integrated: Vec<Equation> =
            equations.iter().filter(|e| clocked::is_clocked(e)).cloned().collect();
        self.method_of_something(written, &integrated);
        let found = Synapses {
            name: written.name.name.clone(),
            span: written.name.span,
            method: written.method.and_then(|text| self.method(text)),
            clock: self.clock(written.dt.as_ref()),
            tolerances: self.tolerances(&written.name, (&written.tolerances, written.method), &integrated),
            sums,
            pathways,
            connect: self.connects(
                written,
                &scopes.connect,
                &Own {
                    equations: &equations,
                    multisynaptic: multisynaptic.as_deref(),
                    delays: &delay_names(written),
                },
                files,
            ),
            multisynaptic,
            initial,
            source,
            target,
            equations,
        };
        self.explain_sides(before, code, &scopes.connect, &found.equations);
        let ends = [(&found.source, Side::Pre), (&found.target, Side::Post)];
        explain_events(&mut self.faults[before..], ends, model, self.texts);
        Some(found)
    }

    fn group_name(&self, slice: &Slice, model: &Model) -> String {
        model.name(slice.of)
    }

    /// Says of names in code of synapses which side is meant: in the faults from number `first` on.
    pub fn explain_code(&mut self, first: usize, scopes: &Scopes, own: &[Equation]) {
        self.explain_sides(first, first, &scopes.connect, own);
    }

    /// The names in the code of synapses that were accepted.
    pub fn scopes_of(&self, object: &Synapses, model: &Model) -> Scopes {
        let [pre, post] = [&object.source, &object.target].map(|slice| variables_of(slice, model));
        self.scopes(&object.equations, pre.as_deref(), post.as_deref())
    }

    fn scopes(&self, equations: &[Equation], pre: Option<&Group>, post: Option<&Group>) -> Scopes {
        let integers = ["i", "j", "N_pre", "N_post"].map(|name| (name, Symbol::INTEGER));
        let mut connect = self.scalars.with(&integers);
        let mut settable = writable(equations, false);
        for (group, suffix) in [(pre, "_pre"), (post, "_post")] {
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
        // While pairs are chosen it is not known yet how many there will be.
        let counted = [INCOMING, OUTGOING].map(|name| (name, Symbol::INTEGER));
        let mut before = self.with_timed(connect.with(&counted).with(&[("dt", TIME)]));
        declare(equations, &mut before);
        let mut code = before.with(&[("t", TIME), ("t_in_timesteps", Symbol::INTEGER)]);
        if equations.iter().any(|e| e.has(Flag::EventDriven)) {
            code = code.with(&[("lastupdate", TIME)]);
        }
        let bare = post.into_iter().flat_map(readable).filter(|(name, _)| !code.has(name)).collect();
        Scopes { bare, connect, before, code, writable: settable }
    }

    fn synaptic_equations(&mut self, equations: &mut [Equation], scopes: &Scopes) {
        for equation in equations.iter_mut() {
            match &mut equation.kind {
                EquationKind::Subexpression(value) | EquationKind::Differential(value) => {
                    walk::rename(value, &|name| scopes.post(name));
                }
                EquationKind::Parameter => {}
            }
        }
        self.unsupported_flag(equations, Flag::Linked, "linked variables");
        // Noise has a meaning where the clock integrates it.
        let takes_noise = |e: &Equation| !e.has(Flag::EventDriven) && !e.has(Flag::Summed);
        let (steady, others): (Vec<_>, Vec<_>) = equations.iter().cloned().partition(takes_noise);
        let noisy = if steady.iter().any(clocked::is_clocked) { &steady[..] } else { &[] };
        let result = check::equations(&steady, Place::Synapses, &with_noise(&scopes.code, noisy));
        self.keep(result);
        let result = check::equations(&others, Place::Synapses, &scopes.code);
        self.keep(result);
    }

    /// Refuses a method where nothing is integrated at each step.
    fn method_of_something(&mut self, written: &written::Synapses, integrated: &[Equation]) {
        if let Some(method) = written.method.filter(|_| integrated.is_empty()) {
            let message =
                format!("[synapses.{}] has a 'method' but no (clock-driven) equation", written.name.name);
            let fault = Fault::new(codes::NO_EFFECT, method.span, message);
            self.faults.push(fault.help("leave the key out: event-driven equations are solved exactly"));
        }
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

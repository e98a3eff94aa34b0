//! `[[phase]]`: what it means for the model. Durations and values stand in `phase_values`.
//!
//! Refuses names that are no part of the model, and code that sets what cannot be set.

use kernels::language::ast::{Span, Statement, TextId};
use kernels::language::check;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::language::walk;
use kernels::model::{Model, Population};
use kernels::phases::{Code, Home, Part, Phase, Target};
use kernels::program::clocked;

use super::model::{Checker, declare, writable};
use crate::codes;
use crate::tree::Key;
use crate::written::{self, Text, Written};

/// Before the name of a monitor, where an object has the same name.
const MONITOR: &str = "record.";

impl Checker<'_> {
    /// All phases.
    pub fn phases(&mut self, written: &Written, model: &Model) -> Vec<Phase> {
        written.phases.iter().map(|phase| self.phase(phase, written, model)).collect()
    }

    fn phase(&mut self, phase: &written::Phase, job: &Written, model: &Model) -> Phase {
        let mut off: Vec<Part> = Vec::new();
        for text in &phase.off {
            let parts = self.parts(*text, job, model);
            self.once(&parts, &off, *text);
            off.extend(parts.into_iter().filter(|p| !off.contains(p)).collect::<Vec<_>>());
        }
        let mut reset: Vec<Home> = Vec::new();
        for text in &phase.reset {
            let home = self.home(*text, job, model);
            self.once(home.as_slice(), &reset, *text);
            reset.extend(home);
        }
        let code =
            phase.code.iter().filter_map(|(key, text)| self.phase_code(key, *text, job, model)).collect();
        let (name, span) = match phase.name {
            Some(text) => (self.read(text.id).to_owned(), text.span),
            None => (String::new(), phase.span),
        };
        Phase { name, span, off, reset, code, shared: phase.share.is_some_and(|(yes, _)| yes) }
    }

    fn once<T: PartialEq>(&mut self, these: &[T], before: &[T], text: Text) {
        if !these.is_empty() && these.iter().all(|t| before.contains(t)) {
            let message = format!("'{}' is listed twice", self.read(text.id));
            self.faults.push(Fault::new(codes::PHASE, text.span, message).help("list it once"));
        }
    }

    /// What a name in `off` means.
    fn parts(&mut self, text: Text, job: &Written, model: &Model) -> Vec<Part> {
        let Some(id) = self.substituted(text.id) else { return Vec::new() };
        let name = self.read(id).trim().to_owned();
        if let Some(parts) = parts_named(&name, model).or_else(|| monitor(&name, model)) {
            return parts;
        }
        if !self.was_refused(&name, job) {
            self.no_part(&name, text, model);
        }
        Vec::new()
    }

    fn no_part(&mut self, name: &str, text: Text, model: &Model) {
        let fault =
            Fault::new(codes::PHASE, text.span, format!("there is nothing named '{name}' that could rest"));
        if model.reductions.iter().any(|r| r.name == name) {
            self.faults.push(fault.help("a column of [summary] counts through all phases"));
            return;
        }
        if name.contains('[') {
            let help = "only whole groups rest; a part of one can be left alone by its equations, with a parameter that a phase changes";
            self.faults.push(fault.help(help));
            return;
        }
        let known = known(model);
        self.faults.push(match suggest::nearest(name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("what can rest: {}", known.join(", "))),
        });
    }

    /// Whether an object of that name that the model lacks, or its owner, is written: then it was refused.
    fn was_refused(&self, name: &str, job: &Written) -> bool {
        let bare = name.strip_prefix(MONITOR).unwrap_or(name);
        let owner = bare.split('.').next().unwrap_or(bare);
        let inputs = job.poisson_inputs.iter().map(|i| &i.name);
        let mut written =
            job.synapses.iter().map(|s| &s.name).chain(job.actions.iter().map(|a| &a.name)).chain(inputs);
        self.broken.contains(owner)
            || written.any(|key| key.name == bare)
            || job.record.iter().any(|r| r.name.name == bare)
    }

    /// What a name in `reset` means.
    fn home(&mut self, text: Text, job: &Written, model: &Model) -> Option<Home> {
        let id = self.substituted(text.id)?;
        let name = self.read(id).trim().to_owned();
        let group = model.groups.iter().position(|g| g.name == name).map(Home::Group);
        let found = group.or_else(|| model.synapses.iter().position(|s| s.name == name).map(Home::Synapses));
        if found.is_some() || self.was_refused(&name, job) {
            return found;
        }
        let fault = Fault::new(
            codes::PHASE,
            text.span,
            format!("'{name}' is neither a group of neurons nor synapses"),
        );
        let known: Vec<&String> =
            model.groups.iter().map(|g| &g.name).chain(model.synapses.iter().map(|s| &s.name)).collect();
        self.refuse(match suggest::nearest(&name, &known) {
            _ if name.contains('[') => fault.help("whole groups are set back; set a part of one in 'code'"),
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help("these have initial values to which they can be set back"),
        })
    }

    /// `code = { P = "v = El" }`
    fn phase_code(&mut self, key: &Key, text: Text, job: &Written, model: &Model) -> Option<Code> {
        if let Some(k) = model.synapses.iter().position(|s| s.name == key.name) {
            let statements = self.code_of_synapses(k, text, model)?;
            return Some(Code { on: Target::Synapses(k), statements });
        }
        let owner = key.name.split('[').next().unwrap_or("").trim();
        if self.broken.contains(owner) || job.synapses.iter().any(|s| s.name.name == owner) {
            self.statements(text);
            return None;
        }
        let on = self.name_of(key);
        let slice = self.slice(on, model, "the code")?;
        let Population::Group(g) = slice.of else {
            let fault =
                Fault::new(codes::POPULATION, key.span, "code of a phase is done for neurons or synapses");
            let help = "set parameters of its rate: parameters = { rate = \"20 Hz\" }";
            return self.refuse(fault.label("this group only sends spikes").help(help));
        };
        let group = &model.groups[g];
        let mut scope = self.around(group.refractory.is_some());
        declare(&group.equations, &mut scope);
        let statements = self.statements(text)?;
        let own = writable(&group.equations, true);
        let result = check::statements(&statements, &scope, &|name| own.get(name).copied());
        self.keep(result);
        self.shared_action(&statements, &group.equations, &slice);
        Some(Code { on: Target::Neurons(slice), statements })
    }

    /// The characters of a key as a text of their own.
    fn name_of(&mut self, key: &Key) -> TextId {
        let Span { text, start, end } = key.span;
        let quoted = self.read(text)[start as usize..end as usize].starts_with(['"', '\'']);
        let inner = if quoted { Span { text, start: start + 1, end: end - 1 } } else { key.span };
        self.inner(inner)
    }

    fn code_of_synapses(&mut self, number: usize, text: Text, model: &Model) -> Option<Vec<Statement>> {
        let object = &model.synapses[number];
        let scopes = self.scopes_of(object, model);
        let mut statements = self.statements(text)?;
        for statement in &mut statements {
            walk::rename(&mut statement.value, &|name| scopes.post(name));
        }
        let own = writable(&object.equations, true);
        let result = check::statements(&statements, &scopes.code, &|name| own.get(name).copied());
        self.keep(result)?;
        self.shared_unset(&statements, &object.equations, "");
        let sets = |s: &Statement| own.contains_key(&s.target);
        if !statements.is_empty() && !statements.iter().any(sets) {
            let message = format!("this sets no variable of {}", object.name);
            let help = "code of a phase for synapses sets their own variables; those of neurons are set by code for their group";
            return self.refuse(Fault::new(codes::NO_EFFECT, text.span, message).help(help));
        }
        Some(statements)
    }
}

/// The object, pathway or event of that name.
fn parts_named(name: &str, model: &Model) -> Option<Vec<Part>> {
    if let Some(g) = model.groups.iter().position(|g| g.name == name) {
        return Some(vec![Part::Group(g)]);
    }
    if let Some(p) = model.poisson.iter().position(|p| p.name == name) {
        return Some(vec![Part::Poisson(p)]);
    }
    if let Some(g) = model.generators.iter().position(|g| g.name == name) {
        return Some(vec![Part::Generator(g)]);
    }
    if let Some(k) = model.poisson_inputs.iter().position(|i| i.name == name) {
        return Some(vec![Part::Input(k)]);
    }
    if let Some(a) = model.actions.iter().position(|a| a.name == name) {
        return Some(vec![Part::Action(a)]);
    }
    if let Some(k) = model.synapses.iter().position(|s| s.name == name) {
        let object = &model.synapses[k];
        let acts = clocked::has(object)
            || clocked::holds(object)
            || !object.sums.is_empty()
            || model.actions_at(k).next().is_some();
        let at_steps = acts.then_some(Part::Synapses(k));
        let pathways = (0..object.pathways.len()).map(|p| Part::Pathway(k, p));
        return Some(pathways.chain(at_steps).collect());
    }
    let (owner, part) = name.split_once('.')?;
    if let Some(k) = model.synapses.iter().position(|s| s.name == owner) {
        let p = model.synapses[k].pathways.iter().position(|pathway| pathway.called() == part)?;
        return Some(vec![Part::Pathway(k, p)]);
    }
    let g = model.groups.iter().position(|g| g.name == owner)?;
    let k = model.groups[g].events.iter().position(|e| e.name == part)?;
    Some(vec![Part::Event(g, k)])
}

fn monitor(name: &str, model: &Model) -> Option<Vec<Part>> {
    let name = name.strip_prefix(MONITOR).unwrap_or(name);
    let k = model.monitors.iter().position(|m| m.name == name)?;
    Some(vec![Part::Monitor(k)])
}

/// Names of all that can rest.
fn known(model: &Model) -> Vec<String> {
    let mut out: Vec<String> = model.populations().map(|p| model.name(p)).collect();
    out.extend(model.synapses.iter().map(|s| s.name.clone()));
    out.extend(model.actions.iter().map(|a| a.name.clone()));
    out.extend(model.poisson_inputs.iter().map(|i| i.name.clone()));
    out.extend(model.monitors.iter().map(|m| m.name.clone()));
    out
}

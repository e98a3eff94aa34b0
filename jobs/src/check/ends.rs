//! What synapses lie between: groups, parts of them, or the synapses of an object that stands before them in the job file.
//!
//! Refuses parts of synapses, since which ones there are is known only once they are made, and ends that stand below: the
//! order of the file is the order in which synapses are made.

use std::borrow::Cow;
use std::collections::BTreeSet;

use kernels::language::ast::{Equation, EquationKind, Flag, Span, ValueKind};
use kernels::language::codes as language;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::model::{Group, Model, Population, Side, Slice, Synapses};
use kernels::program::clocked;
use kernels::program::event_driven::LAST_UPDATE;

use super::late;
use super::model::Checker;
use crate::codes;
use crate::texts::Texts;
use crate::written::{self, Text};

impl Checker<'_> {
    /// The end of synapses that `key` names.
    pub(super) fn end(
        &mut self,
        written: &written::Synapses,
        text: Option<Text>,
        key: &str,
        model: &Model,
    ) -> Option<Slice> {
        let Some(text) = text else {
            return self.missing(&written.name, "synapses", key, &format!("{key} = \"P\""));
        };
        match self.object_named(text)? {
            Some(other) => self.synapses_as_end(written, text, &other, model),
            None => self.slice(text.id, model, &format!("the {key}")),
        }
    }

    /// The object of synapses that a text names, and whether it names only a part of it; inner `None`: it names none.
    pub(super) fn object_named(&mut self, text: Text) -> Option<Option<Named>> {
        let id = self.substituted(text.id)?;
        let whole = self.read(id).trim();
        let name = whole.split('[').next().unwrap_or("").trim().to_owned();
        let is_part = name != whole;
        let place = self.synapse_names.iter().position(|other| *other == name);
        Some(place.map(|place| Named { name, place, is_part }))
    }

    fn synapses_as_end(
        &mut self,
        written: &written::Synapses,
        text: Text,
        other: &Named,
        model: &Model,
    ) -> Option<Slice> {
        let name = &other.name;
        if other.is_part {
            let message = "an end of synapses is a group, a part of one, or all synapses of an object";
            let help = format!("write \"{name}\", and choose in 'connect', for example where = \"j < 5\"");
            return self.refuse(Fault::new(codes::POPULATION, text.span, message).help(help));
        }
        let own = self.synapse_names.iter().position(|other| *other == written.name.name);
        if own.is_some_and(|own| own <= other.place) {
            let message = format!("the synapses '{name}' are not made before '{}'", written.name.name);
            let help = format!("write [synapses.{name}] above [synapses.{}]", written.name.name);
            let fault = Fault::new(codes::POPULATION, text.span, message);
            return self.refuse(match own == Some(other.place) {
                true => fault.help("synapses cannot be an end of themselves"),
                false => fault.help(help),
            });
        }
        // What is wrong with those that stand above was said.
        let k = model.synapses.iter().position(|s| s.name == *name)?;
        Some(Slice { of: Population::Synapses(k), start: None, stop: None, span: text.span })
    }
}

/// Says of names that are not known which of them are event-driven variables of the synapses at either end.
pub(super) fn explain_events(faults: &mut [Fault], ends: [(&Slice, Side); 2], model: &Model, texts: &Texts) {
    for fault in faults.iter_mut().filter(|f| f.code == language::UNKNOWN_NAME) {
        let name = texts.slice(fault.span);
        for (slice, side) in ends {
            let (Population::Synapses(k), Some(bare)) = (slice.of, name.strip_suffix(side.suffix())) else {
                continue;
            };
            let object = &model.synapses[k];
            if stale(object).contains(bare) {
                fault.help = Some(known_at_events(bare, object));
            }
        }
    }
}

/// Why a variable of synapses cannot be read from elsewhere, if that is the reason.
pub(super) fn is_known_at_events(variable: &str, of: Population, model: &Model) -> Option<String> {
    let Population::Synapses(k) = of else { return None };
    let object = &model.synapses[k];
    stale(object).contains(variable).then(|| known_at_events(variable, object))
}

fn known_at_events(variable: &str, object: &Synapses) -> String {
    let name = &object.name;
    let is_it = object.equations.iter().any(|e| e.name == variable && e.has(Flag::EventDriven));
    let what = if is_it { "is event-driven, and" } else { "reads what is event-driven, and is" };
    format!(
        "'{variable}' of {name} {what} known only at events of its own synapse; others can read what is (clock-driven)"
    )
}

/// An object of synapses that a text names.
pub(super) struct Named {
    /// Its name.
    pub name: String,
    /// Its place among all objects of the job file.
    pub place: usize,
    /// Only a part of it is named.
    pub is_part: bool,
}

/// The variables of a population as those of a group, where it has any. Those of synapses are what is up to date at each
/// step: event-driven ones are known only at events of their own synapse.
pub(super) fn variables_of<'m>(slice: &Slice, model: &'m Model) -> Option<Cow<'m, Group>> {
    match slice.of {
        Population::Group(g) | Population::Event(g, _) => Some(Cow::Borrowed(&model.groups[g])),
        Population::Synapses(k) => {
            let object = &model.synapses[k];
            let mut group = clocked::as_group(object);
            let stale = stale(object);
            group.equations.retain(|e| !stale.contains(&e.name));
            for equation in &mut group.equations {
                if object.multisynaptic.as_ref() == Some(&equation.name) {
                    equation.flags.push((Flag::Constant, equation.name_span));
                }
            }
            group.equations.extend(["i", "j"].map(|index| constant(index, object.span)));
            Some(Cow::Owned(group))
        }
        Population::Poisson(_) | Population::Generator(_) => None,
    }
}

/// What of synapses is known at their own events only: event-driven variables, and subexpressions that read these or the
/// time of the last event. (What holds for a step and reads them is refused.)
fn stale(object: &Synapses) -> BTreeSet<String> {
    let event_driven = object.equations.iter().filter(|e| e.has(Flag::EventDriven));
    let mut stale: BTreeSet<String> = event_driven.map(|e| e.name.clone()).collect();
    if !stale.is_empty() {
        stale.insert(LAST_UPDATE.into());
    }
    late::through(&object.equations, stale)
}

/// The index of a neuron at either side of a synapse, as a variable that is never set.
fn constant(name: &str, span: Span) -> Equation {
    Equation {
        name: name.to_owned(),
        name_span: span,
        kind: EquationKind::Parameter,
        value_kind: ValueKind::Integer,
        dimension: Dimension::NONE,
        unit_span: span,
        flags: vec![(Flag::Constant, span)],
    }
}

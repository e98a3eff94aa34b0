//! Pathways of synapses as programs: which spikes they wait for, how long, and what is done at each synapse then.

use std::collections::{HashMap, HashSet};

use crate::language::ast::{Equation, EquationKind, Expr, Statement, ValueKind};
use crate::model::{Connect, Model, Pathway, Population, Side, Synapses};
use crate::plan::SynapseEntry;

use super::algebra::{is_random, names as names_in, real};
use super::draws::Index;
use super::event_driven;
use super::fields::{Element, Extent, Field};
use super::lines::Line;
use super::names::{Names, part};
use super::statements::{self, Place, Surroundings};
use super::subexpressions::Subexpressions;
use super::synapses::{SynapsesBuilder, ends};
use super::texts;

/// What spikes of one side do.
#[derive(Debug, Clone)]
pub struct PathwayProgram {
    /// Its part of identifiers, with that of the object.
    pub name: String,
    /// How users call it.
    pub called: String,
    /// Whose spikes it waits for.
    pub side: Side,
    /// The number of the population that sends them.
    pub sender: usize,
    /// The clock of that population.
    pub clock: usize,
    /// How long it waits.
    pub delay: Delay,
    /// Identifier of the time step that the delay is counted in.
    pub dt: String,
    /// Its synapses are found by a list: they do not lie in the order in which it does them.
    pub listed: bool,
    /// Rows may be full, and what is done at one synapse of a row does not matter to another one.
    pub dense: bool,
    /// What is done at a synapse.
    pub lines: Vec<Line>,
    /// What is known of the identifiers.
    pub names: Names,
}

/// Delays of a pathway in seconds.
#[derive(Debug, Clone)]
pub enum Delay {
    /// One for all synapses.
    Same(Expr),
    /// One for each synapse.
    Each(Expr),
}

impl PathwayProgram {
    /// What the plan says of the neurons that send: how many they are.
    pub fn of(&self) -> SynapseEntry {
        match self.side {
            Side::Pre => SynapseEntry::Rows,
            Side::Post => SynapseEntry::Columns,
        }
    }
}

impl PathwayProgram {
    /// Whether the synapses of a row lie by its delays.
    pub fn sorts(&self) -> bool {
        !self.listed && self.delay.is_each()
    }
}

impl Delay {
    /// Whether there is one for each synapse.
    pub fn is_each(&self) -> bool {
        matches!(self, Delay::Each(_))
    }
}

/// Whether a delay is the same for all synapses, whatever the values of parameters.
pub fn is_same(delay: Option<&Expr>, model: &Model) -> bool {
    let fixed = |name: &String| {
        ["N_pre", "N_post", "dt"].contains(&name.as_str())
            || model.parameters.iter().any(|parameter| parameter.name == *name)
    };
    delay.is_none_or(|delay| !is_random(delay) && names_in(delay).iter().all(fixed))
}

/// The pathway by whose delays the synapses of a row are sorted. Where others reach synapses by their numbers, these are
/// those of their making, and rows stay as they are.
pub fn sorting(number: usize, model: &Model) -> Option<usize> {
    let of = Population::Synapses(number);
    let mut links = model.groups.iter().flat_map(|group| &group.links);
    if model.reached_by(of).next().is_some() || links.any(|link| link.of == of) {
        return None;
    }
    let object = &model.synapses[number];
    object.pathways.iter().position(|p| p.side == Side::Pre && !is_same(p.delay.as_ref(), model))
}

/// Whether a pathway of an object finds its synapses by a list: from the target's side always, from the source's where they
/// do not lie by its delays.
fn is_listed(object: usize, number: usize, model: &Model) -> bool {
    let pathway = &model.synapses[object].pathways[number];
    let lie_otherwise = match sorting(object, model) {
        Some(sorting) => sorting != number,
        None => !is_same(pathway.delay.as_ref(), model),
    };
    pathway.side == Side::Post || lie_otherwise
}

/// Whether it must be known of each synapse where it comes from: spikes of the target need it, and events that wait in a queue
/// if code reads of the source.
pub fn keeps_sources(number: usize, model: &Model) -> bool {
    let object = &model.synapses[number];
    let of_source = |name: &String| name == "i" || name.ends_with("_pre");
    let in_equations = object.equations.iter().any(|e| match &e.kind {
        EquationKind::Differential(expr) | EquationKind::Subexpression(expr) => {
            names_in(expr).iter().any(of_source)
        }
        EquationKind::Parameter => false,
    });
    let reads = |pathway: &Pathway| {
        let own = |statement: &Statement| {
            of_source(&statement.target) || names_in(&statement.value).iter().any(of_source)
        };
        in_equations || pathway.code.iter().any(own)
    };
    is_asked_for_sources(number, model)
        || object.pathways.iter().any(|pathway| {
            pathway.side == Side::Post || !is_same(pathway.delay.as_ref(), model) && reads(pathway)
        })
}

/// Whether other synapses that reach these, or groups that are linked to them, may ask where one comes from: by `i`, or by a
/// subexpression, which can name anything of the source.
fn is_asked_for_sources(number: usize, model: &Model) -> bool {
    let of = Population::Synapses(number);
    let equations = &model.synapses[number].equations;
    let computed = |e: &&Equation| matches!(e.kind, EquationKind::Subexpression(_));
    let mut asked: Vec<&str> = equations.iter().filter(computed).map(|e| e.name.as_str()).collect();
    asked.push("i");
    let mut links = model.groups.iter().flat_map(|group| &group.links).filter(|link| link.of == of);
    links.any(|link| asked.contains(&link.source.as_str()))
        || model.reached_by(of).any(|(reached, _, side)| {
            let asks = |n: &String| n.strip_suffix(side.suffix()).is_some_and(|n| asked.contains(&n));
            texts::of_synapses(model, reached).into_iter().any(|text| names_in(text).iter().any(asks))
        })
}

/// Whether a row can have each target once, in their order, without that being a matter of chance.
pub(super) fn can_be_full(object: &Synapses) -> bool {
    matches!(&object.connect[..], [Connect::Rule { p: None, n: None, .. }])
}

/// Whether synapses with different targets write different things, and read nothing that another one writes.
fn are_independent(lines: &[Line]) -> bool {
    let mut mentioned = HashSet::new();
    lines.iter().for_each(|line| super::names_of_line(line, &mut mentioned));
    let mut written = Vec::new();
    lines.iter().for_each(|line| targets(line, &mut written));
    written.iter().all(|target| match target.split_once('[') {
        Some((array, "post]" | "q]")) => {
            mentioned.iter().all(|ident| ident == target || !ident.starts_with(&format!("{array}[")))
        }
        // A local of the block.
        None => true,
        Some(_) => false,
    })
}

fn targets(line: &Line, into: &mut Vec<String>) {
    match line {
        Line::Assign { target, .. } => into.push(target.clone()),
        Line::If { lines, .. } => lines.iter().for_each(|line| targets(line, into)),
        Line::Let { .. } | Line::Declare { .. } | Line::Propagator { .. } | Line::Adaptive(_) => {}
    }
}

impl SynapsesBuilder<'_> {
    /// Where the tables of all pathways lie.
    pub(super) fn declare_pathways(&mut self) {
        let (k, model) = (self.number, self.model);
        let object = self.object().clone();
        for (p, pathway) in object.pathways.iter().enumerate() {
            let name = part_of(&object, pathway);
            let number = model.pathway(k, p);
            let mut structural = |ident: String, element, extent| {
                self.fields.add(Field { ident, element, extent, zeroed: false, structural: Some(k) });
            };
            if !is_same(pathway.delay.as_ref(), model) {
                structural(format!("delay_{name}"), Element::I32, Extent::Synapses(k));
            }
            if is_listed(k, p, model) {
                structural(format!("order_{name}"), Element::I32, Extent::Synapses(k));
            }
            structural(format!("delays_{name}"), Element::I32, Extent::Delays(number));
            structural(format!("start_{name}"), Element::I64, Extent::Delayed(number));
            if !is_same(pathway.delay.as_ref(), model) {
                let mut changing = |ident: String, element, extent| {
                    self.fields.add(Field { ident, element, extent, zeroed: false, structural: None });
                };
                changing(format!("queue_{name}"), Element::I32, Extent::Queue(number));
                changing(format!("queued_{name}"), Element::I64, Extent::Queued(number));
            }
        }
    }

    /// The program of a pathway.
    pub(super) fn pathway_program(
        &mut self,
        number: usize,
        build_names: &Names,
        variables: &[(String, ValueKind, bool)],
        subexpressions: &Subexpressions,
    ) -> PathwayProgram {
        let object = self.object().clone();
        let pathway = &object.pathways[number];
        let clock = self.model.clock(pathway.sender);
        let delay = self.delay(pathway, build_names, subexpressions);
        let (lines, names) = self.code(&pathway.called(), clock, &pathway.code, variables, subexpressions);
        PathwayProgram {
            name: part_of(&object, pathway),
            called: pathway.called(),
            side: pathway.side,
            sender: self.model.number(pathway.sender),
            clock,
            delay,
            dt: super::dt_of(self.model, clock),
            listed: is_listed(self.number, number, self.model),
            dense: can_be_full(&object)
                && pathway.side == Side::Pre
                && !is_listed(self.number, number, self.model)
                && are_independent(&lines),
            lines,
            names,
        }
    }

    fn delay(&mut self, pathway: &Pathway, names: &Names, subexpressions: &Subexpressions) -> Delay {
        let object = self.object().name.clone();
        let text = pathway.delay_name();
        let index = Index { object: &object, text: &text, structural: true, step: "q - row", element: "i" };
        let places = HashMap::new();
        let around = Surroundings { names, subexpressions: &[subexpressions], places: &places, index };
        let Some(delay) = &pathway.delay else { return Delay::Same(real(0.0)) };
        let value = statements::expression(delay, names, &around, self.sites);
        let value = super::printing::as_real(&value, names);
        if is_same(Some(delay), self.model) { Delay::Same(value) } else { Delay::Each(value) }
    }

    /// Statements done at a synapse: by a spike of one side, which may write variables of neurons, or at the beginning of a
    /// phase. Event-driven variables are brought up to its time before.
    pub(super) fn code(
        &mut self,
        text: &str,
        clock: usize,
        block: &[Statement],
        variables: &[(String, ValueKind, bool)],
        subexpressions: &Subexpressions,
    ) -> (Vec<Line>, Names) {
        let object = self.object().clone();
        let mut names = self.names_at(clock, variables);
        let mut places = HashMap::new();
        for (slice, index, suffix) in ends(&object) {
            if let Some(parts) = self.parts(slice) {
                places.extend(parts.places(index, suffix, true));
            }
        }
        for (variable, kind, _) in variables {
            let code = format!("y_{}_{}[q]", part(&object.name), part(variable));
            places.insert(variable.clone(), Place { code, kind: *kind, guard: None, shared: false });
        }
        let seen_through = self.seen_through(subexpressions);
        let seen_through: Vec<&Subexpressions> = seen_through.iter().collect();
        let mut lines = Vec::new();
        let brings_up = event_driven::has(&object)
            && (!text.starts_with("action ") || event_driven::are_named(&object, block, &seen_through));
        if brings_up {
            let derivatives = event_driven::derivatives(&object, &seen_through);
            lines.extend(event_driven::bring_up(&object, &derivatives, &mut names));
        }
        let index = Index { object: &object.name, text, structural: false, step: "step", element: "q" };
        let around = Surroundings { names: &names, subexpressions: &seen_through, places: &places, index };
        lines.extend(statements::translate(block, &around, self.sites));
        if brings_up {
            lines.push(event_driven::note(&object));
        }
        (lines, names)
    }
}

/// The part of identifiers that names a pathway and its object.
pub fn part_of(object: &Synapses, pathway: &Pathway) -> String {
    format!("{}_{}", part(&object.name), part(&pathway.name))
}

//! One object of synapses as a program: how pairs are found, what each synapse holds, what a spike does.

use std::collections::{HashMap, HashSet};

use crate::language::ast::{Equation, EquationKind, Expr, Flag, Statement, ValueKind};
use crate::model::{Action, Connect, Model, Population, Recorded, Side, Slice, Synapses};
use crate::phases::Phase;

use super::algebra::name;
use super::clocked;
use super::degrees;
use super::draws::{Index, Sites};
use super::event_driven::{self, LAST_UPDATE};
use super::fields::{Element, Extent, Field, Fields};
use super::group::GroupProgram;
use super::lines::Line;
use super::names::{Known, Names, part};
use super::parts::{GroupParts, seen_from_outside};
use super::pathways::{self, PathwayProgram};
use super::rules::Rule;
use super::scheme::Derivative;
use super::statements::{self, Place, Surroundings};
use super::subexpressions::Subexpressions;
use super::sums::SumProgram;
use super::texts;

/// The step program of a synapse object.
#[derive(Debug, Clone)]
pub struct SynapsesProgram {
    /// Its name as a part of identifiers.
    pub name: String,
    /// How pairs are found.
    pub rules: Vec<Rule>,
    /// Per-synapse variables: user name, kind, and whether statements write them.
    pub variables: Vec<(String, ValueKind, bool)>,
    /// The variable that numbers parallel synapses of a pair.
    pub multisynaptic: Option<String>,
    /// Initial values of one synapse.
    pub initial: Vec<Line>,
    /// What spikes of either side do.
    pub pathways: Vec<PathwayProgram>,
    /// The loop that integrates variables at each step.
    pub state: Option<Box<GroupProgram>>,
    /// Sums over the synapses.
    pub sums: Vec<SumProgram>,
    /// There is an array of the source of each synapse.
    pub sources: bool,
    /// There is an array of how many synapses each neuron of the target has.
    pub counts_incoming: bool,
    /// What is known of the identifiers of everything that makes synapses.
    pub build_names: Names,
    /// Names of scalar parameters that the connectivity depends on.
    pub depends: HashSet<String>,
    /// The connectivity depends on `dt` (it has delays).
    pub depends_on_dt: bool,
    /// The clock of its source.
    pub clock: usize,
}

impl SynapsesProgram {
    /// Whether synapses of a pair lie side by side as they are made: one rule makes them, by rising target.
    pub fn parallel_lie_together(&self) -> bool {
        matches!(self.rules.as_slice(), [rule] if rule.rises())
    }

    /// Some rule goes column by column, so that synapses do not come row by row.
    pub fn scattered(&self) -> bool {
        self.rules.iter().any(Rule::by_columns)
    }
}

/// Makes the program of one object.
pub struct SynapsesBuilder<'a> {
    /// The model.
    pub model: &'a Model,
    /// The object's number.
    pub number: usize,
    /// All groups, and behind them all objects of synapses.
    pub groups: &'a [GroupParts],
    /// Memory of the kernel.
    pub fields: &'a mut Fields,
    /// Random call sites.
    pub sites: &'a mut Sites,
}

impl SynapsesBuilder<'_> {
    pub(super) fn object(&self) -> &Synapses {
        &self.model.synapses[self.number]
    }

    /// Builds.
    pub fn build(mut self) -> SynapsesProgram {
        let subexpressions = self.subexpressions();
        let variables = self.variables();
        self.declare_fields(&variables);
        let build_names = self.build_names(&variables);
        let rules = self.rules(&build_names);
        let initial = self.initial(&build_names, &variables, &subexpressions);
        let pathways = (0..self.object().pathways.len())
            .map(|p| self.pathway_program(p, &build_names, &variables, &subexpressions))
            .collect();
        let (depends, depends_on_dt) = self.dependencies();
        let state = self.state(&variables);
        let sums = self.sums(&variables);
        let sources = self.sources(state.as_ref());
        let object = self.object();
        SynapsesProgram {
            name: part(&object.name),
            depends,
            clock: self.model.clock(object.source.of),
            depends_on_dt,
            rules,
            multisynaptic: self.object().multisynaptic.clone(),
            variables,
            initial,
            pathways,
            state: state.map(Box::new),
            sums,
            sources,
            counts_incoming: degrees::counts_incoming(self.model, self.number),
            build_names,
        }
    }

    fn state(&mut self, variables: &[(String, ValueKind, bool)]) -> Option<GroupProgram> {
        let SynapsesBuilder { model, number, groups, fields, sites } = self;
        let found = clocked::build(model, *number, groups, variables, fields, sites);
        found.expect("methods that do not fit were refused")
    }

    /// Declares the array of sources, if anything needs it.
    fn sources(&mut self, state: Option<&GroupProgram>) -> bool {
        let ident = format!("source_{}", part(&self.object().name));
        let k = self.number;
        if self.fields.number(&ident).is_some() {
            return true;
        }
        let reads = state.is_some_and(|state| clocked::reads(state, &ident));
        if reads {
            let (element, extent) = (Element::I32, Extent::Synapses(k));
            self.fields.add(Field { ident, element, extent, zeroed: false, structural: Some(k) });
        }
        reads
    }

    pub(super) fn subexpressions(&self) -> Subexpressions {
        let definitions = self.object().equations.iter().filter_map(|e| match &e.kind {
            EquationKind::Subexpression(expr) if !e.has(Flag::ConstantOverDt) => {
                Some((e.name.clone(), e.value_kind, expr.clone()))
            }
            _ => None,
        });
        Subexpressions::new(definitions.collect())
    }

    fn variables(&self) -> Vec<(String, ValueKind, bool)> {
        variables(self.model, self.number)
    }

    fn declare_fields(&mut self, variables: &[(String, ValueKind, bool)]) {
        let (k, object) = (self.number, part(&self.object().name));
        let scattered = self.object().connect.iter().any(Connect::by_columns);
        let mut structural = |ident: String, element, extent| {
            self.fields.add(Field { ident, element, extent, zeroed: false, structural: Some(k) });
        };
        structural(format!("first_{object}"), Element::I64, Extent::Rows(k));
        if scattered {
            structural(format!("made_{object}"), Element::I64, Extent::Rows(k));
        }
        if degrees::counts_incoming(self.model, k) {
            structural(degrees::incoming(&object), Element::I32, Extent::Columns(k));
        }
        structural(format!("target_{object}"), Element::I32, Extent::Synapses(k));
        if pathways::keeps_sources(k, self.model) {
            structural(format!("source_{object}"), Element::I32, Extent::Synapses(k));
        }
        for (variable, kind, moves) in variables.iter().filter(|(variable, ..)| variable != LAST_UPDATE) {
            let stem = if *moves { "first_y" } else { "y" };
            let element = element(&self.model.synapses[k], variable, *kind);
            structural(format!("{stem}_{object}_{}", part(variable)), element, Extent::Synapses(k));
        }
        self.declare_pathways();
        for (variable, kind, _) in variables.iter().filter(|(.., moves)| *moves) {
            let ident = format!("y_{object}_{}", part(variable));
            let (element, extent) = (element(self.object(), variable, *kind), Extent::Synapses(k));
            self.fields.add(Field { ident, element, extent, zeroed: false, structural: None });
        }
    }

    pub(super) fn parts(&self, slice: &Slice) -> Option<&GroupParts> {
        super::parts::of(self.model, self.groups, slice.of)
    }

    fn base_names(&self, clock: usize) -> Names {
        let mut names = super::parts::common_names(self.model, true, &part(&self.object().name), clock);
        names.define(super::lookups::OWNER_DT, name(super::dt_of(self.model, self.object().clock)));
        clocked::sizes(&part(&self.object().name), &mut names);
        names
    }

    /// Names while pairs are made: `i`, `j`, initial values of both sides.
    fn build_names(&self, variables: &[(String, ValueKind, bool)]) -> Names {
        let mut names = self.base_names(self.model.clock(self.object().source.of));
        names.bind("i", "(int32_t)i", Known::changing(ValueKind::Integer));
        names.bind("j", "(int32_t)j", Known::changing(ValueKind::Integer));
        let object = self.object();
        let own = part(&object.name);
        for (side, index) in
            [(Side::Pre, format!("source_start_{own} + i")), (Side::Post, format!("target_start_{own} + j"))]
        {
            let Some(parts) = self.parts(object.end(side)) else { continue };
            parts.bind(&mut names, &index, side.suffix());
            if let Population::Synapses(k) = object.end(side).of {
                self.bind_first(k, &index, side, &mut names);
            }
            for (n, meaning) in inlined(parts, side.suffix()) {
                names.define(&n, names.resolve(&meaning));
            }
        }
        for (variable, kind, moves) in variables.iter().filter(|(variable, ..)| variable != LAST_UPDATE) {
            let stem = if *moves { "first_y" } else { "y" };
            names.bind(variable, value(object, stem, variable, "q"), Known::changing(*kind));
        }
        degrees::bind(&mut names, &part(&object.name), "i", "j");
        names.define("t", super::algebra::real(0.0));
        names
    }

    /// Variables of other synapses that change while simulating, as they are when these are made.
    fn bind_first(&self, other: usize, index: &str, side: Side, names: &mut Names) {
        let object = &self.model.synapses[other];
        let changing = variables(self.model, other).into_iter().filter(|(.., moves)| *moves);
        for (variable, kind, _) in changing {
            let ident = value(object, "first_y", &variable, index);
            names.bind(&format!("{variable}{}", side.suffix()), ident, Known::changing(kind));
        }
    }

    fn initial(
        &mut self,
        names: &Names,
        variables: &[(String, ValueKind, bool)],
        subexpressions: &Subexpressions,
    ) -> Vec<Line> {
        let object = self.object().clone();
        let places: HashMap<String, Place> = variables
            .iter()
            .map(|(variable, kind, moves)| {
                let stem = if *moves { "first_y" } else { "y" };
                let code = format!("{stem}_{}_{}[q]", part(&object.name), part(variable));
                (variable.clone(), Place { code, kind: *kind, guard: None, shared: false })
            })
            .collect();
        let index =
            Index { object: &object.name, text: "initial", structural: true, step: "q - row", element: "i" };
        let around = Surroundings { names, subexpressions: &[subexpressions], places: &places, index };
        statements::blocks(&object.initial, &around, self.sites)
    }

    /// Names at the synapse `q` from neuron `pre` to neuron `post`, on a clock.
    pub(super) fn names_at(&self, clock: usize, variables: &[(String, ValueKind, bool)]) -> Names {
        let object = self.object();
        let own = part(&object.name);
        let mut names = self.base_names(clock);
        for (index, neuron, side) in [("i", "pre", "source"), ("j", "post", "target")] {
            let ident = format!("(int32_t)({neuron} - {side}_start_{own})");
            names.bind(index, ident, Known::changing(ValueKind::Integer));
        }
        for (slice, index, suffix) in ends(object) {
            if let Some(parts) = self.parts(slice) {
                parts.bind(&mut names, index, suffix);
            }
        }
        for (variable, kind, _) in variables {
            names.bind(variable, value(object, "y", variable, "q"), Known::changing(*kind));
        }
        let [i, j] = [("pre", "source"), ("post", "target")]
            .map(|(neuron, side)| format!("({neuron} - {side}_start_{own})"));
        degrees::bind(&mut names, &own, &i, &j);
        names
    }

    /// Subexpressions of the synapses and of the neurons at both ends.
    pub(super) fn seen_through(&self, own: &Subexpressions) -> Vec<Subexpressions> {
        let neurons = ends(self.object()).into_iter();
        let neurons = neurons.filter_map(|(slice, _, suffix)| Some(suffixed(self.parts(slice)?, suffix)));
        std::iter::once(own.clone()).chain(neurons).collect()
    }
}

/// Variables that an object stores for each synapse: name, kind, and whether anything changes them.
pub(super) fn variables(model: &Model, number: usize) -> Vec<(String, ValueKind, bool)> {
    let object = &model.synapses[number];
    let mut written: HashSet<&str> = texts::code_at(model, number).map(|s| s.target.as_str()).collect();
    for (other, reaches, side) in model.reached_by(Population::Synapses(number)) {
        let code = texts::code_at(model, other);
        written.extend(code.filter_map(|s| s.target.strip_suffix(side.suffix())));
        written.extend(reaches.sums.iter().filter(|sum| sum.side == side).map(|sum| sum.variable.as_str()));
    }
    let moves =
        |e: &Equation| !matches!(e.kind, EquationKind::Parameter) || written.contains(e.name.as_str());
    let is_stored =
        |e: &&Equation| !matches!(e.kind, EquationKind::Subexpression(_)) || e.has(Flag::ConstantOverDt);
    let own = object.equations.iter().filter(is_stored);
    let last_update = event_driven::has(object).then(|| (LAST_UPDATE.to_string(), ValueKind::Real, true));
    own.map(|e| (e.name.clone(), e.value_kind, moves(e))).chain(last_update).collect()
}

/// What reads a variable of a synapse: single precision is read as double, so that nothing is computed in it.
pub(super) fn value(object: &Synapses, stem: &str, variable: &str, index: &str) -> String {
    let place = format!("{stem}_{}_{}[{index}]", part(&object.name), part(variable));
    if object.is_single(variable) { format!("(double){place}") } else { place }
}

/// What holds the values of a variable.
fn element(object: &Synapses, variable: &str, kind: ValueKind) -> Element {
    if object.is_single(variable) { Element::F32 } else { Element::of(kind) }
}

/// The neurons that synapses of an object lie between, with the index and the suffix of their variables.
pub(super) fn ends(object: &Synapses) -> [(&Slice, &'static str, &'static str); 2] {
    [(&object.source, "pre", "_pre"), (&object.target, "post", "_post")]
}

/// What a monitor on a clock copies of each synapse: `i`, `j`, and its values; and what is known of their identifiers.
pub fn recorded(
    model: &Model,
    number: usize,
    groups: &[GroupParts],
    clock: usize,
    values: &[Recorded],
) -> (Vec<Expr>, Names) {
    // Nothing that is recorded is drawn.
    let (fields, sites) = (&mut Fields::default(), &mut Sites::default());
    let builder = SynapsesBuilder { model, number, groups, fields, sites };
    let own = builder.object().clock;
    let mut names = builder.names_at(own, &builder.variables());
    if own != clock {
        let known = Known { step: true, ..Known::scalar(ValueKind::Integer) };
        names.bind("t_in_timesteps", super::steps_of(model, own), known);
    }
    bind_delays(model, builder.object(), &mut names);
    let seen_through = builder.seen_through(&builder.subexpressions());
    let places = ["i", "j"].map(name);
    let all = places.iter().chain(values.iter().map(|recorded| &recorded.value));
    let copied = all.map(|value| {
        let deep = seen_through.iter().fold(value.clone(), |value, seen| seen.inline(&value));
        super::printing::as_real(&names.resolve(&deep), &names)
    });
    (copied.collect(), names)
}

/// The condition by which synapses are chosen, at their initial values; and what is known of its identifiers.
pub fn chosen(model: &Model, number: usize, groups: &[GroupParts], condition: &Expr) -> (Expr, Names) {
    let (fields, sites) = (&mut Fields::default(), &mut Sites::default());
    let builder = SynapsesBuilder { model, number, groups, fields, sites };
    let mut names = builder.build_names(&builder.variables());
    bind_delays(model, builder.object(), &mut names);
    (names.resolve(&builder.subexpressions().inline(condition)), names)
}

/// Delays in seconds, of all pathways that have no variable of that name.
fn bind_delays(model: &Model, object: &Synapses, names: &mut Names) {
    for pathway in &object.pathways {
        let user = pathway.delay_name();
        if names.has(&user) {
            continue;
        }
        // In steps of the clock of the neurons that the pathway starts from.
        let ident = pathways::part_of(object, pathway);
        let steps = match pathways::is_same(pathway.delay.as_ref(), model) {
            true => format!("delays_{ident}[0]"),
            false => format!("delay_{ident}[q]"),
        };
        names.know(steps.clone(), Known::changing(ValueKind::Integer));
        let dt = name(super::dt_of(model, model.clock(pathway.sender)));
        names.define(&user, super::algebra::multiply(name(steps), dt));
    }
}

/// The event-driven equations of an object, and the names that they see.
pub fn event_driven(model: &Model, number: usize, groups: &[GroupParts]) -> (Vec<Derivative>, Names) {
    let (fields, sites) = (&mut Fields::default(), &mut Sites::default());
    let builder = SynapsesBuilder { model, number, groups, fields, sites };
    let seen_through = builder.seen_through(&builder.subexpressions());
    let seen_through: Vec<&Subexpressions> = seen_through.iter().collect();
    let names = builder.names_at(model.clock(builder.object().source.of), &builder.variables());
    (event_driven::derivatives(builder.object(), &seen_through), names)
}

/// What the beginning of a phase does at each synapse of an object.
pub fn phase(
    model: &Model,
    number: usize,
    groups: &[GroupParts],
    phase: &Phase,
    block: &[Statement],
    sites: &mut Sites,
) -> (Vec<Line>, Names) {
    let mut builder = SynapsesBuilder { model, number, groups, fields: &mut Fields::default(), sites };
    let (variables, subexpressions) = (builder.variables(), builder.subexpressions());
    let clock = builder.object().clock;
    builder.code(&format!("phase {}", phase.name), clock, block, &variables, &subexpressions)
}

/// What an action does at each synapse of an object. Event-driven variables are brought up to its time if it names any.
pub fn action(
    model: &Model,
    number: usize,
    groups: &[GroupParts],
    action: &Action,
    sites: &mut Sites,
) -> (Vec<Line>, Names) {
    let mut builder = SynapsesBuilder { model, number, groups, fields: &mut Fields::default(), sites };
    let (variables, subexpressions) = (builder.variables(), builder.subexpressions());
    let text = format!("action {}", action.name);
    let clock = builder.object().clock;
    builder.code(&text, clock, &action.code, &variables, &subexpressions)
}

/// A group's subexpressions as they are called in synapses.
fn suffixed(parts: &GroupParts, suffix: &str) -> Subexpressions {
    Subexpressions::new(inlined(parts, suffix).into_iter().map(|(n, e)| (n, ValueKind::Real, e)).collect())
}

pub(super) fn inlined(parts: &GroupParts, suffix: &str) -> Vec<(String, Expr)> {
    let linked: HashSet<&str> = parts.linked.iter().map(|linked| linked.name.as_str()).collect();
    let variables = parts.stored.iter().map(|(v, ..)| v.as_str()).chain(["not_refractory", "lastspike"]);
    let around =
        parts.surroundings("").map(|(user, ..)| (user.to_string(), name(seen_from_outside(user, suffix))));
    let own: HashMap<String, Expr> = variables
        .chain(linked.iter().copied())
        .map(|v| (v.to_string(), name(format!("{v}{suffix}"))))
        .chain(around)
        .collect();
    parts
        .subexpressions
        .definitions()
        .map(|(n, definition)| {
            let deep = parts.subexpressions.inline(definition);
            (format!("{n}{suffix}"), super::algebra::substitute(&deep, &own))
        })
        .collect()
}

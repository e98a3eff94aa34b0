//! The step program: what one point computes, free of any target language.
//!
//! Built from a checked [`Model`]; `c` prints it. Names in its expressions are identifiers of the generated code. It
//! knows no values: sizes, offsets and parameters reach the kernel at run time.

pub mod actions;
pub mod adaptive;
pub mod algebra;
pub mod choices;
pub mod clocked;
mod code;
pub mod codes;
pub mod constants;
pub mod degrees;
pub mod draws;
pub mod event_driven;
pub mod events;
pub mod exact;
pub mod fields;
pub mod generators;
pub mod group;
pub mod hoist;
pub mod inputs;
mod integrate;
pub mod linear;
pub mod lines;
pub mod links;
pub mod lookups;
pub mod method;
pub mod names;
pub mod noise;
pub mod noisy;
pub mod parts;
pub mod pathways;
pub mod phases;
pub mod powers;
pub mod printing;
pub mod recording;
pub mod refractoriness;
pub mod rules;
pub mod schedule;
pub mod scheme;
pub mod scheme_text;
pub mod statements;
mod structure;
pub mod subexpressions;
pub mod sums;
pub mod synapses;
pub mod tested;
pub mod texts;

use std::collections::HashSet;

use crate::language::ast::{Expr, Statement};
use crate::language::fault::Fault;
use crate::model::{Clock, Model, Population};
use crate::phases::codes;

use actions::ActionProgram;
use draws::{Index, Sites};
use events::EventProgram;
use fields::{Element, Extent, Field, Fields};
use generators::GeneratorProgram;
use group::{GroupBuilder, GroupProgram, Owner};
use lines::Line;
use parts::GroupParts;
use phases::PhasesProgram;
use recording::{RecordProgram, ReductionProgram};
use schedule::Schedule;
use synapses::{SynapsesBuilder, SynapsesProgram};
use tested::TestedOf;

/// The step program of a model.
#[derive(Debug, Clone)]
pub struct StepProgram {
    /// True: synapses (or draws in the step) couple what a batch holds, so a batch is one point and time is the outer
    /// loop. False: points lie side by side as lanes, and time is the inner loop over a block of them.
    pub coupled: bool,
    /// Names of the scalar parameters: the columns of a row.
    pub parameters: Vec<String>,
    /// Random call sites: the keys behind the parameters of a row.
    pub sites: Sites,
    /// Arrays, in the order of their offsets in the plan.
    pub fields: Fields,
    /// Names of the populations: groups, then Poisson groups.
    pub populations: Vec<String>,
    /// Groups.
    pub groups: Vec<GroupProgram>,
    /// Poisson groups.
    pub poisson: Vec<PoissonProgram>,
    /// Spike generators.
    pub generators: Vec<GeneratorProgram>,
    /// Synapses.
    pub synapses: Vec<SynapsesProgram>,
    /// Poisson inputs.
    pub inputs: Vec<inputs::InputProgram>,
    /// Custom events.
    pub events: Vec<EventProgram>,
    /// Code at times of its own.
    pub actions: Vec<ActionProgram>,
    /// Which synapses are recorded where not all are.
    pub choices: Vec<choices::Choice>,
    /// State monitors.
    pub records: Vec<RecordProgram>,
    /// Reductions.
    pub reductions: Vec<ReductionProgram>,
    /// Names of the model's blocks of data, as parts of identifiers.
    pub data: Vec<String>,
    /// For each population: whether its spikes go to the spike buffer.
    pub recorded: Vec<bool>,
    /// What a step does, in order.
    pub schedule: Schedule,
    /// Clocks besides that of the run; clock 0 is that.
    pub clocks: Vec<ClockProgram>,
    /// Phases.
    pub phases: PhasesProgram,
    /// What is tested for values that are not finite.
    pub tested: Vec<TestedOf>,
    /// It is tested at each step.
    pub strict_nan: bool,
}

impl StepProgram {
    /// Pathways of all objects of synapses.
    pub fn pathways(&self) -> usize {
        self.synapses.iter().map(|synapses| synapses.pathways.len()).sum()
    }
}

/// A clock besides that of the run. Its step, number of steps and dt lie in arrays that the host fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockProgram {
    /// Ticks at all multiples of its dt.
    Every,
    /// Ticks at listed times.
    At,
}

/// The program of a Poisson group.
#[derive(Debug, Clone)]
pub struct PoissonProgram {
    /// Its name.
    pub name: String,
    /// Rate in Hz, over identifiers.
    pub rate: Expr,
    /// Values of data computed once a step.
    pub stepwise: Vec<hoist::Hoisted>,
    /// The rate does not change: waiting times are drawn instead of steps.
    pub constant: bool,
    /// What is known of the identifiers.
    pub names: names::Names,
    /// Identifier of the key of its draws.
    pub key: String,
    /// Identifier of its time step.
    pub dt: String,
    /// Its clock.
    pub clock: usize,
}

/// Builds the program; the faults are those of methods that do not fit.
pub fn build(model: &Model) -> Result<StepProgram, Vec<Fault>> {
    let mut fields = Fields::default();
    let mut sites = Sites::default();
    let schedule = Schedule::of(model);
    let coupled = is_coupled(model) || !schedule.fits_lanes(model);
    let (mut faults, mut groups) = (noise::misplaced(model), Vec::new());
    let mut parts: Vec<GroupParts> = model
        .groups
        .iter()
        .enumerate()
        .map(|(g, group)| {
            let mut read = read(model, g);
            // Who is refractory must be known to tests in slots of their own, and at ticks of other clocks.
            if group.refractory.is_some() && (!schedule.tests_in_update(g) || !model.clocks.is_empty()) {
                read.insert("not_refractory".into());
            }
            GroupParts::new(model, group, &written(model, g), &read)
        })
        .collect();
    links::resolve(model, &mut parts, false);
    for k in 0..model.synapses.len() {
        parts.push(clocked::parts(model, k, &parts, &synapses::variables(model, k)));
    }
    links::resolve(model, &mut parts, true);
    for (g, group) in model.groups.iter().enumerate() {
        faults.extend(method::drawn_subexpressions(group));
        let parts = &mut parts[g];
        let builder = GroupBuilder {
            model,
            group,
            parts,
            coupled,
            fields: &mut fields,
            sites: &mut sites,
            owner: Owner::Neurons(g),
            tests_in_update: schedule.tests_in_update(g),
        };
        match builder.build() {
            Ok(program) => groups.push(program),
            Err(fault) => faults.push(fault),
        }
    }
    faults.extend(event_driven::faults(model, &parts));
    faults.extend(clocked::faults(model, &parts));
    if !faults.is_empty() {
        return Err(faults);
    }
    let poisson = (0..model.poisson.len()).map(|p| poisson(model, p, &mut fields, &mut sites)).collect();
    let generators = generators::build(model, &mut fields);
    let synapses: Vec<SynapsesProgram> = (0..model.synapses.len())
        .map(|number| {
            SynapsesBuilder { model, number, groups: &parts, fields: &mut fields, sites: &mut sites }.build()
        })
        .collect();
    clocked::settled(&synapses, &mut fields);
    let inputs = inputs::build(model, &parts, &mut sites);
    let events = events::build(model, &parts, &mut sites);
    let actions = actions::build(model, &parts, coupled, &mut sites);
    let choices = choices::build(model, &parts, &mut fields);
    let (records, reductions) = recording::build(model, &parts, coupled, &mut fields);
    common_fields(model, &mut fields);
    let clocks = clocks(model, &mut fields);
    let data = lookups::fields(model, &mut fields);
    let phases = phases::build(model, &parts, coupled, &mut fields, &mut sites);
    Ok(StepProgram {
        coupled,
        parameters: model.parameters.iter().map(|p| p.name.clone()).collect(),
        populations: model.populations().map(|p| names::population(&model.name(p))).collect(),
        recorded: recording::recorded(model),
        sites,
        fields,
        groups,
        poisson,
        generators,
        synapses,
        inputs,
        events,
        actions,
        choices,
        records,
        reductions,
        data,
        schedule,
        clocks,
        phases,
        tested: tested::all(model, &parts),
        strict_nan: model.strict_nan,
    })
}

/// What a kernel keeps of several clocks: step and end of each, dt of those that have one, times of the others.
fn clocks(model: &Model, fields: &mut Fields) -> Vec<ClockProgram> {
    if model.clocks.is_empty() {
        return Vec::new();
    }
    let extent = Extent::Fixed(1 + model.clocks.len() as u64);
    let mut add = |ident: String, element, extent| {
        fields.add(Field { ident, element, extent, zeroed: false, structural: None });
    };
    add("clock_steps".into(), Element::I64, extent);
    add("clock_ends".into(), Element::I64, extent);
    add("clock_dts".into(), Element::F64, extent);
    let kinds = model.clocks.iter().enumerate().map(|(k, clock)| match clock {
        Clock::Every(_) => ClockProgram::Every,
        Clock::At(times) => {
            add(format!("clock_times_{}", k + 1), Element::F64, Extent::Fixed(times.len() as u64));
            ClockProgram::At
        }
    });
    kinds.collect()
}

/// Identifier of the time step of a clock.
pub fn dt_of(model: &Model, clock: usize) -> String {
    match clock.checked_sub(1).map(|k| &model.clocks[k]) {
        Some(Clock::Every(_)) => format!("dt_{clock}"),
        _ => "dt".to_string(),
    }
}

/// Identifier of `t_in_timesteps` on a clock, whatever clock the code is done on: between two ticks, as in Brian, the number
/// of the next one.
pub fn steps_of(model: &Model, clock: usize) -> String {
    if model.clocks.is_empty() { "step".to_string() } else { format!("step_{clock}") }
}

fn is_coupled(model: &Model) -> bool {
    let draws = |group: &crate::model::Group| {
        group.threshold.iter().any(algebra::is_random)
            || noise::is_noisy(group)
            || group.equations.iter().any(|e| match &e.kind {
                crate::language::ast::EquationKind::Subexpression(expr) => algebra::is_random(expr),
                _ => false,
            })
    };
    let draw = |statements: &[Statement]| statements.iter().any(|s| algebra::is_random(&s.value));
    let others = model.populations().any(|p| !matches!(p, Population::Group(_)));
    !model.synapses.is_empty()
        || others
        || !model.poisson_inputs.is_empty()
        || model.groups.iter().any(|g| draws(g) || !g.links.is_empty())
        || model.actions.iter().any(|a| draw(&a.code))
        // Values at spikes are copied from the list of a step, which lanes do not have.
        || model.monitors.iter().any(|m| {
            matches!(&m.kind, crate::model::MonitorKind::Spikes { variables } if !variables.is_empty())
        })
}

/// Variables of group g that any statement writes during the run.
fn written(model: &Model, g: usize) -> HashSet<String> {
    let mut written: HashSet<String> = model.groups[g].reset.iter().map(|s| s.target.clone()).collect();
    let events = model.groups[g].events.iter().flat_map(|e| &e.code);
    let actions = model.actions.iter().filter(|a| a.is_of(g)).flat_map(|a| &a.code);
    written.extend(events.chain(actions).map(|s| s.target.clone()));
    for (k, synapses) in model.synapses.iter().enumerate() {
        for (slice, suffix) in [(&synapses.source, "_pre"), (&synapses.target, "_post")] {
            if slice.of == Population::Group(g) {
                let statements = synapses.code().chain(model.actions_at(k));
                written.extend(statements.filter_map(|s| s.target.strip_suffix(suffix).map(str::to_string)));
                let sums = synapses.sums.iter().filter(|sum| sum.side.suffix() == suffix);
                written.extend(sums.map(|sum| sum.variable.clone()));
            }
        }
    }
    let inputs = model.poisson_inputs.iter().filter(|input| input.target.of == Population::Group(g));
    written.extend(inputs.map(|input| input.variable.clone()));
    written
}

/// Names that are read outside the loop over elements of group g (only refractory state is asked for).
fn read(model: &Model, g: usize) -> HashSet<String> {
    let group = &model.groups[g];
    let mut read = HashSet::new();
    let mut texts: Vec<&Statement> = group.reset.iter().collect();
    texts.extend(group.initial.iter().flat_map(|b| &b.statements));
    texts.extend(group.events.iter().flat_map(|e| &e.code));
    let actions = model.actions.iter().filter(|a| a.is_of(g));
    texts.extend(actions.flat_map(|a| &a.code));
    texts.extend(codes(&model.phases).filter(|c| c.is_of(g)).flat_map(|c| &c.statements));
    let links = model.groups.iter().flat_map(|g| &g.links).filter(|link| link.of == Population::Group(g));
    read.extend(links.map(|link| link.source.clone()));
    group.events.iter().for_each(|e| read.extend(algebra::names(&e.condition)));
    for statement in texts {
        read.extend(algebra::names(&statement.value));
        read.insert(statement.target.clone());
    }
    for e in &group.equations {
        match &e.kind {
            crate::language::ast::EquationKind::Subexpression(expr)
            | crate::language::ast::EquationKind::Differential(expr)
                if algebra::mentions(expr, "lastspike") =>
            {
                read.insert("lastspike".into());
            }
            _ => {}
        }
        if let crate::language::ast::EquationKind::Subexpression(expr) = &e.kind {
            read.extend(algebra::names(expr));
        }
    }
    let refractory = match &group.refractory {
        Some(crate::model::Refractory::Time(e) | crate::model::Refractory::While(e)) => Some(e),
        None => None,
    };
    for expr in group.threshold.iter().chain(refractory) {
        if algebra::mentions(expr, "lastspike") {
            read.insert("lastspike".into());
        }
    }
    let at_phases = codes(&model.phases).filter(|c| c.slice().is_none()).flat_map(|c| &c.statements);
    let on_synapses = (0..model.synapses.len()).flat_map(|k| model.actions_at(k));
    let at_synapses = model.synapses.iter().flat_map(|s| s.code()).chain(on_synapses);
    let values = at_synapses.chain(at_phases).map(|statement| &statement.value);
    let of_clocks = model.synapses.iter().flat_map(|s| s.at_steps());
    for value in values.chain(recording::at_synapses(model)).chain(of_clocks) {
        let names = algebra::names(value);
        read.extend(
            names
                .iter()
                .filter_map(|n| n.strip_suffix("_post").or(n.strip_suffix("_pre")).map(str::to_string)),
        );
    }
    for input in model.poisson_inputs.iter().filter(|input| input.target.of == Population::Group(g)) {
        read.extend(algebra::names(&input.weight));
    }
    read.extend(recording::exprs(model, g).flat_map(algebra::names));
    read
}

fn poisson(model: &Model, p: usize, fields: &mut Fields, sites: &mut Sites) -> PoissonProgram {
    let group = &model.poisson[p];
    let name = names::part(&group.name);
    let population = model.groups.len() + p;
    let mut names = parts::common_names(model, true, &name, group.clock);
    names.bind("i", "(int32_t)e", names::Known::constant(crate::language::ast::ValueKind::Integer));
    let constant = !algebra::mentions(&group.rate, "t") && !algebra::is_random(&group.rate);
    let index = Index { object: &group.name, text: "rate", structural: false, step: "step", element: "e" };
    let mut hoister = hoist::Hoister::new(&name);
    let rate = hoister.only_once_a_step(&printing::as_real(&names.resolve(&group.rate), &names), &names);
    let rate = sites.bind(&rate, &index);
    let key = sites.add(&Index { text: "spikes", ..index });
    if constant {
        for (stem, element) in [("next", Element::I64), ("drawn", Element::I64), ("odds", Element::F64)] {
            let ident = format!("{stem}_{name}");
            fields.add(Field {
                ident,
                element,
                extent: Extent::Elements(population),
                zeroed: true,
                structural: None,
            });
        }
    }
    let dt = dt_of(model, group.clock);
    PoissonProgram { name, rate, stepwise: hoister.stepwise, constant, names, key, dt, clock: group.clock }
}

/// Spikes of the last steps, and what the host drains or watches.
fn common_fields(model: &Model, fields: &mut Fields) {
    let names = model.populations().map(|p| names::population(&model.name(p)));
    for (population, name) in names.enumerate() {
        let mut add = |ident, element, extent| {
            fields.add(Field { ident, element, extent, zeroed: false, structural: None });
        };
        add(format!("ring_{name}"), Element::I32, Extent::Ring(population));
        add(format!("spikes_{name}"), Element::I64, Extent::RingSteps(population));
    }
    let mut add = |ident: &str, element, extent| {
        fields.add(Field { ident: ident.into(), element, extent, zeroed: false, structural: None });
    };
    add("diverged", Element::I64, Extent::Lanes(3));
    add("events", Element::I64, Extent::Events);
    add("records", Element::F64, Extent::Records);
}

/// Adds the names in a line to a set.
pub fn names_of_line(line: &Line, into: &mut HashSet<String>) {
    match line {
        Line::Let { value, .. } | Line::Declare { value, .. } => into.extend(algebra::names(value)),
        Line::Assign { value, target, .. } => {
            into.insert(target.clone());
            into.extend(algebra::names(value));
        }
        Line::If { condition, lines } => {
            into.extend(algebra::names(condition));
            lines.iter().for_each(|line| names_of_line(line, into));
        }
        Line::Propagator { matrix, over } => {
            matrix.iter().chain([over]).for_each(|expr| into.extend(algebra::names(expr)));
        }
        Line::Adaptive(adaptive) => {
            adaptive.expressions().for_each(|expr| into.extend(algebra::names(expr)));
            adaptive.lines.iter().for_each(|line| names_of_line(line, into));
        }
    }
}

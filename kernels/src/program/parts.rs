//! What is known of a group before its program is made, and what synapses and monitors need of it.

use std::collections::{HashMap, HashSet};

use crate::language::ast::{Equation, EquationKind, Expr, ExprKind, Flag, ValueKind};
use crate::model::{Group, Model, Places, Population, Refractory};
use crate::phases::codes;

use super::algebra::{is_random, mentions, name};
use super::lookups::Lookups;
use super::names::{Known, Names, part};
use super::scheme::Derivative;
use super::statements::Place;
use super::subexpressions::Subexpressions;

/// A variable of another group.
#[derive(Debug, Clone)]
pub struct Linked {
    /// Its name in this group.
    pub name: String,
    /// Its kind.
    pub kind: ValueKind,
    /// Its value over identifiers at `[e]`.
    pub meaning: Expr,
    /// What is known of these identifiers in the group that is read.
    pub known: Vec<(String, Known)>,
    /// Its value may change while simulating.
    pub moves: bool,
}

/// What is known of a group, or of an object of synapses, before its program is made, and what others need of it.
pub struct GroupParts {
    /// Its name as a part of identifiers.
    pub name: String,
    /// What the identifiers of its stored variables begin with.
    pub stem: &'static str,
    /// Identifiers of the time step, and of the number of the step, of its clock.
    pub clock: [String; 2],
    /// Its subexpressions.
    pub subexpressions: Subexpressions,
    /// Its differential equations.
    pub derivatives: Vec<Derivative>,
    /// Variables that are stored: user name, kind, whether anything writes them.
    pub stored: Vec<(String, ValueKind, bool)>,
    /// Stored variables that are read otherwise than they are written: single precision is read as double.
    pub single: Vec<(String, ValueKind, bool)>,
    /// Subexpressions that are computed once a step and stored, each after those it needs.
    pub held: Vec<(String, ValueKind, Expr)>,
    /// Variables of which all elements have the same value.
    pub shared: HashSet<String>,
    /// Variables of other groups: filled in once all parts are known.
    pub linked: Vec<Linked>,
    /// Refractoriness as an expression over identifiers with `[e]` (only known once the loop is made).
    pub guard: Option<Expr>,
    /// `not_refractory` is stored, since others read it.
    pub stores_active: bool,
    /// `lastspike` is stored.
    pub stores_last: bool,
}

impl GroupParts {
    /// Reads the parts off the equations; `written` are the variables that statements write anywhere.
    pub fn new(
        model: &Model,
        group: &Group,
        written: &HashSet<String>,
        read: &HashSet<String>,
    ) -> GroupParts {
        let definitions = group.equations.iter().filter_map(|e| match &e.kind {
            EquationKind::Subexpression(expr) => {
                Some((e.has(Flag::ConstantOverDt), (e.name.clone(), e.value_kind, expr.clone())))
            }
            _ => None,
        });
        let (held, seen): (Vec<_>, Vec<_>) = definitions.partition(|(held, _)| *held);
        let subexpressions =
            Subexpressions::new(seen.into_iter().map(|(_, definition)| definition).collect());
        let held = in_order(held.into_iter().map(|(_, definition)| definition).collect(), &subexpressions);
        let derivatives: Vec<Derivative> = group.equations.iter().filter_map(derivative).collect();
        let stored = group
            .equations
            .iter()
            .filter(|e| !matches!(e.kind, EquationKind::Subexpression(_)) || e.has(Flag::ConstantOverDt))
            .filter(|e| !e.has(Flag::Linked))
            .map(|e| {
                let moves = !matches!(e.kind, EquationKind::Parameter) || written.contains(&e.name);
                (e.name.clone(), e.value_kind, moves)
            })
            .collect();
        let changes = match &group.refractory {
            Some(Refractory::Time(expr)) => {
                let deep = subexpressions.inline(expr);
                mentions(&deep, "t")
                    || is_random(&deep)
                    || derivatives.iter().any(|d| mentions(&deep, &d.variable))
                    || held.iter().any(|(variable, ..)| mentions(&deep, variable))
                    || group.equations.iter().any(|e| e.has(Flag::Linked) && mentions(&deep, &e.name))
                    || written.iter().any(|w| mentions(&deep, w))
            }
            Some(Refractory::While(_)) => true,
            None => false,
        };
        GroupParts {
            name: part(&group.name),
            stem: "s",
            clock: [super::dt_of(model, group.clock), super::steps_of(model, group.clock)],
            subexpressions,
            derivatives,
            stored,
            single: Vec::new(),
            held,
            shared: group.equations.iter().filter(|e| e.has(Flag::Shared)).map(|e| e.name.clone()).collect(),
            linked: Vec::new(),
            guard: None,
            stores_active: group.refractory.is_some() && (changes || read.contains("not_refractory")),
            stores_last: group.refractory.is_some() && read.contains("lastspike"),
        }
    }

    /// What its subexpressions can name besides its variables, at an index: the element and the size, or the sizes of both
    /// sides, and the clock; with identifiers and what is known of them.
    pub fn surroundings(&self, index: &str) -> [(&'static str, String, Known); 4] {
        let ([dt, step], own) = (&self.clock, &self.name);
        let whole = Known::scalar(ValueKind::Integer);
        let [first, second] = match self.stem {
            "s" => [
                ("i", format!("(int32_t)({index})"), Known::changing(ValueKind::Integer)),
                ("N", format!("n_{own}"), whole),
            ],
            _ => [("N_pre", format!("rows_{own}"), whole), ("N_post", format!("columns_{own}"), whole)],
        };
        [
            first,
            second,
            ("dt", dt.clone(), Known::scalar(ValueKind::Real)),
            ("t_in_timesteps", step.clone(), Known::step_number()),
        ]
    }

    /// The stored array of a variable.
    pub fn array(&self, variable: &str) -> String {
        format!("{}_{}_{}", self.stem, self.name, part(variable))
    }

    /// The array of the steps of last spikes.
    pub fn last(&self) -> String {
        format!("last_{}", self.name)
    }

    /// Binds the group's variables to their stored values at an index: `v` and, with a suffix, `v_post`.
    pub fn bind(&self, names: &mut Names, index: &str, suffix: &str) {
        for (user, ident, known) in self.surroundings(index).into_iter().filter(|_| !suffix.is_empty()) {
            names.bind(&seen_from_outside(user, suffix), ident, known);
        }
        for (variable, kind, _) in &self.stored {
            names.bind(
                &format!("{variable}{suffix}"),
                format!("{}[{index}]", self.array(variable)),
                Known::changing(*kind),
            );
        }
        for linked in &self.linked {
            for (ident, known) in &linked.known {
                names.know(moved(ident, index), *known);
            }
            names.define(&format!("{}{suffix}", linked.name), at(&linked.meaning, index));
        }
        if self.stores_active {
            let ident = format!("{}[{index}]", self.array("not_refractory"));
            names.bind(&format!("not_refractory{suffix}"), ident, Known::changing(ValueKind::Boolean));
        }
        if self.stores_last {
            let ident = format!("{}[{index}]", self.array("lastspike"));
            names.bind(&format!("lastspike{suffix}"), ident, Known::changing(ValueKind::Real));
        }
    }

    /// The places statements may write at an index; held variables are guarded unless in a reset.
    pub fn places(&self, index: &str, suffix: &str, guarded: bool) -> HashMap<String, Place> {
        let held = |v: &str| self.derivatives.iter().any(|d| d.variable == v && d.held);
        let place = |(variable, kind, _): &(String, ValueKind, bool)| {
            let guard = match &self.guard {
                Some(guard) if guarded && held(variable) => Some(at(guard, index)),
                _ => None,
            };
            let code = format!("{}[{index}]", self.array(variable));
            let shared = self.shared.contains(variable);
            (format!("{variable}{suffix}"), Place { code, kind: *kind, guard, shared })
        };
        self.stored.iter().chain(&self.single).map(place).collect()
    }
}

/// What a subexpression names `user` is called where it is read from synapses. Users' names do not begin with `_`: `N_post` is
/// the size of the slice, not of the group.
pub fn seen_from_outside(user: &str, suffix: &str) -> String {
    match user {
        "N" | "N_pre" | "N_post" | "dt" | "t_in_timesteps" | "i" => format!("_{user}{suffix}"),
        _ => format!("{user}{suffix}"),
    }
}

/// The parts of a population that has variables, among those of all groups and, behind these, of all objects of synapses.
pub fn of<'p>(model: &Model, all: &'p [GroupParts], population: Population) -> Option<&'p GroupParts> {
    match population {
        Population::Group(g) => Some(&all[g]),
        Population::Synapses(k) => Some(&all[model.groups.len() + k]),
        Population::Poisson(_) | Population::Generator(_) | Population::Event(..) => None,
    }
}

/// Subexpressions that are stored, each after those it needs; the check has refused circles.
fn in_order(
    mut waiting: Vec<(String, ValueKind, Expr)>,
    seen_through: &Subexpressions,
) -> Vec<(String, ValueKind, Expr)> {
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let needs_none = |expr: &Expr| {
            let deep = seen_through.inline(expr);
            waiting.iter().all(|(other, ..)| !mentions(&deep, other))
        };
        let ready = waiting.iter().position(|(_, _, expr)| needs_none(expr));
        ordered.push(waiting.remove(ready.unwrap_or(0)));
    }
    ordered
}

/// An identifier at `[e]`, moved to another index.
pub fn moved(ident: &str, index: &str) -> String {
    ident.replace("[e]", &format!("[{index}]"))
}

/// An expression over identifiers at `[e]`, moved to another index.
pub fn at(expr: &Expr, index: &str) -> Expr {
    match &expr.kind {
        ExprKind::Name(ident) => name(moved(ident, index)),
        _ => super::algebra::map_children(expr, &mut |child| at(child, index)),
    }
}

fn derivative(equation: &Equation) -> Option<Derivative> {
    let EquationKind::Differential(rate) = &equation.kind else { return None };
    Some(Derivative {
        variable: equation.name.clone(),
        rate: rate.clone(),
        noise: Vec::new(),
        held: equation.has(Flag::UnlessRefractory),
    })
}

/// Whether any text of a group mentions a name.
pub fn uses(model: &Model, group: usize, wanted: &str) -> bool {
    let actions = model.actions.iter().filter(|a| a.is_of(group));
    let actions = actions.flat_map(|a| &a.code);
    let at_phases = codes(&model.phases).filter(|c| c.is_of(group)).flat_map(|c| &c.statements);
    let recorded = super::recording::exprs(model, group).any(|expr| mentions(expr, wanted));
    let group = &model.groups[group];
    let in_equations = group.equations.iter().any(|e| match &e.kind {
        EquationKind::Differential(expr) | EquationKind::Subexpression(expr) => mentions(expr, wanted),
        EquationKind::Parameter => false,
    });
    let events = group.events.iter();
    let statements = group.initial.iter().flat_map(|b| &b.statements).chain(&group.reset);
    let statements = statements.chain(actions).chain(at_phases).chain(events.clone().flat_map(|e| &e.code));
    let in_conditions = group.initial.iter().filter_map(|b| b.condition.as_ref()).chain(&group.threshold);
    let in_conditions = in_conditions.chain(events.map(|e| &e.condition));
    let refractory = group.refractory.iter().map(|r| match r {
        Refractory::Time(expr) | Refractory::While(expr) => expr,
    });
    let in_links = group.links.iter().any(|link| match &link.index {
        Some(Places::Formula(index)) => mentions(index, wanted),
        _ => false,
    });
    in_equations
        || recorded
        || in_links
        || statements
            .map(|s| &s.value)
            .chain(in_conditions)
            .chain(refractory)
            .any(|expr| mentions(expr, wanted))
}

/// Parameters, time and size, as every text of a group sees them; its time step is that of its clock.
pub fn common_names(model: &Model, coupled: bool, group: &str, clock: usize) -> Names {
    let mut names = Names::default();
    for parameter in &model.parameters {
        let lane = parameter.varies && !coupled;
        let known = Known { element: lane, lane, ..Known::scalar(parameter.kind) };
        names.bind(&parameter.name, format!("p_{}", parameter.name), known);
    }
    names.bind("t", "t", Known { step: true, ..Known::scalar(ValueKind::Real) });
    names.bind("t_in_timesteps", super::steps_of(model, clock), Known::step_number());
    names.bind("dt", super::dt_of(model, clock), Known::scalar(ValueKind::Real));
    names.define(super::lookups::OWNER_DT, name(super::dt_of(model, clock)));
    names.bind("N", format!("n_{group}"), Known::scalar(ValueKind::Integer));
    names.look_up(Lookups::new(model, &names, clock));
    names
}

/// Names as code outside the loop of the update sees them: stored values at `[e]`; the time step is that of a clock.
pub fn stored_names(model: &Model, parts: &GroupParts, coupled: bool, clock: usize) -> Names {
    let mut names = common_names(model, true, &parts.name, clock);
    parts.bind(&mut names, "e", "");
    for array in &model.arrays {
        let ident = format!("{}[e]", parts.array(&array.name));
        names.bind(&array.name, ident, Known::constant(ValueKind::Real));
    }
    let i = if coupled { "(int32_t)e".to_string() } else { format!("(int32_t)(e % n_{})", parts.name) };
    names.bind("i", i, Known::constant(ValueKind::Integer));
    names
}

/// Names of a group on clock `own` as code on another clock sees them: `t` is the time at which it acts, while `dt` and
/// `t_in_timesteps` are those of the group, whose next step is counted between its ticks.
pub fn seen_from(model: &Model, parts: &GroupParts, coupled: bool, (own, other): (usize, usize)) -> Names {
    let mut names = stored_names(model, parts, coupled, own);
    if own != other {
        let known = Known { step: true, ..Known::scalar(ValueKind::Integer) };
        names.bind("t_in_timesteps", format!("step_{own}"), known);
    }
    names
}

//! One group of neurons as a step program: initial values, the loop of a step, threshold, reset.

use std::collections::HashSet;

use crate::language::ast::{Binary, Expr, ExprKind, ValueKind};
use crate::language::fault::Fault;
use crate::model::{Group, Model, Refractory};

use super::algebra::{call, name};
use super::clocked;
use super::draws::{Index, Sites};
use super::exact::Propagator;
use super::fields::{Element, Extent, Field, Fields};
use super::hoist::{Hoisted, Hoister};
use super::lines::Line;
use super::links::LinkProgram;
use super::method::{self, Method};
use super::names::{Known, Names};
use super::noise::{self, NoiseProgram};
use super::parts::{GroupParts, common_names, stored_names, uses};
use super::scheme::Expansion;
use super::tested::{self, Tested};

/// The step program of a group.
#[derive(Debug, Clone)]
pub struct GroupProgram {
    /// The group's name as a part of identifiers.
    pub name: String,
    /// Initial values, in order; run for each element `e` with index `i`.
    pub initial: Vec<Line>,
    /// Where linked variables are read.
    pub links: Vec<LinkProgram>,
    /// Subexpressions that are computed at the beginning of each step and stored; run for each element `e`.
    pub held: Vec<Line>,
    /// Arrays computed once a point, after the initial values.
    pub prepared: Vec<Hoisted>,
    /// Matrix exponentials computed once a point.
    pub propagator: Option<Propagator>,
    /// Scalars computed before the loop over steps.
    pub scalars: Vec<Hoisted>,
    /// Values of data computed once a step, before the loop over elements.
    pub stepwise: Vec<Hoisted>,
    /// Noises of the loop: arrays filled for a chunk of elements before it.
    pub noise: Vec<NoiseProgram>,
    /// The loop over elements of one step, up to the stores.
    pub update: Vec<Line>,
    /// Whether the element spikes; `None`: the group has no threshold.
    pub crossed: Option<Expr>,
    /// Lines that `crossed` needs where it is tested in a loop of its own; `None`: it is tested in that of the update.
    pub test: Option<Vec<Line>>,
    /// Identifier of its time step.
    pub dt: String,
    /// Its clock.
    pub clock: usize,
    /// Arrays of its variables, which start at zero.
    pub stored: Vec<(String, ValueKind)>,
    /// Done for each spike when it is found.
    pub on_spike: Vec<Line>,
    /// The reset.
    pub reset: Vec<Line>,
    /// What is known of the identifiers of the loop, and of `prepared` and `scalars`.
    pub loop_names: Names,
    /// What is known of the identifiers of `initial`, `on_spike` and `reset`.
    pub stored_names: Names,
    /// Stored values that do not change while simulating, and the index `i`: name, kind and place.
    pub constants: Vec<(String, ValueKind, String)>,
}

impl GroupProgram {
    /// Constants of an element: local identifier, C type, place.
    pub fn constants(&self) -> impl Iterator<Item = (String, &'static str, String)> {
        self.constants.iter().map(|(user, kind, place)| {
            let of = if *kind == ValueKind::Real { "double" } else { "int32_t" };
            (format!("v_{user}"), of, place.clone())
        })
    }
}

/// Whose state a loop over elements integrates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A population of neurons, by its number.
    Neurons(usize),
    /// An object of synapses, by its number: its variables have their arrays already, and no links.
    Synapses(usize),
}

/// Makes the program of one group.
pub struct GroupBuilder<'a> {
    /// The model.
    pub model: &'a Model,
    /// The group.
    pub group: &'a Group,
    /// Its parts; the guard is filled in.
    pub parts: &'a mut GroupParts,
    /// True: one point a batch; false: lanes side by side.
    pub coupled: bool,
    /// Memory of the kernel.
    pub fields: &'a mut Fields,
    /// Random call sites.
    pub sites: &'a mut Sites,
    /// Whose state it is.
    pub owner: Owner,
    /// The threshold is tested in the loop of the update.
    pub tests_in_update: bool,
}

impl GroupBuilder<'_> {
    /// Builds, or says why the method does not fit.
    pub fn build(mut self) -> Result<GroupProgram, Fault> {
        self.declare_fields();
        let stored_names = self.stored_names();
        let links = self.links(&stored_names);
        let held = self.held(&stored_names);
        let initial = self.initial(stored_names.clone());
        let mut names = self.loop_names();
        let mut hoister = Hoister::new(&self.parts.name);
        let mut lines = Vec::new();
        let noises = noise::separate(self.group, self.parts)?;
        let noise = noise::draw(&self.group.name, &noises, self.sites, &names, &mut hoister, &mut lines);
        let active = self.refractoriness(&mut names, &mut hoister, &mut lines);
        let (fresh, propagator) = self.integrate(&mut names, &mut hoister, &mut lines, active.as_ref())?;
        for (derivative, ident) in self.parts.derivatives.iter().zip(&fresh) {
            names.bind(&derivative.variable, ident.clone(), Known::changing(ValueKind::Real));
        }
        self.parts.subexpressions.clone().forget(&mut names);
        let (crossed, test) = if self.tests_in_update {
            (self.crossing(&mut names, &mut hoister, &mut lines, active), None)
        } else {
            self.crossing_apart(&mut hoister)
        };
        self.store(&fresh, &mut lines);
        let update = self.with_loads(lines, crossed.iter().filter(|_| test.is_none()), &names);
        let reset = self.reset(stored_names.clone());
        self.keep_prepared(&hoister, propagator.as_ref());
        Ok(GroupProgram {
            name: self.parts.name.clone(),
            initial,
            links,
            held,
            prepared: hoister.elements,
            propagator,
            scalars: hoister.scalars,
            stepwise: hoister.stepwise,
            noise,
            update,
            crossed,
            test,
            dt: super::dt_of(self.model, self.group.clock),
            clock: self.group.clock,
            stored: self.parts.stored.iter().map(|(v, kind, _)| (self.parts.array(v), *kind)).collect(),
            on_spike: self.on_spike(),
            reset,
            constants: self.constants(),
            loop_names: names,
            stored_names,
        })
    }

    pub(super) fn field(&mut self, ident: String, element: Element) {
        let extent = match self.owner {
            Owner::Neurons(population) => Extent::Elements(population),
            Owner::Synapses(object) => Extent::Synapses(object),
        };
        self.fields.add(Field { ident, element, extent, zeroed: true, structural: None });
    }

    /// Names as code outside the loop of the update sees them.
    fn stored_names(&self) -> Names {
        let names = stored_names(self.model, self.parts, self.coupled, self.group.clock);
        match self.owner {
            Owner::Neurons(_) => names,
            Owner::Synapses(_) => clocked::stored(self.parts, names),
        }
    }

    /// Lists of values that its texts read.
    fn arrays(&self) -> Vec<String> {
        let Owner::Neurons(population) = self.owner else { return Vec::new() };
        let used = self.model.arrays.iter().filter(|a| uses(self.model, population, &a.name));
        used.map(|a| a.name.clone()).collect()
    }

    fn declare_fields(&mut self) {
        if matches!(self.owner, Owner::Synapses(_)) {
            return;
        }
        for (variable, kind, _) in self.parts.stored.clone() {
            self.field(self.parts.array(&variable), Element::of(kind));
        }
        for array in self.arrays() {
            self.field(self.parts.array(&array), Element::F64);
        }
        if self.group.refractory.is_some() {
            self.field(self.parts.last(), Element::I64);
        }
        if self.parts.stores_active {
            self.field(self.parts.array("not_refractory"), Element::I64);
        }
        if self.parts.stores_last {
            self.field(self.parts.array("lastspike"), Element::F64);
        }
        if !self.coupled {
            self.field(self.parts.array("i"), Element::I32);
        }
    }

    /// Names as loops over elements see them: loaded locals.
    fn loop_names(&self) -> Names {
        let mut names = common_names(self.model, self.coupled, &self.parts.name, self.group.clock);
        for (variable, kind, moves) in &self.parts.stored {
            let known = if *moves { Known::changing(*kind) } else { Known::constant(*kind) };
            names.bind(variable, format!("v_{variable}"), known);
        }
        for array in &self.model.arrays {
            names.bind(&array.name, format!("v_{}", array.name), Known::constant(ValueKind::Real));
        }
        for linked in &self.parts.linked {
            linked.known.iter().for_each(|(ident, known)| names.know(ident.clone(), *known));
            let known =
                if linked.moves { Known::changing(linked.kind) } else { Known::constant(linked.kind) };
            names.bind(&linked.name, format!("v_{}", linked.name), known);
        }
        names.bind("i", "v_i", Known::constant(ValueKind::Integer));
        if matches!(self.owner, Owner::Synapses(_)) {
            clocked::sizes(&self.parts.name, &mut names);
        }
        names.bind("lastspike", "v_lastspike", Known::changing(ValueKind::Real));
        names.bind("not_refractory", "active", Known::changing(ValueKind::Boolean));
        names
    }

    /// Lines that find out whether the element is active, and that expression.
    fn refractoriness(
        &mut self,
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
    ) -> Option<Expr> {
        let stored = format!("{}[e]", self.parts.array("not_refractory"));
        let active = match self.group.refractory.as_ref()? {
            Refractory::Time(period) => {
                let period = self.parts.subexpressions.resolve(period, names, hoister, lines);
                let dt = name(super::dt_of(self.model, self.group.clock));
                let steps = call("ss_refractory_steps", vec![period, dt]);
                names.know("step", Known { step: true, ..Known::scalar(ValueKind::Integer) });
                let steps = hoister.hoist(&steps, names);
                let last = format!("{}[e]", self.parts.last());
                names.know(last.clone(), Known::changing(ValueKind::Integer));
                let since = super::algebra::binary(Binary::Subtract, name("step"), name(last));
                super::algebra::binary(Binary::GreaterEqual, since, steps)
            }
            Refractory::While(condition) => {
                names.define("not_refractory", name(stored.clone()));
                names.know(stored.clone(), Known::changing(ValueKind::Boolean));
                let condition = self.parts.subexpressions.resolve(condition, names, hoister, lines);
                let condition = hoister.hoist(&condition, names);
                let over = Expr {
                    kind: ExprKind::Unary(crate::language::ast::Unary::Not, Box::new(condition)),
                    span: Default::default(),
                };
                super::algebra::binary(Binary::Or, name(stored.clone()), over)
            }
        };
        names.bind("not_refractory", "active", Known::changing(ValueKind::Boolean));
        self.parts.guard = Some(if self.parts.stores_active { name(stored.clone()) } else { active.clone() });
        lines.push(Line::Let { ident: "active".into(), kind: ValueKind::Boolean, value: active });
        if self.parts.stores_active {
            let value = name("active");
            lines.push(Line::Assign {
                target: stored,
                kind: ValueKind::Integer,
                assign: crate::language::ast::Assign::Set,
                value,
            });
        }
        Some(name("active"))
    }

    fn integrate(
        &mut self,
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
        active: Option<&Expr>,
    ) -> Result<(Vec<String>, Option<Propagator>), Fault> {
        let derivatives = self.parts.derivatives.clone();
        if derivatives.is_empty() {
            return Ok((Vec::new(), None));
        }
        match method::choose(self.model, self.group, self.parts, names)? {
            Method::Exact => Ok(self.exact(&derivatives, names, hoister, lines, active)),
            Method::Adaptive => Ok((self.adaptive(&derivatives, names, hoister, lines, active), None)),
            Method::Scheme(scheme) => {
                let subexpressions = self.parts.subexpressions.clone();
                let mut expansion = Expansion {
                    hoister,
                    names,
                    subexpressions: &subexpressions,
                    lines,
                    active: active.filter(|_| derivatives.iter().any(|d| d.held)).cloned(),
                };
                Ok((expansion.run(&scheme, &derivatives), None))
            }
        }
    }

    fn crossing(
        &mut self,
        names: &mut Names,
        hoister: &mut Hoister,
        lines: &mut Vec<Line>,
        active: Option<Expr>,
    ) -> Option<Expr> {
        let threshold = self.group.threshold.as_ref()?;
        let condition = self.parts.subexpressions.resolve(threshold, names, hoister, lines);
        let condition = hoister.hoist(&condition, names);
        let index = Index {
            object: &self.group.name,
            text: "threshold",
            structural: false,
            step: "step",
            element: "e",
        };
        let condition = self.sites.bind(&condition, &index);
        Some(match active {
            Some(active) => super::algebra::binary(Binary::And, condition, active),
            None => condition,
        })
    }

    /// The threshold over stored values, for a slot of its own: with the lines that it needs.
    fn crossing_apart(&mut self, hoister: &mut Hoister) -> (Option<Expr>, Option<Vec<Line>>) {
        let mut names = self.loop_names();
        let mut lines = Vec::new();
        let active = self.group.refractory.as_ref().map(|_| {
            let stored = format!("{}[e]", self.parts.array("not_refractory"));
            names.know(stored.clone(), Known::changing(ValueKind::Boolean));
            names.bind("not_refractory", stored.clone(), Known::changing(ValueKind::Boolean));
            name(stored)
        });
        let crossed = self.crossing(&mut names, hoister, &mut lines, active);
        let lines = self.with_loads(lines, crossed.as_ref(), &names);
        let test = crossed.as_ref().map(|_| lines);
        (crossed, test)
    }

    fn store(&self, fresh: &[String], lines: &mut Vec<Line>) {
        for (derivative, ident) in self.parts.derivatives.iter().zip(fresh) {
            lines.push(Line::Assign {
                target: format!("{}[e]", self.parts.array(&derivative.variable)),
                kind: ValueKind::Real,
                assign: crate::language::ast::Assign::Set,
                value: name(ident.clone()),
            });
        }
    }

    /// Puts a load in front for every stored value that the lines, or other expressions, mention.
    pub(super) fn with_loads<'e>(
        &self,
        lines: Vec<Line>,
        others: impl IntoIterator<Item = &'e Expr>,
        names: &Names,
    ) -> Vec<Line> {
        let mut mentioned: HashSet<String> = HashSet::new();
        lines.iter().for_each(|line| super::names_of_line(line, &mut mentioned));
        others.into_iter().for_each(|c| mentioned.extend(super::algebra::names(c)));
        let i = if self.coupled { "(int32_t)e".to_string() } else { format!("{}[e]", self.parts.array("i")) };
        // At synapses `i` counts neurons, and stands among what is linked.
        let is_own = matches!(self.owner, Owner::Neurons(_));
        let mut loads: Vec<(String, Expr)> =
            is_own.then(|| ("v_i".to_string(), name(i))).into_iter().collect();
        loads.extend(self.parts.linked.iter().map(|l| (format!("v_{}", l.name), l.meaning.clone())));
        let stored = self.parts.stored.iter().map(|(variable, ..)| variable.clone());
        for variable in stored.chain(self.arrays()).chain(["lastspike".to_string()]) {
            loads.push((format!("v_{variable}"), name(format!("{}[e]", self.parts.array(&variable)))));
        }
        let wanted = loads.into_iter().filter(|(ident, _)| mentioned.contains(ident));
        let mut all: Vec<Line> =
            wanted.map(|(ident, value)| Line::Let { kind: names.known(&ident).kind, ident, value }).collect();
        all.extend(lines);
        all
    }

    fn keep_prepared(&mut self, hoister: &Hoister, propagator: Option<&Propagator>) {
        for hoisted in &hoister.elements {
            self.field(hoisted.ident.replace("[e]", ""), Element::of(hoisted.kind));
        }
        if let Some(propagator) = propagator {
            let kept = propagator.changing.iter().flat_map(|changing| &changing.coefficients);
            kept.for_each(|(ident, _)| self.field(ident.replace("[e]", ""), Element::F64));
            if propagator.per_element {
                for entry in &propagator.entries {
                    self.field(entry.ident.replace("[e]", ""), Element::F64);
                }
            } else {
                let extent = Extent::Fixed(propagator.entries.len() as u64);
                self.fields.add(Field {
                    ident: propagator.field.clone(),
                    element: Element::F64,
                    extent,
                    zeroed: false,
                    structural: None,
                });
            }
        }
    }

    fn constants(&self) -> Vec<(String, ValueKind, String)> {
        let stored = |v: &str| format!("{}[e]", self.parts.array(v));
        let fixed = self.parts.stored.iter().filter(|(.., moves)| !moves);
        let fixed = fixed.map(|(v, kind, _)| (v.clone(), *kind, stored(v)));
        let arrays = self.arrays().into_iter().map(|a| (a.clone(), ValueKind::Real, stored(&a)));
        let index = ("i".to_string(), ValueKind::Integer, "(int32_t)i".to_string());
        let index = matches!(self.owner, Owner::Neurons(_)).then_some(index);
        let of_ends = self.parts.linked.iter().filter(|l| !l.moves);
        let of_ends = of_ends.filter_map(|l| match &l.meaning.kind {
            ExprKind::Name(place) => Some((l.name.clone(), l.kind, place.clone())),
            _ => None,
        });
        fixed.chain(arrays).chain(index).chain(of_ends).collect()
    }

    /// Variables that are tested for values that are not finite, in the order of their numbers.
    pub(super) fn tested(&self) -> Vec<Tested> {
        match self.owner {
            Owner::Neurons(_) => tested::of_group(self.parts),
            Owner::Synapses(number) => tested::of_synapses(self.model, number),
        }
    }
}

//! `linked`: variables of other groups, or of synapses, under names of their own.
//!
//! Refuses links without the flag and flags without a link, links to nothing, to the group itself or to another link, and
//! variables that differ in unit or kind.

use kernels::language::ast::{Equation, EquationKind, Expr, ExprKind, Flag, Span};
use kernels::language::check::{self, Symbol};
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::{Group, Link, Model, Places, Population, Slice};

use super::ends::{is_known_at_events, variables_of};
use super::model::Checker;
use crate::codes;
use crate::written::{self, Neurons, Text};

impl Checker<'_> {
    /// The links of all groups to others, which may stand later in the file.
    pub fn links(&mut self, written: &[Neurons], model: &mut Model) {
        for (g, neurons) in written.iter().enumerate() {
            if !self.broken.contains(&neurons.name.name) {
                self.without_link(&model.groups[g].equations, neurons);
                self.links_of(neurons, g, false, model);
            }
        }
    }

    /// The links of all groups to synapses.
    pub fn links_to_synapses(&mut self, written: &[Neurons], model: &mut Model) {
        for (g, neurons) in written.iter().enumerate() {
            if !self.broken.contains(&neurons.name.name) {
                self.links_of(neurons, g, true, model);
            }
        }
        let late = super::late::found(model);
        self.faults.extend(late);
    }

    fn links_of(&mut self, neurons: &Neurons, g: usize, to_synapses: bool, model: &mut Model) {
        let is_wanted = |link: &&written::Link| self.names_synapses(link) == to_synapses;
        let wanted: Vec<&written::Link> = neurons.linked.iter().filter(is_wanted).collect();
        for link in wanted {
            let found = self.link(link, g, model);
            model.groups[g].links.extend(found);
        }
    }

    fn names_synapses(&self, link: &written::Link) -> bool {
        let Some(from) = link.from else { return false };
        let owner = self.read(from.id).split('.').next().unwrap_or("").trim();
        self.synapse_names.iter().any(|name| name == owner)
    }

    /// Refuses variables that are said to be linked, but not to what.
    fn without_link(&mut self, equations: &[Equation], neurons: &Neurons) {
        for equation in equations {
            let Some((_, span)) = equation.flags.iter().find(|(f, _)| *f == Flag::Linked) else { continue };
            if !neurons.linked.iter().any(|link| link.name.name == equation.name) {
                let message = format!("'{}' is linked, but nothing says to what", equation.name);
                let help = format!(
                    "add linked = {{ {} = \"GROUP.VARIABLE\" }} to [neurons.{}]",
                    equation.name, neurons.name.name
                );
                self.faults.push(Fault::new(codes::LINK, *span, message).help(help));
            }
        }
    }

    fn link(&mut self, link: &written::Link, g: usize, model: &Model) -> Option<Link> {
        let own = self.linked_variable(link, &model.groups[g])?;
        let from = match link.from {
            Some(text) => text,
            None => {
                return self.missing(
                    &link.name,
                    &format!("neurons.{}.linked", model.groups[g].name),
                    "from",
                    "from = \"Q.x\"",
                );
            }
        };
        let (of, source) = self.source(from, g, model)?;
        let span = from.span;
        let whole = Slice { of, start: None, stop: None, span };
        let there = variables_of(&whole, model)?;
        if let Some(why) = is_known_at_events(&source, of, model) {
            let fault = Fault::new(codes::LINK, span, format!("'{source}' cannot be read from here"));
            return self.refuse(fault.help(why));
        }
        self.fits(&own, span, &there, &source)?;
        let index = match (&link.index, &link.listed) {
            (Some(index), _) => Some(Places::Formula(self.index(index)?)),
            (None, Some(list)) => Some(Places::List(self.indices(list)?, list.span)),
            (None, None) if matches!(of, Population::Synapses(_)) => {
                Some(Places::Formula(Expr { kind: ExprKind::Name("i".into()), span }))
            }
            (None, None) => None,
        };
        let variable = link.name.name.clone();
        Some(Link { variable, of, source, index, span })
    }

    /// The equation of the variable that the link is for.
    fn linked_variable(&mut self, link: &written::Link, group: &Group) -> Option<Equation> {
        let name = &link.name.name;
        match group.equations.iter().find(|e| e.name == *name) {
            Some(equation) if equation.has(Flag::Linked) => Some(equation.clone()),
            Some(equation) => {
                let message = format!("'{name}' is linked here, but its equation does not say so");
                let fault =
                    Fault::new(codes::LINK, link.name.span, message).also(equation.name_span, "this one");
                self.refuse(fault.help(format!("write it as {name} : UNIT (linked)")))
            }
            None => {
                let message = format!("'{}' has no variable '{name}'", group.name);
                let help = format!("add a line {name} : UNIT (linked) to its equations");
                self.refuse(Fault::new(codes::LINK, link.name.span, message).help(help))
            }
        }
    }

    /// Group, or object of synapses, and variable of `Q.x`.
    fn source(&mut self, text: Text, own: usize, model: &Model) -> Option<(Population, String)> {
        let id = self.substituted(text.id)?;
        let whole = self.read(id).trim().to_owned();
        let Some((group, variable)) = whole.split_once('.') else {
            let fault = Fault::new(codes::LINK, text.span, format!("'{whole}' is not a variable of a group"));
            return self.refuse(fault.help("write GROUP.VARIABLE, such as \"Q.x\""));
        };
        let (group, variable) = (group.trim(), variable.trim());
        if self.synapse_names.iter().any(|name| name == group) {
            // What is wrong with synapses that are written, but not in the model, was said.
            let k = model.synapses.iter().position(|s| s.name == group)?;
            return Some((Population::Synapses(k), variable.to_owned()));
        }
        let Some(k) = model.groups.iter().position(|g| g.name == group) else {
            let known: Vec<&str> = model.groups.iter().map(|g| g.name.as_str()).collect();
            let fault = Fault::new(codes::LINK, text.span, format!("there is no group of neurons '{group}'"));
            return self.refuse(match suggest::nearest(group, &known) {
                Some(near) => fault.help(format!("did you mean '{near}'?")),
                None => fault.help(format!("groups of neurons: {}", known.join(", "))),
            });
        };
        if k == own {
            let fault = Fault::new(codes::LINK, text.span, "a group cannot be linked to itself");
            return self.refuse(fault.help("let synapses or an action hand values from neuron to neuron"));
        }
        if self.broken.contains(group) {
            return None;
        }
        Some((Population::Group(k), variable.to_owned()))
    }

    /// The other variable must be there, and be of the same unit and kind.
    fn fits(&mut self, own: &Equation, span: Span, group: &Group, source: &str) -> Option<()> {
        let refractory = group.refractory.is_some();
        let symbol = match (group.equations.iter().find(|e| e.name == source), source) {
            (Some(e), _) if e.has(Flag::Linked) => {
                let fault = Fault::new(codes::LINK, span, format!("'{source}' is itself linked"));
                return self.refuse(fault.also(e.name_span, "here").help("link to what it is linked to"));
            }
            (Some(e), _) if is_random(e) => {
                let fault = Fault::new(codes::LINK, span, format!("'{source}' is drawn anew at each use"));
                return self.refuse(fault.help("give it the flag (constant over dt)"));
            }
            (Some(e), _) => Symbol { kind: e.value_kind, dimension: e.dimension },
            (None, "lastspike") if refractory => Symbol::real(kernels::language::dimension::Dimension::TIME),
            (None, "not_refractory") if refractory => Symbol::BOOLEAN,
            _ => {
                let known: Vec<&str> = group.equations.iter().map(|e| e.name.as_str()).collect();
                let fault =
                    Fault::new(codes::LINK, span, format!("'{}' has no variable '{source}'", group.name));
                return self.refuse(match suggest::nearest(source, &known) {
                    Some(near) => fault.help(format!("did you mean '{near}'?")),
                    None => fault.help(format!("its variables are: {}", known.join(", "))),
                });
            }
        };
        if (symbol.kind, symbol.dimension) == (own.value_kind, own.dimension) {
            return Some(());
        }
        let message = format!("'{}' and '{}.{source}' differ in unit or kind", own.name, group.name);
        let fault = Fault::new(codes::LINK, span, message).also(own.unit_span, "declared here");
        self.refuse(fault.help("declare it with the unit of what it is linked to"))
    }

    /// Which neuron is read: a whole number that does not change.
    fn index(&mut self, written: &written::Scalar) -> Option<Expr> {
        let formula = self.formula(written)?;
        if let Some((_, span)) = super::formula::random_call(&formula.expr) {
            let fault = Fault::new(codes::RANDOM, span, "an index cannot be drawn at random");
            return self.refuse(fault.help("list the indices as a parameter, and use that"));
        }
        let scope = self.neurons_scope();
        let result = check::integer(&formula.expr, &scope, "the index");
        self.keep(result)?;
        Some(formula.expr)
    }
}

fn is_random(equation: &Equation) -> bool {
    match &equation.kind {
        EquationKind::Subexpression(value) if !equation.has(Flag::ConstantOverDt) => {
            super::formula::random_call(value).is_some()
        }
        _ => false,
    }
}

//! `[neurons.*]` and `[poisson.*]`: equations, threshold, reset, refractoriness, initial values, rates.
//!
//! Refuses a reset or a refractory period without threshold, and `unless refractory` without refractory period.

use kernels::language::ast::{Equation, EquationKind, Expr, ExprKind, Flag, Span, ValueKind};
use kernels::language::check::{self, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::{Place, is_noise};
use kernels::language::walk;
use kernels::model::{Group, PoissonGroup, Refractory, Tolerances};
use kernels::program::method;

use super::model::{Checker, declare, writable};
use super::names::Names;
use super::unsupported;
use crate::codes;
use crate::tree::Key;
use crate::written::{Neurons, Poisson, Scalar, Text};

/// A time.
const TIME: Symbol = Symbol::real(Dimension::TIME);

impl Checker<'_> {
    /// `[neurons.NAME]`
    pub fn neurons(&mut self, written: &Neurons) -> Group {
        let size = self.size(&written.name, "neurons", written.size.as_ref());
        let equations = self.equations(written.equations);
        let whole = equations.is_some();
        let equations = equations.unwrap_or_default();
        self.shadowing(&equations);
        let around = self.around(written.refractory.is_some());
        let result = check::equations(&equations, Place::Neurons, &with_noise(&around, &equations));
        self.keep(result);
        let mut group = Group {
            name: written.name.name.clone(),
            span: written.name.span,
            size,
            method: written.method.and_then(|text| self.method(text)),
            tolerances: Tolerances::default(),
            equations,
            threshold: None,
            reset: Vec::new(),
            refractory: None,
            initial: Vec::new(),
            expected_rate: self.expected_rate(written.expected_rate.as_ref()),
            clock: self.clock(written.dt.as_ref()),
            order: written.order.unwrap_or(0),
            events: Vec::new(),
            links: Vec::new(),
        };
        self.spiking_rules(written, &group.equations);
        if whole {
            let keys = (&written.tolerances, written.method);
            group.tolerances = self.tolerances(&written.name, keys, &group.equations);
            self.code(written, around, &mut group);
        } else {
            self.broken.insert(group.name.clone());
            self.grammar(written);
        }
        group
    }

    /// What estimates reckon with: parameters only, since it is needed before anything is simulated.
    pub fn expected_rate(&mut self, written: Option<&Scalar>) -> Option<Expr> {
        self.fixed(written?, hertz(), "the expected rate")
    }

    /// The name of a method.
    pub fn method(&mut self, text: Text) -> Option<(String, Span)> {
        let id = self.substituted(text.id)?;
        let name = self.read(id).trim().to_owned();
        let fault = self.unknown_method(&name, text.span);
        match fault {
            Some(fault) => self.refuse(fault),
            None => Some((name, text.span)),
        }
    }

    fn unknown_method(&self, name: &str, span: Span) -> Option<Fault> {
        let own: Vec<&str> = self.scheme_names.iter().map(String::as_str).collect();
        let unknown = method::known(name, span, &own).err()?;
        Some(unsupported::method(name, span).unwrap_or(unknown))
    }

    /// Threshold, reset, refractoriness and initial values, in the scope of the group's own variables.
    fn code(&mut self, written: &Neurons, mut scope: Names, group: &mut Group) {
        declare(&group.equations, &mut scope);
        group.threshold = written.threshold.and_then(|text| self.condition(text, &scope, "the threshold"));
        if let Some(statements) = written.reset.and_then(|text| self.statements(text)) {
            let own = writable(&group.equations, false);
            let result = check::statements(&statements, &scope, &|name| own.get(name).copied());
            self.keep(result);
            self.shared_unset(&statements, &group.equations, "");
            group.reset = statements;
        }
        group.refractory = written.refractory.as_ref().and_then(|value| self.refractory(value, &scope));
        group.events = self.events(written, &scope, group);
        let mut before = self.neurons_scope().with(&[("t", TIME)]);
        declare(&group.equations, &mut before);
        group.initial = self.blocks(&written.initial, &before, &writable(&group.equations, true));
        self.shared(&group.equations, &group.initial);
    }

    /// Where the equations were refused nothing is known of the variables: only the grammar of the code is checked.
    fn grammar(&mut self, written: &Neurons) {
        if let Some(text) = written.threshold {
            self.parsed(text);
        }
        for condition in written.events.iter().filter_map(|e| e.condition) {
            self.parsed(condition);
        }
        for code in written.events.iter().filter_map(|e| e.code) {
            self.statements(code);
        }
        for text in written.reset.into_iter().chain(written.initial.iter().map(|block| block.set)) {
            self.statements(text);
        }
        if let Some(value) = &written.refractory {
            self.formula(value);
        }
    }

    /// Everything but the group's own variables.
    pub fn around(&self, refractory: bool) -> Names {
        let mut names = self.neurons_scope().with(&[("t", TIME), ("t_in_timesteps", Symbol::INTEGER)]);
        if refractory {
            names.add("lastspike", TIME);
            names.add("not_refractory", Symbol::BOOLEAN);
        }
        names
    }

    /// What has a value before the simulation begins.
    pub fn neurons_scope(&self) -> Names {
        let mut names = self.scalars.with(&[("dt", TIME), ("i", Symbol::INTEGER), ("N", Symbol::INTEGER)]);
        for array in &self.parameters.arrays {
            names.add_at(&*array.key.name, Symbol::real(array.dimension), array.key.span);
        }
        self.with_timed(names)
    }

    fn refractory(&mut self, value: &Scalar, scope: &Names) -> Option<Refractory> {
        let formula = self.formula(value)?;
        let result = formula.typed(scope);
        let typed = self.keep(result)?;
        if typed.kind == ValueKind::Boolean {
            return Some(Refractory::While(formula.expr));
        }
        let result = formula.expect(scope, Dimension::TIME, "the refractory period");
        self.keep(result).map(|_| Refractory::Time(formula.expr))
    }

    fn spiking_rules(&mut self, written: &Neurons, equations: &[Equation]) {
        let group = &written.name.name;
        if written.threshold.is_none() {
            self.silent.insert(group.clone());
            let reset = written.reset.map(|t| (t.span, "reset"));
            let refractory = written.refractory.as_ref().map(|s| (s.span, "refractory"));
            let rate = written.expected_rate.as_ref().map(|s| (s.span, "expected_rate"));
            for (span, what) in reset.into_iter().chain(refractory).chain(rate) {
                let message = format!("[neurons.{group}] has '{what}' but no 'threshold'");
                let help = "give the group a threshold, for example threshold = \"v > -50*mV\"";
                self.faults.push(Fault::new(codes::NO_THRESHOLD, span, message).help(help));
            }
        }
        if written.refractory.is_some() {
            return;
        }
        for equation in equations {
            if let Some((_, span)) = equation.flags.iter().find(|(f, _)| *f == Flag::UnlessRefractory) {
                let message = format!(
                    "'{}' stops in the refractory period, but [neurons.{group}] has no 'refractory'",
                    equation.name
                );
                let help = "add refractory = \"5 ms\" to the group, or remove the flag";
                self.faults.push(Fault::new(codes::REFRACTORY, *span, message).help(help));
            }
        }
    }

    /// Refuses variables that have the name of a parameter or a function: which one is meant would depend on the place.
    pub fn shadowing(&mut self, equations: &[Equation]) {
        for equation in equations {
            if let Some((place, what)) = self.taken(&equation.name) {
                let message = format!("'{}' is the name of a {what} and of a variable", equation.name);
                let fault = Fault::new(codes::NAME, equation.name_span, message)
                    .label("the variable")
                    .also(place, format!("the {what}"))
                    .help("rename one of them");
                self.faults.push(fault);
            }
        }
    }

    /// Refuses a flag that belongs here but is not supported yet.
    pub fn unsupported_flag(&mut self, equations: &[Equation], flag: Flag, what: &str) {
        for (_, span) in equations.iter().flat_map(|e| &e.flags).filter(|(f, _)| *f == flag) {
            self.faults.push(Fault::new(codes::UNSUPPORTED, *span, format!("{what} are not supported yet")));
        }
    }

    /// The size of a group; a size that was refused is replaced by 1, to go on.
    pub fn size(&mut self, name: &Key, table: &str, size: Option<&Scalar>) -> Expr {
        let what = format!("the size of {}", name.name);
        let found = match size {
            Some(size) => self.fixed(size, Dimension::NONE, &what),
            None => self.missing(name, table, "size", "size = 100"),
        };
        let one = ExprKind::Integer(1);
        found.unwrap_or(Expr { kind: one, span: name.span })
    }

    /// `[poisson.NAME]`
    pub fn poisson(&mut self, written: &Poisson) -> PoissonGroup {
        let size = self.size(&written.name, "poisson", written.size.as_ref());
        let scope = self.with_timed(self.scalars.with(&[("i", Symbol::INTEGER), ("t", TIME)]));
        let rate = match &written.rate {
            Some(rate) => self.value(rate, &scope, hertz(), "the rate"),
            None => self.missing(&written.name, "poisson", "rate", "rate = \"10 Hz\""),
        };
        let zero = ExprKind::Real(0.0);
        let rate = rate.unwrap_or(Expr { kind: zero, span: written.name.span });
        PoissonGroup {
            name: written.name.name.clone(),
            span: written.name.span,
            size,
            rate,
            clock: self.clock(written.dt.as_ref()),
            when: self.when(written.slot, written.order, ("thresholds", 0)),
        }
    }
}

/// The names and the noises that equations use.
pub fn with_noise<'e>(names: &Names, equations: impl IntoIterator<Item = &'e Equation>) -> Names {
    let mut out = names.clone();
    let dimension = Dimension::TIME.power(-0.5).expect("a half is exact");
    for equation in equations {
        if let EquationKind::Differential(value) | EquationKind::Subexpression(value) = &equation.kind {
            walk::names(value, &mut |name, _| {
                if is_noise(name) {
                    out.add(name, Symbol::real(dimension));
                }
            });
        }
    }
    out
}

/// Of rates.
pub fn hertz() -> Dimension {
    Dimension::NONE.over(Dimension::TIME)
}

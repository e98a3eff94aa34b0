//! The rules of a model: run values, sizes, groups.

use kernels::data::Way;
use kernels::language::ast::{EquationKind, Expr, Span};
use kernels::language::evaluate::Value;
use kernels::language::{names, units};
use kernels::model::{Clock, Model, Places, Refractory, Tolerances};

use super::super::formula;
use super::super::parameters::Parameters;
use super::super::timed_arrays::calls_of_language;
use super::sizes::{Sizes, integer, real, size};
use super::{Broken, Rule, Test};
use crate::codes;
use crate::points::{self, Bindings, RunFormulas};
use crate::written::Written;

/// The most state values of all groups together.
const MOST_STATE: i64 = 1 << 36;
/// The most inner steps that a job may allow in a step.
const MOST_INNER_STEPS: f64 = 1e9;

/// Collects the rules of a model.
pub struct Collector<'a> {
    parameters: &'a Parameters,
    rules: Vec<Rule>,
}

/// All rules of a model.
pub fn rules(model: &Model, run: &RunFormulas, parameters: &Parameters, written: &Written) -> Vec<Rule> {
    let mut out = Collector { parameters, rules: Vec::new() };
    out.run(run);
    for (k, number) in parameters.numbers.iter().enumerate() {
        out.finite(k, &number.key.name, number.formula.expr.span);
    }
    let sizes = Sizes::of(model);
    for (name, size, arrays) in sizes.groups.iter().chain(&sizes.poisson).chain(&sizes.generators) {
        out.size(name, size, *arrays);
    }
    out.total(model);
    for lookup in &model.lookups {
        let Way::Time(timed) = &lookup.way else { continue };
        out.number(&timed.dt, &format!("the 'dt' of {}", lookup.name), codes::POINT, |dt| match dt {
            dt if dt < 0.0 => Some("negative"),
            0.0 => Some("zero"),
            _ => None,
        });
    }
    for (g, group) in model.groups.iter().enumerate() {
        out.lengths(g, model, parameters);
        out.tolerances(&group.tolerances);
        group.links.iter().for_each(|link| out.link(group, link, model));
        let rates = group.events.iter().filter_map(|event| event.expected_rate.as_ref());
        for rate in rates.chain(&group.expected_rate) {
            out.number(rate, "the expected rate", codes::POINT, |x| (x < 0.0).then_some("negative"));
        }
        if let Some(Refractory::Time(period)) = &group.refractory {
            out.number(period, "the refractory period", codes::POINT, |x| (x < 0.0).then_some("negative"));
        }
    }
    for group in &model.poisson {
        out.rate(&group.rate, dt_of(model, group.clock, &run.dt));
    }
    for generator in &model.generators {
        out.train(generator, model, dt_of(model, generator.clock, &run.dt));
    }
    for clock in &model.clocks {
        out.clock(clock);
    }
    for input in &model.poisson_inputs {
        out.slice(&input.target, &sizes, None);
        out.sources(&input.n);
        out.rate(&input.rate, dt_of(model, model.clock(input.target.of), &run.dt));
    }
    for synapses in &model.synapses {
        out.synapses(synapses, &sizes);
        out.tolerances(&synapses.tolerances);
    }
    out.sums(model);
    for monitor in &model.monitors {
        let listed =
            written.record.iter().find(|r| r.name.span == monitor.span).and_then(|r| r.indices.as_ref());
        let dt = dt_of(model, model.clock(monitor.source.of), &run.dt);
        out.monitor(monitor, &sizes, dt, listed.map_or(monitor.span, |list| list.span));
    }
    for slice in kernels::phases::codes(&model.phases).filter_map(|code| code.slice()) {
        out.slice(slice, &sizes, None);
    }
    for action in &model.actions {
        action.slice().into_iter().for_each(|on| out.slice(on, &sizes, None));
        if let Some(every) = &action.every {
            out.number(every, "'every'", codes::POINT, |x| (x <= 0.0).then_some("not positive"));
        }
    }
    for reduction in &model.reductions {
        let dt = dt_of(model, model.clock(reduction.source.of), &run.dt);
        out.reduction(reduction, &sizes, dt);
    }
    out.rules
}

impl Collector<'_> {
    pub(super) fn add(
        &mut self,
        exprs: &[&Expr],
        test: impl Fn(&Bindings<'_>) -> Result<(), Broken> + 'static,
    ) {
        let mut uses: Vec<usize> = exprs
            .iter()
            .flat_map(|e| formula::names(e))
            .filter_map(|(name, _)| self.parameters.number(&name))
            .collect();
        uses.sort_unstable();
        uses.dedup();
        self.rules.push(Rule { test: Box::new(test), finite: None, uses, phases: 0 });
    }

    /// Whether the expression is one of parameters only, so that its value is known at a point.
    pub(super) fn is_fixed(&self, expr: &Expr) -> bool {
        let known = |name: &str| {
            self.parameters.number(name).is_some()
                || names::constant(name).is_some()
                || units::unit(name).is_some()
        };
        formula::random_call(expr).is_none()
            && calls_of_language(expr)
            && formula::names(expr).iter().all(|(name, _)| known(name))
    }

    /// A number of parameters only; `wrong` says what is wrong with a finite value.
    pub(super) fn number(
        &mut self,
        expr: &Expr,
        what: &str,
        code: &'static str,
        wrong: fn(f64) -> Option<&'static str>,
    ) {
        if !self.is_fixed(expr) {
            return;
        }
        let (own, what) = (expr.clone(), what.to_owned());
        self.add(&[expr], move |bindings| {
            let value = real(&own, bindings)?;
            let wrong = if value.is_finite() { wrong(value) } else { Some("not finite") };
            match wrong {
                None => Ok(()),
                Some(wrong) => Err(Broken::new(code, own.span, format!("{what} is {wrong}"))),
            }
        });
    }

    pub(super) fn finite(&mut self, k: usize, name: &str, span: Span) {
        let name = name.to_owned();
        let uses = vec![k];
        let test: Test = Box::new(move |bindings| match bindings.numbers.get(k) {
            Some(Value::Real(x)) if !x.is_finite() => {
                let what = if x.is_nan() { "not a number" } else { "infinite" };
                Err(Broken::new(codes::POINT, span, format!("'{name}' is {what}")))
            }
            _ => Ok(()),
        });
        self.rules.push(Rule { test, finite: Some(k), uses, phases: 0 });
    }

    pub(super) fn run(&mut self, run: &RunFormulas) {
        self.number(&run.dt, "the time step", codes::RUN, |x| match x {
            x if x < 0.0 => Some("negative"),
            0.0 => Some("zero"),
            _ => None,
        });
        self.number(&run.duration, "the duration", codes::RUN, |x| (x < 0.0).then_some("negative"));
        let (duration, dt) = (run.duration.clone(), run.dt.clone());
        self.add(&[&run.duration, &run.dt], move |bindings| {
            let (length, step) = (real(&duration, bindings)?, real(&dt, bindings)?);
            let possible = !(length >= 0.0 && step > 0.0 && length.is_finite());
            if possible || points::steps(length, step).is_some() {
                return Ok(());
            }
            let message = "the run has too many steps (more than 9e15)";
            Err(Broken::new(codes::RUN, duration.span, message.into()))
        });
        let seed = run.seed.clone();
        self.add(&[&run.seed], move |bindings| {
            let value = integer(&seed, "the seed", bindings)?;
            if value >= 0 {
                return Ok(());
            }
            Err(Broken::new(codes::RUN, seed.span, format!("the seed must be 0 or more, not {value}")))
        });
    }

    /// A clock besides that of the run.
    fn clock(&mut self, clock: &Clock) {
        match clock {
            Clock::Every(dt) => self.number(dt, "the time step", codes::RUN, |x| match x {
                x if x < 0.0 => Some("negative"),
                0.0 => Some("zero"),
                _ => None,
            }),
            Clock::At(times) => {
                for time in times {
                    self.number(time, "the time", codes::RUN, |x| (x < 0.0).then_some("negative"));
                }
                times.windows(2).for_each(|pair| self.increasing(&pair[0], &pair[1]));
            }
        }
    }

    /// Times in a list.
    fn increasing(&mut self, first: &Expr, second: &Expr) {
        let (a, b) = (first.clone(), second.clone());
        self.add(&[first, second], move |bindings| {
            if real(&a, bindings)? < real(&b, bindings)? {
                return Ok(());
            }
            let message = "the times must increase".to_owned();
            Err(Broken::new(codes::RUN, b.span, message).help("list each time once, in order"))
        });
    }

    pub(super) fn size(&mut self, name: &str, expr: &Expr, values: usize) {
        let (own, name) = (expr.clone(), name.to_owned());
        self.add(&[expr], move |bindings| {
            let neurons = size(&name, &own, bindings)?;
            if neurons.checked_mul(values as i64).is_some_and(|n| n <= MOST_STATE) {
                return Ok(());
            }
            let message = format!("{neurons} neurons of {name} with {values} values each are too many");
            Err(Broken::new(codes::SIZE, own.span, message))
        });
    }

    /// All groups together.
    pub(super) fn total(&mut self, model: &Model) {
        let sizes = Sizes::of(model);
        let all = sizes.groups.into_iter().chain(sizes.poisson).chain(sizes.generators);
        let all: Vec<(String, Expr, usize)> = all.collect();
        let exprs: Vec<Expr> = all.iter().map(|(_, e, _)| e.clone()).collect();
        let Some(span) = exprs.last().map(|e| e.span).filter(|_| exprs.len() > 1) else { return };
        self.add(&exprs.iter().collect::<Vec<_>>(), move |bindings| {
            let mut total = 0_i64;
            for (name, expr, values) in &all {
                // A size that is not possible is reported by its own rule.
                let Ok(neurons) = size(name, expr, bindings) else { return Ok(()) };
                total = total.saturating_add(neurons.saturating_mul(*values as i64));
            }
            if total <= MOST_STATE {
                return Ok(());
            }
            let message = format!("all groups together have {total} values of state, which is too many");
            Err(Broken::new(codes::SIZE, span, message))
        });
    }

    /// Errors above zero are tolerated, and a whole number of inner steps from 1 on.
    fn tolerances(&mut self, tolerances: &Tolerances) {
        let above = |x: f64| (x <= 0.0).then_some("not above zero");
        for (variable, expr) in &tolerances.absolute {
            self.number(expr, &format!("the absolute tolerance of '{variable}'"), codes::POINT, above);
        }
        if let Some(expr) = &tolerances.relative {
            self.number(expr, "the relative tolerance", codes::POINT, |x| (x < 0.0).then_some("negative"));
        }
        if let Some(expr) = &tolerances.max_steps {
            self.number(expr, "max_steps", codes::POINT, |x| match x {
                x if x < 1.0 => Some("less than 1"),
                x if x.fract() != 0.0 => Some("not a whole number"),
                x if x > MOST_INNER_STEPS => Some("more than 1e9"),
                _ => None,
            });
        }
    }

    /// Arrays that a group uses must have its size.
    pub(super) fn lengths(&mut self, g: usize, model: &Model, parameters: &Parameters) {
        let group = &model.groups[g];
        for (name, span) in used_names(g, model) {
            let Some(array) = parameters.array_named(&name) else { continue };
            let (length, expr, group) = (array.values.len() as i64, group.size.clone(), group.name.clone());
            self.add(&[&expr.clone()], move |bindings| {
                let neurons = size(&group, &expr, bindings).unwrap_or(length);
                if neurons == length {
                    return Ok(());
                }
                let message = format!("'{name}' has {length} values, but {group} has {neurons} neurons");
                Err(Broken::new(codes::ARRAY, span, message)
                    .help("a list of values needs one for each neuron"))
            });
        }
    }

    pub(super) fn rate(&mut self, rate: &Expr, dt: &Expr) {
        self.number(rate, "the rate", codes::POINT, |x| (x < 0.0).then_some("negative"));
        if !self.is_fixed(rate) {
            return;
        }
        let (own, step) = (rate.clone(), dt.clone());
        self.add(&[rate, dt], move |bindings| {
            let (rate, dt) = (real(&own, bindings)?, real(&step, bindings)?);
            if !(rate.is_finite() && dt > 0.0) || rate * dt <= 1.0 {
                return Ok(());
            }
            let message = format!("a rate of {rate} Hz is more than one spike in a time step of {dt} s");
            Err(Broken::new(codes::POINT, own.span, message).help("lower the rate, or make dt smaller"))
        });
    }
}

/// The time step of a clock.
fn dt_of<'m>(model: &'m Model, clock: usize, run: &'m Expr) -> &'m Expr {
    match clock.checked_sub(1).map(|k| &model.clocks[k]) {
        Some(Clock::Every(dt)) => dt,
        _ => run,
    }
}

/// All names used in the code of a group, by its events and actions, and in the places of its links.
fn used_names(g: usize, model: &Model) -> Vec<(String, Span)> {
    let group = &model.groups[g];
    let mut exprs: Vec<&Expr> = Vec::new();
    for equation in &group.equations {
        match &equation.kind {
            EquationKind::Differential(value) | EquationKind::Subexpression(value) => exprs.push(value),
            EquationKind::Parameter => {}
        }
    }
    exprs.extend(&group.threshold);
    exprs.extend(group.events.iter().map(|event| &event.condition));
    let actions = model.actions.iter().filter(|a| a.is_of(g)).flat_map(|a| &a.code);
    let statements = group.reset.iter().chain(group.events.iter().flat_map(|e| &e.code)).chain(actions);
    exprs.extend(statements.map(|s| &s.value));
    exprs.extend(group.links.iter().filter_map(|link| match &link.index {
        Some(Places::Formula(index)) => Some(index),
        _ => None,
    }));
    match &group.refractory {
        Some(Refractory::Time(value) | Refractory::While(value)) => exprs.push(value),
        None => {}
    }
    for block in &group.initial {
        exprs.extend(&block.condition);
        exprs.extend(block.statements.iter().map(|s| &s.value));
    }
    let mut names: Vec<(String, Span)> = Vec::new();
    for (name, span) in exprs.into_iter().flat_map(formula::names) {
        if !names.iter().any(|(n, _)| *n == name) {
            names.push((name, span));
        }
    }
    names
}

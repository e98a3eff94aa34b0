//! Written to [`Model`]: what is common to groups, synapses and monitors, and the order in which they are checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernels::language::ast::{Equation, EquationKind, Expr, Flag, Span, Statement, TextId};
use kernels::language::callable::Callable;
use kernels::language::check::{self, Scope, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::evaluate::Value;
use kernels::language::fault::Fault;
use kernels::language::parser;
use kernels::language::{self, names};
use kernels::model::{ArrayParameter, Block, Clock, Model, Parameter};
use kernels::program::method;
use kernels::slots::Slots;

use super::advice;
use super::formula::{self, Formula};
use super::functions::Functions;
use super::names::Names;
use super::parameters::Parameters;
use super::samples::Files;
use super::substitute::substitute;
use super::sums;
use crate::codes;
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{self, Scalar, Text, Written};

/// Checks the model for one choice of texts. Parts that were refused are left out of the model.
pub fn model(
    written: &Written,
    parameters: &Parameters,
    functions: &Functions,
    values: &[String],
    varies: &[bool],
    files: &mut Files<'_>,
    texts: &mut Texts,
) -> (Model, Vec<Fault>) {
    let mut checker = Checker::new(parameters, functions, values, texts);
    checker.object_names(written);
    checker.slots = checker.slots(written.run.slots.as_ref());
    let mut model = Model {
        parameters: scalars(parameters, varies),
        arrays: arrays(parameters),
        slots: checker.slots.clone(),
        strict_nan: written.run.strict_nan,
        ..Model::default()
    };
    checker.timed_arrays(&written.timed_arrays, files, &mut model);
    for (key, text) in &written.schemes {
        let found = checker.scheme(key, *text);
        if method::known(&key.name, key.span, &[]).is_err() {
            checker.scheme_names.push(key.name.clone());
        }
        model.schemes.extend(found);
    }
    for neurons in &written.neurons {
        let group = checker.neurons(neurons);
        model.groups.push(group);
    }
    checker.synapse_names = written.synapses.iter().map(|s| s.name.name.clone()).collect();
    checker.links(&written.neurons, &mut model);
    for poisson in &written.poisson {
        let group = checker.poisson(poisson);
        model.poisson.push(group);
    }
    for generator in &written.spike_generators {
        let found = checker.spike_generator(generator, files, &mut model);
        model.generators.push(found);
    }
    advice::other_groups(&mut checker.faults, &model, checker.texts);
    let names = written.actions.iter().filter_map(|a| a.on).map(|on| checker.read(on.id).trim().to_owned());
    checker.acted_on = names.collect();
    for synapses in &written.synapses {
        let found = checker.synapses(synapses, files, &model);
        model.synapses.extend(found);
    }
    checker.links_to_synapses(&written.neurons, &mut model);
    sums::once_each(&model, &mut checker.faults);
    for input in &written.poisson_inputs {
        let found = checker.poisson_input(input, &model);
        model.poisson_inputs.extend(found);
    }
    for action in &written.actions {
        let found = checker.action(action, &model);
        model.actions.extend(found);
    }
    for record in &written.record {
        let found = checker.record(record, &model, written);
        model.monitors.extend(found);
    }
    for (key, text) in &written.summary {
        let found = checker.summary(key, *text, &model);
        model.reductions.extend(found);
    }
    model.phases = checker.phases(written, &model);
    model.clocks = std::mem::take(&mut checker.clocks);
    let mut faults = parameters.quieted(checker.faults, texts);
    functions.apply(&mut model, &mut faults);
    (model, faults)
}

fn scalars(parameters: &Parameters, varies: &[bool]) -> Vec<Parameter> {
    let parameter = |(k, n): (usize, &super::parameters::Number)| {
        let symbol = n.symbol.unwrap_or(Symbol::NUMBER);
        let varies = varies.get(k).copied().unwrap_or(false);
        Parameter { name: n.key.name.clone(), dimension: symbol.dimension, kind: symbol.kind, varies }
    };
    parameters.numbers.iter().enumerate().map(parameter).collect()
}

fn arrays(parameters: &Parameters) -> Vec<ArrayParameter> {
    let array = |a: &super::parameters::Array| ArrayParameter {
        name: a.key.name.clone(),
        dimension: a.dimension,
        values: a.values.to_vec(),
    };
    parameters.arrays.iter().map(array).collect()
}

/// Checks parts of the model and collects faults.
pub struct Checker<'a> {
    /// All parameters.
    pub parameters: &'a Parameters,
    /// Functions of the job.
    functions: &'a Functions,
    /// The scalars as names.
    pub scalars: Names,
    /// What was refused so far.
    pub faults: Vec<Fault>,
    /// Groups whose equations were refused: nothing is said of their variables.
    pub broken: BTreeSet<String>,
    /// Timed arrays, which code may call while a simulation is going on.
    pub timed: Vec<(String, Arc<dyn Callable>)>,
    /// Groups that are written without a threshold.
    pub silent: BTreeSet<String>,
    /// Names of all objects of synapses, in the order of the job file.
    pub synapse_names: Vec<String>,
    /// What actions are written for.
    pub acted_on: BTreeSet<String>,
    /// Schemes that the job defines, those that were refused among them.
    pub scheme_names: Vec<String>,
    /// The slots of a step.
    pub slots: Slots,
    /// Clocks besides that of the run, as far as they are met.
    pub clocks: Vec<Clock>,
    /// Texts in which something was put in for a text parameter.
    replaced: BTreeSet<TextId>,
    values: &'a [String],
    pub(super) texts: &'a mut Texts,
}

impl<'a> Checker<'a> {
    fn new(
        parameters: &'a Parameters,
        functions: &'a Functions,
        values: &'a [String],
        texts: &'a mut Texts,
    ) -> Self {
        let mut scalars = parameters.scope();
        functions.declare(&mut scalars);
        Checker {
            parameters,
            functions,
            scalars,
            faults: Vec::new(),
            broken: BTreeSet::new(),
            timed: Vec::new(),
            silent: BTreeSet::new(),
            synapse_names: Vec::new(),
            acted_on: BTreeSet::new(),
            scheme_names: Vec::new(),
            slots: Slots::default(),
            clocks: Vec::new(),
            replaced: BTreeSet::new(),
            values,
            texts,
        }
    }

    /// The characters of a text.
    pub fn read(&self, id: TextId) -> &str {
        self.texts.get(id)
    }

    /// The table of texts.
    pub fn texts(&mut self) -> &mut Texts {
        self.texts
    }

    /// The same names, and what code may call while a simulation is going on.
    pub fn with_timed(&self, mut names: Names) -> Names {
        for (name, function) in &self.timed {
            names.add_callable(&**name, function.clone());
        }
        names
    }

    /// A part of a text as a text of its own.
    pub fn inner(&mut self, span: Span) -> TextId {
        self.texts.part(span)
    }

    /// The value, or its faults noted.
    pub fn keep<T>(&mut self, result: Result<T, Vec<Fault>>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(faults) => {
                let clearer: Vec<Fault> =
                    faults.into_iter().map(|f| self.with_texts(self.clearer(f))).collect();
                self.faults.extend(clearer);
                None
            }
        }
    }

    /// Says of names in synapses which side is meant: in the faults from number `first` on; those from `code` on are of
    /// statements.
    pub fn explain_sides(&mut self, first: usize, code: usize, scope: &Names, own: &[Equation]) {
        advice::not_there(&mut self.faults[code..], self.texts);
        advice::sides(&mut self.faults[first..], scope, own, self.texts);
    }

    /// Notes a fault.
    pub fn refuse<T>(&mut self, fault: Fault) -> Option<T> {
        self.faults.push(fault);
        None
    }

    /// Notes that a key is missing.
    pub fn missing<T>(&mut self, name: &Key, table: &str, key: &str, example: &str) -> Option<T> {
        let message = format!("[{table}.{}] has no '{key}'", name.name);
        self.refuse(
            Fault::new(codes::MISSING_KEY, name.span, message).help(format!("for example: {example}")),
        )
    }

    /// Parameters that are no numbers are said to be that, rather than unknown.
    fn clearer(&self, fault: Fault) -> Fault {
        let slice = self.texts.slice(fault.span);
        let unknown = fault.code == language::codes::UNKNOWN_NAME;
        let bare = slice.trim_end_matches("_pre").trim_end_matches("_post");
        if unknown && ["lastspike", "not_refractory"].contains(&bare) {
            let message = format!("'{slice}' is not known here: the group has no 'refractory'");
            return Fault::new(fault.code, fault.span, message)
                .help(format!("'{bare}' exists in groups of [neurons.*] with 'refractory'"));
        }
        if unknown && self.parameters.array_named(slice).is_some() {
            let message = format!("'{slice}' holds a list of values, and cannot be used here");
            return Fault::new(codes::ARRAY, fault.span, message)
                .help("it can be used in the equations and the other code of [neurons.*]");
        }
        if unknown && self.parameters.text(slice).is_some() {
            let message = format!("'{slice}' is a text, not a number");
            return Fault::new(codes::TEXT_PARAMETER, fault.span, message)
                .help(format!("{{{slice}}} stands for its characters"));
        }
        let called = slice.split('(').next().unwrap_or("").trim();
        let is_call =
            matches!(fault.code, language::codes::UNKNOWN_FUNCTION | language::codes::VALUE_AS_FUNCTION);
        if is_call && self.parameters.array_named(called).is_some() {
            let message = format!("'{called}' is a list of values for neurons, and no function of time");
            return Fault::new(codes::ARRAY, fault.span, message).help(format!(
                "without brackets, {called} gives each neuron its own value; values that change with time are \
                 [timed_arrays.{called}]"
            ));
        }
        fault
    }

    /// Where a parameter or a function of that name is defined, and what it is.
    pub fn taken(&self, name: &str) -> Option<(Span, &'static str)> {
        let parameter = self.parameters.defined(name).map(|span| (span, "parameter"));
        let function = || self.functions.defined(name).map(|span| (span, "function"));
        let timed = || self.timed.iter().find(|(other, _)| other == name)?.1.defined();
        parameter.or_else(function).or_else(|| timed().map(|span| (span, "timed array")))
    }

    /// The text after substitution.
    pub fn substituted(&mut self, id: TextId) -> Option<TextId> {
        let result = substitute(id, self.values, self.parameters, self.texts);
        let new = self.keep(result)?;
        if new != id {
            self.replaced.insert(new);
        }
        Some(new)
    }

    /// Says of a fault in a text that was put in for a parameter which text that was.
    fn with_texts(&self, mut fault: Fault) -> Fault {
        let place = self.texts.slice(self.texts.in_file(fault.span));
        if !self.replaced.contains(&fault.span.text) || !place.contains('{') {
            return fault;
        }
        let mut shown = Vec::new();
        for (k, text) in self.parameters.texts.iter().enumerate() {
            let name = &text.key.name;
            if place.contains(&format!("{{{name}}}")) {
                shown.push(format!("{name} = \"{}\"", self.values.get(k).map_or("", |v| v)));
            }
        }
        if !shown.is_empty() {
            fault.message = format!("{}, for {}", fault.message, shown.join(", "));
        }
        fault
    }

    /// A value, parsed.
    pub fn formula(&mut self, scalar: &Scalar) -> Option<Formula> {
        let scalar = match scalar.form {
            written::Form::Text(id) => {
                Scalar { form: written::Form::Text(self.substituted(id)?), ..scalar.clone() }
            }
            _ => scalar.clone(),
        };
        let result = formula::read(&scalar, self.texts).map_err(|f| vec![f]);
        self.keep(result)
    }

    /// A value of this dimension.
    pub fn value(
        &mut self,
        scalar: &Scalar,
        scope: &dyn Scope,
        dimension: Dimension,
        what: &str,
    ) -> Option<Expr> {
        let formula = self.formula(scalar)?;
        let result = formula.expect(scope, dimension, what);
        self.keep(result).map(|_| formula.expr)
    }

    /// A value of this dimension that is the same for the whole of a simulation.
    pub fn fixed(&mut self, scalar: &Scalar, dimension: Dimension, what: &str) -> Option<Expr> {
        let formula = self.formula(scalar)?;
        let result = self.parameters.only_numbers(&formula.expr, what);
        self.keep(result)?;
        let result = formula.expect(&self.scalars, dimension, what);
        self.keep(result).map(|_| formula.expr)
    }

    /// A condition.
    pub fn condition(&mut self, text: Text, scope: &dyn Scope, what: &str) -> Option<Expr> {
        let expr = self.parsed(text)?;
        let result = check::condition(&expr, scope, what);
        self.keep(result).map(|()| expr)
    }

    /// An expression, parsed.
    pub fn parsed(&mut self, text: Text) -> Option<Expr> {
        let id = self.substituted(text.id)?;
        let result = parser::expression(self.texts.get(id), id).map_err(|f| vec![f]);
        self.keep(result)
    }

    /// Statements, parsed.
    pub fn statements(&mut self, text: Text) -> Option<Vec<Statement>> {
        let id = self.substituted(text.id)?;
        let result = parser::statements(self.texts.get(id), id).map_err(|f| vec![f]);
        self.keep(result)
    }

    /// Equations, parsed; none if there is no text.
    pub fn equations(&mut self, text: Option<Text>) -> Option<Vec<Equation>> {
        let Some(text) = text else { return Some(Vec::new()) };
        let id = self.substituted(text.id)?;
        let result = parser::equations(self.texts.get(id), id);
        self.keep(result)
    }

    /// Blocks of `initial`.
    pub fn blocks(
        &mut self,
        blocks: &[written::Block],
        scope: &Names,
        writable: &BTreeMap<String, Symbol>,
    ) -> Vec<Block> {
        let mut out = Vec::new();
        for block in blocks {
            let condition = block.condition.and_then(|text| self.condition(text, scope, "'where'"));
            let Some(statements) = self.statements(block.set) else { continue };
            let result = check::statements(&statements, scope, &|name| writable.get(name).copied());
            if self.keep(result).is_some() {
                out.push(Block { condition, statements });
            }
        }
        out
    }

    /// Names of objects: well formed, and one object each.
    fn object_names(&mut self, written: &Written) {
        let neurons = written.neurons.iter().map(|n| &n.name);
        let others = written.poisson.iter().map(|n| &n.name).chain(written.synapses.iter().map(|n| &n.name));
        let others = others.chain(written.spike_generators.iter().map(|g| &g.name));
        let others = others.chain(written.poisson_inputs.iter().map(|n| &n.name));
        let others = others.chain(written.actions.iter().map(|a| &a.name));
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for key in neurons.chain(others) {
            self.well_formed(key);
            if let Some(first) = seen.insert(&key.name, key.span) {
                let fault =
                    Fault::new(codes::NAME, key.span, format!("there are two objects named '{}'", key.name));
                self.faults.push(fault.also(first, "the other one").help("give one of them another name"));
            }
        }
    }

    /// Refuses names of objects that are no names.
    pub fn well_formed(&mut self, key: &Key) {
        if !names::is_name(&key.name) {
            let message = format!("{:?} cannot be a name", key.name);
            let help =
                "names begin with a letter, go on with letters, digits and _, and have at most 64 characters";
            self.faults.push(Fault::new(codes::NAME, key.span, message).help(help));
        }
    }
}

/// Variables of a block of equations.
pub fn variables(equations: &[Equation]) -> BTreeMap<String, Symbol> {
    let symbol = |e: &Equation| (e.name.clone(), Symbol { kind: e.value_kind, dimension: e.dimension });
    equations.iter().map(symbol).collect()
}

/// Adds the variables of a block of equations to names.
pub fn declare(equations: &[Equation], names: &mut Names) {
    for equation in equations {
        let symbol = Symbol { kind: equation.value_kind, dimension: equation.dimension };
        names.add_at(&*equation.name, symbol, equation.unit_span);
    }
}

/// Variables of a block of equations that code may set; in `initial` also constants.
pub fn writable(equations: &[Equation], constants: bool) -> BTreeMap<String, Symbol> {
    let stored = |e: &&Equation| {
        !matches!(e.kind, EquationKind::Subexpression(_))
            && (constants || !e.has(Flag::Constant))
            && !e.has(Flag::Linked)
    };
    let stored: Vec<Equation> = equations.iter().filter(stored).cloned().collect();
    variables(&stored)
}

/// A value in words, for messages.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Real(x) => format!("{x}"),
        Value::Integer(i) => i.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Text(text) => text.clone(),
    }
}

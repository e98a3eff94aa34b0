//! `[functions.*]`: names, formulas, and the order in which functions of functions are checked.
//!
//! Refuses names that mean something already, functions that are defined by each other in a circle, and definitions that
//! are neither a formula nor a table, or both.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use kernels::data::table::Interpolated;
use kernels::data::{Data, Lookup, Way};
use kernels::language::ast::{EquationKind, Expr, ExprKind, Span};
use kernels::language::callable::Callable;
use kernels::language::check::Typed;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::names::{self, Place};
use kernels::language::user_function::{Argument, UserFunction, expand};
use kernels::language::{self, functions as built_in, parser, walk};
use kernels::model::Model;

use super::formula::Formula;
use super::names::Names;
use super::parameters::Parameters;
use super::{order, tables};
use crate::codes;
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{self, Text, Written};

/// The functions of a job.
#[derive(Debug, Default)]
pub struct Functions {
    callables: Vec<(String, Arc<dyn Callable>)>,
    places: BTreeMap<String, Span>,
    /// Rows of tables.
    pub data: Vec<Data>,
    /// How tables are called.
    pub lookups: Vec<Lookup>,
    /// Hashes of the files of tables.
    pub hashes: Vec<[u8; 32]>,
}

impl Functions {
    /// Adds the functions to what code knows.
    pub fn declare(&self, names: &mut Names) {
        for (name, callable) in &self.callables {
            names.add_callable(name, callable.clone());
        }
    }

    /// Where the function of that name is defined.
    pub fn defined(&self, name: &str) -> Option<Span> {
        self.places.get(name).copied()
    }

    /// Puts expressions in the places of calls, and tables among the data.
    pub fn apply(&self, model: &mut Model, faults: &mut Vec<Fault>) {
        if self.callables.is_empty() {
            return;
        }
        let shift = model.data.len();
        model.data.extend(self.data.iter().cloned());
        model.lookups.extend(self.lookups.iter().cloned().map(|l| Lookup { data: l.data + shift, ..l }));
        let mut names = Names::default();
        self.declare(&mut names);
        model.each_expression(&mut |expr| match expand(expr, &names) {
            Ok(expanded) => *expr = expanded,
            Err(fault) => faults.push(fault),
        });
    }

    /// Says of a call outside of the model that the function is known inside only.
    pub fn placed(&self, fault: Fault, texts: &Texts) -> Fault {
        let name = texts.slice(fault.span).split('(').next().unwrap_or("").trim();
        let Some(place) = self.defined(name).filter(|_| fault.code == language::codes::UNKNOWN_FUNCTION)
        else {
            return fault;
        };
        let message = format!("the function '{name}' is not known here");
        Fault::new(fault.code, fault.span, message)
            .also(place, "defined here")
            .help("functions belong to the model; values of [parameters], [run] and [[sweep]] are computed before it")
    }

    /// Tables by name, for values that are computed before the simulation.
    pub fn tables(&self) -> BTreeMap<String, (Data, Interpolated)> {
        let table = |lookup: &Lookup| match lookup.way {
            Way::Table(found) => Some((lookup.name.clone(), (self.data[lookup.data].clone(), found))),
            Way::Time(_) => None,
        };
        self.lookups.iter().filter_map(table).collect()
    }

    fn add(&mut self, name: &str, callable: Arc<dyn Callable>) {
        self.callables.push((name.to_owned(), callable));
    }
}

/// A function whose definition was refused.
#[derive(Debug)]
pub struct Refused;

impl Callable for Refused {
    fn usage(&self) -> String {
        String::new()
    }

    fn arguments(&self) -> &[Option<Dimension>] {
        &[]
    }

    fn result(&self, _: &Expr, _: &[Typed]) -> Result<Typed, Vec<Fault>> {
        Err(Vec::new())
    }

    fn is_refused(&self) -> bool {
        true
    }
}

/// A formula, read but not checked.
struct Read {
    key: Key,
    arguments: Vec<Argument>,
    body: Expr,
}

/// Reads and checks all functions; `parameters` have their kinds and dimensions.
pub fn read(
    written: &Written,
    folder: &Path,
    parameters: &Parameters,
    texts: &mut Texts,
    faults: &mut Vec<Fault>,
) -> Functions {
    let mut out = Functions::default();
    let mut formulas = Vec::new();
    for function in &written.functions {
        let key = &function.name;
        out.places.insert(key.name.clone(), key.span);
        let named = nameable(key, parameters);
        let good = named.is_ok();
        faults.extend(named.err());
        let form = if good { form(function, parameters, folder, texts, &mut out) } else { Err(Vec::new()) };
        match form {
            Ok(found) => formulas.extend(found),
            Err(more) => {
                faults.extend(more);
                out.add(&key.name, Arc::new(Refused));
            }
        }
    }
    check(formulas, parameters, texts, faults, &mut out);
    out
}

/// Refuses names that are taken.
fn nameable(key: &Key, parameters: &Parameters) -> Result<(), Fault> {
    names::definable(&key.name, key.span, Place::Parameter)?;
    if let Some(function) = built_in::lookup(&key.name) {
        let message = format!("'{}' is the name of a function", key.name);
        return Err(Fault::new(codes::NAME, key.span, message)
            .help(format!("there is {} already; choose another name", function.usage)));
    }
    if let Some(parameter) = parameters.defined(&key.name) {
        let message = format!("'{}' is the name of a parameter and of a function", key.name);
        return Err(Fault::new(codes::NAME, key.span, message)
            .label("the function")
            .also(parameter, "the parameter")
            .help("rename one of them"));
    }
    Ok(())
}

/// A formula, read; or a table, which is added at once.
fn form(
    function: &written::Function,
    parameters: &Parameters,
    folder: &Path,
    texts: &mut Texts,
    out: &mut Functions,
) -> Result<Option<Read>, Vec<Fault>> {
    let key = &function.name;
    match (function.is_formula, function.is_table) {
        (true, true) => {
            let message = format!("[functions.{}] has keys of a formula and of a table", key.name);
            let help = "a formula has 'arguments' and 'value', a table 'x' and 'y'";
            Err(vec![Fault::new(codes::FUNCTION, key.span, message).help(help)])
        }
        (false, false) => {
            let message = format!("[functions.{}] is neither a formula nor a table", key.name);
            let help = "write arguments = [\"x\"] and value = \"...\", or x = [...] and y = [...]";
            Err(vec![Fault::new(codes::FUNCTION, key.span, message).help(help)])
        }
        (true, false) => formula(function, parameters, texts).map(Some),
        (false, true) => {
            let table = tables::read(function, folder, texts)?;
            let data = out.data.len();
            out.add(&key.name, Arc::new(table.callable));
            out.lookups.push(Lookup { data, ..table.lookup });
            out.data.push(table.data);
            out.hashes.extend(table.hashes);
            Ok(None)
        }
    }
}

fn formula(
    function: &written::Function,
    parameters: &Parameters,
    texts: &mut Texts,
) -> Result<Read, Vec<Fault>> {
    let key = &function.name;
    let missing = |what: &str, example: &str| {
        let message = format!("[functions.{}] has no '{what}'", key.name);
        Fault::new(codes::MISSING_KEY, key.span, message).help(format!("for example: {example}"))
    };
    let mut faults = Vec::new();
    let mut arguments: Vec<Argument> = Vec::new();
    for text in function.arguments.iter().flat_map(|(list, _)| list) {
        match argument(*text, texts) {
            Ok(argument) => {
                if let Some(first) = arguments.iter().find(|a| a.name == argument.name) {
                    let message = format!("there are two arguments named '{}'", argument.name);
                    faults.push(
                        Fault::new(codes::TWICE, argument.span, message)
                            .also(first.span, "the other one")
                            .help("give one of them another name"),
                    );
                }
                arguments.push(argument);
            }
            Err(more) => faults.extend(more),
        }
    }
    if arguments.is_empty() && faults.is_empty() {
        faults.push(missing("arguments", "arguments = [\"x\", \"tau : second\"]"));
    }
    let Some(value) = function.value else {
        faults.push(missing("value", "value = \"x*exp(-1*ms/tau)\""));
        return Err(faults);
    };
    match parser::expression(texts.get(value.id), value.id) {
        Ok(expr) if faults.is_empty() => {
            let plain = Formula { expr, dimension: None, decimal: None };
            Ok(Read { key: key.clone(), arguments, body: parameters.with_constants(plain).expr })
        }
        Ok(_) => Err(faults),
        Err(fault) => {
            faults.push(fault);
            Err(faults)
        }
    }
}

/// `x`, or `tau : second`.
fn argument(text: Text, texts: &Texts) -> Result<Argument, Vec<Fault>> {
    let written = texts.get(text.id);
    let whole = texts.whole(text.id);
    if !written.contains(':') {
        let name = written.trim().to_owned();
        names::definable(&name, whole, Place::Temporary).map_err(|fault| vec![fault])?;
        return Ok(Argument { name, span: whole, dimension: None });
    }
    let equations = parser::equations(written, text.id)?;
    let [one] = equations.as_slice() else { return Err(vec![no_argument(whole)]) };
    if one.kind != EquationKind::Parameter || !one.flags.is_empty() {
        return Err(vec![no_argument(whole)]);
    }
    names::definable(&one.name, one.name_span, Place::Temporary).map_err(|fault| vec![fault])?;
    if one.value_kind != kernels::language::ast::ValueKind::Real {
        let message = format!("'{}' cannot be declared as boolean or integer", one.name);
        let fault = Fault::new(codes::FUNCTION, one.unit_span, message);
        return Err(vec![fault.help("arguments are numbers: leave the unit out, or write 1")]);
    }
    Ok(Argument { name: one.name.clone(), span: one.name_span, dimension: Some(one.dimension) })
}

fn no_argument(span: Span) -> Fault {
    Fault::new(codes::FUNCTION, span, "this is not an argument")
        .help("write a name, or a name and a unit: \"tau : second\"")
}

/// Checks formulas, those first that others are made of.
fn check(
    formulas: Vec<Read>,
    parameters: &Parameters,
    texts: &Texts,
    faults: &mut Vec<Fault>,
    out: &mut Functions,
) {
    let uses = |k: usize| {
        let mut used = Vec::new();
        walk::each(&formulas[k].body, &mut |part| {
            if let ExprKind::Call(name, _) = &part.kind {
                used.extend(formulas.iter().position(|f| f.key.name == *name));
            }
        });
        used
    };
    let (order, circles) = order::sorted(formulas.len(), &uses);
    for circle in &circles {
        faults.push(circle_fault(circle, &formulas));
    }
    let round: Vec<usize> = circles.into_iter().flatten().collect();
    let mut formulas: Vec<Option<Read>> = formulas.into_iter().map(Some).collect();
    for k in round {
        if let Some(read) = formulas[k].take() {
            out.add(&read.key.name, Arc::new(Refused));
        }
    }
    for k in order {
        let Some(Read { key, arguments, body }) = formulas[k].take() else { continue };
        let mut scope = parameters.scope_with_texts();
        out.declare(&mut scope);
        match UserFunction::new(key.name.clone(), key.span, arguments, body, Rc::new(scope)) {
            #[expect(clippy::arc_with_non_send_sync, reason = "functions of other kinds are shared so, too")]
            Ok(function) => out.add(&key.name, Arc::new(function)),
            Err(more) => {
                let clearer = parameters.quieted(more, texts).into_iter().map(|f| of_outside(f, texts));
                faults.extend(clearer);
                out.add(&key.name, Arc::new(Refused));
            }
        }
    }
}

/// Says of a name that is not known in a formula how it gets there: variables, lists and the time are handed over.
fn of_outside(mut fault: Fault, texts: &Texts) -> Fault {
    let at_a_loss = fault.help.as_deref().is_some_and(|help| help.starts_with("define it"));
    if fault.code == language::codes::UNKNOWN_NAME && at_a_loss {
        let name = texts.slice(fault.span);
        fault.help = Some(format!(
            "a function knows its arguments, parameters and other functions: add \"{name}\" to its arguments"
        ));
    }
    fault
}

fn circle_fault(circle: &[usize], formulas: &[Read]) -> Fault {
    let chain: Vec<&str> =
        circle.iter().chain(circle.first()).map(|k| formulas[*k].key.name.as_str()).collect();
    let message = match circle {
        [one] => format!("the function '{}' calls itself", formulas[*one].key.name),
        _ => format!("these functions call each other in a circle: {}", chain.join(" -> ")),
    };
    let fault = Fault::new(codes::FUNCTION, formulas[circle[0]].body.span, message);
    let marked = circle.iter().skip(1).fold(fault, |f, k| f.also(formulas[*k].body.span, "and this"));
    marked.help("a function stands for its expression, so one of them has to do without the others")
}

//! Listed pairs of `connect`, written in the job or read from files (`pair_arrays`: of two columns), and values of synaptic
//! variables given with them.
//!
//! Refuses lists that do not match, indices that are none, values of variables that there are not, of another dimension
//! or kind. Whether neurons exist is a rule of points.

use std::sync::Arc;

use kernels::language::ast::{Equation, EquationKind, Expr, ExprKind, Flag, Span, ValueKind};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::suggest;
use kernels::model::{Connect, Given, Side};

use super::model::Checker;
use super::pair_arrays::{TWO_COLUMNS, VALUES_APART};
use super::samples::Files;
use super::spike_tables::is_index;
use super::{data, formula};
use crate::codes;
use crate::tree::Key;
use crate::written::{self, Chosen, DataFile, Integers};

/// What is known of the variables of an object.
pub struct Own<'a> {
    /// Its equations.
    pub equations: &'a [Equation],
    /// The variable that numbers parallel synapses.
    pub multisynaptic: Option<&'a str>,
    /// What the delays of its pathways are called.
    pub delays: &'a [String],
}

impl Checker<'_> {
    /// Delays that are given with pairs become variables of the synapses, which the delays of pathways are computed from.
    pub(super) fn given_delays(
        &mut self,
        written: &written::Synapses,
        equations: &mut Vec<Equation>,
    ) -> Vec<Option<Expr>> {
        let mut out = Vec::new();
        for pathway in &written.pathways {
            let name = delay_name(pathway);
            let mut keys = written.connect.iter().flat_map(|rule| &rule.values).map(|(key, _)| key);
            let key = keys.find(|key| Some(&key.name) == name.as_ref()).filter(|_| pathway.code.is_some());
            out.push(key.and_then(|key| self.given_delay(key, pathway, equations)));
        }
        out
    }

    fn given_delay(
        &mut self,
        key: &Key,
        pathway: &written::Pathway,
        equations: &mut Vec<Equation>,
    ) -> Option<Expr> {
        equations.push(Equation {
            name: key.name.clone(),
            name_span: key.span,
            kind: EquationKind::Parameter,
            value_kind: ValueKind::Real,
            dimension: Dimension::TIME,
            unit_span: key.span,
            flags: vec![(Flag::Constant, key.span)],
        });
        if let Some(other) = &pathway.delay {
            let message = format!("'{}' is given with pairs, and for all synapses", key.name);
            let fault = Fault::new(codes::TWICE, key.span, message).also(other.span, "for all");
            return self.refuse(fault.help("leave one of them out; pairs without a delay have none"));
        }
        Some(Expr { kind: ExprKind::Name(key.name.clone()), span: key.span })
    }

    /// Values are given with listed pairs only.
    pub(super) fn values_without_pairs(&mut self, rule: &written::Connect) -> Option<()> {
        let Some((key, _)) = rule.values.first() else { return Some(()) };
        let fault = Fault::new(codes::CONNECT, key.span, "'values' are given with listed pairs");
        self.refuse(fault.help("elsewhere values are set by 'initial' and 'delay', which may use i and j"))
    }

    /// `{ i = [0, 1], j = [2, 3], values = { w = ["1 mV", "2 mV"] } }`, or columns of a file.
    pub(super) fn pairs(
        &mut self,
        rule: &written::Connect,
        own: &Own<'_>,
        files: &mut Files<'_>,
    ) -> Option<Connect> {
        self.alone(rule)?;
        let (i, j) = match (&rule.i, &rule.j) {
            (Some(i), Some(j)) => (self.side(rule, i, "i", files), self.side(rule, j, "j", files)),
            (None, None) if self.is_of_array(rule) => self.columns_of_array(rule, files)?,
            _ => {
                let fault = Fault::new(codes::CONNECT, rule.span, "listed pairs need both 'i' and 'j'");
                let of_array = self.is_of_array(rule);
                return self.refuse(match rule.file {
                    Some(_) if of_array => fault.help(TWO_COLUMNS),
                    Some(_) => fault.help("name their columns: i = \"source\", j = \"target\""),
                    None => fault,
                });
            }
        };
        let is_file = |side: &Option<Chosen>| matches!(side, Some(Chosen::File(_)));
        let rows = rule.file.is_some() || is_file(&rule.i) || is_file(&rule.j);
        let (i, j) = (i?, j?);
        if i.len() != j.len() {
            let message = format!("'i' has {} elements, but 'j' has {}", i.len(), j.len());
            return self.refuse(Fault::new(codes::CONNECT, rule.span, message));
        }
        if i.is_empty() {
            return self.refuse(Fault::new(codes::CONNECT, rule.span, "these lists are empty"));
        }
        let given: Vec<Option<Given>> = rule
            .values
            .iter()
            .map(|(key, given)| self.given(rule, key, given, i.len(), own, files))
            .collect();
        let given = given.into_iter().collect::<Option<Vec<Given>>>()?;
        Some(Connect::Pairs { i, j, given, rows, span: rule.span })
    }

    /// Refuses other ways of choosing pairs beside lists.
    fn alone(&mut self, rule: &written::Connect) -> Option<()> {
        let generated = |chosen: &Option<Chosen>| matches!(chosen, Some(Chosen::Generated(_)));
        if rule.file.is_none() && (generated(&rule.i) || generated(&rule.j)) {
            let fault =
                Fault::new(codes::CONNECT, rule.span, "a generator of one side stands without the other");
            return self
                .refuse(fault.help("write j = \"...\", which may use i, or i = \"...\", which may use j"));
        }
        let others = [&rule.p, &rule.n, &rule.out_degree, &rule.in_degree];
        if rule.condition.is_some() || others.into_iter().any(Option::is_some) {
            let message = "listed pairs ('i' and 'j') stand alone, without 'where', 'p' or 'n'";
            return self.refuse(Fault::new(codes::CONNECT, rule.span, message));
        }
        self.only_with("'skip_if_invalid' belongs to a generator or a degree", rule.skip_if_invalid)?;
        self.only_with("'repeats' belongs to 'out_degree' or 'in_degree'", rule.repeats)
    }

    /// The indices of one side.
    fn side(
        &mut self,
        rule: &written::Connect,
        chosen: &Chosen,
        name: &str,
        files: &mut Files<'_>,
    ) -> Option<Vec<u32>> {
        let (numbers, span) = match (chosen, rule.file) {
            (Chosen::Listed(list), _) => return self.indices(list),
            (Chosen::File(file), _) => (self.numbers_of(file, Dimension::NONE, name, files)?, file.span),
            (Chosen::Generated(column), Some(_)) if self.is_of_array(rule) => {
                return self.no_names_in_array(column.span, TWO_COLUMNS);
            }
            (Chosen::Generated(column), Some(file)) => {
                let file = DataFile { file, column: Some(*column), unit: None, span: column.span };
                (self.numbers_of(&file, Dimension::NONE, name, files)?, column.span)
            }
            (Chosen::Generated(text), None) => {
                return self.refuse(Fault::new(codes::CONNECT, text.span, "this is no list of indices"));
            }
        };
        self.all_indices(&numbers, name, span)
    }

    /// Numbers as indices.
    pub(super) fn all_indices(&mut self, numbers: &[f64], name: &str, span: Span) -> Option<Vec<u32>> {
        match numbers.iter().position(|i| !is_index(*i)) {
            None => Some(numbers.iter().map(|i| *i as u32).collect()),
            Some(k) => {
                let message = format!("'{name}', row {}: {} is not an index", k + 1, numbers[k]);
                let fault = Fault::new(codes::CONNECT, span, message);
                self.refuse(fault.help("indices are whole numbers that count from 0"))
            }
        }
    }

    /// The values of a variable.
    fn given(
        &mut self,
        rule: &written::Connect,
        key: &Key,
        given: &written::Given,
        pairs: usize,
        own: &Own<'_>,
        files: &mut Files<'_>,
    ) -> Option<Given> {
        let equation = self.given_variable(key, own)?;
        let (values, span) = match (given, rule.file) {
            (written::Given::List(items, span), _) => {
                let list = data::list(items, *span, self.texts());
                let (values, dimension) = self.keep(list)?;
                self.same_dimension(key, equation.dimension, dimension, *span)?;
                (Arc::new(values), *span)
            }
            (written::Given::File(file), _) => {
                (self.numbers_of(file, equation.dimension, &key.name, files)?, file.span)
            }
            (written::Given::Column(column), Some(_)) if self.is_of_array(rule) => {
                return self.no_names_in_array(column.span, VALUES_APART);
            }
            (written::Given::Column(column), Some(file)) => {
                let file = DataFile { file, column: Some(*column), unit: None, span: column.span };
                (self.numbers_of(&file, equation.dimension, &key.name, files)?, column.span)
            }
            (written::Given::Column(text), None) => {
                let fault = Fault::new(
                    codes::CONNECT,
                    text.span,
                    format!("'{}' names a column of no file", key.name),
                );
                return self.refuse(fault.help("name the file: file = \"pairs.csv\", or write a list"));
            }
        };
        if values.len() != pairs {
            let message = format!("'{}' has {} values, but there are {pairs} pairs", key.name, values.len());
            return self.refuse(Fault::new(codes::CONNECT, span, message).help("each pair has one value"));
        }
        self.of_kind(key, equation.value_kind, &values, span)?;
        Some(Given { variable: key.name.clone(), values })
    }

    fn given_variable<'e>(&mut self, key: &Key, own: &Own<'e>) -> Option<&'e Equation> {
        let is_stored = |e: &&Equation| matches!(e.kind, EquationKind::Parameter) && !e.has(Flag::Shared);
        let mut stored = own.equations.iter().filter(is_stored);
        let found = stored.clone().find(|e| e.name == key.name);
        if let Some(equation) = found.filter(|e| own.multisynaptic != Some(e.name.as_str())) {
            return Some(equation);
        }
        let message =
            format!("'{}' is not a variable of these synapses that has values of its own", key.name);
        let mut known: Vec<&str> = stored.by_ref().map(|e| e.name.as_str()).collect();
        known.extend(own.delays.iter().map(String::as_str));
        known.retain(|name| own.multisynaptic != Some(name));
        let fault = Fault::new(codes::CONNECT, key.span, message);
        self.refuse(match suggest::nearest(&key.name, &known) {
            Some(near) => fault.help(format!("did you mean '{near}'?")),
            None => fault.help(format!("values can be given of: {}", known.join(", "))),
        })
    }

    fn same_dimension(&mut self, key: &Key, wanted: Dimension, found: Dimension, span: Span) -> Option<()> {
        if wanted == found {
            return Some(());
        }
        let these = match found.is_none() {
            true => "pure numbers".to_owned(),
            false => format!("values {}", formula::phrase(found)),
        };
        let message = format!("'{}' is {}, but these are {these}", key.name, formula::phrase(wanted));
        self.refuse(
            Fault::new(codes::CONNECT, span, message)
                .help("elements of lists have a unit (\"1 mV\"), columns one in their name (w_mV), files have unit = \"mV\""),
        )
    }

    fn of_kind(&mut self, key: &Key, kind: ValueKind, values: &[f64], span: Span) -> Option<()> {
        let fits = |x: &f64| match kind {
            ValueKind::Real => true,
            ValueKind::Integer => x.fract() == 0.0 && x.abs() <= f64::from(i32::MAX),
            ValueKind::Boolean => *x == 0.0 || *x == 1.0,
        };
        let Some(k) = values.iter().position(|x| !fits(x)) else { return Some(()) };
        let what = if kind == ValueKind::Integer { "a whole number" } else { "0 or 1" };
        let message = format!("'{}', row {}: {} is not {what}", key.name, k + 1, values[k]);
        self.refuse(
            Fault::new(codes::CONNECT, span, message).help("round it, or let the variable be a number"),
        )
    }

    /// The numbers of a file that have this dimension.
    fn numbers_of(
        &mut self,
        file: &DataFile,
        wanted: Dimension,
        name: &str,
        files: &mut Files<'_>,
    ) -> Option<Arc<Vec<f64>>> {
        let grid = self.samples_of(file, files)?;
        if grid.columns.is_some() {
            let fault =
                Fault::new(codes::DATA, file.span, format!("the file of '{name}' has two dimensions"));
            return self.refuse(fault.help("write each list to a file of its own, or all to a CSV file"));
        }
        let key = Key { name: name.to_owned(), span: file.span };
        self.same_dimension(&key, wanted, grid.typed.dimension, file.span)?;
        Some(grid.values)
    }

    /// A list of indices.
    pub fn indices(&mut self, list: &Integers) -> Option<Vec<u32>> {
        let mut out = Vec::with_capacity(list.values.len());
        for (value, span) in &list.values {
            match u32::try_from(*value).ok().filter(|v| *v <= i32::MAX as u32) {
                Some(value) => out.push(value),
                None => {
                    let message = format!("{value} is not an index; indices count from 0");
                    return self.refuse(Fault::new(codes::CONNECT, *span, message));
                }
            }
        }
        Some(out)
    }
}

/// What the delays of pathways are called that can be given with pairs.
pub(super) fn delay_names(written: &written::Synapses) -> Vec<String> {
    written.pathways.iter().filter(|pathway| pathway.code.is_some()).filter_map(delay_name).collect()
}

/// What the delay of a pathway is called among the values of pairs.
fn delay_name(pathway: &written::Pathway) -> Option<String> {
    match (&pathway.name, pathway.side?) {
        (Some(key), _) => Some(format!("delay_{}", key.name)),
        (None, Side::Pre) => Some("delay".into()),
        (None, Side::Post) => Some("delay_post".into()),
    }
}

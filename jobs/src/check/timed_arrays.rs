//! `[timed_arrays.*]`: names, values, spacing; what a call of one needs and gives.
//!
//! Refuses names that mean something else, missing parts, interpolation between conditions. Whether `dt` is more than
//! zero is a rule of points.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernels::data::{Data, Lookup, Timed, Way};
use kernels::language::ast::{Expr, ExprKind, Span, ValueKind};
use kernels::language::callable::Callable;
use kernels::language::check::Typed;
use kernels::language::codes as language;
use kernels::language::dimension::Dimension;
use kernels::language::evaluate;
use kernels::language::fault::Fault;
use kernels::language::names::{Place as Where, definable};
use kernels::language::walk;
use kernels::model::{Clock, Model};

use super::formula;
use super::functions::Refused;
use super::model::Checker;
use super::samples::{self, Files, Grid, Place, Wanted};
use crate::points::{Bindings, Points, Projection};
use crate::texts::Texts;
use crate::tree::Key;
use crate::written::{Columns, Samples, Text, TimedArray, Written};
use crate::{codes, format};

/// What is known of a timed array where it is called.
#[derive(Debug)]
struct Signature {
    name: String,
    place: Span,
    arguments: Vec<Option<Dimension>>,
    gives: Typed,
}

impl Callable for Signature {
    fn usage(&self) -> String {
        let column = if self.arguments.len() > 1 { ", i" } else { "" };
        format!("{}(t{column})", self.name)
    }

    fn arguments(&self) -> &[Option<Dimension>] {
        &self.arguments
    }

    fn result(&self, _: &Expr, _: &[Typed]) -> Result<Typed, Vec<Fault>> {
        Ok(self.gives)
    }

    fn defined(&self) -> Option<Span> {
        Some(self.place)
    }
}

impl Checker<'_> {
    /// All timed arrays; what is refused is known by name all the same.
    pub fn timed_arrays(&mut self, written: &[TimedArray], files: &mut Files<'_>, model: &mut Model) {
        for array in written {
            let named = self.timed_name(&array.name);
            let linear = self.is_linear(array);
            let dt = match &array.dt {
                Some(dt) => self.fixed(dt, Dimension::TIME, &format!("the 'dt' of {}", array.name.name)),
                None => self.missing(&array.name, "timed_arrays", "dt", "dt = \"0.1 ms\""),
            };
            let grid = self.grid(array, files);
            let (Some(linear), Some(dt), Some(grid), true) = (linear, dt, grid, named) else {
                self.timed.push((array.name.name.clone(), Arc::new(Refused)));
                continue;
            };
            let Some(gives) = self.interpolated(array, linear, grid.typed) else {
                self.timed.push((array.name.name.clone(), Arc::new(Refused)));
                continue;
            };
            self.add_timed(
                &array.name,
                grid,
                Timed { dt, linear, columned: false, stepwise: Vec::new() },
                gives,
                model,
            );
        }
    }

    fn add_timed(&mut self, key: &Key, grid: Grid, timed: Timed, gives: Typed, model: &mut Model) {
        let name = &key.name;
        let mut arguments = vec![Some(Dimension::TIME)];
        arguments.extend(grid.columns.map(|_| Some(Dimension::NONE)));
        let signature = Signature { name: name.clone(), place: key.span, arguments, gives };
        self.timed.push((name.clone(), Arc::new(signature)));
        model.lookups.push(Lookup {
            name: name.clone(),
            kind: gives.kind,
            dimension: gives.dimension,
            data: model.data.len(),
            way: Way::Time(Timed { columned: grid.columns.is_some(), ..timed }),
        });
        let columns = grid.columns.unwrap_or(1);
        model.data.push(Data { name: name.clone(), values: grid.values, columns });
    }

    /// The name is a name of its own.
    fn timed_name(&mut self, key: &Key) -> bool {
        if let Err(fault) = definable(&key.name, key.span, Where::Parameter) {
            self.faults.push(fault);
            return false;
        }
        let Some((place, what)) = self.taken(&key.name) else { return true };
        let message = format!("'{}' is the name of a {what} and of a timed array", key.name);
        let fault = Fault::new(codes::NAME, key.span, message).label("the timed array");
        self.faults.push(fault.also(place, format!("the {what}")).help("rename one of them"));
        false
    }

    fn is_linear(&mut self, array: &TimedArray) -> Option<bool> {
        let Some(text) = array.interpolation else { return Some(false) };
        let id = self.substituted(text.id)?;
        let choice = self.read(id).trim().to_owned();
        let known = format::INTERPOLATIONS.names;
        match known.iter().position(|name| *name == choice) {
            Some(position) => Some(position == 1),
            None => {
                let message = format!("there is no interpolation '{choice}'");
                let help = format!("it is \"{}\"", known.join("\" or \""));
                self.refuse(Fault::new(codes::CHOICE, text.span, message).help(help))
            }
        }
    }

    /// What a call gives: between integers lie real numbers, between conditions nothing.
    fn interpolated(&mut self, array: &TimedArray, linear: bool, typed: Typed) -> Option<Typed> {
        match (linear, typed.kind) {
            (false, _) => Some(typed),
            (true, ValueKind::Boolean) => {
                let span = array.interpolation.map_or(array.name.span, |text| text.span);
                let message = "there is nothing between true and false that could be interpolated";
                let fault = Fault::new(codes::WRONG_TYPE, span, message);
                self.refuse(fault.help("leave 'interpolation' out, or write 0 and 1"))
            }
            (true, _) => Some(Typed::real(typed.dimension)),
        }
    }

    fn grid(&mut self, array: &TimedArray, files: &mut Files<'_>) -> Option<Grid> {
        let result = match &array.values {
            Some(Samples::List(items, span)) => samples::list(items, *span, self.texts()),
            Some(Samples::Rows(rows, span)) => {
                let rows: Vec<_> = rows.iter().map(|(items, span)| (items.as_slice(), *span)).collect();
                samples::rows(&rows, *span, self.texts())
            }
            Some(Samples::File(file)) => {
                let place = self.place(file, &array.name)?;
                files.samples(&place, self.texts())
            }
            None if array.has_values => return None,
            None => return self.missing(&array.name, "timed_arrays", "values", "values = [0, 1, 0]"),
        };
        let grid = self.keep(result)?;
        let rows = grid.values.len() / grid.columns.unwrap_or(1).max(1);
        if i32::try_from(rows).is_err() {
            let message = format!("{rows} samples are too many; there can be {}", i32::MAX);
            return self.refuse(Fault::new(codes::ARRAY, array.name.span, message));
        }
        Some(grid)
    }

    /// The names in a file's table, with texts put in.
    fn place(&mut self, file: &crate::written::SampleFile, name: &Key) -> Option<Place> {
        if let (Some(column), Some(columns)) = (file.column, &file.columns) {
            let span = match columns {
                Columns::All(text) => text.span,
                Columns::Listed(_, span) => *span,
            };
            let fault = Fault::new(codes::TWICE, span, "'column' and 'columns' cannot both be given");
            return self.refuse(fault.also(column.span, "one column").help("leave one of them out"));
        }
        let path = match file.file {
            Some(text) => self.put_in(text)?,
            None => return self.missing(name, "timed_arrays", "file", "values = { file = \"x.npy\" }"),
        };
        let columns = match (&file.columns, file.column) {
            (Some(Columns::All(text)), _) => Wanted::All(self.all_columns(*text)?),
            (Some(Columns::Listed(list, _)), _) => {
                Wanted::Listed(list.iter().map(|text| self.put_in(*text)).collect::<Option<_>>()?)
            }
            (None, Some(column)) => Wanted::One(self.put_in(column)?),
            (None, None) => Wanted::None,
        };
        let unit = match file.unit {
            Some(text) => Some(self.put_in(text)?),
            None => None,
        };
        Some(Place { file: path, columns, unit, span: file.span })
    }

    fn all_columns(&mut self, text: Text) -> Option<Text> {
        let text = self.put_in(text)?;
        if self.read(text.id) == format::ALL_COLUMNS.names[0] {
            return Some(text);
        }
        let message = format!("'columns' is a list of names, or \"all\", not \"{}\"", self.read(text.id));
        self.refuse(Fault::new(codes::CHOICE, text.span, message).help("one column is column = \"...\""))
    }

    /// The text with texts put in for their names.
    pub fn put_in(&mut self, text: Text) -> Option<Text> {
        let id = self.substituted(text.id)?;
        let span = if id == text.id { text.span } else { self.texts().whole(id) };
        Some(Text { id, span })
    }
}

/// The fault of a call where no timed array can be called: in parameters, sizes, connections, sweeps.
pub fn misplaced(mut fault: Fault, written: &Written, texts: &Texts) -> Fault {
    let called = texts.slice(fault.span).split('(').next().unwrap_or("").trim();
    let is_array = written.timed_arrays.iter().any(|array| array.name.name == called);
    if fault.code == language::UNKNOWN_FUNCTION && is_array {
        fault.message = format!("the timed array '{called}' cannot be called here");
        fault.help = Some(
            "it can be called where a simulation is going on: in equations, thresholds, resets, 'refractory', 'initial', \
             'on_pre', 'on_post' and rates"
                .into(),
        );
    }
    fault
}

/// Notes on which clocks of groups the values of an array hold for whole steps, at all points of a model.
pub fn find_stepwise(points: &Points, models: &mut [Model]) {
    let several = models.len() > 1;
    for (number, model) in models.iter_mut().enumerate() {
        let clocks: BTreeMap<usize, Expr> =
            model.groups.iter().filter_map(|g| Some((g.clock, step_of(model, g.clock, points)?))).collect();
        for lookup in &mut model.lookups {
            let Way::Time(timed) = &mut lookup.way else { continue };
            let holds = |step: &Expr| !timed.linear && is_stepwise(points, number, several, &timed.dt, step);
            timed.stepwise = clocks.iter().filter(|(_, step)| holds(step)).map(|(clock, _)| *clock).collect();
        }
    }
}

/// The time step of a clock.
fn step_of(model: &Model, clock: usize, points: &Points) -> Option<Expr> {
    match clock.checked_sub(1).map(|k| &model.clocks[k]) {
        None => Some(points.run_formulas().dt.clone()),
        Some(Clock::Every(dt)) => Some(dt.clone()),
        Some(Clock::At(_)) => None,
    }
}

fn is_stepwise(points: &Points, model: usize, several: bool, dt: &Expr, step: &Expr) -> bool {
    let used = formula::names(dt).into_iter().chain(formula::names(step));
    let slot = |name: &str| points.frame().numbers.iter().position(|(own, ..)| own == name);
    let mut uses: Vec<usize> = used.filter_map(|(name, _)| slot(&name)).collect();
    uses.sort_unstable();
    uses.dedup();
    points.blocks().all(|(block, ..)| {
        let projection = Projection::of(block, &uses, several);
        let visited = projection.visit(&mut Bindings::new(points.frame()), |config, bindings, failed| {
            if failed.is_some() || (several && block.variant(block.combination(config)) != model) {
                return Ok(());
            }
            let value = |expr: &Expr| evaluate::scalar(expr, bindings).ok().and_then(|v| v.real());
            match (value(dt), value(step)) {
                (Some(dt), Some(step)) if !is_multiple(dt, step) => Err(()),
                _ => Ok(()),
            }
        });
        visited.is_ok()
    })
}

/// A whole number of steps, one or more, within rounding.
fn is_multiple(dt: f64, step: f64) -> bool {
    let ratio = dt / step;
    let near = libm::rint(ratio);
    near >= 1.0 && (ratio - near).abs() <= 1e-9 * near
}

/// Whether an expression calls only what the language has itself, so that its value follows from parameters.
pub fn calls_of_language(expr: &Expr) -> bool {
    let mut all = true;
    walk::each(expr, &mut |part| {
        if let ExprKind::Call(name, _) = &part.kind {
            all &= kernels::language::functions::lookup(name).is_some();
        }
    });
    all
}

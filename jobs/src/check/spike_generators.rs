//! `[spike_generators.*]`: lists of spikes, written in the job or read from files.
//!
//! Refuses lists of different lengths, indices that are no whole numbers, times without unit. What depends on values at
//! points is in `rules::trains`, tables are in `spike_tables`.

use kernels::data::Data;
use kernels::language::ast::{Expr, Span};
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::model::{Model, RowsOf, SpikeGenerator, SpikeList};

use super::formula;
use super::model::Checker;
use super::samples::Files;
use super::spike_tables::{Spikes, is_index};
use crate::codes;
use crate::tree::Key;
use crate::written::{self, DataFile, Indices, Scalar, SpikeTimes, Text};

/// What is missing where a list is.
const INDICES: &str = "indices = [0, 1]";
const TIMES: &str = "times = [\"1 ms\", \"2 ms\"]";

impl Checker<'_> {
    /// `[spike_generators.NAME]`; a list that was refused is empty, to go on.
    pub fn spike_generator(
        &mut self,
        written: &written::SpikeGenerator,
        files: &mut Files<'_>,
        model: &mut Model,
    ) -> SpikeGenerator {
        let name = &written.name;
        let size = self.size(name, "spike_generators", written.size.as_ref());
        let spikes = self.spike_list(written, files, model);
        if let (Some((_, span)), None) = (&written.rows, written.csv) {
            let fault = Fault::new(codes::SPIKES, *span, "'rows' chooses among the rows of a table");
            self.faults.push(fault.help("name the table: csv = \"spikes.csv\""));
        }
        let period = written.period.as_ref();
        SpikeGenerator {
            name: name.name.clone(),
            span: name.span,
            size,
            spikes: spikes.unwrap_or(SpikeList::Written(Vec::new())),
            period: period.and_then(|period| self.fixed(period, Dimension::TIME, "the period")),
            clock: self.clock(written.dt.as_ref()),
            when: self.when(written.slot, written.order, ("thresholds", 0)),
        }
    }

    fn spike_list(
        &mut self,
        written: &written::SpikeGenerator,
        files: &mut Files<'_>,
        model: &mut Model,
    ) -> Option<SpikeList> {
        if written.unread {
            return None;
        }
        let (name, table) = (&written.name, "spike_generators");
        match (&written.indices, &written.times, written.csv) {
            (None, None, Some(csv)) => self.table_of_spikes(written, csv, files, model),
            (Some(indices), Some(times), None) => self.listed(name, indices, times, files, model),
            (None, None, None) => self.missing(name, table, "times", &format!("{INDICES}, {TIMES}")),
            (None, _, None) => self.missing(name, table, "indices", INDICES),
            (_, None, None) => self.missing(name, table, "times", TIMES),
            (.., Some(csv)) => {
                let message = "a table of spikes holds indices and times; they cannot be given besides";
                let fault = Fault::new(codes::TWICE, csv.span, message);
                self.refuse(fault.help("keep either the table or the lists"))
            }
        }
    }

    /// `csv`, `rows`
    fn table_of_spikes(
        &mut self,
        written: &written::SpikeGenerator,
        csv: Text,
        files: &mut Files<'_>,
        model: &mut Model,
    ) -> Option<SpikeList> {
        let chosen = match &written.rows {
            Some((rows, span)) => Some(self.chosen(rows, *span)?),
            None => None,
        };
        let file = self.put_in(csv)?;
        let result = files.spikes(file, chosen.as_ref().map(|(column, _)| *column), self.texts());
        let spikes = self.keep(result)?;
        let of = match (chosen, &spikes.places) {
            (Some((_, number)), Some(places)) => Some(RowsOf { number, places: places.clone() }),
            _ => None,
        };
        Some(add(&written.name, &spikes, of, file.span, model))
    }

    /// Column and number.
    fn chosen<'w>(&mut self, rows: &'w [(Key, Scalar)], span: Span) -> Option<(&'w Key, Expr)> {
        let [(column, number)] = rows else {
            let fault = Fault::new(codes::SPIKES, span, "'rows' names one column");
            return self.refuse(fault.help("for example: rows = { point = 3 }"));
        };
        let what = format!("the number in column '{}'", column.name);
        Some((column, self.fixed(number, Dimension::NONE, &what)?))
    }

    /// `indices`, `times`
    fn listed(
        &mut self,
        name: &Key,
        indices: &Indices,
        times: &SpikeTimes,
        files: &mut Files<'_>,
        model: &mut Model,
    ) -> Option<SpikeList> {
        let (neurons, of_neurons) = match indices {
            Indices::List(list) => (self.indices(list)?, list.span),
            Indices::File(file) => (self.neurons_of(file, files)?, file.span),
        };
        match times {
            SpikeTimes::List(times, span) => {
                self.as_many((neurons.len(), of_neurons), (times.len(), *span))?;
                let times: Vec<Option<Expr>> =
                    times.iter().map(|time| self.fixed(time, Dimension::TIME, "the time")).collect();
                let times = times.into_iter().collect::<Option<Vec<Expr>>>()?;
                Some(SpikeList::Written(neurons.into_iter().zip(times).collect()))
            }
            SpikeTimes::File(file) => {
                let times = self.numbers(file, Dimension::TIME, files)?;
                self.as_many((neurons.len(), of_neurons), (times.len(), file.span))?;
                if let Some(k) = times.iter().position(|t| *t < 0.0) {
                    let message = format!("element {k} of the times is before the beginning");
                    return self.refuse(Fault::new(codes::SPIKES, file.span, message));
                }
                let rows = times.iter().zip(&neurons).map(|(t, i)| [0.0, *t, f64::from(*i)]);
                let spikes = Spikes::sorted(&rows.collect::<Vec<_>>(), false);
                Some(add(name, &spikes, None, file.span, model))
            }
        }
    }

    fn as_many(&mut self, indices: (usize, Span), times: (usize, Span)) -> Option<()> {
        if indices.0 == times.0 {
            return Some(());
        }
        let message = format!("there are {} indices, but {} times", indices.0, times.0);
        let fault = Fault::new(codes::SPIKES, times.1, message).also(indices.1, "the indices");
        self.refuse(fault.help("each spike has a neuron and a time"))
    }

    fn neurons_of(&mut self, file: &DataFile, files: &mut Files<'_>) -> Option<Vec<u32>> {
        let numbers = self.numbers(file, Dimension::NONE, files)?;
        match numbers.iter().position(|i| !is_index(*i)) {
            None => Some(numbers.iter().map(|i| *i as u32).collect()),
            Some(k) => {
                let message =
                    format!("element {k} of the indices is {}, which is no number of a neuron", numbers[k]);
                self.refuse(Fault::new(codes::SPIKES, file.span, message))
            }
        }
    }

    /// The numbers of a file that have this dimension.
    fn numbers(&mut self, file: &DataFile, wanted: Dimension, files: &mut Files<'_>) -> Option<Vec<f64>> {
        let grid = self.samples_of(file, files)?;
        if grid.columns.is_some() {
            let fault = Fault::new(codes::DATA, file.span, "a list of spikes has one dimension");
            return self.refuse(fault.help("write the file with numpy's x.ravel()"));
        }
        if grid.typed.dimension != wanted {
            let has = formula::phrase(grid.typed.dimension);
            let fault = |message: String| Fault::new(codes::SPIKES, file.span, message);
            return self.refuse(match wanted.is_none() {
                true => fault(format!("numbers of neurons cannot be values {has}")),
                false => fault(format!("these are values {has}; times need a unit of time"))
                    .help("add unit = \"ms\""),
            });
        }
        Some(grid.values.to_vec())
    }
}

/// Adds the data of a generator. No other data have its name: names of users begin with a letter or `_`.
fn add(name: &Key, spikes: &Spikes, of: Option<RowsOf>, span: Span, model: &mut Model) -> SpikeList {
    model.data.push(Data { name: format!("0{}", name.name), values: spikes.values.clone(), columns: 2 });
    SpikeList::Rows { data: model.data.len() - 1, of, lines: spikes.lines.clone(), span }
}

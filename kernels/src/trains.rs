//! The lists of spike generators at one set of parameter values: which spikes, and where they lie.

use crate::language::evaluate::Values;
use crate::layout::{real, whole};
use crate::model::{Model, SpikeGenerator, SpikeList};

/// The list of a spike generator at one set of parameter values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Train {
    /// Where it lies.
    pub spikes: Spikes,
    /// Steps after which it begins anew; 0: never.
    pub period: u64,
}

/// Where the list of a spike generator lies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Spikes {
    /// In the arena: bits of times in seconds, and neurons; in order.
    Own(Vec<(u64, u32)>),
    /// So many rows of the generator's block of data, from this one on.
    Rows(u64, u64),
}

impl Train {
    pub(crate) fn of(
        generator: &SpikeGenerator,
        values: &dyn Values,
        rows: &dyn Fn(usize) -> u64,
        dt: f64,
    ) -> Option<Train> {
        let spikes = match &generator.spikes {
            SpikeList::Written(list) => {
                let list = list.iter().map(|(i, t)| Some((real(t, values)?, *i)));
                Spikes::Own(in_order(list.collect::<Option<_>>()?))
            }
            SpikeList::Rows { data, of: None, .. } => Spikes::Rows(0, rows(*data)),
            SpikeList::Rows { of: Some(of), .. } => {
                let (start, count) = of.places.get(&whole(&of.number, values)?).copied().unwrap_or((0, 0));
                Spikes::Rows(start, count)
            }
        };
        let period = match &generator.period {
            Some(period) => (real(period, values)? / dt).round().max(1.0) as u64,
            None => 0,
        };
        Some(Train { spikes, period })
    }

    /// How many of its spikes have times (s) before this one.
    pub fn before(&self, end: f64, generator: &SpikeGenerator, model: &Model) -> u64 {
        match (&self.spikes, &generator.spikes) {
            (Spikes::Rows(first, count), SpikeList::Rows { data, .. }) => {
                let (first, count) = (*first as usize, *count as usize);
                let rows = &model.data[*data].values[2 * first..2 * (first + count)];
                rows.chunks_exact(2).filter(|row| row[0] < end).count() as u64
            }
            (Spikes::Own(list), _) => list.iter().filter(|(t, _)| f64::from_bits(*t) < end).count() as u64,
            _ => 0,
        }
    }

    /// How many spikes it has.
    pub fn count(&self) -> u64 {
        match &self.spikes {
            Spikes::Own(list) => list.len() as u64,
            Spikes::Rows(_, count) => *count,
        }
    }
}

/// Sorted by time, then by neuron, as Brian sorts. Times are not negative (those that rounding has put just below 0 are
/// 0), so that their bits are in their order.
fn in_order(list: Vec<(f64, u32)>) -> Vec<(u64, u32)> {
    let mut bits: Vec<(u64, u32)> =
        list.into_iter().map(|(t, i)| ((t.max(0.0) + 0.0).to_bits(), i)).collect();
    bits.sort_unstable();
    bits
}

//! Numbers on their way to a table: the unit of a column, and rows as they grow.

use jobs::ColumnKind;
use kernels::layout::{Shape, Ticks};

use super::super::keeper::{Keeper, Kept};
use crate::store::DecimalTime;
use crate::store::numbers::{moved, write_i64, write_moved, write_time, write_u64};

/// How one number of a row is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    kind: ColumnKind,
    /// How far the decimal point moves to the right from SI to the column's unit. (All units are powers of ten.)
    places: i32,
}

impl Shown {
    /// In a unit of this size.
    pub fn new(kind: ColumnKind, scale: f64) -> Shown {
        Shown { kind, places: -libm::round(libm::log10(scale)) as i32 }
    }

    /// As a column of a table shows it.
    pub fn of(column: &jobs::Column) -> Shown {
        Shown::new(column.kind, column.unit.scale)
    }

    /// The number in the column's unit.
    pub fn convert(&self, value: f64) -> f64 {
        moved(value, self.places)
    }

    fn write(&self, out: &mut Vec<u8>, value: f64) {
        match self.kind {
            ColumnKind::Real => write_moved(out, value, self.places),
            _ => write_i64(out, value as i64),
        }
    }
}

/// Rows of one table at one point that are not written yet. A row begins with `point` or `start`, goes on with further
/// cells, and is ended.
#[derive(Debug)]
pub struct Rows {
    bytes: Vec<u8>,
    point: u64,
    /// Ticks in the unit of the table's times.
    times: Times,
    /// Steps of which there are no rows: from the first up to the second, while the monitor rests.
    hidden: Vec<(i64, i64)>,
    /// Where the row begins, if it is one of those.
    dropped: Option<usize>,
}

/// The times of the steps of a clock, as decimals.
#[derive(Debug, Clone)]
pub enum Times {
    /// Multiples of this.
    Every(DecimalTime),
    /// These.
    At(Vec<DecimalTime>),
}

impl Times {
    /// Of a clock at a point; `dt` is that of the run, in seconds.
    pub fn of(shape: &Shape, clock: usize, dt: f64) -> Times {
        let decimal = |t: f64| DecimalTime::from_f64(t).unwrap_or(DecimalTime { mantissa: 0, exponent: 0 });
        match clock.checked_sub(1).map(|k| &shape.clocks[k]) {
            Some(Ticks::At { times, .. }) => {
                Times::At(times.iter().map(|t| decimal(f64::from_bits(*t))).collect())
            }
            _ => Times::Every(decimal(shape.dt(clock, dt))),
        }
    }

    /// In another unit: times 10 to this power.
    fn shifted(self, power: i32) -> Times {
        match self {
            Times::Every(dt) => Times::Every(dt.shifted(power)),
            Times::At(times) => Times::At(times.into_iter().map(|t| t.shifted(power)).collect()),
        }
    }

    fn write(&self, out: &mut Vec<u8>, steps: i64) {
        match self {
            Times::Every(dt) => write_time(out, steps, *dt),
            Times::At(times) => write_time(out, 1, times[steps as usize]),
        }
    }
}

impl Rows {
    /// None yet. `power`: that of ten from seconds to the unit of times.
    pub fn new(point: u64, times: Times, power: i32) -> Rows {
        Rows { bytes: Vec::new(), point, times: times.shifted(power), hidden: Vec::new(), dropped: None }
    }

    /// Begins a row with its point.
    pub fn point(&mut self) -> &mut Rows {
        write_u64(&mut self.bytes, self.point);
        self
    }

    /// Begins a row with its point and the time of a step.
    pub fn start(&mut self, step: i64) -> &mut Rows {
        if self.hidden.iter().any(|(from, to)| (*from..*to).contains(&step)) {
            self.dropped = Some(self.bytes.len());
        }
        self.point().time(step)
    }

    /// A cell: so many steps as a time.
    pub fn time(&mut self, steps: i64) -> &mut Rows {
        self.bytes.push(b',');
        self.times.write(&mut self.bytes, steps);
        self
    }

    /// A cell: a name of the model, which needs no quotes.
    pub fn text(&mut self, text: &str) -> &mut Rows {
        self.bytes.push(b',');
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// A cell: an index or a count.
    pub fn count(&mut self, count: u64) -> &mut Rows {
        self.bytes.push(b',');
        write_u64(&mut self.bytes, count);
        self
    }

    /// A cell: a value in SI units.
    pub fn value(&mut self, shown: &Shown, value: f64) -> &mut Rows {
        self.bytes.push(b',');
        shown.write(&mut self.bytes, value);
        self
    }

    /// Ends the row.
    pub fn end(&mut self) {
        self.bytes.push(b'\n');
        if let Some(begin) = self.dropped.take() {
            self.bytes.truncate(begin);
        }
    }

    /// There are no rows of steps from this one on, until [`Rows::show`].
    pub fn hide(&mut self, from: i64) {
        self.hidden.push((from, i64::MAX));
    }

    /// There are rows again.
    pub fn show(&mut self, from: i64) {
        if let Some(last) = self.hidden.last_mut() {
            last.1 = last.1.min(from);
        }
    }

    /// The rows as they will be written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Of which steps there are none; rows that are not written yet are not kept.
    pub fn keep(&mut self, keeper: &mut Keeper<'_>) -> Kept {
        keeper.value(&mut self.hidden)
    }

    /// Forgets them; they are written.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

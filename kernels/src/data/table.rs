//! Tables with interpolation: how their rows lie in memory, and their values on the host.
//!
//! The same in C: `kernels/prelude/table.c`; both give the same bits.

use super::Data;

/// Numbers in a row: x, y, the slope to the next row, and in the first row the inverse of the spacing.
const WIDTH: usize = 4;

/// The most rows of a table: kernels count them in 32 bits.
pub const MOST_ROWS: usize = 1 << 28;

/// How a value is found in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interpolated {
    /// Between two rows.
    pub way: Interpolation,
    /// Outside of the table: NaN; else the value at its end holds.
    pub nan: bool,
    /// x are equidistant, so that a row is found by its number.
    pub even: bool,
}

/// What holds between two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpolation {
    /// A straight line.
    Linear,
    /// The row before.
    Previous,
    /// The nearest row, the upper one of two that are as near.
    Nearest,
}

/// The rows of a table in memory. `x` rises strictly and has at least two values, `y` as many.
pub fn rows(x: &[f64], y: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(WIDTH * x.len());
    for k in 0..x.len() {
        let slope = if k + 1 < x.len() { (y[k + 1] - y[k]) / (x[k + 1] - x[k]) } else { 0.0 };
        let inverse = if k == 0 { (x.len() - 1) as f64 / (x[x.len() - 1] - x[0]) } else { 0.0 };
        out.extend([x[k], y[k], slope, inverse]);
    }
    out
}

/// Whether values are so nearly equidistant that a row found by its number is at most one off.
pub fn is_even(x: &[f64]) -> bool {
    let spacing = (x[x.len() - 1] - x[0]) / (x.len() - 1) as f64;
    let off = |(k, value): (usize, &f64)| (value - (x[0] + k as f64 * spacing)).abs() <= 1e-3 * spacing;
    spacing.is_finite() && (1.0 / spacing).is_finite() && x.iter().enumerate().all(off)
}

/// The value of a table.
pub fn value(data: &Data, found: Interpolated, x: f64) -> f64 {
    let (values, rows) = (&data.values, data.rows());
    let at = |row: usize| &values[WIDTH * row..WIDTH * (row + 1)];
    let (first, last) = (at(0)[0], at(rows - 1)[0]);
    let above = if x > first { x } else { first };
    let inside = if above < last { above } else { last };
    // The last row whose x is not above the argument.
    let (mut row, mut left) = (0, rows);
    while left > 1 {
        let half = left / 2;
        row = if at(row + half)[0] <= inside { row + half } else { row };
        left -= half;
    }
    let (here, next) = (at(row), at((row + 1).min(rows - 1)));
    let y = match found.way {
        Interpolation::Linear => here[1] + here[2] * (inside - here[0]),
        Interpolation::Previous => here[1],
        Interpolation::Nearest if inside - here[0] < next[0] - inside => here[1],
        Interpolation::Nearest => next[1],
    };
    if x.is_nan() || found.nan && x != inside { f64::NAN } else { y }
}

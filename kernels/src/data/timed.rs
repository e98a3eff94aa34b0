//! Values of timed arrays on the host, for estimates: the rules of `prelude/lookup.c`.

use super::{Data, Timed};

/// The value at a time and in a column; `spacing` is what `dt` of the array comes to, `step` the time step of the run (s).
/// Not a number where there is no such column.
pub fn value(data: &Data, timed: &Timed, spacing: f64, step: f64, t: f64, column: i64) -> f64 {
    let last = data.rows().saturating_sub(1) as f64;
    let inside = |bin: f64| bin.max(0.0).min(last);
    if !timed.linear {
        let finer = finer(spacing, step);
        return entry(data, inside((t / (spacing / finer) + 0.5) / finer) as usize, column);
    }
    let position = inside(t / spacing);
    let row = position as usize;
    let (before, after) = (entry(data, row, column), entry(data, (row + 1).min(last as usize), column));
    before + (position - row as f64) * (after - before)
}

/// Brian's K.
fn finer(spacing: f64, step: f64) -> f64 {
    let (wanted, mut finer) = (8.0 / step * spacing, 1.0);
    while finer < wanted && finer < 2f64.powi(100) {
        finer *= 2.0;
    }
    finer
}

fn entry(data: &Data, row: usize, column: i64) -> f64 {
    match usize::try_from(column).ok().filter(|column| *column < data.columns) {
        Some(column) => data.values[row * data.columns + column],
        None => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn rows_lines_and_columns() {
        let data = Data { name: "x".into(), values: Arc::new(vec![1.0, 10.0, 2.0, 20.0]), columns: 2 };
        let dt = crate::program::algebra::real(1e-3);
        let mut timed = Timed { dt, linear: false, columned: true, stepwise: Vec::new() };
        let at = |timed: &Timed, t: f64, column: i64| value(&data, timed, 1e-3, 1e-4, t, column);
        // The last double before 1 ms belongs to the row that begins there.
        let before = 1e-3_f64.next_down();
        for (t, column, expected) in [(-1.0, 0, 1.0), (0.9e-3, 0, 1.0), (before, 1, 20.0), (9.0, 0, 2.0)] {
            assert_eq!(at(&timed, t, column), expected, "{t}, {column}");
        }
        assert!(at(&timed, 0.0, 2).is_nan() && at(&timed, 0.0, -1).is_nan());
        timed.linear = true;
        for (t, expected) in [(-1.0, 10.0), (0.25e-3, 12.5), (1.0, 20.0)] {
            assert_eq!(at(&timed, t, 1), expected, "{t}");
        }
    }
}

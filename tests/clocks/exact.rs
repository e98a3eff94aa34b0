//! Clocks in whole microseconds: what is exact in the arithmetic of integers, and random numbers for jobs.

use crate::support::Table;

/// Microseconds.
pub type Us = i64;

/// Steps that time steps are taken from: multiples of each other, and not.
pub const STEPS: [Us; 8] = [50, 70, 100, 130, 200, 250, 300, 370];

/// A generator of numbers for test cases (SplitMix64).
pub struct Random(pub u64);

impl Random {
    /// From 0 up to, not including, `n`.
    pub fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as i64
    }

    /// One of these.
    pub fn of(&mut self, list: &[Us]) -> Us {
        list[self.below(list.len() as i64) as usize]
    }
}

/// Steps of a clock that begin before `end`.
pub fn ticks(end: Us, step: Us) -> i64 {
    (end + step - 1) / step
}

/// The step of a spike of a list: int((time + step/1000)/step).
pub fn bin(time: Us, step: Us) -> i64 {
    (1000 * time + step) / (1000 * step)
}

/// A delay in steps: rounded, halves up.
pub fn delayed(delay: Us, step: Us) -> i64 {
    (2 * delay + step) / (2 * step)
}

/// Whether a delay lies halfway between steps, where rounding errors decide.
pub fn is_halfway(delay: Us, step: Us) -> bool {
    (2 * delay + step) % (2 * step) == 0
}

/// How many of these times are not later than `t`.
pub fn until(times: &[Us], t: Us) -> i64 {
    times.iter().filter(|time| **time <= t).count() as i64
}

/// The last of these times that is not later than `t`; 0 if there is none.
pub fn last(times: &[Us], t: Us) -> Us {
    times.iter().filter(|time| **time <= t).max().copied().unwrap_or(0)
}

/// A column of milliseconds in microseconds, which it must be within a millionth.
pub fn microseconds(table: &Table, column: &str) -> Vec<Us> {
    let whole = |ms: f64| {
        let us = (ms * 1e3).round();
        assert!((ms * 1e3 - us).abs() < 1e-6, "{column}: {ms} ms");
        us as Us
    };
    table.numbers(column).into_iter().map(whole).collect()
}

/// A column of whole numbers.
pub fn integers(table: &Table, column: &str) -> Vec<i64> {
    table.texts(column).into_iter().map(|text| text.parse().unwrap()).collect()
}

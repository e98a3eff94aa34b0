//! Designs: points spread over a box instead of along a grid. Where a point lies on an axis is computed from the key of
//! the axis and the point's number alone.

pub mod between;
mod permutation;
mod philox;
pub mod sobol;

use std::sync::Arc;

use kernels::language::evaluate::Value;

use between::Between;
use permutation::Permutation;

/// No design has more points: digits of their places fit a double exactly.
pub const MOST_POINTS: u64 = 1 << 28;
/// Streams of random words of an axis.
const RANDOM: u64 = 0;
const IN_CELL: u64 = 1;
/// Digits of a place within a cell: with those of the cell's number they fit a double exactly.
const CELL_DIGITS: u32 = 24;

/// How a design spreads its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Each axis is cut into as many equal cells as there are points; each cell has one point, somewhere in it (McKay,
    /// Beckman & Conover, Technometrics 21:239, 1979).
    LatinHypercube,
    /// A Sobol sequence.
    Sobol,
    /// Independent points.
    Random,
}

/// One coordinate of all points of a design, in [0, 1).
#[derive(Debug, Clone)]
pub enum Coordinate {
    /// See [`Kind::LatinHypercube`].
    LatinHypercube {
        /// The cell of each point.
        cells: Permutation,
        /// How many there are.
        n: u64,
        /// Key of the places in the cells.
        key: u64,
    },
    /// See [`Kind::Sobol`].
    Sobol(sobol::Dimension),
    /// See [`Kind::Random`].
    Random {
        /// Key of the places.
        key: u64,
    },
}

/// The key of an axis: a frozen hash of the seed, the block's place among those of the job, and the axis's name.
pub fn key(seed: u64, block: u64, axis: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"spikesweep design 1\n");
    for number in [seed, block, axis.len() as u64] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(axis.as_bytes());
    let hash = hasher.finalize();
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

impl Coordinate {
    /// Coordinate number `dimension` of a design of `n` points; `scramble` matters to Sobol sequences alone.
    pub fn new(kind: Kind, n: u64, dimension: usize, key: u64, scramble: bool) -> Coordinate {
        match kind {
            Kind::LatinHypercube => Coordinate::LatinHypercube { cells: Permutation::new(key, n), n, key },
            Kind::Sobol => Coordinate::Sobol(sobol::Dimension::new(dimension, scramble.then_some(key))),
            Kind::Random => Coordinate::Random { key },
        }
    }

    /// Where point `k` lies.
    pub fn at(&self, k: u64) -> f64 {
        match self {
            Coordinate::LatinHypercube { cells, n, key } => {
                let place = philox::words(*key, k, IN_CELL).0 >> (64 - CELL_DIGITS);
                let in_cell = (place as f64 + 0.5) / (1_u64 << CELL_DIGITS) as f64;
                (cells.at(k) as f64 + in_cell) / *n as f64
            }
            Coordinate::Sobol(dimension) => dimension.at(k),
            Coordinate::Random { key } => philox::unit(philox::words(*key, k, RANDOM).0),
        }
    }
}

/// The values of an axis of a design.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Where the points lie; zipped axes share it.
    pub coordinate: Arc<Coordinate>,
    /// How many points there are.
    pub count: u64,
    /// What is there.
    pub over: Over,
}

/// What an axis of a design runs over.
#[derive(Debug, Clone)]
pub enum Over {
    /// [0, 1) itself, for values that are computed at each point.
    Unit,
    /// A range.
    Between(Between),
    /// Items of a list, each with an equal part of [0, 1).
    Items(Arc<Vec<Value>>),
}

impl Drawn {
    /// The value of point `k`.
    pub fn get(&self, k: u64) -> Value {
        let u = self.coordinate.at(k);
        match &self.over {
            Over::Unit => Value::Real(u),
            Over::Between(between) => between.at(u),
            Over::Items(items) => items.get(item(u, items.len())).cloned().unwrap_or(Value::Real(f64::NAN)),
        }
    }
}

/// Which of `count` items lies at `u`.
pub fn item(u: f64, count: usize) -> usize {
    (libm::floor(u * count as f64) as usize).min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn latin(n: u64, axis: &str) -> Coordinate {
        Coordinate::new(Kind::LatinHypercube, n, 0, key(1, 0, axis), true)
    }

    fn is_stratified(coordinate: &Coordinate, n: u64) -> bool {
        let mut seen = vec![false; n as usize];
        (0..n).for_each(|k| seen[(coordinate.at(k) * n as f64) as usize] = true);
        seen.into_iter().all(|s| s)
    }

    proptest! {
        #[test]
        fn each_cell_of_a_latin_hypercube_has_one_point(n in 1_u64..3000, axis in "[a-z]{1,8}") {
            prop_assert!(is_stratified(&latin(n, &axis), n));
        }

        #[test]
        fn coordinates_lie_below_one(k in 0_u64..100_000_000, seed: u64, number in 0_usize..40) {
            for kind in [Kind::LatinHypercube, Kind::Sobol, Kind::Random] {
                let u = Coordinate::new(kind, 100_000_000, number, key(seed, 0, "a"), true).at(k);
                prop_assert!((0.0..1.0).contains(&u));
            }
        }
    }

    #[test]
    fn each_cell_of_a_million_has_one_point() {
        for n in [1, 2, 997, 999_983, 1_000_000] {
            assert!(is_stratified(&latin(n, "tau"), n), "{n}");
        }
    }

    /// The place within a cell is uniform, too: chi-square in 16 parts of 10^5 places, 0.9999 quantile.
    #[test]
    fn places_in_cells_are_uniform() {
        let (n, mut counts) = (100_000_u64, [0_u32; 16]);
        let coordinate = latin(n, "tau");
        (0..n).for_each(|k| counts[(coordinate.at(k) * n as f64 % 1.0 * 16.0) as usize] += 1);
        let mean = n as f64 / 16.0;
        let chi: f64 = counts.iter().map(|c| (f64::from(*c) - mean).powi(2) / mean).sum();
        assert!(chi < 44.3, "{chi}");
    }

    /// Random points: chi-square of 10^5 points in 64 boxes of three axes; 0.9999 quantile of 63 degrees of freedom.
    #[test]
    fn random_points_are_uniform_and_independent() {
        let axes: Vec<Coordinate> = ["a", "b", "c"]
            .iter()
            .map(|name| Coordinate::new(Kind::Random, 1, 0, key(2, 1, name), true))
            .collect();
        let mut counts = [0_u32; 64];
        for k in 0..100_000 {
            let place = axes.iter().fold(0, |place, axis| place * 4 + (axis.at(k) * 4.0) as usize);
            counts[place] += 1;
        }
        let mean = 100_000.0 / 64.0;
        let chi: f64 = counts.iter().map(|c| (f64::from(*c) - mean).powi(2) / mean).sum();
        assert!(chi < 113.0, "{chi}");
    }

    /// Axes of Latin hypercubes are paired at random: chi-square of 10^5 points in 8 by 8 boxes, whose rows and columns
    /// have equally many points by construction: 49 degrees of freedom, 0.9999 quantile.
    #[test]
    fn axes_of_a_latin_hypercube_are_independent() {
        let (n, mut counts) = (100_000_u64, [0_u32; 64]);
        let (one, other) = (latin(n, "a"), latin(n, "b"));
        for k in 0..n {
            counts[(one.at(k) * 8.0) as usize * 8 + (other.at(k) * 8.0) as usize] += 1;
        }
        let mean = n as f64 / 64.0;
        let chi: f64 = counts.iter().map(|c| (f64::from(*c) - mean).powi(2) / mean).sum();
        assert!(chi < 94.6, "{chi}");
    }

    /// Squared L2 star discrepancy in two dimensions by Warnock's formula (1972).
    fn discrepancy(points: &[(f64, f64)]) -> f64 {
        let n = points.len() as f64;
        let single: f64 = points.iter().map(|(x, y)| (1.0 - x * x) * (1.0 - y * y)).sum();
        let pairs = points
            .iter()
            .flat_map(|p| points.iter().map(move |q| (1.0 - p.0.max(q.0)) * (1.0 - p.1.max(q.1))));
        1.0 / 9.0 - single / (2.0 * n) + pairs.sum::<f64>() / (n * n)
    }

    /// Of n random points the expected value is (1/4 - 1/9)/n. Latin hypercubes are better, Sobol sequences much better,
    /// at every one of ten seeds.
    #[test]
    fn designs_fill_more_evenly_than_chance() {
        let n = 512;
        let of = |kind, seed, scramble| {
            let axis = |d: usize| Coordinate::new(kind, n, d, key(seed, 0, ["a", "b"][d]), scramble);
            let (x, y) = (axis(0), axis(1));
            discrepancy(&(0..n).map(|k| (x.at(k), y.at(k))).collect::<Vec<_>>())
        };
        let expected = (0.25 - 1.0 / 9.0) / n as f64;
        let mean = |kind| (0..10).map(|seed| of(kind, seed, true)).sum::<f64>() / 10.0;
        assert!((mean(Kind::Random) / expected - 1.0).abs() < 0.75, "{}", mean(Kind::Random) / expected);
        assert!(mean(Kind::LatinHypercube) < 0.5 * expected);
        for seed in 0..10 {
            assert!(of(Kind::Sobol, seed, true) < 0.02 * expected, "{seed}");
        }
        assert!(of(Kind::Sobol, 0, false) < 0.02 * expected);
    }

    #[test]
    fn keys_are_frozen() {
        assert_eq!(key(42, 1, "tau"), 15653717914632994485);
        assert_ne!(key(42, 1, "tau"), key(42, 2, "tau"));
        assert_ne!(key(42, 1, "tau"), key(43, 1, "tau"));
    }
}

//! A random order of the numbers below `n`, of which each place is computed without the others.
//!
//! A Feistel network on pairs (left, right) of digits, whose halves are added to in turn modulo their radix, permutes
//! all pairs; pairs that stand for numbers from `n` on are permuted again until one below comes out ("cycle walking":
//! Black & Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002). The radices are near the square root, so that
//! there are fewer than `n + 2 sqrt(n)` pairs and a second walk is rare.

use super::philox;

/// Rounds of the network. Four make a permutation that no few questions tell from a random one (Luby & Rackoff 1988, for
/// random functions and many numbers); few numbers need more until all their orders are equally likely.
const ROUNDS: usize = 10;
const ROUNDS_OF_FEW: usize = 32;
const FEW: u64 = 4096;
/// Tells the round keys from other words of the same key.
const PERMUTATION: u64 = 1 << 40;

/// An order of the numbers below `n`.
#[derive(Debug, Clone)]
pub struct Permutation {
    n: u64,
    /// Radices of the left and the right digit.
    radix: [u64; 2],
    keys: Vec<u64>,
}

impl Permutation {
    /// The order that belongs to a key; `n` is from 1 to 2^31.
    pub fn new(key: u64, n: u64) -> Permutation {
        let root = libm::ceil(libm::sqrt(n as f64)) as u64;
        let left = root.max(1);
        let rounds = if n < FEW { ROUNDS_OF_FEW } else { ROUNDS };
        let keys = (0..rounds).map(|round| philox::words(key, round as u64, PERMUTATION | n).0).collect();
        Permutation { n, radix: [left, n.div_ceil(left)], keys }
    }

    /// The number at place `k`, both below `n`.
    pub fn at(&self, k: u64) -> u64 {
        let mut number = k;
        loop {
            number = self.walk(number);
            if number < self.n {
                return number;
            }
        }
    }

    fn walk(&self, number: u64) -> u64 {
        let [a, b] = self.radix;
        // Numbers fit 32 bits, which are divided sooner.
        let (place, radix) = (number as u32, b as u32);
        let (mut left, mut right) = (u64::from(place / radix), u64::from(place % radix));
        for keys in self.keys.chunks_exact(2) {
            left = added(left, mixed(keys[0], right), a);
            right = added(right, mixed(keys[1], left), b);
        }
        left * b + right
    }
}

/// The sum of a digit and a random one.
fn added(digit: u64, word: u64, radix: u64) -> u64 {
    let sum = digit + (((word >> 32) * radix) >> 32);
    if sum >= radix { sum - radix } else { sum }
}

/// A word that depends on key and digit: the finalizer of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
fn mixed(key: u64, digit: u64) -> u64 {
    let mut z = key ^ digit;
    z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn is_permutation(key: u64, n: u64) -> bool {
        let order = Permutation::new(key, n);
        let mut seen = vec![false; n as usize];
        (0..n).for_each(|k| seen[order.at(k) as usize] = true);
        seen.into_iter().all(|s| s)
    }

    proptest! {
        #[test]
        fn every_number_comes_once(key: u64, n in 1_u64..5000) {
            prop_assert!(is_permutation(key, n));
        }
    }

    #[test]
    fn every_number_of_a_million_comes_once() {
        for n in [999_983, 1_000_000, 1 << 20] {
            assert!(is_permutation(7, n), "{n}");
        }
    }

    /// All orders of a few numbers are equally likely: chi-square of 400 times as many keys as orders; bounds are the
    /// 0.9999 quantiles, and keys are fixed.
    #[test]
    fn orders_of_few_numbers_are_equally_likely() {
        for (n, orders, bound) in [(2_u64, 2_usize, 15.14), (3, 6, 25.74), (4, 24, 58.6), (5, 120, 184.0)] {
            let mut counts = std::collections::BTreeMap::new();
            let keys = 400 * orders as u64;
            for key in 0..keys {
                let order = Permutation::new(philox::words(5, key, 0).0, n);
                *counts.entry((0..n).map(|k| order.at(k)).collect::<Vec<_>>()).or_insert(0_u32) += 1;
            }
            let missing = (orders - counts.len()) as f64 * 400.0;
            let chi = counts.values().map(|c| (f64::from(*c) - 400.0).powi(2) / 400.0).sum::<f64>() + missing;
            assert!(chi < bound, "{n}: {chi}");
        }
    }

    /// Places do not tell of numbers, nor neighbours of each other: correlations of 10^5 numbers are within four standard
    /// errors of zero, for fixed keys.
    #[test]
    fn places_and_numbers_are_independent() {
        let n = 100_000_u64;
        let (one, other) = (Permutation::new(1, n), Permutation::new(2, n));
        let numbers = |order: &Permutation| (0..n).map(|k| order.at(k) as f64).collect::<Vec<_>>();
        let (one, other, places) =
            (numbers(&one), numbers(&other), (0..n).map(|k| k as f64).collect::<Vec<_>>());
        let shifted: Vec<f64> = one.iter().cycle().skip(1).take(n as usize).copied().collect();
        for (name, x, y) in
            [("places", &places, &one), ("neighbours", &one, &shifted), ("keys", &one, &other)]
        {
            let mean = (n - 1) as f64 / 2.0;
            let product =
                |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
            let r = product(x, y) / product(x, x);
            assert!(r.abs() < 4.0 / (n as f64).sqrt(), "{name}: {r}");
        }
    }
}

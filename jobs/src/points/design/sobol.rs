//! Sobol sequences with the direction numbers of Joe and Kuo, each point computed without those before.
//!
//! Sources: S. Joe & F. Y. Kuo, Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci.
//! Comput. 30:2635 (2008); of their table new-joe-kuo-6 (Copyright (c) 2008 Stephen Joe and Frances Y. Kuo) the first
//! 512 dimensions are `joe_kuo.txt`, a line for each dimension from the second: the
//! polynomial's inner coefficients as a number, then the initial direction numbers. Points are in the order of the Gray
//! code (Antonov & Saleev 1979), as in their program and in SciPy; the first one is the origin.
//!
//! Scrambling: A. B. Owen, Randomly permuted (t,m,s)-nets and (t,s)-sequences, 1995: each binary digit is flipped or not
//! by a random bit that belongs to the digits before it. So each point is uniformly distributed, and boxes that the
//! sequence fills evenly stay filled evenly.

use super::{MOST_POINTS, philox};

/// No more dimensions than this.
pub const DIMENSIONS: usize = 512;
const TABLE: &str = include_str!("joe_kuo.txt");
/// Digits in which points can differ.
const DIGITS: u32 = 28;
const _: () = assert!(MOST_POINTS <= 1 << DIGITS);
/// Digits scrambled by one block of random words, which has a bit for each of the 127 beginnings of seven digits.
const AT_ONCE: u32 = 7;

/// One dimension of the sequence.
#[derive(Debug, Clone)]
pub struct Dimension {
    /// Direction numbers, as fractions of 2^32.
    directions: [u32; DIGITS as usize],
    /// The key of the scrambling, if there is one.
    scramble: Option<u64>,
}

impl Dimension {
    /// Dimension number `number`, from 0 to below [`DIMENSIONS`].
    pub fn new(number: usize, scramble: Option<u64>) -> Dimension {
        let mut directions = [0; DIGITS as usize];
        let line = number.checked_sub(1).and_then(|line| TABLE.lines().nth(line));
        let Some(line) = line else {
            // The first dimension reverses the digits of the point's number.
            directions.iter_mut().zip(0..).for_each(|(v, k)| *v = 1 << (31 - k));
            return Dimension { directions, scramble };
        };
        let mut numbers = line.split(' ').map(|n| n.parse::<u32>().expect("the table holds numbers"));
        let inner = numbers.next().expect("a line begins with the polynomial");
        let initial: Vec<u32> = numbers.collect();
        let degree = initial.len();
        for k in 0..directions.len() {
            directions[k] = match initial.get(k) {
                Some(m) => m << (31 - k),
                None => (1..degree)
                    .filter(|j| inner >> (degree - 1 - j) & 1 == 1)
                    .fold(directions[k - degree] ^ directions[k - degree] >> degree, |v, j| {
                        v ^ directions[k - j]
                    }),
            };
        }
        Dimension { directions, scramble }
    }

    /// Where point `k` lies in [0, 1).
    pub fn at(&self, k: u64) -> f64 {
        let mut gray = k ^ k >> 1;
        let mut digits = 0;
        while gray != 0 {
            digits ^= self.directions[gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        match self.scramble {
            None => f64::from(digits) / (1_u64 << 32) as f64,
            Some(key) => scrambled(digits >> (32 - DIGITS), key),
        }
    }
}

/// Scrambles digits from the first to the last. Behind them all digits are zero, each with a beginning of its own: they
/// become independent random ones.
fn scrambled(digits: u32, key: u64) -> f64 {
    let mut out = 0_u64;
    for done in (0..DIGITS).step_by(AT_ONCE as usize) {
        let before = digits >> (DIGITS - done);
        let flips = philox::words(key, before.into(), done.into());
        let group = digits >> (DIGITS - done - AT_ONCE) & ((1 << AT_ONCE) - 1);
        for digit in 0..AT_ONCE {
            // A one, and behind it the digits of the group before this one: numbers from 1 to 127.
            let beginning = 1 << digit | group >> (AT_ONCE - digit);
            let word = if beginning < 64 { flips.0 } else { flips.1 };
            let flip = word >> (beginning & 63) & 1;
            out = out << 1 | (u64::from(group >> (AT_ONCE - 1 - digit) & 1) ^ flip);
        }
    }
    let rest = philox::words(key, digits.into(), DIGITS.into()).0 >> (64 - (53 - DIGITS));
    (out << (53 - DIGITS) | rest) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimensions(count: usize, scramble: Option<u64>) -> Vec<Dimension> {
        (0..count).map(|d| Dimension::new(d, scramble.map(|key| key + d as u64))).collect()
    }

    /// The first points in eight dimensions, in sixteenths: Joe and Kuo's `sobol.cc`, and
    /// `scipy.stats.qmc.Sobol(8, scramble=False)` of SciPy 1.17.
    #[test]
    fn first_points_are_those_published() {
        let published = [
            [0, 0, 0, 0, 0, 0, 0, 0],
            [8, 8, 8, 8, 8, 8, 8, 8],
            [12, 4, 4, 4, 12, 12, 4, 12],
            [4, 12, 12, 12, 4, 4, 12, 4],
            [6, 6, 10, 14, 6, 2, 6, 14],
            [14, 14, 2, 6, 14, 10, 14, 6],
            [10, 2, 14, 10, 10, 14, 2, 2],
            [2, 10, 6, 2, 2, 6, 10, 10],
            [3, 5, 15, 7, 9, 5, 7, 15],
        ];
        let dimensions = dimensions(8, None);
        for (k, point) in published.iter().enumerate() {
            for (dimension, sixteenths) in dimensions.iter().zip(point) {
                assert_eq!(dimension.at(k as u64), f64::from(*sixteenths) / 16.0, "point {k}");
            }
        }
    }

    /// Numerators over 2^30 of late points, from `scipy.stats.qmc.Sobol(512, scramble=False, bits=30)` of SciPy 1.17.
    #[test]
    fn late_points_and_dimensions_are_those_published() {
        let numbers = [1, 2, 3, 4, 10, 20, 64, 128, 256, 512];
        let table: [(u64, [u32; 10]); 3] = [
            (
                100,
                [
                    444596224, 276824064, 830472192, 780140544, 746586112, 360710144, 696254464, 494927872,
                    612368384, 562036736,
                ],
            ),
            (
                777,
                [
                    743440384, 1005584384, 175112192, 294649856, 347078656, 808452096, 458227712, 126877696,
                    682622976, 856686592,
                ],
            ),
            (
                4095,
                [
                    262144, 1010565120, 358875136, 968097792, 264503296, 559677440, 594280448, 280756224,
                    658243584, 982253568,
                ],
            ),
        ];
        for (k, expected) in table {
            for (number, expected) in numbers.iter().zip(expected) {
                let found = Dimension::new(number - 1, None).at(k);
                assert_eq!(
                    found,
                    f64::from(expected) / (1_u64 << 30) as f64,
                    "point {k}, dimension {number}"
                );
            }
        }
    }

    /// Another way to the directions: the recurrence of integers m as Bratley & Fox (1988) write it, point by point.
    #[test]
    fn all_dimensions_follow_the_recurrence() {
        assert_eq!(TABLE.lines().count() + 1, DIMENSIONS);
        let mut polynomials = std::collections::BTreeSet::new();
        for (line, text) in TABLE.lines().enumerate() {
            let numbers: Vec<u64> = text.split(' ').map(|n| n.parse().unwrap()).collect();
            let (inner, mut m) = (numbers[0], numbers[1..].to_vec());
            let degree = m.len();
            assert!(polynomials.insert((degree, inner)), "dimension {}", line + 2);
            for (k, m) in m.iter().enumerate() {
                assert!(m % 2 == 1 && *m < 2 << k, "dimension {}", line + 2);
            }
            for k in degree..20 {
                let mut next = m[k - degree] ^ m[k - degree] << degree;
                for j in 1..degree {
                    next ^= (inner >> (degree - 1 - j) & 1) * (m[k - j] << j);
                }
                m.push(next);
            }
            let dimension = Dimension::new(line + 1, None);
            let mut x = 0_u64;
            for k in 0..200_u64 {
                assert_eq!(dimension.at(k), x as f64 / (1_u64 << 20) as f64, "dimension {}", line + 2);
                let place = (!k).trailing_zeros() as usize;
                x ^= m[place] << (19 - place);
            }
        }
    }

    /// Whether each box of 2^-a by 2^-b with a + b = m holds one of the points `first .. first + 2^m`.
    fn is_net(x: &Dimension, y: &Dimension, m: u32, first: u64) -> bool {
        (0..=m).all(|a| {
            let mut seen = vec![false; 1 << m];
            for k in first..first + (1 << m) {
                let cell = |u: f64, digits: u32| (u * f64::from(1_u32 << digits)) as usize;
                seen[cell(x.at(k), a) << (m - a) | cell(y.at(k), m - a)] = true;
            }
            seen.into_iter().all(|s| s)
        })
    }

    /// The first two dimensions are a (0, m, 2)-net for every m, scrambled or not; and so is each later run of 2^m.
    #[test]
    fn two_dimensions_are_a_net() {
        for scramble in [None, Some(3), Some(4), Some(5)] {
            let two = dimensions(2, scramble);
            for m in 0..=10 {
                for run in [0, 1, 5] {
                    assert!(is_net(&two[0], &two[1], m, run << m), "{scramble:?}: 2^{m}, run {run}");
                }
            }
        }
    }

    /// Each dimension alone is a (0, m, 1)-net: a point in each of 2^m equal parts.
    #[test]
    fn every_dimension_is_stratified() {
        for scramble in [None, Some(1)] {
            for dimension in dimensions(DIMENSIONS, scramble) {
                let mut seen = [false; 256];
                (0..256).for_each(|k| seen[(dimension.at(k) * 256.0) as usize] = true);
                assert!(seen.into_iter().all(|s| s));
            }
        }
    }

    /// Over many keys a scrambled point is uniform, whichever it is: chi-square of 10^4 keys in 16 parts; the bound is the
    /// 0.9999 quantile. Also the last digits, that no direction number reaches.
    #[test]
    fn a_scrambled_point_is_uniform() {
        for k in [0, 1, 1000, 99_999_999] {
            for scale in [16.0, 1e9] {
                let mut counts = [0_u32; 16];
                for key in 0..10_000_u64 {
                    let u = Dimension::new(1, Some(philox::words(9, key, 0).0)).at(k);
                    counts[(u * scale % 1.0 * 16.0) as usize % 16] += 1;
                }
                let chi: f64 = counts.iter().map(|c| (f64::from(*c) - 625.0).powi(2) / 625.0).sum();
                assert!(chi < 44.3, "point {k}, {scale}: {chi}");
            }
        }
    }

    /// Two dimensions with keys of their own are independent of each other at one point: no correlation over keys beyond
    /// four standard errors.
    #[test]
    fn dimensions_are_scrambled_independently() {
        let pairs: Vec<(f64, f64)> = (0..10_000_u64)
            .map(|key| {
                let (one, other) = philox::words(11, key, 0);
                (Dimension::new(0, Some(one)).at(77) - 0.5, Dimension::new(1, Some(other)).at(77) - 0.5)
            })
            .collect();
        let r = pairs.iter().map(|(x, y)| x * y).sum::<f64>() * 12.0 / 10_000.0;
        assert!(r.abs() < 0.04, "{r}");
    }
}

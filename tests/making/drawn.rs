//! Samples and degrees: how many, without repetition, and every subset as probable as any other. The bounds of
//! chi-square are those of one in ten thousand; seeds are fixed.

use std::collections::BTreeMap;

use crate::alone;
use crate::support::Folder;

fn ends(sources: u64, targets: u64) -> String {
    format!(
        "[run]\nduration = \"1 ms\"\ndt = \"0.1 ms\"\nseed = 5\n[neurons.A]\nsize = {sources}\n\
         equations = \"made : integer\"\nthreshold = \"t_in_timesteps == 0\"\n\
         [neurons.B]\nsize = {targets}\nequations = \"y : 1\"\n"
    )
}

/// The 99.99 % point of chi-square (Wilson and Hilferty 1931).
fn bound(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    freedom * (1.0 - part + 3.719 * part.sqrt()).powi(3)
}

fn rows(pairs: &[(i64, i64)]) -> BTreeMap<i64, Vec<i64>> {
    let mut rows = BTreeMap::<i64, Vec<i64>>::new();
    pairs.iter().for_each(|(i, j)| rows.entry(*i).or_default().push(*j));
    rows
}

fn columns(pairs: &[(i64, i64)]) -> BTreeMap<i64, Vec<i64>> {
    rows(&pairs.iter().map(|(i, j)| (*j, *i)).collect::<Vec<_>>())
}

/// All ways to take some of so many are equally probable.
fn assert_uniform(samples: &BTreeMap<i64, Vec<i64>>, count: usize, ways: f64, what: &str) {
    let mut seen = BTreeMap::<&[i64], f64>::new();
    for sample in samples.values() {
        assert_eq!(sample.len(), count, "{what}");
        *seen.entry(sample).or_default() += 1.0;
    }
    let expected = samples.len() as f64 / ways;
    let found: f64 = seen.values().map(|n| (n - expected).powi(2) / expected).sum();
    let missing = (ways - seen.len() as f64) * expected;
    let (sum, most) = (found + missing, bound(ways - 1.0));
    assert!(sum < most, "{what}: chi-square {sum} of {} degrees, at most {most}", ways - 1.0);
}

fn rising(samples: &BTreeMap<i64, Vec<i64>>) -> bool {
    samples.values().all(|s| s.windows(2).all(|w| w[0] < w[1]))
}

#[test]
fn samples_of_a_size_are_uniform() {
    let folder = Folder::new();
    let choose = |n: f64, k: i32| (0..k).map(|m| (n - f64::from(m)) / f64::from(k - m)).product::<f64>();
    // Large parts are walked through, small ones skipped through, single ones hit.
    for (sources, targets, size) in [(6000, 6, 3), (40_000, 60, 2), (60_000, 40, 3), (4000, 30, 1)] {
        let connect = format!(r#"{{ j = "k for k in sample(N_post, size={size})" }}"#);
        let samples = rows(&alone(&folder, &ends(sources, targets), &connect));
        assert_eq!(samples.len() as u64, sources);
        assert!(rising(&samples), "{connect}");
        assert_uniform(&samples, size as usize, choose(targets as f64, size), &connect);
    }
}

#[test]
fn samples_with_a_probability_are_independent() {
    let folder = Folder::new();
    for p in [0.1, 0.5, 0.9] {
        let connect = format!(r#"{{ j = "k for k in sample(8, p={p})" }}"#);
        let mut samples = rows(&alone(&folder, &ends(8000, 8), &connect));
        for i in 0..8000 {
            samples.entry(i).or_default();
        }
        let mut seen = [0.0_f64; 256];
        for sample in samples.values() {
            seen[sample.iter().map(|j| 1 << j).sum::<usize>()] += 1.0;
        }
        let (mut sum, mut cells, mut rest) = (0.0, 0.0, (0.0, 0.0));
        for (set, n) in seen.iter().enumerate() {
            let ones = (set as u32).count_ones() as i32;
            let expected = 8000.0 * f64::powi(p, ones) * f64::powi(1.0 - p, 8 - ones);
            if expected < 5.0 {
                rest = (rest.0 + expected, rest.1 + n);
                continue;
            }
            sum += (n - expected).powi(2) / expected;
            cells += 1.0;
        }
        if rest.0 > 0.0 {
            sum += (rest.1 - rest.0).powi(2) / rest.0;
            cells += 1.0;
        }
        assert!(sum < bound(cells - 1.0), "p = {p}: chi-square {sum} of {cells} cells");
    }
}

#[test]
fn a_rule_with_a_probability_and_a_generator_have_the_same_distribution_of_counts() {
    let folder = Folder::new();
    for connect in
        [r#"{ p = 0.02, where = "i != j" }"#, r#"{ i = "k for k in sample(N_pre, p=0.02) if k != j" }"#]
    {
        let pairs = alone(&folder, &ends(1000, 1000), connect);
        // 999 000 pairs: 19 980 expected, a standard deviation of 140.
        assert!((pairs.len() as f64 - 19_980.0).abs() < 4.0 * 140.0, "{connect}: {}", pairs.len());
        assert!(pairs.iter().all(|(i, j)| i != j), "{connect}");
    }
}

#[test]
fn degrees_are_exact_and_uniform() {
    let folder = Folder::new();
    let samples = rows(&alone(&folder, &ends(6000, 6), "{ out_degree = 3 }"));
    assert_uniform(&samples, 3, 20.0, "out_degree");
    let samples = columns(&alone(&folder, &ends(7, 6000), "{ in_degree = 4 }"));
    assert!(rising(&samples));
    assert_uniform(&samples, 4, 35.0, "in_degree");
    // Of the ten even ones, without the own number.
    let among = r#"{ out_degree = 2, where = "j % 2 == 0 and j != i" }"#;
    let samples = rows(&alone(&folder, &ends(6000, 20), among));
    assert!(samples.iter().all(|(i, s)| s.iter().all(|j| j % 2 == 0 && j != i)));
    let behind: BTreeMap<i64, Vec<i64>> = samples.into_iter().filter(|(i, _)| *i >= 20).collect();
    assert_uniform(&behind, 2, 45.0, among);
}

#[test]
fn degrees_with_repetition_are_independent_draws() {
    let folder = Folder::new();
    let samples = rows(&alone(&folder, &ends(20_000, 4), "{ out_degree = 3, repeats = true }"));
    // Sorted triples of four: a multinomial, 6, 3 or 1 orders of 64 each.
    let mut seen = BTreeMap::<Vec<i64>, f64>::new();
    samples.values().for_each(|s| *seen.entry(s.clone()).or_default() += 1.0);
    assert_eq!(seen.len(), 20);
    let sum: f64 = seen
        .iter()
        .map(|(s, n)| {
            let different = s.iter().collect::<std::collections::BTreeSet<_>>().len();
            let expected = 20_000.0 * [1.0, 3.0, 6.0][different - 1] / 64.0;
            (n - expected).powi(2) / expected
        })
        .sum();
    assert!(sum < bound(19.0), "chi-square {sum}");
    assert!(samples.values().all(|s| s.len() == 3));
}

//! How the making of connectivity is cut into parts that several processes can do: ranges of rows of every object.
//!
//! Rows do not depend on each other, so the cuts change nothing but who does what.

use std::ops::Range;

/// Does parts `0..parts`, each with the given work, in this process or in others; whether all went well.
pub type Run<'a> = dyn Fn(usize, &dyn Fn(usize) -> bool) -> bool + 'a;

/// Who makes connectivity.
pub struct Share<'a> {
    /// Processes at most.
    pub parts: usize,
    /// Does the parts.
    pub run: &'a Run<'a>,
    /// One process does them one after the other: none may take much longer than the others, in rows or in synapses.
    pub pieces: bool,
}

/// Pairs below which other processes are not worth their start.
const FEW_PAIRS: u64 = 1 << 20;

/// How many parts are worth it for objects with so many rows and columns.
pub fn worth(ends: impl Iterator<Item = (u64, u64)>, parts: usize) -> usize {
    let pairs = ends.map(|(rows, columns)| rows.saturating_mul(columns)).fold(0, u64::saturating_add);
    if pairs < FEW_PAIRS { 1 } else { parts.max(1) }
}

/// The rows of one part of many, as even as can be.
pub fn rows(rows: u64, part: usize, parts: usize) -> Range<u64> {
    let cut = |k: usize| (u128::from(rows) * k as u128 / parts as u128) as u64;
    cut(part)..cut(part + 1)
}

/// All rows or none: the rows of an object that one part makes alone.
pub fn whole(rows: u64, object: usize, part: usize, parts: usize) -> Range<u64> {
    if object % parts == part { 0..rows } else { 0..0 }
}

/// The rows of one part, where rows begin at these synapses: parts have about the same number of synapses.
pub fn rows_by_synapses(first: &[i64], part: usize, parts: usize) -> Range<u64> {
    let rows = first.len() - 1;
    let count = first[rows];
    let cut = |k: usize| match k {
        0 => 0,
        k if k == parts => rows as u64,
        k => first[..rows]
            .partition_point(|at| i128::from(*at) * (parts as i128) < i128::from(count) * k as i128)
            as u64,
    };
    cut(part)..cut(part + 1)
}

/// Likewise, with at most twice a part's share of rows, and of synapses.
pub fn rows_by_both(first: &[i64], part: usize, parts: usize) -> Range<u64> {
    let rows = first.len() - 1;
    let (all, count) = (rows as i128, i128::from(first[rows]).max(1));
    // A row's place is the mean of what lies before it: of all rows, and of all synapses.
    let before = |row: usize| row as i128 * count + i128::from(first[row]) * all;
    let end = |k: usize| 2 * all * count * k as i128;
    let cut = |k: usize| {
        let (mut low, mut high) = (0, rows);
        while low < high {
            let middle = (low + high) / 2;
            if before(middle) * (parts as i128) < end(k) { low = middle + 1 } else { high = middle }
        }
        if k == parts { rows as u64 } else { low as u64 }
    };
    cut(part)..cut(part + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_cover_all_rows_once(counts in prop::collection::vec(0_i64..9, 0..40), parts in 1_usize..6) {
            let mut first = vec![0];
            counts.iter().for_each(|n| first.push(first[first.len() - 1] + n));
            for by in [
                &(|k| rows(counts.len() as u64, k, parts)) as &dyn Fn(usize) -> Range<u64>,
                &|k| rows_by_synapses(&first, k, parts),
                &|k| rows_by_both(&first, k, parts),
            ] {
                let mut next = 0;
                for part in (0..parts).map(by) {
                    prop_assert_eq!(part.start, next);
                    prop_assert!(part.end >= part.start);
                    next = part.end;
                }
                prop_assert_eq!(next, counts.len() as u64);
            }
        }
    }

    #[test]
    fn parts_have_about_the_same_number_of_synapses() {
        let first: Vec<i64> = (0..=1000).map(|k| k * k).collect();
        for part in (0..4).map(|k| rows_by_synapses(&first, k, 4)) {
            let synapses = first[part.end as usize] - first[part.start as usize];
            assert!((248_000..252_000).contains(&synapses), "{part:?}: {synapses}");
        }
    }

    #[test]
    fn pieces_are_neither_long_nor_heavy() {
        let heavy = |first: &[i64]| {
            for part in (0..10).map(|k| rows_by_both(first, k, 10)) {
                let synapses = first[part.end as usize] - first[part.start as usize];
                assert!(part.end - part.start <= 201, "{part:?}");
                assert!(synapses <= first[1000] / 5 + 1000, "{part:?}: {synapses} of {}", first[1000]);
            }
        };
        heavy(&(0..=1000).map(|k| k * k).collect::<Vec<_>>());
        heavy(&(0..=1000).map(|k: i64| 1000 * k.min(10)).collect::<Vec<_>>());
        heavy(&[0; 1001]);
    }

    #[test]
    fn small_networks_are_made_by_one() {
        assert_eq!(worth([(1000, 1000)].into_iter(), 4), 1);
        assert_eq!(worth([(1000, 1000), (1000, 1000)].into_iter(), 4), 4);
        assert_eq!(worth([(u64::MAX, 3)].into_iter(), 2), 2);
    }
}

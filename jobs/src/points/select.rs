//! `--points 0-99,205`: which points to run. Not part of a run's identity.

use std::ops::Range;

/// Some of the points: ranges in rising order that do not touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    ranges: Vec<Range<u64>>,
}

impl Selection {
    /// All of `count` points.
    pub fn all(count: u64) -> Selection {
        Selection { ranges: Some(0..count).filter(|all| !all.is_empty()).into_iter().collect() }
    }

    /// Reads `0-99,205`, with both ends included; refuses numbers beyond `count`.
    pub fn parse(text: &str, count: u64) -> Result<Selection, String> {
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let range = piece(part.trim()).ok_or_else(|| {
                format!("'{part}' is not a point or a range of points; write for example 0-99,205")
            })?;
            if range.end > count {
                let last = range.end - 1;
                return Err(format!(
                    "there is no point {last}: the points are numbered 0 to {}",
                    count.max(1) - 1
                ));
            }
            ranges.push(range);
        }
        ranges.sort_by_key(|r| r.start);
        Ok(Selection { ranges: joined(ranges) })
    }

    /// How many points are selected.
    pub fn len(&self) -> u64 {
        self.ranges.iter().map(|r| r.end - r.start).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Whether this one is.
    pub fn contains(&self, point: u64) -> bool {
        let next = self.ranges.partition_point(|r| r.start <= point);
        next > 0 && self.ranges[next - 1].contains(&point)
    }

    /// The points in rising order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.ranges.iter().flat_map(Clone::clone)
    }

    /// The ranges in rising order.
    pub fn ranges(&self) -> &[Range<u64>] {
        &self.ranges
    }
}

fn piece(part: &str) -> Option<Range<u64>> {
    let number = |text: &str| {
        let digits = text.trim();
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse::<u64>().ok()).flatten()
    };
    let (first, last) = match part.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => (number(part)?, number(part)?),
    };
    (first <= last).then_some(first..last.checked_add(1)?)
}

fn joined(sorted: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut out: Vec<Range<u64>> = Vec::new();
    for range in sorted {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_points_and_ranges() {
        let selection = Selection::parse("5, 0-2,2-3,9", 10).unwrap();
        assert_eq!(selection.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 5, 9]);
        assert_eq!(selection.ranges(), [0..4, 5..6, 9..10]);
        assert_eq!(selection.len(), 6);
        assert!(selection.contains(3) && !selection.contains(4) && !selection.contains(10));
    }

    #[test]
    fn refuses_what_is_no_range() {
        for text in ["", "a", "1-", "-1", "3-2", "1--2", "10", "0-10", "99999999999999999999", "1,,2", "+1"] {
            assert!(Selection::parse(text, 10).is_err(), "{text}");
        }
    }
}

//! How long to wait: for a worker that does not move, before an attempt, and for a success among deaths.

use std::collections::VecDeque;
use std::time::Duration;

/// Durations of claims, of which the median is asked.
#[derive(Debug, Default)]
pub(super) struct Durations {
    last: VecDeque<Duration>,
}

impl Durations {
    const KEPT: usize = 65;

    pub(super) fn add(&mut self, duration: Duration) {
        if self.last.len() == Self::KEPT {
            self.last.pop_front();
        }
        self.last.push_back(duration);
    }

    pub(super) fn median(&self) -> Duration {
        let mut sorted: Vec<_> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }
}

/// The time for which a worker has not moved while it could have.
#[derive(Debug, Default)]
pub(super) struct StallWatch {
    seen: u64,
    still: Duration,
}

impl StallWatch {
    /// Looks at a worker's words after `elapsed`. Time in which the worker was held (SIGSTOP) does not count.
    pub(super) fn look(&mut self, words: u64, elapsed: Duration, is_held: impl FnOnce() -> bool) -> Duration {
        if words != self.seen {
            self.seen = words;
            self.still = Duration::ZERO;
        } else if !is_held() {
            self.still += elapsed;
        }
        self.still
    }
}

/// The pause before attempt `attempts + 1`.
pub(super) fn backoff(first: Duration, attempts: u32) -> Duration {
    first.saturating_mul(4u32.saturating_pow(attempts.saturating_sub(1).min(6)))
}

/// What a worker died of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blame {
    /// The claim that it worked on, as it seems.
    Claim,
    /// It had not taken any yet.
    Start,
    /// There was too little memory, though it was the only worker.
    Memory,
}

/// Deaths since the last success.
#[derive(Debug)]
pub(super) struct Storm {
    limit: u32,
    start_limit: u32,
    deaths: u32,
    starts: u32,
    starved: u32,
}

impl Storm {
    /// So often the only worker may die for want of memory: pauses in between are 8.5 s together.
    const STARVED: u32 = 5;

    pub(super) fn new(workers: usize, limit: Option<u32>) -> Storm {
        let workers = u32::try_from(workers).unwrap_or(u32::MAX / 8);
        let limit = limit.unwrap_or(3 * (2 * workers).max(8));
        Storm { limit, start_limit: limit.min(2 * workers + 1), deaths: 0, starts: 0, starved: 0 }
    }

    pub(super) fn success(&mut self) {
        (self.deaths, self.starts, self.starved) = (0, 0, 0);
    }

    /// Counts a death; true if it is one too many.
    pub(super) fn death(&mut self, blame: Blame) -> bool {
        self.deaths += 1;
        self.starts += u32::from(blame == Blame::Start);
        self.starved += u32::from(blame == Blame::Memory);
        self.deaths >= self.limit || self.starts >= self.start_limit || self.starved >= Storm::STARVED
    }

    /// Deaths in a row before any claim was taken.
    pub(super) fn starts(&self) -> u32 {
        self.starts
    }

    /// Deaths in a row for want of memory.
    pub(super) fn starved(&self) -> u32 {
        self.starved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_worker_that_moves_or_is_held_does_not_stall() {
        let mut watch = StallWatch::default();
        assert_eq!(watch.look(0, SECOND, || false), SECOND);
        assert_eq!(watch.look(0, SECOND, || true), SECOND);
        assert_eq!(watch.look(0, SECOND, || false), 2 * SECOND);
        assert_eq!(watch.look(1, SECOND, || unreachable!()), Duration::ZERO);
        assert_eq!(watch.look(0, SECOND, || unreachable!()), Duration::ZERO);
    }

    #[test]
    fn the_median_is_of_the_last_ones() {
        let mut durations = Durations::default();
        assert_eq!(durations.median(), Duration::ZERO);
        (1..=3).for_each(|k| durations.add(k * SECOND));
        assert_eq!(durations.median(), 2 * SECOND);
        (0..Durations::KEPT).for_each(|_| durations.add(9 * SECOND));
        assert_eq!(durations.median(), 9 * SECOND);
    }

    #[test]
    fn pauses_grow_and_never_overflow() {
        let pauses = [1, 2, 3].map(|attempts| backoff(Duration::from_millis(100), attempts).as_millis());
        assert_eq!(pauses, [100, 400, 1600]);
        assert_eq!(backoff(SECOND, u32::MAX), 4096 * SECOND);
    }

    #[test]
    fn deaths_without_success_are_a_storm_sooner_where_no_claim_is_to_blame() {
        let deaths_until_storm = |blame| {
            let mut storm = Storm::new(2, None);
            (1..).find(|_| storm.death(blame)).unwrap()
        };
        assert_eq!([Blame::Claim, Blame::Start, Blame::Memory].map(deaths_until_storm), [24, 5, 5]);
        let mut storm = Storm::new(2, Some(3));
        assert!(!storm.death(Blame::Claim) && !storm.death(Blame::Claim));
        storm.success();
        assert!(!storm.death(Blame::Claim) && !storm.death(Blame::Claim) && storm.death(Blame::Claim));
    }
}

//! What the gallery's tests say of a spike train: intervals, bursts, whether it is regular. Times are in ms.

/// Times between successive spikes.
pub fn intervals(train: &[f64]) -> Vec<f64> {
    train.windows(2).map(|two| two[1] - two[0]).collect()
}

/// Each value is greater than the one before, or less by no more than `tolerance`.
pub fn rises(values: &[f64], tolerance: f64) -> bool {
    values.windows(2).all(|two| two[1] >= two[0] - tolerance)
}

/// Likewise, downwards.
pub fn falls(values: &[f64], tolerance: f64) -> bool {
    values.windows(2).all(|two| two[1] <= two[0] + tolerance)
}

/// The greatest value over the least one.
pub fn spread(values: &[f64]) -> f64 {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    values.iter().copied().fold(f64::NEG_INFINITY, f64::max) / least
}

/// Numbers of spikes in the bursts of a train: groups that are parted by intervals of more than `pause`.
pub fn bursts(train: &[f64], pause: f64) -> Vec<usize> {
    let mut sizes = vec![usize::from(!train.is_empty())];
    for interval in intervals(train) {
        if interval > pause {
            sizes.push(0);
        }
        *sizes.last_mut().unwrap() += 1;
    }
    sizes
}

/// The size of the bursts of a train that bursts for ever: pauses of at least three times the intervals within a burst, and
/// the same number of spikes in each burst but for the first two, which lead there, and the last, which the end may cut.
#[track_caller]
pub fn regular_bursts(train: &[f64], what: &str) -> usize {
    let all = intervals(train);
    let pause = geometric_middle(&all);
    let within = all.iter().copied().filter(|interval| *interval <= pause).fold(0.0, f64::max);
    let between = all.iter().copied().filter(|interval| *interval > pause).fold(f64::INFINITY, f64::min);
    assert!(between >= 3.0 * within, "{what}: no bursts, intervals are {all:?} ms");
    let sizes = bursts(train, pause);
    assert!(sizes.len() >= 5, "{what}: bursts of {sizes:?} spikes");
    let settled = &sizes[2..sizes.len() - 1];
    assert!(settled.iter().all(|size| *size == settled[0]), "{what}: bursts of {sizes:?} spikes");
    settled[0]
}

/// Between the longest and the shortest interval.
fn geometric_middle(intervals: &[f64]) -> f64 {
    let least = intervals.iter().copied().fold(f64::INFINITY, f64::min);
    least * spread(intervals).sqrt()
}

/// Spikes of the train from `from` to before `to`.
pub fn between(train: &[f64], from: f64, to: f64) -> Vec<f64> {
    train.iter().copied().filter(|t| (from..to).contains(t)).collect()
}

//! How fast this machine is, by a piece of work that always is the same: a few milliseconds, timed.

use std::hint::black_box;
use std::time::Instant;

/// Seconds that the piece of work took where the costs were measured.
const REFERENCE: f64 = 9.6e-5;
/// Times it is done; the fastest counts, since other processes only make it slower.
const TRIES: usize = 8;

/// Seconds here for a second there: above 1 on a slower machine.
pub fn slowness() -> f64 {
    let fastest = (0..TRIES).map(|_| once()).fold(f64::INFINITY, f64::min);
    (fastest / REFERENCE).clamp(0.1, 10.0)
}

/// Leaky integrators with a threshold, 256 of them for 1000 steps.
fn once() -> f64 {
    let mut v: [f64; 256] = std::array::from_fn(|k| k as f64 / 256.0);
    let (drive, decay) = (black_box(1.2), black_box(0.01));
    let begun = Instant::now();
    let mut spikes = 0;
    for _ in 0..1000 {
        for v in &mut v {
            *v += decay * (drive - *v);
            let above = *v > 1.0;
            spikes += u64::from(above);
            *v = if above { 0.0 } else { *v };
        }
        black_box(&mut v);
    }
    black_box(spikes);
    begun.elapsed().as_secs_f64()
}

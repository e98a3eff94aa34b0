//! Rules of plasticity against closed forms, or against a plain model that goes through a list of spikes: triplets of
//! spikes, eligibility traces with a reward that all synapses share, synapses that are switched on and off, and
//! short-term plasticity with delays. Expectations are sums over spikes; they know nothing of traces.

mod support;

#[path = "plasticity/reward.rs"]
mod reward;
#[path = "plasticity/short_term.rs"]
mod short_term;
#[path = "plasticity/switching.rs"]
mod switching;
#[path = "plasticity/triplet.rs"]
mod triplet;

/// Trains of spikes as a job's generator takes them.
struct Trains {
    /// Steps of each neuron's spikes, rising.
    steps: Vec<Vec<i64>>,
}

impl Trains {
    /// Irregular ones: so many spikes for each neuron, 2 to `apart` steps from one to the next. (A neuron that each
    /// spike of a generator makes spike is reset a step later, after what comes then.)
    fn irregular(neurons: usize, spikes: usize, apart: u64, mut seed: u64) -> Trains {
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            2 + ((seed >> 33) % (apart - 1)) as i64
        };
        let mut train = |_| {
            let mut step = 0;
            let more = (0..spikes).map(|_| {
                step += next();
                step
            });
            more.collect()
        };
        Trains { steps: (0..neurons).map(&mut train).collect() }
    }

    /// The keys `indices` and `times` of a generator with steps of so many ms.
    fn keys(&self, dt: f64) -> String {
        let all: Vec<(usize, i64)> =
            self.steps.iter().enumerate().flat_map(|(i, train)| train.iter().map(move |s| (i, *s))).collect();
        let indices: Vec<String> = all.iter().map(|(i, _)| i.to_string()).collect();
        let times: Vec<String> = all.iter().map(|(_, s)| format!("\"{:.6} ms\"", *s as f64 * dt)).collect();
        let size = self.steps.len();
        format!("size = {size}\nindices = [{}]\ntimes = [{}]", indices.join(", "), times.join(", "))
    }
}

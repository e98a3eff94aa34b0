//! Events come in pieces, as buffers fill up, and a checkpoint may lie between two: whatever the pieces, rows and statistics
//! are the same.

use std::path::Path;

use jobs::{Job, Point};
use kernels::layout::Shape;
use kernels::program;
use proptest::prelude::*;

use super::*;
use crate::store::Extent;

const STEPS: i64 = 120;

const JOB: &str = r#"
[run]
duration = "12 ms"
[parameters]
train = ["1 ms", "5 ms", "5.1 ms", "11 ms"]
[neurons.A]
size = 4
threshold = "True"
[neurons.B]
size = 3
threshold = "True"
[record]
spikes = { kind = "spikes", source = "A[1:]", from = "2 ms", to = "9 ms" }
rate = { kind = "rate", source = "A" }
smooth = { kind = "rate", source = "B", smooth = { window = "gaussian", width = "0.3 ms" }, from = "1 ms" }
binned = { kind = "rate", source = "B[:2]", bin = "0.7 ms", from = "0.3 ms" }
counts = { kind = "counts", source = "B" }
isi = { kind = "isi_histogram", source = "A", bin = "0.2 ms", max = "3 ms" }
rates = { kind = "rate_histogram", source = "A", bin = "100 Hz", max = "5 kHz" }
auto = { kind = "autocorrelogram", source = "A", bin = "0.1 ms", max = "1 ms" }
cross = { kind = "correlogram", source = "A[:3]", target = "B", bin = "0.2 ms", max = "1.2 ms" }
self = { kind = "correlogram", source = "A[:3]", target = "A[1:]", bin = "0.1 ms", max = "0.5 ms" }
[summary]
count = "count(A, t_in_timesteps % 3 == 1)"
rate = "rate(A, t > 3*ms)"
cv = "cv(A)"
cv2 = "cv2(B)"
fano = "fano(A, 0.5*ms)"
strength = "vector_strength(B, 1.3*ms)"
gamma = "gamma_factor(A, train, 0.4*ms)"
first = "latency(B, t > 1*ms)"
"#;

fn job() -> Job {
    match jobs::from_text("job.toml", JOB.as_bytes(), Path::new("."), &[]) {
        Ok(job) => job,
        Err(rejected) => panic!("{rejected}"),
    }
}

/// A spike: step, lane, population, neuron.
type Spike = (i64, u64, usize, u64);

/// Rows of each monitor at each lane, and bits of each statistic.
type Outcome = (Vec<Vec<Vec<u8>>>, Vec<Vec<Option<u64>>>);

/// Feeds the spikes, cut at the given places; at each cut everything before is complete, and rows are flushed. `renewed`: what
/// was heard before a cut is only known from a checkpoint.
fn run(job: &Job, spikes: &[Spike], cuts: &[usize], renewed: bool) -> Outcome {
    let model = job.model(0);
    let program = program::build(model).unwrap();
    let points = job.points();
    let mut values = points.bindings();
    points.fill(0, &mut values, &mut Point::default());
    let shape = Shape::of(model, &values, STEPS as u64, 1e-4).unwrap();
    let monitors = watchers(model, &job.tables()[2..]);
    let known =
        Watchers { model, monitors: &monitors, recorded: &program.recorded, records: &program.records };
    let begin = || {
        let mut drain = Drain::new(known, &shape, &[]);
        for point in 0..2 {
            drain.begin(point, Clock { dt: 1e-4, steps: STEPS as u64, values: &values });
        }
        drain
    };
    let mut drain = begin();
    let mut written: Vec<Vec<Vec<u8>>> = vec![vec![Vec::new(); 2]; monitors.len()];
    let mut begun = 0;
    for cut in cuts.iter().copied().chain([spikes.len()]) {
        let words = spikes[begun..cut].iter().flat_map(|(step, lane, population, i)| {
            let element = lane * shape.sizes[*population] + i;
            [*step, (*population as i64) << 32 | element as i64]
        });
        drain.events(&words.collect::<Vec<i64>>());
        begun = cut;
        match spikes.get(cut) {
            Some(next) => drain.complete(0..2, &[next.0], false),
            None => drain.complete(0..2, &[STEPS], true),
        }
        keep(&mut drain, &mut written);
        if renewed {
            let mut keeper = Keeper::Saving(Vec::new());
            drain.keep(&mut keeper).unwrap();
            let Keeper::Saving(kept) = keeper else { unreachable!() };
            drain = begin();
            let mut keeper = Keeper::Restoring(&kept);
            drain.keep(&mut keeper).unwrap();
            assert!(matches!(keeper, Keeper::Restoring([])));
        }
    }
    let statistics = drain.lanes.iter().map(|lane| {
        lane.statistics.iter().map(|l| l.statistic.value().map(f64::to_bits)).collect::<Vec<_>>()
    });
    (written, statistics.collect())
}

fn keep(drain: &mut Drain<'_>, written: &mut [Vec<Vec<u8>>]) {
    for (m, lanes) in written.iter_mut().enumerate() {
        for (lane, out) in drain.lanes.iter().zip(lanes) {
            out.extend_from_slice(lane.monitors[m].rows.bytes());
        }
    }
    let place = |_: usize, rows: &[u8]| Ok::<_, ()>(Extent { part: 0, offset: 0, length: rows.len() as u64 });
    drain.flush(place).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(3), ..ProptestConfig::default() })]

    #[test]
    fn pieces_do_not_matter(
        picked in prop::collection::btree_set((0..STEPS, 0..2_u64, 0..2_usize, 0..4_u64), 0..160),
        places in prop::collection::btree_set(0..160_usize, 0..40),
    ) {
        let job = job();
        let spikes: Vec<Spike> = picked.into_iter().filter(|(_, _, p, i)| *p == 0 || *i < 3).collect();
        let cuts: Vec<usize> = places.into_iter().filter(|k| *k < spikes.len()).collect();
        let whole = run(&job, &spikes, &[], false);
        prop_assert_eq!(&whole, &run(&job, &spikes, &cuts, false));
        prop_assert_eq!(&whole, &run(&job, &spikes, &cuts, true));
        let each: Vec<usize> = (0..spikes.len()).collect();
        prop_assert_eq!(&whole, &run(&job, &spikes, &each, false));
        prop_assert_eq!(&whole, &run(&job, &spikes, &each, true));
    }
}

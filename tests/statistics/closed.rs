//! What is known of Poisson and of periodic trains.

use super::support::{Folder, assert_close};

const POISSON: &str = r#"
[run]
duration = "20 s"
dt = "0.1 ms"
seed = 11
[poisson.D]
size = 200
rate = "25 Hz"
[poisson.F]
size = 50
rate = "40 Hz"
[record.isi]
kind = "isi_histogram"
source = "D"
bin = "10 ms"
max = "200 ms"
[record.counts]
kind = "counts"
source = "D"
[record.auto]
kind = "autocorrelogram"
source = "D"
bin = "5 ms"
max = "100 ms"
[record.cross]
kind = "correlogram"
source = "D"
target = "F"
bin = "5 ms"
max = "50 ms"
[summary]
n = "count(D)"
cv = "cv(D)"
cv2 = "cv2(D)"
fano = "fano(D, 100*ms)"
strength = "vector_strength(D, 10*ms)"
rate = "rate(D)"
first = "latency(D)"
"#;

/// A hundred thousand spikes; tolerances are about four standard deviations.
#[test]
fn a_poisson_train_has_no_memory() {
    let folder = Folder::new();
    let results = folder.results_of(POISSON, "out", &[]);
    let summary = results.table("summary");
    let value = |name: &str| summary.numbers(name)[0];
    let (spikes, p) = (value("n"), 25.0e-4_f64);
    assert_close(value("rate_Hz"), 25.0, 4.0 * (25.0 / 4000.0_f64).sqrt(), "rate");
    // Geometric intervals: CV is sqrt(1 - p). With 500 intervals a neuron, the estimate is low by about 1/500 and each
    // neuron's own has a standard deviation of 1/sqrt(500).
    assert_close(value("cv"), (1.0 - p).sqrt(), 4.0 / spikes.sqrt() + 0.004, "CV");
    // |b - a|/(b + a) is uniform for exponential intervals: mean 1 of twice that, variance 1/3; neighbours correlate.
    assert_close(value("cv2"), 1.0, 6.0 * (1.0 / 3.0 / spikes).sqrt() + p, "CV2");
    // Counts of 200 windows: binomial, and variance in population form.
    let expected = (1.0 - p) * (1.0 - 1.0 / 200.0);
    assert_close(value("fano"), expected, 4.0 * (2.0 / 200.0 / 200.0_f64).sqrt(), "Fano factor");
    // n random phases: the squared length is exponential with mean 1/n.
    assert!(value("strength") < (12.0 / spikes).sqrt(), "vector strength {}", value("strength"));
    // Exponential with mean 40 ms, of 200 neurons.
    assert_close(value("first_ms"), 40.0, 4.0 * 40.0 / 200.0_f64.sqrt(), "latency");
    let counted: f64 = results.table("counts").numbers("count").iter().sum();
    assert_eq!(counted, spikes);
}

/// Interval of k steps with probability p(1 - p)^(k - 1). The mean of chi square is its 20 degrees of freedom (20
/// bins and the rest, with the number of intervals given); 45.3 is exceeded once in a thousand seeds.
#[test]
fn intervals_of_a_poisson_train_are_exponential() {
    let folder = Folder::new();
    let results = folder.results_of(POISSON, "out", &[]);
    let found = results.table("isi").numbers("count");
    let (p, spikes) = (25.0e-4_f64, results.table("counts").numbers("count"));
    let intervals: f64 = spikes.iter().map(|n| (n - 1.0).max(0.0)).sum();
    // From step k on.
    let beyond = |k: f64| (1.0 - p).powf((k - 1.0).max(0.0));
    let mut square = 0.0;
    let mut rest = (intervals, intervals);
    for (k, count) in found.iter().enumerate() {
        let k = k as f64;
        let expected = intervals * (beyond(100.0 * k) - beyond(100.0 * (k + 1.0)));
        square += (count - expected).powi(2) / expected;
        rest = (rest.0 - count, rest.1 - expected);
    }
    square += (rest.0 - rest.1).powi(2) / rest.1;
    assert!(square < 45.3, "chi square {square}");
}

/// Pairs of independent trains at any lag: n m T bin of them, less what is beyond the ends.
#[test]
fn correlograms_of_independent_trains_are_flat() {
    let folder = Folder::new();
    let results = folder.results_of(POISSON, "out", &[]);
    let flat = |table: &str, pairs_a_second: f64, width: f64| {
        let (lags, counts) = (results.table(table).numbers("lag_ms"), results.table(table).numbers("count"));
        for (lag, count) in lags.iter().zip(&counts) {
            // A spike is no pair with itself: lag 0 is not in the first bin of an autocorrelogram.
            let bin = if table == "auto" && *lag == 0.0 { width - 1e-4 } else { width };
            let expected = pairs_a_second * bin * (20.0 - (lag * 1e-3 + width / 2.0).abs());
            // Pairs share spikes: their number varies more than that of independent events.
            let tolerance = 5.0 * expected.sqrt() + 0.025 * expected;
            assert_close(*count, expected, tolerance, &format!("{table} at {lag} ms"));
        }
        counts.len()
    };
    assert_eq!(flat("auto", 200.0 * 25.0 * 25.0, 5e-3), 20);
    assert_eq!(flat("cross", 200.0 * 25.0 * 50.0 * 40.0, 5e-3), 20);
}

/// Neuron i spikes at steps 10 i + 5, + 80, + 160, ...: eight of them, 8 ms apart.
const PERIODIC: &str = r#"
[run]
duration = "80 ms"
dt = "0.1 ms"
[parameters]
other = ["4.5 ms", "8.6 ms", "16.5 ms", "17.5 ms", "60 ms"]
[neurons.P]
size = 3
threshold = "t_in_timesteps % 80 == 10*i + 5"
[record.isi]
kind = "isi_histogram"
source = "P"
bin = "1 ms"
max = "10 ms"
[record.auto]
kind = "autocorrelogram"
source = "P"
bin = "2 ms"
max = "20 ms"
[record.pairs]
kind = "correlogram"
source = "P[0]"
target = "P[1:]"
bin = "0.5 ms"
max = "2.5 ms"
[record.rates]
kind = "rate_histogram"
source = "P"
bin = "0.1 Hz"
max = "130 Hz"
[record.binned]
kind = "rate"
source = "P"
bin = "8 ms"
[summary]
cv = "cv(P)"
cv2 = "cv2(P)"
strength = "vector_strength(P[0], 8*ms)"
spread = "vector_strength(P, 8*ms)"
halves = "vector_strength(P, 16*ms)"
fano = "fano(P, 8*ms)"
uneven = "fano(P[0], 12*ms)"
gamma = "gamma_factor(P[0], other, 0.5*ms)"
wide = "gamma_factor(P[0], other, 4*ms)"
first = "latency(P)"
none = "latency(P, t > 79*ms)"
nothing = "rate(P, t > 1*second)"
"#;

#[test]
fn periodic_trains_do_not_vary() {
    let folder = Folder::new();
    let results = folder.results_of(PERIODIC, "out", &[]);
    let summary = results.table("summary");
    let value = |name: &str| summary.numbers(name)[0];
    assert_eq!((value("cv"), value("cv2"), value("fano")), (0.0, 0.0, 0.0));
    assert_close(value("strength"), 1.0, 1e-12, "vector strength");
    // Three phases an eighth of a period apart: (1 + 2 cos(45 degrees))/3.
    assert_close(value("spread"), (1.0 + 2.0_f64.sqrt()) / 3.0, 1e-12, "three phases");
    assert_close(value("halves"), 0.0, 1e-12, "two opposite phases");
    // Six windows of 12 ms hold 2, 1, 2, 1, 2, 1 spikes: spikes at 0.5, 8.5 | 16.5 | 24.5, 32.5 | ...
    assert_close(value("uneven"), 0.25 / 1.5, 1e-12, "Fano factor");
    // The train has 5 spikes in 80 ms, neuron 0 has 10 (0.5, 8.5, 16.5, ... 72.5 ms). Within 0.5 ms lie 8.6 and 16.5
    // ms: (2 - 2*0.5*5*5/80)/(0.5*(1 - 2*0.5*5/80)*15).
    let gamma = |coincidences: f64, delta: f64| {
        let rate = 5.0 / 80.0;
        (coincidences - 2.0 * delta * 5.0 * rate) / (0.5 * (1.0 - 2.0 * delta * rate) * 15.0)
    };
    assert_close(value("gamma"), gamma(2.0, 0.5), 1e-12, "gamma");
    // No spike is further than 4 ms from one of the neuron's.
    assert_close(value("wide"), gamma(5.0, 4.0), 1e-12, "gamma with a wide window");
    assert_close(value("first_ms"), 1.5, 1e-12, "latency");
    assert_eq!((summary.texts("none_ms")[0], summary.texts("nothing_Hz")[0]), ("", ""));

    let counts = |table: &str| results.table(table).numbers("count");
    let isi = counts("isi");
    assert_eq!((isi[8], isi.iter().sum::<f64>()), (27.0, 27.0), "nine intervals of three neurons");
    // 8 ms: 9 pairs a neuron; 16 ms: 8 pairs.
    assert_eq!(counts("auto"), [0.0, 0.0, 0.0, 0.0, 27.0, 0.0, 0.0, 0.0, 24.0, 0.0]);
    // Neuron 1 follows by 1 ms, neuron 2 by 2 ms; the bins begin at -2.5, -2, ... 2 ms.
    assert_eq!(counts("pairs"), [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 0.0, 10.0]);
    // Ten spikes in 80 ms are 125 Hz, the lower edge of its bin.
    let rates = results.table("rates");
    let full: Vec<usize> = (0..1300).filter(|k| rates.numbers("count")[*k] > 0.0).collect();
    assert_eq!((full.as_slice(), rates.numbers("rate_Hz")[1250]), (&[1250][..], 125.0));
    assert_eq!(results.table("binned").numbers("rate_Hz"), [125.0; 10]);
}

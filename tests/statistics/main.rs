//! Summaries of spikes, histograms and correlograms: each against a plain computation from the recorded spikes of the
//! same run, against closed forms, and the same bytes however the run went.

mod batch;
mod closed;
#[path = "../support/mod.rs"]
mod support;
mod windows;

use batch::Trains;
use support::{Folder, Results, Table};

/// Every summary and every table of spikes. `A` and `B` are populations; `first`, `last` bound a window of time.
const WATCHED: &str = r#"
[record.all_a]
kind = "spikes"
source = "A"
[record.all_b]
kind = "spikes"
source = "B"
[record.window]
kind = "spikes"
source = "A[2:9]"
from = "first"
to = "last"
[record.counts]
kind = "counts"
source = "A"
[record.counts_in_window]
kind = "counts"
source = "A[2:9]"
from = "first"
to = "last"
[record.isi]
kind = "isi_histogram"
source = "A"
bin = "0.7 ms"
max = "35 ms"
from = "first"
[record.rates]
kind = "rate_histogram"
source = "A"
bin = "12.5 Hz"
max = "250 Hz"
[record.binned]
kind = "rate"
source = "A[:n_part]"
bin = "bin"
from = "first"
[record.rate_in_window]
kind = "rate"
source = "B"
from = "first"
to = "last"
[record.smooth_in_window]
kind = "rate"
source = "B"
smooth = { window = "flat", width = "2.5 ms" }
from = "first"
to = "last"
[record.smooth]
kind = "rate"
source = "B"
smooth = { window = "flat", width = "2.5 ms" }
[record.auto]
kind = "autocorrelogram"
source = "A"
bin = "0.4 ms"
max = "20 ms"
[record.cross]
kind = "correlogram"
source = "A"
target = "B[1:n_part]"
bin = "0.3 ms"
max = "9 ms"
to = "last"
[record.overlap]
kind = "correlogram"
source = "A[3:]"
target = "A[:8]"
bin = "bin"
max = "2*bin"

[summary]
n = "count(A)"
n_part_spikes = "count(A[:n_part], t >= first)"
rate = "rate(A)"
rate_late = "rate(A[2:9], t > first and t < last)"
rate_odd = "rate(A, t_in_timesteps // 50 % 2 == 1)"
cv = "cv(A)"
cv_late = "cv(A, first < t)"
cv2 = "cv2(A)"
cv2_odd = "cv2(B, not t < first)"
fano = "fano(A, 10*bin)"
fano_late = "fano(B, 4*ms, t >= first and t < last)"
strength = "vector_strength(A, period)"
strength_late = "vector_strength(B[2:5], 2*period, t > first)"
gamma = "gamma_factor(A, target, 2*ms)"
gamma_late = "gamma_factor(A[1], target, 1.04*ms, t >= first)"
first_spike = "latency(A)"
first_late = "latency(B, t >= last)"

[[sweep]]
axes.first = ["50 ms", "20.35 ms"]
axes.n_part = [4, 9]
[[sweep]]
axes.strong = [1.0, 1.3]
[[sweep]]
axes.bin = ["1 ms", "1.7 ms"]
"#;

const PARAMETERS: &str = r#"
[run]
duration = "220 ms"
dt = "0.1 ms"
seed = 5
[parameters]
first = "50 ms"
last = "160.2 ms"
n_part = 4
bin = "1 ms"
period = "7 ms"
strong = 1.0
target = ["3 ms", "150 ms", "41.26 ms", "80 ms", "160 ms", "171.4 ms", "198 ms", "60 ms", "61 ms"]
"#;

/// One point a batch: random trains, and neurons that they drive.
const COUPLED: &str = r#"
[poisson.A]
size = 12
rate = "strong*(40*Hz + 10*Hz*i)"
[neurons.B]
size = 10
equations = "dv/dt = -v/(10*ms) : 1"
threshold = "v > 1"
reset = "v = 0"
[synapses.S]
source = "A"
target = "B"
connect = { p = 0.5 }
on_pre = "v += 0.35"
"#;

/// Many points a batch: neurons that nothing couples.
const LANES: &str = r#"
[neurons.A]
size = 12
equations = '''
dv/dt = (strong*(1.2 + 0.1*u + 0.5*sin(2*pi*t/period)) - v)/(6*ms) : 1
u : 1
'''
method = "euler"
threshold = "v > 1"
reset = "v = 0"
initial = "v = rand(); u = randn()"
[neurons.B]
size = 10
equations = "dx/dt = 1/(4*ms + i*1.3*ms) : 1"
method = "euler"
threshold = "x > strong"
reset = "x = 0"
initial = "x = rand()"
"#;

fn job(model: &str) -> String {
    format!("{PARAMETERS}{model}{WATCHED}")
}

/// Steps of each neuron's spikes at a point.
fn trains(table: &Table, point: u64, neurons: usize) -> Trains {
    let mut out = vec![Vec::new(); neurons];
    let by_point = table.by_point();
    let Some(rows) = by_point.get(&point) else { return out };
    for (i, t) in rows.numbers("i").into_iter().zip(rows.numbers("t_ms")) {
        out[i as usize].push((t * 10.0).round() as i64);
    }
    out
}

/// What the results say at a point.
struct At<'r> {
    results: &'r Results,
    point: u64,
}

impl At<'_> {
    fn column(&self, table: &str, column: &str) -> Vec<f64> {
        self.results.table(table).by_point().get(&self.point).map_or(Vec::new(), |t| t.numbers(column))
    }

    #[track_caller]
    fn rows(&self, table: &str, column: &str, expected: &[f64]) {
        let found = self.column(table, column);
        assert_eq!(found.len(), expected.len(), "{table} of point {}", self.point);
        for (k, (a, b)) in found.iter().zip(expected).enumerate() {
            let what = format!("{table}.{column} of point {}, row {k}: {a}, not {b}", self.point);
            assert!((a - b).abs() <= 1e-12 * b.abs(), "{what}");
        }
    }

    #[track_caller]
    fn summary(&self, column: &str, expected: Option<f64>) {
        let table = self.results.table("summary").by_point();
        let cell = table[&self.point].texts(column)[0].to_owned();
        let found = (!cell.is_empty()).then(|| cell.parse::<f64>().unwrap());
        let close = match (found, expected) {
            // Phases are summed up one by one, and taken of other expressions.
            (Some(a), Some(b)) => (a - b).abs() <= 1e-10 * b.abs().max(1e-3),
            (None, None) => true,
            _ => false,
        };
        assert!(close, "{column} of point {}: {found:?}, not {expected:?}", self.point);
    }
}

/// Everything that is recorded, from the spikes of the same point.
fn follows_from_its_spikes(results: &Results) {
    let (all_a, all_b, points) = (results.table("all_a"), results.table("all_b"), results.table("points"));
    let swept = |name: &str, k: usize| points.numbers(name)[k];
    let mut spikes = 0;
    for k in 0..points.rows.len() {
        let here = At { results, point: k as u64 };
        let (a, b) = (trains(&all_a, k as u64, 12), trains(&all_b, k as u64, 10));
        let (first, last, steps) = ((swept("first_ms", k) * 10.0).round() as i64, 1602, 2200);
        let (n_part, bin) = (swept("n_part", k) as usize, (swept("bin_ms", k) * 10.0).round() as i64);
        tables(&here, &a, &b, [first, last, steps, bin], n_part);
        summaries(&here, &a, &b, [first, last, steps, bin], n_part);
        spikes += a.iter().chain(&b).map(Vec::len).sum::<usize>();
    }
    assert!(spikes > 2000, "only {spikes} spikes: nothing is tested");
}

fn tables(here: &At, a: &Trains, b: &Trains, [first, last, steps, bin]: [i64; 4], n_part: usize) {
    let within = |s: i64| (first..last).contains(&s);
    let part = batch::at(&a[2..9].to_vec(), within);
    let mut rows: Vec<(i64, f64)> = Vec::new();
    part.iter().enumerate().for_each(|(i, train)| rows.extend(train.iter().map(|s| (*s, i as f64))));
    rows.sort_by(|x, y| x.partial_cmp(y).unwrap());
    here.rows("window", "i", &rows.iter().map(|r| r.1).collect::<Vec<_>>());
    here.rows("window", "t_ms", &rows.iter().map(|r| r.0 as f64 / 10.0).collect::<Vec<_>>());
    here.rows("counts", "count", &a.iter().map(|t| t.len() as f64).collect::<Vec<_>>());
    here.rows("counts", "i", &(0..12).map(f64::from).collect::<Vec<_>>());
    here.rows("counts_in_window", "count", &part.iter().map(|t| t.len() as f64).collect::<Vec<_>>());

    let intervals = batch::isi(&batch::at(a, |s| s >= first));
    here.rows("isi", "count", &batch::histogram(intervals.into_iter(), 7, 0, 50));
    here.rows("isi", "isi_ms", &(0..50).map(|k| (7 * k) as f64 / 10.0).collect::<Vec<_>>());
    // A spike in 0.22 s are 4.5454 Hz, so that 11 are 50 Hz: bin 4 holds 11, 12 and 13 spikes.
    let of_rate = |k: i64| a.iter().filter(|t| (100 * t.len() as i64).div_euclid(275) == k).count() as f64;
    here.rows("rates", "count", &(0..20).map(of_rate).collect::<Vec<_>>());
    here.rows("rates", "rate_Hz", &(0..20).map(|k| 12.5 * f64::from(k)).collect::<Vec<_>>());

    let bins = (steps - first) / bin;
    let starts: Vec<f64> = (0..bins).map(|k| (first + k * bin) as f64 / 10.0).collect();
    here.rows("binned", "t_ms", &starts);
    let pooled = a[..n_part].iter().flatten().map(|s| s - first);
    let per = 1e4 / (n_part as f64 * bin as f64);
    let expected = batch::histogram(pooled, bin, 0, bins).iter().map(|n| n * per).collect::<Vec<_>>();
    here.rows("binned", "rate_Hz", &expected);
    let counted = |s: i64| b.iter().flatten().filter(|x| **x == s).count() as f64 * 1e3;
    here.rows("rate_in_window", "rate_Hz", &(first..last).map(counted).collect::<Vec<_>>());
    let smooth = here.column("smooth", "rate_Hz");
    assert_eq!(smooth.len(), steps as usize);
    here.rows("smooth_in_window", "rate_Hz", &smooth[first as usize..last as usize]);

    let own = batch::own_lags(a);
    here.rows("auto", "count", &batch::histogram(own.into_iter(), 4, 0, 50));
    let before = |trains: &Trains| batch::at(trains, |s| s < last);
    let (source, target) = (before(a), before(b));
    let source: Vec<(usize, &Vec<i64>)> = source.iter().enumerate().collect();
    // Other neurons have other numbers.
    let target: Vec<(usize, &Vec<i64>)> =
        target.iter().enumerate().map(|(j, t)| (100 + j, t)).take(n_part).skip(1).collect();
    here.rows("cross", "count", &batch::histogram(batch::lags(&source, &target).into_iter(), 3, -30, 30));
    let edges: Vec<f64> = (-30..30).map(|k| f64::from(3 * k) / 10.0).collect();
    here.rows("cross", "lag_ms", &edges);
    let all: Vec<(usize, &Vec<i64>)> = a.iter().enumerate().collect();
    let lags = batch::lags(&all[3..], &all[..8]);
    here.rows("overlap", "count", &batch::histogram(lags.into_iter(), bin, -2, 2));
}

fn summaries(here: &At, a: &Trains, b: &Trains, [first, last, steps, bin]: [i64; 4], n_part: usize) {
    let late = |s: i64| s >= first;
    // The first step after a time: 20.35 ms are between two steps.
    let after = if first == 500 { 501 } else { first };
    let hertz =
        |trains: &Trains, steps: i64| Some(batch::count(trains) * 1e4 / (trains.len() as f64 * steps as f64));
    here.summary("n", Some(batch::count(a)));
    here.summary("n_part_spikes", Some(batch::count(&batch::at(&a[..n_part].to_vec(), late))));
    here.summary("rate_Hz", hertz(a, steps));
    // 1602 steps are 160.2 ms as doubles, too.
    let between = batch::at(&a[2..9].to_vec(), |s| (after..last).contains(&s));
    here.summary("rate_late_Hz", hertz(&between, last - after));
    let odd = batch::at(a, |s| (s / 50) % 2 == 1);
    here.summary("rate_odd_Hz", hertz(&odd, steps / 2));
    here.summary("cv", batch::cv(a));
    here.summary("cv_late", batch::cv(&batch::at(a, |s| s >= after)));
    here.summary("cv2", batch::cv2(a));
    here.summary("cv2_odd", batch::cv2(&batch::at(b, late)));
    here.summary("fano", batch::fano(a, 0, steps, 10 * bin));
    here.summary("fano_late", batch::fano(&batch::at(b, |s| late(s) && s < last), first, last, 40));
    here.summary("strength", batch::vector_strength(a, 70.0));
    let part = batch::at(&b[2..5].to_vec(), |s| s >= after);
    here.summary("strength_late", batch::vector_strength(&part, 140.0));
    let target = [30, 413, 600, 610, 800, 1500, 1600, 1714, 1980];
    here.summary("gamma", batch::gamma_factor(a, &target, 20.0, steps as f64));
    let target: Vec<i64> = target.into_iter().filter(|s| late(*s)).collect();
    let one = batch::at(&a[1..2].to_vec(), late);
    // A precision of 10.4 steps is 10 where spikes are compared.
    let gamma = |train: &Trains| {
        let coincident = target.iter().filter(|t| train[0].iter().any(|s| (s - **t).abs() <= 10)).count();
        let (m, rate) = (target.len() as f64, target.len() as f64 / (steps - first) as f64);
        (coincident as f64 - 20.8 * m * rate) / (0.5 * (1.0 - 20.8 * rate) * (m + train[0].len() as f64))
    };
    here.summary("gamma_late", Some(gamma(&one)));
    here.summary("first_spike_ms", batch::latency(a).map(|s| s / 10.0));
    here.summary("first_late_ms", batch::latency(&batch::at(b, |s| s >= last)).map(|s| s / 10.0));
}

#[test]
fn of_a_network_all_follow_from_its_spikes() {
    let folder = Folder::new();
    follows_from_its_spikes(&folder.results_of(&job(COUPLED), "out", &[]));
}

#[test]
fn of_lanes_all_follow_from_their_spikes() {
    let folder = Folder::new();
    follows_from_its_spikes(&folder.results_of(&job(LANES), "out", &["--lanes", "4"]));
}

#[test]
fn workers_lanes_and_buffers_do_not_matter() {
    for (model, ways) in [
        (COUPLED, &[&["--workers", "2"][..], &["--buffer", "1"], &["--workers", "2", "--buffer", "100"]][..]),
        (
            LANES,
            &[
                &["--workers", "2", "--lanes", "1"][..],
                &["--lanes", "8", "--buffer", "1"],
                &["--buffer", "90"],
            ],
        ),
    ] {
        let folder = Folder::new();
        let one = folder.results_of(&job(model), "one", &["--workers", "1"]);
        for (k, way) in ways.iter().enumerate() {
            let other = folder.results_of(&job(model), &format!("way{k}"), way);
            other.assert_same(&one, &way.join(" "));
        }
    }
}

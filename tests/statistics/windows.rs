//! Windows at their ends, points that diverge, and what tables are called.

use super::support::Folder;

/// Neurons that spike in every step; one of them diverges at the points where `growth` is set.
const BUSY: &str = r#"
[run]
duration = "300 ms"
dt = "0.1 ms"
[parameters]
growth = 0
until = "200 ms"
[neurons.P]
size = 2
equations = "dx/dt = growth*x*x/second : 1"
method = "euler"
threshold = "t_in_timesteps % 10 == i"
initial = "x = 1"
[record.spikes]
kind = "spikes"
source = "P"
from = "100 ms"
to = "until"
[record.counts]
kind = "counts"
source = "P"
to = "until"
[record.rates]
kind = "rate_histogram"
source = "P"
bin = "100 Hz"
max = "2 kHz"
from = "299.5 ms"
[record.isi]
kind = "isi_histogram"
source = "P"
bin = "1 ms"
max = "3 ms"
[record.auto]
kind = "autocorrelogram"
source = "P"
bin = "1 ms"
max = "3 ms"
[record.pairs]
kind = "correlogram"
source = "P"
target = "P"
bin = "1 ms"
max = "1 ms"
[record.binned]
kind = "rate"
source = "P"
bin = "30 ms"
from = "10 ms"
[summary]
n = "count(P)"
cv = "cv(P, t < until)"
"#;

#[test]
fn windows_end_where_they_should() {
    let folder = Folder::new();
    let sweep = "[[sweep]]\naxes.until = [\"200 ms\", \"200.1 ms\", \"300 ms\", \"7 s\"]";
    let results = folder.results_of(&format!("{BUSY}{sweep}"), "out", &[]);
    let (spikes, counts) = (results.table("spikes").by_point(), results.table("counts").by_point());
    for (point, (until, more)) in [(2000, 0), (2001, 1), (3000, 0), (3000, 0)].into_iter().enumerate() {
        let (spikes, counts) = (&spikes[&(point as u64)], &counts[&(point as u64)]);
        let first = |i: &str| spikes.pick("t_ms", &[("i", i)]);
        // Neuron 0 spikes in steps 1000, 1010, ..., neuron 1 in the step after.
        assert_eq!((first("0")[0], first("1")[0]), (100.0, 100.1));
        let expected = (until - 1000) / 10 + more;
        assert_eq!(first("0").len(), expected, "point {point}");
        assert_eq!(counts.numbers("count")[0] as usize, until / 10 + more, "point {point}");
        assert_eq!(counts.numbers("count")[1] as usize, until / 10, "point {point}");
    }
    // The last five steps hold no spike.
    assert_eq!(results.table("rates").by_point()[&0].numbers("count")[0], 2.0);
    // Bins from 10 ms on, as many as end by 300 ms.
    let binned = &results.table("binned").by_point()[&0];
    let starts: Vec<f64> = (0..9).map(|k| 10.0 + 30.0 * f64::from(k)).collect();
    assert_eq!(binned.numbers("t_ms"), starts);
    assert!(binned.numbers("rate_Hz").iter().all(|rate| *rate == 1000.0));
    // 300 spikes each; with themselves at no lag, with the other one at +0.1 ms or -0.1 ms, next ones at 0.9 or 1 ms.
    let pairs = results.table("pairs").by_point()[&0].numbers("count");
    // Lags of -1 to -0.1 ms: 299 of each neuron with its own spike before, 300 from 1 to 0, 299 from 0 back to 1.
    assert_eq!(pairs, [299.0 * 2.0 + 300.0 + 299.0, 300.0 + 299.0]);
}

/// x reaches infinity at 50 ms, which is seen at 100 ms.
#[test]
fn a_point_that_diverges_has_no_histograms() {
    let folder = Folder::new();
    let sweep = "[[sweep]]\naxes.growth = [0, 20, 1]";
    let text = format!("{BUSY}{sweep}");
    let results = folder.results_ending(10, &text, "out", &["--lanes", "3"]);
    assert_eq!(results.table("points").texts("status"), ["ok", "diverged", "ok"]);
    for table in ["counts", "rates", "isi", "auto", "pairs"] {
        let points: Vec<u64> = results.table(table).by_point().into_keys().collect();
        assert_eq!(points, [0, 2], "{table}");
    }
    let summary = results.table("summary");
    assert!(summary.rows[1][1..].iter().all(String::is_empty), "{:?}", summary.rows[1]);
    assert_eq!(summary.rows[0][1..], summary.rows[2][1..]);
    // Rows of what was over before it was seen stay, as those of other rates and of spikes do.
    let binned = results.table("binned").by_point();
    assert_eq!(binned[&1].numbers("t_ms"), [10.0, 40.0, 70.0], "bins that end by 100 ms");
    assert_eq!(binned[&0].rows.len(), 9);
}

#[test]
fn tables_have_their_columns_and_units() {
    let folder = Folder::new();
    let units =
        "[output]\nunits = { isi = \"s\", lag = \"us\", \"rates.rate\" = \"kHz\", \"binned.t\" = \"s\" }";
    let results = folder.results_of(&format!("{BUSY}{units}"), "out", &[]);
    for (table, header) in [
        ("counts", "point,i,count"),
        ("rates", "point,rate_kHz,count"),
        ("isi", "point,isi_s,count"),
        ("auto", "point,lag_us,count"),
        ("pairs", "point,lag_us,count"),
        ("binned", "point,t_s,rate_Hz"),
        ("spikes", "point,t_ms,i"),
    ] {
        assert_eq!(results.table(table).header.join(","), header);
    }
    assert_eq!(results.table("isi").texts("isi_s"), ["0.0", "0.001", "0.002"]);
    assert_eq!(results.table("pairs").texts("lag_us"), ["-1000.0", "0.0"]);
    assert_eq!(results.table("rates").texts("rate_kHz")[..3], ["0.0", "0.1", "0.2"]);
    let package: serde_json::Value =
        serde_json::from_slice(&std::fs::read(results.dir.join("datapackage.json")).unwrap()).unwrap();
    let resources = package["resources"].as_array().unwrap();
    let isi = resources.iter().find(|r| r["name"] == "isi").unwrap();
    let fields = isi["schema"]["fields"].as_array().unwrap();
    assert_eq!((fields[1]["unit"].as_str(), fields[2]["type"].as_str()), (Some("s"), Some("integer")));
}

/// A group with steps of its own, and events besides spikes: steps are those of its clock.
const CLOCKS: &str = r#"
[run]
duration = "60 ms"
dt = "0.1 ms"
[neurons.fast]
size = 2
threshold = "t_in_timesteps % 100 == 0"
[neurons.slow]
size = 3
dt = "0.5 ms"
threshold = "t_in_timesteps % 8 == i"
[neurons.slow.events.half]
condition = "t_in_timesteps % 4 == 1"
[record.isi]
kind = "isi_histogram"
source = "slow"
bin = "1 ms"
max = "6 ms"
[record.counts]
kind = "counts"
source = "slow"
from = "30 ms"
[record.halves]
kind = "counts"
source = "slow"
event = "half"
[record.binned]
kind = "rate"
source = "slow"
bin = "4 ms"
[summary]
rate = "rate(slow, t < 40*ms)"
cv = "cv(slow)"
first = "latency(slow)"
fano = "fano(slow[0], 2*ms)"
strength = "vector_strength(slow[1:2], 4*ms)"
fast = "count(fast)"
"#;

#[test]
fn steps_are_those_of_the_groups_clock() {
    let folder = Folder::new();
    let results = folder.results_of(CLOCKS, "out", &[]);
    let summary = results.table("summary");
    let value = |name: &str| summary.numbers(name)[0];
    // 120 steps of 0.5 ms: a spike every 4 ms, fifteen of each neuron, the first ones at 0, 0.5 and 1 ms.
    assert_eq!((value("slow_spikes"), value("fast"), value("cv")), (45.0, 12.0, 0.0));
    assert_eq!((value("rate_Hz"), value("first_ms"), value("strength")), (250.0, 0.5, 1.0));
    // Windows of 2 ms hold one spike and none in turn: variance 1/4, mean 1/2.
    assert_eq!(value("fano"), 0.5);
    assert_eq!(results.table("isi").numbers("count"), [0.0, 0.0, 0.0, 0.0, 42.0, 0.0]);
    // From 30 ms on, at 32, 36, ... 56 ms and so on.
    assert_eq!(results.table("counts").numbers("count"), [7.0; 3]);
    assert_eq!(results.table("halves").numbers("count"), [30.0; 3]);
    let binned = results.table("binned");
    assert_eq!(binned.numbers("rate_Hz"), [250.0; 15]);
    assert_eq!(binned.numbers("t_ms")[..3], [0.0, 4.0, 8.0]);
}

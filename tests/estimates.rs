//! What `check` says a run will take, and on what that rests. What jobs of the gallery write is compared in their own
//! tests, times by `bench/estimates`.

mod support;

use serde_json::Value;
use support::Folder;

fn checked(folder: &Folder, job: &str, more: &[String]) -> Value {
    let arguments = [&["check".to_owned(), job.to_owned(), "--json".to_owned()], more].concat();
    serde_json::from_str(&folder.spikesweep(&arguments).expect(0).stdout).unwrap()
}

fn number(report: &Value, pointer: &str) -> f64 {
    report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {pointer} in {report:#}"))
}

const JOB: &str = r#"
[run]
duration = "T"
[parameters]
T = "100 ms"
drive = "20 mV"
[neurons.P]
size = 10
equations = "dv/dt = (drive - v)/(10*ms) : volt"
threshold = "v > 10*mV"
reset = "v = 0*mV"
[neurons.Q]
size = 7
equations = "dv/dt = -v/(10*ms) : volt"
[poisson.D]
size = 5
rate = "10*Hz*(1 + i) + 5*Hz*sin(2*pi*t/T)"
[synapses.local]
source = "P"
target = "Q"
on_pre = "v_post += 1*mV"
connect = { where = "abs(i - j) < 2", p = 0.5 }
[record.trace]
kind = "state"
source = "Q"
variables = ["v"]
every = "1 ms"
[record.spikes]
kind = "spikes"
source = "P"
[[sweep]]
axes.drive = ["20 mV", "30 mV"]
"#;

/// Only what lies within the last milliseconds is told, so only that is counted.
#[test]
fn what_is_not_kept_takes_no_bytes() {
    let folder = Folder::new();
    let with = |last: &str| {
        let text = JOB.replace("every = \"1 ms\"", &format!("every = \"1 ms\"{last}"));
        folder.write("job.toml", &text);
        let report = checked(&folder, "job.toml", &[]);
        let written = folder.results_of(&text, &format!("out{}", last.len()), &[]).files()["trace.csv"].len();
        let files = report["output"]["files"].as_array().unwrap();
        let trace = files.iter().find(|file| file["file"] == "trace.csv").expect("it is listed");
        number(trace, "/bytes") / written as f64
    };
    for last in ["", "\nlast = \"8 ms\"", "\nlast = \"900 ms\""] {
        let ratio = with(last);
        assert!((0.8..1.25).contains(&ratio), "{last}: {ratio}");
    }
}

#[test]
fn amounts_follow_from_the_job() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let report = checked(&folder, "job.toml", &[]);
    // 17 neurons, 1000 steps, 2 points; 20 pairs of P[i] with Q[j] lie next to each other: (0,0), (0,1), then three for
    // each i from 1 to 5, two for 6 (5 and 6), one for 7 (6).
    assert_eq!(number(&report["work"], "/neuron_updates"), 34_000.0);
    assert_eq!(number(&report, "/points"), 2.0);
    assert_eq!(number(&report, "/neurons"), 22.0);
    assert_eq!(number(&report, "/synapses"), 10.0);
    let rates = report.pointer("/assumptions/rates").unwrap().as_array().unwrap();
    let said = |k: usize| {
        format!("{} {} {:.0}", rates[k]["group"], rates[k]["basis"], rates[k]["mean_hz"].as_f64().unwrap())
    };
    // D: trains 0 to 4 at 10 to 50 Hz, and a sine that is 0 on average.
    assert_eq!([said(0), said(2)], ["\"D\" \"given\" 30", "\"Q\" \"silent\" 0"]);
    assert_eq!(said(1), "\"P\" \"assumed\" 10");
    let text = folder.spikesweep(&["check", "job.toml"]).expect(0).stdout;
    assert!(text.contains("P 10 Hz (assumed: the group has no expected_rate)"), "{text}");
    assert!(text.contains("kernels         1 (0 in the cache)"), "{text}");
}

/// Thirty thousand synapses of ninety million pairs: memory is reckoned for those that fulfil the condition.
const SPARSE: &str = r#"
[run]
duration = "1 ms"
[parameters]
n = 3000
[neurons.P]
size = "n"
threshold = "t_in_timesteps < 0"
[neurons.Q]
size = "10*n"
equations = "v : 1"
[synapses.S]
source = "P"
target = "Q"
connect = { where = "j % n == i" }
on_pre = "v += 1"
"#;

#[test]
fn conditions_are_reckoned_with_and_too_much_memory_is_told() {
    let folder = Folder::new();
    folder.write("job.toml", SPARSE);
    let report = checked(&folder, "job.toml", &[]);
    let bytes = number(&report, "/memory/shared_bytes");
    // 4 bytes a synapse and 16 a row; all pairs would be more than 300 megabytes.
    let expected = 30_000.0 * 4.0 + 3_000.0 * 16.0;
    assert!((expected / 2.0..expected * 2.0).contains(&bytes), "{bytes}");
    assert_eq!(report["memory"]["fits"], true);
    let all = SPARSE.replace("j % n == i", "j >= 0").replace("10*n", "200*n").replace("3000", "100000");
    folder.write("job.toml", &all);
    let report = checked(&folder, "job.toml", &[]);
    assert_eq!(report["memory"]["fits"], false);
    assert!(number(&report, "/memory/available_bytes") < number(&report, "/memory/total_bytes"));
    let told = folder.spikesweep(&["check", "job.toml"]).expect(0);
    assert!(told.stderr.contains("warning: this will not run here"), "{}", told.stderr);
    assert!(told.stderr.contains("of memory are needed, but"), "{}", told.stderr);
}

#[test]
fn an_expected_rate_is_reckoned_with_and_changes_no_result() {
    let folder = Folder::new();
    let with = JOB.replace("reset =", "expected_rate = \"drive/mV*3*Hz\"\nreset =");
    folder.write("job.toml", &with);
    let report = checked(&folder, "job.toml", &[]);
    let rate = &report["assumptions"]["rates"][1];
    assert_eq!((rate["basis"].as_str(), rate["lowest_hz"].as_f64()), (Some("expected"), Some(60.0)));
    assert_eq!((rate["mean_hz"].as_f64(), rate["highest_hz"].as_f64()), (Some(75.0), Some(90.0)));
    // 10 neurons, 0.1 s, 60 Hz and 90 Hz; D has 5 trains of 30 Hz, twice.
    let spikes = number(&report["work"], "/spikes");
    assert!((spikes - 180.0).abs() < 1e-6, "{spikes}");
    let plain = folder.results_of(JOB, "plain", &[]);
    let rated = folder.results_of(&with, "rated", &[]);
    for name in ["points.csv", "summary.csv", "spikes.csv", "trace.csv"] {
        assert_eq!(plain.files()[name], rated.files()[name], "{name}");
    }
    // The same run: going on with it under another expectation is not refused.
    folder.write("job.toml", JOB);
    folder.spikesweep(&["run", "job.toml", "--out", "rated"]).expect(0);
}

#[test]
fn events_are_reckoned_with() {
    let folder = Folder::new();
    let event = |rate: &str| {
        format!(
            "{JOB}\n[neurons.P.events.up]\ncondition = \"v > 5*mV\"\n{rate}\n\
             [record.up]\nkind = \"events\"\nsource = \"P\"\nevent = \"up\"\n"
        )
    };
    let bytes = |rate: &str| {
        folder.write("job.toml", event(rate));
        let report = checked(&folder, "job.toml", &[]);
        let files = report.pointer("/output/files").unwrap().as_array().unwrap().clone();
        files.iter().find(|f| f["file"] == "up.csv").unwrap()["bytes"].as_f64().unwrap()
    };
    let (assumed, expected) = (bytes(""), bytes("expected_rate = \"1 kHz\""));
    assert!((50.0..200.0).contains(&(expected / assumed)), "{assumed} {expected}");
}

#[test]
fn a_pilot_measures_rates_and_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    let before = std::fs::read_dir(folder.path("")).unwrap().count();
    let report = checked(&folder, "job.toml", &["--pilot".to_owned()]);
    let rate = &report["assumptions"]["rates"][1];
    assert_eq!(rate["basis"], "measured");
    // Alone, such a neuron fires every 10 ms ln 2 and every 10 ms ln 1.5: at 144 and 247 Hz.
    let hertz = rate["mean_hz"].as_f64().unwrap();
    assert!((150.0..230.0).contains(&hertz), "{hertz}");
    assert_eq!(number(&report, "/pilot/points"), 2.0);
    assert!(number(&report, "/pilot/seconds_without_pilot") > 0.0);
    let results = folder.results_of(JOB, "out", &[]);
    let found = results.files()["spikes.csv"].len() as f64;
    let files = report.pointer("/output/files").unwrap().as_array().unwrap();
    let spikes = files.iter().find(|f| f["file"] == "spikes.csv").unwrap()["bytes"].as_f64().unwrap();
    assert!((spikes / found - 1.0).abs() < 0.2, "{spikes} {found}");
    // The job file that the run above wrote was there before, and its results are new.
    assert_eq!(std::fs::read_dir(folder.path("")).unwrap().count(), before + 1);
}

/// Tables of statistics: rows follow from bins, digits from rates.
const COUNTED: &str = r#"
[run]
duration = "T"
[parameters]
T = "2 s"
[poisson.D]
size = 400
rate = "30 Hz"
[poisson.E]
size = 30
rate = "80 Hz"
[record.counts]
kind = "counts"
source = "D[5:]"
to = "1 s"
[record.isi]
kind = "isi_histogram"
source = "D"
bin = "0.5 ms"
max = "100 ms"
[record.rates]
kind = "rate_histogram"
source = "D"
bin = "0.5 Hz"
max = "70 Hz"
[record.own]
kind = "autocorrelogram"
source = "E"
bin = "1 ms"
max = "150 ms"
[record.pairs]
kind = "correlogram"
source = "D[:100]"
target = "E"
bin = "1 ms"
max = "80 ms"
[record.binned]
kind = "rate"
source = "E"
bin = "2 ms"
from = "0.5 s"
[record.spikes]
kind = "spikes"
source = "D"
from = "0.5 s"
to = "0.75 s"
[record.rate]
kind = "rate"
source = "D"
from = "1.9 s"
[summary]
cv = "cv(D)"
n = "count(E, t > 1*second)"
[[sweep]]
axes.T = ["2 s", "3 s"]
"#;

#[test]
fn tables_of_statistics_are_reckoned() {
    let folder = Folder::new();
    folder.write("job.toml", COUNTED);
    let report = checked(&folder, "job.toml", &[]);
    let found = folder.results_of(COUNTED, "out", &[]).files();
    let files = report.pointer("/output/files").unwrap().as_array().unwrap();
    for file in files {
        let name = file["file"].as_str().unwrap();
        let ratio = file["bytes"].as_f64().unwrap() / found[name].len() as f64;
        assert!((0.8..1.25).contains(&ratio), "{name}: estimated over found {ratio:.2}");
    }
    assert_eq!(files.len(), 12);
}

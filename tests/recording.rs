//! Tables of monitors and the summary: columns, units, order, times, and values that can be computed by hand.

mod support;

use support::processes::watch;
use support::{Folder, assert_close};

/// Three neurons that spike at times of their own: neuron i at the end of step k where x crosses a whole number.
/// x grows by 1 a step in all; neuron i spikes when x reaches 10, 20, 50 (+ i), then never again.
const TRAINS: &str = r#"
[run]
duration = "8 ms"
dt = "0.1 ms"
[parameters]
drive = "3 nA"
[neurons.P]
size = 4
equations = '''
dx/dt = 10*kHz : 1
v : volt
current : amp
count : integer
hot : boolean
'''
method = "euler"
threshold = "i < 3 and (abs(x - 10 - i) < 0.5 or abs(x - 20 - i) < 0.5 or abs(x - 50 - i) < 0.5)"
reset = '''
v += 1*mV
count += 1
hot = True
'''
initial = '''
v = i*10*mV
current = i*drive
'''
"#;

fn with(monitors: &str) -> String {
    format!("{TRAINS}\n{monitors}\n")
}

#[test]
fn spikes_are_ordered_by_time_and_index() {
    let folder = Folder::new();
    let text =
        with("[record.all]\nkind = \"spikes\"\nsource = \"P\"\n[[sweep]]\naxes.drive = [\"1 nA\", \"2 nA\"]");
    let table = folder.results_of(&text, "out", &["--workers", "2"]).table("all");
    assert_eq!(table.header, ["point", "t_ms", "i"]);
    // After the update of step k, x is k + 1: neuron i spikes in steps 9, 19 and 49 (+ i).
    let mut expected = Vec::new();
    for point in 0..2 {
        for (t, i) in [
            ("0.9", 0),
            ("1.0", 1),
            ("1.1", 2),
            ("1.9", 0),
            ("2.0", 1),
            ("2.1", 2),
            ("4.9", 0),
            ("5.0", 1),
            ("5.1", 2),
        ] {
            expected.push(vec![point.to_string(), t.to_string(), i.to_string()]);
        }
    }
    assert_eq!(table.rows, expected);
}

#[test]
fn spikes_of_one_step_are_ordered_by_index() {
    let folder = Folder::new();
    let text = r#"
[run]
duration = "0.5 ms"
[neurons.P]
size = 300
equations = "x : 1"
threshold = "i % 3 == 0"
[record.all]
kind = "spikes"
source = "P"
"#;
    let table = folder.results_of(text, "out", &[]).table("all");
    let (t, i) = (table.numbers("t_ms"), table.numbers("i"));
    assert_eq!(t.len(), 500);
    for k in 0..500 {
        assert_eq!((t[k], i[k]), ((k / 100) as f64 / 10.0, (3 * (k % 100)) as f64), "row {k}");
    }
}

#[test]
fn states_are_those_at_the_start_of_a_step() {
    let folder = Folder::new();
    let text = with(
        "[record.state]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"x\", \"v\", \"current\", \"count\", \"hot\"]\nindices = [0, 3]",
    );
    let table = folder.results_of(&text, "out", &[]).table("state");
    assert_eq!(table.header, ["point", "t_ms", "i", "x", "v_mV", "current_nA", "count", "hot"]);
    assert_eq!(table.rows.len(), 2 * 80);
    let (t, x, v) = (table.numbers("t_ms"), table.numbers("x"), table.numbers("v_mV"));
    for k in 0..80 {
        assert_eq!((table.rows[2 * k][2].as_str(), table.rows[2 * k + 1][2].as_str()), ("0", "3"));
        assert_eq!(table.rows[2 * k][1], format!("{}.{}", k / 10, k % 10), "times are the nearest decimals");
        assert_eq!(t[2 * k], t[2 * k + 1]);
        assert_close(x[2 * k], k as f64, 1e-9, "x at the start of its step");
        let spikes = [9, 19, 49].iter().filter(|step| **step < k).count() as f64;
        assert_close(v[2 * k], spikes, 1e-9, "v of neuron 0");
        assert_eq!(table.rows[2 * k][6..], [spikes.to_string(), u8::from(spikes > 0.0).to_string()]);
        assert_close(v[2 * k + 1], 30.0, 1e-9, "v of neuron 3");
        assert_eq!(table.rows[2 * k + 1][5..], ["9.0", "0", "0"]);
    }
}

#[test]
fn every_and_indices_choose_rows() {
    let folder = Folder::new();
    let text = with(
        "[record.state]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"x\"]\nindices = [2, 0]\nevery = \"0.7 ms\"",
    );
    let table = folder.results_of(&text, "out", &[]).table("state");
    let times: Vec<&str> = table.texts("t_ms").into_iter().step_by(2).collect();
    assert_eq!(times, ["0.0", "0.7", "1.4", "2.1", "2.8", "3.5", "4.2", "4.9", "5.6", "6.3", "7.0", "7.7"]);
    let x = table.pick("x", &[("i", "2")]);
    assert_eq!(x.len(), times.len());
    for (k, x) in x.iter().enumerate() {
        assert_close(*x, 7.0 * k as f64, 1e-9, "x");
    }
    let order: Vec<Vec<&str>> = table.texts("i").chunks(2).map(<[&str]>::to_vec).collect();
    assert!(
        order.iter().all(|two| two == &["0", "2"]),
        "rows of one time are not ordered by index: {:?}",
        order[0]
    );
}

#[test]
fn subgroups_count_from_zero() {
    let folder = Folder::new();
    let text = with(
        "[record.part]\nkind = \"spikes\"\nsource = \"P[1:3]\"\n\
         [record.one]\nkind = \"state\"\nsource = \"P[3]\"\nvariables = [\"v\"]\n\
         [record.values]\nkind = \"state\"\nsource = \"P[2:]\"\nvariables = [\"v\"]\nindices = [1]\n\
         [record.rate]\nkind = \"rate\"\nsource = \"P[:2]\"",
    );
    let results = folder.results_of(&text, "out", &[]);
    let part = results.table("part");
    assert_eq!(part.texts("i"), ["0", "1", "0", "1", "0", "1"]);
    assert_eq!(part.numbers("t_ms"), [1.0, 1.1, 2.0, 2.1, 5.0, 5.1]);
    for (name, i) in [("one", "0"), ("values", "1")] {
        let table = results.table(name);
        assert!(table.texts("i").iter().all(|k| *k == i), "{name}");
        assert!(table.numbers("v_mV").iter().all(|v| (v - 30.0).abs() < 1e-9), "{name}: not neuron 3");
    }
    let rate = results.table("rate");
    assert_eq!(rate.header, ["point", "t_ms", "rate_Hz"]);
    assert_eq!(rate.rows.len(), 80);
    // One of two neurons in a step of 0.1 ms: 5000 Hz.
    for (step, rate) in rate.numbers("rate_Hz").into_iter().enumerate() {
        let spikes = [9, 10, 19, 20, 49, 50].contains(&step);
        assert_close(rate, if spikes { 5000.0 } else { 0.0 }, 1e-6, &format!("rate in step {step}"));
    }
}

/// Brian's windows: flat of 2*round(width/2/dt) + 1 steps, Gaussian cut at two widths and made to sum to 1; zero outside.
#[test]
fn rates_are_smoothed_as_brian_does() {
    let folder = Folder::new();
    let text = with(
        "[record.flat]\nkind = \"rate\"\nsource = \"P[:1]\"\nsmooth = { window = \"flat\", width = \"0.5 ms\" }\n\
         [record.gauss]\nkind = \"rate\"\nsource = \"P[:1]\"\nsmooth = { window = \"gaussian\", width = \"0.3 ms\" }\n\
         [record.wide]\nkind = \"rate\"\nsource = \"P[:1]\"\nsmooth = { window = \"flat\", width = \"50 ms\" }",
    );
    let results = folder.results_of(&text, "out", &[]);
    let spikes = [9_i64, 19, 49];
    let smoothed = |weights: &dyn Fn(i64) -> f64, half: i64, step: i64| {
        let sum: f64 = (-half..=half).map(weights).sum();
        spikes
            .iter()
            .filter(|s| (**s - step).abs() <= half)
            .map(|s| weights(s - step) / sum * 1e4)
            .sum::<f64>()
    };
    let gauss = |k: i64| (-(k * k) as f64 / (2.0 * 3.0 * 3.0)).exp();
    let (flat, gaussian, wide) = (results.table("flat"), results.table("gauss"), results.table("wide"));
    for step in 0..80_i64 {
        let k = step as usize;
        assert_close(
            flat.numbers("rate_Hz")[k],
            smoothed(&|_| 1.0, 2, step),
            1e-6,
            &format!("flat, step {step}"),
        );
        assert_close(
            gaussian.numbers("rate_Hz")[k],
            smoothed(&gauss, 6, step),
            1e-6,
            &format!("gaussian, step {step}"),
        );
        assert_close(
            wide.numbers("rate_Hz")[k],
            smoothed(&|_| 1.0, 250, step),
            1e-6,
            &format!("wider than the run, step {step}"),
        );
    }
}

#[test]
fn units_can_be_chosen() {
    let folder = Folder::new();
    let text = with(
        "[record.state]\nkind = \"state\"\nsource = \"P[3]\"\nvariables = [\"v\", \"current\"]\n\
         [record.spikes]\nkind = \"spikes\"\nsource = \"P\"\n\
         [output]\nunits = { v = \"uV\", t = \"s\", current = \"A\", drive = \"pA\" }\n\
         [[sweep]]\naxes.drive = [\"0.1 nA\", \"1500 pA\"]",
    );
    let results = folder.results_of(&text, "out", &[]);
    let state = results.table("state");
    assert_eq!(state.header, ["point", "t_s", "i", "v_uV", "current_A"]);
    assert_eq!(state.rows[1], ["0", "0.0001", "0", "30000.0", "3e-10"]);
    assert_eq!(results.table("spikes").header, ["point", "t_s", "i"]);
    assert_eq!(results.table("spikes").texts("t_s")[0], "0.0009");
    let points = results.table("points");
    assert_eq!(points.texts("drive_pA"), ["100.0", "1500.0"]);
}

#[test]
fn the_package_describes_every_column() {
    let folder = Folder::new();
    let text = with(
        "[record.state]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"v\", \"count\"]\n\
         [summary]\ntop = \"max(P.v)\"\n[[sweep]]\naxes.drive = [\"1 nA\"]",
    );
    let results = folder.results_of(&text, "out", &[]);
    let package: serde_json::Value =
        serde_json::from_slice(&std::fs::read(results.dir.join("datapackage.json")).unwrap()).unwrap();
    let resources = package["resources"].as_array().unwrap();
    let mut names = Vec::new();
    for resource in resources {
        let name = resource["name"].as_str().unwrap();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let described: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
        assert_eq!(described, results.table(name).header, "{name}");
        let unit =
            |column: &str| fields.iter().find(|f| f["name"] == column).and_then(|f| f["unit"].as_str());
        match name {
            "state" => {
                assert_eq!((unit("t_ms"), unit("v_mV"), unit("count")), (Some("ms"), Some("mV"), None))
            }
            "points" => assert_eq!(unit("drive_nA"), Some("nA")),
            _ => assert_eq!(unit("top_mV"), Some("mV")),
        }
        names.push(name);
    }
    assert_eq!(names, ["points", "summary", "state"]);
}

#[test]
fn summaries_can_be_computed_by_hand() {
    let folder = Folder::new();
    let text = with(
        "[summary]\nlow = \"min(P.x)\"\nhigh = \"max(P.x)\"\nmiddle = \"mean(P.x)\"\ntop = \"max(P[:3].v)\"\n\
         counted = \"max(P.count)\"\npart = \"mean(P[2].v)\"",
    );
    let summary = folder.results_of(&text, "out", &[]).table("summary");
    assert_eq!(
        summary.header,
        [
            "point",
            "P_spikes",
            "P_rate_Hz",
            "P_cv_isi",
            "low",
            "high",
            "middle",
            "top_mV",
            "counted",
            "part_mV"
        ]
    );
    let value = |name: &str| summary.numbers(name)[0];
    assert_eq!(value("P_spikes"), 9.0);
    // Nine spikes of four neurons in 8 ms.
    assert_close(value("P_rate_Hz"), 9.0 / 4.0 / 0.008, 1e-9, "rate");
    // Intervals of 10 and 30 steps in three neurons; the fourth has none: standard deviation 10, mean 20.
    assert_close(value("P_cv_isi"), 0.5, 1e-12, "CV");
    assert_eq!(summary.texts("counted"), ["3"]);
    assert_close(value("top_mV"), 23.0, 1e-9, "largest v of the first three");
    let x: Vec<f64> = (0..=80).map(f64::from).collect();
    let (first, last) = (value("low"), value("high"));
    // Sampled once a step, before or after the update.
    assert!((first - x[0]).abs() < 1e-9 || (first - x[1]).abs() < 1e-9, "lowest x {first}");
    assert_close(last - first, 79.0, 1e-6, "range of x over 80 samples");
    assert_close(value("middle"), (first + last) / 2.0, 1e-6, "mean of x");
    let mean = value("part_mV");
    let after =
        |late: i64| 20.0 + [11_i64, 21, 51].iter().map(|s| (80 - s - late) as f64 / 80.0).sum::<f64>();
    assert!((mean - after(0)).abs() < 1e-9 || (mean - after(1)).abs() < 1e-9, "mean v of neuron 2 is {mean}");
}

#[test]
fn a_silent_group_has_no_cv() {
    let folder = Folder::new();
    let text = TRAINS.replace("duration = \"8 ms\"", "duration = \"0.5 ms\"");
    let summary = folder.results_of(&text, "out", &[]).table("summary");
    assert_eq!(summary.rows, [["0", "0", "0.0", ""]]);
}

const CHATTY: &str = r#"
[run]
duration = "length"
dt = "0.1 ms"
[parameters]
length = "250 ms"
[neurons.P]
size = 40
equations = '''
dv/dt = (1.1*volt*cos(t*i/ms) - v)/(10*ms) : volt
dw/dt = -w/(20*ms) : 1
'''
method = "euler"
initial = "w = i"
[record.all]
kind = "state"
source = "P"
variables = ["v", "w"]
"#;

/// Its kernel has nothing to tell: all rows are of the monitor's own making.
const SILENT: &str = r#"
[run]
duration = "length"
dt = "0.1 ms"
[parameters]
length = "25 s"
[neurons.P]
size = 1
equations = "dv/dt = -v/(10*ms) : 1"
threshold = "v > 1"
[record.all]
kind = "rate"
source = "P"
"#;

/// Rows leave as they come: eight times the rows, the same memory.
#[test]
fn memory_does_not_grow_with_the_length_of_a_run() {
    let table = [
        (CHATTY, [("length=250 ms", 100_000), ("length=2 s", 800_000)]),
        (SILENT, [("length=25 s", 250_000), ("length=200 s", 2_000_000)]),
    ];
    for (text, lengths) in table {
        let folder = Folder::new();
        folder.write("job.toml", text);
        folder.results_of(text, "warm", &["--set", "length=1 ms"]);
        let [short, long] = lengths.map(|(length, rows)| {
            let run = ["run", "job.toml", "--out", length, "--workers", "1", "--set", length];
            let (ended, peak) = watch(folder.start(&run));
            ended.expect(0);
            let file = folder.path(length).join("all.csv");
            assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), rows + 1);
            std::fs::remove_file(file).unwrap();
            assert!(peak.workers > 0 && peak.parent > 0, "nothing was seen: {peak:?}");
            peak
        });
        // Kept in memory, the rows of the long run would be more than 25 MB.
        let most = 6 << 20;
        assert!(long.worker < short.worker + most, "workers: {} bytes, then {}", short.worker, long.worker);
        assert!(long.parent < short.parent + most, "parents: {} bytes, then {}", short.parent, long.parent);
    }
}

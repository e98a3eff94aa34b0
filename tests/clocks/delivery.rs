//! Spikes of a generator, of Poisson trains and of neurons, each on a clock of its own, at targets on others: every count
//! and every time of arrival, at every tick of the target's clock and at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::exact::{Random, STEPS, Us, bin, delayed, integers, is_halfway, last, microseconds, ticks, until};
use crate::support::{Folder, Table, assert_close};

const NEURONS: usize = 4;
const POINTS: usize = 90;

const JOB: &str = r#"
[run]
duration = "duration"
dt = "dt_run"
seed = 7

[parameters]
trial = 0
dt_run = "100 us"
dt_gen = "100 us"
dt_poisson = "100 us"
dt_target = "100 us"
duration = "10 ms"
delay = "0 us"
delay_back = "0 us"
delay_poisson = "0 us"
delay_out = "0 us"

[spike_generators.gen]
size = 4
csv = "trains.csv"
rows = { trial = "trial" }
dt = "dt_gen"

[poisson.noise]
size = 4
rate = "120 Hz"
dt = "dt_poisson"

[neurons.P]
size = 4
equations = '''
n : integer
last : second
back : integer
heard : second
'''
threshold = "t_in_timesteps % 3 == 1"
dt = "dt_target"

[neurons.R]
size = 4
equations = '''
got : integer
at : second
noise : integer
'''

[synapses.S]
source = "gen"
target = "P"
connect = { where = "i == j" }
on_pre = "n_post += 1; last_post = t"
on_post = "back_post += 1; heard_post = t"
delay = "delay"
delay_post = "delay_back"

[synapses.out]
source = "P"
target = "R"
connect = { where = "i == j" }
on_pre = "got_post += 1; at_post = t"
delay = "delay_out"

[synapses.from_noise]
source = "noise"
target = "R"
connect = { where = "i == j" }
on_pre = "noise_post += 1"
delay = "delay_poisson"

[record.gen]
kind = "spikes"
source = "gen"

[record.noise]
kind = "spikes"
source = "noise"

[record.rate]
kind = "rate"
source = "gen"

[record.P]
kind = "state"
source = "P"
variables = ["n", "last", "back", "heard"]
slot = "end"

[record.R]
kind = "state"
source = "R"
variables = ["got", "at", "noise"]
slot = "end"

[[sweep]]
points = "points.csv"
"#;

/// The values of a point.
struct Case {
    run: Us,
    gen_: Us,
    poisson: Us,
    target: Us,
    duration: Us,
    delay: Us,
    back: Us,
    noise: Us,
    out: Us,
    /// Of each neuron of the generator.
    trains: Vec<Vec<Us>>,
}

impl Case {
    fn random(random: &mut Random) -> Case {
        let mut step = || random.of(&STEPS);
        let (run, gen_, poisson, target) = (step(), step(), step(), step());
        let duration = 2000 + 10 * random.below(700);
        let mut delay = |step: Us| loop {
            let delay = random.below(3) * random.below(700);
            if !is_halfway(delay, step) {
                break delay;
            }
        };
        let (forth, back, noise, out) = (delay(gen_), delay(target), delay(poisson), delay(target));
        let mut train = || {
            let mut times: Vec<Us> = (0..random.below(12)).map(|_| random.below(duration + 1500)).collect();
            times.sort_unstable();
            times.dedup_by_key(|t| bin(*t, gen_));
            times
        };
        let trains = (0..NEURONS).map(|_| train()).collect();
        Case { run, gen_, poisson, target, duration, delay: forth, back, noise, out, trains }
    }

    /// The end of the run: whole steps of its clock.
    fn end(&self) -> Us {
        ticks(self.duration, self.run) * self.run
    }

    /// Arrivals of what was sent in these steps of a clock.
    fn arrivals(&self, steps: &[i64], step: Us, delay: Us) -> Vec<Us> {
        let all = ticks(self.end(), step);
        let arrived = steps.iter().filter(|k| **k < all).map(|k| k + delayed(delay, step));
        arrived.filter(|k| *k < all).map(|k| k * step).collect()
    }

    /// Steps in which neuron `i` of the generator spikes.
    fn spikes(&self, i: usize) -> Vec<i64> {
        let all = ticks(self.end(), self.gen_);
        self.trains[i].iter().map(|t| bin(*t, self.gen_)).filter(|k| *k < all).collect()
    }

    fn told(&self, point: usize) -> String {
        let Case { run, gen_, poisson, target, duration, delay, back, noise, out, trains } = self;
        format!(
            "point {point}: run {run}, gen {gen_}, poisson {poisson}, target {target}, duration {duration}, delays \
             {delay} {back} {noise} {out}, {trains:?}"
        )
    }
}

fn files(folder: &Folder, cases: &[Case]) {
    let mut points = String::from(
        "trial,dt_run_us,dt_gen_us,dt_poisson_us,dt_target_us,duration_us,delay_us,delay_back_us,delay_poisson_us,delay_out_us\n",
    );
    let mut trains = String::from("trial,i,t_us\n");
    for (k, case) in cases.iter().enumerate() {
        let Case { run, gen_, poisson, target, duration, delay, back, noise, out, .. } = case;
        writeln!(points, "{k},{run},{gen_},{poisson},{target},{duration},{delay},{back},{noise},{out}")
            .unwrap();
        // Neither sorted by time nor by neuron.
        for (i, train) in case.trains.iter().enumerate() {
            train.iter().rev().for_each(|t| writeln!(trains, "{k},{i},{t}").unwrap());
        }
    }
    // Every trial has its number in the file, whether it has spikes or not.
    writeln!(trains, "-1,0,0\n{},0,0", cases.len()).unwrap();
    folder.write("points.csv", points);
    folder.write("trains.csv", trains);
}

/// A table of states is what the times of arrivals say, at every tick of its clock.
#[track_caller]
fn states(table: &Table, step: Us, end: Us, columns: &[(&str, &str, &[Vec<Us>])], what: &str) {
    let (t, i) = (microseconds(table, "t_ms"), integers(table, "i"));
    let rows = ticks(end, step) * NEURONS as i64;
    assert_eq!(t.len() as i64, rows, "rows of {what}");
    for (counts, times, arrivals) in columns {
        let counted = integers(table, counts);
        let latest = (!times.is_empty()).then(|| microseconds(table, times));
        for row in 0..t.len() {
            assert_eq!(t[row], row as i64 / NEURONS as i64 * step, "time of row {row} of {what}");
            let arrived = &arrivals[i[row] as usize];
            assert_eq!(
                counted[row],
                until(arrived, t[row]),
                "{counts} of {} at {} us, {what}",
                i[row],
                t[row]
            );
            if let Some(latest) = &latest {
                assert_eq!(
                    latest[row],
                    last(arrived, t[row]),
                    "{times} of {} at {} us, {what}",
                    i[row],
                    t[row]
                );
            }
        }
    }
}

fn of_point(tables: &BTreeMap<u64, Table>, point: usize) -> Option<&Table> {
    tables.get(&(point as u64))
}

#[test]
fn every_spike_arrives_once_and_when_it_should() {
    let folder = Folder::new();
    let mut random = Random(20_260_101);
    let cases: Vec<Case> = (0..POINTS).map(|_| Case::random(&mut random)).collect();
    files(&folder, &cases);
    let results = folder.results_of(JOB, "out", &[]);
    let [generated, noise, rate, p, r] =
        ["gen", "noise", "rate", "P", "R"].map(|name| results.table(name).by_point());
    let mut sent = 0;
    for (k, case) in cases.iter().enumerate() {
        let (what, end) = (case.told(k), case.end());
        let spikes: Vec<Vec<i64>> = (0..NEURONS).map(|i| case.spikes(i)).collect();
        sent += spikes.iter().map(Vec::len).sum::<usize>();
        let mut expected: Vec<(Us, i64)> = Vec::new();
        for (i, steps) in spikes.iter().enumerate() {
            expected.extend(steps.iter().map(|step| (step * case.gen_, i as i64)));
        }
        expected.sort_unstable();
        let mut seen = of_point(&generated, k).map_or(Vec::new(), |table| {
            microseconds(table, "t_ms").into_iter().zip(integers(table, "i")).collect::<Vec<_>>()
        });
        seen.sort_unstable();
        assert_eq!(seen, expected, "spikes of the generator, {what}");
        let rows = of_point(&rate, k).expect("rates");
        assert_eq!(rows.rows.len() as i64, ticks(end, case.gen_), "rows of rate, {what}");
        for (t, rate) in microseconds(rows, "t_ms").into_iter().zip(rows.numbers("rate_Hz")) {
            let count = expected.iter().filter(|(time, _)| *time == t).count() as f64;
            assert_close(rate, count / (NEURONS as f64 * case.gen_ as f64 * 1e-6), 1e-6, &what);
        }
        let forth: Vec<Vec<Us>> =
            spikes.iter().map(|steps| case.arrivals(steps, case.gen_, case.delay)).collect();
        // A neuron of P spikes at every third tick of its clock; each has one synapse.
        let own: Vec<i64> = (0..ticks(end, case.target)).filter(|step| step % 3 == 1).collect();
        let back = vec![case.arrivals(&own, case.target, case.back); NEURONS];
        let columns: [(&str, &str, &[Vec<Us>]); 2] = [("n", "last_ms", &forth), ("back", "heard_ms", &back)];
        states(of_point(&p, k).expect("states of P"), case.target, end, &columns, &what);
        let out = vec![case.arrivals(&own, case.target, case.out); NEURONS];
        let drawn: Vec<Vec<Us>> = (0..NEURONS as i64)
            .map(|i| {
                let Some(table) = of_point(&noise, k) else { return Vec::new() };
                let rows = microseconds(table, "t_ms").into_iter().zip(integers(table, "i"));
                let steps: Vec<i64> = rows.filter(|row| row.1 == i).map(|row| row.0 / case.poisson).collect();
                case.arrivals(&steps, case.poisson, case.noise)
            })
            .collect();
        let columns: [(&str, &str, &[Vec<Us>]); 2] = [("got", "at_ms", &out), ("noise", "", &drawn)];
        states(of_point(&r, k).expect("states of R"), case.run, end, &columns, &what);
    }
    assert!(sent > 1000, "the trains hold {sent} spikes, too few to show anything");
}

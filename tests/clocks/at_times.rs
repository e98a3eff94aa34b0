//! Actions and records at listed times, and at intervals that are no multiples of any step.

use std::fmt::Write as _;

use crate::exact::{Random, STEPS, Us, integers, last, microseconds, ticks, until};
use crate::support::Folder;

const JOB: &str = r#"
[run]
duration = "duration"
dt = "dt_run"

[parameters]
dt_run = "100 us"
dt_own = "100 us"
duration = "5 ms"
a0 = "1 us"
a1 = "2 us"
a2 = "3 us"
b0 = "1 us"
b1 = "2 us"
b2 = "3 us"
gap = "130 us"
look = "170 us"

[neurons.P]
size = 2
equations = '''
n : integer
when_n : second
m : integer
when_m : second
steps : integer
'''
dt = "dt_own"

[actions.listed]
on = "P"
code = "n += 1; when_n = t"
at = ["a0", "a1", "a2"]

[actions.regular]
on = "P[1:]"
code = "m += 1; when_m = t"
every = "gap"

[actions.stepping]
on = "P"
code = "steps += 1"

[record.seen]
kind = "state"
source = "P"
variables = ["n", "when_n", "m", "when_m", "steps"]
at = ["b0", "b1", "b2"]
slot = "end"

[record.often]
kind = "state"
source = "P"
variables = ["n", "m", "steps"]
every = "look"
slot = "end"

[[sweep]]
points = "points.csv"
"#;

struct Case {
    run: Us,
    own: Us,
    duration: Us,
    acts: [Us; 3],
    looks: [Us; 3],
    gap: Us,
    look: Us,
}

impl Case {
    fn random(random: &mut Random) -> Case {
        let (run, own) = (random.of(&STEPS), random.of(&STEPS));
        let duration = 1000 + 10 * random.below(300);
        let intervals = [90, 110, 130, 250, 330, 700, 1010];
        let (gap, look) = (random.of(&intervals), random.of(&intervals));
        // Every second time is one of a clock, so that events meet.
        let mut times = || loop {
            let mut at = || match random.below(2) {
                0 => run * random.below(duration / run + 3),
                _ => 10 * random.below(duration / 10 + 30),
            };
            let mut times = [at(), at(), at()];
            times.sort_unstable();
            if times[0] < times[1] && times[1] < times[2] {
                break times;
            }
        };
        let (acts, looks) = (times(), times());
        Case { run, own, duration, acts, looks, gap, look }
    }

    fn end(&self) -> Us {
        ticks(self.duration, self.run) * self.run
    }
}

fn multiples(step: Us, end: Us) -> Vec<Us> {
    (0..ticks(end, step)).map(|k| k * step).collect()
}

#[test]
fn what_is_done_and_read_at_times_is_done_and_read_then() {
    let folder = Folder::new();
    let mut random = Random(20_260_102);
    let cases: Vec<Case> = (0..80).map(|_| Case::random(&mut random)).collect();
    let mut points =
        String::from("dt_run_us,dt_own_us,duration_us,a0_us,a1_us,a2_us,b0_us,b1_us,b2_us,gap_us,look_us\n");
    for Case { run, own, duration, acts: [a0, a1, a2], looks: [b0, b1, b2], gap, look } in &cases {
        writeln!(points, "{run},{own},{duration},{a0},{a1},{a2},{b0},{b1},{b2},{gap},{look}").unwrap();
    }
    folder.write("points.csv", points);
    let results = folder.results_of(JOB, "out", &[]);
    let (seen, often) = (results.table("seen").by_point(), results.table("often").by_point());
    for (k, case) in cases.iter().enumerate() {
        let end = case.end();
        let what = format!(
            "point {k}: run {}, own {}, end {end}, acts {:?}, looks {:?}, gap {}, look {}",
            case.run, case.own, case.acts, case.looks, case.gap, case.look
        );
        let acts: Vec<Us> = case.acts.into_iter().filter(|t| *t < end).collect();
        let (regular, steps) = (multiples(case.gap, end), multiples(case.own, end));
        let looks: Vec<Us> = case.looks.into_iter().filter(|t| *t < end).collect();
        for (table, times) in
            [(seen.get(&(k as u64)), looks), (often.get(&(k as u64)), multiples(case.look, end))]
        {
            let Some(table) = table else {
                assert!(times.is_empty(), "no rows, {what}");
                continue;
            };
            let (t, i) = (microseconds(table, "t_ms"), integers(table, "i"));
            let both: Vec<Us> = times.iter().flat_map(|t| [*t, *t]).collect();
            assert_eq!(t, both, "times of rows, {what}");
            let [n, m, stepped] = ["n", "m", "steps"].map(|name| integers(table, name));
            for row in 0..t.len() {
                let at = t[row];
                assert_eq!(n[row], until(&acts, at), "n at {at}, {what}");
                assert_eq!(m[row], i[row] * until(&regular, at), "m at {at}, {what}");
                assert_eq!(stepped[row], until(&steps, at), "steps at {at}, {what}");
            }
            if table.header.iter().any(|name| name == "when_n_ms") {
                let [when_n, when_m] = ["when_n_ms", "when_m_ms"].map(|name| microseconds(table, name));
                for row in 0..t.len() {
                    assert_eq!(when_n[row], last(&acts, t[row]), "when_n at {}, {what}", t[row]);
                    assert_eq!(when_m[row], i[row] * last(&regular, t[row]), "when_m at {}, {what}", t[row]);
                }
            }
        }
    }
}

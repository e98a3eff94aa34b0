//! Random schedules of actions and events on integer counters, against an interpreter written here: slots, orders, names,
//! intervals and times, slots in an order of the job's own. Every operation is one that does not commute with the others, so
//! that the final value tells the order in which they were done.

use std::fmt::Write;

use super::support::{Folder, Table};

/// Numbers from a linear congruence (Knuth, MMIX): the same jobs each time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % n
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize].clone()
    }

    fn sometimes(&mut self) -> bool {
        self.below(3) == 0
    }
}

/// In units of 0.01 ms, so that times are whole numbers.
const DT: i64 = 10;
const STANDARD: [&str; 6] = ["start", "groups", "thresholds", "synapses", "resets", "end"];

#[derive(Debug, Clone)]
enum Times {
    Every(i64),
    At(Vec<i64>),
    EachStep,
}

/// An action on counter `n` of neurons from `first` on: n = n*factor + summand.
#[derive(Debug, Clone)]
struct Action {
    name: String,
    slot: String,
    order: i64,
    times: Times,
    first: i64,
    factor: i64,
    summand: i64,
}

#[derive(Debug)]
struct Case {
    slots: Vec<String>,
    steps: i64,
    size: i64,
    /// The time step of the group.
    dt: i64,
    actions: Vec<Action>,
    /// Where and in which order the counter is recorded.
    record: (String, i64, String),
}

impl Case {
    fn draw(draws: &mut Draws) -> Case {
        let mut slots: Vec<String> = STANDARD.map(String::from).to_vec();
        if draws.sometimes() {
            slots.insert(draws.below(7) as usize, "own".into());
            let (a, b) = (draws.below(7) as usize, draws.below(7) as usize);
            slots.swap(a, b);
        }
        let place = |draws: &mut Draws| {
            let slot = draws.one_of(&slots);
            draws.one_of(&[slot.clone(), format!("before_{slot}"), format!("after_{slot}"), "start".into()])
        };
        let steps = 8 + draws.below(12) as i64;
        let size = 1 + draws.below(3) as i64;
        let dt = draws.one_of(&[DT, DT, DT, 15, 20]);
        let mut names: Vec<String> =
            ["a", "B", "b1", "a1", "aa", "ab", "C3", "z", "Y", "m_1"].map(String::from).to_vec();
        let count = 2 + draws.below(7);
        let mut actions = Vec::new();
        for _ in 0..count {
            let name = names.remove(draws.below(names.len() as u64) as usize);
            let times = match draws.below(4) {
                0 => Times::EachStep,
                1 => {
                    let mut at: Vec<i64> =
                        (0..1 + draws.below(5)).map(|_| draws.below(40) as i64 * DT / 2).collect();
                    at.sort_unstable();
                    at.dedup();
                    Times::At(at)
                }
                _ => Times::Every(draws.one_of(&[5, 10, 20, 30, 70, 7, 25, 37, 1000])),
            };
            let order = draws.one_of(&[0, 0, 0, 1, -1, -2147483648, 2147483647]);
            let first = draws.below(size as u64) as i64;
            let (factor, summand) = (draws.one_of(&[1, 3, 5, 7]), draws.below(1000) as i64);
            actions.push(Action { name, slot: place(draws), order, times, first, factor, summand });
        }
        let record = (place(draws), draws.one_of(&[0, 0, 1, -1]), draws.one_of(&["E", "b2", "zz"]).into());
        Case { slots, steps, size, dt, actions, record }
    }

    fn text(&self) -> String {
        let ms = |t: i64| format!("\"{}.{:02} ms\"", t / 100, t % 100);
        let slots: Vec<String> = self.slots.iter().map(|s| format!("{s:?}")).collect();
        let mut out = format!(
            "[run]\nduration = {}\ndt = {}\nslots = [{}]\n[neurons.P]\nsize = {}\n{}equations = \"n : integer\"\n",
            ms(self.steps * DT),
            ms(DT),
            slots.join(", "),
            self.size,
            if self.dt == DT { String::new() } else { format!("dt = {}\n", ms(self.dt)) }
        );
        for action in &self.actions {
            let Action { name, slot, order, times, first, factor, summand } = action;
            write!(
                out,
                "[actions.{name}]\non = \"P[{first}:]\"\ncode = \"n = n*{factor} + {summand} + i\"\n"
            )
            .unwrap();
            writeln!(out, "slot = {slot:?}\norder = {order}").unwrap();
            match times {
                Times::EachStep => {}
                Times::Every(every) => writeln!(out, "every = {}", ms(*every)).unwrap(),
                Times::At(at) => {
                    let at: Vec<String> = at.iter().map(|t| ms(*t)).collect();
                    writeln!(out, "at = [{}]", at.join(", ")).unwrap();
                }
            }
        }
        let (slot, order, name) = &self.record;
        write!(
            out,
            "[record.{name}]\nkind = \"state\"\nsource = \"P\"\nvariables = [\"n\"]\nslot = {slot:?}\norder = {order}\n"
        )
        .unwrap();
        out
    }

    fn place(&self, name: &str) -> usize {
        let all = self.slots.iter().flat_map(|s| [format!("before_{s}"), s.clone(), format!("after_{s}")]);
        all.into_iter().position(|s| s == name).unwrap()
    }

    /// Rows of the record: time and values. Everything that happens, sorted by time, slot, order and name, is done in turn.
    fn rows(&self) -> Vec<(i64, Vec<i32>)> {
        let end = self.steps * DT;
        let ticks = |times: &Times| -> Vec<i64> {
            match times {
                Times::EachStep => (0..).map(|k| k * self.dt).take_while(|t| *t < end).collect(),
                Times::Every(every) => (0..).map(|k| k * every).take_while(|t| *t < end).collect(),
                Times::At(at) => at.iter().copied().filter(|t| *t < end).collect(),
            }
        };
        let mut all: Vec<(i64, usize, i64, &str, Option<&Action>)> = Vec::new();
        for action in &self.actions {
            let place = self.place(&action.slot);
            let done = ticks(&action.times);
            all.extend(
                done.into_iter().map(|t| (t, place, action.order, action.name.as_str(), Some(action))),
            );
        }
        let (slot, order, name) = &self.record;
        let recorded = ticks(&Times::EachStep);
        all.extend(recorded.into_iter().map(|t| (t, self.place(slot), *order, name.as_str(), None)));
        all.sort_by_key(|(t, place, order, name, _)| (*t, *place, *order, *name));
        let mut n = vec![0i32; self.size as usize];
        let mut rows = Vec::new();
        for (t, _, _, _, what) in all {
            let Some(Action { first, factor, summand, .. }) = what else {
                rows.push((t, n.clone()));
                continue;
            };
            for (i, n) in n[*first as usize..].iter_mut().enumerate() {
                *n = n.wrapping_mul(*factor as i32).wrapping_add(*summand as i32).wrapping_add(i as i32);
            }
        }
        rows
    }
}

fn rows(table: &Table, size: usize) -> Vec<(i64, Vec<i32>)> {
    let (t, n) = (table.numbers("t_ms"), table.numbers("n"));
    assert_eq!(t.len() % size, 0);
    let at = |k: usize| (t[k] * 100.0).round() as i64;
    (0..t.len() / size)
        .map(|row| (at(row * size), n[row * size..][..size].iter().map(|n| *n as i32).collect()))
        .collect()
}

#[test]
fn actions_are_done_by_slot_order_and_name() {
    let mut draws = Draws(2024);
    for case in 0..40 {
        let case_drawn = Case::draw(&mut draws);
        let folder = Folder::new();
        let text = case_drawn.text();
        let table = folder.results_of(&text, "out", &[]).table(&case_drawn.record.2);
        assert_eq!(rows(&table, case_drawn.size as usize), case_drawn.rows(), "case {case}:\n{text}");
    }
}

/// The same rules where points lie side by side in lanes: no clocks besides that of the run.
#[test]
fn lanes_follow_the_same_rules() {
    let mut draws = Draws(77);
    for case in 0..6 {
        let mut drawn = Case::draw(&mut draws);
        (drawn.dt, drawn.slots) = (DT, STANDARD.map(String::from).to_vec());
        let known = |slot: &str| !slot.contains("own");
        drawn.actions.retain(|a| known(&a.slot) && !matches!(a.times, Times::At(_)));
        for action in &mut drawn.actions {
            if let Times::Every(every) = &mut action.times {
                *every = *every / DT * DT + DT;
            }
        }
        if !known(&drawn.record.0) {
            drawn.record.0 = "end".into();
        }
        let text = format!(
            "{}\n[parameters]\nq = 0\n[[sweep]]\naxes.q = {{ from = 0, to = 6, n = 7 }}\n",
            drawn.text().replace(" + i\"", " + i + int(q)\"")
        );
        let table = Folder::new().results_of(&text, "out", &[]).table(&drawn.record.2);
        for (q, table) in table.by_point() {
            let mut expected = drawn.actions.clone();
            expected.iter_mut().for_each(|a| a.summand += q as i64);
            let expected =
                Case { actions: expected, slots: drawn.slots.clone(), record: drawn.record.clone(), ..drawn };
            assert_eq!(rows(&table, drawn.size as usize), expected.rows(), "case {case}, q = {q}:\n{text}");
        }
    }
}

//! A seed: one undisturbed run, then the same job under fault after fault until it is complete; as often as it takes to try
//! all kinds that the seed asks for.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::commands::{Outcome, Place, Tried};
use crate::kinds::{Ending, FINISHED, KINDS, Kind, STOPPED};
use crate::planted::{left_in_shared_memory, nobody_works_in, run as arguments};
use crate::support::chance::Chance;
use crate::support::{Folder, Results, job};
use crate::tally::Tally;

/// Kinds a seed asks for: consecutive seeds go through all of them.
const PLANNED: usize = 9;
/// A name in /dev/shm older than this is removed by the next run.
const STALE: Duration = Duration::from_secs(11);

/// What a seed still asks for.
struct Plan {
    kinds: Vec<(&'static str, Kind)>,
    /// How many that missed are tried once more.
    again: usize,
}

/// Told when a seed fails, and where its files are then.
struct Story<'a> {
    seed: u64,
    folder: &'a Folder,
    lines: Vec<String>,
}

impl Drop for Story<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let kept = format!("{}/chaos-{}-{}", env!("CARGO_TARGET_TMPDIR"), self.seed, std::process::id());
        let copied = Command::new("cp").arg("-a").arg(self.folder.path("")).arg(&kept).status();
        let (seed, lines) = (self.seed, self.lines.join("\n"));
        println!("{lines}\nchaos: seed {seed} failed; alone: SPIKESWEEP_CHAOS_SEED={seed} (moments differ)");
        println!("its files are in {kept} ({copied:?})");
    }
}

/// Runs one seed; panics if any promise is broken.
pub fn run(seed: u64, kinds: &[&'static str], tally: &mut Tally) {
    let folder = Folder::new();
    let mut chance = Chance::new(seed);
    let mut story = Story { seed, folder: &folder, lines: Vec::new() };
    let text = job("chaos.toml").replace("seed = 1\n", &format!("seed = {seed}\n"));
    assert!(text.contains(&format!("\nseed = {seed}\n")), "the job has no seed to change");
    let begun = Instant::now();
    let one = folder.results_ending(FINISHED, &text, "undisturbed", &["--workers", "1"]);
    let alone = begun.elapsed();
    worth_comparing(&one);
    let mut plan = Plan { kinds: planned(seed, kinds, &mut chance), again: PLANNED };
    tally.seeds.push(seed);
    for number in 1.. {
        let mut sweep = Sweep {
            place: Place {
                folder: &folder,
                out: format!("sweep-{number}"),
                workers: 2 + chance.below(3),
                checkpoints: number % 2 == 0,
                span: alone / 3,
                bytes: one.files().values().map(|bytes| bytes.len() as u64).sum(),
            },
            one: &one,
            alone,
            points: one.table("points").rows.len() as u64,
            pids: Vec::new(),
            at_once: false,
        };
        sweep.until_complete(&mut plan, &mut chance, tally, &mut story);
        if plan.kinds.is_empty() {
            break;
        }
    }
}

/// The network is not silent, points differ, one of them diverged, every monitor has rows.
fn worth_comparing(one: &Results) {
    let points = one.table("points");
    let bad = points.texts("status").iter().filter(|status| **status == "diverged").count();
    assert_eq!(bad, 1, "one point diverges");
    let files = one.files();
    assert!(files.len() == 11 && files.values().all(|bytes| bytes.len() > 500), "{:?}", files.keys());
    let summary = one.table("summary");
    let counts: std::collections::BTreeSet<_> = summary.texts("P_spikes").into_iter().collect();
    assert!(counts.len() > 30, "points are too much alike: {counts:?}");
}

fn planned(seed: u64, kinds: &[&'static str], chance: &mut Chance) -> Vec<(&'static str, Kind)> {
    let first = (seed as usize).wrapping_mul(PLANNED) % kinds.len();
    let names: Vec<&str> = kinds.iter().copied().cycle().skip(first).take(PLANNED).collect();
    let mut plan: Vec<_> = KINDS.iter().copied().filter(|(name, _)| names.contains(name)).collect();
    chance.shuffle(&mut plan);
    plan
}

/// One directory of results, from nothing to its end.
struct Sweep<'a> {
    place: Place<'a>,
    one: &'a Results,
    /// Seconds of the undisturbed run.
    alone: Duration,
    points: u64,
    pids: Vec<u32>,
    /// The last command may have left processes that are about to end, and hold the lock until then.
    at_once: bool,
}

impl Sweep<'_> {
    fn until_complete(&mut self, plan: &mut Plan, chance: &mut Chance, tally: &mut Tally, story: &mut Story) {
        let mut committed = 0;
        while committed < self.points || !self.is_complete() {
            let Some((name, kind)) = plan.kinds.pop() else {
                self.calm(tally, story);
                break;
            };
            // What is left takes less time than all.
            let left = 1.0 - committed as f64 / self.points as f64;
            self.place.span = (self.alone / 3).mul_f64(left.max(0.1));
            if matches!(kind, Kind::FullDisk) {
                self.wait_for_all();
            }
            let disturbed = self.place.disturbed(name, kind, chance);
            self.pids.extend(disturbed.pids);
            let missed = self.judge(name, &disturbed.outcome, &disturbed.tried, tally, story);
            if missed.contains(&name) && plan.again > 0 {
                plan.again -= 1;
                plan.kinds.push((name, kind));
            }
            self.at_once = chance.one_in(2);
            if !self.at_once {
                self.wait_for_all();
            }
            committed = self.told("committed");
        }
        self.finished(tally);
    }

    /// The same command, undisturbed.
    fn calm(&mut self, tally: &mut Tally, story: &mut Story) {
        self.wait_for_all();
        let running = self.place.start(self.place.command(), "first");
        self.pids.push(running.child.id());
        let outcome = running.end();
        self.judge("nothing", &outcome, &[], tally, story);
        assert_eq!(outcome.ending, FINISHED);
    }

    /// Counts faults that hit, and gives those that missed; the command must have ended in a way that follows from what was
    /// tried.
    fn judge(
        &self,
        name: &str,
        outcome: &Outcome,
        tried: &[Tried],
        tally: &mut Tally,
        story: &mut Story,
    ) -> Vec<&'static str> {
        let Outcome { ending, said } = outcome;
        tally.ended(*ending);
        let (complete, logs) = (self.is_complete(), self.logs());
        let hit = |fault: &&Tried| fault.proof.holds(*ending, complete, said, &logs);
        let (hits, missed): (Vec<_>, Vec<_>) = tried.iter().partition(hit);
        let names = |faults: Vec<&Tried>| faults.iter().map(|fault| fault.name).collect::<Vec<_>>();
        let (hits, missed) = (names(hits), names(missed));
        hits.iter().for_each(|name| tally.fault(name, true));
        missed.iter().for_each(|name| tally.fault(name, false));
        let told = format!("{name}: hit {hits:?}, missed {missed:?}, ended with {ending}\n{said}");
        assert!(!said.contains("panicked"), "it panicked: {told}");
        let waits = self.at_once && *ending == STOPPED && said.contains("in use by ");
        let allowed = |e: Ending| e == FINISHED || tried.iter().any(|fault| fault.endings.contains(&e));
        assert!(waits || allowed(*ending), "nothing leads to this end: {told}");
        story.lines.push(format!("{}: {told}", self.place.out));
        missed
    }

    /// What `status --json` tells; none before there is a run.
    fn status(&self) -> Option<Value> {
        let told = self.place.folder.spikesweep(&["status", &self.place.out, "--json"]);
        (told.code == Some(0)).then(|| serde_json::from_str(&told.stdout).unwrap())
    }

    fn told(&self, name: &str) -> u64 {
        self.status().map_or(0, |status| status[name].as_u64().unwrap())
    }

    fn is_complete(&self) -> bool {
        self.status().is_some_and(|status| status["complete"].as_bool().unwrap())
    }

    /// All logs of the run.
    fn logs(&self) -> String {
        self.files("log-", "").join("\n")
    }

    /// Texts of files in `.run`, by the beginning and the end of their names.
    fn files(&self, first: &str, last: &str) -> Vec<String> {
        let dir = self.place.folder.path(&self.place.out).join(".run");
        let names = std::fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
        let is = |path: &std::path::PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with(first) && name.ends_with(last)
        };
        names
            .filter(is)
            .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
            .collect()
    }

    fn wait_for_all(&self) {
        nobody_works_in(self.place.folder);
    }

    /// What must hold at the end, and what it took.
    fn finished(&self, tally: &mut Tally) {
        self.wait_for_all();
        self.place.folder.results(&self.place.out).assert_same(self.one, &self.place.out);
        let status = self.status().expect("there is a run");
        let is = |name: &str| &status[name];
        assert_eq!((is("complete"), is("running")), (&Value::Bool(true), &Value::Bool(false)), "{status:#}");
        assert_eq!((self.told("committed"), self.told("failed")), (self.points, 0), "{status:#}");
        self.nothing_in_shared_memory(tally);
        let attempts = status["shards"][0]["attempts"].as_array().unwrap();
        tally.sweeps += 1;
        tally.points += self.points;
        tally.recorded += attempts.iter().map(|a| a["points"].as_u64().unwrap()).sum::<u64>();
        let rows = self.files("part-", "-first.csv");
        tally.written += rows.iter().map(|text| text.matches('\n').count() as u64).sum::<u64>();
    }

    /// A name exists for microseconds. Who is killed in them leaves it to the next run.
    fn nothing_in_shared_memory(&self, tally: &mut Tally) {
        let left = || self.pids.iter().flat_map(|pid| left_in_shared_memory(*pid)).collect::<Vec<_>>();
        let names = left();
        if names.is_empty() {
            return;
        }
        std::thread::sleep(STALE);
        let folder = self.place.folder;
        folder.spikesweep(&arguments(folder, "after", &[])).expect(FINISHED);
        assert!(left().is_empty(), "left in /dev/shm: {names:?}");
        tally.names_left += names.len() as u64;
    }
}

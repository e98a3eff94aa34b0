//! A sweep as jobs of Slurm: the scripts of the guide, what journals and outputs say of it, and its end.

use serde_json::Value;

use crate::cluster::{Cluster, wait};
use crate::planted::JOB;
use crate::support::page::blocks;
use crate::support::{Results, root};

/// Points of [`slow_points`].
pub const POINTS: u64 = 128;

/// In steps so short that a sweep can be caught in its middle: a few seconds on one CPU.
pub fn slow_points() -> String {
    JOB.replace("n = 6", &format!("n = {POINTS}")).replace("seed = 5", "seed = 5\ndt = \"0.00001 ms\"")
}

/// One point of several seconds that keeps its state.
pub fn long_point() -> String {
    let (job, _) = JOB.split_once("[[sweep]]").expect("a sweep");
    job.replace("seed = 5", "seed = 5\ndt = \"0.00001 ms\"\ncheckpoint = \"0.5 s\"")
        .replace("\"20 ms\"", "\"6000 ms\"")
}

/// A script of `docs/guide/hpc.md` that holds these words, as lines.
fn script(words: &str) -> String {
    let blocks = blocks(&root().join("docs/guide/hpc.md"));
    let mut fitting = blocks.into_iter().filter(|b| b.language == "bash" && b.text.contains(words));
    fitting.next().unwrap_or_else(|| panic!("no script of the guide has {words}")).text
}

/// One sweep, in a folder of results that has the name of its jobs.
pub struct Sweep<'a> {
    /// Where it runs.
    pub cluster: &'a Cluster,
    /// The name of its jobs and its results.
    pub name: &'static str,
    shards: u32,
    script: String,
}

impl<'a> Sweep<'a> {
    /// By the script of the guide for job arrays.
    pub fn array(cluster: &'a Cluster, name: &'static str, shards: u32) -> Sweep<'a> {
        let script = script("\nexec spikesweep run sweep.toml --out results/array ");
        Sweep::new(cluster, name, shards, script, ["sweep.toml", "results/array", "/4\""])
    }

    /// By the script of the guide that goes back to the queue while points are missing.
    pub fn again_and_again(cluster: &'a Cluster, name: &'static str, job: &str) -> Sweep<'a> {
        let script = script("scontrol requeue").replace("sweep.toml", job);
        Sweep::new(cluster, name, 1, script, [job, "results/limited", "/2\""])
    }

    fn new(
        cluster: &'a Cluster,
        name: &'static str,
        shards: u32,
        script: String,
        [job, results, of]: [&str; 3],
    ) -> Sweep<'a> {
        assert!(
            script.contains(job) && script.contains(results) && script.contains(of),
            "another script:\n{script}"
        );
        let script = script.replace(results, name).replace(of, &format!("/{shards}\""));
        Sweep { cluster, name, shards, script }
    }

    /// With another line in place of one of the script.
    pub fn with(mut self, line: &str, other: &str) -> Sweep<'a> {
        assert!(self.script.contains(line), "no {line} in\n{}", self.script);
        self.script = self.script.replace(line, other);
        self
    }

    /// Submits the script to a partition; the number of the job.
    pub fn submit(&self, partition: &str, more: &[&str]) -> String {
        let file = format!("{}.sh", self.name);
        self.cluster.folder.write(&file, &self.script);
        let array = format!("--array=1-{}", self.shards);
        let output = format!("--output={}-%a.txt", self.name);
        let name = format!("--job-name={}", self.name);
        let first = ["--parsable", &name, &output, &array, "--cpus-per-task=1", "--partition", partition];
        self.cluster.ask("sbatch", &[&first, more, &[&file]].concat())
    }

    /// What the tasks of a shard said, in all their runs.
    pub fn said(&self, shard: u32) -> String {
        let path = self.cluster.folder.path(&format!("{}-{shard}.txt", self.name));
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// What `status --json` tells, once there is a run.
    pub fn status(&self) -> Option<Value> {
        let told = self.cluster.folder.spikesweep(&["status", self.name, "--json"]);
        (told.code == Some(0)).then(|| serde_json::from_str(&told.stdout).unwrap())
    }

    /// Points that each attempt at a shard recorded, by the journals.
    pub fn recorded(&self, shard: u32) -> Vec<u64> {
        self.attempts(shard).iter().map(|attempt| attempt["points"].as_u64().unwrap()).collect()
    }

    /// Whether each attempt at a shard ended in order, by the journals.
    pub fn finished(&self, shard: u32) -> Vec<bool> {
        self.attempts(shard).iter().map(|attempt| attempt["finished"].as_bool().unwrap()).collect()
    }

    fn attempts(&self, shard: u32) -> Vec<Value> {
        let status = self.status().unwrap_or_default();
        let mut shards = status["shards"].as_array().into_iter().flatten();
        let of = shards.find(|told| told["shard"] == shard);
        of.map_or(vec![], |told| told["attempts"].as_array().unwrap().clone())
    }

    /// Waits until the attempt of this number at a shard has recorded more than so many points.
    #[track_caller]
    pub fn wait_for_points(&self, shard: u32, attempt: usize, more_than: u64) {
        wait(&format!("{}: attempt {attempt} has points", self.name), || {
            self.recorded(shard).get(attempt - 1).is_some_and(|points| *points > more_than)
        });
    }

    /// Waits until the first attempt at a shard has written rows, recorded or not.
    #[track_caller]
    pub fn wait_for_rows(&self, shard: u32) {
        let parts = format!("part-{}-1-", shard - 1);
        wait(&format!("{}: there are rows", self.name), || self.has_bytes_in(&parts));
    }

    /// Whether the state of a point was kept.
    pub fn has_checkpoint(&self) -> bool {
        self.has_bytes_in("checkpoint-")
    }

    /// Whether there is a file in `.run`, not empty, whose name begins like this.
    fn has_bytes_in(&self, first: &str) -> bool {
        let names = std::fs::read_dir(self.cluster.folder.path(self.name).join(".run"));
        let mut files = names.into_iter().flatten().flatten();
        files.any(|entry| {
            let named = entry.file_name().to_string_lossy().starts_with(first);
            named && entry.metadata().is_ok_and(|file| file.len() > 0)
        })
    }

    /// Waits until runs of its jobs have ended in these states.
    #[track_caller]
    pub fn wait_for_ends(&self, states: &[&str]) {
        wait(&format!("{} ended as {states:?}", self.name), || self.ends().len() >= states.len());
        let mut ends = self.ends();
        // Tasks of an array end in any order.
        let mut states = states.to_vec();
        ends.sort_unstable();
        states.sort_unstable();
        assert_eq!(ends, states, "{}: {}", self.name, self.said(1));
    }

    /// The states in which runs of its jobs ended, as Slurm tells.
    pub fn ends(&self) -> Vec<String> {
        self.cluster.ends(self.name)
    }

    /// Waits until so many runs of its only job have ended; the state of the last of them.
    #[track_caller]
    pub fn wait_for_end(&self, number: usize) -> String {
        wait(&format!("run {number} of {} ended", self.name), || self.ends().len() >= number);
        self.ends()[number - 1].clone()
    }

    /// Waits until none of its processes is left on this node: Slurm tells the end of a job when it decides on it.
    #[track_caller]
    pub fn wait_until_gone(&self, node: &str) {
        wait(&format!("{} is gone", self.name), || self.cluster.at_work(self.name, node).is_empty());
    }

    /// The merge must be refused while points are missing, whatever Slurm says of the jobs.
    #[track_caller]
    pub fn cannot_be_merged(&self) {
        let refused = self.cluster.folder.spikesweep(&["merge", self.name]).expect(75);
        assert!(refused.stderr.contains("are not committed yet"), "{}", refused.stderr);
    }

    /// Merges, and the tables must be those of a run that nothing disturbed. No attempt may have died for reasons of its own.
    #[track_caller]
    pub fn merges_to(&self, undisturbed: &Results) -> Results {
        for shard in 1..=self.shards {
            let said = self.said(shard);
            assert!(!said.contains("panicked") && !said.contains("was ended by"), "{}: {said}", self.name);
        }
        self.cluster.folder.spikesweep(&["merge", self.name]).expect(0);
        let results = self.cluster.folder.results(self.name);
        results.assert_same(undisturbed, self.name);
        results
    }
}

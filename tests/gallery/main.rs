//! Every job of the gallery runs, leaves the tables it should, as many bytes as `check` said within a factor of two, and
//! computes something plausible: for each job a bound that was stated before it was run. A job that is new in the gallery needs one, too: a line in `JOBS` of one of the
//! files here, and a test that calls [`run`].

mod attractors;
mod coupled;
mod designs;
mod first;
mod generators;
mod inhibitory_plasticity;
mod inputs;
mod izhikevich;
mod more_published;
mod networks;
mod noise;
mod occasions;
mod phases;
mod plastic_networks;
mod plasticity;
mod published;
mod recorded;
mod rhythm;
mod self_sustained;
mod single_neurons;
mod spike_statistics;
#[path = "../support/mod.rs"]
mod support;
mod trains;

use std::path::Path;

use serde_json::Value;
use support::{Folder, Results, root};

type Check = fn(&Results);
/// Names and headers of tables.
type Tables = &'static [(&'static str, &'static str)];
/// A job's name, what is plausible, and which tables there are with which columns.
type Job = (&'static str, Check, Tables);

const POINT: (&str, &str) = ("points", "point,repeat,status");
const SPIKES_OF_P: (&str, &str) = ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi");

/// The jobs of all files.
fn jobs() -> impl Iterator<Item = &'static Job> {
    [
        attractors::JOBS,
        coupled::JOBS,
        designs::JOBS,
        first::JOBS,
        generators::JOBS,
        inhibitory_plasticity::JOBS,
        inputs::JOBS,
        recorded::JOBS,
        single_neurons::JOBS,
        networks::JOBS,
        occasions::JOBS,
        noise::JOBS,
        phases::JOBS,
        plastic_networks::JOBS,
        plasticity::JOBS,
        published::JOBS,
        self_sustained::JOBS,
        more_published::JOBS,
        spike_statistics::JOBS,
    ]
    .into_iter()
    .flatten()
}

/// What a job sets for tests. All its points are run.
fn settings(job: &Path) -> Vec<String> {
    support::jobs::settings(job, &["--set"])
}

/// Runs a job of the gallery as its header says.
fn run(name: &str) {
    let job = root().join("jobs/gallery").join(name).with_extension("toml");
    let folder = Folder::new();
    let mut arguments: Vec<String> =
        ["run", job.to_str().unwrap(), "--out", "out"].map(String::from).to_vec();
    arguments.extend(settings(&job));
    let ended = folder.spikesweep(&arguments).expect(0);
    let results = folder.results("out");
    let (_, check, tables) = jobs().find(|(n, ..)| *n == name).unwrap();
    for (table, header) in *tables {
        assert_eq!(results.table(table).header.join(","), *header, "{name}: {table}.csv");
        assert!(ended.stdout.contains(&format!("{table}.csv")), "{table}.csv is not named: {}", ended.stdout);
    }
    let mut files: Vec<String> = tables.iter().map(|(table, _)| format!("{table}.csv")).collect();
    files.extend(["datapackage.json".into(), "job.toml".into()]);
    files.sort();
    assert_eq!(results.files().into_keys().collect::<Vec<_>>(), files, "{name}");
    let statuses = results.table("points");
    assert!(statuses.texts("status").iter().all(|s| *s == "ok"), "{name}: a point is not ok");
    estimated(&folder, &job, &results);
    check(&results);
}

/// The bytes of all files, as `check` estimates them, within a factor of two, and no more memory of workers' own than it
/// says. (Times: see `bench/estimates`.)
fn estimated(folder: &Folder, job: &Path, results: &Results) {
    let mut arguments: Vec<String> = ["check", job.to_str().unwrap(), "--json"].map(String::from).to_vec();
    arguments.extend(settings(job));
    let report: Value = serde_json::from_str(&folder.spikesweep(&arguments).expect(0).stdout).unwrap();
    let found: usize = results.files().values().map(Vec::len).sum();
    let ratio = report["output"]["bytes"].as_f64().unwrap() / found as f64;
    let rates = &report["assumptions"]["rates"];
    assert!((0.5..=2.0).contains(&ratio), "estimated over found {ratio:.2}: is expected_rate right? {rates}");
    let grown = results.told("/workers_memory/rss_anon_growth_bytes");
    let most = report["memory"]["worker_private_bytes"].as_u64().unwrap();
    assert!(grown <= most, "a worker grew by {grown} bytes, at most {most} were reckoned with");
}

#[test]
fn every_job_has_its_bound() {
    let gallery = support::jobs::jobs_in("jobs/gallery");
    let names: Vec<String> =
        gallery.iter().map(|p| p.file_stem().unwrap().to_str().unwrap().to_string()).collect();
    let mut known: Vec<&str> = jobs().map(|(name, ..)| *name).collect();
    known.sort_unstable();
    assert_eq!(names, known, "say in this folder what is plausible");
}

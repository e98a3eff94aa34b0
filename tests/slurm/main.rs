//! What a batch system does to a run, by a real Slurm: each test proves by the records of Slurm, and by the journals of the
//! run, that its fault happened, and ends with the bytes of a run that nothing disturbed.
//!
//! All of them run at the same time on one Slurm, on nodes of their own where they would disturb each other: they mostly wait.

#![allow(clippy::print_stdout)] // for whoever asks for it with --nocapture

#[allow(dead_code)]
#[path = "../faults/planted.rs"]
mod planted;
#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod controller;
mod limits;
mod losses;
mod stops;
mod sweep;

use std::thread::scope;
use std::time::Instant;

use cluster::Cluster;
use support::Results;

/// Where all play, and what all must end with.
pub struct Stage {
    cluster: Cluster,
    undisturbed: Results,
}

type Scene = fn(&Stage);

const SCENES: [(&str, Scene); 9] = [
    ("a_requeued_job_does_not_matter", stops::requeued),
    ("a_pre_empted_job_does_not_matter", stops::pre_empted),
    ("a_cancelled_job_does_not_matter", stops::cancelled),
    ("a_time_limit_does_not_matter", limits::timed_out),
    ("a_point_longer_than_the_time_limit_is_done", limits::long),
    ("a_lost_node_does_not_matter", losses::lost),
    ("a_job_alive_twice_does_not_matter", losses::alive_twice),
    ("a_job_alive_twice_waits_where_there_are_locks", losses::kept_out),
    ("a_crash_of_the_controller_does_not_matter", controller::crashed),
];

fn stage() -> Stage {
    let nodes = [("contested", 1), ("lost", 1), ("twice", 1), ("locked", 1), ("plain", 16)];
    let partitions = [
        "plain Nodes=plain",
        "low Nodes=contested PriorityTier=1",
        "high Nodes=contested PriorityTier=2 PreemptMode=OFF",
        "lost Nodes=lost,plain",
        "twice Nodes=twice,plain",
        "locked Nodes=locked,plain",
    ];
    let cluster = Cluster::start(&nodes, &partitions);
    cluster.folder.write("sweep.toml", sweep::slow_points());
    cluster.folder.spikesweep(&["run", "sweep.toml", "--out", "undisturbed"]).expect(0);
    let undisturbed = cluster.folder.results("undisturbed");
    let spikes = undisturbed.table("summary").numbers("P_spikes");
    assert!(spikes.iter().all(|n| *n > 0.0), "a silent network proves nothing: {spikes:?}");
    Stage { cluster, undisturbed }
}

#[test]
fn whatever_slurm_does_to_a_run_does_not_matter() {
    if !cluster::is_there("whatever_slurm_does_to_a_run_does_not_matter") {
        return;
    }
    let scenes: Vec<_> = SCENES.into_iter().filter(|(name, _)| is_asked_for(name)).collect();
    assert!(!scenes.is_empty(), "{ONLY} is in no name");
    let begun = Instant::now();
    let stage = &stage();
    let failed: Vec<&str> = scope(|scope| {
        let playing = scenes.into_iter().map(|(name, scene)| {
            let play = move || {
                scene(stage);
                println!("{name}: good after {:.0} s", begun.elapsed().as_secs_f64());
            };
            (name, std::thread::Builder::new().name(name.into()).spawn_scoped(scope, play).unwrap())
        });
        let playing: Vec<_> = playing.collect();
        playing.into_iter().filter_map(|(name, scene)| scene.join().is_err().then_some(name)).collect()
    });
    assert!(failed.is_empty(), "failed: {failed:?}");
}

/// All, or those with this in their name.
const ONLY: &str = "SPIKESWEEP_SLURM_ONLY";

fn is_asked_for(name: &str) -> bool {
    std::env::var(ONLY).map_or(true, |words| name.contains(&words))
}

//! Jobs that Slurm, or somebody by Slurm, stops: requeued, pre-empted, cancelled.

use crate::Stage;
use crate::sweep::{POINTS, Sweep};

/// By hand.
pub fn requeued(stage: &Stage) {
    let sweep = Sweep::array(&stage.cluster, "requeued", 1);
    let id = sweep.submit("plain", &[]);
    sweep.wait_for_points(1, 1, 0);
    stage.cluster.ask("scontrol", &["requeue", &id]);
    sweep.wait_for_ends(&["PENDING", "COMPLETED"]);
    assert!(sweep.said(1).contains("DUE TO JOB REQUEUE"), "{}", sweep.said(1));
    went_on(&sweep);
    sweep.merges_to(&stage.undisturbed);
}

/// A job of higher priority takes the only CPU of the node.
pub fn pre_empted(stage: &Stage) {
    let sweep = Sweep::array(&stage.cluster, "pre-empted", 1);
    sweep.submit("low", &[]);
    sweep.wait_for_points(1, 1, 0);
    stage
        .cluster
        .ask("sbatch", &["--partition=high", "--job-name=urgent", "--output=urgent.txt", "--wrap=true"]);
    sweep.wait_for_ends(&["PREEMPTED", "COMPLETED"]);
    assert_eq!(stage.cluster.ends("urgent"), ["COMPLETED"]);
    assert!(sweep.said(1).contains("DUE TO PREEMPTION"), "{}", sweep.said(1));
    went_on(&sweep);
    sweep.merges_to(&stage.undisturbed);
}

/// Stopped in order, then killed at once; the same script goes on.
pub fn cancelled(stage: &Stage) {
    let sweep = Sweep::array(&stage.cluster, "cancelled", 1);
    let id = sweep.submit("plain", &[]);
    sweep.wait_for_points(1, 1, 0);
    stage.cluster.ask("scancel", &[&id]);
    sweep.wait_for_ends(&["CANCELLED"]);
    sweep.wait_until_gone("plain");
    sweep.cannot_be_merged();
    let id = sweep.submit("plain", &[]);
    sweep.wait_for_points(1, 2, 0);
    stage.cluster.ask("scancel", &["--full", "--signal=KILL", &id]);
    sweep.wait_for_ends(&["CANCELLED", "FAILED"]);
    sweep.wait_until_gone("plain");
    sweep.cannot_be_merged();
    sweep.submit("plain", &[]);
    sweep.wait_for_ends(&["CANCELLED", "FAILED", "COMPLETED"]);
    assert_eq!(sweep.finished(1), [true, false, true]);
    assert_eq!(sweep.recorded(1).iter().sum::<u64>(), POINTS);
    sweep.merges_to(&stage.undisturbed);
}

/// The first attempt at shard 1 was stopped in order, when some of its points were there; the second one did the others.
#[track_caller]
fn went_on(sweep: &Sweep) {
    assert!(sweep.said(1).contains("spikesweep: stopped by SIGTERM"), "{}", sweep.said(1));
    let recorded = sweep.recorded(1);
    assert!(recorded.len() == 2 && recorded.iter().all(|n| *n > 0), "{recorded:?}");
    assert_eq!(recorded.iter().sum::<u64>(), POINTS);
    assert_eq!(sweep.finished(1), [true, true]);
}

//! Jobs that Slurm, or somebody by Slurm, stops: requeued, pre-empted, cancelled.

use crate::Stage;
use crate::cluster::wait;
use crate::sweep::{POINTS, Sweep};

/// One task of two goes back to the queue. The job that is to merge when both are done waits for it.
pub fn requeued(stage: &Stage) {
    let cluster = &stage.cluster;
    let sweep = Sweep::array(cluster, "requeued", 2);
    let id = sweep.submit("plain", &[]);
    let after = format!("--dependency=afterok:{id}");
    cluster.ask(
        "sbatch",
        &[&after, "--partition=plain", "--job-name=merge", "--wrap=spikesweep merge requeued"],
    );
    sweep.wait_for_rows(1);
    cluster.ask("scontrol", &["requeue", &format!("{id}_1")]);
    sweep.wait_for_ends(&["PENDING", "COMPLETED", "COMPLETED"]);
    assert!(sweep.said(1).contains("DUE TO JOB REQUEUE"), "{}", sweep.said(1));
    went_on(&sweep, POINTS / 2);
    assert_eq!(sweep.recorded(2), [POINTS / 2]);
    wait("all is merged", || cluster.ends("merge") == ["COMPLETED"]);
    cluster.folder.results(sweep.name).assert_same(&stage.undisturbed, "merged by Slurm");
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
    went_on(&sweep, POINTS);
    sweep.merges_to(&stage.undisturbed);
}

/// The same script goes on.
pub fn cancelled(stage: &Stage) {
    let sweep = Sweep::array(&stage.cluster, "cancelled", 1);
    let id = sweep.submit("plain", &[]);
    sweep.wait_for_points(1, 1, 0);
    stage.cluster.ask("scancel", &[&id]);
    sweep.wait_for_ends(&["CANCELLED"]);
    sweep.wait_until_gone("plain");
    sweep.cannot_be_merged();
    sweep.submit("plain", &[]);
    sweep.wait_for_ends(&["CANCELLED", "COMPLETED"]);
    went_on(&sweep, POINTS);
    sweep.merges_to(&stage.undisturbed);
}

/// The first attempt at shard 1 was stopped in order, when some of its points were there; the second one did the others.
#[track_caller]
fn went_on(sweep: &Sweep, points: u64) {
    assert!(sweep.said(1).contains("spikesweep: stopped by SIGTERM"), "{}", sweep.said(1));
    let recorded = sweep.recorded(1);
    assert!(recorded.len() == 2 && recorded.iter().all(|n| *n > 0), "{recorded:?}");
    assert_eq!(recorded.iter().sum::<u64>(), points);
    assert_eq!(sweep.finished(1), [true, true]);
}

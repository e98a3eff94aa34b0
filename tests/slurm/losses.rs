//! Nodes that are lost, or that Slurm takes for lost.

use crate::Stage;
use crate::cluster::wait;
use crate::planted::{Fault, shim};
use crate::support::processes::{is_alive, parent, signal_all};
use crate::sweep::{POINTS, Sweep};

/// All that ran on the node dies with it.
pub fn lost(stage: &Stage) {
    let sweep = Sweep::array(&stage.cluster, "lost", 1);
    sweep.submit("lost", &[]);
    sweep.wait_for_points(1, 1, 0);
    let mut all = stage.cluster.at_work("lost", "lost");
    all.insert(0, parent(all[0]).expect("the one who watches the job"));
    stage.cluster.kill_daemon("lost");
    signal_all("KILL", &all);
    sweep.wait_for_ends(&["NODE_FAIL", "COMPLETED"]);
    assert!(stage.cluster.log().contains("due to failure of node lost"));
    assert_eq!(sweep.finished(1), [false, true]);
    let recorded = sweep.recorded(1);
    assert!(recorded[0] > 0 && recorded.iter().sum::<u64>() == POINTS, "{recorded:?}");
    sweep.merges_to(&stage.undisturbed);
}

/// The node answers no more, and its job is at a halt; when Slurm has begun the job elsewhere, it goes on there, too. The
/// file system knows no locks, so both work at the same points.
pub fn alive_twice(stage: &Stage) {
    if shim().is_none() {
        return;
    }
    let sweep = Sweep::array(&stage.cluster, "twice", 1);
    let unlocked = without_locks(stage, sweep.name);
    let sweep = sweep.with("\nexec spikesweep", &format!("\n{unlocked}exec spikesweep"));
    sweep.submit("twice", &[]);
    sweep.wait_for_points(1, 1, 0);
    let first = halted(stage, sweep.name, "twice");
    sweep.wait_for_points(1, 2, 0);
    let second = stage.cluster.at_work(sweep.name, "plain");
    let before = sweep.recorded(1);
    signal_all("CONT", &first);
    let mut both_grew = false;
    wait("both record more points, or end", || {
        let both = is_alive(first[0]) && is_alive(second[0]);
        let now = sweep.recorded(1);
        both_grew |= both && now[0] > before[0] && now[1] > before[1];
        both_grew || !both
    });
    assert!(both_grew, "they were not at work at the same time: {before:?}, then {:?}", sweep.recorded(1));
    assert_eq!(sweep.wait_for_end(1), "NODE_FAIL");
    // Without locks, the one who merges while the other one does may find its files gone, and fails.
    sweep.wait_for_end(2);
    wait("both have ended", || !is_alive(first[0]) && !is_alive(second[0]));
    assert_eq!(sweep.finished(1), [true, true]);
    let recorded = sweep.recorded(1);
    assert!(recorded.iter().sum::<u64>() > POINTS, "no point was computed twice: {recorded:?}");
    sweep.merges_to(&stage.undisturbed);
}

/// Likewise, where there are locks: the second one leaves at once and says who is at work; by its script it comes back until
/// the first one is done. No point is computed twice.
pub fn kept_out(stage: &Stage) {
    let sweep = Sweep::again_and_again(&stage.cluster, "kept-out", "sweep.toml");
    sweep.submit("locked", &["--time=10"]);
    sweep.wait_for_points(1, 1, 0);
    let first = halted(stage, sweep.name, "locked");
    wait("the second one is kept out", || sweep.said(1).contains("in use by "));
    assert!(sweep.said(1).contains(&format!("in use by {}@", first[0])), "{}", sweep.said(1));
    sweep.cannot_be_merged();
    signal_all("CONT", &first);
    wait("the first one is done", || !is_alive(first[0]));
    wait("the second one finds all done", || sweep.ends().contains(&"COMPLETED".into()));
    let ends = sweep.ends();
    assert_eq!((&*ends[0], &*ends[1]), ("NODE_FAIL", "PENDING"), "{ends:?}");
    assert_eq!(sweep.recorded(1).iter().sum::<u64>(), POINTS);
    sweep.merges_to(&stage.undisturbed);
}

/// The node answers no more, and its job is at a halt. The processes of the job, the parent first.
fn halted(stage: &Stage, job: &str, node: &str) -> Vec<u32> {
    let all = stage.cluster.at_work(job, node);
    assert!(!all.is_empty(), "{job} is over");
    stage.cluster.kill_daemon(node);
    assert!(signal_all("STOP", &all));
    all
}

/// Lines of a script after which no file system has locks.
fn without_locks(stage: &Stage, out: &str) -> String {
    let mut command = stage.cluster.folder.command::<&str>(&[]);
    let before: Vec<_> = command.get_envs().map(|(name, _)| name.to_owned()).collect();
    Fault { who: "parent", calls: "", what: "nolock", at: 0 }.plant(&mut command, &stage.cluster.folder, out);
    let planted = command.get_envs().filter(|(name, _)| !before.contains(&(*name).to_owned()));
    planted
        .filter_map(|(name, value)| Some(format!("export {}='{}'\n", name.to_str()?, value?.to_str()?)))
        .collect()
}

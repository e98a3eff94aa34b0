//! Jobs whose time is over. The controller looks at limits every 30 s only: a job is submitted shortly before it does, and
//! another one if that was over too soon.

use std::time::Duration;

use crate::Stage;
use crate::cluster::wait;
use crate::sweep::{POINTS, Sweep, long_point};

/// What a job has to begin and to do something, before the controller looks at limits.
const BEFORE: Duration = Duration::from_millis(4500);

/// Without a warning: Slurm ends the job, and does not begin it again.
pub fn timed_out(stage: &Stage) {
    let hit = ["timed-out", "timed-out-2", "timed-out-3"].into_iter().any(|name| {
        let sweep = Sweep::array(&stage.cluster, name, 1).with("#SBATCH --signal=B:TERM@60\n", "");
        stage.cluster.wait_for_limits(BEFORE);
        let id = sweep.submit("plain", &[]);
        sweep.wait_for_points(1, 1, 0);
        // Limits are whole minutes; the end can be brought forward.
        stage.cluster.try_ask("scontrol", &["update", &format!("JobId={id}"), "EndTime=now"]);
        sweep.wait_for_end(1) == "TIMEOUT" && {
            sweep.wait_until_gone("plain");
            assert!(sweep.said(1).contains("DUE TO TIME LIMIT"), "{}", sweep.said(1));
            sweep.cannot_be_merged();
            sweep.submit("plain", &[]);
            assert_eq!(sweep.wait_for_end(2), "COMPLETED");
            assert_eq!(sweep.recorded(1).iter().sum::<u64>(), POINTS);
            sweep.merges_to(&stage.undisturbed);
            true
        }
    });
    assert!(hit, "no job was at work when its time was over");
}

/// The only point of the task takes longer than its limit: it is done all the same, a piece at a time. The script goes back to
/// the queue when it is warned.
pub fn long(stage: &Stage) {
    let folder = &stage.cluster.folder;
    folder.write("long.toml", long_point());
    let hit = ["long-1", "long-2", "long-3"].into_iter().any(|name| {
        let sweep = Sweep::again_and_again(&stage.cluster, name, "long.toml");
        stage.cluster.wait_for_limits(BEFORE);
        sweep.submit("plain", &[]);
        sweep.wait_for_end(1) == "PENDING" && sweep.has_checkpoint() && {
            assert!(sweep.said(1).contains("stopped by SIGTERM"), "{}", sweep.said(1));
            sweep.cannot_be_merged();
            folder.spikesweep(&["run", "long.toml", "--out", "whole", "--workers", "1"]).expect(0);
            wait("the point is done", || sweep.ends().contains(&"COMPLETED".into()));
            // How often it was cut short depends on the machine.
            let cut = sweep.ends().len() - 1;
            assert_eq!(sweep.ends()[..cut], vec!["PENDING"; cut]);
            assert_eq!(sweep.recorded(1), [vec![0; cut], vec![1]].concat());
            let results = sweep.merges_to(&folder.results("whole"));
            assert_eq!(results.told("/counters/batches_resumed"), 1);
            true
        }
    });
    assert!(hit, "no job was warned when it had done something");
}

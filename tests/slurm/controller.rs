//! The controller crashes and comes back. On a Slurm of its own: nobody is served meanwhile.

use std::time::{Duration, SystemTime};

use crate::Stage;
use crate::cluster::{Cluster, wait};
use crate::sweep::{POINTS, Sweep, slow_points};

/// The controller saves its state at once, or some 5 s after it did so last. It does not know a job that began after that, and
/// drains the node where it meets it; so this crash comes after the next save, which is to be soon.
const AFTER_A_SAVE: Duration = Duration::from_millis(3500);

/// One job is at work, and ends while there is no controller; another one waits for the only CPU.
pub fn crashed(stage: &Stage) {
    let cluster = Cluster::start(&[("alone", 1)], &["alone Nodes=alone"]);
    cluster.folder.write("sweep.toml", slow_points());
    let [first, second] = ["first", "second"].map(|name| Sweep::array(&cluster, name, 1));
    let id = first.submit("alone", &["--hold"]);
    std::thread::sleep(AFTER_A_SAVE);
    cluster.ask("scontrol", &["release", &id]);
    let at_work = || cluster.at_work("first", "alone");
    wait("a job is at work", || !at_work().is_empty());
    second.submit("alone", &[]);
    let (submitted, state) = (SystemTime::now(), cluster.folder.path("state/job_state"));
    wait("both are saved", || state.metadata().unwrap().modified().unwrap() > submitted);
    cluster.kill_daemon("slurmctld");
    assert!(!at_work().is_empty(), "the job was over");
    let told = cluster.try_ask("scontrol", &["ping"]);
    assert!(told.stdout.contains("is DOWN"), "{told:?}");
    wait("the job is done", || at_work().is_empty());
    assert_eq!((first.recorded(1), first.finished(1)), (vec![POINTS], vec![true]));
    assert_eq!((first.ends(), second.ends()), (vec![], vec![]));

    cluster.start_controller();
    first.wait_for_ends(&["COMPLETED"]);
    second.wait_for_ends(&["COMPLETED"]);
    assert!(cluster.log().contains(&format!("Recovered JobId={id}")), "{}", cluster.log());
    [first, second].iter().for_each(|sweep| drop(sweep.merges_to(&stage.undisturbed)));
}

//! The controller crashes and comes back. On a Slurm of its own: nobody is served meanwhile.

use std::time::SystemTime;

use crate::Stage;
use crate::cluster::{Cluster, wait};
use crate::support::processes::signal_all;
use crate::sweep::{POINTS, Sweep, slow_points};

/// One job is at work, and ends while there is no controller; another one waits for the only CPU.
pub fn crashed(stage: &Stage) {
    let cluster = Cluster::start(&[("alone", 1)], &["alone Nodes=alone"]);
    cluster.folder.write("sweep.toml", slow_points());
    let [first, second] = ["first", "second"].map(|name| Sweep::array(&cluster, name, 1));
    let id = first.submit("alone", &[]);
    let at_work = || cluster.at_work("first", "alone");
    wait("a job is at work", || !at_work().is_empty());
    // The controller saves its state within some 5 s; a job it forgot makes it drain the node. Until then the job is held.
    signal_all("STOP", &at_work());
    second.submit("alone", &[]);
    let (submitted, state) = (SystemTime::now(), cluster.folder.path("state/job_state"));
    wait("both are saved", || state.metadata().unwrap().modified().unwrap() > submitted);
    cluster.kill_daemon("slurmctld");
    let told = cluster.try_ask("scontrol", &["ping"]);
    assert!(told.stdout.contains("is DOWN"), "{told:?}");
    assert!(signal_all("CONT", &at_work()), "the job was over");
    wait("the job is done", || at_work().is_empty());
    assert_eq!((first.recorded(1), first.finished(1)), (vec![POINTS], vec![true]));
    assert_eq!((first.ends(), second.ends()), (vec![], vec![]));

    cluster.start_controller();
    first.wait_for_ends(&["COMPLETED"]);
    second.wait_for_ends(&["COMPLETED"]);
    assert!(cluster.log().contains(&format!("Recovered JobId={id}")), "{}", cluster.log());
    [first, second].iter().for_each(|sweep| drop(sweep.merges_to(&stage.undisturbed)));
}

//! Power cuts, on a real file system: what was not synced is gone. At any moment the same command goes on and ends in the
//! same bytes; what a run said it had finished is there.

use std::path::Path;

use serde_json::Value;

use crate::linux::{Machine, disk, is_there};
use crate::planted::{JOB, shim, undisturbed};
use crate::support::chance::Chance;
use crate::support::{Folder, Results};

/// With ordered data, files that had grown may have lost their ends; with write-back, they may hold what was never written.
const MODES: [&str; 2] = ["data=ordered", "data=writeback"];
const POINTS: u64 = 96;
const CUTS: u64 = 3;

/// A few seconds on one CPU.
fn job() -> String {
    JOB.replace("n = 6", &format!("n = {POINTS}")).replace("seed = 5", "seed = 5\ndt = \"0.00001 ms\"")
}

/// Commands on the disk, which is at `disk/` in the folder; the job is beside it.
fn on_disk(mode: &str, commands: &str) -> String {
    format!(
        "mount -t ext4 -o {mode} /dev/ubda disk || exit\n\
         cd disk; rm -f ../status.json ../now.json ../code\n\
         spikesweep status out --json > ../status.json\n\
         while sleep 0.2; do spikesweep status out --json > ../new.json; mv ../new.json ../now.json; done & looking=$!\n\
         {commands}\n\
         kill $looking; wait $looking\n\
         cd ..; umount disk"
    )
}

const RUN: &str =
    "spikesweep run ../job.toml --out out > ../said 2>&1; echo $? > ../code.new; mv ../code.new ../code";

#[test]
fn power_cuts_at_random_moments_do_not_matter() {
    const NAME: &str = "power_cuts_at_random_moments_do_not_matter";
    if !is_there(NAME) {
        return;
    }
    for (seed, mode) in MODES.iter().enumerate() {
        let folder = Folder::new();
        let one = undisturbed(&folder, &job());
        let image = disk(&folder, "image");
        std::fs::create_dir(folder.path("disk")).unwrap();
        let mut chance = Chance::new(seed as u64);
        let mut found = vec![];
        for _ in 0..CUTS {
            for told in ["said", "status.json", "now.json", "code"] {
                std::fs::remove_file(folder.path(told)).ok();
            }
            let mut machine = Machine::start(&folder, "machine", Some(&image), &on_disk(mode, RUN));
            let more = 1 + chance.below(POINTS / CUTS / 2);
            machine.wait_until("there are more points", || {
                let new = committed(&folder, "now.json").saturating_sub(committed(&folder, "status.json"));
                new >= more || ended(&folder).is_some()
            });
            std::thread::sleep(std::time::Duration::from_millis(chance.below(300)));
            machine.cut();
            found.push(committed(&folder, "status.json"));
        }
        let script = on_disk(mode, &format!("{RUN}\ncp -r out ../after"));
        Machine::start(&folder, "machine", Some(&image), &script).end();
        found.push(committed(&folder, "status.json"));
        assert_eq!(ended(&folder), Some(0), "{mode}: {}", said(&folder));
        assert!(found.is_sorted(), "{mode}: points were lost: {found:?}");
        assert!(
            found[CUTS as usize] > found[1],
            "{mode}: runs did not go on from where others were cut: {found:?}"
        );
        folder.results("after").assert_same(&one, mode);
    }
}

#[test]
fn what_a_run_has_finished_survives_a_power_cut() {
    const NAME: &str = "what_a_run_has_finished_survives_a_power_cut";
    if !is_there(NAME) {
        return;
    }
    let Some(shim) = shim() else { return };
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    std::fs::create_dir(folder.path("disk")).unwrap();
    assert!(survives(&folder, "", &one), "a finished run is not there after a power cut");
    // The power cut is one: without syncs, not everything is there.
    let without = format!("export LD_PRELOAD='{}' FAULT_DO=nosync\n", shim.display());
    assert!(!survives(&folder, &without, &one), "nothing is lost without syncs");
}

/// Whether all tables of a run are there if the power is cut as soon as the command has ended well.
fn survives(folder: &Folder, before: &str, one: &Results) -> bool {
    let image = disk(folder, "image");
    let after = folder.path("after");
    std::fs::remove_dir_all(&after).ok();
    let script = on_disk(MODES[0], &format!("({before}{RUN})\nsleep 100"));
    let mut machine = Machine::start(folder, "machine", Some(&image), &script);
    machine.wait_until("the command has ended", || ended(folder).is_some());
    machine.cut();
    assert_eq!(ended(folder), Some(0), "{}", said(folder));
    let script = on_disk(MODES[0], "[ -e out ] && cp -r out ../after");
    Machine::start(folder, "machine", Some(&image), &script).end();
    after.exists() && folder.results("after").files() == one.files()
}

#[test]
fn points_that_a_stopped_run_counts_survive_a_power_cut() {
    const NAME: &str = "points_that_a_stopped_run_counts_survive_a_power_cut";
    if !is_there(NAME) {
        return;
    }
    let folder = Folder::new();
    folder.write("job.toml", job());
    std::fs::create_dir(folder.path("disk")).unwrap();
    let image = disk(&folder, "image");
    // Once some points are computed it is told to stop.
    let stopped = "spikesweep run ../job.toml --out out > ../said 2>&1 & run=$!\n\
                   until grep -qs '^[1-9][0-9]*/' ../said; do sleep 0.05; done\n\
                   kill -TERM $run; wait $run; echo $? > ../code.new; mv ../code.new ../code";
    let script = on_disk(MODES[0], &format!("{stopped}\nsleep 100"));
    let mut machine = Machine::start(&folder, "machine", Some(&image), &script);
    machine.wait_until("the command has ended", || ended(&folder).is_some());
    machine.cut();
    let said = said(&folder);
    assert_eq!(ended(&folder), Some(75), "{said}");
    let told = said.split_once(&format!(" of {POINTS} points are done")).expect("it counts").0;
    let told: u64 = told.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a number");
    assert!(told > 0 && told < POINTS, "{said}");
    Machine::start(&folder, "machine", Some(&image), &on_disk(MODES[0], "")).end();
    assert_eq!(committed(&folder, "status.json"), told);
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn said(folder: &Folder) -> String {
    read(&folder.path("said"))
}

fn ended(folder: &Folder) -> Option<i32> {
    read(&folder.path("code")).trim().parse().ok()
}

/// Committed points: those that were on the disk when the machine was switched on, or those that are there now.
fn committed(folder: &Folder, told: &str) -> u64 {
    let status: Value = serde_json::from_str(&read(&folder.path(told))).unwrap_or_default();
    match (status["committed"].as_u64(), status["error"]["exit"].as_u64()) {
        (Some(points), None) => points,
        // The power was cut before the run had a name.
        (None, Some(65)) => 0,
        _ if status.is_null() => 0,
        _ => panic!("{status}"),
    }
}

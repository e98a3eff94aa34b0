//! The directory: what it refuses to be, whose it is, and who holds it.

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::stat::Mode;
use runner::store::{Identity, RunDirectory, StoreError};
use serde_json::{Map, json};
use tempfile::TempDir;

fn details(name: &str, value: i64) -> Map<String, serde_json::Value> {
    Map::from_iter([(name.to_owned(), json!(value))])
}

#[test]
fn what_stands_in_the_way_is_named() {
    type Obstacle = (&'static str, fn(&Path));
    let in_the_way: [Obstacle; 4] = [
        ("a file", |path| fs::write(path, "").expect("there is room")),
        ("a FIFO", |path| nix::unistd::mkfifo(path, Mode::S_IRWXU).expect("there is room")),
        ("a symbolic link", |path| symlink("/tmp", path).expect("there is room")),
        ("a symbolic link", |path| symlink("nowhere", path).expect("there is room")),
    ];
    for (kind, make) in in_the_way {
        let dir = TempDir::new().expect("a directory");
        make(&dir.path().join(".run"));
        let error = RunDirectory::create(dir.path()).expect_err("something is in the way");
        assert_eq!(error.exit_code(), 73);
        assert!(error.to_string().contains(&format!("there is {kind} in its place")), "{error}");
    }
    for (_, make) in in_the_way.into_iter().filter(|(kind, _)| *kind != "a symbolic link") {
        let dir = TempDir::new().expect("a directory");
        make(&dir.path().join("out"));
        for out in ["out", "out/below"] {
            let error = RunDirectory::create(&dir.path().join(out)).expect_err("something is in the way");
            assert_eq!(error.exit_code(), 73);
        }
    }
    let error = RunDirectory::create(Path::new("/proc/spikesweep")).expect_err("nothing can be made there");
    assert_eq!(error.exit_code(), 73);
}

#[test]
fn the_directory_may_be_deep_there_already_or_a_link() {
    let dir = TempDir::new().expect("a directory");
    let deep = dir.path().join("a/b/c");
    for _ in 0..2 {
        RunDirectory::create(&deep).expect("nothing in the way");
    }
    symlink(&deep, dir.path().join("link")).expect("there is room");
    RunDirectory::create(&dir.path().join("link")).expect("a link to a directory is one");
    assert_eq!(fs::read_dir(&deep).expect("it is there").count(), 1, "nothing but .run");
    assert_eq!(fs::read_dir(deep.join(".run")).expect("it is there").count(), 0);
}

#[test]
fn files_of_ours_are_not_followed_out_of_the_directory() {
    let dir = TempDir::new().expect("a directory");
    let directory = RunDirectory::create(dir.path()).expect("nothing in the way");
    let victim = dir.path().join("victim");
    fs::write(&victim, "mine").expect("there is room");
    for name in ["lock-0", "run.json", "journal-0-1.bin"] {
        symlink(&victim, directory.run().join(name)).expect("there is room");
    }
    assert_eq!(directory.lock(0).expect_err("a link").exit_code(), 73);
    assert!(directory.claim(&Identity([1; 32]), 1, Map::new()).is_err());
    assert!(
        runner::store::Committed::read(directory.storage(), directory.run(), &Identity([1; 32]), 1).is_err()
    );
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "mine");
    fs::hard_link(&victim, directory.run().join("lock-2")).expect("one file system");
    assert_eq!(directory.lock(2).expect_err("a file with two names").exit_code(), 73);
    assert_eq!(fs::read_to_string(&victim).expect("it is there"), "mine");
    nix::unistd::mkfifo(&directory.run().join("lock-1"), Mode::S_IRWXU).expect("there is room");
    assert_eq!(directory.lock(1).expect_err("a FIFO").exit_code(), 73);
}

#[test]
fn a_directory_belongs_to_one_run() {
    let dir = TempDir::new().expect("a directory");
    let directory = RunDirectory::create(dir.path()).expect("nothing in the way");
    assert!(matches!(directory.run_file(), Err(StoreError::NotARun { .. })));
    let (ours, other) = (Identity([0xab; 32]), Identity([0xcd; 32]));
    directory.claim(&ours, 5, details("workers", 2)).expect("it is free");
    directory.claim(&ours, 5, details("workers", 3)).expect("it is ours");
    let error = directory.claim(&other, 5, Map::new()).expect_err("it is not theirs");
    assert_eq!(error.exit_code(), 65);
    assert!(
        error.to_string().contains(&"ab".repeat(32)) && error.to_string().contains(&"cd".repeat(32)),
        "{error}"
    );
    directory.update_details(details("identity", 0)).expect("ignored");
    directory.update_details(details("spikes", 9)).expect("there is room");
    let file = directory.run_file().expect("it is there");
    assert_eq!((file.identity, file.points), (ours, 5));
    assert_eq!(
        file.details,
        Map::from_iter([("workers".to_owned(), json!(2)), ("spikes".to_owned(), json!(9))])
    );
    fs::write(directory.run().join("run.json"), "{").expect("there is room");
    assert!(matches!(directory.claim(&ours, 5, Map::new()), Err(StoreError::NotARun { .. })));
}

#[test]
fn identities_are_read_as_they_are_shown() {
    let identity = Identity(std::array::from_fn(|k| (k as u8).wrapping_mul(37)));
    assert_eq!(identity.to_string().parse(), Ok(identity));
    for text in ["", "ab", &"0".repeat(63), &"g".repeat(64), &"é".repeat(32), &format!("+{}", "0".repeat(63))]
    {
        assert!(text.parse::<Identity>().is_err(), "{text}");
    }
}

#[test]
fn a_lock_names_its_holder_and_is_free_once_dropped() {
    let dir = TempDir::new().expect("a directory");
    let directory = RunDirectory::create(dir.path()).expect("nothing in the way");
    let lock = directory.lock(3).expect("it is free");
    assert!(lock.is_held());
    directory.lock(4).expect("another shard");
    let error = directory.lock(3).expect_err("it is held");
    assert_eq!(error.exit_code(), 75);
    assert!(error.to_string().contains(&format!("in use by {}@", std::process::id())), "{error}");
    drop(lock);
    directory.lock(3).expect("it is free again");
}

#[test]
fn a_lock_dies_with_its_holder() {
    let dir = TempDir::new().expect("a directory");
    let directory = RunDirectory::create(dir.path()).expect("nothing in the way");
    let mut holder = Command::new("flock")
        .arg(directory.run().join("lock-0"))
        .args(["sh", "-c", "echo held; exec sleep 60"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("util-linux is installed");
    let mut said = [0; 5];
    holder.stdout.as_mut().expect("piped").read_exact(&mut said).expect("it holds the lock");
    let error = directory.lock(0).expect_err("it is held");
    assert!(error.to_string().contains("in use by another process"), "{error}");
    // The lock belongs to all that inherited it: `flock` and, by now, `sleep`.
    let children = format!("/proc/{0}/task/{0}/children", holder.id());
    let children = fs::read_to_string(children).expect("Linux");
    for child in children.split_whitespace() {
        let child = nix::unistd::Pid::from_raw(child.parse().expect("a number"));
        nix::sys::signal::kill(child, nix::sys::signal::Signal::SIGKILL).expect("it is ours");
    }
    holder.kill().expect("it is ours");
    holder.wait().expect("it is ours");
    directory.lock(0).expect("its holders are dead");
}

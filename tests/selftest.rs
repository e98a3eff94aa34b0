//! The self-test: it says what works, fails with the documented code where something does not, and leaves nothing
//! behind.

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::not_run::{compiler_for, not_run};
use support::processes::{end, signal, wait_until};
use support::{Ended, Folder};

const LINES: [&str; 8] =
    ["processor", "shared memory", "processes", "temporary", "compiler", "network", "tables", "speed"];

/// A command whose temporary files go to `tmp` in the folder.
fn command(folder: &Folder, arguments: &[&str]) -> Command {
    std::fs::create_dir_all(folder.path("tmp")).unwrap();
    let mut command = folder.command(&[&["selftest"], arguments].concat());
    command.env("TMPDIR", folder.path("tmp"));
    command
}

/// Nothing is left in the folders that were there before, and no cache was made.
#[track_caller]
fn nothing_is_left(folder: &Folder) {
    let left: Vec<_> = std::fs::read_dir(folder.path("tmp")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
    assert!(!folder.path("cache").exists());
}

/// The verdict of each line, in order.
#[track_caller]
fn verdicts(ended: &Ended) -> Vec<(&str, &str)> {
    let of = |line: &'static str| {
        let found = ended
            .stdout
            .lines()
            .find_map(|l| Some((l.get(..4)?, l.get(6..)?)).filter(|(_, l)| l.starts_with(line)));
        (found.unwrap_or_else(|| panic!("no line {line}: {}", ended.stdout)).0, line)
    };
    LINES.map(of).to_vec()
}

/// A compiler of our own: a shell script.
fn script(folder: &Folder, text: &str) -> String {
    let path = folder.write("our-cc", format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn all_is_well_here() {
    let Some(_) = compiler_for("all_is_well_here") else { return };
    let folder = Folder::without_kernels();
    let ended = Ended::of(command(&folder, &[]).output().unwrap()).expect(0);
    assert_eq!(verdicts(&ended), LINES.map(|line| ("PASS", line)));
    assert!(ended.stdout.lines().count() <= 24, "more than a screen:\n{}", ended.stdout);
    assert_eq!(ended.stderr, "");
    nothing_is_left(&folder);
}

#[test]
fn a_broken_compiler_is_69() {
    let folder = Folder::without_kernels();
    for broken in ["/bin/false", "/nowhere/cc"] {
        let ended = Ended::of(command(&folder, &["--cc", broken]).output().unwrap()).expect(69);
        let skipped = |line| if LINES[..4].contains(&line) { "PASS" } else { "SKIP" };
        let expected = LINES.map(|line| (if line == "compiler" { "FAIL" } else { skipped(line) }, line));
        assert_eq!(verdicts(&ended), expected);
        assert!(ended.stdout.contains(broken) && ended.stdout.contains("--cc"), "{}", ended.stdout);
        nothing_is_left(&folder);
    }
}

/// A compiler that never lets a neuron reach its threshold.
#[test]
fn a_silent_network_is_70() {
    let Some(cc) = compiler_for("a_silent_network_is_70") else { return };
    let folder = Folder::without_kernels();
    let silenced = script(
        &folder,
        &format!(
            "for word; do case $word in *kernel.c)\n\
             grep -q 'new_v > p_Vt' \"$word\" || exit 1\n\
             sed -i 's/new_v > p_Vt/new_v > p_Vt + 1.0/' \"$word\";; esac; done\n\
             exec '{}' \"$@\"",
            cc.display()
        ),
    );
    let ended = Ended::of(command(&folder, &["--cc", &silenced]).output().unwrap()).expect(70);
    let verdicts = verdicts(&ended);
    assert_eq!(
        verdicts[4..],
        [("PASS", "compiler"), ("FAIL", "network"), ("SKIP", "tables"), ("SKIP", "speed")]
    );
    assert!(ended.stdout.contains("0.00 Hz"), "{}", ended.stdout);
    nothing_is_left(&folder);
}

#[test]
fn a_missing_temporary_directory_is_71() {
    let folder = Folder::without_kernels();
    let ended = Ended::of(command(&folder, &[]).env("TMPDIR", "/nowhere").output().unwrap()).expect(71);
    assert_eq!(verdicts(&ended)[3..5], [("FAIL", "temporary"), ("SKIP", "compiler")]);
    assert!(ended.stdout.contains("TMPDIR"), "{}", ended.stdout);
    nothing_is_left(&folder);
}

/// Where /dev/shm has 1 MiB.
#[test]
fn too_little_shared_memory_is_71() {
    const NAME: &str = "too_little_shared_memory_is_71";
    let folder = Folder::without_kernels();
    let unshared = |script: &str| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]);
        unshare.arg(env!("CARGO_BIN_EXE_spikesweep")).stdin(Stdio::null());
        unshare
    };
    let mount = "mount -t tmpfs -o size=1m tmpfs /dev/shm";
    match unshared(mount).output() {
        Ok(output) if output.status.success() => {}
        _ => return not_run(NAME, "no user namespace in which /dev/shm can be mounted"),
    }
    let own = command(&folder, &[]);
    let mut inside = unshared(&format!("{mount} && exec \"$1\" selftest"));
    inside.env("TMPDIR", folder.path("tmp")).current_dir(own.get_current_dir().unwrap_or(Path::new(".")));
    let ended = Ended::of(inside.output().unwrap()).expect(71);
    assert_eq!(verdicts(&ended)[1], ("FAIL", "shared memory"));
    assert!(ended.stdout.contains("--shm-size"), "{}", ended.stdout);
    nothing_is_left(&folder);
}

#[test]
fn a_signal_is_75_and_leaves_nothing() {
    let Some(cc) = compiler_for("a_signal_is_75_and_leaves_nothing") else { return };
    let folder = Folder::without_kernels();
    let called = folder.path("called");
    let text = format!(
        "case \"$*\" in *-shared*) touch '{}'; sleep 30;; esac\nexec '{}' \"$@\"",
        called.display(),
        cc.display()
    );
    let slow = script(&folder, &text);
    let mut run = command(&folder, &["--cc", &slow]);
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_until(&mut child, "the compiler is called", || called.exists());
    signal("TERM", child.id());
    let ended = end(child).expect(75);
    assert!(ended.stdout.contains("stopped"), "{}", ended.stdout);
    nothing_is_left(&folder);
}

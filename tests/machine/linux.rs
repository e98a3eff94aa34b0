//! A Linux as a process. It sees the files of this machine as they are, with our rights; memory, /dev/shm, control groups
//! and disks are its own. It does what a script says and switches itself off.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::support::Folder;
use crate::support::not_run::not_run;

/// Longest time that one machine may take.
const PATIENCE: Duration = Duration::from_secs(200);

/// Whether such a Linux is installed, and may run here; if not, the test is not run.
pub fn is_there(test: &str) -> bool {
    static WHY_NOT: OnceLock<Option<String>> = OnceLock::new();
    let why_not = WHY_NOT.get_or_init(why_not).as_deref();
    why_not.inspect(|why| not_run(test, why));
    why_not.is_none()
}

fn why_not() -> Option<String> {
    let needed = ["linux.uml", "mkfs.ext4"].into_iter();
    let missing: Vec<_> = needed.filter(|name| found(name).is_none()).collect();
    if !missing.is_empty() {
        return Some(format!("no {} (Debian: user-mode-linux e2fsprogs)", missing.join(", ")));
    }
    let folder = Folder::new();
    let mut machine = Machine::start(&folder, "first", None, "");
    machine.off();
    (!machine.done.exists()).then(|| format!("linux.uml does not run here: {}", machine.said()))
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path).chain(more).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// A disk: a file with an empty ext4.
pub fn disk(folder: &Folder, name: &str) -> PathBuf {
    let image = folder.path(name);
    std::fs::File::create(&image).unwrap().set_len(64 << 20).unwrap();
    let made =
        Command::new(found("mkfs.ext4").expect("looked for before")).args(["-q", "-F"]).arg(&image).status();
    assert!(made.unwrap().success(), "mkfs.ext4 failed");
    image
}

/// A machine that is switched on.
pub struct Machine {
    process: Child,
    console: PathBuf,
    done: PathBuf,
}

impl Machine {
    /// Switches one on. Its root does in `folder` what the script says: bash, with our command on the PATH, and /dev/ubda
    /// where it is given a disk.
    pub fn start(folder: &Folder, name: &str, disk: Option<&Path>, script: &str) -> Machine {
        let done = folder.path(&format!("{name}.done"));
        std::fs::remove_file(&done).ok();
        let init = folder.write(&format!("{name}.init"), text(folder, &done, script));
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&init, mode).unwrap();
        let console = folder.path(&format!("{name}.console"));
        let output = std::fs::File::create(&console).unwrap();
        let mut command = Command::new(found("linux.uml").expect("looked for before"));
        command.args(["mem=512M", "rootfstype=hostfs", "rootflags=/", "rw", "con=null", "con0=null,fd:1"]);
        command.arg(format!("init={}", init.display()));
        command.args(disk.map(|image| format!("ubd0={}", image.display())));
        command.env("HOME", folder.path("")).stdin(Stdio::null());
        // One group: its processes must end at the same instant, as the second would otherwise be on its own.
        command.stderr(output.try_clone().unwrap()).stdout(output).process_group(0);
        Machine { process: command.spawn().unwrap(), console, done }
    }

    /// Waits until something is true, while the machine runs.
    #[track_caller]
    pub fn wait_until(&mut self, what: &str, mut is_so: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            let over = self.process.try_wait().unwrap().is_some();
            assert!(!over || is_so(), "the machine was off before {what}:\n{}", self.said());
            assert!(begun.elapsed() < PATIENCE, "waited too long until {what}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the script is over and the machine has switched itself off.
    #[track_caller]
    pub fn end(mut self) {
        let done = self.done.clone();
        self.wait_until("the script is over", || done.exists());
        self.off();
    }

    /// Waits until it is off.
    #[track_caller]
    fn off(&mut self) {
        let begun = Instant::now();
        while self.process.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < PATIENCE, "it does not switch itself off:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Cuts its power: what it had not brought to its disk is gone.
    pub fn cut(self) {
        drop(self);
    }

    fn said(&self) -> String {
        std::fs::read_to_string(&self.console).unwrap_or_default()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|status| status.is_none()) {
            killpg(Pid::from_raw(self.process.id() as i32), Signal::SIGKILL).ok();
            self.process.wait().ok();
        }
    }
}

/// The first program of a machine.
fn text(folder: &Folder, done: &Path, script: &str) -> Vec<u8> {
    let own = folder.command::<&str>(&[]);
    let binary = Path::new(own.get_program()).parent().expect("a folder").to_owned();
    let mut text = Vec::new();
    let mut line = |words: String| writeln!(text, "{words}").unwrap();
    line("#!/bin/bash".into());
    line(format!(
        "export PATH='{}':/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        binary.display()
    ));
    for (name, value) in own.get_envs() {
        match value {
            Some(value) => line(format!("export {}='{}'", name.display(), value.display())),
            None => line(format!("unset {}", name.display())),
        }
    }
    line("mount -t proc none /proc; mount -t sysfs none /sys".into());
    line("mkdir /dev/shm; mount -t tmpfs none /dev/shm".into());
    // Nobody is left to switch it off if the test is killed.
    line(format!("(sleep {}; echo o > /proc/sysrq-trigger) &", PATIENCE.as_secs()));
    line(format!("cd '{}'", folder.path("").display()));
    line(script.into());
    line(format!("sync; touch '{}'; echo o > /proc/sysrq-trigger; sleep 60", done.display()));
    text
}

//! A scenario seen from outside: its process, what it prints, its workers.

use nix::sys::signal::{self, Signal};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// Longer than anything takes on the slowest machine; only there so that a hang fails.
const WATCHDOG: Duration = Duration::from_secs(60);

pub struct Trial {
    process: Child,
    output: BufReader<ChildStdout>,
    told: String,
}

impl Trial {
    pub fn start(scenario: &str, arguments: &[&str]) -> Result<Trial, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        // `timeout` kills the scenario (and so its workers) if it hangs; --foreground keeps it in our group.
        let mut command = Command::new("timeout");
        command.args(["--foreground", "-s", "KILL", &WATCHDOG.as_secs().to_string()]);
        command.arg(own).args(["scenario", scenario]).args(arguments);
        Trial::of(command)
    }

    pub fn of(mut command: Command) -> Result<Trial, String> {
        let started = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut process = started.map_err(|error| error.to_string())?;
        let output = process.stdout.take().ok_or("no output")?;
        Ok(Trial { process, output: BufReader::new(output), told: String::new() })
    }

    /// Reads on until a line has come.
    pub fn wait_for(&mut self, line: &str) -> Result<(), String> {
        loop {
            let from = self.told.len();
            if self.output.read_line(&mut self.told).map_err(|error| error.to_string())? == 0 {
                return Err(format!("ended without {line:?}:\n{}", self.told));
            }
            if self.told[from..].trim_end() == line {
                return Ok(());
            }
        }
    }

    /// Everything it has printed, once it has ended well.
    pub fn finish(mut self) -> Result<String, String> {
        while self.output.read_line(&mut self.told).map_err(|error| error.to_string())? > 0 {}
        let status = self.process.wait().map_err(|error| error.to_string())?;
        if !status.success() {
            return Err(format!("ended with {status}:\n{}", self.told));
        }
        Ok(std::mem::take(&mut self.told))
    }

    pub fn wait_for_end(&mut self) -> Result<(), String> {
        self.process.wait().map(|_| ()).map_err(|error| error.to_string())
    }

    /// The process of the scenario: the child of `timeout`.
    pub fn pid(&self) -> i32 {
        children(self.process.id() as i32).first().copied().unwrap_or(0)
    }

    pub fn signal(&self, signal: Signal) {
        kill(self.pid(), signal);
    }

    pub fn workers(&self) -> Vec<i32> {
        children(self.pid())
    }

    /// A worker, chosen by a number; `None` once the scenario has ended.
    pub fn some_worker(&mut self, random: u64) -> Option<i32> {
        while self.process.try_wait().ok()?.is_none() {
            let workers = self.workers();
            if !workers.is_empty() {
                return Some(workers[random as usize % workers.len()]);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        None
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            kill(self.pid(), Signal::SIGKILL);
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

fn children(process: i32) -> Vec<i32> {
    if process <= 0 {
        return Vec::new();
    }
    let listed =
        std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    listed.split_whitespace().filter_map(|id| id.parse().ok()).collect()
}

/// Sends a signal; whether there was somebody to get it.
pub fn kill(process: i32, what: Signal) -> bool {
    process > 0 && signal::kill(Pid::from_raw(process), what).is_ok()
}

pub fn lives(process: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim().chars().next());
    !matches!(state, None | Some('Z' | 'X'))
}

pub fn eventually(mut holds: impl FnMut() -> bool, what: &str) -> Result<(), String> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > WATCHDOG {
            return Err(format!("waited in vain for {what}"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

/// "name NUMBER" among what was told.
pub fn number(told: &str, name: &str) -> Result<u64, String> {
    let found = told.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok());
    found.ok_or_else(|| format!("no {name} in\n{told}"))
}

/// Runs a scenario where /dev/shm has 16 MiB; `None` if this machine gives us no user namespace.
pub fn in_small_shared_memory(scenario: &str) -> Result<Option<String>, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c"]).arg(script).arg("sh").arg(&own);
        command
    };
    let mount = "mount -t tmpfs -o size=16m tmpfs /dev/shm";
    let mut possible = unshare(mount);
    if !possible.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let script = format!("{mount} && exec timeout -s KILL {} \"$1\" scenario {scenario}", WATCHDOG.as_secs());
    Trial::of(unshare(&script))?.finish().map(Some)
}

pub fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

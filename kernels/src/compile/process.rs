//! The process of a compiler: no shell, no inherited environment beyond PATH, LD_LIBRARY_PATH and TMPDIR, limits on time,
//! memory and the size of files. CC and CFLAGS of the environment are not obeyed: they would change results.

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::flags;

/// Longest time a compiler may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// Most address space it may take.
const MEMORY_LIMIT: u64 = 8 << 30;
/// Largest file it may write.
const FILE_LIMIT: u64 = 1 << 30;

/// What of the environment a compiler sees.
fn environment() -> Vec<(OsString, OsString)> {
    let kept = ["PATH", "LD_LIBRARY_PATH", "TMPDIR"].into_iter();
    let kept = kept.filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
    kept.chain([("LC_ALL".into(), "C".into())]).collect()
}

/// A command that sees no more than that, and may take no more than the limits.
fn confined(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(environment()).stdin(Stdio::null());
    // SAFETY: the closure only calls setrlimit, which is async-signal-safe, and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            use nix::sys::resource::{Resource, setrlimit};
            setrlimit(Resource::RLIMIT_AS, MEMORY_LIMIT, MEMORY_LIMIT).ok();
            setrlimit(Resource::RLIMIT_FSIZE, FILE_LIMIT, FILE_LIMIT).ok();
            setrlimit(Resource::RLIMIT_CPU, TIME_LIMIT.as_secs(), TIME_LIMIT.as_secs()).ok();
            setrlimit(Resource::RLIMIT_CORE, 0, 0).ok();
            Ok(())
        });
    }
    command
}

/// What a compiler says about itself: the first line of `--version`.
pub fn version(program: &Path) -> Option<String> {
    let output = confined(program).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

/// The program: a path as it is, a name as PATH has it.
///
/// Relative entries of PATH do not count: they would mean whatever lies in the folder of a job.
pub(super) fn find(candidate: &Path) -> Option<PathBuf> {
    if candidate.components().count() > 1 {
        return candidate.is_file().then(|| candidate.to_path_buf());
    }
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(candidate)).find(|file| file.is_file())
}

/// The compiler as crate `cc` sees it: it knows the families and how each is driven.
fn tool(program: &Path) -> Result<cc::Tool, cc::Error> {
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    cc::Build::new()
        .compiler(program)
        .target(&target)
        .host(&target)
        .opt_level(3)
        .cargo_metadata(false)
        .cargo_warnings(false)
        .no_default_flags(true)
        .try_get_compiler()
}

/// Compiles a text to an object; the error is the tail of what the compiler said.
pub(super) fn run(
    program: &Path,
    text: &Path,
    object: &Path,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), String> {
    let tool = tool(program).map_err(|e| e.to_string())?;
    let mut command = confined(tool.path());
    command.args(flags());
    if tool.is_like_gnu() {
        // Independent work side by side, as far as registers last: a tenth to a quarter off long loops. Order only, no bits.
        command.args(["-fschedule-insns", "-fsched-pressure"]);
    }
    command.arg("-o").arg(object).arg(text).arg("-lm");
    command.stdout(Stdio::null());
    // A file, which a compiler with much to say does not fill while nobody reads.
    let said = object.with_extension("said");
    command.stderr(fs::File::create(&said).map_err(|e| e.to_string())?);
    finish(command, &said, interrupted)
}

/// Waits with a wall-clock limit; the tail of what the compiler said is the error.
fn finish(mut command: Command, said: &Path, interrupted: &dyn Fn() -> bool) -> Result<(), String> {
    let mut child = command.process_group(0).spawn().map_err(|e| e.to_string())?;
    let started = Instant::now();
    let mut wait = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|e| e.to_string())? {
            break status;
        }
        if interrupted() || started.elapsed() > TIME_LIMIT {
            // The group: compilers start further processes.
            let group = nix::unistd::Pid::from_raw(child.id() as i32);
            nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL).ok();
            child.wait().ok();
            return Err(format!("it took longer than {} s", TIME_LIMIT.as_secs()));
        }
        std::thread::sleep(wait);
        wait = (wait * 2).min(Duration::from_millis(5));
    };
    if status.success() {
        return Ok(());
    }
    let text = tail(said, 1 << 13).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    Err(format!("{}\n{status}", lines[lines.len().saturating_sub(20)..].join("\n")))
}

/// The last bytes of a file.
fn tail(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(most)))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

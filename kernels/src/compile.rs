//! Compiles kernels and keeps them: a cache on disk looked up by source, flags, CPU and interface version, so that a node
//! with a cached kernel needs no compiler.
//!
//! No shell, no inherited environment beyond PATH, LD_LIBRARY_PATH and TMPDIR, limits on time and memory. CC and CFLAGS of
//! the environment are not obeyed: they would change results.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::c::Source;

/// Longest time a compiler may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);
/// Most address space it may take.
const MEMORY_LIMIT: u64 = 8 << 30;
/// Marks the trailer behind a cached kernel, followed by the hash of all before.
const TRAILER: &[u8; 16] = b"spikesweep-so-1\n";

/// Why there is no kernel.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// No compiler is there.
    #[error(
        "no C compiler found: tried {tried}; install gcc or clang, or name one with --cc or SPIKESWEEP_CC"
    )]
    NoCompiler {
        /// What was looked for.
        tried: String,
    },
    /// Compilers are there but none made a kernel.
    #[error("the C compiler failed: {compiler}\n{tail}")]
    Failed {
        /// The last one tried.
        compiler: String,
        /// The end of what it said.
        tail: String,
    },
    /// The caller wants to stop.
    #[error("stopped while compiling")]
    Interrupted,
    /// The cache directory cannot be used.
    #[error("cannot use the kernel cache {path}: {source}")]
    Cache {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Where kernels are made and kept.
#[derive(Debug, Clone)]
pub struct Compiler {
    /// The cache directory.
    pub cache: PathBuf,
    /// The compiler that was asked for, if any.
    pub wanted: Option<PathBuf>,
}

/// A kernel on disk.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The shared object.
    pub path: PathBuf,
    /// Whether it had to be compiled.
    pub fresh: bool,
    /// How long that took.
    pub took: Duration,
    /// The compiler that made it now; none for a kernel from the cache.
    pub by: Option<PathBuf>,
}

impl Compiler {
    /// Cache and compiler as the environment says: SPIKESWEEP_CACHE, XDG_CACHE_HOME or HOME; SPIKESWEEP_CC.
    pub fn from_environment(wanted: Option<PathBuf>) -> Compiler {
        let of = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        let cache = of("SPIKESWEEP_CACHE")
            .or_else(|| of("XDG_CACHE_HOME").map(|d| d.join("spikesweep")))
            .or_else(|| of("HOME").map(|d| d.join(".cache").join("spikesweep")))
            .unwrap_or_else(|| std::env::temp_dir().join(format!("spikesweep-{}", nix::unistd::getuid())));
        Compiler { cache, wanted: wanted.or_else(|| of("SPIKESWEEP_CC")) }
    }

    /// The kernel for a source: from the cache, or compiled now.
    /// `interrupted` is asked now and then while the compiler works.
    pub fn compile(&self, source: &Source, interrupted: &dyn Fn() -> bool) -> Result<Compiled, CompileError> {
        let started = Instant::now();
        self.open_cache()?;
        let path = self.cache.join(format!("{}.so", key(source)));
        if is_intact(&path) {
            return Ok(Compiled { path, fresh: false, took: started.elapsed(), by: None });
        }
        let by = self.build(source, &path, interrupted)?;
        Ok(Compiled { path, fresh: true, took: started.elapsed(), by: Some(by) })
    }

    /// Whether the kernel for a source need not be compiled.
    pub fn is_cached(&self, source: &Source) -> bool {
        is_intact(&self.cache.join(format!("{}.so", key(source))))
    }

    /// The cache must be a directory of ours that nobody else can write.
    fn open_cache(&self) -> Result<(), CompileError> {
        let fail = |source| CompileError::Cache { path: self.cache.clone(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.cache).map_err(fail)?;
        let meta = fs::metadata(&self.cache).map_err(fail)?;
        if meta.uid() != nix::unistd::getuid().as_raw() {
            return Err(fail(std::io::Error::other("it belongs to another user")));
        }
        if meta.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(&self.cache, fs::Permissions::from_mode(0o700)).map_err(fail)?;
        }
        Ok(())
    }

    fn build(
        &self,
        source: &Source,
        path: &Path,
        interrupted: &dyn Fn() -> bool,
    ) -> Result<PathBuf, CompileError> {
        let fail = |source| CompileError::Cache { path: self.cache.clone(), source };
        let room = tempfile::Builder::new().prefix("build-").tempdir_in(&self.cache).map_err(fail)?;
        let text = room.path().join("kernel.c");
        fs::write(&text, &source.text).map_err(fail)?;
        let object = room.path().join("kernel.so");
        let candidates = self.candidates();
        let mut last: Option<CompileError> = None;
        let mut tried = Vec::new();
        for candidate in candidates {
            tried.push(candidate.display().to_string());
            let Some(program) = find(&candidate) else { continue };
            match run(&program, &text, &object, interrupted) {
                Err(_) if interrupted() => return Err(CompileError::Interrupted),
                Ok(()) => return keep(&object, path).map(|()| program).map_err(fail),
                Err(tail) => {
                    last = Some(CompileError::Failed { compiler: program.display().to_string(), tail })
                }
            }
        }
        Err(last.unwrap_or(CompileError::NoCompiler { tried: tried.join(", ") }))
    }

    fn candidates(&self) -> Vec<PathBuf> {
        match &self.wanted {
            Some(path) => vec![path.clone()],
            None => ["cc", "gcc", "clang"].iter().map(PathBuf::from).collect(),
        }
    }
}

/// What a compiler says about itself: the first line of `--version`.
pub fn version(program: &Path) -> Option<String> {
    let output =
        Command::new(program).arg("--version").env("LC_ALL", "C").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

/// Code generation flags; part of the cache key.
pub fn flags() -> Vec<&'static str> {
    let tuned = if cfg!(target_arch = "aarch64") { "-mcpu=native" } else { "-march=native" };
    vec![
        "-std=c11",
        // Vectorises as -O3 does and compiles in half the time.
        "-O2",
        "-ftree-vectorize",
        "-fvect-cost-model=dynamic",
        tuned,
        "-fno-math-errno",
        "-fno-trapping-math",
        "-ffp-contract=off",
        "-fwrapv",
        "-fno-strict-aliasing",
        "-fvisibility=hidden",
        "-fPIC",
        "-shared",
        // What the prelude does not define is a fault of ours, found here and not when a kernel runs.
        "-Werror=implicit-function-declaration",
        "-Wl,-z,defs",
    ]
}

fn key(source: &Source) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(source.text.as_bytes());
    flags().iter().for_each(|flag| {
        hasher.update(flag.as_bytes());
    });
    hasher.update(cpu_features().as_bytes());
    hasher.update(&crate::abi::VERSION.to_le_bytes());
    hasher.finalize().to_hex()[..32].to_string()
}

/// What `native` means here: model and instruction sets of the first CPU.
fn cpu_features() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let wanted = ["model name", "flags", "Features", "CPU part", "CPU implementer"];
    let lines = text.split("\n\n").next().unwrap_or_default().lines();
    lines.filter(|line| wanted.iter().any(|w| line.starts_with(w))).collect::<Vec<_>>().join("\n")
}

fn find(candidate: &Path) -> Option<PathBuf> {
    if candidate.components().count() > 1 {
        return candidate.is_file().then(|| candidate.to_path_buf());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(candidate)).find(|file| file.is_file())
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

fn run(program: &Path, text: &Path, object: &Path, interrupted: &dyn Fn() -> bool) -> Result<(), String> {
    let tool = tool(program).map_err(|e| e.to_string())?;
    let mut command = Command::new(tool.path());
    command.args(flags());
    if tool.is_like_gnu() {
        // Independent work side by side, as far as registers last: a tenth to a quarter off long loops. Order only, no bits.
        command.args(["-fschedule-insns", "-fsched-pressure"]);
    }
    command.arg("-o").arg(object).arg(text).arg("-lm");
    command.env_clear();
    for name in ["PATH", "LD_LIBRARY_PATH", "TMPDIR"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null());
    // A file, which a compiler with much to say does not fill while nobody reads.
    let said = object.with_extension("said");
    command.stderr(fs::File::create(&said).map_err(|e| e.to_string())?);
    // SAFETY: the closure only calls setrlimit, which is async-signal-safe, and allocates nothing.
    unsafe {
        command.pre_exec(|| {
            use nix::sys::resource::{Resource, setrlimit};
            setrlimit(Resource::RLIMIT_AS, MEMORY_LIMIT, MEMORY_LIMIT).ok();
            setrlimit(Resource::RLIMIT_CPU, TIME_LIMIT.as_secs(), TIME_LIMIT.as_secs()).ok();
            setrlimit(Resource::RLIMIT_CORE, 0, 0).ok();
            Ok(())
        });
    }
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

/// Moves a fresh object into its place: trailer, sync, rename.
fn keep(object: &Path, path: &Path) -> std::io::Result<()> {
    let bytes = fs::read(object)?;
    let staged = object.with_extension("kept");
    let mut file = fs::File::create(&staged)?;
    file.write_all(&bytes)?;
    file.write_all(TRAILER)?;
    file.write_all(blake3::hash(&bytes).as_bytes())?;
    file.sync_all()?;
    fs::rename(&staged, path)
}

/// Whether a cached kernel is as it was written.
fn is_intact(path: &Path) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
    let Some(end) = bytes.len().checked_sub(TRAILER.len() + 32) else { return false };
    let (body, trailer) = bytes.split_at(end);
    trailer.starts_with(TRAILER) && trailer[TRAILER.len()..] == blake3::hash(body).as_bytes()[..]
}

//! Compiles kernels and keeps them: a cache on disk looked up by source, flags, CPU and interface version, so that a node
//! with a cached kernel needs no compiler.
//!
//! Only kernels that this user wrote, and that nobody else can write, are taken from the cache; `process` runs compilers.

mod process;
mod secret;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::libc::{O_NOFOLLOW, O_NONBLOCK};

use crate::c::Source;
pub use process::version;
use process::{find, run};

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
        // A link of somebody else's to a directory of ours could lead elsewhere when a kernel is loaded.
        let link = fs::symlink_metadata(&self.cache).map_err(fail)?;
        let meta = fs::metadata(&self.cache).map_err(fail)?;
        if !is_ours(&link) || !is_ours(&meta) {
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

/// Moves a fresh object into its place: trailer, sync, rename.
fn keep(object: &Path, path: &Path) -> std::io::Result<()> {
    let bytes = fs::read(object)?;
    let staged = object.with_extension("kept");
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&staged)?;
    file.write_all(&bytes)?;
    file.write_all(TRAILER)?;
    file.write_all(blake3::hash(&bytes).as_bytes())?;
    file.sync_all()?;
    fs::rename(&staged, path)
}

/// Whether a cached kernel is as this user wrote it.
fn is_intact(path: &Path) -> bool {
    let Ok(bytes) = read_own(path) else { return false };
    let Some(end) = bytes.len().checked_sub(TRAILER.len() + 32) else { return false };
    let (body, trailer) = bytes.split_at(end);
    trailer.starts_with(TRAILER) && trailer[TRAILER.len()..] == blake3::hash(body).as_bytes()[..]
}

/// A file of ours that nobody else can have changed: the cache may have been open to others before it was closed.
fn read_own(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = fs::OpenOptions::new().read(true).custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path)?;
    let meta = file.metadata()?;
    if !meta.is_file() || !is_ours(&meta) || meta.permissions().mode() & 0o022 != 0 {
        return Err(std::io::ErrorKind::PermissionDenied.into());
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_ours(meta: &fs::Metadata) -> bool {
    meta.uid() == nix::unistd::getuid().as_raw()
}

//! A test whose facility is missing says so; it never passes in silence. CI looks for lines that begin with `NOT RUN:`.

use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Says `NOT RUN: name: why` past the capture of the test harness, and how many there are by now in this binary.
pub fn not_run(name: &str, why: &str) {
    let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    let line = format!("\nNOT RUN: {name}: {why}\n({count} not run in this test binary)\n");
    std::io::stderr().lock().write_all(line.as_bytes()).ok();
}

/// The C compiler, as the shell would find it; if there is none, the test is not run.
pub fn compiler_for(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|dir| ["cc", "gcc", "clang"].map(|name| dir.join(name)))
        .find(|file| Path::is_file(file));
    if found.is_none() {
        not_run(name, "no C compiler on PATH");
    }
    found
}

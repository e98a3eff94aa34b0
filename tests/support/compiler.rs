//! Compilers of tests: shell scripts that do something of their own and pass everything on to the real one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Folder;

/// A shell script in the folder that can be run.
pub fn script(folder: &Folder, name: &str, text: &str) -> String {
    let path = folder.write(name, format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

/// The compiler of a folder that counts how often it is asked for a kernel.
pub struct Counter {
    script: String,
    log: PathBuf,
}

impl Counter {
    /// Passes on to `cc`.
    pub fn new(folder: &Folder, cc: &Path) -> Counter {
        let log = folder.path("compiler.log");
        let text = format!("printf '%s\\n' \"$*\" >> '{}'\nexec '{}' \"$@\"", log.display(), cc.display());
        Counter { script: script(folder, "counting-cc", &text), log }
    }

    /// For `--cc`.
    pub fn path(&self) -> &str {
        &self.script
    }

    /// How often a kernel was compiled.
    pub fn kernels(&self) -> usize {
        self.calls().iter().filter(|line| line.contains("-shared")).count()
    }

    /// All calls, those that only ask what compiler it is included.
    pub fn calls(&self) -> Vec<String> {
        std::fs::read_to_string(&self.log).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}

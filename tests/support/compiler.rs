//! A compiler that counts how often it is asked for a kernel, and passes everything on to the real one.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::Folder;

/// The counting compiler of a folder.
pub struct Counter {
    script: PathBuf,
    log: PathBuf,
}

impl Counter {
    /// Passes on to `cc`.
    pub fn new(folder: &Folder, cc: &Path) -> Counter {
        let log = folder.path("compiler.log");
        let text = format!(
            "#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\nexec '{}' \"$@\"\n",
            log.display(),
            cc.display()
        );
        let script = folder.write("counting-cc", text);
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        Counter { script, log }
    }

    /// For `--cc`.
    pub fn path(&self) -> &str {
        self.script.to_str().unwrap()
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

//! A compiler with sanitizers, and runs of jobs under it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::compiler::script;
use crate::support::not_run::{compiler_for, not_run};
use crate::support::{Ended, Folder, Results};

/// What is added behind the flags of kernels. Integers of equations wrap, and so does all arithmetic of signed integers
/// (`-fwrapv`): that is taken back, so that sums are seen that wrap though nobody meant them to. What sanitizers look at is
/// in the code before it is optimised: little of that keeps long kernels below the limit of time.
const FLAGS: &str = "-O1 -fno-tree-vectorize -fno-schedule-insns -g1 -fno-wrapv \
                     -fsanitize=address,undefined,float-cast-overflow -fno-sanitize-recover=all";

/// A folder whose kernels are made with sanitizers, from nothing.
pub struct Sanitized {
    folder: Folder,
    cc: String,
    library: PathBuf,
}

impl Sanitized {
    /// `planted`: a shell command that changes the kernel's source, `"$word"`, or `true`. None where there is no gcc with
    /// sanitizers.
    pub fn new(test: &str, planted: &str) -> Option<Sanitized> {
        let cc = compiler_for(test)?;
        let Some(library) = library(&cc) else {
            not_run(test, "the C compiler has no libasan.so");
            return None;
        };
        let folder = Folder::without_kernels();
        let text = format!(
            "for word; do case $word in *kernel.c) {planted} || {{ echo 'no place to plant' >&2; exit 1; }};; esac; done\n\
             exec '{}' \"$@\" {FLAGS}",
            cc.display()
        );
        let cc = script(&folder, "sanitizing-cc", &text);
        Some(Sanitized { folder, cc, library })
    }

    /// Runs a job; how that ended. What sanitizers report stands in stderr.
    pub fn run(&self, job: &Path, out: &str, more: &[String]) -> Ended {
        let mut arguments: Vec<String> =
            ["run", job.to_str().unwrap(), "--out", out, "--cc", &self.cc].map(String::from).to_vec();
        arguments.extend_from_slice(more);
        let mut command = self.folder.command(&arguments);
        command.env("LD_PRELOAD", &self.library);
        // States of arenas are saved and restored with the redzones in them.
        let spared = self.folder.write("spared", "interceptor_via_fun:*branching*\n");
        command.env("ASAN_OPTIONS", format!("detect_leaks=0:suppressions={}", spared.display()));
        command.env("UBSAN_OPTIONS", "print_stacktrace=1");
        Ended::of(command.output().unwrap())
    }

    /// The results of a run.
    pub fn results(&self, out: &str) -> Results {
        self.folder.results(out)
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        self.folder.write(name, text)
    }
}

/// Whether a sanitizer had something to say.
pub fn is_report(stderr: &str) -> bool {
    stderr.contains("AddressSanitizer") || stderr.contains("runtime error:")
}

/// The address sanitizer, which must be loaded before all else.
fn library(cc: &Path) -> Option<PathBuf> {
    let output = Command::new(cc).arg("-print-file-name=libasan.so").output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    (path.is_absolute() && path.is_file()).then_some(path)
}

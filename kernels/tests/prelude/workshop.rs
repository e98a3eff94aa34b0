//! Where tests compile drivers with the prelude: a folder, flags, a run.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// What a kernel is compiled with, apart from the target.
pub const FLAGS: [&str; 5] =
    ["-std=gnu11", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-Wno-psabi"];

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Tells why a test proves nothing here.
#[expect(clippy::print_stdout, reason = "the reader of the test's output is meant")]
pub fn not_run(reason: &str) {
    println!("NOT RUN: {reason}");
}

/// Appends a file of the prelude after those it names in `// needs:`, once.
fn paste(stem: &str, texts: &BTreeMap<String, String>, done: &mut Vec<String>, out: &mut String) {
    if done.iter().any(|d| d == stem) {
        return;
    }
    done.push(stem.to_string());
    let text = texts.get(stem).unwrap_or_else(|| panic!("no file {stem}.c in the prelude"));
    let needed = text.lines().filter_map(|line| line.strip_prefix("// needs:"));
    needed.flat_map(str::split_whitespace).for_each(|other| paste(other, texts, done, out));
    out.push_str(text);
}

/// The whole prelude as one C text.
fn prelude() -> String {
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder("prelude")).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        texts.insert(stem, fs::read_to_string(&path).unwrap());
    }
    let (mut done, mut out) = (Vec::new(), String::new());
    texts.keys().for_each(|stem| paste(stem, &texts, &mut done, &mut out));
    out
}

/// A folder with the prelude and all drivers, where the compiler runs.
pub struct Workshop {
    /// The folder.
    pub dir: TempDir,
}

impl Workshop {
    /// `None`, and said so, where there is no compiler.
    pub fn open() -> Option<Workshop> {
        if Command::new("cc").arg("--version").output().is_err() {
            not_run("there is no C compiler `cc`");
            return None;
        }
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("prelude.inc"), prelude()).unwrap();
        for entry in fs::read_dir(folder("tests/prelude")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
        }
        Some(Workshop { dir })
    }

    pub fn compiler(&self, arguments: &[&str]) -> Output {
        Command::new("cc").args(FLAGS).args(arguments).current_dir(&self.dir).output().unwrap()
    }

    /// Compiles `driver`.c; the program, or what the compiler said.
    pub fn build(&self, driver: &str, target: &[&str], libraries: &[&str]) -> Result<PathBuf, String> {
        let program = self.dir.path().join(driver);
        let source = format!("{driver}.c");
        let mut arguments = target.to_vec();
        arguments.extend([source.as_str(), "-o", driver]);
        arguments.extend(libraries);
        let output = self.compiler(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(program) } else { Err(said) }
    }

    /// Compiles and runs a driver; its standard output.
    pub fn run(&self, driver: &str, target: &[&str], arguments: &[&str]) -> String {
        let program =
            self.build(driver, target, &["-lm"]).unwrap_or_else(|said| panic!("{driver}.c: {said}"));
        output_of(&program, arguments)
    }
}

pub fn output_of(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}: {}", program.display(), output.status);
    String::from_utf8(output.stdout).unwrap()
}

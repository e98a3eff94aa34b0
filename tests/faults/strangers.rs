//! What comes from a stranger, or lies where a stranger could put it: result directories with links, FIFOs and forged
//! numbers, kernels and compilers that somebody planted, names that steer a terminal. `docs/security.md` names the tests.

use std::os::unix::fs::{MetadataExt, PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};

use nix::sys::stat::Mode;

use crate::planted::{JOB, ended, run, script, undisturbed};
use crate::support::not_run::{compiler_for, not_run};
use crate::support::{Folder, root};

/// Larger than all limits, and no block on disk.
const HUGE: u64 = 4 << 30;

/// A result directory made from that of a good run.
fn forged(folder: &Folder, name: &str, forge: impl Fn(&Path)) -> String {
    let out = folder.path(name);
    let copied =
        std::process::Command::new("cp").arg("-r").arg(folder.path("undisturbed")).arg(&out).status();
    assert!(copied.unwrap().success());
    forge(&out);
    out.display().to_string()
}

fn enlarge(path: PathBuf) {
    std::fs::OpenOptions::new().append(true).open(path).unwrap().set_len(HUGE).unwrap();
}

/// The run file with other values.
fn rewrite(out: &Path, key: &str, value: serde_json::Value) {
    let path = out.join(".run/run.json");
    let mut run: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    run[key] = value;
    std::fs::write(path, run.to_string()).unwrap();
}

/// Beginnings of records, each as long as all that follows it: a sum over each would take hours.
fn many_beginnings() -> Vec<u8> {
    const BYTES: usize = 6_000_000;
    let mut out = vec![b'x'];
    while out.len() + 12 < BYTES {
        let length = (BYTES - out.len() - 12) as u32;
        out.extend(b"\xb5Rec");
        out.extend(length.to_le_bytes());
        out.extend([0; 4]);
    }
    out.resize(BYTES + 1, 0);
    out
}

#[test]
fn forged_directories_are_refused_by_status() {
    let folder = Folder::new();
    undisturbed(&folder, JOB);
    type Forge = (&'static str, i32, &'static str, fn(&Path));
    let cases: [Forge; 6] = [
        ("a-large-run-file", 74, "larger than 64 MiB", |out| enlarge(out.join(".run/run.json"))),
        ("points", 65, "a run has 1000000000 at most", |out| rewrite(out, "points", u64::MAX.into())),
        ("a-long-tail", 65, "damaged", |out| enlarge(out.join(".run/journal-0-1.bin"))),
        ("beginnings", 65, "more seem to begin after it", |out| {
            let path = out.join(".run/journal-0-1.bin");
            let bytes = [std::fs::read(&path).unwrap(), many_beginnings()].concat();
            std::fs::write(path, bytes).unwrap();
        }),
        ("a-fifo", 74, "not a regular file", |out| {
            std::fs::remove_file(out.join(".run/run.json")).unwrap();
            nix::unistd::mkfifo(&out.join(".run/run.json"), Mode::S_IRWXU).unwrap();
        }),
        ("a-lock", 0, "", |out| std::fs::write(out.join(".run/lock-4294967295"), "").unwrap()),
    ];
    for (name, code, words, forge) in cases {
        let out = forged(&folder, name, forge);
        let told = folder.spikesweep(&["status", &out]).expect(code);
        assert!(told.stderr.contains(words), "{name}: {}", told.stderr);
    }
}

/// A stored job that is a link, a FIFO or without end is not read, neither by a merge nor to tell what differs.
#[test]
fn a_stored_job_is_a_small_file() {
    let folder = Folder::new();
    undisturbed(&folder, JOB);
    type Forge = (&'static str, &'static str, fn(&Path));
    let cases: [Forge; 3] = [
        ("a-link", "Too many levels of symbolic links", |job| symlink("/dev/zero", job).unwrap()),
        ("a-fifo", "not a regular file", |job| nix::unistd::mkfifo(job, Mode::S_IRWXU).unwrap()),
        ("large", "larger than 64 MiB", |job| std::fs::File::create(job).unwrap().set_len(HUGE).unwrap()),
    ];
    for (name, words, forge) in cases {
        let out = forged(&folder, name, |out| {
            std::fs::remove_file(out.join("job.toml")).unwrap();
            forge(&out.join("job.toml"));
        });
        let refused = folder.spikesweep(&["merge", &out]).expect(74);
        assert!(refused.stderr.contains(words), "{name}: {}", refused.stderr);
        folder.write("other.toml", JOB.replace("seed = 5", "seed = 6"));
        let refused = folder.spikesweep(&["run", "other.toml", "--out", &out]).expect(65);
        assert!(refused.stderr.contains("belongs to another run"), "{name}: {}", refused.stderr);
    }
}

/// The folder of data files that a directory names is a stranger's choice: what lies there cannot get into tables unless it
/// is what the run was made of.
#[test]
fn a_merge_takes_no_other_data() {
    let folder = Folder::new();
    let text =
        JOB.replace("axes.drive = { from = \"12 mV\", to = \"22 mV\", n = 6 }", "points = \"drives.csv\"");
    folder.write("drives.csv", "drive_mV\n13\n21\n");
    let one = undisturbed(&folder, &text);
    let secret = folder.path("secret");
    std::fs::create_dir(&secret).unwrap();
    std::fs::write(secret.join("drives.csv"), "drive_mV\n13\n17\n").unwrap();
    let out = forged(&folder, "out", |out| rewrite(out, "job_folder", secret.display().to_string().into()));
    folder.spikesweep(&["merge", &out]).expect(65);
    folder.results("out").assert_same(&one, "nothing was merged");
}

/// The job itself in the place of its copy, or somebody's table in the place of one of ours, here or behind a link.
#[test]
fn files_of_others_are_not_replaced() {
    let folder = Folder::new();
    folder.write("job.toml", format!("[job]\nname = \"thesis\"\n{JOB}"));
    let job = std::fs::read(folder.path("job.toml")).unwrap();
    for name in ["job.toml", "points.csv", "v.csv", "datapackage.json"] {
        let home = folder.path(&format!("home-of-{name}"));
        std::fs::create_dir(&home).unwrap();
        std::fs::write(home.join(name), "mine").unwrap();
        std::fs::create_dir_all(folder.path("results")).unwrap();
        symlink(&home, folder.path("results/thesis")).unwrap();
        let refused = folder.spikesweep(&["run", "job.toml"]).expect(73);
        assert!(
            refused.stderr.contains(name) && refused.stderr.contains("no run that it belongs to"),
            "{}",
            refused.stderr
        );
        assert_eq!(std::fs::read(home.join(name)).unwrap(), b"mine");
        assert_eq!(std::fs::read_dir(&home).unwrap().count(), 1, "nothing else");
        std::fs::remove_file(folder.path("results/thesis")).unwrap();
    }
    folder.spikesweep(&["run", "job.toml", "--out", "."]).expect(73);
    assert_eq!(std::fs::read(folder.path("job.toml")).unwrap(), job);
}

#[test]
fn starting_over_removes_no_file_of_others() {
    let folder = Folder::new();
    undisturbed(&folder, JOB);
    let out = forged(&folder, "out", |out| {
        let path = out.join(".run/complete.json");
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("\"v.csv\"", "\"thesis.tex\"").replace("\"spikes.csv\"", "\"../thesis.csv\"");
        assert!(text.contains("thesis.tex") && text.contains("../thesis.csv"));
        std::fs::write(path, text).unwrap();
        std::fs::write(out.join("thesis.tex"), "mine").unwrap();
        std::fs::write(out.join("../thesis.csv"), "mine").unwrap();
    });
    folder.spikesweep(&["run", "job.toml", "--out", &out, "--fresh"]).expect(0);
    assert!(folder.path("out/thesis.tex").exists() && folder.path("thesis.csv").exists());
}

/// Kernels that somebody else may have written are made anew, and then nobody else can write them.
#[test]
fn a_kernel_that_others_could_write_is_not_loaded() {
    let folder = Folder::without_kernels();
    let Some(_) = compiler_for("a_kernel_that_others_could_write_is_not_loaded") else { return };
    let one = undisturbed(&folder, JOB);
    let cache = folder.path("cache/spikesweep");
    let kernels = std::fs::read_dir(&cache).unwrap().map(|e| e.unwrap().path());
    let kernel = kernels.into_iter().find(|path| path.extension().is_some_and(|e| e == "so")).unwrap();
    let set_mode = |mode| std::fs::set_permissions(&kernel, std::fs::Permissions::from_mode(mode)).unwrap();
    let compiled = |out: &str| {
        folder.spikesweep(&run(&folder, out, &[])).expect(0);
        folder.results(out).assert_same(&one, out);
        folder.results(out).told("/kernels_compiled")
    };
    assert_eq!(compiled("as-it-is"), 0);
    for mode in [0o660, 0o602] {
        set_mode(mode);
        assert_eq!(compiled(&format!("mode-{mode:o}")), 1);
        assert_eq!(std::fs::metadata(&kernel).unwrap().mode() & 0o777, 0o600);
    }
    std::fs::rename(&kernel, folder.path("elsewhere.so")).unwrap();
    symlink(folder.path("elsewhere.so"), &kernel).unwrap();
    assert_eq!(compiled("a-link"), 1);
    assert!(std::fs::symlink_metadata(&kernel).unwrap().is_file());
    assert_eq!(compiled("at-last"), 0);
}

/// A cache that is another user's, or a link that is, even to a directory of ours.
#[test]
fn a_cache_of_somebody_else_is_not_used() {
    const NAME: &str = "a_cache_of_somebody_else_is_not_used";
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    for name in ["theirs", "ours"] {
        std::fs::create_dir(folder.path(name)).unwrap();
    }
    symlink(folder.path("ours"), folder.path("link")).unwrap();
    for name in ["theirs", "link"] {
        if lchown(folder.path(name), Some(65534), None).is_err() {
            return not_run(NAME, "only root can give files away");
        }
        let mut command = folder.command(&run(&folder, "out", &[]));
        command.env("SPIKESWEEP_CACHE", folder.path(name));
        let refused = ended(command).expect(69);
        assert!(refused.stderr.contains("it belongs to another user"), "{name}: {}", refused.stderr);
    }
    let unused = std::fs::read_dir(folder.path("ours")).unwrap().count();
    assert_eq!(unused, 0);
}

/// An empty entry of PATH means the folder one is in, and that may be a job's.
#[test]
fn a_compiler_in_the_folder_of_a_job_is_not_run() {
    if compiler_for("a_compiler_in_the_folder_of_a_job_is_not_run").is_none() {
        return;
    }
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    std::fs::create_dir(folder.path("bin")).unwrap();
    for name in ["cc", "bin/cc"] {
        script(&folder, name, &format!("touch '{}'; exit 1", folder.path("obeyed").display()));
    }
    let path = std::env::var("PATH").unwrap();
    for (k, first) in ["", ".", "bin"].into_iter().enumerate() {
        let mut command = folder.command(&run(&folder, &format!("out-{k}"), &[]));
        command
            .env("PATH", format!("{first}:{path}"))
            .env("SPIKESWEEP_CACHE", folder.path(&format!("cache-{k}")));
        ended(command).expect(0);
        assert!(!folder.path("obeyed").exists(), "PATH={first:?}:...");
    }
}

/// What a compiler finds around it: four variables, and limits of address space, time, files and core dumps.
#[test]
fn a_compiler_sees_little_and_takes_little() {
    let Some(cc) = compiler_for("a_compiler_sees_little_and_takes_little") else { return };
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let seen = folder.path("seen");
    let look = "env -u PWD -u OLDPWD -u SHLVL -u _ | sed 's/=.*//'; cat /proc/self/limits";
    let text = format!(
        "case \"$*\" in *kernel.c*) {{ {look}; }} > '{}';; esac\nexec '{}' \"$@\"",
        seen.display(),
        cc.display()
    );
    let cc = script(&folder, "looking-cc", &text);
    let mut command = folder.command(&run(&folder, "out", &["--cc", &cc]));
    command
        .env("SECRET_TOKEN", "x")
        .env("GCC_SPECS", "x")
        .env("TMPDIR", folder.path(""))
        .env("LD_LIBRARY_PATH", "/usr/lib");
    ended(command).expect(0);
    let seen = std::fs::read_to_string(seen).unwrap();
    let mut names: Vec<&str> = seen.lines().take_while(|line| !line.starts_with("Limit")).collect();
    names.sort_unstable();
    assert_eq!(names, ["LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR"]);
    let limits = [
        ("Max address space", 8_u64 << 30),
        ("Max cpu time", 120),
        ("Max file size", 1 << 30),
        ("Max core file size", 0),
    ];
    for (name, expected) in limits {
        let line = seen.lines().find(|line| line.starts_with(name)).unwrap();
        let found: u64 = line[name.len()..].split_whitespace().next().unwrap().parse().expect(line);
        assert!(found <= expected, "{line}");
    }
}

#[test]
fn names_do_not_steer_a_terminal() {
    let folder = Folder::new();
    // ESC and CSI, alone and as part of a name that is included.
    let name = "\u{1b}[31m\u{9b}2J.toml";
    folder.write(name, JOB.replace("size = 12", "size = 0"));
    folder.write("includes.toml", "include = [\"\\u001b[31m\\u009b2J.toml\"]\n");
    folder.write("comment.toml", JOB.replace("size = 12", "size = 0 # \u{9b}2J"));
    let commands: [(&[&str], i32); 5] = [
        (&["check", name], 65),
        (&["check", "includes.toml"], 65),
        (&["check", "comment.toml"], 65),
        (&["status", name], 65),
        (&["merge", "\u{1b}[31m"], 65),
    ];
    for (arguments, code) in commands {
        let told = folder.spikesweep(arguments).expect(code);
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!told.stderr.is_empty() && !told.stderr.contains(steers), "{arguments:?}: {:?}", told.stderr);
    }
}

/// Each promise of the page has a test, and each test that it names is there.
#[test]
fn promises_have_their_tests() {
    let page = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let rows: Vec<_> = rows.filter(|(_, tests)| tests.contains(".rs`")).collect();
    assert!(rows.len() > 10, "{rows:?}");
    for (promise, tests) in rows {
        let mut file = None;
        let mut count = 0;
        for word in tests.split('`').skip(1).step_by(2) {
            if word.ends_with(".rs") {
                file = Some(std::fs::read_to_string(root().join(word)).expect(word));
                continue;
            }
            let source = file.as_ref().expect("a file stands before its tests");
            assert!(crate::rows::holds(source, word), "{promise}: there is no test {word}");
            count += 1;
        }
        assert!(count > 0, "{promise}: no test");
    }
}

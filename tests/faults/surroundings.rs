//! Surroundings that are small or hostile: few descriptors and processes, little memory, compilers that fail, hang or are
//! killed, caches and temporary folders that cannot be used, an environment that means other things.

use std::process::Stdio;

use crate::planted::{
    JOB, after, as_root, ended, nobody_works_in, planting_compiler, resumes_to, run, script, shim, through,
    undisturbed,
};
use crate::support::not_run::{compiler_for, not_run};
use crate::support::processes::{children, end, signal, wait_until};
use crate::support::{Ended, Folder};

#[test]
fn few_descriptors_are_enough_or_a_clear_error() {
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let mut good = 0;
    for descriptors in (8..=32).rev().step_by(3) {
        let out = format!("with-{descriptors}");
        let arguments = run(&folder, &out, &["--workers", "6"]);
        let ended = ended(after(&folder, &format!("ulimit -n {descriptors}"), &arguments));
        match ended.code.expect("no signal") {
            0 => {
                good += 1;
                folder.results(&out).assert_same(&one, &out);
            }
            code => {
                assert!([71, 73, 74].contains(&code), "{descriptors}: {}", ended.stderr);
                assert!(
                    ended.stderr.contains("Too many open files") || ended.stderr.contains("EMFILE"),
                    "{}",
                    ended.stderr
                );
                resumes_to(&folder, &out, &one, &out);
            }
        }
        if descriptors == 32 {
            assert_eq!(good, 1, "32 descriptors are enough for a few workers: {}", ended.stderr);
        }
    }
    assert!(good < 9, "8 descriptors are too few, or the limit was not there");
    nobody_works_in(&folder);
}

/// Limits of processes do not bind root, so somebody else runs it.
#[test]
fn few_processes_are_enough_or_a_clear_error() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    const NAME: &str = "few_processes_are_enough_or_a_clear_error";
    if compiler_for(NAME).is_none() {
        return;
    }
    let folder = Folder::without_kernels();
    let one = undisturbed(&folder, JOB);
    std::fs::remove_dir_all(folder.path("cache")).unwrap();
    let home = folder.path("");
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o777)).unwrap();
    // Limits do not bind root: then a user whom nobody else is. In a namespace, processes outside of it do not count.
    let is_root = std::fs::metadata(&home).unwrap().uid() == 0;
    let user = 3_000_000_000 + std::process::id();
    let as_user = |mut command: std::process::Command| {
        if is_root {
            command.uid(user).gid(user);
        }
        command.output()
    };
    let unshare = ["unshare", "--user", "--map-root-user"];
    let mut possible = std::process::Command::new(unshare[0]);
    possible.args(&unshare[1..]).arg("true");
    if !as_user(possible).is_ok_and(|output| output.status.success()) {
        return not_run(NAME, "no user namespace in which processes can be counted");
    }
    let by_user = |limit: &[&str], out: &str, workers: &str| {
        let prefix = [&unshare[..], limit].concat();
        let command = through(&folder, &prefix, &run(&folder, out, &["--workers", workers]));
        Ended::of(as_user(command).unwrap())
    };
    by_user(&[], "free", "1").expect(0); // compiles
    folder.results("free").assert_same(&one, "another user");
    let none = by_user(&["prlimit", "--nproc=1"], "none", "4").expect(71);
    assert!(none.stderr.contains("start a worker"), "{}", none.stderr);
    let few = by_user(&["prlimit", "--nproc=2"], "few", "4").expect(0);
    assert!(few.stderr.contains("6 points"), "{}", few.stderr);
    folder.results("few").assert_same(&one, "with one worker instead of four");
}

#[test]
fn little_shared_memory_is_71_with_the_bytes() {
    const NAME: &str = "little_shared_memory_is_71_with_the_bytes";
    let folder = Folder::new();
    let text = JOB.replace("size = 12", "size = 3000");
    let one = undisturbed(&folder, &text);
    let shell = "mount -t tmpfs -o size=1m tmpfs /dev/shm";
    let Some(command) = as_root(NAME, &folder, shell, &run(&folder, "out", &["--workers", "2"])) else {
        return;
    };
    let refused = ended(command).expect(71);
    assert!(
        refused
            .stderr
            .contains("of memory are needed, but the free space of /dev/shm leaves 1.0 MiB (1048576 bytes)"),
        "{}",
        refused.stderr
    );
    resumes_to(&folder, "out", &one, "with more shared memory");
}

#[test]
fn a_small_address_space_is_71_with_the_bytes() {
    let folder = Folder::new();
    let text = JOB.replace("size = 12", "size = 3000");
    let one = undisturbed(&folder, &text);
    let mut refused = 0;
    for mib in [4, 8, 12, 16, 24, 32, 64] {
        let out = format!("with-{mib}");
        let arguments = run(&folder, &out, &["--workers", "1"]);
        let ended = ended(after(&folder, &format!("ulimit -v {}", mib * 1024), &arguments));
        match ended.code {
            Some(0) => folder.results(&out).assert_same(&one, &out),
            Some(71) => {
                refused += 1;
                assert!(ended.stderr.contains("bytes)"), "{}", ended.stderr);
            }
            // The program itself does not get its memory.
            code => assert!(mib < 16, "{mib} MiB: {code:?} {}", ended.stderr),
        }
    }
    assert!(refused > 0, "no limit was small enough");
}

#[test]
fn the_next_compiler_is_tried() {
    let Some(cc) = compiler_for("the_next_compiler_is_tried") else { return };
    let folder = Folder::without_kernels();
    let one = undisturbed(&folder, JOB);
    std::fs::create_dir(folder.path("bin")).unwrap();
    for (name, text) in [("failing", "echo 'no luck' >&2; exit 1"), ("killed", "kill -9 $$")] {
        let bad = format!(
            "echo {name} >> '{}'; case \"$*\" in *kernel.c*) {text};; esac",
            folder.path("called").display()
        );
        script(&folder, "bin/cc", &bad);
        script(&folder, "bin/gcc", &format!("exec '{}' \"$@\"", cc.display()));
        let path = format!("{}:{}", folder.path("bin").display(), std::env::var("PATH").unwrap());
        let mut command = folder.command(&run(&folder, name, &[]));
        command.env("PATH", path).env("SPIKESWEEP_CACHE", folder.path(&format!("{name}-cache")));
        ended(command).expect(0);
        assert!(std::fs::read_to_string(folder.path("called")).unwrap().contains(name));
        folder.results(name).assert_same(&one, name);
    }
}

#[test]
fn what_a_failing_compiler_said_is_told() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let cases = [
        ("echo 'kernel.c:1: the disk ate my homework' >&2; exit 1", "the disk ate my homework"),
        ("kill -9 $$", "signal: 9"),
        ("exit 0", "cannot use the kernel cache"),
    ];
    for (text, words) in cases {
        let cc = script(&folder, "cc", &format!("case \"$*\" in *kernel.c*) {text};; esac"));
        let failed = folder.spikesweep(&run(&folder, "out", &["--cc", &cc])).expect(69);
        assert!(failed.stderr.contains(words), "{text}: {}", failed.stderr);
    }
}

/// More than a pipe holds: nobody waits for anybody.
#[test]
fn a_compiler_with_much_to_say_is_heard_to_its_end() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let much = "case \"$*\" in *kernel.c*) head -c 300000 /dev/zero | tr '\\0' 'x' >&2; echo >&2; echo the end >&2; exit 1;; esac";
    let cc = script(&folder, "cc", much);
    let failed = folder.spikesweep(&run(&folder, "out", &["--cc", &cc])).expect(69);
    assert!(
        failed.stderr.contains("the end"),
        "{}",
        &failed.stderr[failed.stderr.len().saturating_sub(500)..]
    );
}

/// A compiler with a child that hangs: the signal ends both.
#[test]
fn a_compiler_that_hangs_can_be_stopped() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let cc = script(&folder, "cc", "case \"$*\" in *kernel.c*) sleep 300 & touch called; wait;; esac");
    let mut child = folder.start(&run(&folder, "out", &["--cc", &cc]));
    wait_until(&mut child, "the compiler is called", || folder.path("called").exists());
    signal("TERM", child.id());
    end(child).expect(75);
    nobody_works_in(&folder);
}

#[test]
#[ignore = "two minutes: the limit of a compiler"]
fn a_compiler_that_hangs_is_given_up() {
    let folder = Folder::without_kernels();
    folder.write("job.toml", JOB);
    let cc = script(&folder, "cc", "case \"$*\" in *kernel.c*) sleep 300 & wait;; esac");
    let given_up = folder.spikesweep(&run(&folder, "out", &["--cc", &cc])).expect(69);
    assert!(given_up.stderr.contains("it took longer than 120 s"), "{}", given_up.stderr);
    nobody_works_in(&folder);
}

/// Two commands need one kernel; the first is killed while it compiles.
#[test]
fn two_runs_compile_one_kernel_and_one_is_killed() {
    let folder = Folder::without_kernels();
    let one = undisturbed(&folder, JOB);
    let slow = "echo $$ >> called; while [ ! -e go ]; do sleep 0.01; done; true";
    let Some(cc) =
        planting_compiler(&folder, "slow-cc", &format!("{{ cd '{}'; {slow}; }}", folder.path("").display()))
    else {
        return;
    };
    let start = |out: &str| {
        let mut command = folder.command(&run(&folder, out, &["--cc", &cc]));
        command.env("SPIKESWEEP_CACHE", folder.path("kernels"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let compiling = || std::fs::read_to_string(folder.path("called")).unwrap_or_default().lines().count();
    let mut killed = start("killed");
    wait_until(&mut killed, "it compiles", || compiling() == 1);
    let mut other = start("other");
    wait_until(&mut other, "both compile", || compiling() == 2);
    let compilers = children(killed.id());
    assert_eq!(compilers.len(), 1);
    signal("KILL", killed.id());
    assert_eq!(end(killed).code, None);
    folder.write("go", "");
    end(other).expect(0);
    folder.results("other").assert_same(&one, "the one that was not killed");
    nobody_works_in(&folder); // the compiler of the killed one has come to its end, too
    resumes_to(&folder, "killed", &one, "the one that was killed");
}

#[test]
fn a_cache_that_cannot_be_used_is_told() {
    const NAME: &str = "a_cache_that_cannot_be_used_is_told";
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let small = folder.path("small");
    std::fs::create_dir(&small).unwrap();
    let cases = [
        ("-o ro", 69, "cannot use the kernel cache"),
        ("-o size=4k", 69, "No space left on device"),
        ("-o noexec", 71, "SPIKESWEEP_CACHE"),
    ];
    for (options, code, words) in cases {
        let shell = format!("mount -t tmpfs {options} tmpfs small");
        let Some(mut command) = as_root(NAME, &folder, &shell, &run(&folder, "out", &[])) else { return };
        command.env("SPIKESWEEP_CACHE", &small);
        let refused = ended(command).expect(code);
        assert!(refused.stderr.contains(words), "{options}: {}", refused.stderr);
    }
    folder.write("file", "");
    let mut command = folder.command(&run(&folder, "out", &[]));
    command.env("SPIKESWEEP_CACHE", folder.path("file"));
    assert!(ended(command).expect(69).stderr.contains("cannot use the kernel cache"));
    resumes_to(&folder, "out", &one, "with a cache");
}

/// Folders that compilers may want, and a path as long as they come: what matters lies in the cache.
#[test]
fn temporary_folders_do_not_matter() {
    const NAME: &str = "temporary_folders_do_not_matter";
    if compiler_for(NAME).is_none() {
        return;
    }
    let folder = Folder::new();
    let one = undisturbed(&folder, JOB);
    let deep = (0..12).fold(folder.path("deep"), |path, _| path.join("x".repeat(200)));
    std::fs::create_dir_all(&deep).unwrap();
    std::fs::create_dir(folder.path("small")).unwrap();
    let places = [("missing", folder.path("nowhere")), ("a file", folder.path("job.toml")), ("long", deep)];
    for (what, place) in &places {
        let mut command = folder.command(&run(&folder, what, &[]));
        command.env("TMPDIR", place).env("SPIKESWEEP_CACHE", folder.path(&format!("{what}-cache")));
        ended(command).expect(0);
        folder.results(what).assert_same(&one, what);
    }
    for options in ["-o noexec", "-o ro"] {
        let shell = format!("mount -t tmpfs {options} tmpfs small");
        let Some(mut command) = as_root(NAME, &folder, &shell, &run(&folder, options, &[])) else { return };
        command
            .env("TMPDIR", folder.path("small"))
            .env("SPIKESWEEP_CACHE", folder.path(&format!("cache{options}")));
        ended(command).expect(0);
        folder.results(options).assert_same(&one, options);
    }
}

/// What other programs obey and this one does not: each variable would change or break a compilation, or a number.
#[test]
fn a_hostile_environment_does_not_matter() {
    let (Some(_), Some(shim)) = (compiler_for("a_hostile_environment_does_not_matter"), shim()) else {
        return;
    };
    let folder = Folder::without_kernels();
    let one = undisturbed(&folder, JOB);
    let wrong = script(&folder, "wrong-cc", &format!("touch '{}'; exit 1", folder.path("obeyed").display()));
    let preloaded = format!("{}", shim.display());
    let all = [
        ("CC", wrong.as_str()),
        ("HOST_CC", &wrong),
        ("TARGET_CC", &wrong),
        ("CFLAGS", "-ffast-math -Dss_prepare=gone"),
        ("CPPFLAGS", "-Dss_prepare=gone"),
        ("LDFLAGS", "-nostdlib -lnothing"),
        ("C_INCLUDE_PATH", "/nowhere"),
        ("LIBRARY_PATH", "/nowhere"),
        ("GCC_EXEC_PREFIX", "/nowhere/"),
        ("COMPILER_PATH", "/nowhere"),
        ("CCC_OVERRIDE_OPTIONS", "+-ffast-math"),
        ("LD_PRELOAD", &preloaded),
        ("LD_BIND_NOW", "1"),
        ("OMP_NUM_THREADS", "64"),
        ("OMP_PROC_BIND", "true"),
        ("LC_ALL", "de_DE.UTF-8"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_NUMERIC", "fr_FR.UTF-8"),
        ("TZ", "Asia/Kathmandu"),
        ("MALLOC_PERTURB_", "85"),
        ("RUST_BACKTRACE", "full"),
        ("POSIXLY_CORRECT", "1"),
    ];
    let with = |out: &str, some: &[(&str, &str)]| {
        let mut command = folder.command(&run(&folder, out, &[]));
        command.env("SPIKESWEEP_CACHE", folder.path(&format!("{out}-cache")));
        command.envs(some.iter().copied());
        ended(command).expect(0);
        let results = folder.results(out);
        assert_eq!(results.told("/kernels_compiled"), 1);
        results.assert_same(&one, out);
    };
    with("all", &all);
    assert!(!folder.path("obeyed").exists(), "CC was obeyed");
    // It would have been: the same script is obeyed where it is asked for.
    let mut command = folder.command(&run(&folder, "asked", &[]));
    command.env("SPIKESWEEP_CC", &wrong).env("SPIKESWEEP_CACHE", folder.path("asked-cache"));
    ended(command).expect(69);
    assert!(folder.path("obeyed").exists());
}

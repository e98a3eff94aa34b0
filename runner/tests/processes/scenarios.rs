//! The scenarios, each run in a process of its own with one thread. They print what happened, a line for a fact.

use crate::bench::{Bench, Parent, record};
use crate::trial::splitmix;
use nix::libc;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::unistd::{getpgid, getpid};
use runner::channel::{FaultClass, WorkerError};
use runner::claims::Claim;
use runner::fork::{Setup, fork};
use runner::memory;
use runner::segment::{Segment, SegmentError, page_size};
use runner::signals::Signals;
use runner::supervise::{Config, WorkerContext};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longer than any watchdog.
const FOR_EVER: Duration = Duration::from_secs(1000);

type Done = Result<(), WorkerError>;

pub fn run(name: &str, arguments: &[String]) {
    let text = |k: usize| arguments.get(k).map_or("", String::as_str);
    let number = |k: usize| text(k).parse::<usize>().unwrap();
    match name {
        "sweep" => sweep(number(0), number(1), number(2) as u64),
        "slow-sweep" => slow_sweep(number(0), number(1)),
        "claim-kills" => claim_kills(text(0)),
        "guard" => guard(),
        "endless" => endless(number(0), text(1)),
        "reserve" => reserve(),
        "limits" => limits(),
        "storm" => storm(text(0)),
        "threads" => threads(),
        "stall" => stall(),
        "steady" => steady(number(0)),
        "fatal" => fatal(text(0)),
        "requested" => requested(text(0)),
        "long-records" => long_records(),
        "few-descriptors" => few_descriptors(number(0) as u64),
        "no-pidfd" => no_pidfd(),
        "set-up" => set_up(),
        "costs" => costs(),
        _ => panic!("no scenario {name}"),
    }
}

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn fault(class: FaultClass, message: &str) -> WorkerError {
    WorkerError { class, message: message.into() }
}

fn each(context: &WorkerContext<'_>, mut work: impl FnMut(&Claim) -> Done) -> Done {
    while let Some(claim) = context.take() {
        work(&claim)?;
    }
    Ok(())
}

/// Claims are computed; with a seed, workers die at random before, between and after what they do.
fn sweep(workers: usize, claims: usize, seed: u64) {
    let bench = Bench::new(workers, claims, 0);
    let config = Config { storm: Some(u32::MAX), ..bench.config() };
    let mut parent = Parent::new(&bench);
    parent.attempts_forgiven = true;
    bench.run(&config, &mut parent, &|context| {
        let mut random = seed ^ (u64::from(context.serial) << 32);
        let mut maybe_die = || {
            if seed != 0 && splitmix(&mut random).is_multiple_of(12) {
                die(["kill", "segv", "exit0", "abort"][splitmix(&mut random) as usize % 4]);
            }
        };
        maybe_die();
        each(context, |claim| {
            maybe_die();
            bench.store(context, claim);
            maybe_die();
            context.send_batch(&record(claim.index), Some(claim))?;
            maybe_die();
            Ok(())
        })
    });
}

/// As `sweep`, a few milliseconds a claim, to be disturbed from outside.
fn slow_sweep(workers: usize, claims: usize) {
    let bench = Bench::new(workers, claims, 0);
    let config = Config { storm: Some(u32::MAX), ..bench.config() };
    let mut parent = Parent::new(&bench);
    parent.attempts_forgiven = true;
    bench.run(&config, &mut parent, &|context| {
        each(context, |claim| {
            std::thread::sleep(millis(10));
            bench.compute(context, claim)
        })
    });
}

fn die(how: &str) {
    let signal = match how {
        "kill" => Signal::SIGKILL,
        "segv" => Signal::SIGSEGV,
        "bus" => Signal::SIGBUS,
        "fpe" => Signal::SIGFPE,
        "ill" => Signal::SIGILL,
        "abort" => Signal::SIGABRT,
        "panic" => panic!("planted"),
        _ => {
            let code = how.strip_prefix("exit").and_then(|code| code.parse().ok()).unwrap();
            // SAFETY: ends the process, as planned.
            unsafe { libc::_exit(code) }
        }
    };
    // Rust's own handlers of SEGV and BUS return from a signal that was sent; the default action is wanted.
    // SAFETY: restoring a default disposition installs no handler.
    let _ = unsafe { nix::sys::signal::signal(signal, nix::sys::signal::SigHandler::SigDfl) };
    let _ = raise(signal);
}

/// One claim of 20 kills whoever takes it.
fn claim_kills(how: &str) {
    let bench = Bench::new(2, 20, 0);
    let mut parent = Parent::new(&bench);
    bench.run(&bench.config(), &mut parent, &|context| {
        each(context, |claim| {
            match (claim.index, how) {
                (5, "failed") => return Err(fault(FaultClass::Claim, "no root found")),
                (5, "return") => return Ok(()), // as if it had finished, with a claim in its hands
                (5, "garbage") => garbage(),
                (5, "two") => {
                    if context.segment.atomics_u64(2048, 1).unwrap()[0].fetch_add(1, Ordering::Relaxed) == 0 {
                        context.claims.take(context.index, context.serial); // not 5, but this one is blamed
                        die("kill");
                    }
                    println!("attempt of 5: {}", claim.attempt);
                }
                (5, "foreign-claim" | "no-such-claim") => {
                    let index = if how == "foreign-claim" { 0 } else { 999_999 };
                    context.send_batch(&record(5), Some(&Claim { index, attempt: 1 }))?;
                    std::thread::sleep(FOR_EVER);
                }
                (5, how) => die(how),
                _ => {}
            }
            bench.compute(context, claim)
        })
    });
}

/// Writes a well-framed message that is none of ours into the worker's socket, and waits to be found out.
fn garbage() {
    let is_socket = |fd: &i32| {
        let target = std::fs::read_link(format!("/proc/self/fd/{fd}"));
        target.is_ok_and(|target| target.to_string_lossy().starts_with("socket:"))
    };
    let socket = (3..100).find(is_socket).unwrap();
    let message: Vec<u8> = [24u64, 8, u64::MAX].into_iter().flat_map(u64::to_le_bytes).collect();
    // SAFETY: the buffer lives through the call.
    unsafe { libc::send(socket, message.as_ptr().cast(), message.len(), 0) };
    std::thread::sleep(millis(20));
}

/// Worker of claim 0 writes on and on beyond its arena; a guard page lies between it and the next.
fn guard() {
    let page = page_size();
    let bench = Bench::new(1, 4, 3 * page);
    let arena = bench.extra();
    bench.segment.reserve(arena, 3 * page).unwrap();
    bench.segment.write::<u8>(arena + 2 * page, page).unwrap().slice_mut().fill(7);
    bench.segment.guard(arena + page, page).unwrap();
    let mut parent = Parent::new(&bench);
    bench.run(&bench.config(), &mut parent, &|context| {
        each(context, |claim| {
            if claim.index == 0 {
                for k in 0..2 * page {
                    // SAFETY: none: this is the fault that the guard page must catch.
                    unsafe { context.segment.base().add(arena + k).write_volatile(1) };
                }
            }
            bench.compute(context, claim)
        })
    });
    let neighbour = bench.segment.read::<u8>(arena + 2 * page, page).unwrap();
    if neighbour.slice().iter().all(|&byte| byte == 7) {
        println!("neighbour intact");
    }
}

/// More work than anyone lives to see. Workers obey the stop word, or are deaf.
fn endless(workers: usize, kind: &str) {
    let bench = Bench::new(workers, 1_000_000, 0);
    let grace = if kind == "deaf" { millis(300) } else { FOR_EVER };
    let config = Config { grace, ..bench.config() };
    let mut parent = Parent::new(&bench);
    parent.tell_every = 5;
    bench.run(&config, &mut parent, &|context| {
        each(context, |claim| {
            if kind != "stops" {
                std::thread::sleep(FOR_EVER);
            }
            // What a kernel would look at while it computes.
            let stop = &context.segment.atomics_i64(0, 1).unwrap()[0];
            let start = Instant::now();
            while start.elapsed() < millis(20) {
                if stop.load(Ordering::Relaxed) != 0 {
                    return Ok(());
                }
                std::thread::sleep(millis(1));
            }
            bench.compute(context, claim)
        })
    });
}

/// With 16 MiB in /dev/shm: neither parent nor worker gets 64 MiB, and both are told so.
fn reserve() {
    const MANY: usize = 64 << 20;
    let bench = Bench::new(1, 2, 2 * MANY);
    let arena = bench.extra();
    match bench.segment.reserve(arena, MANY) {
        Err(SegmentError::NoSpace { needed, available }) if needed == MANY as u64 && available < 16 << 20 => {
            println!("parent: NoSpace");
        }
        other => println!("parent: {other:?}"),
    }
    println!("small: {}", bench.segment.reserve(arena, 1 << 20).map_or("refused", |()| "ok"));
    if memory::check_fits(&memory::Need::of(MANY as u64))
        .is_err_and(|e| e.to_string().contains("/dev/shm leaves"))
    {
        println!("bytes needed and available are told");
    }
    let mut parent = Parent::new(&bench);
    bench.run(&bench.config(), &mut parent, &|context| {
        let reserved = context.segment.reserve(arena + MANY, MANY);
        reserved.map_err(|error| fault(FaultClass::System, &error.to_string()))
    });
}

/// Small limits of this process: refused by the check, and cleanly by the system if the check is not asked.
fn limits() {
    let _signals = Signals::install().unwrap(); // SIGXFSZ is ignored from here on
    const GIB: u64 = 1 << 30;
    let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
    setrlimit(Resource::RLIMIT_FSIZE, GIB, hard).unwrap();
    println!("file size: {}", Segment::create(2 * GIB).unwrap_err());
    setrlimit(Resource::RLIMIT_FSIZE, hard, hard).unwrap();
    let (_, hard) = getrlimit(Resource::RLIMIT_AS).unwrap();
    setrlimit(Resource::RLIMIT_AS, GIB, hard).unwrap();
    println!("address space: {}", Segment::create(2 * GIB).unwrap_err());
    println!("check: {:?}", memory::check_fits(&memory::Need::of(GIB)).unwrap_err().limit);
    println!("small: {}", Segment::create(GIB / 4).map_or("refused", |_| "ok"));
}

/// Nobody lives to take a claim.
fn storm(how: &str) {
    let bench = Bench::new(2, 100, 0);
    bench.run(&bench.config(), &mut Parent::new(&bench), &|_| {
        die(how);
        Ok(())
    });
}

fn threads() {
    let setup = Setup { mask: SigSet::empty(), cpu: None };
    let stop = std::sync::Arc::new(AtomicU32::new(0));
    let seen = stop.clone();
    let second = std::thread::spawn(move || {
        while seen.load(Ordering::Relaxed) == 0 {
            std::thread::sleep(millis(1));
        }
    });
    match fork(&setup, || 0) {
        Err(error) => println!("fork: {error}"),
        Ok(_) => println!("fork: ok"),
    }
    stop.store(1, Ordering::Relaxed);
    second.join().unwrap();
    let child = fork(&setup, || 0).unwrap();
    child.reap();
    println!("then: ok");
}

/// Claim 3 of 8 never moves; the others move their step word.
fn stall() {
    let bench = Bench::new(2, 8, 0);
    let config = Config { stall: Some(millis(400)), attempts: 2, tick: millis(20), ..bench.config() };
    bench.run(&config, &mut Parent::new(&bench), &|context| {
        each(context, |claim| {
            if claim.index == 3 {
                std::thread::sleep(FOR_EVER);
            }
            bench.compute(context, claim)
        })
    });
}

/// One long claim, whose steps move all the time; a stall is called after 600 ms.
fn steady(claims: usize) {
    let bench = Bench::new(1, claims, 0);
    let config = Config { stall: Some(millis(600)), tick: millis(50), ..bench.config() };
    let mut parent = Parent::new(&bench);
    parent.tell_every = 5;
    bench.run(&config, &mut parent, &|context| {
        let step = &context.segment.atomics_u64(8, 1).unwrap()[0];
        each(context, |claim| {
            step.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(millis(5));
            bench.compute(context, claim)
        })
    });
}

fn fatal(class: &str) {
    let class = match class {
        "System" => FaultClass::System,
        "Output" => FaultClass::Output,
        _ => FaultClass::Internal,
    };
    let bench = Bench::new(2, 1000, 0);
    bench.run(&bench.config(), &mut Parent::new(&bench), &|context| {
        each(context, |claim| {
            std::thread::sleep(millis(1));
            if claim.index == 7 { Err(fault(class, "planted")) } else { bench.compute(context, claim) }
        })
    });
}

fn requested(place: &str) {
    let bench = Bench::new(2, 100_000, 0);
    let mut parent = Parent::new(&bench);
    parent.stop_at = ["batch", "tick", "death"].into_iter().find(|known| *known == place).unwrap();
    bench.run(&bench.config(), &mut parent, &|context| {
        each(context, |claim| {
            std::thread::sleep(millis(1));
            if place == "death" && claim.index == 9 {
                die("kill");
            }
            bench.compute(context, claim)
        })
    });
}

/// Records of megabytes, faster than the parent takes them.
fn long_records() {
    let bench = Bench::new(3, 12, 0);
    let mut parent = Parent::new(&bench);
    parent.slow = millis(20);
    bench.run(&bench.config(), &mut parent, &|context| {
        each(context, |claim| {
            bench.store(context, claim);
            let mut long = record(claim.index);
            long.extend((0..claim.index * 300_000).map(|k| (k ^ claim.index) as u8));
            context.send_batch(&long, Some(claim))
        })
    });
}

/// Descriptors for a few workers, not for sixteen.
fn few_descriptors(spare: u64) {
    let bench = Bench::new(16, 200, 0);
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap().filter_map(Result::ok);
    let highest = open.filter_map(|entry| entry.file_name().to_str()?.parse::<u64>().ok()).max().unwrap();
    // Whatever was inherited is filled up, so that the limit leaves exactly the spare ones.
    let _held: Vec<_> = (0..=highest).map_while(|_| below(highest)).collect();
    setrlimit(Resource::RLIMIT_NOFILE, highest + 1 + spare, hard).unwrap();
    let mut parent = Parent::new(&bench);
    bench.run(&Config { tick: millis(10), ..bench.config() }, &mut parent, &|context| {
        each(context, |claim| {
            std::thread::sleep(millis(5));
            bench.compute(context, claim)
        })
    });
    println!("most {}", parent.most);
}

/// A new descriptor, if there is one lower than `highest`.
fn below(highest: u64) -> Option<std::fs::File> {
    use std::os::fd::AsRawFd;
    let file = std::fs::File::open("/dev/null").unwrap();
    ((file.as_raw_fd() as u64) < highest).then_some(file)
}

/// A kernel without pidfd_open, made by a filter of system calls.
fn no_pidfd() {
    let filter = |code: u32, jt: u8, jf: u8, k: u32| libc::sock_filter { code: code as u16, jt, jf, k };
    let mut program = [
        filter(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        filter(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, libc::SYS_pidfd_open as u32),
        filter(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS as u32),
        filter(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: the program outlives the calls, which copy it; the filter only makes one system call fail.
    let refused = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program);
        libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0)
    };
    if refused == -1 && nix::errno::Errno::last() == nix::errno::Errno::ENOSYS {
        println!("pidfd_open: ENOSYS");
    }
    claim_kills("kill");
}

/// Each worker looks at itself.
fn set_up() {
    let bench = Bench::new(2, 2, 0);
    let all_cpus = runner::cpus::allowed().len();
    let mask = SigSet::thread_get_mask().unwrap();
    bench.run(&bench.config(), &mut Parent::new(&bench), &|context| {
        let text = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let status = text("/proc/self/status");
        let hex = |name: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
            u64::from_str_radix(value.trim(), 16).unwrap_or(0)
        };
        let ignored = [Signal::SIGTERM, Signal::SIGINT, Signal::SIGHUP, Signal::SIGUSR1]
            .iter()
            .all(|&signal| hex("SigIgn:") & (1 << (signal as u32 - 1)) != 0);
        let sockets = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        let sockets = sockets.filter_map(|entry| std::fs::read_link(entry.path()).ok());
        let sockets = sockets.filter(|target| target.to_string_lossy().starts_with("socket:")).count();
        let allowed = runner::cpus::allowed();
        let facts = [
            ("own group", getpgid(None).unwrap() == getpid()),
            ("oom 1000", text("/proc/self/oom_score_adj").trim() == "1000"),
            ("signal mask restored", SigSet::thread_get_mask().unwrap() == mask),
            ("ignored TERM INT HUP USR1", ignored),
            ("dies with parent", nix::sys::prctl::get_pdeathsig() == Ok(Some(Signal::SIGKILL))),
            ("no core", getrlimit(Resource::RLIMIT_CORE).unwrap().0 == 0),
            ("only its own channel", sockets == 1),
            ("pinned", allowed.len() == 1 || all_cpus != 2),
        ];
        for (fact, holds) in facts {
            println!("{}{fact}", if holds { "" } else { "not: " });
        }
        each(context, |claim| {
            std::thread::sleep(millis(50));
            bench.compute(context, claim)
        })
    });
}

/// What a fork and a message cost.
fn costs() {
    let setup = Setup { mask: SigSet::empty(), cpu: None };
    let mut forks: Vec<Duration> = (0..50)
        .map(|_| {
            let start = Instant::now();
            let child = fork(&setup, || 0).unwrap();
            let forked = start.elapsed();
            child.reap();
            forked
        })
        .collect();
    forks.sort_unstable();
    println!("cost of a fork in the parent: {} us (median of 50)", forks[25].as_micros());
    let bench = Bench::new(2, 20_000, 0);
    let start = Instant::now();
    bench.run(&bench.config(), &mut Parent::new(&bench), &|context| {
        each(context, |claim| bench.compute(context, claim))
    });
    let each = start.elapsed().as_nanos() as f64 / 20_000.0 / 1000.0;
    println!("cost of a claim taken, sent and heard with 2 workers: {each:.1} us");
}

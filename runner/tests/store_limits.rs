//! A limit on the size of files, which holds for the whole process and so has a test binary of its own.

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigHandler, Signal, signal};
use runner::store::{Disk, PartWriter, StoreError};

#[test]
fn rows_beyond_the_limit_are_an_error_and_those_before_it_stay() {
    let dir = tempfile::TempDir::new().expect("a directory");
    let mut part =
        PartWriter::create(Disk, dir.path(), "part-0-1-0-spikes.csv", 0).expect("nothing in the way");
    // SAFETY: ignoring a signal installs no handler.
    unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) }.expect("it can be ignored");
    let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE).expect("Linux");
    setrlimit(Resource::RLIMIT_FSIZE, 10_000, hard).expect("it may be lowered");
    let rows = b"0,25.5,1\n".repeat(1000);
    assert_eq!(part.append(&rows).expect("below the limit").length, 9000);
    let error = part.append(&rows).expect_err("beyond the limit");
    setrlimit(Resource::RLIMIT_FSIZE, hard, hard).expect("it may be raised");
    assert_eq!(error.exit_code(), 74);
    assert!(matches!(error, StoreError::Io { action: "write to", .. }), "{error}");
    assert!(matches!(part.append(b"1,0.0,1\n"), Err(StoreError::Failed { .. })));
    let written = std::fs::read(dir.path().join("part-0-1-0-spikes.csv")).expect("it is there");
    assert_eq!((&written[..9000], written.len()), (&rows[..], 10_000));
}

//! What must hold for any bytes given as a job: it is accepted or refused, both times alike, with faults that point
//! into it; what is accepted has points and a program, and its own copies are the same run.

use std::path::Path;

use jobs::{Job, Place, Rejected};

/// A folder in which there can be no file: whatever a job names is missing.
const NOWHERE: &str = "/dev/null/nowhere";

/// Reads and checks a job. Leaves out what would take long to count.
pub fn check(bytes: &[u8]) {
    if !is_short(bytes) {
        return;
    }
    let read = |text: &[u8]| jobs::from_text("job.toml", text, Path::new(NOWHERE), &[]);
    match read(bytes) {
        Ok(job) => {
            is_good(&job);
            // `as_run` is the text itself, read again, unless its canonical form differs.
            for copy in [job.as_run(), job.canonical()] {
                let other = read(copy.as_bytes()).unwrap_or_else(|why| panic!("{copy}\n{why}"));
                assert_eq!(other.canonical(), job.canonical(), "{copy}");
                assert_eq!(other.identity(), job.identity(), "{copy}");
            }
        }
        Err(refused) => {
            is_told(&refused);
            // Reading again and writing all messages take most of the time: one input in four is enough for them.
            if bytes.len().is_multiple_of(4) {
                let again = read(bytes).expect_err("it was refused before");
                assert_eq!(refused.render(true), again.render(true));
            }
        }
    }
}

/// Jobs without large numbers, of which sweeps can be made that are long to count.
fn is_short(bytes: &[u8]) -> bool {
    let sweeps = bytes.windows(5).any(|word| word == b"sweep");
    let longest = if sweeps { 2 } else { 19 };
    !bytes.chunk_by(|a, b| is_digit(*a) && is_digit(*b)).any(|run| is_digit(run[0]) && run.len() > longest)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn is_good(job: &Job) {
    let points = job.points();
    assert!(!points.is_empty() && points.configs() > 0);
    for index in [0, points.len() / 2, points.len() - 1] {
        let point = points.get(index);
        assert_eq!(point.index, index);
        assert!(point.variant < job.models().len());
    }
    for model in job.models() {
        let program = kernels::program::build(model).expect("a checked model has a program");
        assert!(!kernels::c::functions(&program).contains('\0'));
    }
    job.tables();
}

/// The faults of a refused job: there are some, and they lie in a file.
fn is_told(refused: &Rejected) {
    let first = refused.faults.first().expect("there is a reason");
    assert!(jobs::render(first, &refused.texts, false).contains(first.code));
    for fault in &refused.faults {
        for span in [fault.span].into_iter().chain(fault.also.iter().map(|(span, _)| *span)) {
            let place = refused.texts.in_file(span);
            let text = refused.texts.get(place.text);
            assert!(!refused.texts.name(place.text).is_empty(), "no file: {fault:?}");
            assert!(text.get(place.start as usize..place.end as usize).is_some(), "{fault:?}");
        }
    }
    for entry in refused.refusal().faults {
        assert!(jobs::pages::page(entry.code).is_some(), "no page: {entry:?}");
        [&entry.place].into_iter().chain(&entry.also).for_each(is_a_place);
    }
}

fn is_a_place(place: &Place) {
    assert!(place.line >= 1 && place.column >= 1, "{place:?}");
    assert!((place.line, place.column) <= (place.end_line, place.end_column), "{place:?}");
}

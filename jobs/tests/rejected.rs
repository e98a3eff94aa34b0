//! Every job in `rejected/` is refused, with exactly the message beside it; together they reach every code, and every
//! wrong model of a list that was run in Brian.
//!
//! `UPDATE_GOLDENS=1 cargo test -p jobs --test rejected -- --test-threads=1` writes the messages anew; look at the
//! difference. A comment `# spikesweep check JOB --set "NAME=VALUE"` in a job sets a parameter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

mod support;

use support::{jobs_in, sets};

fn refused(path: &Path) -> jobs::Rejected {
    jobs::load(path, &sets(path)).expect_err("a job in rejected/ is refused")
}

#[test]
fn messages_are_as_recorded() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut wrong = Vec::new();
    let paths = jobs_in("rejected");
    assert!(paths.len() > 100);
    for path in &paths {
        let Err(rejected) = jobs::load(path, &sets(path)) else {
            wrong.push(format!("{} is accepted", path.display()));
            continue;
        };
        assert_eq!(rejected.exit_code(), 65);
        let message = rejected.render(false);
        assert!(message.contains("error[E") && message.contains(" --> "), "{}: no place", path.display());
        let golden = path.with_extension("txt");
        if update {
            std::fs::write(&golden, &message).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != message {
            wrong.push(format!("{}: the message is now\n{message}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_has_its_job() {
    for entry in std::fs::read_dir("rejected").unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "txt") {
            assert!(Path::exists(&path.with_extension("toml")), "{}", path.display());
        }
    }
}

#[test]
fn every_code_has_a_job_and_every_job_a_code_of_the_list() {
    let all: BTreeSet<&str> = jobs::codes::every().map(|(code, _)| code).collect();
    let reached: BTreeSet<&str> =
        jobs_in("rejected").iter().flat_map(|path| refused(path).faults).map(|f| f.code).collect();
    let without: Vec<&&str> = all.difference(&reached).collect();
    assert!(without.is_empty(), "no job shows {without:?}");
    let unlisted: Vec<&&str> = reached.difference(&all).collect();
    assert!(unlisted.is_empty(), "not in the list of codes: {unlisted:?}");
}

/// Two jobs that give the same messages show the same thing.
#[test]
fn no_two_jobs_show_the_same() {
    let mut seen: BTreeMap<BTreeSet<(&str, String)>, PathBuf> = BTreeMap::new();
    for path in jobs_in("rejected") {
        let messages = refused(&path).faults.into_iter().map(|f| (f.code, f.message)).collect();
        if let Some(other) = seen.insert(messages, path.clone()) {
            panic!("{} and {} give the same messages", other.display(), path.display());
        }
    }
}

/// Whoever reads a message shall know what to do.
#[test]
fn every_message_has_a_mend() {
    let mut without = Vec::new();
    for path in jobs_in("rejected") {
        for fault in refused(&path).faults.into_iter().filter(|f| f.help.is_none()) {
            without.push(format!("{}: {} {}", path.display(), fault.code, fault.message));
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
}

/// `bad_models.csv`: wrong models as Brian 2.11 judged them, the text they have here, the job in `rejected/` that holds
/// that text, and words of its message. One of them Brian accepts, and computes wrongly.
#[test]
fn every_wrong_model_of_the_list_is_refused() {
    let mut reader = csv::Reader::from_path("tests/bad_models.csv").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(|r| r.unwrap()).collect();
    assert_eq!(rows.len(), 41);
    for (k, row) in rows.iter().enumerate() {
        assert_eq!(row[0], format!("vb{:03}", k + 1));
        let path = Path::new("rejected").join(format!("{}.toml", &row[6]));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(&row[5]), "{}: {} is not in {}", &row[0], &row[5], path.display());
        let message = refused(&path).render(false);
        assert!(message.contains(&row[7]), "{}: '{}' is not in\n{message}", &row[0], &row[7]);
    }
}

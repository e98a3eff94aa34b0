//! Every job in `rejected/` is refused, with exactly the message beside it.
//!
//! `UPDATE_GOLDENS=1 cargo test -p jobs --test rejected` writes the messages anew; look at the difference.

use std::path::{Path, PathBuf};

fn jobs_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    paths
}

#[test]
fn messages_are_as_recorded() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut wrong = Vec::new();
    let paths = jobs_in("rejected");
    assert!(paths.len() > 100);
    for path in &paths {
        let Err(rejected) = jobs::load(path, &[]) else {
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
fn every_code_has_a_job() {
    // `--set` has no file; it is tried with the points.
    let elsewhere = ["E2010"];
    let goldens: Vec<String> = std::fs::read_dir("rejected")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .map(|p| std::fs::read_to_string(p).unwrap())
        .collect();
    for (code, meaning) in jobs::codes::ALL {
        let found = goldens.iter().any(|g| g.contains(&format!("error[{code}]")));
        assert!(found || elsewhere.contains(code), "{code}: {meaning}");
    }
}

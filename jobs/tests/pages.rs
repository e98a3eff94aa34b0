//! Each code has its page, whose wrong example gives that code and that message, and whose right one passes.
//!
//! An example leaves out what `codes/frame.toml` holds. `UPDATE_GOLDENS=1 cargo test -p jobs --test pages` writes the
//! messages anew.

use std::collections::BTreeSet;
use std::path::Path;

use jobs::pages;

/// The parts of a page.
struct Page {
    before: String,
    wrong: String,
    message: String,
    right: String,
}

fn split(text: &str) -> Option<Page> {
    let (before, rest) = text.split_once("\nWrong:\n\n")?;
    let (wrong, rest) = rest.split_once("\nMessage:\n\n")?;
    let (message, right) = rest.split_once("\nRight:\n\n")?;
    Some(Page { before: before.into(), wrong: bare(wrong), message: bare(message), right: bare(right) })
}

/// Without the indentation of an example.
fn bare(text: &str) -> String {
    text.lines().map(|l| l.strip_prefix("    ").unwrap_or(l).to_owned() + "\n").collect()
}

fn indented(text: &str) -> String {
    text.lines().map(|l| if l.is_empty() { "\n".to_owned() } else { format!("    {l}\n") }).collect()
}

/// Headers with the keys below them, as text.
fn tables(text: &str) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        match out.last_mut() {
            _ if line.starts_with('[') => out.push((line.to_owned(), Vec::new())),
            Some((_, keys)) => keys.push(line.to_owned()),
            None => {}
        }
    }
    out
}

/// The example with what it leaves out.
fn completed(example: &str) -> String {
    let frame = std::fs::read_to_string("codes/frame.toml").unwrap();
    let mut out = example.replace('\u{2400}', "\0");
    for (header, mut keys) in tables(&frame) {
        // Phases have durations of their own.
        keys.retain(|key| !(key.starts_with("duration") && example.contains("[[phase]]")));
        let own = format!("{header}\n");
        let Some(at) = out.find(&own) else {
            if !matches!(header.as_str(), "[synapses.S]" | "[record.R]") {
                out += &format!("\n{own}{}\n", keys.join("\n"));
            }
            continue;
        };
        let end = out[at + 1..].find("\n[").map_or(out.len(), |k| at + 1 + k);
        let name = |key: &str| key.split('=').next().unwrap_or("").trim().to_owned();
        let section = out[at..end].to_owned();
        let has = |key: &str| {
            section.lines().any(|l| l.trim_start().starts_with(&*name(key)) && name(l) == name(key))
        };
        let missing: Vec<&str> = keys.iter().map(String::as_str).filter(|key| !has(key)).collect();
        if !missing.is_empty() {
            out.insert_str(
                end,
                &format!("{}{}\n", if section.ends_with('\n') { "" } else { "\n" }, missing.join("\n")),
            );
        }
    }
    out
}

/// What is set on the command line, in a comment of the example.
fn sets(example: &str) -> Vec<String> {
    let set = example.lines().filter_map(|l| l.split_once("--set \"")?.1.strip_suffix('"'));
    set.map(String::from).collect()
}

fn load(example: &str) -> Result<jobs::Job, jobs::Rejected> {
    jobs::from_text("job.toml", completed(example).as_bytes(), Path::new("codes"), &sets(example))
}

fn codes() -> Vec<(&'static str, &'static str)> {
    jobs::codes::every().collect()
}

#[test]
fn each_code_has_its_page_and_each_page_its_code() {
    let all: BTreeSet<String> = codes().iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(all.len(), codes().len(), "a code stands twice");
    assert!(codes().is_sorted());
    let entries = std::fs::read_dir("codes").unwrap().map(|e| e.unwrap().path());
    let files: BTreeSet<String> = entries
        .filter(|p| p.extension().is_some_and(|e| e == "md"))
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(files, all);
    for (code, meaning) in codes() {
        let page = pages::page(code).unwrap_or_else(|| panic!("{code} is not embedded"));
        assert_eq!(page.lines().next(), Some(&*format!("# {code}: {meaning}")));
        assert!((10..=60).contains(&page.lines().count()), "{code}: {} lines", page.lines().count());
    }
}

#[test]
fn wrong_examples_give_the_code_and_right_ones_pass() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut bad = Vec::new();
    for (code, _) in codes() {
        let path = format!("codes/{code}.md");
        let text = std::fs::read_to_string(&path).unwrap();
        let Some(page) = split(&text) else {
            bad.push(format!("{code}: no wrong example, message or right example"));
            continue;
        };
        if let Err(rejected) = load(&page.right) {
            bad.push(format!("{code}: the right example is refused\n{rejected}"));
        }
        let Err(rejected) = load(&page.wrong) else {
            bad.push(format!("{code}: the wrong example passes"));
            continue;
        };
        let message = rejected.render(false);
        if rejected.codes() != [code] {
            bad.push(format!("{code}: the wrong example gives\n{message}"));
        }
        let shown = message.rsplit_once("\n\n").map_or("", |(faults, _)| faults).to_owned() + "\n";
        let shown = shown.replace('\0', "\u{2400}");
        if update {
            let new = format!(
                "{}\nWrong:\n\n{}\nMessage:\n\n{}\nRight:\n\n{}",
                page.before,
                indented(&page.wrong),
                indented(&shown),
                indented(&page.right)
            );
            std::fs::write(&path, new).unwrap();
        } else if page.message != shown {
            bad.push(format!("{code}: the message is now\n{shown}"));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

#[test]
fn codes_are_found_as_people_write_them() {
    for text in ["E0302", "e0302", "0302", "302", "E302", " e302 "] {
        assert_eq!(pages::spelt(text), "E0302", "{text}");
    }
    assert_eq!(pages::page("E9999"), None);
    assert!(pages::near("E0309").contains(&"E0302"));
    assert!(pages::near("E0399").contains(&"E0302"));
    assert_eq!(pages::near("colon"), [] as [&str; 0]);
}

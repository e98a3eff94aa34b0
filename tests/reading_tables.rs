//! `docs/guide/reading-tables.md`: every snippet prints what stands below it, and the readers keep the digits that the page
//! says they keep. Python is `$SPIKESWEEP_PYTHON`, else `target/python/bin/python`, else `python3`. Downloads nothing: a test
//! whose reader is not installed is not run, and says so.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::not_run::not_run;
use support::page::{Block, blocks, saved};
use support::{Ended, Folder, root};

/// The fenced blocks of the page.
fn page() -> Vec<Block> {
    blocks(&root().join("docs/guide/reading-tables.md"))
}

/// The snippets that contain `mark`, each with the output below it.
fn snippets(mark: &str) -> Vec<(String, String)> {
    let blocks = page();
    let is_code = |block: &Block| block.language == "python" || block.language == "r";
    let marked = (0..blocks.len()).filter(|k| is_code(&blocks[*k]) && blocks[*k].text.contains(mark));
    let with_output = marked.map(|k| {
        let output = blocks.get(k + 1).filter(|next| next.language == "text");
        let output = output.unwrap_or_else(|| panic!("no output below this snippet:\n{}", blocks[k].text));
        (blocks[k].text.clone(), output.text.clone())
    });
    with_output.collect()
}

/// A folder with the results of the page's job in `results/reading`.
fn results() -> Folder {
    let folder = saved(&page());
    folder.spikesweep(&["run", "reading.toml"]).expect(0);
    folder
}

/// A Python that has this package; without one the test is not run.
fn python_with(package: &str, test: &str) -> Option<PathBuf> {
    let ours = root().join("target/python/bin/python");
    let python = match std::env::var_os("SPIKESWEEP_PYTHON") {
        Some(path) => PathBuf::from(path),
        None if ours.exists() => ours,
        None => PathBuf::from("python3"),
    };
    let tried =
        Command::new(&python).args(["-c", &format!("import {package}")]).stderr(Stdio::null()).status();
    let found = tried.is_ok_and(|status| status.success());
    if !found {
        not_run(test, &format!("{} has no {package}", python.display()));
    }
    found.then_some(python)
}

/// R; without it the test is not run.
fn r_for(test: &str) -> Option<PathBuf> {
    let tried = Command::new("Rscript").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let found = tried.is_ok_and(|status| status.success());
    if !found {
        not_run(test, "no Rscript on PATH");
    }
    found.then(|| PathBuf::from("Rscript"))
}

/// Runs a script in a folder; what it printed, blanks at the ends of lines left out as an editor would.
#[track_caller]
fn printed(program: &Path, arguments: &[&str], folder: &Folder) -> String {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path("")).env("LC_ALL", "C.UTF-8");
    trimmed(&Ended::of(command.output().unwrap()).expect(0).stdout)
}

fn trimmed(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Runs all snippets with `mark`, of which there are `count`.
#[track_caller]
fn run_snippets(program: &Path, mark: &str, count: usize) {
    let snippets = snippets(mark);
    assert_eq!(snippets.len(), count, "snippets with {mark:?} on the page");
    let folder = results();
    for (code, output) in snippets {
        folder.write("snippet", &code);
        assert_eq!(printed(program, &["snippet"], &folder), trimmed(&output), "printed by\n{code}");
    }
}

/// A table of doubles with their bits: of any pattern, between -80 and 50, and with four decimals.
fn hard_doubles(folder: &Folder) -> usize {
    let mut state = 1_u64;
    let mut next = || {
        // SplitMix64 (Steele, Lea and Flood 2014), for variety alone.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let mut values =
        vec![0.1, 0.1 + 0.2, 1.0 / 3.0, 1e23, 5e-324, f64::MAX, f64::MIN_POSITIVE, -0.0, 4.1e-3 / 1e-3];
    for _ in 0..20_000 {
        values.push(f64::from_bits(next()));
        values.push((next() >> 11) as f64 / (1_u64 << 53) as f64 * 130.0 - 80.0);
        values.push((next() % 100_000_000) as f64 / 1e4);
    }
    values.retain(|x| x.is_finite());
    let rows = values.iter().enumerate().map(|(k, x)| format!("{k},{:016x},{x:?}\n", x.to_bits()));
    folder.write("hard.csv", format!("point,bits,x\n{}", rows.collect::<String>()));
    values.len()
}

/// The numbers that a script of `tests/reading` prints about the table of hard doubles; the first is the number of rows.
fn read_hard_doubles(program: &Path, script: &str, arguments: &[&str]) -> Vec<usize> {
    let folder = Folder::new();
    let rows = hard_doubles(&folder);
    let script = root().join("tests/reading").join(script);
    let arguments = [&[script.to_str().unwrap()], arguments, &["hard.csv"]].concat();
    let told = printed(program, &arguments, &folder);
    let numbers: Vec<usize> = told.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert_eq!(numbers[0], rows, "rows that were read");
    numbers
}

#[test]
fn pandas_snippets() {
    if let Some(python) = python_with("pandas", "pandas_snippets") {
        run_snippets(&python, "import pandas", 2);
    }
}

#[test]
fn polars_snippets() {
    if let Some(python) = python_with("polars", "polars_snippets") {
        run_snippets(&python, "import polars", 1);
    }
}

#[test]
fn duckdb_snippets() {
    if let Some(python) = python_with("duckdb", "duckdb_snippets") {
        run_snippets(&python, "import duckdb", 2);
    }
}

#[test]
fn snippets_without_packages() {
    if let Some(python) = python_with("json", "snippets_without_packages") {
        run_snippets(&python, "import json", 1);
    }
}

#[test]
fn r_snippets() {
    if let Some(r) = r_for("r_snippets") {
        run_snippets(&r, "read.csv", 1);
    }
}

#[test]
fn every_snippet_belongs_to_a_test() {
    let all = page().iter().filter(|b| b.language == "python" || b.language == "r").count();
    assert_eq!(all, 7, "give a new snippet to the test of its reader");
}

#[test]
fn python_readers_keep_every_digit() {
    for package in ["pandas", "polars", "duckdb"] {
        if let Some(python) = python_with(package, "python_readers_keep_every_digit") {
            let numbers = read_hard_doubles(&python, "exact.py", &[package]);
            assert_eq!(numbers[1], 0, "{package}: doubles that came out different");
        }
    }
}

#[test]
fn r_is_off_by_a_last_bit_at_most() {
    if let Some(r) = r_for("r_is_off_by_a_last_bit_at_most") {
        let numbers = read_hard_doubles(&r, "exact.R", &[]);
        assert!(numbers[1] <= 100, "doubles that came out different: {}", numbers[1]);
        assert_eq!(numbers[2], 0, "different by more than the last bit");
    }
}

/// What the page warns of: a column without values in the first 100 rows.
#[test]
fn polars_needs_to_look_at_all_rows() {
    if let Some(python) = python_with("polars", "polars_needs_to_look_at_all_rows") {
        let code = "import polars\nfor rows in (100, None):\n    table = polars.read_csv('results/reading/summary.csv', \
                    infer_schema_length=rows)\n    print(table.schema['P_cv_isi'])\n";
        assert_eq!(printed(&python, &["-c", code], &results()), "String\nFloat64\n");
    }
}

//! No text makes the reader panic: changed, cut, doubled and random jobs are accepted or refused with a message.

use std::path::Path;

use proptest::prelude::*;

fn sources() -> Vec<String> {
    let mut out = Vec::new();
    for folder in ["gallery", "rejected"] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                out.push(String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned());
            }
        }
    }
    out.sort();
    // Sweeps that are long to count say nothing here.
    out.retain(|text| !text.contains("n = 1000000"));
    out
}

fn survives(text: &[u8]) {
    match jobs::from_text("job.toml", text, Path::new("rejected"), &[]) {
        Ok(job) => assert!(!job.points().is_empty()),
        Err(rejected) => assert!(rejected.render(true).contains("found")),
    }
}

const PIECES: &[&str] = &[
    "",
    "\"",
    "'''",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "\\",
    "0",
    "-",
    "1e400",
    "\u{e9}",
    "nan",
    "[[sweep]]",
    "v",
    "*",
    "(",
    ")",
    ":",
    "{method}",
    "_post",
    "ms",
    " ms",
    ".",
    ",",
    "\0",
    "\r",
    "#",
    "where",
    "9223372036854775807",
    "\"\"\"",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(400), ..ProptestConfig::default() })]

    #[test]
    fn changed_jobs(which in any::<prop::sample::Index>(), edits in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize, 0..PIECES.len()), 1..6)) {
        let sources = sources();
        let mut text = which.get(&sources).clone();
        for (at, cut, piece) in edits {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) { start -= 1; }
            let mut end = (start + cut).min(text.len());
            while !text.is_char_boundary(end) { end -= 1; }
            text.replace_range(start..end, PIECES[piece]);
        }
        survives(text.as_bytes());
    }

    #[test]
    fn spliced_jobs(a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let sources = sources();
        let (a, b) = (a.get(&sources), b.get(&sources));
        let lines: Vec<&str> = a.lines().collect();
        let cut = at.index(lines.len() + 1);
        survives(format!("{}\n{b}", lines[..cut].join("\n")).as_bytes());
    }

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes);
    }

    #[test]
    fn random_characters(text in "[\\[\\]{}=\"'.,:a-e0-3\n #]{0,120}") {
        survives(text.as_bytes());
    }
}

#[test]
fn large_and_deep_jobs_are_refused_quickly() {
    let deep = format!("[parameters]\nx = \"{}1{}\"\n", "(".repeat(60_000), ")".repeat(60_000));
    let long = format!("[parameters]\nx = \"1{}\"\n", " + 1".repeat(100_000));
    let wide = format!("[parameters]\n{}", (0..20_000).map(|k| format!("x{k} = {k}\n")).collect::<String>());
    let chain = format!(
        "[parameters]\nx0 = 1\n{}",
        (1..5_000).map(|k| format!("x{k} = \"x{}\"\n", k - 1)).collect::<String>()
    );
    let power = "[parameters]\na = 2\nx = \"a**a**a**a**a**a**a\"\n".to_string();
    let dotted = format!("{} = 1\n", vec!["a"; 200].join("."));
    let huge = "#".repeat(9 << 20);
    for text in [deep, long, wide, chain, power, dotted, huge] {
        let begin = std::time::Instant::now();
        survives(text.as_bytes());
        assert!(begin.elapsed().as_secs() < 20, "{}: {:?}", &text[..40], begin.elapsed());
    }
}

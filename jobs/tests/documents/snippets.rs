//! Every block of TOML in the manual and the guide is a job that is checked; CONTRIBUTING.md tells how they are written.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::check;
use super::schema::complaints;

/// A block of TOML in a page.
struct Block {
    /// Page and line.
    place: String,
    /// The page's name without its ending.
    page: String,
    /// The words behind `toml`.
    words: Vec<String>,
    text: String,
}

fn pages() -> Vec<PathBuf> {
    let of = |folder: &str| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let mut pages: Vec<PathBuf> = of("../docs").into_iter().chain(of("../docs/guide")).collect();
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

fn blocks(path: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut out, mut open): (Vec<Block>, Option<Block>) = (Vec::new(), None);
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (Some(_), Some(_)) => out.extend(open.take().filter(|block| block.words[0] == "toml")),
            (Some(block), None) => block.text.push_str(&format!("{line}\n")),
            (None, Some(info)) => {
                let page = path.file_stem().unwrap().to_string_lossy().into_owned();
                let words = format!("{info} ").split(' ').map(String::from).collect();
                let place = format!("{}:{}", path.display(), number + 1);
                open = Some(Block { place, page, words, text: String::new() });
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{}: a block has no end", path.display());
    out
}

impl Block {
    /// The jobs it makes.
    fn jobs(&self) -> Vec<String> {
        let words: Vec<&str> =
            self.words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        let words: Vec<&str> = words[1..].iter().copied().filter(|word| *word != "refused").collect();
        match words[..] {
            [] => vec![self.job(&self.text)],
            [file] if file.starts_with("file=") => Vec::new(), // saved and checked by tests/guide.rs
            ["in", table] => vec![self.inside(&self.text, table)],
            ["each", "in", table] => {
                let lines = self
                    .text
                    .lines()
                    .map(str::trim)
                    .filter(|line| !line.is_empty() && !line.starts_with('#'));
                lines.map(|line| self.inside(line, table)).collect()
            }
            _ => panic!("{}: CONTRIBUTING.md knows no block '{}'", self.place, self.words.join(" ")),
        }
    }

    /// The block as a whole job, or with the frame around it.
    fn job(&self, text: &str) -> String {
        let own: Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", self.place));
        if own.contains_key("run") || own.contains_key("include") {
            return text.to_owned();
        }
        let mut job = self.frame();
        for (name, value) in own {
            let inner = match (job.get_mut(&name), value) {
                (Some(Value::Table(old)), Value::Table(new)) => {
                    old.extend(new);
                    continue;
                }
                (_, value) => value,
            };
            job.insert(name, inner);
        }
        job.to_string()
    }

    /// The frame with the keys of the block in one of its tables.
    fn inside(&self, text: &str, table: &str) -> String {
        let own: Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", self.place));
        let mut job = self.frame();
        let target = table.split('.').fold(&mut job, |table, name| {
            let inner = table.entry(name).or_insert_with(|| Value::Table(Table::new()));
            inner.as_table_mut().unwrap_or_else(|| panic!("{}: {name} is no table of the frame", self.place))
        });
        target.extend(own);
        job.to_string()
    }

    fn frame(&self) -> Table {
        let own = format!("../docs/snippets/{}.toml", self.page);
        let path = if Path::new(&own).exists() { &own } else { "../docs/snippets/frame.toml" };
        let text = std::fs::read_to_string(path).unwrap();
        if let Err(rejected) = check(&text) {
            panic!("{path}: {rejected}");
        }
        text.parse().unwrap()
    }
}

#[test]
fn every_block_is_a_job() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for block in pages().iter().flat_map(|page| blocks(page)) {
        let refused = block.words.iter().any(|word| word == "refused");
        for job in block.jobs() {
            count += 1;
            match check(&job) {
                Err(rejected) if !refused => wrong.push(format!("{}:\n{rejected}", block.place)),
                Ok(()) if refused => wrong.push(format!("{}: this is accepted\n{job}", block.place)),
                Ok(()) if !complaints(&job).is_empty() => {
                    wrong.push(format!("{}: the schema refuses it: {:#?}", block.place, complaints(&job)));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 15, "{count} blocks");
}

//! The job file with what it includes, as one tree; and `--set`, which changes values of that tree.
//!
//! Included tables come first, key by key; the same key in two files is refused. Includes lie in the job's own folder;
//! refused are circles, and more of them than a job has.

use std::path::{Path, PathBuf};

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;

use crate::files::Unread;
use crate::limits::Limits;
use crate::texts::Texts;
use crate::tree::{self, Key, Node, Table, Value};
use crate::{codes, files};

/// How deep includes may be nested: as many calls on the stack.
const DEEPEST: usize = 16;
/// How many files may be included.
const MOST_FILES: usize = 256;
/// The key of `[run]` that `--set` also adds.
const STRICT_NAN: &str = "strict_nan";

/// The whole job as written.
#[derive(Debug)]
pub struct Loaded {
    /// All tables.
    pub root: Table,
    /// The job file itself.
    pub main: TextId,
    /// Where it lies.
    pub folder: PathBuf,
    /// Whether other files were included.
    pub includes: bool,
    /// What was refused, though the rest could be read.
    pub faults: Vec<Fault>,
}

/// Reads a job file and what it includes.
pub fn load(path: &Path, limits: Limits, texts: &mut Texts) -> Result<Loaded, Vec<Fault>> {
    let shown = path.display().to_string();
    let bytes = files::bytes(path, limits.job_bytes).map_err(|why| {
        let file = texts.file(&*shown, "");
        let fault = Fault::new(codes::FILE, texts.whole(file), format!("cannot read '{shown}': {why}"));
        let meant = path.with_extension("toml");
        let is_bare = path.extension().is_none() && meant.is_file();
        vec![match why {
            Unread::Large(_) => fault.help(limits.more_bytes()),
            _ if is_bare => fault.help(format!("did you mean '{}'?", meant.display())),
            _ => fault,
        }]
    })?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_path_buf();
    let mut reading = Reading::new(folder, limits, texts);
    reading.open.extend(path.canonicalize());
    let (root, main) = reading.file(&shown, &bytes)?;
    Ok(reading.loaded(root, main))
}

/// Reads a job from a text, with no files around it but those in `folder`.
pub fn from_text(
    name: &str,
    text: &[u8],
    folder: &Path,
    limits: Limits,
    texts: &mut Texts,
) -> Result<Loaded, Vec<Fault>> {
    if text.len() as u64 > limits.job_bytes {
        let file = texts.file(name, "");
        let message = format!("'{name}' is larger than {}", files::size(limits.job_bytes));
        return Err(vec![Fault::new(codes::FILE, texts.whole(file), message).help(limits.more_bytes())]);
    }
    let mut reading = Reading::new(folder.into(), limits, texts);
    let (root, main) = reading.file(name, text)?;
    Ok(reading.loaded(root, main))
}

struct Reading<'a> {
    folder: PathBuf,
    limits: Limits,
    texts: &'a mut Texts,
    open: Vec<PathBuf>,
    done: Vec<PathBuf>,
    total: u64,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    fn new(folder: PathBuf, limits: Limits, texts: &'a mut Texts) -> Self {
        Reading { folder, limits, texts, open: Vec::new(), done: Vec::new(), total: 0, faults: Vec::new() }
    }

    fn loaded(self, root: Table, main: TextId) -> Loaded {
        Loaded { root, main, includes: !self.done.is_empty(), folder: self.folder, faults: self.faults }
    }

    fn file(&mut self, shown: &str, bytes: &[u8]) -> Result<(Table, TextId), Vec<Fault>> {
        self.total += bytes.len() as u64;
        let file = files::enter(shown, bytes.to_vec(), self.texts).map_err(|f| vec![f])?;
        let (mut table, refused) = tree::parse(file, self.texts)?;
        self.faults.extend(refused);
        let mut merged = Table::default();
        for (name, span) in take_includes(&mut table, &mut self.faults) {
            match self.included(name, span) {
                Ok(inner) => merge(&mut merged, inner, &mut self.faults),
                Err(more) => self.faults.extend(more),
            }
        }
        merge(&mut merged, table, &mut self.faults);
        Ok((merged, file))
    }

    fn included(&mut self, name: TextId, span: Span) -> Result<Table, Vec<Fault>> {
        let name = self.texts.get(name).to_owned();
        let refuse =
            |code, why: &str| vec![Fault::new(code, span, format!("cannot include '{name}': {why}"))];
        let path = files::inside(&self.folder, &name).map_err(|why| refuse(codes::FILE, &why))?;
        if self.open.contains(&path) {
            return Err(refuse(codes::INCLUDE, "it includes itself, directly or through others"));
        }
        if self.done.contains(&path) {
            return Err(refuse(codes::INCLUDE, "it is included twice"));
        }
        if self.open.len() > DEEPEST {
            return Err(refuse(codes::INCLUDE, &format!("includes are nested more than {DEEPEST} deep")));
        }
        if self.done.len() >= MOST_FILES {
            return Err(refuse(codes::INCLUDE, &format!("more than {MOST_FILES} files are included")));
        }
        // What is left of the limit, since it holds for all files together.
        let left = self.limits.job_bytes - self.total;
        let bytes = files::bytes(&path, left).map_err(|why| match why {
            Unread::Large(_) => {
                let size = files::size(self.limits.job_bytes);
                let why = format!("all files together are larger than {size}");
                let larger = refuse(codes::FILE, &why).into_iter();
                larger.map(|fault| fault.help(self.limits.more_bytes())).collect()
            }
            _ => refuse(codes::FILE, &why.to_string()),
        })?;
        self.open.push(path.clone());
        self.done.push(path);
        let shown = files::shown(&self.folder.join(&name));
        let result = self.file(&shown, &bytes);
        self.open.pop();
        Ok(result?.0)
    }
}

fn take_includes(table: &mut Table, faults: &mut Vec<Fault>) -> Vec<(TextId, Span)> {
    let Some(at) = table.entries.iter().position(|(key, _)| key.name == "include") else {
        return Vec::new();
    };
    let (_, node) = table.entries.remove(at);
    let wrong = |span| {
        Fault::new(codes::WRONG_TYPE, span, "'include' must be a list of file names")
            .help("write include = [\"model.toml\"]")
    };
    let Value::List(items) = node.value else {
        faults.push(wrong(node.span));
        return Vec::new();
    };
    let mut out = Vec::new();
    for item in items {
        match item.value {
            Value::Text(id) => out.push((id, item.span)),
            _ => faults.push(wrong(item.span)),
        }
    }
    out
}

fn merge(into: &mut Table, from: Table, faults: &mut Vec<Fault>) {
    for (key, node) in from.entries {
        let Some(at) = into.entries.iter().position(|(k, _)| k.name == key.name) else {
            into.entries.push((key, node));
            continue;
        };
        let (first, existing) = &mut into.entries[at];
        match (&mut existing.value, node.value) {
            (Value::Table(a), Value::Table(b)) => merge(a, b, faults),
            (Value::List(a), Value::List(b)) if key.name == "sweep" => a.extend(b),
            _ => faults.push(
                Fault::new(codes::TWICE, key.span, format!("'{}' is defined in two files", key.name))
                    .label("defined again here")
                    .also(first.span, "defined here first")
                    .help("remove one of the two; --set NAME=VALUE changes a parameter for one run"),
            ),
        }
    }
}

/// Changes one parameter as `--set NAME=VALUE` asks; the value is read as TOML, or else as a string.
///
/// Gives the old value and the new one.
pub fn set(root: &mut Table, setting: &str, texts: &mut Texts) -> Result<(Node, Node), Vec<Fault>> {
    let file = texts.file("--set", setting);
    let whole = texts.whole(file);
    let Some((name, _)) = setting.split_once('=') else {
        return Err(vec![
            Fault::new(codes::SETTING, whole, format!("--set {setting}: expected NAME=VALUE"))
                .help("for example --set \"taum=20 ms\""),
        ]);
    };
    let value = value_of(file, name, texts);
    let trimmed = name.trim();
    if let Some(axis) = axis_of(root, trimmed) {
        let span = Span { text: file, start: 0, end: name.len() as u32 };
        let fault = Fault::new(
            codes::SETTING,
            span,
            format!("--set: '{trimmed}' is swept, so its value would never be used"),
        );
        return Err(vec![
            fault.also(axis, "swept here").help("choose points with --points, or take the axis out"),
        ]);
    }
    if trimmed == STRICT_NAN {
        with_strict_nan(root, whole);
    }
    let place = if is_run_value(root, trimmed) { "run" } else { "parameters" };
    let existing = root.get_mut(place).and_then(|node| match &mut node.value {
        Value::Table(table) => Some(table),
        _ => None,
    });
    let names: Vec<String> =
        existing.iter().flat_map(|t| t.entries.iter().map(|(key, _)| key.name.clone())).collect();
    match existing.and_then(|table| table.get_mut(trimmed)) {
        Some(node) => {
            let new = retyped(node, value, bare(file, name, texts));
            Ok((std::mem::replace(node, new.clone()), new))
        }
        None => {
            let span = Span { text: file, start: 0, end: name.len() as u32 };
            let fault = Fault::new(codes::SETTING, span, format!("--set: there is no parameter '{trimmed}'"));
            Err(vec![match kernels::language::suggest::nearest(trimmed, &names) {
                Some(near) => fault.help(format!("did you mean '{near}'?")),
                None => fault.help(
                    "--set changes a name of [parameters], dt, duration or seed where [run] gives them, or strict_nan",
                ),
            }])
        }
    }
}

/// Whether a name is a value that `[run]` gives, and no parameter.
fn is_run_value(root: &Table, name: &str) -> bool {
    let holds = |table: &str| matches!(root.get(table), Some((_, Node { value: Value::Table(t), .. })) if t.get(name).is_some());
    ["dt", "duration", "seed", STRICT_NAN].contains(&name) && holds("run") && !holds("parameters")
}

/// `strict_nan` can be set in any job that has `[run]`: who looks for a fault does not want to change the file first.
fn with_strict_nan(root: &mut Table, file: Span) {
    if let Some(Node { value: Value::Table(run), .. }) = root.get_mut("run")
        && run.get(STRICT_NAN).is_none()
    {
        let (key, value) = (Key { name: STRICT_NAN.into(), span: file }, Value::Boolean(false));
        run.entries.push((key, Node { value, span: file }));
    }
}

/// Where an axis of that name stands.
fn axis_of(root: &Table, name: &str) -> Option<Span> {
    let Some((_, Node { value: Value::List(blocks), .. })) = root.get("sweep") else { return None };
    blocks.iter().find_map(|block| {
        let Value::Table(block) = &block.value else { return None };
        let Some((_, Node { value: Value::Table(axes), .. })) = block.get("axes") else { return None };
        axes.entries.iter().find(|(key, _)| key.name == name).map(|(key, _)| key.span)
    })
}

/// A text parameter stays one, and its value may be written bare: `--set method=euler` means `{ text = "euler" }`, and
/// `--set kind=7` means `{ text = "7" }`.
fn retyped(old: &Node, new: Node, bare: Node) -> Node {
    let is_text = matches!(&old.value, Value::Table(t) if t.get("text").is_some());
    let text = match new.value {
        Value::Table(_) => return new,
        _ if !is_text => return new,
        Value::Text(_) => new,
        _ => bare,
    };
    let span = text.span;
    let key = Key { name: "text".into(), span };
    Node { value: Value::Table(Table { entries: vec![(key, text)] }), span }
}

/// The value as TOML (number, boolean, quoted string, list, table), or else its characters as a string.
fn value_of(file: TextId, name: &str, texts: &mut Texts) -> Node {
    if let Ok((table, refused)) = tree::parse(file, texts)
        && refused.is_empty()
        && let Ok([(key, node)]) = <[(Key, Node); 1]>::try_from(table.entries)
        && key.name == name.trim()
    {
        return node;
    }
    bare(file, name, texts)
}

/// The characters of the value as a string, whatever they are.
fn bare(file: TextId, name: &str, texts: &mut Texts) -> Node {
    let start = name.len() as u32 + 1;
    let span = Span { text: file, start, end: texts.whole(file).end };
    let raw = texts.slice(span);
    let lead = (raw.len() - raw.trim_start().len()) as u32;
    let span = Span { start: start + lead, end: start + lead + raw.trim().len() as u32, ..span };
    Node { value: Value::Text(texts.part(span)), span }
}

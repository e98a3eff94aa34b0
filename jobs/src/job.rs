//! A checked job, and the way to one: read, include, set, check.

use std::path::Path;
use std::time::Duration;

use kernels::language::ast::Span;
use kernels::language::dimension::Dimension;
use kernels::language::fault::Fault;
use kernels::language::units::DisplayUnit;
use kernels::model::Model;

use crate::canonical::{self, Edit};
use crate::check::{self, Around, Checked, Noise};
use crate::diagnostic::Rejected;
use crate::include::{self, Loaded};
use crate::limits::Limits;
use crate::output::{self, Table};
use crate::points::Points;
use crate::texts::Texts;
use crate::tree::{Key, Node, Value};
use crate::written::Scalar;
use crate::{codes, folder_name, read};

/// Changes when the meaning of a job file changes.
const MEANING: &[u8] = b"spikesweep job 1\n";

/// A job in which nothing can be blamed on the user any more.
#[derive(Debug)]
pub struct Job {
    name: String,
    description: String,
    as_run: String,
    canonical: String,
    identity: [u8; 32],
    checked: Checked,
    texts: Texts,
}

/// Reads and checks a job file, with parameters changed by `NAME=VALUE`.
pub fn load(path: &Path, sets: &[String]) -> Result<Job, Rejected> {
    load_within(path, sets, Limits::default())
}

/// As [`load`], within other limits.
pub fn load_within(path: &Path, sets: &[String], limits: Limits) -> Result<Job, Rejected> {
    let mut texts = Texts::default();
    let stem = path.file_stem().map_or_else(|| "job".into(), |s| s.to_string_lossy().into_owned());
    match include::load(path, limits, &mut texts) {
        Ok(loaded) => complete(loaded, &stem, sets, limits, texts),
        Err(faults) => Err(Rejected::new(faults, texts)),
    }
}

/// As [`load`], from a text; `name` stands for the file in messages, `folder` is where other files are looked for.
pub fn from_text(name: &str, text: &[u8], folder: &Path, sets: &[String]) -> Result<Job, Rejected> {
    from_text_within(name, text, folder, sets, Limits::default())
}

/// As [`from_text`], within other limits.
pub fn from_text_within(
    name: &str,
    text: &[u8],
    folder: &Path,
    sets: &[String],
    limits: Limits,
) -> Result<Job, Rejected> {
    let mut texts = Texts::default();
    let stem = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".toml").to_owned();
    match include::from_text(name, text, folder, limits, &mut texts) {
        Ok(loaded) => complete(loaded, &stem, sets, limits, texts),
        Err(faults) => Err(Rejected::new(faults, texts)),
    }
}

fn complete(
    mut loaded: Loaded,
    stem: &str,
    sets: &[String],
    limits: Limits,
    mut texts: Texts,
) -> Result<Job, Rejected> {
    match build(&mut loaded, stem, sets, limits, &mut texts) {
        Ok(parts) => Ok(Job {
            name: parts.name,
            description: parts.description,
            as_run: parts.as_run,
            canonical: parts.canonical,
            identity: parts.identity,
            checked: parts.checked,
            texts,
        }),
        Err(faults) => Err(Rejected::new(faults, texts)),
    }
}

struct Parts {
    name: String,
    description: String,
    as_run: String,
    canonical: String,
    identity: [u8; 32],
    checked: Checked,
}

fn build(
    loaded: &mut Loaded,
    stem: &str,
    sets: &[String],
    limits: Limits,
    texts: &mut Texts,
) -> Result<Parts, Vec<Fault>> {
    let (settings, mut refused) = settings(loaded, sets, texts);
    let (written, more) = read::written(&loaded.root);
    refused.extend(more);
    refused.append(&mut loaded.faults);
    let name = written.name.map_or_else(|| stem.to_owned(), |text| texts.get(text.id).to_owned());
    let named = written.name.map_or(Span { text: loaded.main, start: 0, end: 0 }, |text| text.span);
    refused.extend(folder_name::fault(&name, named));
    let replaced: Vec<(String, Scalar)> =
        settings.iter().filter_map(|s| Some((s.name.clone(), read::scalar(&s.old)?))).collect();
    let around = Around { main: loaded.main, folder: &loaded.folder, limits };
    let checked = check::check(&written, refused, &replaced, around, texts)?;
    let description = written.description.map_or_else(String::new, |text| texts.get(text.id).to_owned());
    let edited = canonical::edited(
        loaded.main,
        &loaded.root,
        written.name.is_some(),
        &name,
        &edits(&settings, texts),
        texts,
    );
    fill_name(loaded, &name, texts);
    let canonical = canonical::print(&loaded.root, texts);
    let faithful = edited.filter(|text| !loaded.includes && means(text, &canonical));
    let as_run = faithful.unwrap_or_else(|| canonical.clone());
    let identity = identity(&canonical::of_results(&mut loaded.root, texts), &checked.data);
    Ok(Parts { name, description, as_run, canonical, identity, checked })
}

/// What a `--set` replaced.
struct Setting {
    name: String,
    old: Node,
    new: Node,
}

fn settings(loaded: &mut Loaded, sets: &[String], texts: &mut Texts) -> (Vec<Setting>, Vec<Fault>) {
    let (mut out, mut faults): (Vec<Setting>, Vec<Fault>) = (Vec::new(), Vec::new());
    for setting in sets {
        let name = setting.split('=').next().unwrap_or("").trim();
        if out.iter().any(|s| s.name == name) {
            let file = texts.file("--set", &**setting);
            let message = format!("--set changes '{name}' twice");
            faults.push(Fault::new(codes::SETTING, texts.whole(file), message));
            continue;
        }
        match include::set(&mut loaded.root, setting, texts) {
            Ok((old, new)) => out.push(Setting { name: name.to_owned(), old, new }),
            Err(more) => faults.extend(more),
        }
    }
    (out, faults)
}

/// The settings as changes of the main file's text.
fn edits(settings: &[Setting], texts: &Texts) -> Vec<Edit> {
    let edit = |setting: &Setting| {
        let mut new = String::new();
        canonical::value(&setting.new, texts, &mut new);
        Edit { old: setting.old.span, new }
    };
    settings.iter().map(edit).collect()
}

/// The name, where it came from the file's name, becomes part of the job.
fn fill_name(loaded: &mut Loaded, name: &str, texts: &mut Texts) {
    let file = texts.file("name", name);
    let span = texts.whole(file);
    let entry = (Key { name: "name".into(), span }, Node { value: Value::Text(file), span });
    let root = &mut loaded.root;
    if root.get("job").is_none() {
        let table = Node { value: Value::Table(Default::default()), span };
        root.entries.insert(0, (Key { name: "job".into(), span }, table));
    }
    if let Some(Node { value: Value::Table(table), .. }) = root.get_mut("job")
        && table.get("name").is_none()
    {
        table.entries.insert(0, entry);
    }
}

/// Whether a text has this canonical form.
fn means(text: &str, canonical: &str) -> bool {
    let mut texts = Texts::default();
    let file = texts.file("job.toml", text);
    crate::tree::parse(file, &mut texts)
        .is_ok_and(|(root, refused)| refused.is_empty() && canonical::print(&root, &texts) == canonical)
}

fn identity(canonical: &str, data: &[[u8; 32]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(MEANING).update(canonical.as_bytes());
    for hash in data {
        hasher.update(hash);
    }
    *hasher.finalize().as_bytes()
}

impl Job {
    /// `job.name`, or the file's name without its ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `job.description`
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The hash of the job as it is run: of its canonical text, without what no result depends on, and its data files.
    pub fn identity(&self) -> [u8; 32] {
        self.identity
    }

    /// The text for `job.toml` beside the results: the job file with `--set` applied; running it is this same run.
    pub fn as_run(&self) -> &str {
        &self.as_run
    }

    /// The canonical text: without comments, all includes in place.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The models: one for each choice of text parameters.
    pub fn models(&self) -> &[Model] {
        &self.checked.models
    }

    /// The model that a point runs, by its `variant`.
    pub fn model(&self, variant: usize) -> &Model {
        &self.checked.models[variant.min(self.checked.models.len() - 1)]
    }

    /// The texts of a model, in the order of `Points::texts`.
    pub fn variant(&self, variant: usize) -> &[String] {
        self.checked.variants.get(variant).map_or(&[], Vec::as_slice)
    }

    /// All points.
    pub fn points(&self) -> Points {
        self.checked.points.clone()
    }

    /// The same job with all phases shortened to this part of their durations, for a trial.
    pub fn shortened(mut self, part: f64) -> Job {
        self.checked.points = self.checked.points.shortened(part);
        self
    }

    /// What noise depends on.
    pub fn noise(&self) -> Noise {
        self.checked.noise
    }

    /// Time on the clock after which the state of a point is kept, again and again.
    pub fn checkpoint(&self) -> Option<Duration> {
        self.checked.checkpoint.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    /// Bytes that the rows of all monitors may take together.
    pub fn max_bytes(&self) -> u64 {
        self.checked.output.max_bytes
    }

    /// The unit in which a variable is shown in a table.
    pub fn units(&self, table: &str, variable: &str, dimension: Dimension) -> DisplayUnit {
        self.checked.output.unit(table, variable, dimension)
    }

    /// The name of a column: `v_mV`.
    pub fn column(&self, table: &str, variable: &str, dimension: Dimension) -> String {
        self.checked.output.column(table, variable, dimension, output::ColumnKind::Real).name
    }

    /// All tables with their columns: `points` and `summary` (only what the job adds to them), then the monitors.
    pub fn tables(&self) -> Vec<Table> {
        output::tables(&self.checked.output, &self.checked.models[0], self.checked.points.columns())
    }

    /// The texts that spans in the models point into.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }
}

//! A small run: points with rows that depend on nothing but the point, and a worker and parent in one.

use std::path::Path;
use std::time::Instant;

use runner::store::{
    Cell, Column, ColumnKind, Committed, Committer, Complete, Extent, Identity, JournalWriter, MergeOptions,
    Package, PartWriter, PointHasher, PointRecord, PointRow, Result, RunDirectory, Shard, Status, Storage,
    TableSpec, merge,
};
use tempfile::TempDir;

pub const IDENTITY: Identity = Identity([7; 32]);
pub const POINTS: u64 = 23;

/// A new directory, in memory where there is such a place: these tests write much and sync often.
pub fn temporary() -> TempDir {
    TempDir::new_in("/dev/shm").or_else(|_| TempDir::new()).expect("a directory")
}

/// Rows of a monitor: none for some points; for one more than any buffer holds.
pub fn rows(point: u64, monitor: usize) -> Vec<u8> {
    let count = match (point, monitor) {
        (3, 1) => 25_000,
        _ => (point + monitor as u64) % 4,
    };
    (0..count).flat_map(|row| format!("{point},{row}.5,{}\n", row % 7).into_bytes()).collect()
}

pub fn status(point: u64) -> Status {
    if point == 5 { Status::Diverged } else { Status::Ok }
}

pub fn summary(point: u64) -> Vec<Option<f64>> {
    vec![Some(point as f64), (!point.is_multiple_of(3)).then(|| point as f64 / 7.0)]
}

pub fn package() -> Package {
    let monitor = |name: &str| TableSpec {
        name: name.to_owned(),
        columns: vec![
            Column::new("point", ColumnKind::Integer),
            Column::new("t_ms", ColumnKind::Number).unit("ms"),
            Column::new("i", ColumnKind::Integer),
        ],
    };
    Package {
        name: "Small run".to_owned(),
        description: "of a test".to_owned(),
        points: vec![
            Column::new("we_mV", ColumnKind::Number).unit("mV"),
            Column::new("label", ColumnKind::String),
            Column::new("on", ColumnKind::Boolean),
        ],
        summary: vec![Column::new("spikes", ColumnKind::Integer), Column::new("rate_Hz", ColumnKind::Number)],
        monitors: vec![monitor("spikes"), monitor("Other")],
    }
}

pub fn point_rows() -> impl Iterator<Item = PointRow> {
    (0..POINTS).map(|point| PointRow {
        repeat: point % 2,
        cells: vec![
            Cell::Number(point as f64 * 0.1),
            Cell::Text(format!("a \"b\", {point}")),
            Cell::Boolean(point > 3),
        ],
    })
}

/// One worker of a parent: a part a monitor.
pub struct Worker<S: Storage> {
    parts: Vec<PartWriter<S>>,
    hasher: PointHasher,
}

impl<S: Storage> Worker<S> {
    pub fn start(storage: &S, dir: &Path, committer: &mut Committer<S>, worker: u32) -> Result<Self> {
        let mut parts = Vec::new();
        for monitor in &package().monitors {
            let (number, name) = committer.part(worker, &monitor.name);
            parts.push(PartWriter::create(storage.clone(), dir, &name, number)?);
        }
        Ok(Self { hasher: PointHasher::new(parts.len()), parts })
    }

    /// Rows are appended in pieces, so that extents have to be joined.
    pub fn simulate(&mut self, point: u64) -> Result<PointRecord> {
        let mut tables = Vec::new();
        for (monitor, part) in self.parts.iter_mut().enumerate() {
            let mut extents: Vec<Extent> = Vec::new();
            for piece in rows(point, monitor).chunks(70_000) {
                self.hasher.rows(monitor, piece);
                part.append(piece)?.push(&mut extents);
            }
            tables.push(extents);
        }
        let (status, summary) = (status(point), summary(point));
        let hash = self.hasher.finish(status, &summary);
        Ok(PointRecord {
            point,
            attempt: 1,
            status,
            message: String::new(),
            cause: None,
            summary,
            tables,
            hash,
        })
    }
}

/// Starts the next attempt of the whole run.
pub fn attempt<S: Storage>(directory: &RunDirectory<S>) -> Result<Committer<S>> {
    let journal =
        JournalWriter::create(directory.storage().clone(), directory.run(), IDENTITY, Shard::WHOLE)?;
    Ok(Committer::new(journal))
}

pub fn read<S: Storage>(directory: &RunDirectory<S>) -> Result<Committed> {
    Committed::read(directory.storage(), directory.run(), &IDENTITY, POINTS)
}

/// Commits the missing points among `points` with two workers, in groups of four, the later ones first.
pub fn compute<S: Storage>(directory: &RunDirectory<S>, points: impl Iterator<Item = u64>) -> Result<()> {
    let before = read(directory)?;
    let mut missing: Vec<u64> = points.filter(|point| before.status(*point).is_none()).collect();
    missing.reverse();
    let mut committer = attempt(directory)?;
    let mut workers = Vec::new();
    for worker in 0..2 {
        workers.push(Worker::start(directory.storage(), directory.run(), &mut committer, worker)?);
    }
    for group in missing.chunks(4) {
        for point in group {
            let record = workers[(*point % 2) as usize].simulate(*point)?;
            committer.push(&[record], Instant::now())?;
        }
        committer.commit()?;
    }
    committer.finish()?;
    Ok(())
}

/// What `run` does with a directory, started or not: to the end.
pub fn run<S: Storage>(directory: &RunDirectory<S>) -> Result<Complete> {
    directory.claim(&IDENTITY, POINTS, serde_json::Map::new())?;
    directory.publish("job.toml", b"[job]\n")?;
    compute(directory, 0..POINTS)?;
    merge(directory, &package(), point_rows(), &read(directory)?, MergeOptions::default())
}

/// Names and bytes of everything a user reads.
pub fn results(out: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for dir in [out.to_owned(), out.join(".run")] {
        for entry in std::fs::read_dir(&dir).expect("there is such a directory") {
            let path = entry.expect("it can be read").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            if path.is_file() && (dir == out || name == "complete.json") {
                files.push((name, std::fs::read(&path).expect("it can be read")));
            }
        }
    }
    files.sort();
    files
}

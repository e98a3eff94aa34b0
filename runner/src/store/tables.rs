//! Tables being written: CSV into a temporary file, hashed and counted on the way, renamed when whole.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::directory::{RunDirectory, process};
use super::error::{Result, StoreError};
use super::identity::hex;
use super::merge::TableFile;
use super::numbers::{write_f64, write_i64};
use super::package::{Column, ColumnKind};
use super::storage::Storage;

const BUFFER: usize = 1 << 20;

/// A cell of `points.csv`.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// Text, quoted where needed.
    Text(String),
    /// No value.
    Empty,
}

impl Cell {
    /// Appends the cell as it stands in a table, not quoted.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Integer(value) => write_i64(out, *value),
            Self::Number(value) => write_f64(out, *value),
            Self::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Empty => {}
        }
    }
}

/// The cell of a summary's value in a column of this kind.
pub(super) fn summary_cell(value: Option<f64>, kind: ColumnKind) -> Cell {
    match (value, kind) {
        (None, _) => Cell::Empty,
        (Some(value), ColumnKind::Integer) if value.fract() == 0.0 && value.abs() < 1e18 => {
            Cell::Integer(value as i64)
        }
        (Some(value), ColumnKind::Boolean) => Cell::Boolean(value != 0.0),
        (Some(value), _) => Cell::Number(value),
    }
}

/// One table on its way to disk.
pub(super) struct TableWriter<'d, S: Storage> {
    directory: &'d RunDirectory<S>,
    name: String,
    temporary: PathBuf,
    file: S::File,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<'d, S: Storage> TableWriter<'d, S> {
    /// Starts `NAME.csv` with its header.
    pub(super) fn create(directory: &'d RunDirectory<S>, name: &str, columns: &[Column]) -> Result<Self> {
        let temporary = directory.run().join(format!("merge-{name}-{}.tmp", process()));
        let file = directory.create_fresh(&temporary)?;
        let mut writer = Self {
            directory,
            name: name.to_owned(),
            temporary,
            file,
            buffer: Vec::with_capacity(BUFFER),
            hasher: blake3::Hasher::new(),
            bytes: 0,
        };
        let mut header = csv::Writer::from_writer(Vec::new());
        let header = header
            .write_record(columns.iter().map(|column| &column.name))
            .map_err(io::Error::from)
            .and_then(|()| header.into_inner().map_err(|error| error.into_error()))
            .map_err(StoreError::io("write to", &writer.temporary))?;
        writer.put(&header)?;
        Ok(writer)
    }

    /// Where it is written.
    pub(super) fn path(&self) -> &Path {
        &self.temporary
    }

    /// Appends bytes of rows.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(StoreError::io("write to", &self.temporary))
    }

    fn drain(&mut self) -> io::Result<()> {
        self.directory.storage().append(&mut self.file, &self.buffer)?;
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Makes the temporary file whole and durable.
    pub(super) fn finish(mut self, rows: u64) -> Result<Written> {
        self.drain().map_err(StoreError::io("write to", &self.temporary))?;
        self.directory.storage().sync(&self.file).map_err(StoreError::io("sync", &self.temporary))?;
        let path = format!("{}.csv", self.name);
        let table =
            TableFile { path, rows, bytes: self.bytes, blake3: hex(self.hasher.finalize().as_bytes()) };
        Ok(Written { temporary: self.temporary, table })
    }
}

impl<S: Storage> Write for TableWriter<'_, S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.drain()?;
        }
        let taken = bytes.len().min(BUFFER);
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Nothing to do: `finish` writes what is left, and says whether it could.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A table that is whole, under its temporary name.
pub(super) struct Written {
    pub(super) temporary: PathBuf,
    pub(super) table: TableFile,
}

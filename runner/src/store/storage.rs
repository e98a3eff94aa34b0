//! The file operations that commits and the merge depend on, so that a simulated file system can take their place.
//!
//! Refuses symbolic links, FIFOs, devices and directories where a file of ours is expected.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use nix::libc::{O_NOFOLLOW, O_NONBLOCK};

/// The largest file that is read whole: descriptions and stored jobs, which are far smaller.
const LARGEST: u64 = 64 << 20;

/// A file system. All methods retry when interrupted; no method retries a failed sync.
pub trait Storage: Clone {
    /// An open file to append to.
    type File;

    /// Opens a new file for appending; an error if there is anything of that name.
    fn create_new(&self, path: &Path) -> io::Result<Self::File>;
    /// Appends all bytes, or fails, possibly with some of them written.
    fn append(&self, file: &mut Self::File, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended durable; fails also if the file has been removed.
    fn sync(&self, file: &Self::File) -> io::Result<()>;
    /// Makes durable what others appended to the file of that name.
    fn sync_path(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// The length of a file.
    fn length(&self, path: &Path) -> io::Result<u64>;
    /// Opens a file for reading, which stays the same one whatever becomes of its name.
    fn open(&self, path: &Path) -> io::Result<Self::File>;
    /// Fills `bytes` from the offset on; fewer only at the end of the file.
    fn read_open(&self, file: &Self::File, offset: u64, bytes: &mut [u8]) -> io::Result<usize>;
    /// The names in a directory, sorted; names that are not UTF-8 are not ours and left out.
    fn names(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Renames, replacing what was there.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Renames; `AlreadyExists` if there is anything of that name.
    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// As [`Storage::read_open`], of the file that has this name now.
    fn read_at(&self, path: &Path, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        self.read_open(&self.open(path)?, offset, bytes)
    }

    /// All of a (small) file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.length(path)?).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let mut bytes = vec![0; length];
        let got = self.read_at(path, 0, &mut bytes)?;
        bytes.truncate(got);
        Ok(bytes)
    }
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Storage for Disk {
    type File = File;

    fn create_new(&self, path: &Path) -> io::Result<File> {
        OpenOptions::new().append(true).create_new(true).open(path)
    }

    fn append(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_data()?;
        if file.metadata()?.nlink() == 0 {
            return Err(io::Error::new(io::ErrorKind::NotFound, "the file was removed while in use"));
        }
        Ok(())
    }

    fn sync_path(&self, path: &Path) -> io::Result<()> {
        open(path)?.sync_data()
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(open(path)?.metadata()?.len())
    }

    fn open(&self, path: &Path) -> io::Result<File> {
        open(path)
    }

    fn read_open(&self, file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let mut got = 0;
        while got < bytes.len() {
            match file.read_at(&mut bytes[got..], offset + got as u64) {
                Ok(0) => break,
                Ok(more) => got += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(got)
    }

    fn names(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn rename_new(&self, from: &Path, to: &Path) -> io::Result<()> {
        match std::fs::hard_link(from, to) {
            Ok(()) => std::fs::remove_file(from),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // A file system without links: the test and the rename are not one step, which only
            // loses the report of a clash between two runs; their journals still tell them apart.
            Err(_) if to.symlink_metadata().is_err() => std::fs::rename(from, to),
            Err(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let length = open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if length as u64 > LARGEST {
            let reason = format!("it is larger than {} MiB", LARGEST >> 20);
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
        }
        Ok(bytes)
    }
}

/// Opens a regular file, and nothing else, for reading; never waits.
fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(O_NOFOLLOW | O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    Ok(file)
}

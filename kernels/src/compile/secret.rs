//! A number that only this user knows, kept beside the kernels: what is sealed with it was written by this user's own runs.

use std::fs;
use std::io::{Error, ErrorKind, Read, Result, Write};

use super::{CompileError, Compiler, read_own};

impl Compiler {
    /// The number, drawn when it is first asked for. Whoever can read it can also replace cached kernels.
    ///
    /// # Errors
    /// Whatever the file system refuses, and a file that others may have written.
    pub fn secret(&self) -> Result<[u8; 32]> {
        self.open_cache().map_err(|error| match error {
            CompileError::Cache { source, .. } => source,
            other => Error::other(other.to_string()),
        })?;
        let path = self.cache.join("secret");
        match read_own(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            found => return exact(&found?),
        }
        let mut drawn = [0; 32];
        fs::File::open("/dev/urandom")?.read_exact(&mut drawn)?;
        let mut file = tempfile::Builder::new().prefix("secret-").tempfile_in(&self.cache)?;
        file.write_all(&drawn)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(drawn),
            // Another run was faster.
            Err(_) => exact(&read_own(&path)?),
        }
    }
}

fn exact(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|_| Error::new(ErrorKind::InvalidData, "it is not 32 bytes long"))
}

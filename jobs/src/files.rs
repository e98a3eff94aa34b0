//! Reads files for a job: only regular files, only up to a cap, only from the job's own folder.
//!
//! Text files may begin with a byte order mark and end their lines with CRLF; they must be UTF-8 without NUL.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use kernels::language::ast::{Span, TextId};
use kernels::language::fault::Fault;

use crate::codes;
use crate::texts::Texts;

/// The largest data file: 1 GiB.
pub const LARGEST_DATA: u64 = 1 << 30;

/// Why a file could not be read, in words that follow "cannot read 'name': ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than these.
    Large(u64),
    /// Anything else.
    Other(String),
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unread::Large(most) => write!(f, "it is larger than {}", size(*most)),
            Unread::Other(why) => f.write_str(why),
        }
    }
}

/// All bytes of a file.
pub fn bytes(path: &Path, largest: u64) -> Result<Vec<u8>, Unread> {
    let other = |error: std::io::Error| Unread::Other(reason(&error));
    let metadata = std::fs::metadata(path).map_err(other)?;
    if !metadata.is_file() {
        return Err(Unread::Other("it is not a regular file".into()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|f| f.take(largest + 1).read_to_end(&mut bytes)).map_err(other)?;
    if bytes.len() as u64 > largest { Err(Unread::Large(largest)) } else { Ok(bytes) }
}

/// A limit in words: `8 MiB`, or bytes where it is not so round.
pub fn size(bytes: u64) -> String {
    match bytes % (1 << 20) {
        0 => format!("{} MiB", bytes >> 20),
        _ => format!("{bytes} bytes"),
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// Enters a text file into the table, without byte order marks and with LF line ends; refuses NUL and what is not
/// UTF-8.
pub fn enter(name: &str, mut bytes: Vec<u8>, texts: &mut Texts) -> Result<TextId, Fault> {
    // Files that were put together may have several; the CSV reader would skip a second one, and places be wrong.
    let marks = bytes.chunks_exact(3).take_while(|mark| mark == b"\xef\xbb\xbf").count();
    bytes.drain(..3 * marks);
    let wrong = match std::str::from_utf8(&bytes) {
        Err(e) => Some((e.valid_up_to(), 3, "is not valid UTF-8", "save the file as UTF-8")),
        Ok(text) => text.find('\0').map(|k| (k, 1, "holds a NUL character", "remove it")),
    };
    let wrong = wrong.map(|(at, length, what, mend)| {
        (at - bytes[..at].windows(2).filter(|w| w == b"\r\n").count(), length, what, mend)
    });
    // Large files are not copied.
    let text =
        String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned());
    let file = texts.file(name, if text.contains('\r') { text.replace("\r\n", "\n") } else { text });
    match wrong {
        None => Ok(file),
        Some((at, length, what, mend)) => {
            let span = Span { text: file, start: at as u32, end: (at + length) as u32 };
            Err(Fault::new(codes::ENCODING, span, format!("'{name}' {what}")).label("here").help(mend))
        }
    }
}

/// A path as it is shown in messages.
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

/// The path of a file named in a job: relative, and below the job's folder.
pub fn below(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let path = Path::new(name);
    let plain = !name.is_empty()
        && !name.contains('\0')
        && path.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    if !plain {
        return Err(
            "it must lie in the folder of the job file; '..' and absolute paths are not allowed".into()
        );
    }
    Ok(folder.join(path))
}

/// As [`below`], and not through a symlink that leaves the folder.
pub fn inside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let path = below(folder, name)?;
    let real = path.canonicalize().map_err(|e| reason(&e))?;
    let home = folder.canonicalize().map_err(|e| reason(&e))?;
    if real.starts_with(&home) {
        Ok(real)
    } else {
        Err("it is a link to a place outside of the job's folder".into())
    }
}

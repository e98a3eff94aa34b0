//! What a checkpoint keeps of things that count and tell: each names its fields once, for both ways.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Fields on their way into a checkpoint, or out of it.
#[derive(Debug)]
pub enum Keeper<'a> {
    /// What was kept so far.
    Saving(Vec<u8>),
    /// What is still to be given back.
    Restoring(&'a [u8]),
}

/// Whether what was kept could be read.
pub type Kept = Result<(), postcard::Error>;

impl Keeper<'_> {
    /// Keeps a field, or gives it back as it was kept.
    pub fn value<T: Serialize + DeserializeOwned>(&mut self, value: &mut T) -> Kept {
        match self {
            Keeper::Saving(bytes) => *bytes = postcard::to_extend(value, std::mem::take(bytes))?,
            Keeper::Restoring(bytes) => (*value, *bytes) = postcard::take_from_bytes(bytes)?,
        }
        Ok(())
    }
}

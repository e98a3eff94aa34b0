//! Read-only data of the models (timed arrays): once in the segment, for all points and workers. Models that hold the
//! same numbers share one place.

use std::collections::HashMap;

use kernels::layout::{Region, TooLarge};

use crate::redzones;
use crate::segment::{Segment, SegmentError};
use crate::views::ViewError;

use super::engine::Engine;

/// Why data could not be laid out.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// The system has no memory left.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// A fault of ours.
    #[error(transparent)]
    View(#[from] ViewError),
}

/// Where the data of each variant lie: an offset for each block of its model's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataPlaces {
    /// By variant.
    pub of: Vec<Vec<u64>>,
    /// One past the last byte.
    pub end: u64,
}

/// Finds a place for all data, from `start` on; nothing is touched.
pub fn places(engine: &Engine, start: u64) -> Result<DataPlaces, TooLarge> {
    let mut region = Region::at(start);
    let mut known: HashMap<blake3::Hash, u64> = HashMap::new();
    let mut of = Vec::new();
    for variant in &engine.variants {
        let mut own = Vec::new();
        for data in &variant.model.data {
            let hash = hash(&data.values);
            let place = match known.get(&hash) {
                Some(place) => *place,
                None => region.take(8 * data.values.len() as u64).ok_or(TooLarge)?,
            };
            known.insert(hash, place);
            own.push(place);
        }
        of.push(own);
    }
    Ok(DataPlaces { of, end: region.next })
}

fn hash(values: &[f64]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    values.iter().for_each(|value| {
        hasher.update(&value.to_bits().to_le_bytes());
    });
    hasher.finalize()
}

/// Bytes of the data of all models.
pub fn bytes(engine: &Engine) -> Result<u64, TooLarge> {
    Ok(places(engine, 0)?.end)
}

/// Writes all data to their places, which lie from `start` on.
pub fn write(engine: &Engine, segment: &Segment, start: u64, places: &DataPlaces) -> Result<(), DataError> {
    segment.reserve(start as usize, (places.end - start) as usize)?;
    let mut written: Vec<u64> = Vec::new();
    for (variant, own) in engine.variants.iter().zip(&places.of) {
        for (data, place) in variant.model.data.iter().zip(own) {
            if !written.contains(place) {
                redzones::tell(segment, [(*place, 8 * data.values.len() as u64)])?;
                let mut view = segment.write::<f64>(*place as usize, data.values.len())?;
                view.slice_mut().copy_from_slice(&data.values);
                written.push(*place);
            }
        }
    }
    Ok(())
}

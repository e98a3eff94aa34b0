//! What a worker tells the parent of batches: a head of counters, then the points as the journal keeps them.

use crate::store::{Entry, Extent, PointRecord, decode_entries};

/// The head of a message about batches that follow each other: who wrote, how much was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Serial of the worker.
    pub serial: u32,
    /// Position of the first point in the order of points.
    pub position: u64,
    /// Nanoseconds inside the kernel's loop.
    pub loop_ns: u64,
    /// Nanoseconds spent on connectivity.
    pub build_ns: u64,
    /// Neuron updates.
    pub updates: u64,
    /// Synaptic events.
    pub events: u64,
    /// Spikes.
    pub spikes: u64,
    /// Bytes of private memory of the worker grown since its start.
    pub grown: u64,
    /// Batches that went on from a checkpoint.
    pub resumed: u64,
}

impl Done {
    /// Bytes of an encoded head.
    pub const BYTES: usize = 72;

    /// Adds what others did; the memory is the most that one of them has grown by.
    pub fn add(&mut self, other: &Done) {
        self.loop_ns += other.loop_ns;
        self.build_ns += other.build_ns;
        self.updates += other.updates;
        self.events += other.events;
        self.spikes += other.spikes;
        self.grown = self.grown.max(other.grown);
        self.resumed += other.resumed;
    }

    /// Appends the head.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let words = [
            u64::from(self.serial),
            self.position,
            self.loop_ns,
            self.build_ns,
            self.updates,
            self.events,
            self.spikes,
            self.grown,
            self.resumed,
        ];
        words.iter().for_each(|w| out.extend_from_slice(&w.to_le_bytes()));
    }

    /// From the head of a message.
    pub fn decode(bytes: &[u8]) -> Option<Done> {
        let words: Vec<u64> = bytes
            .get(..Done::BYTES)?
            .chunks_exact(8)
            .map(|w| u64::from_le_bytes(w.try_into().expect("8 bytes")))
            .collect();
        let [serial, position, loop_ns, build_ns, updates, events, spikes, grown, resumed] = words[..] else {
            return None;
        };
        Some(Done {
            serial: serial as u32,
            position,
            loop_ns,
            build_ns,
            updates,
            events,
            spikes,
            grown,
            resumed,
        })
    }
}

/// Points of a claim's message, with extents as the worker numbered them: by monitor.
pub fn records_of(bytes: &[u8]) -> Result<Vec<PointRecord>, &'static str> {
    let mut records = Vec::new();
    decode_entries(bytes, |entry| -> Result<(), &'static str> {
        if let Entry::Point(raw) = entry {
            records.push(raw.record()?);
        }
        Ok(())
    })?;
    Ok(records)
}

/// An extent numbered by monitor, as the journal numbers it.
pub fn renumber(extents: &mut [Extent], part: u32) {
    extents.iter_mut().for_each(|extent| extent.part = part);
}

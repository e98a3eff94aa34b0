//! The hash of a point's results: what two attempts at a point must agree in.

use super::record::Status;

/// Hashes the rows of one point as they are written, whatever the pieces, then its summary and status.
#[derive(Clone, Debug)]
pub struct PointHasher {
    monitors: Vec<blake3::Hasher>,
    last: Vec<u8>,
}

impl PointHasher {
    /// For points with so many monitors.
    #[must_use]
    pub fn new(monitors: usize) -> Self {
        Self { monitors: vec![blake3::Hasher::new(); monitors], last: Vec::new() }
    }

    /// More rows of one monitor.
    ///
    /// # Panics
    /// If there is no such monitor.
    pub fn rows(&mut self, monitor: usize, bytes: &[u8]) {
        self.monitors[monitor].update(bytes);
    }

    /// The hash of the rows of each monitor so far.
    #[must_use]
    pub fn so_far(&self) -> Vec<[u8; 32]> {
        self.monitors.iter().map(|monitor| monitor.finalize().into()).collect()
    }

    /// The hash; the hasher is ready for the next point.
    #[must_use]
    pub fn finish(&mut self, status: Status, summary: &[Option<f64>]) -> [u8; 32] {
        self.last.clear();
        self.last.push(status as u8);
        self.last.extend_from_slice(&(summary.len() as u64).to_le_bytes());
        for value in summary {
            // All NaN are printed alike, so they are hashed alike.
            let value = value.map(|value| if value.is_nan() { f64::NAN } else { value });
            self.last.push(u8::from(value.is_some()));
            self.last.extend_from_slice(&value.map_or(0, f64::to_bits).to_le_bytes());
        }
        for monitor in &mut self.monitors {
            self.last.extend_from_slice(monitor.finalize().as_bytes());
            monitor.reset();
        }
        blake3::hash(&self.last).into()
    }
}

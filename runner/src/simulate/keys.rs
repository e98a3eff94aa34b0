//! Keys of random streams: a frozen hash of (seed, repeat, config, object, site).
//!
//! Structure and initial values are keyed without the config, so that points differ only in what is swept; draws in the
//! dynamics have the config's number in their key unless the job asks for common noise. Names, not positions, tell
//! streams apart. The first 8 bytes of BLAKE3 are the key of Philox.

use kernels::program::draws::Site;

/// Stands where a draw does not depend on the config.
const NO_CONFIG: u64 = u64::MAX;

/// The key of a call site.
pub fn key(site: &Site, seed: u64, repeat: u64, config: u64, common_noise: bool) -> u64 {
    let config = if site.structural || common_noise { NO_CONFIG } else { config };
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"spikesweep stream 1\n");
    for number in [seed, repeat, config, site.object.len() as u64] {
        hasher.update(&number.to_le_bytes());
    }
    hasher.update(site.object.as_bytes());
    hasher.update(site.label.as_bytes());
    let hash = hasher.finalize();
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(structural: bool) -> Site {
        Site { object: "P".into(), label: "initial:0".into(), structural }
    }

    #[test]
    fn keys_are_frozen() {
        assert_eq!(key(&site(true), 42, 0, 7, false), KNOWN);
    }

    #[test]
    fn structure_does_not_see_the_config() {
        assert_eq!(key(&site(true), 1, 2, 3, false), key(&site(true), 1, 2, 4, false));
        assert_ne!(key(&site(false), 1, 2, 3, false), key(&site(false), 1, 2, 4, false));
        assert_eq!(key(&site(false), 1, 2, 3, true), key(&site(false), 1, 2, 4, true));
        assert_ne!(key(&site(true), 1, 2, 3, false), key(&site(true), 1, 3, 3, false));
    }

    const KNOWN: u64 = 1803109010108640335;
}

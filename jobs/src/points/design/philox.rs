//! Random words that are a function of a key and a counter only: Philox 4x32-10, as in `kernels/prelude/philox.c`.
//!
//! Source: Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3. SC 2011. Checked against the
//! known-answer vectors of Random123.

/// 128 random bits as two words; in each the upper half comes first in the order of the published vectors.
pub fn words(key: u64, low: u64, high: u64) -> (u64, u64) {
    let upper = |x: u64| (x >> 32) as u32;
    let mut c = [low as u32, upper(low), high as u32, upper(high)];
    let (mut k0, mut k1) = (key as u32, upper(key));
    for _ in 0..10 {
        let first = u64::from(c[0]) * 0xD251_1F53;
        let second = u64::from(c[2]) * 0xCD9E_8D57;
        c = [upper(second) ^ c[1] ^ k0, second as u32, upper(first) ^ c[3] ^ k1, first as u32];
        k0 = k0.wrapping_add(0x9E37_79B9);
        k1 = k1.wrapping_add(0xBB67_AE85);
    }
    let word = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
    (word(c[0], c[1]), word(c[2], c[3]))
}

/// The upper 53 bits of a word as a number in [0, 1).
pub fn unit(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Random123, `kat_vectors`: counter, key, result.
    #[test]
    fn known_answers() {
        let table = [
            ([0, 0, 0], [0x6627_e8d5_e169_c58d, 0xbc57_ac4c_9b00_dbd8]),
            ([u64::MAX, u64::MAX, u64::MAX], [0x408f_276d_41c8_3b0e, 0xa20b_c7c6_6d54_51fd]),
            (
                [0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e, 0x299f_31d0_a409_3822],
                [0xd16c_fe09_94fd_cceb, 0x5001_e420_2412_6ea1],
            ),
        ];
        for ([low, high, key], [first, second]) in table {
            assert_eq!(words(key, low, high), (first, second));
        }
    }

    #[test]
    fn units_lie_below_one() {
        assert_eq!(unit(0), 0.0);
        assert_eq!(unit(u64::MAX), 1.0 - f64::EPSILON / 2.0);
    }
}

//! Random numbers on the host: the same functions of (key, step, element) as in kernels, bit for bit.
//!
//! Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, SC 2011), uniform numbers and normal ones (Box and Muller), as in
//! `prelude/philox.c` and `prelude/random.c`; logarithm and sine are those of the prelude, since a library's may differ in
//! the last digit. A test compares both languages.

/// 128 random bits as two words; in each the upper half comes first in the order of the published vectors.
pub fn words(key: u64, step: u64, element: u64) -> (u64, u64) {
    let upper = |x: u64| (x >> 32) as u32;
    let mut c = [step as u32, upper(step), element as u32, upper(element)];
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

/// A uniform number in [0, 1).
pub fn uniform(key: u64, step: u64, element: u64) -> f64 {
    unit(words(key, step, element).0)
}

/// A normal number: mean 0, standard deviation 1.
pub fn normal(key: u64, step: u64, element: u64) -> f64 {
    let (first, second) = words(key, step, element);
    let (radius, turns) = ((-2.0 * log(1.0 - unit(first))).sqrt(), unit(second));
    // cos(2 pi turns), the quadrant split off exactly.
    let quarter = (turns * 4.0).round_ties_even();
    let rest = quarter.mul_add(-0.25, turns);
    radius * sine(quarter as u64 + 1, rest * (2.0 * std::f64::consts::PI))
}

/// `ss_log` of the prelude, for positive normal numbers.
fn log(x: f64) -> f64 {
    let moved = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_0000_0000);
    let k = (moved >> 52) as f64 - 1023.0;
    let f = f64::from_bits((moved & 0x000f_ffff_ffff_ffff) + 0x3fe6_a09e_0000_0000) - 1.0;
    let high_part = k * LN2_HIGH;
    let high = high_part + f;
    let low = k.mul_add(LN2_LOW, (high_part - high) + f);
    high + (low + log_tail(f, 0.5 * f * f))
}

const LN2_HIGH: f64 = f64::from_bits(0x3fe6_2e42_fefa_3800);
const LN2_LOW: f64 = f64::from_bits(0x3d2e_f357_93c7_6730);

/// log(1 + f) - f, given half = f^2/2.
fn log_tail(f: f64, half: f64) -> f64 {
    const Q: [u64; 7] = [
        0x3fe5_5555_5555_5593,
        0x3fd9_9999_9997_f9f8,
        0x3fd2_4924_9422_a4b2,
        0x3fcc_71c5_1d7c_8e71,
        0x3fc7_4664_9b11_8e6f,
        0x3fc3_9a09_55d8_8866,
        0x3fc2_f118_16cd_b22c,
    ];
    let q = Q.map(f64::from_bits);
    let s = f / (2.0 + f);
    let z = s * s;
    let z2 = z * z;
    let (q12, q34, q56) = (z.mul_add(q[2], q[1]), z.mul_add(q[4], q[3]), z.mul_add(q[6], q[5]));
    let q16 = z2.mul_add(z2.mul_add(q56, q34), q12);
    s.mul_add(z.mul_add(z.mul_add(q16, q[0]), half), -half)
}

/// The sine of (quadrant pi/2 + r): `ss_sin_quadrant` of the prelude.
fn sine(quadrant: u64, r: f64) -> f64 {
    let y = if quadrant & 1 != 0 { cosine_part(r) } else { r + sine_tail(r) };
    f64::from_bits(y.to_bits() ^ ((quadrant & 2) << 62))
}

fn sine_tail(r: f64) -> f64 {
    const P: [u64; 6] = [
        0xbfc5_5555_5555_5548,
        0x3f81_1111_1110_f730,
        0xbf2a_01a0_19be_9319,
        0x3ec7_1de3_5553_cb47,
        0xbe5a_e5e4_b937_a009,
        0x3de5_d8b5_a8c6_7e70,
    ];
    let p = P.map(f64::from_bits);
    let z = r * r;
    let z2 = z * z;
    let (p01, p23, p45) = (z.mul_add(p[1], p[0]), z.mul_add(p[3], p[2]), z.mul_add(p[5], p[4]));
    (z * r).mul_add(z2.mul_add(z2.mul_add(p45, p23), p01), 0.0)
}

fn cosine_part(r: f64) -> f64 {
    const P: [u64; 6] = [
        0x3fa5_5555_5555_554b,
        0xbf56_c16c_16c1_5012,
        0x3efa_01a0_19c8_e9f3,
        0xbe92_7e4f_7f11_27f3,
        0x3e21_ee9d_b689_81db,
        0xbda8_fa64_88da_3d02,
    ];
    let p = P.map(f64::from_bits);
    let z = r * r;
    let z2 = z * z;
    let (p01, p23, p45) = (z.mul_add(p[1], p[0]), z.mul_add(p[3], p[2]), z.mul_add(p[5], p[4]));
    let polynomial = z2.mul_add(z2.mul_add(p45, p23), p01);
    let half = 0.5 * z;
    let one = 1.0 - half;
    let lost = (1.0 - one) - half;
    one + z2.mul_add(polynomial, r.mul_add(-0.0, lost))
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
        for ([step, element, key], [first, second]) in table {
            assert_eq!(words(key, step, element), (first, second));
        }
    }
}

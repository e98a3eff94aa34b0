//! Numbers as text: shortest digits that read back as the same double, whole numbers with `.0`, `NaN`, `inf`, `-inf`.
//!
//! One way of writing for rows, points and summaries; it depends on nothing but the value.

static PAIRS: [u8; 200] = pairs();

const fn pairs() -> [u8; 200] {
    let mut pairs = [0; 200];
    let mut k = 0;
    while k < 100 {
        pairs[2 * k] = b'0' + (k / 10) as u8;
        pairs[2 * k + 1] = b'0' + (k % 10) as u8;
        k += 1;
    }
    pairs
}

/// Writes the digits so that they end before `end`; returns where they start.
pub(super) fn digits_before(buffer: &mut [u8; 40], mut end: usize, mut value: u64) -> usize {
    while value >= 100 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        end -= 2;
        buffer[end..end + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    }
    if value >= 10 {
        let pair = value as usize * 2;
        end -= 2;
        buffer[end..end + 2].copy_from_slice(&PAIRS[pair..pair + 2]);
    } else {
        end -= 1;
        buffer[end] = b'0' + value as u8;
    }
    end
}

/// Appends an unsigned integer.
pub fn write_u64(out: &mut Vec<u8>, value: u64) {
    let mut buffer = [0; 40];
    let start = digits_before(&mut buffer, 40, value);
    out.extend_from_slice(&buffer[start..]);
}

/// Appends an integer.
pub fn write_i64(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    write_u64(out, value.unsigned_abs());
}

/// Appends a number: the fewest digits that read back as the same double.
pub fn write_f64(out: &mut Vec<u8>, value: f64) {
    let whole = value as i64;
    if whole as f64 == value && whole != 0 && whole.unsigned_abs() < 1 << 53 {
        write_whole(out, whole < 0, whole.unsigned_abs());
    } else {
        out.extend_from_slice(ryu::Buffer::new().format(value).as_bytes());
    }
}

/// Appends a whole number as a double is written: with `.0`.
pub(super) fn write_whole(out: &mut Vec<u8>, negative: bool, value: u64) {
    let mut buffer = [0; 40];
    buffer[38] = b'.';
    buffer[39] = b'0';
    let mut start = digits_before(&mut buffer, 38, value);
    if negative {
        start -= 1;
        buffer[start] = b'-';
    }
    out.extend_from_slice(&buffer[start..]);
}

pub use super::time::write_time;

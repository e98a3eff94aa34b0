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

/// Appends `value * 10^places`, its decimal point moved in the digits: 0.0041 becomes 4.1, where a product would be
/// 4.1000000000000005. The digits are the fewest that give `value` when the point is moved back.
pub fn write_moved(out: &mut Vec<u8>, value: f64, places: i32) {
    if places == 0 || value == 0.0 || !value.is_finite() {
        return write_f64(out, value);
    }
    let mut written = ryu::Buffer::new();
    let (digits, count, exponent) = decimal(written.format_finite(value).as_bytes());
    if value < 0.0 {
        out.push(b'-');
    }
    lay_out(out, &digits[..count], exponent + places);
}

/// The number in a unit that is `10^-places` of SI's: the double nearest to what [`write_moved`] writes.
pub fn moved(value: f64, places: i32) -> f64 {
    let mut text = Vec::new();
    write_moved(&mut text, value, places);
    let read = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
    read.expect("a number was written")
}

/// Digits without leading and trailing zeros, how many, and the power of ten of the last one.
fn decimal(written: &[u8]) -> ([u8; 20], usize, i32) {
    let (mut digits, mut count, mut exponent, mut behind_point) = ([0; 20], 0, 0, false);
    let mut bytes = written.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'.' => behind_point = true,
            b'-' => {}
            b'e' => exponent += power(bytes.as_slice()),
            digit => {
                exponent -= i32::from(behind_point);
                if count > 0 || *digit != b'0' {
                    digits[count] = *digit;
                    count += 1;
                }
            }
        }
        if *byte == b'e' {
            break;
        }
    }
    while count > 1 && digits[count - 1] == b'0' {
        count -= 1;
        exponent += 1;
    }
    (digits, count, exponent)
}

fn power(written: &[u8]) -> i32 {
    let (negative, digits) = match written {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let power = digits.iter().fold(0, |power, digit| 10 * power + i32::from(digit - b'0'));
    if negative { -power } else { power }
}

/// `digits * 10^exponent` in the form in which all other numbers are written: plain from 1e-5 to 1e16.
fn lay_out(out: &mut Vec<u8>, digits: &[u8], exponent: i32) {
    let count = digits.len() as i32;
    let point = count + exponent;
    if exponent >= 0 && point <= 16 {
        out.extend_from_slice(digits);
        out.resize(out.len() + exponent as usize, b'0');
        out.extend_from_slice(b".0");
    } else if 0 < point && point <= 16 {
        let (whole, rest) = digits.split_at(point as usize);
        out.extend_from_slice(whole);
        out.push(b'.');
        out.extend_from_slice(rest);
    } else if -5 < point && point <= 0 {
        out.extend_from_slice(b"0.");
        out.resize(out.len() + (-point) as usize, b'0');
        out.extend_from_slice(digits);
    } else {
        out.push(digits[0]);
        if count > 1 {
            out.push(b'.');
            out.extend_from_slice(&digits[1..]);
        }
        out.push(b'e');
        write_i64(out, i64::from(point - 1));
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(value: f64, places: i32) -> String {
        let mut out = Vec::new();
        write_moved(&mut out, value, places);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_point_moves_and_the_digits_stay() {
        let table: &[(f64, i32, &str)] = &[
            (0.0041, 3, "4.1"),
            (4.9e-10, 9, "0.49"),
            (-0.07, 3, "-70.0"),
            (0.1 + 0.2, 3, "300.00000000000004"),
            (1e-5, 3, "0.01"),
            (1.5e-9, 3, "1.5e-6"),
            (2.5e-6, 3, "0.0025"),
            (1234.0, -3, "1.234"),
            (5.0, 15, "5000000000000000.0"),
            (5.0, 16, "5e16"),
            (12.0, 17, "1.2e18"),
            (0.0, 3, "0.0"),
            (-0.0, 3, "-0.0"),
            (f64::NAN, 3, "NaN"),
            (f64::NEG_INFINITY, 3, "-inf"),
            (5e-324, 3, "5e-321"),
        ];
        for (value, places, expected) in table {
            assert_eq!(written(*value, *places), *expected, "{value} by {places}");
        }
    }

    proptest! {
        #[test]
        fn moved_back_it_is_the_same_double(bits in any::<u64>(), places in -24..24_i32) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let text = written(value, places);
            let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            let back = format!("{mantissa}e{}", exponent.parse::<i32>().unwrap() - places);
            prop_assert_eq!(back.parse::<f64>().unwrap().to_bits(), bits);
        }

        #[test]
        fn unmoved_digits_are_laid_out_like_all_others(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite() && value != 0.0);
            let (mut buffer, mut out) = (ryu::Buffer::new(), Vec::new());
            let expected = buffer.format_finite(value);
            let (digits, count, exponent) = decimal(expected.as_bytes());
            lay_out(&mut out, &digits[..count], exponent);
            prop_assert_eq!(String::from_utf8(out).unwrap(), expected.trim_start_matches('-'));
        }
    }
}

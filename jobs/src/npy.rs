//! A reader for NumPy's `.npy` files: one dimension, 4- or 8-byte floats and integers, either byte order.
//!
//! Anything else is refused in words; nothing is interpreted as Python.

/// The values of a `.npy` file.
pub fn read(bytes: &[u8]) -> Result<Vec<f64>, String> {
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or("it does not begin like a .npy file")?;
    let (header, data) = split(rest).ok_or("its header is cut short")?;
    let header = std::str::from_utf8(header).map_err(|_| "its header is not text")?;
    let kind = quoted(header, "descr").ok_or("its header names no 'descr'")?;
    let length = shape(header)?;
    let decode = decoder(kind).ok_or_else(|| {
        format!("its elements are '{kind}'; only f8, f4, i8 and i4 can be read (numpy: x.astype(\"f8\"))")
    })?;
    let width = if kind.ends_with('8') { 8 } else { 4 };
    if length.checked_mul(width) != Some(data.len()) {
        return Err(format!(
            "it should hold {length} elements of {width} bytes, but has {} bytes",
            data.len()
        ));
    }
    Ok(data.chunks_exact(width).map(decode).collect())
}

/// Header and data; versions 1 to 3 differ in the width of the header's length.
fn split(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, at) = match rest.first()? {
        1 => (usize::from(u16::from_le_bytes(rest.get(2..4)?.try_into().ok()?)), 4),
        2 | 3 => (u32::from_le_bytes(rest.get(2..6)?.try_into().ok()?) as usize, 6),
        _ => return None,
    };
    let body = rest.get(at..)?;
    (length <= body.len()).then(|| body.split_at(length))
}

/// The text behind `'key':`.
fn after<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let at = header.find(&format!("'{key}'"))?;
    let rest = header[at + key.len() + 2..].trim_start();
    Some(rest.strip_prefix(':')?.trim_start())
}

fn quoted<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    let rest = after(header, key)?.strip_prefix('\'')?;
    rest.split('\'').next()
}

fn shape(header: &str) -> Result<usize, String> {
    let wrong = "it must have one dimension (numpy: x.ravel())";
    let rest =
        after(header, "shape").and_then(|r| r.strip_prefix('(')).ok_or("its header names no 'shape'")?;
    let inner = rest.split(')').next().unwrap_or("");
    let mut parts = inner.split(',').map(str::trim).filter(|p| !p.is_empty());
    let length = parts.next().and_then(|p| p.parse().ok()).ok_or(wrong)?;
    if parts.next().is_some() { Err(wrong.into()) } else { Ok(length) }
}

fn decoder(kind: &str) -> Option<fn(&[u8]) -> f64> {
    macro_rules! read {
        ($type:ty, $from:ident) => {
            |b| b.try_into().map_or(f64::NAN, |b| <$type>::$from(b) as f64)
        };
    }
    Some(match kind {
        "<f8" | "=f8" => read!(f64, from_le_bytes),
        "<f4" | "=f4" => read!(f32, from_le_bytes),
        "<i8" | "=i8" => read!(i64, from_le_bytes),
        "<i4" | "=i4" => read!(i32, from_le_bytes),
        ">f8" => read!(f64, from_be_bytes),
        ">f4" => read!(f32, from_be_bytes),
        ">i8" => read!(i64, from_be_bytes),
        ">i4" => read!(i32, from_be_bytes),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut out = b"\x93NUMPY\x01\x00".to_vec();
        out.extend((header.len() as u16).to_le_bytes());
        out.extend(header.as_bytes());
        out.extend(data);
        out
    }

    #[test]
    fn reads_what_numpy_writes() {
        let data: Vec<u8> = [1.5_f64, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(read(&file("<f8", "(2,)", &data)).unwrap(), [1.5, -2.0]);
        let data: Vec<u8> = [7_i32, -1].iter().flat_map(|x| x.to_be_bytes()).collect();
        assert_eq!(read(&file(">i4", "(2,)", &data)).unwrap(), [7.0, -1.0]);
    }

    #[test]
    fn refuses_the_rest_in_words() {
        let table: [(Vec<u8>, &str); 6] = [
            (b"hello".to_vec(), "does not begin"),
            (file("<f8", "(2, 2)", &[0; 32]), "one dimension"),
            (file("<f8", "(3,)", &[0; 8]), "should hold 3"),
            (file("<c16", "(1,)", &[0; 16]), "'<c16'"),
            (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "cut short"),
            (file("<f8", "(18446744073709551615,)", &[0; 8]), "should hold"),
        ];
        for (bytes, expected) in table {
            let message = read(&bytes).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}

//! A reader for NumPy's `.npy` files: one or two dimensions, floats and integers of 4 or 8 bytes in either byte order,
//! bytes and booleans.
//!
//! Anything else is refused in words; nothing is interpreted as Python.

use kernels::language::ast::ValueKind;

/// What a `.npy` file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// The elements, row after row.
    pub values: Vec<f64>,
    /// Rows, and columns if it has two dimensions.
    pub shape: (usize, Option<usize>),
    /// Whether its elements are conditions, integers or real numbers.
    pub kind: ValueKind,
}

/// The values of a `.npy` file of one dimension.
pub fn read(bytes: &[u8]) -> Result<Vec<f64>, String> {
    let array = array(bytes)?;
    if array.shape.1.is_some() {
        return Err("it must have one dimension (numpy: x.ravel())".into());
    }
    Ok(array.values)
}

/// The array of a `.npy` file.
pub fn array(bytes: &[u8]) -> Result<Array, String> {
    let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or("it does not begin like a .npy file")?;
    let (header, data) = split(rest).ok_or("its header is cut short")?;
    let header = std::str::from_utf8(header).map_err(|_| "its header is not text")?;
    let kind = quoted(header, "descr").ok_or("its header names no 'descr'")?;
    let shape = shape(header)?;
    let length = shape.1.map_or(Some(shape.0), |columns| shape.0.checked_mul(columns));
    let (decode, width) = decoder(kind).ok_or_else(|| {
        format!("its elements are '{kind}'; only f8, f4, i8, i4, i2, i1, u1 and b1 can be read (numpy: x.astype(\"f8\"))")
    })?;
    let Some(length) = length.filter(|n| n.checked_mul(width) == Some(data.len())) else {
        let wanted = length.map_or("too many".into(), |n: usize| n.to_string());
        return Err(format!(
            "it should hold {wanted} elements of {width} bytes, but has {} bytes",
            data.len()
        ));
    };
    let mut values: Vec<f64> = data.chunks_exact(width).map(decode).collect();
    if let (rows, Some(columns)) = shape
        && after(header, "fortran_order").is_some_and(|rest| rest.starts_with("True"))
    {
        values = (0..length).map(|k| values[(k % columns) * rows + k / columns]).collect();
    }
    let kind = match kind.trim_start_matches(['<', '>', '=', '|']).chars().next() {
        Some('f') => ValueKind::Real,
        Some('b') => ValueKind::Boolean,
        _ => ValueKind::Integer,
    };
    Ok(Array { values, shape, kind })
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

/// Rows, and columns where there are two dimensions.
fn shape(header: &str) -> Result<(usize, Option<usize>), String> {
    let wrong = "it must have one or two dimensions (numpy: x.ravel() makes one of them)";
    let rest =
        after(header, "shape").and_then(|r| r.strip_prefix('(')).ok_or("its header names no 'shape'")?;
    let inner = rest.split(')').next().unwrap_or("");
    let mut parts = inner.split(',').map(str::trim).filter(|p| !p.is_empty());
    let rows = parts.next().and_then(|p| p.parse().ok()).ok_or(wrong)?;
    let columns = parts.next().map(|p| p.parse().map_err(|_| wrong)).transpose()?;
    if parts.next().is_some() { Err(wrong.into()) } else { Ok((rows, columns)) }
}

type Decode = fn(&[u8]) -> f64;

/// How an element is read, and how many bytes it has.
fn decoder(kind: &str) -> Option<(Decode, usize)> {
    macro_rules! read {
        ($type:ty, $from:ident) => {
            (|b| b.try_into().map_or(f64::NAN, |b| <$type>::$from(b) as f64), size_of::<$type>())
        };
    }
    Some(match kind {
        "<f8" | "=f8" => read!(f64, from_le_bytes),
        "<f4" | "=f4" => read!(f32, from_le_bytes),
        "<i8" | "=i8" => read!(i64, from_le_bytes),
        "<i4" | "=i4" => read!(i32, from_le_bytes),
        "<i2" | "=i2" => read!(i16, from_le_bytes),
        ">f8" => read!(f64, from_be_bytes),
        ">f4" => read!(f32, from_be_bytes),
        ">i8" => read!(i64, from_be_bytes),
        ">i4" => read!(i32, from_be_bytes),
        ">i2" => read!(i16, from_be_bytes),
        "|i1" => read!(i8, from_le_bytes),
        "|u1" => read!(u8, from_le_bytes),
        "|b1" => (|b| f64::from(u8::from(b.first().is_some_and(|b| *b != 0))), 1),
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
        assert_eq!(array(&file("|b1", "(3,)", &[1, 0, 1])).unwrap().kind, ValueKind::Boolean);
        assert_eq!(array(&file("|b1", "(3,)", &[1, 0, 1])).unwrap().values, [1.0, 0.0, 1.0]);
    }

    #[test]
    fn reads_two_dimensions_in_either_order() {
        let data: Vec<u8> = (0..6_i16).flat_map(|x| x.to_le_bytes()).collect();
        let rows = array(&file("<i2", "(2, 3)", &data)).unwrap();
        assert_eq!((rows.shape, rows.kind), ((2, Some(3)), ValueKind::Integer));
        assert_eq!(rows.values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let mut columns = file("<i2", "(2, 3)", &data);
        let at = columns.windows(5).position(|w| w == b"False").unwrap();
        columns[at..at + 5].copy_from_slice(b"True ");
        assert_eq!(array(&columns).unwrap().values, [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
    }

    #[test]
    fn refuses_the_rest_in_words() {
        let table: [(Vec<u8>, &str); 7] = [
            (b"hello".to_vec(), "does not begin"),
            (file("<f8", "(2, 2)", &[0; 32]), "one dimension"),
            (file("<f8", "(3,)", &[0; 8]), "should hold 3"),
            (file("<f8", "(2, 2, 1)", &[0; 32]), "two dimensions"),
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

//! What must hold for any bytes given as an NPY file: it is refused in words, or it has as many elements as its shape
//! says, each of its kind.

use jobs::npy;
use kernels::language::ast::ValueKind;

/// Reads an array.
pub fn check(bytes: &[u8]) {
    let array = match npy::array(bytes) {
        Err(why) => return assert!(!why.is_empty() && npy::read(bytes).is_err()),
        Ok(array) => array,
    };
    let (rows, columns) = array.shape;
    assert_eq!(rows.checked_mul(columns.unwrap_or(1)), Some(array.values.len()));
    assert!(array.values.len() < bytes.len());
    for value in &array.values {
        match array.kind {
            ValueKind::Boolean => assert!(*value == 0.0 || *value == 1.0),
            ValueKind::Integer => assert!(value.fract() == 0.0 && value.abs() <= 2f64.powi(63)),
            ValueKind::Real => {}
        }
    }
    let bits = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<u64>>();
    match npy::read(bytes) {
        Ok(values) => assert!(columns.is_none() && bits(&values) == bits(&array.values)),
        Err(_) => assert!(columns.is_some()),
    }
}

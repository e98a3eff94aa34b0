//! Variable-length integers and a checked cursor: the alphabet of the journal.
//!
//! Refuses input that ends early, integers that do not fit, and integers written longer than needed, so that every
//! value has one encoding.

/// Appends seven bits a byte, least significant first.
pub(super) fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// What is left to read of an encoded value; errors say what is wrong with the bytes.
#[derive(Clone, Copy)]
pub(super) struct Input<'a> {
    rest: &'a [u8],
}

pub(super) type Decoded<T> = Result<T, &'static str>;

impl<'a> Input<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn take(&mut self, length: usize) -> Decoded<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or("a value ends early")?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Decoded<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or("a value ends early")?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(super) fn byte(&mut self) -> Decoded<u8> {
        Ok(self.array::<1>()?[0])
    }

    pub(super) fn varint(&mut self) -> Decoded<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return if byte == 0 && shift > 0 { Err("an integer has padding") } else { Ok(value) };
            }
        }
        Err("an integer has more than 64 bits")
    }

    pub(super) fn varint32(&mut self) -> Decoded<u32> {
        u32::try_from(self.varint()?).map_err(|_| "an integer has more than 32 bits")
    }

    /// A number of things that take at least `least` bytes each: never more than there can be.
    pub(super) fn count(&mut self, least: usize) -> Decoded<usize> {
        let count = usize::try_from(self.varint()?).map_err(|_| "a count is too large")?;
        if count.checked_mul(least).is_none_or(|bytes| bytes > self.rest.len()) {
            return Err("a count is larger than the record");
        }
        Ok(count)
    }
}

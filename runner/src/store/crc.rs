//! CRC-32C (Castagnoli), eight bytes at a time from constant tables; the checksum of journal records.

const POLYNOMIAL: u32 = 0x82f6_3b78;

static TABLES: [[u32; 256]; 8] = tables();

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0u32; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { (value >> 1) ^ POLYNOMIAL } else { value >> 1 };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// The CRC-32C of the pieces, as if they were one run of bytes.
pub(super) fn crc32c(pieces: &[&[u8]]) -> u32 {
    !pieces.iter().fold(!0u32, |state, piece| update(state, piece))
}

fn update(mut state: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        let word = u64::from_le_bytes(*eight) ^ u64::from(state);
        let byte = |k: u32| (word >> (8 * k)) as usize & 0xff;
        state = TABLES[7][byte(0)]
            ^ TABLES[6][byte(1)]
            ^ TABLES[5][byte(2)]
            ^ TABLES[4][byte(3)]
            ^ TABLES[3][byte(4)]
            ^ TABLES[2][byte(5)]
            ^ TABLES[1][byte(6)]
            ^ TABLES[0][byte(7)];
    }
    rest.iter()
        .fold(state, |state, byte| (state >> 8) ^ TABLES[0][((state ^ u32::from(*byte)) & 0xff) as usize])
}

#[cfg(test)]
mod tests {
    use super::crc32c;

    /// RFC 3720, appendix B.4, and the usual check value.
    #[test]
    fn known_answers() {
        let ascending: Vec<u8> = (0..32).collect();
        let descending: Vec<u8> = (0..32).rev().collect();
        let cases: [(&[u8], u32); 7] = [
            (b"", 0),
            (b"a", 0xc1d0_4330),
            (b"123456789", 0xe306_9283),
            (&[0; 32], 0x8a91_36aa),
            (&[0xff; 32], 0x62a8_ab43),
            (&ascending, 0x46dd_794e),
            (&descending, 0x113f_db5c),
        ];
        for (bytes, expected) in cases {
            assert_eq!(crc32c(&[bytes]), expected, "{bytes:?}");
        }
    }

    #[test]
    fn pieces_join() {
        let text = b"123456789";
        for cut in 0..=text.len() {
            assert_eq!(crc32c(&[&text[..cut], &text[cut..]]), 0xe306_9283);
        }
    }
}

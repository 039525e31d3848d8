/// The remainders of the sixteen half bytes: 64 bytes of flash instead of the kilobyte of a table of bytes.
const REMAINDERS: [u32; 16] = {
    let mut table = [0; 16];
    let mut place = 0;
    while place < 16 {
        let mut remainder = place as u32;
        let mut bit = 0;
        while bit < 4 {
            let carry = remainder & 1;
            remainder >>= 1;
            if carry == 1 {
                remainder ^= 0xEDB8_8320;
            }
            bit += 1;
        }
        table[place] = remainder;
        place += 1;
    }
    table
};

/// The CRC-32 of IEEE 802.3, as zlib computes it: reflected, of the polynomial 0x04C11DB7.
///
/// ```
/// assert_eq!(lowrank_core::model::crc32(b"123456789"), 0xCBF4_3926);
/// ```
pub fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc = half_byte(crc ^ u32::from(*byte));
        crc = half_byte(crc);
    }
    !crc
}

#[inline(always)]
fn half_byte(crc: u32) -> u32 {
    let remainder = REMAINDERS.get((crc & 15) as usize);
    remainder.copied().unwrap_or(0) ^ (crc >> 4)
}

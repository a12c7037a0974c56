//! Pictures as data URIs: PNG (ISO/IEC 15948) with a palette of 256 colours, in stored blocks of deflate (RFC 1951) and base64
//! (RFC 4648). Nothing is compressed: the pictures are small, and the page needs no library for it.

/// Largest stored block of deflate.
const STORED: usize = 65_535;

/// `width * height` palette indices, top row first, as the URI of a PNG.
///
/// # Panics
/// If there are fewer indices than pixels or no pixels.
pub(super) fn data_uri(width: usize, height: usize, indices: &[u8], palette: &[[u8; 3]; 256]) -> String {
    assert!(width > 0 && indices.len() == width * height, "{width} x {height} pixels, {} given", indices.len());
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = [side(width), side(height)].concat();
    // 8 bits, palette, deflate, adaptive filters, no interlace.
    header.extend([8, 3, 0, 0, 0]);
    // Each row begins with its filter: none.
    let rows: Vec<u8> =
        indices.chunks_exact(width).flat_map(|row| std::iter::once(0).chain(row.iter().copied())).collect();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"PLTE", palette.as_flattened());
    chunk(&mut png, *b"IDAT", &zlib_stored(&rows));
    chunk(&mut png, *b"IEND", &[]);
    format!("data:image/png;base64,{}", base64(&png))
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = png.len();
    png.extend(name);
    png.extend(data);
    let sum = crc32(&png[start..]);
    png.extend(sum.to_be_bytes());
}

/// The zlib stream (RFC 1950) of stored blocks.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let blocks = data.len().div_ceil(STORED);
    for (index, block) in data.chunks(STORED).enumerate() {
        let length = block.len() as u16;
        stream.push(u8::from(index + 1 == blocks));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn crc32(data: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(sum & 1)))
    };
    !data.iter().fold(!0, step)
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    (b << 16) | a
}

fn base64(data: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(data.len().div_ceil(3) * 4);
    for triple in data.chunks(3) {
        let byte = |i: usize| u32::from(triple.get(i).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for letter in 0..4 {
            let within = letter <= triple.len();
            text.push(if within { char::from(LETTERS[(bits >> (18 - 6 * letter)) as usize & 63]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_letters_are_those_of_the_standards() {
        // Check values of the CRC catalogue, RFC 1950's Adler-32 of "Wikipedia", RFC 4648 section 10.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        let words = ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(|word| base64(word.as_bytes()));
        assert_eq!(words, ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]);
    }

    #[test]
    fn long_data_takes_several_blocks() {
        let data = vec![7; 2 * STORED + 5];
        let stream = zlib_stored(&data);
        assert_eq!(stream.len(), 2 + 3 * 5 + data.len() + 4);
        assert_eq!((stream[2], stream[2 + 5 + STORED], stream[2 + 2 * (5 + STORED)]), (0, 0, 1));
        assert!(data_uri(1, 2, &[0, 255], &[[0; 3]; 256]).starts_with("data:image/png;base64,iVBORw0KGgo"));
    }
}

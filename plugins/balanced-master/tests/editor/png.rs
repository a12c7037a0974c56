//! Uncompressed PNG files: RFC 2083 with stored blocks (RFC 1951, 3.2.4).

use std::path::Path;

pub fn write(path: &Path, width: u32, height: u32, rgb: &[u8]) {
    let mut rows = Vec::with_capacity(rgb.len() + height as usize);
    for row in rgb.chunks(3 * width as usize) {
        rows.push(0);
        rows.extend_from_slice(row);
    }
    let mut zlib = vec![0x78, 0x01];
    let count = rows.chunks(65_535).count();
    for (index, block) in rows.chunks(65_535).enumerate() {
        let length = block.len() as u16;
        zlib.push(u8::from(index + 1 == count));
        zlib.extend_from_slice(&length.to_le_bytes());
        zlib.extend_from_slice(&(!length).to_le_bytes());
        zlib.extend_from_slice(block);
    }
    zlib.extend_from_slice(&adler(&rows).to_be_bytes());
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    for (name, body) in [(b"IHDR", &header[..]), (b"IDAT", &zlib), (b"IEND", &[])] {
        file.extend_from_slice(&(body.len() as u32).to_be_bytes());
        let chunk = [&name[..], body].concat();
        file.extend_from_slice(&chunk);
        file.extend_from_slice(&crc(&chunk).to_be_bytes());
    }
    std::fs::write(path, file).expect("a picture is written");
}

fn adler(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}

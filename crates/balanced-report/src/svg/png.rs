//! Pictures with a palette of 256 colours as data URIs (RFC 2397).

use base64::prelude::{BASE64_STANDARD, Engine};
use png::{BitDepth, ColorType, Encoder};

/// Returns `width * height` palette indices, top row first, as the URI of a PNG.
///
/// # Panics
/// If there are fewer indices than pixels or no pixels.
pub(super) fn data_uri(width: usize, height: usize, indices: &[u8], palette: &[[u8; 3]; 256]) -> String {
    assert!(width > 0 && indices.len() == width * height, "{width} x {height} pixels, {} given", indices.len());
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(encode(width, height, indices, palette)))
}

fn encode(width: usize, height: usize, indices: &[u8], palette: &[[u8; 3]; 256]) -> Vec<u8> {
    let side = |pixels: usize| u32::try_from(pixels).expect("a picture has fewer rows and columns than that");
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side(width), side(height));
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(palette.as_flattened());
    let mut writer = encoder.write_header().expect("writing to memory cannot fail");
    writer.write_image_data(indices).expect("there are as many indices as pixels");
    writer.finish().expect("writing to memory cannot fail");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pixel_comes_back_in_its_colour() {
        let palette: [[u8; 3]; 256] = std::array::from_fn(|i| [i as u8, (i * 7) as u8, 255 - i as u8]);
        let (width, height) = (300, 257);
        let indices: Vec<u8> = (0..width * height).map(|i| (i * i / 91) as u8).collect();
        let uri = data_uri(width, height, &indices, &palette);
        let text = uri.strip_prefix("data:image/png;base64,").expect("a data URI");
        let bytes = BASE64_STANDARD.decode(text).expect("base64");
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        let info = reader.next_frame(&mut pixels).expect("a picture");
        assert_eq!((info.width, info.height, info.color_type), (300, 257, ColorType::Rgb));
        let expected: Vec<u8> = indices.iter().flat_map(|index| palette[usize::from(*index)]).collect();
        assert!(pixels == expected, "pixels differ");
    }
}

//! ITU-T G.711 A-law and µ-law expansion, as tables over all 256 codes.
//!
//! The values are those of the usual 16-bit expansion (13 or 14 bits shifted to the top of 16), divided by 32768.

/// Linear value of every A-law code, full scale 1.
pub(crate) static A_LAW: [f64; 256] = a_law_table();
/// Linear value of every µ-law code, full scale 1.
pub(crate) static MU_LAW: [f64; 256] = mu_law_table();

const fn a_law_table() -> [f64; 256] {
    let mut table = [0.0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = a_law(code as u8) as f64 / 32768.0;
        code += 1;
    }
    table
}

const fn mu_law_table() -> [f64; 256] {
    let mut table = [0.0; 256];
    let mut code = 0;
    while code < 256 {
        table[code] = mu_law(code as u8) as f64 / 32768.0;
        code += 1;
    }
    table
}

/// Expands an A-law code (G.711 table 1): even bits are inverted, the sign bit is 1 for positive values; segments 0 and
/// 1 share one step.
const fn a_law(code: u8) -> i32 {
    let code = code ^ 0x55;
    let segment = (code >> 4) & 7;
    let step = ((code & 0x0f) as i32) << 4;
    let magnitude = match segment {
        0 => step + 8,
        _ => (step + 0x108) << (segment - 1),
    };
    if code & 0x80 != 0 { magnitude } else { -magnitude }
}

/// Expands a µ-law code (G.711 table 2): all bits are inverted; a bias of 33 (132 in 16 bits) makes the segments meet.
const fn mu_law(code: u8) -> i32 {
    let code = !code;
    let segment = (code >> 4) & 7;
    let magnitude = (((((code & 0x0f) as i32) << 3) + 0x84) << segment) - 0x84;
    if code & 0x80 != 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// End points of G.711 tables 1a and 2a: the largest magnitudes are 4032 (of 4096) and 8031 (of 8192).
    #[test]
    fn the_ends_of_the_scales_are_those_of_the_recommendation() {
        assert_eq!(A_LAW[0xd5], 8.0 / 32768.0);
        assert_eq!(A_LAW[0xaa], 4032.0 * 8.0 / 32768.0);
        assert_eq!(A_LAW[0x2a], -4032.0 * 8.0 / 32768.0);
        assert_eq!(MU_LAW[0xff], 0.0);
        assert_eq!(MU_LAW[0x80], 8031.0 * 4.0 / 32768.0);
        assert_eq!(MU_LAW[0x00], -8031.0 * 4.0 / 32768.0);
    }
}

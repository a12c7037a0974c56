//! Coarse comparison of the static parts of the editor: the mean brightness of cells of 20 by 20 pixels, as two hexadecimal
//! digits each.

const CELL: usize = 20;
/// Allowed mean and largest difference, out of 255, because renderers differ in antialiasing.
const TOLERANCE: (f64, i32) = (3.0, 40);
/// Rows of static cells: header, cards, controls.
const STILL: [std::ops::Range<usize>; 2] = [0..5, 22..32];
/// Columns left of the meters.
const COLUMNS: usize = 46;

const GOLDEN: &str = include_str!("golden.txt");

/// Compares with the approved picture; `BALANCED_APPROVE` approves the current one.
pub fn compare(width: usize, rgb: &[u8]) {
    let cells = cells(width, rgb);
    if std::env::var_os("BALANCED_APPROVE").is_some() {
        let text: Vec<String> =
            cells.chunks(COLUMNS).map(|row| row.iter().map(|cell| format!("{cell:02x}")).collect()).collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/editor/golden.txt");
        std::fs::write(path, text.join("\n") + "\n").expect("the golden picture is written");
        return;
    }
    let golden: Vec<u8> = GOLDEN
        .lines()
        .flat_map(|line| line.as_bytes().as_chunks::<2>().0)
        .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).expect("digits"), 16).expect("digits"))
        .collect();
    assert_eq!(golden.len(), cells.len());
    let differences: Vec<i32> =
        golden.iter().zip(&cells).map(|(golden, cell)| (i32::from(*golden) - i32::from(*cell)).abs()).collect();
    let mean = f64::from(differences.iter().sum::<i32>()) / differences.len() as f64;
    let (worst, at) = differences.iter().zip(0..).max().map_or((0, 0), |(worst, at)| (*worst, at));
    assert!(
        mean <= TOLERANCE.0 && worst <= TOLERANCE.1,
        "the editor looks different: {mean:.1} on average, {worst} in cell {at}; look at the pictures, and approve them with BALANCED_APPROVE=1"
    );
}

fn cells(width: usize, rgb: &[u8]) -> Vec<u8> {
    let mut cells = Vec::new();
    for row in STILL.into_iter().flatten() {
        for column in 0..COLUMNS {
            let lines = (row * CELL..(row + 1) * CELL).map(|y| &rgb[3 * (y * width + column * CELL)..][..3 * CELL]);
            let sum: u32 = lines.flatten().map(|byte| u32::from(*byte)).sum();
            cells.push((sum / (3 * CELL * CELL) as u32) as u8);
        }
    }
    cells
}

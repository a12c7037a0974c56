//! Arrays of features: one row a feature, one column a frame.

/// Columns that are collected before they are written as rows: each write then touches a cache line once.
const PENDING: usize = 16;

/// A row-major array, `[rows][frames]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix<T = f32> {
    /// Features: bins, bands, coefficients.
    pub rows: usize,
    /// Frames, one every hop.
    pub frames: usize,
    /// `rows * frames` values; row `r` is `values[r * frames..(r + 1) * frames]`.
    pub values: Vec<T>,
}

impl<T> Matrix<T> {
    /// One feature over time.
    ///
    /// # Panics
    /// If there is no such row.
    #[must_use]
    pub fn row(&self, row: usize) -> &[T] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        &self.values[row * self.frames..][..self.frames]
    }
}

/// Takes columns, makes rows.
pub(super) struct Columns<T> {
    matrix: Matrix<T>,
    pending: Vec<T>,
    waiting: usize,
    written: usize,
}

impl<T: Copy + Default> Columns<T> {
    pub fn new(rows: usize, frames: usize) -> Self {
        let matrix = Matrix { rows, frames, values: vec![T::default(); rows * frames] };
        Self { matrix, pending: vec![T::default(); rows * PENDING], waiting: 0, written: 0 }
    }

    /// The next column, to be filled in.
    pub fn next(&mut self) -> &mut [T] {
        if self.waiting == PENDING {
            self.write();
        }
        self.waiting += 1;
        let rows = self.matrix.rows;
        &mut self.pending[(self.waiting - 1) * rows..][..rows]
    }

    pub fn finish(mut self) -> Matrix<T> {
        self.write();
        self.matrix
    }

    fn write(&mut self) {
        let Matrix { rows, frames, values } = &mut self.matrix;
        for row in 0..*rows {
            let target = &mut values[row * *frames + self.written..][..self.waiting];
            for (column, value) in target.iter_mut().enumerate() {
                *value = self.pending[column * *rows + row];
            }
        }
        self.written += self.waiting;
        self.waiting = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_rows() {
        for frames in [0, 1, 15, 16, 17, 40] {
            let mut columns = Columns::new(3, frames);
            for frame in 0..frames {
                columns.next().copy_from_slice(&[0, 1, 2].map(|row| 100 * row + frame));
            }
            let matrix = columns.finish();
            assert!((0..3).all(|row| matrix.row(row).iter().enumerate().all(|(frame, v)| *v == 100 * row + frame)));
            assert_eq!(matrix.values.len(), 3 * frames);
        }
    }
}

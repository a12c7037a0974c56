//! What the networks of rhythm and key share: the product of rows and a matrix, and the reader of trained numbers.

mod kernel;
mod numbers;

pub(crate) use kernel::{Matrix, rectify};
pub(crate) use numbers::Numbers;

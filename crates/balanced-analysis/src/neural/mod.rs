//! Parts that the networks of rhythm and key share: the product of rows and a matrix, the reader of trained numbers, probabilities.

mod kernel;
mod numbers;

pub(crate) use kernel::{Matrix, rectify};
pub(crate) use numbers::{Numbers, floats, softmax};

#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod cyanite;
mod raw;
pub mod vocabulary;

pub use cyanite::ProviderResult;
pub use raw::Raw;

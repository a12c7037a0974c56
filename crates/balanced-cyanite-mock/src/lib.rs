//! Mock.
#![forbid(unsafe_code)]

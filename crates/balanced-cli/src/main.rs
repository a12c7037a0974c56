//! The `balanced` command.
fn main() {}

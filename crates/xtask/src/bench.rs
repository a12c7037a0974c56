//! `cargo xtask bench`: the kernels.

use crate::run;

/// Run the kernel benchmarks; `kernel` picks those whose name contains it.
pub fn run(kernel: Option<&str>) -> Result<(), String> {
    let filter = kernel.map_or(vec![], |kernel| vec!["--", kernel]);
    let args = [vec!["bench", "--package", "balanced-benches"], filter].concat();
    run::run(&run::cargo(), args)
}

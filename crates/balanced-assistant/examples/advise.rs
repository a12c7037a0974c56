//! Prints findings and the recommended chain for a file that `balanced analyze --json` wrote.
//!
//! `cargo run -p balanced-assistant --example advise -- analysis.json [target]`

use std::error::Error;

use balanced_assistant::recommend;
use balanced_model::{Analysis, Target};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: advise ANALYSIS.json [TARGET]")?;
    let target = args.next().map_or(Some(Target::default()), |name| Target::named(&name)).ok_or("unknown target")?;
    let analysis: Analysis = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let recommendation = recommend(&analysis, &target);
    for finding in &recommendation.findings {
        println!("[{}] {} {}", finding.severity.name(), finding.message, finding.advice);
    }
    println!("{}", serde_json::to_string_pretty(&recommendation.chain)?);
    Ok(())
}

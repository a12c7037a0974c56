//! Writes the HTML page of a file that `balanced analyze --json` wrote.
//!
//! `cargo run -p balanced-report --example page -- analysis.json page.html`

use std::error::Error;

use balanced_model::Analysis;
use balanced_report::analysis_html;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = &args[..] else { return Err("usage: page ANALYSIS.json PAGE.html".into()) };
    let analysis: Analysis = serde_json::from_str(&std::fs::read_to_string(input)?)?;
    std::fs::write(output, analysis_html(&analysis))?;
    Ok(())
}

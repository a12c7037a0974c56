//! Masters a file and prints its loudness and true peak before and after.
//!
//! `cargo run -p balanced --example before_after -- mix.wav master.wav`

use balanced::{Analysis, MasterOptions, Target, master};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [mix, output] = &args[..] else { return Err("usage: before_after MIX MASTER.wav".into()) };
    let target = Target::named("streaming").ok_or("a built-in target")?;
    let result = master(mix, output, &MasterOptions { target: Some(target), ..MasterOptions::default() })?;
    print("before", &result.before);
    print("after", &result.after);
    if let Some(reason) = result.reason {
        println!("target not reached: {reason}");
    }
    Ok(())
}

fn print(label: &str, analysis: &Analysis) {
    let loudness = analysis.measurements.loudness.clone().unwrap_or_default();
    let [lufs, dbtp] = [loudness.integrated_lufs, loudness.true_peak_dbtp]
        .map(|value| value.map_or("-".to_owned(), |value| format!("{value:.1}")));
    println!("{label:>6}: {lufs} LUFS, {dbtp} dBTP");
}

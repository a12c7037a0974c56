//! Masters a file with a custom chain, solved for a loudness target.
//!
//! `cargo run --release --package balanced-examples --example own_chain -- mix.wav master.wav`

use balanced::{ChainSpec, MasterOptions, Target};

const CHAIN: &str = r#"
version = 2
name = "air and glue"

[[steps]]
kind = "eq"
bands = [
    { kind = "low_cut", frequency_hz = 25.0 },
    { kind = "high_shelf", frequency_hz = 10000.0, gain_db = 1.5, q = 0.6 },
]

[[steps]]
kind = "compressor"
threshold_db = -20.0
ratio = 1.5
attack_ms = 30.0
release_ms = 200.0

[[steps]]
kind = "limiter"
style = "transparent"
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(mix), Some(master)) = (args.next(), args.next()) else {
        return Err("usage: own_chain MIX MASTER.wav".into());
    };
    let options = MasterOptions {
        chain: Some(ChainSpec::from_toml(CHAIN)?),
        target: Some(Target::custom(-12.0, -1.0)?),
        ..MasterOptions::default()
    };
    let result = balanced::master(&mix, &master, &options)?;
    println!("{}", result.to_text());
    Ok(())
}

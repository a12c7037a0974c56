//! The mock as a program.

#![forbid(unsafe_code)]

use std::path::PathBuf;

use balanced_cyanite_mock::{GRAPHQL_SECRET, MockCyanite, MockOptions, REST_SECRET, TOKEN};
use serde_json::{Value, json};

fn main() -> Result<(), String> {
    let (options, ca) = read_arguments()?;
    let mock = MockCyanite::start(options);
    if let Some(file) = &ca {
        std::fs::write(file, mock.ca_pem())
            .map_err(|error| format!("{}: cannot be written ({error})", file.display()))?;
    }
    let told = json!({
        "graphql_url": mock.graphql_url(), "rest_url": mock.rest_url(), "token": TOKEN,
        "graphql_secret": GRAPHQL_SECRET, "rest_secret": REST_SECRET, "ca": ca,
    });
    println!("{told}");
    // Until whoever started it goes. A line is a new scenario.
    for line in std::io::stdin().lines() {
        let line = line.map_err(|error| format!("standard input: {error}"))?;
        mock.set_scenario(line.parse()?);
        println!("{}", counts(&mock));
    }
    println!("{}", counts(&mock));
    Ok(())
}

/// What came so far: tracks that were made, the most connections at once, and how often each call came.
fn counts(mock: &MockCyanite) -> Value {
    json!({ "made": mock.made(), "most_connections": mock.most_connections(), "calls": mock.calls() })
}

fn read_arguments() -> Result<(MockOptions, Option<PathBuf>), String> {
    let (mut options, mut ca) = (MockOptions::default(), None);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name}: a value is missing"))?;
        let number = |text: &str| text.parse().map_err(|_| format!("{name}: {text} is no number"));
        match name.as_str() {
            "--ca" => ca = Some(PathBuf::from(value)),
            "--scenario" => options.scenario = value.parse()?,
            "--asks" => options.asks_until_finished = number(&value)?,
            "--port" => options.port = u16::try_from(number(&value)?).map_err(|_| format!("{value} is no port"))?,
            "--webhook" => options.webhook_url = Some(value),
            _ => {
                let known = "--ca FILE, --scenario RULES, --asks N, --port N, --webhook URL";
                return Err(format!("{name} is not known; give {known}"));
            }
        }
    }
    Ok((options, ca))
}

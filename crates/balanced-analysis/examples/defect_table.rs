//! Prints the table of `src/defects/README.md`: detection rate by grade, and false alarms an hour of clean music.
//!
//! `cargo run --release -p balanced-analysis --example defect_table [minutes of music a player and version] [--verbose]`

use balanced_testkit::defects::{Fault, Grade};
use balanced_testkit::music::{Style, render};

#[path = "../tests/it/support/mod.rs"]
mod support;
use support::{Alarms, applies, kind_of, rate_of, trial};

const SECONDS: f64 = 12.0;
const SEEDS: std::ops::Range<u64> = 100..104;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let verbose = arguments.iter().any(|a| a == "--verbose");
    let minutes: f64 = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(2.0);
    let mut alarms = Alarms::default();
    alarms.add_corpus(60.0, 0..minutes.ceil() as u64);
    println!("{:.1} hours of clean music", alarms.hours);
    if verbose {
        for (name, defect) in &alarms.examples {
            println!("{name}: {:?} {:.3} {} {:?}", defect.kind, defect.start_s, defect.message, defect.evidence);
        }
    }
    println!("| fault | faint | audible | gross | events | false alarms an hour |");
    println!("|---|---|---|---|---|---|");
    let takes_at = |rate: f64| -> Vec<_> {
        SEEDS.flat_map(|seed| Style::ALL.map(|style| (style, seed, render(style, rate, SECONDS, seed).audio))).collect()
    };
    let (usual, high) = (takes_at(44_100.0), takes_at(96_000.0));
    for fault in Fault::ALL {
        let takes = if rate_of(fault) == 44_100.0 { &usual } else { &high };
        let mut cells = Vec::new();
        let mut events = 0;
        for grade in Grade::ALL {
            let (mut hits, mut total) = (0, 0);
            for (style, seed, take) in takes.iter().filter(|(style, ..)| applies(fault, *style)) {
                let Some((found, there)) = trial(take, fault, grade, *seed) else { continue };
                if verbose && found < there {
                    println!("missed {fault:?} {grade:?}: {} {seed} {found}/{there}", style.name());
                }
                hits += found;
                total += there;
            }
            events += total;
            cells.push(format!("{:.0} %", 100.0 * hits as f64 / total as f64));
        }
        let false_alarms = alarms.by_kind.get(&kind_of(fault)).copied().unwrap_or(0) as f64 / alarms.hours;
        println!("| {fault:?} | {} | {events} | {false_alarms:.2} |", cells.join(" | "));
    }
}

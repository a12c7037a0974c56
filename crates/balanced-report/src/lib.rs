#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod csv;
mod facts;
mod html;
mod jams;
mod master;
mod mead;
mod number;
mod outcome;
mod overview;
mod page;
mod steps;
mod svg;
mod text;

#[cfg(test)]
#[allow(clippy::needless_update, reason = "the result tree grows; cases name what they need")]
mod cases;

pub use balanced_model::Achieved;
pub use csv::{csv_header, csv_row};
pub use html::{
    album_html, analysis_html, analysis_page, comparison_html, comparison_page, master_html, master_page, merged_html,
};
pub use jams::{jams, merged_jams};
pub use master::MasterReport;
pub use mead::{MeadHeader, MeadParty, mead};
pub use overview::{Overview, OverviewMeter, StereoDensity};
pub use page::{Embedded, Extras, Listening};
pub use text::{
    album_analysis_text, album_text, analysis_text, comparison_text, engineers_text, head_text, master_text,
    merged_text, recommendation_text,
};

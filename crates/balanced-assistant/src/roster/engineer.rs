//! Engineers of a roster.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Date, Portfolio};

/// Version of the format of rosters and wishes.
pub const ROSTER_VERSION: u32 = 1;
/// Accepted offers below which an engineer counts as a newcomer.
pub(super) const NEWCOMER_OFFERS: usize = 5;

/// Engineers of a platform, as `roster.json` holds them.
///
/// Fields that are not named here are refused. There is none for gender, age, origin or another protected attribute, since no match may
/// depend on one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Version of this format: 1.
    pub version: u32,
    /// Currency of every price and budget, such as `EUR`; only shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The engineers, in any order.
    pub engineers: Vec<Engineer>,
}

/// Mastering engineer of a roster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Engineer {
    /// Identifier, unique in the roster.
    pub id: String,
    /// Name to show; never read by the ranking.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Genres that the engineer states, best as labels of `tags.genre`; other words only match a wish of the same word.
    #[serde(default)]
    pub genres: Vec<String>,
    /// Languages in which a client can be answered, as language tags (`en`, `pt-BR`); only the language itself is compared.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Price of one track; `null` where it is agreed on later, which no budget allows.
    #[serde(default)]
    pub price: Option<f64>,
    /// Days from the start of a project to its master.
    pub turnaround_days: u32,
    /// Largest number of projects at the same time.
    pub capacity: u32,
    /// Current number of projects.
    #[serde(default)]
    pub load: u32,
    /// First day on which a project may start; `null` for any.
    #[serde(default)]
    pub available_from: Option<Date>,
    /// Last day on which a project may end; `null` for any.
    #[serde(default)]
    pub available_until: Option<Date>,
    /// Clients for whom the engineer does not work.
    #[serde(default)]
    pub do_not_match: Vec<String>,
    /// Earlier offers and what became of them.
    #[serde(default)]
    pub history: Vec<Offer>,
    /// Exposure so far: the sum of `exposure` over the lists in which the engineer was shown.
    #[serde(default)]
    pub exposure: f64,
    /// Summary of finished masters; `null` where there are none.
    #[serde(default)]
    pub portfolio: Option<Portfolio>,
    /// File with the analyses of finished masters (rows of `balanced analyze --embedding --json`), relative to the roster's file; read
    /// instead of `portfolio`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio_file: Option<String>,
}

impl Engineer {
    /// Returns the name to show: the name, or the identifier if there is none.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// Returns whether too few offers were accepted to judge the engineer by them.
    #[must_use]
    pub fn is_newcomer(&self) -> bool {
        self.history.iter().filter(|offer| offer.outcome == OfferOutcome::Accepted).count() < NEWCOMER_OFFERS
    }
}

/// Earlier offer of a track to an engineer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Client of that track; `null` where it is not kept.
    #[serde(default)]
    pub client: Option<String>,
    /// Genre of that track; `null` where it is not kept.
    #[serde(default)]
    pub genre: Option<String>,
    /// Outcome of the offer.
    pub outcome: OfferOutcome,
}

/// Outcome of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferOutcome {
    /// Client and engineer agreed.
    Accepted,
    /// The engineer declined.
    DeclinedByEngineer,
    /// The client chose somebody else.
    DeclinedByClient,
}

//! Time in whole seconds since 1970 (UTC), and the clock that tells it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Seconds in a day.
pub const DAY_S: u64 = 86_400;

/// A moment in whole seconds since the beginning of 1970, UTC; its JSON is the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub u64);

impl Moment {
    /// Reads `2026-11-29`, `2026-11-29T17:00:00Z` or a number of seconds since 1970.
    ///
    /// Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(seconds) = text.parse() {
            return Some(Self(seconds));
        }
        let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
        let [year, month, day] = numbers(date, '-')?;
        let [hour, minute, second] = numbers(time.strip_suffix('Z')?, ':')?;
        let is_time = hour < 24 && minute < 60 && second < 60;
        if !is_time || !(1..=12).contains(&month) || !(1970..=9999).contains(&year) {
            return None;
        }
        let moment = Self(days_before(year, month, day) * DAY_S + hour * 3600 + minute * 60 + second);
        (moment.date() == (year, month, day)).then_some(moment)
    }

    /// Returns the moment `days` days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.saturating_add(u64::from(days) * DAY_S))
    }

    /// Returns year, month and day.
    fn date(self) -> (u64, u64, u64) {
        // Days are counted from the first of March of year 0, so that leap days come last (H. Hinnant, "chrono-Compatible
        // Low-Level Date Algorithms").
        let days = self.0 / DAY_S + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (era * 400 + year_of_era + u64::from(month <= 2), month, day)
    }
}

fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let mut parts = text.split(separator).map(|part| part.parse().ok());
    let all = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(all)
}

/// Returns the number of days from 1970 to a date.
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day.max(1) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.date();
        let s = self.0 % DAY_S;
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", s / 3600, s / 60 % 60, s % 60)
    }
}

/// Where the time comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A given moment.
    Fixed(Moment),
    /// No clock can be trusted: nothing becomes due.
    Unknown,
}

impl Clock {
    /// Returns the time; `None` if it is unknown.
    #[must_use]
    pub fn now(self) -> Option<Moment> {
        match self {
            Self::System => SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| Moment(since.as_secs())),
            Self::Fixed(moment) => Some(moment),
            Self::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T12:00:01Z", 951_825_601),
            ("2026-11-29T17:16:07Z", 1_795_972_567),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ] {
            assert_eq!(Moment::parse(text), Some(Moment(seconds)), "{text}");
            assert_eq!(Moment(seconds).to_string(), text);
        }
        assert_eq!(Moment::parse("2026-11-29"), Moment::parse("2026-11-29T00:00:00Z"));
        for nonsense in
            ["2026-02-30", "2026-13-01", "2026-00-01", "1969-01-01", "soon", "2026-1-1T25:00:00Z", "2026-01-00"]
        {
            assert_eq!(Moment::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in 0..146_097 {
            let moment = Moment(day * DAY_S);
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }
    }
}

//! Calendar days, as rosters and wishes name them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Last day that four digits can write: 9999-12-31, in days since 1970-01-01.
const LAST_DAY: i64 = 2_932_896;

/// Calendar day of the Gregorian calendar, written `2026-11-30` (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// Returns the day `days` after 1970-01-01; years stay within 1970 and 9999.
    #[must_use]
    pub fn from_unix_days(days: i64) -> Self {
        Self { days: days.clamp(0, LAST_DAY) }
    }

    /// Returns the day that lies `days` later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self::from_unix_days(self.days + i64::from(days))
    }

    /// Year, month and day of the month, by eras of 400 years that begin on 1 March (H. Hinnant, "chrono-compatible low-level date
    /// algorithms", 2013).
    fn civil(self) -> (i64, i64, i64) {
        let shifted = self.days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }

    fn from_civil(year: i64, month: i64, day: i64) -> Self {
        let year = year - i64::from(month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Self { days: era * 146_097 + day_of_era - 719_468 }
    }
}

impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let slip = || format!("\"{text}\" is no day from 1970 to 9999; write it as 2026-11-30");
        let bytes = text.as_bytes();
        let is_shaped = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
        if !is_shaped {
            return Err(slip());
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().map_err(|_| slip());
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let date = Self::from_civil(year, month, day);
        // A day that does not exist, such as 2026-02-30, comes back as another one.
        if year >= 1970 && date.civil() == (year, month, day) { Ok(date) } else { Err(slip()) }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Date {
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Days counted one by one, with the rule of leap years as it is said.
    #[test]
    fn every_day_of_430_years_reads_back_and_follows_the_day_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for count in 0..157_000 {
            let date = Date::from_unix_days(count);
            assert_eq!(date.to_string(), format!("{year:04}-{month:02}-{day:02}"));
            assert_eq!(date.to_string().parse(), Ok(date));
            let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-2-3",
            "2026-02-30",
            "2026-13-01",
            "2026-00-10",
            "1969-12-31",
            "20261130",
            "2026-11-3O",
            "２０26-11-3",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert_eq!("9999-12-31".parse::<Date>().unwrap().plus_days(1).to_string(), "9999-12-31");
        assert_eq!("2028-02-28".parse::<Date>().unwrap().plus_days(2).to_string(), "2028-03-01");
    }
}

//! When a request is repeated, and after how long.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::Repeat;
use crate::error::{Error, ErrorKind};
use crate::options::Retry;

/// Returns how long to wait before the next attempt; `None` if there is to be none.
pub(super) fn wait(retry: &Retry, repeat: Repeat, error: &Error, attempt: u32) -> Option<Duration> {
    if attempt >= retry.attempts.max(1) || !is_passing(error, repeat) {
        return None;
    }
    match error.retry_after() {
        Some(asked) if asked > retry.longest_retry_after => None,
        Some(asked) => Some(asked.max(back_off(retry, attempt))),
        None => Some(back_off(retry, attempt)),
    }
}

fn is_passing(error: &Error, repeat: Repeat) -> bool {
    match error.kind() {
        // The request was refused unread.
        ErrorKind::RateLimited => true,
        ErrorKind::Server | ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Protocol => repeat == Repeat::Safe,
        _ => false,
    }
}

/// Returns a random wait up to twice the last bound ("full jitter"): clients that failed together do not come back together.
pub(super) fn back_off(retry: &Retry, attempt: u32) -> Duration {
    let bound = retry.base.saturating_mul(1 << (attempt - 1).min(16)).min(retry.longest);
    // Without random numbers the wait is the bound itself.
    let part = getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX));
    bound.mul_f64(part)
}

/// Reads `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn retry_after(text: &str) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()?;
    Some(Duration::try_from(date - OffsetDateTime::now_utc()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_limited(seconds: u64) -> Error {
        Error::new(ErrorKind::RateLimited, "", "", "").with_retry_after(Some(Duration::from_secs(seconds)))
    }

    #[test]
    fn a_wish_to_wait_is_a_lower_bound_and_has_a_limit() {
        let retry = Retry::default();
        assert!(wait(&retry, Repeat::OnlyIfUndone, &rate_limited(7), 1).unwrap() >= Duration::from_secs(7));
        assert_eq!(wait(&retry, Repeat::Safe, &rate_limited(61), 1), None);
        assert_eq!(wait(&retry, Repeat::Safe, &rate_limited(1), retry.attempts), None);
    }

    #[test]
    fn what_may_have_happened_is_repeated_only_if_that_is_safe() {
        for kind in [ErrorKind::Server, ErrorKind::Network, ErrorKind::Timeout, ErrorKind::Protocol] {
            let error = Error::new(kind, "", "", "");
            assert!(wait(&Retry::default(), Repeat::Safe, &error, 1).is_some());
            assert!(wait(&Retry::default(), Repeat::OnlyIfUndone, &error, 1).is_none());
        }
        let refused = Error::new(ErrorKind::Rejected, "", "", "");
        assert!(wait(&Retry::default(), Repeat::Safe, &refused, 1).is_none());
    }

    #[test]
    fn waits_double_up_to_their_longest() {
        let retry = Retry::default();
        for attempt in 1..40 {
            let bound = retry.base.saturating_mul(1 << (attempt - 1).min(16)).min(retry.longest);
            assert!(back_off(&retry, attempt) <= bound);
        }
    }

    #[test]
    fn dates_and_seconds_are_read() {
        assert_eq!(retry_after("120"), Some(Duration::from_secs(120)));
        assert_eq!(retry_after("Fri, 31 Dec 1999 23:59:59 GMT"), Some(Duration::ZERO));
        assert!(retry_after("Fri, 31 Dec 2100 23:59:59 GMT").unwrap() > Duration::from_secs(86_400));
        assert_eq!(retry_after("soon"), None);
    }
}

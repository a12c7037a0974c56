//! Errors of requests. Addresses are named by their host only: a presigned address is itself a secret.

use std::io;

use super::{Answer, Call, host_of};
use crate::error::{Error, ErrorKind, Result};

/// Returns the subject of a call in messages.
fn subject(call: &Call<'_>) -> String {
    format!("{} at {}", call.name, host_of(call.url).unwrap_or_else(|| "Cyanite".to_owned()))
}

/// Returns the answer, or the error that its status is for every call.
pub(super) fn of_answer(call: &Call<'_>, answer: Answer) -> Result<Answer> {
    let subject = subject(call);
    let wait = answer.retry_after;
    match answer.status {
        300..=399 => {
            let host = answer.leads_to.unwrap_or_else(|| "another address".to_owned());
            let problem = format!("the answer leads to {host} and was not followed");
            Err(Error::new(ErrorKind::Redirect, subject, problem, "check the base address and who answers there"))
        }
        429 => {
            let remedy = "wait, and send fewer requests at a time";
            let error = Error::new(ErrorKind::RateLimited, subject, "Cyanite asks to slow down (429)", remedy);
            Err(error.with_retry_after(wait))
        }
        500..=599 => {
            let problem = format!("Cyanite failed ({})", answer.status);
            Err(Error::new(ErrorKind::Server, subject, problem, "try again later").with_retry_after(wait))
        }
        _ => Ok(answer),
    }
}

/// Returns the error of a request without a complete answer.
pub(super) fn of_transport(call: &Call<'_>, error: &ureq::Error) -> Error {
    let subject = subject(call);
    let network = |problem: String| {
        Error::new(ErrorKind::Network, subject.clone(), problem, "check the connection and try again")
    };
    match error {
        ureq::Error::Timeout(which) => Error::new(
            ErrorKind::Timeout,
            subject,
            format!("took too long ({which})"),
            "try again, or raise the time-out",
        ),
        ureq::Error::Rustls(error) => certificate(subject, &error.to_string()),
        ureq::Error::Tls(problem) => certificate(subject, problem),
        ureq::Error::Io(error) => of_io(subject, error),
        ureq::Error::HostNotFound => network("the host is not known".to_owned()),
        ureq::Error::ConnectionFailed => network("no connection".to_owned()),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => network("the proxy refuses".to_owned()),
        ureq::Error::BodyExceedsLimit(limit) => {
            Error::protocol(subject, format!("the answer is longer than {limit} bytes"))
        }
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => {
            Error::new(ErrorKind::Redirect, subject, "the address is not one of https", "check the base address")
        }
        _ => Error::protocol(subject, "the answer is not HTTP as it should be"),
    }
}

fn of_io(subject: String, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::TimedOut || error.kind() == io::ErrorKind::WouldBlock {
        return Error::new(ErrorKind::Timeout, subject, "took too long", "try again, or raise the time-out");
    }
    let inner = error.get_ref().map(ToString::to_string).unwrap_or_default();
    if error.kind() == io::ErrorKind::InvalidData && !inner.is_empty() {
        return certificate(subject, &inner);
    }
    let problem = format!("the connection broke ({})", error.kind());
    Error::new(ErrorKind::Network, subject, problem, "check the connection and try again")
}

fn certificate(subject: String, problem: &str) -> Error {
    let problem = format!("the server cannot be trusted ({})", crate::error::printable(problem));
    let remedy = "check the address and who is between; nothing was sent";
    Error::new(ErrorKind::Certificate, subject, problem, remedy)
}
